"""What becomes of an intent: a mail, a call, a letter, or nothing because it no longer matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Literal

import aiosmtplib

from chassis.aggregates import Aggregates, Change
from chassis.mongo import Document
from chassis.service import Context
from chassis.tenancy import of_document
from contracts.notifications import MessageSettled, MessageStatus
from services.notifications import municipal
from services.notifications.changes import concerns
from services.notifications.mail import compose_mail
from services.notifications.smtp import MailServer

GIVE_UP = timedelta(days=2)
UNKNOWN_AGAIN = (timedelta(seconds=0.05), timedelta(seconds=30))
"""A contact may arrive a moment after the event that owes it a message: asked again soon at first, then less often."""
LONGEST_PAUSE = timedelta(minutes=30)
WANTED: dict[str, tuple[str, ...]] = {
    "confirm-address": ("unconfirmed",), "registered": ("confirmed", "arrived"), "confirmed": ("confirmed", "arrived"),
    "waiting": ("waiting",), "offered": ("offered",), "lapsed": ("lapsed",), "cancelled": ("cancelled",),
    "gathering-changed": ("confirmed", "waiting", "offered"),
}  # fmt: skip
Channel = Literal["email", "letter", "call", "none"]


class Delivery:
    """Handles due intents and announcements to everyone of a gathering."""

    def __init__(self, context: Context, intents: Aggregates) -> None:
        self._context = context
        self._database = context.database
        self._intents = intents
        self._server = MailServer(context.settings.smtp_url)
        self._settled = context.metrics.counter("messages_settled", "Messages by what became of them", ["status"])

    async def deliver(self, intent: Document) -> None:
        """Settle one intent, or move its due time."""
        now, scope = self._context.clock.now(), of_document(intent)
        gathering = participant = None
        if intent.get("gathering"):
            gathering = await self._database["gatherings"].find_one(scope.filter(_id=intent["gathering"]))
            participant = await self._database["participants"].find_one(scope.filter(_id=intent["contact"]))
        if gathering and gathering["ends_at"] < now:
            return await self._settle(intent, "expired", "none", now)
        if gathering and gathering["cancelled"] and intent["kind"] != "gathering-cancelled":
            return await self._settle(intent, "suppressed", "none", now)
        wanted = WANTED.get(intent["kind"])
        if participant and wanted and participant["status"] not in wanted:
            return await self._settle(intent, "suppressed", "none", now)
        contact = await self._database["contacts"].find_one(scope.filter(_id=intent["contact"]))
        if contact and contact.get("erased"):
            return await self._settle(intent, "suppressed", "none", now)
        if now - intent["at"] > GIVE_UP:
            return await self._settle(intent, "expired", "none", now)
        if contact is None or (intent.get("gathering") and gathering is None):
            return await self._later(
                intent, now + min(max((now - intent["at"]) / 4, UNKNOWN_AGAIN[0]), UNKNOWN_AGAIN[1])
            )
        if not contact.get("email"):
            by_phone = bool(contact.get("phone"))
            return await self._settle(intent, *(("to_call", "call") if by_phone else ("to_post", "letter")), now)
        await self._mail(intent, contact, gathering, participant, now)

    async def _mail(
        self,
        intent: Document,
        contact: Document,
        gathering: Document | None,
        participant: Document | None,
        now: datetime,
    ) -> None:
        settings, told = self._context.settings, intent
        if intent["kind"] in municipal.KINDS:
            known = await self._database["tenants"].find_one(
                of_document(intent).filter(_id=intent["tenant"]), {"name": 1}
            )
            if known is None:  # its own events come on another lane
                return await self._later(intent, now + UNKNOWN_AGAIN[0] * 20)
            told = {**intent, "told": {**(intent.get("told") or {}), "municipality": known["name"]}}
        try:
            message = compose_mail(told, contact, gathering, participant, settings.public_url, settings.mail_from, now)
        except ValueError:
            return await self._settle(intent, "failed", "email", now, "address")
        try:
            await self._server.send(message, parseaddr(settings.mail_from)[1], contact["email"])
        except (aiosmtplib.SMTPException, OSError) as error:
            # Only the kind of error is kept: servers quote addresses in their answers.
            refused = isinstance(error, aiosmtplib.SMTPRecipientsRefused) and all(
                r.code >= 500 for r in error.recipients
            )
            if refused:
                return await self._settle(intent, "bounced", "email", now, type(error).__name__)
            tried = [*intent["attempts"], {"at": now, "outcome": type(error).__name__}]
            pause = min(timedelta(seconds=2 ** min(len(tried), 12)), LONGEST_PAUSE)
            return await self._later(intent, now + pause, tried)
        await self._settle(intent, "sent", "email", now, "sent")

    async def _later(self, intent: Document, due: datetime, attempts: list[Document] | None = None) -> None:
        fields = {"due_at": due} | ({"attempts": attempts} if attempts else {})
        await self._intents.commit(of_document(intent), intent, Change(set=fields), self._context.clock.now())

    async def _settle(
        self, intent: Document, status: MessageStatus, channel: Channel, now: datetime, outcome: str | None = None
    ) -> None:
        tried = [*intent["attempts"], *([{"at": now, "outcome": outcome}] if outcome else [])]
        event = MessageSettled(
            message_id=intent["_id"], kind=intent["kind"], channel=channel, status=status, attempts=len(tried)
        )
        change = Change(set={"status": status, "attempts": tried, "settled_at": now}, unset=["due_at"], events=[event])
        await self._intents.commit(of_document(intent), intent, change, now)
        self._settled.labels(status).inc()

    async def announce(self, announcement: Document) -> None:
        """One intent for everybody who stands in the gathering's ledger; repeating it adds none."""
        scope = of_document(announcement)
        standing = scope.filter(
            gathering=announcement["gathering"], status={"$in": ["confirmed", "waiting", "offered"]}
        )
        told = announcement.get("told") or {}
        for row in await self._database["participants"].find(standing, {"status": 1}).to_list(None):
            if "changes" in told and not concerns(told["changes"], row["status"]):
                continue
            fields = {
                "told": told,
                "tenant": scope.tenant, "kind": announcement["kind"], "contact": row["_id"], "status": "pending", "attempts": [],
                "version": 1, "at": announcement["at"], "due_at": announcement["at"], "gathering": announcement["gathering"],
            }  # fmt: skip
            id = f"{announcement['_id']}-{row['_id']}"
            await self._intents.collection.update_one({"_id": id}, {"$setOnInsert": fields}, upsert=True)
        await self._database["announcements"].update_one({"_id": announcement["_id"]}, {"$unset": {"due_at": ""}})
