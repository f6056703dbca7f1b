"""The contracts are what they were promised to be."""

from __future__ import annotations

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import EVENTS
from contracts.envelope import Envelope, MalformedRecord
from contracts.golden.compare import FOLDER, breaking_changes, path_of, read, schema_of
from contracts.topics import ALL, TOPICS


@pytest.mark.parametrize("name", EVENTS)
def test_no_event_breaks_its_promise(name: str) -> None:
    assert path_of(name).exists(), "run `python -m contracts.golden`"
    assert breaking_changes(read(name), schema_of(name)) == []
    assert read(name) == schema_of(name), "optional fields were added: run `python -m contracts.golden`"


def test_no_promised_event_was_dropped() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_types_name_service_subject_action_and_version(name: str) -> None:
    assert re.fullmatch(r"(registration|contacts|selfcheck|notifications|reporting)\.[a-z-]+\.[a-z-]+\.v\d+", name)
    assert EVENTS[name].topic in TOPICS


def test_breaking_changes_are_found() -> None:
    old = schema_of("registration.participant.registered.v1")
    removed, retyped, required = (copy.deepcopy(old) for _ in range(3))
    del removed["properties"]["size"]
    retyped["properties"]["size"] = {"type": "string"}
    required["required"] = [*old["required"], "position"]
    added = copy.deepcopy(old)
    added["properties"]["note"] = {"type": "string", "default": ""}
    assert breaking_changes(old, removed) == ["field size was removed"]
    assert breaking_changes(old, retyped) == ["field size changed its type"]
    assert breaking_changes(old, required) == ["field position became required"]
    assert breaking_changes(old, added) == []


def test_personal_data_travels_in_one_topic_alone() -> None:
    assert [topic.name for topic in TOPICS.values() if topic.personal_data] == ["contacts.v1"]
    names = {"name", "email", "phone", "post", "helper", "codes", "join_url", "address"}
    for name, model in EVENTS.items():
        personal = names & set(model.model_fields)
        # A municipality's name and phone line are public facts, no person's.
        allowed = name.startswith(("contacts.", "registration.municipality."))
        assert not personal or allowed, f"{name} carries {personal}"


def test_everyone_hears_of_municipalities() -> None:
    assert TOPICS["registration.v1"].consumers == ALL


texts = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=40)


@given(texts, texts, texts, st.integers(1, 10**12), st.one_of(st.none(), st.binary(min_size=1, max_size=50)))
def test_an_envelope_survives_the_wire(id: str, subject: str, tenant: str, sequence: int, data: bytes | None) -> None:
    sent = Envelope(id, "a.b.v1", "/x", "2026-11-30T16:30:00.000Z", subject, tenant, sequence, data)
    assert Envelope.from_record(data, sent.headers()) == sent


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_type", "ce_sequence", "ce_tenant"]),
            st.one_of(st.none(), st.binary(max_size=8)),
        )
    )
)
def test_headers_of_strangers_are_refused_not_fatal(headers: list[tuple[str, bytes | None]]) -> None:
    with pytest.raises(MalformedRecord):
        Envelope.from_record(b"{}", headers)
