"""The log of messages: filters and pages of the log, each attempt, retrying, the next channel, and who of a gathering has been informed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.contacts import ContactRecorded
from services.notifications.domain.delivery_status import delivery_status
from services.notifications.messages.documents import Status
from tests.service.notifications.records import record_of
from tests.service.notifications.towns import TENANT, Town
from tests.support.page_forms import form_of
from tests.support.profiling import profiled

LOG, HOME = f"/notifications/v1/{TENANT}/messages", f"/notifications/{TENANT}/"
GERMAN = {"Accept-Language": "de"}


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


async def add_message(town: Town, id: str, status: str, kind: str = "gathering-changed", **fields: Any) -> None:
    await town.add_person(id, name=f"Person {id}", **{"email": f"{id}@example.org", **fields.pop("contact", {})})
    await town.enqueue_message(id, kind, status=status, due=status == "pending", **fields)


async def correct_address(town: Town, contact: str, email: str) -> None:
    """Somebody's address is changed, as an event tells it."""
    event = ContactRecorded(
        contact_id=contact, kind="registration", for_id=contact, name="Olena", language="de", email=email
    )
    processor = town.service.context.processor
    assert processor is not None
    await processor.handle([record_of(contact, event, 2, TENANT)])


def tried(town: Town, outcome: str, channel: str = "email") -> list[dict[str, Any]]:
    return [{"at": town.clock.time, "outcome": outcome, "channel": channel}]


def test_every_delivery_status_has_a_label() -> None:
    for status in Status.__args__:
        assert delivery_status(status, None)
    assert delivery_status("sent", None) == "handed_over"
    assert delivery_status("sent", "unclear") == "unclear"


async def test_the_page_lists_who_was_informed_who_not_and_why(town: Town) -> None:
    await add_message(town, "a", "sent", delivery="delivered")
    await add_message(town, "b", "sent")
    await add_message(town, "c", "sent", delivery="unclear", attempts=tried(town, "unclear: ReadTimeout", "sms"))
    await add_message(town, "d", "bounced", attempts=tried(town, "refused"))
    await add_message(town, "e", "to_call")
    await add_message(town, "f", "suppressed")
    await add_message(town, "x", "sent", "confirmed")
    answer = (await town.coordinator.get(f"/notifications/v1/{TENANT}/gatherings/g/told?kind=gathering-changed")).json()
    (changed,) = (one for one in answer["kinds"] if one["kind"] == "gathering-changed")
    assert changed["counts"] == {
        "delivered": 1,
        "handed_over": 1,
        "unclear": 1,
        "refused": 1,
        "to_call": 1,
        "not_needed": 1,
    }
    assert {one["registration"]: (one["standing"], one["reason"]) for one in answer["items"]} == {
        "c": ("unclear", "unclear: ReadTimeout"), "d": ("refused", "refused"), "e": ("to_call", None)
    }  # fmt: skip
    page = (await town.coordinator.get(f"{HOME}gatherings/g?kind=gathering-changed", headers=GERMAN)).text
    assert "2 von 5" in page
    assert "Person d" in page
    assert "der Mailserver hat sie nicht angenommen" in page
    assert "Person a" not in page
    assert (await town.coordinator.get(f"{HOME}gatherings/none")).status_code == 404


async def test_the_log_is_filtered_and_read_page_by_page(town: Town) -> None:
    await town.add_person("a")
    for number in range(60):
        await town.enqueue_message(
            "a",
            "confirmed" if number % 2 else "cancelled",
            f"m-{number:02}",
            status="sent" if number < 55 else "failed",
        )
    seen, address = 0, f"{HOME}?kind=confirmed"
    page = (await town.coordinator.get(address, headers=GERMAN)).text
    assert page.count("/messages/m-") == 30
    page = (await town.coordinator.get(HOME, headers=GERMAN)).text
    seen = page.count("/messages/m-")
    assert "Mehr anzeigen" in page
    following = page.rpartition("after=")[2].partition('"')[0]
    seen += (await town.coordinator.get(f"{HOME}?after={following}")).text.count("/messages/m-")
    assert seen == 60
    assert (await town.coordinator.get(f"{HOME}?status=failed")).text.count("/messages/m-") == 5
    items = (await town.coordinator.get(LOG, params={"status": "failed", "gathering": "g"})).json()["items"]
    assert [one["standing"] for one in items] == ["failed"] * 5
    unknown = await town.coordinator.get(LOG, params={"status": "lost"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/query/status")


async def test_a_message_takes_the_next_channel_and_is_retried_after_a_correction(town: Town) -> None:
    await add_message(
        town, "a", "bounced", failed=["email"], attempts=tried(town, "refused"), contact={"phone": "04421 1234"}
    )
    await correct_address(town, "a", "right@example.org")
    assert (await town.coordinator.post(f"{LOG}/m-a/retry")).status_code == 202
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "sent"
    assert "right@example.org" in str(town.sink.mails[-1]["To"])
    assert (await town.coordinator.post(f"{LOG}/m-a/other-way")).status_code == 409, "it was handed over"
    await add_message(
        town,
        "b",
        "sent",
        delivery="unclear",
        attempts=tried(town, "unclear: ReadTimeout", "sms"),
        contact={"email": None, "phone": "04421 9"},
    )
    page = (await town.coordinator.get(f"{HOME}messages/m-b", headers=GERMAN)).text
    assert "unklar, ob angekommen" in page
    sent = await town.coordinator.post(f"{HOME}messages/m-b", data={**form_of(page), "do": "other-way"})
    assert sent.status_code == 303
    message = await town.get_message("m-b")
    assert (message["status"], message["failed"], "delivery" in message) == ("pending", ["sms"], False)
    await town.run()
    assert (await town.get_message("m-b"))["status"] == "to_call"


async def test_who_was_to_be_called_gets_the_mail_once_there_is_an_address(town: Town) -> None:
    await add_message(town, "a", "pending", contact={"email": None, "phone": "04421 1234"})
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "to_call"
    assert (await town.coordinator.post(f"{LOG}/m-a/other-way")).status_code == 409, "it is with people"
    await correct_address(town, "a", "new@example.org")
    page = (await town.coordinator.get(f"{HOME}messages/m-a", headers=GERMAN)).text
    sent = await town.coordinator.post(f"{HOME}messages/m-a", data={**form_of(page), "do": "retry"})
    assert sent.status_code == 303
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "sent"
    assert "new@example.org" in str(town.sink.mails[-1]["To"])


@pytest.mark.parametrize("wanted", ["", "&status=sent", "&kind=confirmed", "&gathering=g"])
async def test_a_page_of_the_log_reads_only_what_it_shows(town: Town, wanted: str) -> None:
    """However many messages there are, an index has them in the order of the pages."""
    await town.add_person("a")
    for number in range(300):
        kind, about = ("confirmed", "waiting")[number % 2], ("g", "other")[number % 3 == 0]
        await town.enqueue_message("a", kind, f"m-{number:03d}", about, status=("sent", "to_call")[number % 5 == 0])
    pages = f"{LOG}?limit=10{wanted}"
    cursor = (await town.coordinator.get(pages)).json()["next"]
    async with profiled(town.database) as operations:
        answer = await town.coordinator.get(f"{pages}&cursor={cursor}")
    assert len(answer.json()["items"]) == 10
    found = [one for one in operations if one["ns"].endswith(".intents") and one["op"] == "query"]
    assert found
    for read in found:
        assert read["docsExamined"] <= read["nreturned"] + 3, read["planSummary"]
        assert not read.get("hasSortStage"), read["planSummary"]


async def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(town: Town) -> None:
    calls = f"/notifications/v1/{TENANT}/call-list"
    for address in (LOG, f"/notifications/v1/{TENANT}/gatherings/g/told", calls, f"{calls}.csv"):
        assert (await town.coordinator.get(address, params={"kind": ""})).status_code == 200
        assert (await town.coordinator.get(address, params={"kind": "confirmed"})).status_code == 200
        refused = await town.coordinator.get(address, params={"kind": "nope"})
        assert refused.status_code == 422, address
        (error,) = refused.json()["errors"]
        assert error["pointer"] == "/query/kind"
        assert "Please choose one of " in error["detail"]
        assert "confirmed" in error["detail"]
