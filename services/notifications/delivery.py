"""What becomes of an intent: a mail, a text message, a call, a letter, or nothing because it no longer matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

import aiosmtplib

from chassis.service import ServiceContext
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.notifications import MessageSettled, MessageStatus
from services.notifications import municipal, respondents
from services.notifications.changes import concerns, merged
from services.notifications.channels import Channel, channel
from services.notifications.mail import compose_mail
from services.notifications.sms import GatewayAway, NotTaken, SmsGateway
from services.notifications.smtp import MailServer
from services.notifications.timely import said_already, verdict
from services.notifications.words import NEW_ADDRESS, say

GIVE_UP = timedelta(days=2)
BY_HAND = frozenset(("to_call", "to_post"))
UNKNOWN_AGAIN = (timedelta(seconds=0.05), timedelta(seconds=30))
"""A contact may arrive a moment after the event that owes it a message: asked again soon at first, then less often."""
LONGEST_PAUSE = timedelta(minutes=30)
LOOK_AGAIN = timedelta(minutes=15)
"""How often it is looked whether what people are to hand on still matters."""


class NoUse(Exception):
    """This way will never reach the recipient."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TryLater(NoUse):
    """This way is closed for a while."""


class Delivery:
    """Handles due intents and announcements to everyone of a gathering."""

    def __init__(self, context: ServiceContext, intents: Aggregates) -> None:
        self._context = context
        self._database = context.database
        self._intents = intents
        self._server = MailServer(context.settings.smtp_url)
        self._sms = gateway_of(context.settings)
        self._settled = context.metrics.counter("messages_settled", "Messages by what became of them", ["status"])

    async def deliver(self, intent: Document) -> None:
        """Settle one intent, or move its due time; what stands to be called or posted is taken back when it no longer matters."""
        now, scope = self._context.clock.now(), of_document(intent)
        gathering = participant = None
        if intent.get("gathering"):
            gathering = await self._database["gatherings"].find_one(scope.filter(_id=intent["gathering"]))
            participant = await self._database["participants"].find_one(scope.filter(_id=intent["contact"]))
        if reason := verdict(intent, gathering, participant, now):
            return await self._settle(intent, reason, "none", now)
        if intent["status"] in BY_HAND:
            return await self._later(intent, now + LOOK_AGAIN)
        if reason := await respondents.verdict(self._database, scope, intent, now):
            return await self._settle(intent, reason, "none", now)
        contact = await self._database["contacts"].find_one(scope.filter(_id=intent["contact"]))
        if contact and contact.get("erased"):
            return await self._settle(intent, "suppressed", "none", now)
        if now - intent["at"] > GIVE_UP:
            return await self._settle(intent, "expired", "none", now)
        if contact is None or (intent.get("gathering") and gathering is None):
            return await self._later(
                intent, now + min(max((now - intent["at"]) / 4, UNKNOWN_AGAIN[0]), UNKNOWN_AGAIN[1])
            )
        way = channel(intent, contact, gathering, now, self._sms is not None)
        if way == "call" and (said_already(intent, participant) or await self._said_no(scope, intent)):
            return await self._settle(intent, "suppressed", "none", now)
        if way in ("call", "letter"):
            return await self._settle(intent, "to_call" if way == "call" else "to_post", way, now)
        if way == "none":
            return await self._settle(intent, "bounced" if intent.get("failed") else "failed", "none", now)
        if intent["kind"] in municipal.KINDS:
            known = await self._database["tenants"].find_one(scope.filter(_id=intent["tenant"]), {"name": 1})
            if known is None:  # its own events come on another lane
                return await self._later(intent, now + UNKNOWN_AGAIN[0] * 20)
            intent["told"] = {**(intent.get("told") or {}), "municipality": known["name"]}
        if intent["kind"] in respondents.KINDS:
            intent["told"] = await respondents.told(self._database, scope, intent)
        send = self._mail if way == "email" else self._text
        try:
            await send(intent, contact, gathering, participant, now)
        except TryLater as away:
            tried = [*intent["attempts"], {"at": now, "outcome": away.why, "channel": way}]
            pause = min(timedelta(seconds=2 ** min(len(tried), 12)), LONGEST_PAUSE)
            await self._later(intent, now + pause, tried)
        except NoUse as refused:
            await self._another_way(intent, way, refused.why, now)
        else:
            await self._settle(intent, "sent", way, now, "sent")

    async def _said_no(self, scope: TenantScope, intent: Document) -> bool:
        """Whether this would call somebody to tell them that they cancelled, which they said in a call."""
        calls = scope.filter(contact=intent["contact"], **{"attempts.outcome": "cancels"})
        return intent["kind"] == "cancelled" and await self._intents.collection.find_one(calls, {"_id": 1}) is not None

    async def _mail(
        self,
        intent: Document,
        contact: Document,
        gathering: Document | None,
        participant: Document | None,
        now: datetime,
    ) -> None:
        settings = self._context.settings
        try:
            message = compose_mail(
                intent, contact, gathering, participant, settings.public_url, settings.mail_from, now
            )
        except ValueError:
            raise NoUse("address") from None
        recipient = contact["new_email"] if intent["kind"] == NEW_ADDRESS else contact["email"]
        try:
            await self._server.send(message, parseaddr(settings.mail_from)[1], recipient)
        except (aiosmtplib.SMTPException, OSError) as error:
            # Only the kind of error is kept: servers quote addresses in their answers.
            refused = isinstance(error, aiosmtplib.SMTPRecipientsRefused) and all(
                r.code >= 500 for r in error.recipients
            )
            raise (NoUse if refused else TryLater)(type(error).__name__) from None

    async def _text(
        self,
        intent: Document,
        contact: Document,
        gathering: Document | None,
        participant: Document | None,
        now: datetime,
    ) -> None:
        assert self._sms is not None
        said = say(intent, contact, gathering, participant, self._context.settings.public_url, way="sms")
        try:
            await self._sms.send(intent["_id"], intent["tenant"], contact["phone_e164"], said, now)
        except NotTaken as refused:
            raise NoUse(str(refused)) from None
        except GatewayAway as away:
            raise TryLater(str(away)) from None

    async def _another_way(self, intent: Document, way: Channel, why: str, now: datetime) -> None:
        """This way is no use for this message: look for the next one at once."""
        attempts = [*intent["attempts"], {"at": now, "outcome": why, "channel": way}]
        fields = {"attempts": attempts, "failed": [*(intent.get("failed") or ()), way], "due_at": now}
        await self._intents.commit(of_document(intent), intent, Change(set=fields), now)

    async def _later(self, intent: Document, due: datetime, attempts: list[Document] | None = None) -> None:
        fields = {"due_at": due} | ({"attempts": attempts} if attempts else {})
        await self._intents.commit(of_document(intent), intent, Change(set=fields), self._context.clock.now())

    async def _settle(
        self, intent: Document, status: MessageStatus, channel: Channel, now: datetime, outcome: str | None = None
    ) -> None:
        tried = [*intent["attempts"], *([{"at": now, "outcome": outcome, "channel": channel}] if outcome else [])]
        event = MessageSettled(
            message_id=intent["_id"], kind=intent["kind"], channel=channel, status=status, attempts=len(tried)
        )
        sets: Document = {"status": status, "attempts": tried, "settled_at": now}
        again = {"due_at": now + LOOK_AGAIN} if status in BY_HAND else {}
        change = Change(set=sets | again, unset=() if again else ["due_at"], events=[event])
        await self._intents.commit(of_document(intent), intent, change, now)
        self._settled.labels(status).inc()

    async def announce(self, announcement: Document) -> None:
        """One intent for everybody who stands in the gathering's ledger; repeating it adds none. Who is still to be called, or
        sent a letter, about a former change is told both in one."""
        scope = of_document(announcement)
        standing = scope.filter(
            gathering=announcement["gathering"], status={"$in": ["unconfirmed", "confirmed", "waiting", "offered"]}
        )
        everybody = await self._database["participants"].find(standing, {"status": 1}).to_list(None)
        former = await self._still_to_be_told(scope, announcement) if "changes" in announcement["told"] else {}
        for row in everybody:
            told = announcement["told"]
            if row["_id"] in former:
                told = {"changes": merged((former[row["_id"]].get("told") or {}).get("changes") or {}, told["changes"])}
            if "changes" in told and not concerns(told["changes"], row["status"]):
                continue
            fields = {
                "told": told,
                "tenant": scope.tenant,
                "kind": announcement["kind"],
                "contact": row["_id"],
                "status": "pending",
                "attempts": [],
                "version": 1,
                "at": announcement["at"],
                "due_at": announcement["at"],
                "gathering": announcement["gathering"],
            }
            id = f"{announcement['_id']}-{row['_id']}"
            await self._intents.collection.update_one({"_id": id}, {"$setOnInsert": fields}, upsert=True)
        for earlier in former.values():
            await self._settle(earlier, "suppressed", "none", self._context.clock.now())
        await self._database["announcements"].update_one({"_id": announcement["_id"]}, {"$unset": {"due_at": ""}})

    async def _still_to_be_told(self, scope: TenantScope, announcement: Document) -> dict[str, Document]:
        """By contact: the message about former changes that nobody has handed on yet."""
        wanted = scope.filter(
            status={"$in": sorted(BY_HAND)},
            kind=announcement["kind"],
            gathering=announcement["gathering"],
            at={"$lt": announcement["at"]},
        )
        return {one["contact"]: one for one in await self._intents.collection.find(wanted).to_list(None)}


def gateway_of(settings: Settings) -> SmsGateway | None:
    """The operator's gateway for text messages, if there is one."""
    if not settings.sms_webhook_url or settings.sms_webhook_secret is None:
        return None
    return SmsGateway(settings.sms_webhook_url, settings.sms_webhook_secret.get_secret_value())
