"""Letters for people who are reached by post: one PDF of all that wait, for window envelopes, each in its reader's language."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.documents.qr_codes import qr_svg
from chassis.documents.typeset import NotTypeset, Template
from chassis.http.problems import not_found
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import direction, format_date, pick
from chassis.text.translations import mark
from contracts.notifications import MessageSettled
from services.notifications.letters_staff import desk_page
from services.notifications.timely import Waiting, still_waiting
from services.notifications.words import SQUARE, Said, catalogue, say

TEMPLATE = Template(Path(__file__).with_name("letter.typ"))
MOST = 200
"""Letters in one PDF; the next ones follow when these are printed."""
GREETING = mark("Good day %(name)s,")
ONWARD = mark("Under this address you see where your registration stands, and can change or cancel it:")
SHOW = mark("At the door, show this square or say your code: %(code)s")
OR_CALL = mark("Or call us:")


class Letters:
    """Messages that stand at `to_post`."""

    def __init__(self, database: Database, intents: Aggregates, clock: Clock, public_url: str) -> None:
        self._database = database
        self._intents = intents
        self._clock = clock
        self._public_url = public_url

    async def waiting(self, scope: TenantScope) -> list[dict[str, Any]]:
        """Letters that are to be printed, oldest first: `{id, kind, at, name}`."""
        return [
            {
                "id": one.intent["_id"],
                "kind": one.intent["kind"],
                "at": rfc3339(one.intent["at"]),
                "name": one.contact["name"],
            }
            for one in await self._addressed(scope)
        ]

    async def pdf(self, scope: TenantScope, municipality: Document) -> bytes:
        """All that wait, one letter a page. Printing changes nothing: what was put into the post is told by `printed`.

        Raises: Problem 404 there is nothing to print.
        """
        addressed = await self._addressed(scope)
        if not addressed:
            raise not_found("letter to be printed")
        now = self._clock.now()
        data = [self._data(one, municipality, now) for one in addressed]
        return await asyncio.to_thread(compose_pdf, data)

    async def printed(self, scope: TenantScope, ids: list[str]) -> list[str]:
        """These are on their way: they are not printed again. Answers those that stood to be printed; repeating changes nothing."""
        now, done = self._clock.now(), []
        for id in ids:
            result = await self._intents.execute(scope, id, lambda found: _posted(found, now), now)
            if result is not None and result[0]:
                done.append(id)
        return done

    async def _addressed(self, scope: TenantScope) -> list[Waiting]:
        found = await self._intents.collection.find(scope.filter(status="to_post")).sort("at").limit(MOST).to_list(None)
        waiting = await still_waiting(self._database, scope, found, self._clock.now())
        return [one for one in waiting if one.contact.get("post")]

    def _data(self, letter: Waiting, municipality: Document, now: datetime) -> dict[str, Any]:
        said = say(letter.intent, letter.contact, letter.gathering, letter.participant, self._public_url, way="letter")
        return letter_of(said, letter.contact["post"], municipality, now)


def letter_of(said: Said, post: str, municipality: Document, now: datetime) -> dict[str, Any]:
    """A letter as `letter.typ` takes it. `post`: the postal address in lines."""
    words = catalogue()[said.language].gettext
    lines = [line.strip() for line in post.splitlines() if line.strip()]
    named = said.to in lines[:1]
    door = said.door
    return {
        "language": "de" if said.language == "de-simple" else said.language,
        "rtl": direction(said.language) == "rtl",
        "sender": pick(municipality["name"], "de")[0],
        "address": [*([] if named else [said.to]), *lines][:6],
        "date": format_date(now, "de"),
        "subject": said.subject,
        "greeting": words(GREETING) % {"name": said.to},
        "paragraphs": [one for one in said.paragraphs if door is None or one != door.told],
        "door": door
        and {
            "qr": qr_svg(door.address, border=1),
            "alt": words(SQUARE) % {"code": door.code},
            "show": words(SHOW).partition("%(code)s")[::2],
            "code": door.code,
        },
        "link": said.link,
        "qr": qr_svg(said.link, border=1),
        "onward": words(ONWARD),
        "or_call": words(OR_CALL),
        "phone": municipality.get("phone"),
    }


def compose_pdf(letters: list[dict[str, Any]]) -> bytes:
    """The PDF/UA-1 of letters put together by `Letters`. Takes some 0.2 s of processor time: call it in a thread.

    Where a letter could not be made, or has signs that can't be printed, a page for the desk in front says whose.
    """
    try:
        done = TEMPLATE.typeset({"desk": None, "letters": letters})
        failed: list[dict[str, Any]] = []
    except NotTypeset:
        failed = [one for one in letters if not _can_be_set(one)]
        letters = [one for one in letters if one not in failed]
        done = TEMPLATE.typeset({"desk": desk_page(failed, []), "letters": letters})
    unreadable = [one for one in letters if _has_any(one, done.missing)]
    if unreadable:
        done = TEMPLATE.typeset({"desk": desk_page(failed, unreadable), "letters": letters})
    return done.pdf


def _can_be_set(letter: dict[str, Any]) -> bool:
    try:
        TEMPLATE.typeset({"desk": None, "letters": [letter]})
    except NotTypeset:
        return False
    return True


def _has_any(letter: dict[str, Any], signs: frozenset[str]) -> bool:
    words = (letter["subject"], letter["greeting"], *letter["address"], *letter["paragraphs"])
    return any(not signs.isdisjoint(one) for one in words)


def _posted(intent: Document, now: datetime) -> Change | None:
    if intent["status"] != "to_post":
        return None
    attempts = [*intent["attempts"], {"at": now, "outcome": "posted", "channel": "letter"}]
    event = MessageSettled(
        message_id=intent["_id"], kind=intent["kind"], channel="letter", status="sent", attempts=len(attempts)
    )
    return Change({"status": "sent", "attempts": attempts, "settled_at": now}, ["due_at"], [event], True)
