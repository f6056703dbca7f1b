"""The call list: people whom nobody can write to, or who did not get what was written, to be called by staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from contracts.notifications import MessageSettled
from services.notifications.channels import CONFIRM_BY_CALL
from services.notifications.refusals_staff import NOT_TO_CALL, NOTHING_TO_CANCEL
from services.notifications.timely import still_waiting
from services.notifications.words import say

Outcome = Literal["reached", "comes", "cancels", "not_reached", "wrong_number"]
SHOWN = 200
ANSWERED = frozenset((CONFIRM_BY_CALL, "offered", "reconfirm"))
"""What has to be answered by a time."""
COMING = frozenset(("unconfirmed", "confirmed", "waiting", "offered"))
"""Where a group stands that may still say that it does not come."""


class CallList:
    """Messages that stand at `to_call`."""

    def __init__(self, database: Database, intents: Aggregates, clock: Clock, public_url: str) -> None:
        self._public_url = public_url
        self._database = database
        self._intents = intents
        self._clock = clock

    async def entries(self, scope: TenantScope) -> list[dict[str, Any]]:
        """Whom to call: those who have to answer by a time before the others; those never tried first, then those tried longest ago. `id` is the message's, `registration` the
        person's; `attempts` are earlier ones; `until` is by when they
        have to answer; `may_cancel`: a no can be entered here; `say` is what to say, in the person's language and in German."""
        intents: list[Document] = []
        for kinds in ({"$in": sorted(ANSWERED)}, {"$nin": sorted(ANSWERED)}):
            waiting = self._intents.collection.find(scope.filter(status="to_call", kind=kinds))
            more = waiting.sort([("called_at", 1), ("at", 1)]).limit(SHOWN - len(intents))
            intents += await more.to_list(None) if len(intents) < SHOWN else []
        found = []
        for one in await still_waiting(self._database, scope, intents, self._clock.now()):
            about = one.contact, one.gathering, one.participant
            said = [say(one.intent, *about, self._public_url, language, "call") for language in (None, "de")]
            entry = _entry(one.intent, *about)
            found.append({**entry, "say": {each.language: list(each.paragraphs) for each in said}})
        return found

    async def settle(
        self, scope: TenantScope, id: str, outcome: Outcome, request: IdempotencyKey | None
    ) -> tuple[dict[str, Any], bool]:
        """What came of a call; (the message, replayed). `reached`: told. `comes`: told, and they said yes to what they were asked
        (`ANSWERED`), which registration carries out. `cancels`: whatever it was about, they said that they do not come, and registration
        cancels the whole group. `not_reached`: stays on the list. `wrong_number`: goes by post where an address is known, else it failed.
        Who signed up without an e-mail address: `reached`, too, says they come, `wrong_number` that nobody there knows of it, so their
        seats go to others.

        Raises: Problem 404 no such message, 409 it is not on the list, or there is nothing to cancel (any more).
        """
        intent = await self._intents.load(scope, id)
        if intent is None:
            raise not_found("message")
        contact = await self._database["contacts"].find_one(scope.filter(_id=intent["contact"])) or {}
        group = None
        if outcome == "cancels":
            group = await self._database["participants"].find_one(scope.filter(_id=intent["contact"]))
        now = self._clock.now()

        def decide(found: Document) -> Change:
            if found["status"] != "to_call":
                raise conflict("not-to-call", NOT_TO_CALL)
            if outcome == "cancels" and not _may_cancel(found, group):
                raise conflict("nothing-to-cancel", NOTHING_TO_CANCEL)
            return _settled(found, outcome, bool(contact.get("post")), now)

        done = await self._intents.execute(scope, id, decide, now, request)
        if done is None:
            raise not_found("message")
        answer, replayed = done
        return answer, replayed


def _settled(intent: Document, outcome: Outcome, has_post: bool, now: datetime) -> Change:
    attempts = [*intent["attempts"], {"at": now, "outcome": outcome, "channel": "call"}]
    answer: dict[str, Any] = {"id": intent["_id"], "outcome": outcome}
    if outcome == "not_reached":
        return Change({"attempts": attempts, "called_at": now}, answer={**answer, "status": "to_call"})
    asked = intent["kind"] == CONFIRM_BY_CALL
    decides = asked or outcome == "cancels" or (outcome == "comes" and intent["kind"] in ANSWERED)
    status: Literal["sent", "to_post", "failed"] = (
        "sent" if outcome in ("reached", "comes", "cancels") else "to_post" if has_post and not asked else "failed"
    )
    event = MessageSettled(
        message_id=intent["_id"],
        kind=intent["kind"],
        channel="letter" if status == "to_post" else "call",
        status=status,
        attempts=len(attempts),
        registration_id=intent["contact"] if decides else None,
        cancels=outcome == "cancels",
    )
    fields = {"status": status, "attempts": attempts, "settled_at": now}
    over = () if status == "to_post" else ("due_at",)
    return Change(fields, over, [event], {**answer, "status": status})


def _may_cancel(intent: Document, group: Document | None) -> bool:
    return bool(intent.get("gathering") and group and group["status"] in COMING)


def _entry(
    intent: Document, person: Document, gathering: Document | None, participant: Document | None
) -> dict[str, Any]:
    until = (participant or {}).get("until") if intent["kind"] in ANSWERED else None
    shown: dict[str, Any] = {
        "id": intent["_id"],
        "kind": intent["kind"],
        "status": intent["status"],
        "at": rfc3339(intent["at"]),
        "attempts": [{"at": rfc3339(one["at"]), "outcome": one["outcome"]} for one in intent["attempts"]],
        "registration": intent["contact"],
        "gathering": None,
        "until": rfc3339(until) if until else None,
        **{key: person.get(key) for key in ("name", "phone", "phone_e164", "language")},
        "helper": person.get("helper") if person.get("via_helper") else None,
        "may_cancel": bool(gathering and not gathering["cancelled"]) and _may_cancel(intent, participant),
    }
    if gathering is not None:
        starts_at = rfc3339(gathering["starts_at"])
        shown["gathering"] = {"id": gathering["_id"], "title": gathering["title"], "starts_at": starts_at}
    return shown
