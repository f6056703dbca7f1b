"""Recipients who may know nothing of the platform: nobody who has not confirmed gets what strangers typed, in any message on any channel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain.messages import CONTENTS, NEW_ADDRESS, participants
from services.notifications.domain.throttle import IN_AN_HOUR
from tests.service.notifications.sms_gateways import MOBILE, SEVEN, Recorder, configure_sms
from tests.service.notifications.towns import Town
from tests.support.waiting import patience

LURE = "Sie haben gewonnen: http://evil.example"
NAMED_BY_STAFF = {
    *(f"respondent-{stage}" for stage in ("invited", "reminder", "more-time", "new-link")),
    *(f"staff-{step}" for step in ("welcome", "invited")),
    *(f"tenant-{step}" for step in ("suspended", "resumed", "leaving", "staying")),
    *(kind for kind, content in CONTENTS.items() if content.purpose == "internal"),
}
"""Whose recipients a coordinator or the programme office named: these may be greeted by that name."""


async def enqueue_every_kind(
    town: Town, address_of: Callable[[str], str] = "{}@example.org".format, **contact: Any
) -> None:
    """One message of every kind, each to somebody of their own who has confirmed nothing; `contact` of all of them."""
    for kind, content in CONTENTS.items():
        group = {"sure": False, "asked": True}
        await town.add_gathering(f"g-{kind}", cancelled=content.when_called_off and kind != NEW_ADDRESS)
        status = next(iter(content.matters_while or ("unconfirmed",)))
        known: dict[str, Any] = {"name": LURE, "email": address_of(kind), **contact}
        if kind == NEW_ADDRESS:
            known |= {"new_email": known["email"], "email": None}
        await town.add_person(kind, status=status, gathering=f"g-{kind}", group=group, **known)
        await town.enqueue_message(kind, kind, gathering=f"g-{kind}")


async def send_all_due(town: Town) -> None:
    """Whatever is due now is handled; on a slow machine the worker's lease ends in between, and it goes on."""
    due = {"status": "pending", "due_at": {"$lte": town.clock.time}}
    async with patience("mail"):
        while await town.database["intents"].count_documents(due):
            await town.run()


def text_of(mail: Any) -> str:
    """All that its reader sees, also in the file for their calendar."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(value) for value in mail.values()] + [str(part) for part in parts])


@pytest.mark.parametrize(("helped", "language"), [(False, "de"), (True, "ar")])
async def test_no_kind_of_message_tells_a_stranger_what_a_stranger_typed(
    town: Town, helped: bool, language: str
) -> None:
    await enqueue_every_kind(town, language=language, helper=LURE if helped else None, via_helper=helped)
    await send_all_due(town)
    told = {str(mail["To"]).rpartition("<")[2].partition("@")[0]: text_of(mail) for mail in town.sink.mails}
    assert told.keys() == CONTENTS.keys(), "each kind was sent, so that this says something of all of them"
    assert {kind for kind, text in told.items() if "gewonnen" in text or "evil.example" in text} <= NAMED_BY_STAFF


async def test_all_kinds_together_are_ten_an_hour_to_one_mailbox(town: Town) -> None:
    await enqueue_every_kind(town, "victim+{}@example.org".format)
    await send_all_due(town)
    assert len(CONTENTS) > 2 * IN_AN_HOUR
    assert len(town.sink.mails) == IN_AN_HOUR


async def test_a_telephone_that_nobody_confirmed_is_texted_ten_times_an_hour(town: Town, gateway: Recorder) -> None:
    await town.add_gathering()
    await configure_sms(town, **SEVEN)
    for number in range(IN_AN_HOUR + 5):
        await town.add_person(f"p{number}", status="unconfirmed", name=LURE, **MOBILE)
        await town.enqueue_message(f"p{number}", "confirm-by-call")
    await town.add_person("own", status="offered", **MOBILE)
    await town.enqueue_message("own", "offered")
    await send_all_due(town)
    texts = [str(text) for _, _, text in gateway.taken]
    assert len(texts) == IN_AN_HOUR + 1, "who confirmed is told all the same"
    assert "gewonnen" not in str(texts)
    town.clock.time += timedelta(minutes=61)
    await send_all_due(town)
    assert len(gateway.taken) == IN_AN_HOUR + 6, "what was over that goes out later"


async def test_of_many_new_addresses_only_the_last_one_is_asked_and_once(town: Town) -> None:
    await town.add_gathering()
    codes = [f"code-{number}" for number in range(5)]
    await town.add_person("a", new_email="last@example.org", codes={"manage": "c0de", "address": codes[-1]})
    for code in codes:
        which = hashlib.sha256(code.encode()).hexdigest()[:16]
        assert participants.mark_of(code) == which
        await town.enqueue_message("a", NEW_ADDRESS, id=f"m-{code}", gathering=None, told={"which": which})
    await send_all_due(town)
    assert [str(mail["To"]) for mail in town.sink.mails] == ["last@example.org"]
    statuses = [(await town.get_message(f"m-{code}"))["status"] for code in codes]
    assert statuses == ["suppressed"] * 4 + ["sent"]
