"""Recipients who may know nothing of the platform: nobody who has not confirmed gets what strangers typed, in any message on any channel."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain.messages import CONTENTS, NEW_ADDRESS, participants
from services.notifications.domain.throttle import IN_AN_HOUR
from tests.service.notifications.sms_gateways import MOBILE, SEVEN, Recorder, account
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


async def owe_all(town: Town, **contact: Any) -> None:
    """One message of every kind, each to somebody of their own who has confirmed nothing; `contact` of all of them."""
    for kind, content in CONTENTS.items():
        group = {"sure": False, "asked": True}
        await town.gathering(f"g-{kind}", cancelled=content.when_called_off and kind != NEW_ADDRESS)
        status = next(iter(content.matters_while or ("unconfirmed",)))
        known: dict[str, Any] = {"name": LURE, "email": f"{kind}@example.org", **contact}
        if kind == NEW_ADDRESS:
            known |= {"new_email": known["email"], "email": None}
        await town.person(kind, status=status, gathering=f"g-{kind}", group=group, **known)
        await town.owe(kind, kind, gathering=f"g-{kind}")


async def all_out(town: Town) -> None:
    """Whatever is due now is handled; on a slow machine the worker's lease ends in between, and it goes on."""
    due = {"status": "pending", "due_at": {"$lte": town.clock.time}}
    async with patience("mail"):
        while await town.database["intents"].count_documents(due):
            await town.run()


def read(mail: Any) -> str:
    """All that its reader sees, also in the file for their calendar."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(value) for value in mail.values()] + [str(part) for part in parts])


@pytest.mark.parametrize(("helped", "language"), [(False, "de"), (True, "ar")])
async def test_no_kind_of_message_tells_a_stranger_what_a_stranger_typed(
    town: Town, helped: bool, language: str
) -> None:
    await owe_all(town, language=language, helper=LURE if helped else None, via_helper=helped)
    await all_out(town)
    told = {str(mail["To"]).rpartition("<")[2].partition("@")[0]: read(mail) for mail in town.sink.mails}
    assert told.keys() == CONTENTS.keys(), "each kind was sent, so that this says something of all of them"
    assert {kind for kind, text in told.items() if "gewonnen" in text or "evil.example" in text} <= NAMED_BY_STAFF


async def test_all_kinds_together_are_ten_an_hour_to_one_mailbox(town: Town) -> None:
    spellings = [f"victim+{number}@example.org" for number in range(len(CONTENTS))]
    await owe_all(town)
    for spelling, kind in zip(spellings, CONTENTS, strict=True):
        field = "new_email" if kind == NEW_ADDRESS else "email"
        await town.database["contacts"].update_one({"_id": kind}, {"$set": {field: spelling}})
    await all_out(town)
    assert len(CONTENTS) > 2 * IN_AN_HOUR
    assert len(town.sink.mails) == IN_AN_HOUR


async def test_a_telephone_that_nobody_confirmed_is_texted_ten_times_an_hour(town: Town, gateway: Recorder) -> None:
    await town.gathering()
    await account(town, **SEVEN)
    for number in range(IN_AN_HOUR + 5):
        await town.person(f"p{number}", status="unconfirmed", name=LURE, **MOBILE)
        await town.owe(f"p{number}", "confirm-by-call")
    await town.person("own", status="offered", **MOBILE)
    await town.owe("own", "offered")
    await all_out(town)
    texts = [str(text) for _, _, text in gateway.taken]
    assert len(texts) == IN_AN_HOUR + 1, "who confirmed is told all the same"
    assert "gewonnen" not in str(texts)
    town.clock.time += timedelta(minutes=61)
    await all_out(town)
    assert len(gateway.taken) == IN_AN_HOUR + 6, "what was over that goes out later"


async def test_of_many_new_addresses_only_the_last_one_is_asked_and_once(town: Town) -> None:
    await town.gathering()
    codes = [f"code-{number}" for number in range(5)]
    await town.person("a", new_email="last@example.org", codes={"manage": "c0de", "address": codes[-1]})
    for code in codes:
        which = hashlib.sha256(code.encode()).hexdigest()[:16]
        assert participants.mark_of(code) == which
        await town.owe("a", NEW_ADDRESS, id=f"m-{code}", gathering=None, told={"which": which})
    await all_out(town)
    assert [str(mail["To"]) for mail in town.sink.mails] == ["last@example.org"]
    statuses = [(await town.message(f"m-{code}"))["status"] for code in codes]
    assert statuses == ["suppressed"] * 4 + ["sent"]
