"""A municipality with one real object of each kind, made over the API as its own staff and people would; what comes of faults and
mail, by the service's own repositories."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.records import Record
from chassis.storage.tenancy import TenantScope, of_document
from kommune.demo.answers import QUESTIONNAIRE
from services.notifications.inbox.documents import InboxMail
from services.notifications.inbox.repository import Inbox
from services.notifications.returned.documents import ReturnedMail
from services.notifications.returned.repository import ReturnedMails
from services.notifications.sms.gateways import PURPOSE as GATEWAY_REPORTS
from services.notifications.webhooks.documents import WebhookDelivery
from services.notifications.webhooks.repository import WebhookDeliveries
from services.selfcheck.questionnaires.repository import SHIPPED
from tests.service.security.conftest import TENANTS, Everything, admit
from tests.service.security.test_bad_input import DRAFT, PERSON
from tests.support.bodies import body_for

_FIELD = json.loads((SHIPPED / f"{QUESTIONNAIRE['id']}-{QUESTIONNAIRE['version']}.json").read_text("utf-8"))["fields"][
    0
]
FIELD: str = _FIELD["id"]
QUESTION: str = _FIELD["criteria"][0]["questions"][0]["id"]
DISTRICT = "landkreis"
"""Asks each municipality by itself, and shares with each what the others have no part in."""
OPTIONAL = "gathering-thanks"
"""A kind of message that people may decline."""
KNOWN_BY = {
    **dict.fromkeys(
        (
            "gathering",
            "way",
            "draft",
            "held",
            "training",
            "person",
            "leaver",
            "caller",
            "writer",
            "erasure",
            "staff",
            "address",
        ),
        "registration",
    ),
    **dict.fromkeys(("assessment", "invitation", "measure"), "selfcheck"),
    **dict.fromkeys(("workshop", "closed", "guest", "asker", "delegation", "evidence", "vote", "joint"), "selfcheck"),
    **dict.fromkeys(("practice", "ring", "document", "meeting", "task", "question", "answer", "visit"), "reporting"),
    **dict.fromkeys(("webhook", "delivery", "inbox", "returned", "batch", "reports"), "notifications"),
}
"""Which service made it. The others keep rows of the same id, which `what_follows` finds there."""
OF_ITS_KIND = {
    "registration": {
        **dict.fromkeys(("gatherings", "desk", "series"), "gathering"),
        **dict.fromkeys(("registrations", "people", "my", "address"), "person"),
        **dict.fromkeys(("erasure", "erasures"), "erasure"),
        "staff": "address",
        "invitations": "way",
        "dead-letters": "registration.dead",
        "parked": "registration.dead",
    },
    "selfcheck": {
        "assessments": "assessment",
        "invitations": "invitation",
        "measures": "measure",
        "people": "invitation",
        **dict.fromkeys(("delegation", "hand-on"), "delegation"),
        "evidence": "evidence",
        "votes": "vote",
        "joint-assessments": "joint",
        "dead-letters": "selfcheck.dead",
        "parked": "selfcheck.dead",
    },
    "notifications": {
        **dict.fromkeys(("messages", "call-list", "calls", "letters"), "notifications.intents"),
        "gatherings": "gathering",
        "feedback": "held",
        "people": "person",
        "webhooks": "webhook",
        "deliveries": "delivery",
        "unsubscribe": "person",
        "inbox": "inbox",
        **dict.fromkeys(("returned", "returned-mails"), "returned"),
        "batches": "batch",
        "reports": "reports",
        "dead-letters": "notifications.dead",
        "parked": "notifications.dead",
    },
    "reporting": {
        **dict.fromkeys(("assessments", "action-plans"), "closed"),
        "people": "person",
        "practices": "practice",
        "library": "practice",
        "rings": "ring",
        "entries": "document",
        "meetings": "meeting",
        "measures": "task",
        "questions": "question",
        "answers": "answer",
        "visits": "visit",
        "joint-assessments": "joint",
        "trainings": "training",
        "dead-letters": "reporting.dead",
        "parked": "reporting.dead",
    },
}
"""By service and the word of the path that stands before an id: which object of a municipality has it."""
BEFORE_CODES = {
    ("registration", "my"),
    ("registration", "address"),
    ("registration", "arrive"),
    ("registration", "reached"),
    ("registration", "applications"),
    ("selfcheck", "answers"),
    ("selfcheck", "room"),
    ("notifications", "people"),
    ("notifications", "unsubscribe"),
    ("notifications", "feedback"),
}
"""The word that stands before what only somebody's link has: these are walked with the codes of the municipality's own people."""


@dataclass
class Town:
    """What one municipality has: ids by what they are, and the codes of its people's links."""

    slug: str
    ids: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def of(self, service: str) -> list[str]:
        """The ids of what a service may know."""
        return sorted({id for name, id in self.ids.items() if KNOWN_BY.get(name, name.partition(".")[0]) == service})

    def secrets(self) -> set[str]:
        return {*self.ids.values(), *self.codes.values()} - {self.slug}


class Furnishing:
    """Makes one of everything."""

    def __init__(self, everything: Everything, town: Town) -> None:
        self._everything = everything
        self._town = town
        self.scope: TenantScope = of_document({"tenant": town.slug})

    async def ask(self, role: str, method: str, path: str, body: Any = None, tenant: str = "", resume: str = "") -> Any:
        """What somebody gets who does this; `tenant`: of another municipality than this one."""
        client = self._everything.client(tenant or self._town.slug, role) if role else self._everything.client()
        url = self._everything.url(path.replace("TENANT", tenant or self._town.slug))
        headers = {"X-Resume-Code": resume} if resume else {}
        answer = await client.request(method, url, headers=headers, **({"json": body} if body is not None else {}))
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def all(self) -> None:
        """All that needs no other service to have heard of it."""
        await self.meeting()
        await self.self_check()
        await self.workshop()
        await self.exchange()
        await self.with_its_district()

    async def meeting(self) -> None:
        ids, codes, base = self._town.ids, self._town.codes, "/registration/v1/TENANT"
        ids["gathering"] = (await self.ask("coordinator", "POST", f"{base}/gatherings", DRAFT))["id"]
        await self.ask("coordinator", "POST", f"{base}/gatherings/{ids['gathering']}/publication")
        ids["way"] = f"course-{ids['gathering']}"
        invited = {"invitations": [{"id": ids["way"], "name": "Sprachkurs"}]}
        await self.ask("coordinator", "PATCH", f"{base}/gatherings/{ids['gathering']}", invited)
        ids["draft"] = (await self.ask("coordinator", "POST", f"{base}/gatherings", DRAFT))["id"]
        for name, kind in (("held", "dialogue"), ("training", "training")):
            ids[name] = (await self.ask("coordinator", "POST", f"{base}/gatherings", DRAFT | {"kind": kind}))["id"]
            await self.ask("coordinator", "POST", f"{base}/gatherings/{ids[name]}/publication")
        people = f"{base}/gatherings/{ids['gathering']}/registrations"
        slug = self._town.slug
        for name, contact, role, channel in (
            ("person", {"email": f"olena@{slug}.example.org"}, "", "web"),
            ("leaver", {"email": f"petro@{slug}.example.org"}, "", "web"),
            ("caller", {"phone": "04421 123456"}, "", "web"),
            ("writer", {"post": "Weg 1\n26382 Wilhelmshaven"}, "intake", "phone"),
        ):
            body = PERSON | {"contact": contact, "channel": channel}
            ids[name] = (await self.ask(role, "POST", people, body))["id"]
        secrets = self._everything.services["registration"].context.secrets
        codes["application"] = secrets.code("application", slug)
        codes |= {name: secrets.code("manage", ids[name]) for name in ("person", "leaver", "caller")}
        asked = await self.ask("coordinator", "POST", f"{base}/erasures", {"person_id": ids["leaver"]})
        ids["erasure"] = asked["id"]
        staff = await self.ask(
            "coordinator", "PUT", f"{base}/staff/intake@{slug}.example.org", {"roles": ["intake"], "name": "Ida"}
        )
        ids["staff"] = staff["person_id"]
        ids["address"] = f"intake@{slug}.example.org"

    async def self_check(self) -> None:
        ids, codes = self._town.ids, self._town.codes
        ids["assessment"], invited = await self._asked("Bau")
        here = f"/selfcheck/v1/TENANT/assessments/{ids['assessment']}"
        ids["invitation"], codes["answer"] = invited["id"], invited["answer_url"].rsplit("/", 1)[1]
        person = {"perspective": "staff", "label": "Kita"}
        asker = await self.ask("coordinator", "POST", f"{here}/invitations", person)
        ids["asker"], codes["asker"] = asker["id"], asker["answer_url"].rsplit("/", 1)[1]
        sheet = f"/selfcheck/v1/answers/{codes['asker']}"
        saved = await self.ask("", "PUT", sheet, {"answers": {QUESTION: 2}})
        codes["asker.resume"] = saved["resume_code"]
        contact = {"email": f"kollegin@{self._town.slug}.example.org", "name": "Mia"}
        handed = {"questions": [QUESTION], "contact": contact}
        on = await self.ask("", "POST", f"{sheet}/delegation", handed, resume=codes["asker.resume"])
        ids["delegation"] = on["id"]
        app = self._everything.apps["selfcheck"]
        made = body_for(app.openapi(), "/selfcheck/v1/{tenant}/assessments/{id}/measures", "POST")
        measure = await self.ask(
            "coordinator", "POST", f"{here}/measures", {**made, "title": "Wegweiser", "field": FIELD}
        )
        ids["measure"] = measure["id"]

    async def workshop(self) -> None:
        """A self-check that is answered and revealed, with evidence, a room and an open vote; and one that is closed."""
        ids, codes = self._town.ids, self._town.codes
        for name in ("workshop", "closed"):
            ids[name], invited = await self._asked("Schule")
            sheet = f"/selfcheck/v1/answers/{invited['answer_url'].rsplit('/', 1)[1]}"
            link = {"question": QUESTION, "url": "https://example.org/", "name": "Konzept"}
            added = await self.ask("", "POST", f"{sheet}/evidence", link)
            await self.ask("", "PUT", sheet, {"answers": {QUESTION: 2}}, resume=added["resume_code"])
            await self.ask("moderator", "POST", f"/selfcheck/v1/TENANT/assessments/{ids[name]}/reveal")
            ids["guest"], ids["evidence"] = ids.get("guest", invited["id"]), ids.get("evidence", added["id"])
        here = f"/selfcheck/v1/TENANT/assessments/{ids['workshop']}"
        codes["room"] = (await self.ask("moderator", "POST", f"{here}/room"))["room_url"].rsplit("/", 1)[1]
        ids["vote"] = (await self.ask("moderator", "POST", f"{here}/votes", {}))["id"]
        await self.ask("moderator", "POST", f"/selfcheck/v1/TENANT/assessments/{ids['closed']}/closing")

    async def _asked(self, label: str) -> tuple[str, Any]:
        """A self-check, and an invitation to it."""
        base, perspectives = "/selfcheck/v1/TENANT/assessments", [{"id": "staff", "title": "Amt"}]
        body = {"questionnaire": QUESTIONNAIRE, "title": "Selbstcheck", "perspectives": perspectives}
        id = (await self.ask("coordinator", "POST", base, body))["id"]
        person = {"perspective": "staff", "label": label}
        return id, await self.ask("coordinator", "POST", f"{base}/{id}/invitations", person)

    async def exchange(self) -> None:
        """What it keeps to itself of what could be shared, and where it has its events sent."""
        ids, base = self._town.ids, "/reporting/v1/TENANT"
        practice = {"title": {"de": "Wegweiser"}, "fields": []}
        ids["practice"] = (await self.ask("coordinator", "POST", f"{base}/practices", practice))["id"]
        ids["ring"] = (await self.ask("coordinator", "POST", f"{base}/rings", {"title": "Ring", "municipalities": []}))[
            "id"
        ]
        hook = {"url": "http://127.0.0.1:9/events", "events": ["*"]}
        ids["webhook"] = (await self.ask("coordinator", "POST", "/notifications/v1/TENANT/webhooks", hook))["id"]

    async def with_its_district(self) -> None:
        """What it shares with its district alone: a ring with all that stands in one, a visit, a joint self-check."""
        everything, ids, base = self._everything, self._town.ids, "/reporting/v1/TENANT"
        await admit(everything, DISTRICT, kind="district")
        since = {"valid_from": "2024-01-01"}
        await self.ask("programme_office", "PUT", f"/registration/v1/TENANT/membership/{DISTRICT}", since)
        await everything.spread("municipalities")
        ring = f"{base}/rings/{ids['ring']}"
        await self.ask("coordinator", "POST", f"{ring}/invitations", {"municipality": DISTRICT})
        await self.ask("coordinator", "PUT", f"{ring}/membership", tenant=DISTRICT)
        soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        for name, word, body in (
            ("document", "documents", {"title": "Leitfaden", "url": "https://example.org/leitfaden"}),
            ("meeting", "meetings", {"title": "Treffen", "starts_at": soon.isoformat()}),
            ("task", "measures", {"title": "Wegweiser"}),
        ):
            made = await self.ask("coordinator", "POST", f"{ring}/{word}", body)
            ids[name] = made[word][0]["id"]
        asked = {"text": {"de": "Was kostet das?"}, "ring": ids["ring"]}
        ids["question"] = (await self.ask("coordinator", "POST", f"{base}/questions", asked))["id"]
        reply, path = {"text": {"de": "Nichts."}}, f"{base}/questions/{ids['question']}/answers"
        ids["answer"] = (await self.ask("coordinator", "POST", path, reply, tenant=DISTRICT))["id"]
        visit = {
            "kind": "ask",
            "title": "Besuch",
            "municipalities": [DISTRICT],
            "starts_at": soon.isoformat(),
            "ends_at": (soon + timedelta(hours=3)).isoformat(),
        }
        ids["visit"] = (await self.ask("coordinator", "POST", f"{base}/visits", visit))["id"]
        joint = {
            "questionnaire": QUESTIONNAIRE,
            "title": "Gemeinsam",
            "perspectives": [{"id": "staff", "title": "Amt"}],
            "members": [self._town.slug],
        }
        path = "/selfcheck/v1/TENANT/joint-assessments"
        ids["joint"] = (await self.ask("moderator", "POST", path, joint, tenant=DISTRICT))["id"]

    async def what_follows(self) -> None:
        """Messages and calls came of it, and the others know of it."""
        for _ in range(3):
            await self._everything.spread_all()
        for service in self._everything.services.values():
            for collection in await service.context.database.collections():
                found = await service.context.database[collection].find({"tenant": self._town.slug}).to_list(None)
                ids = [one["_id"] for one in found if isinstance(one["_id"], str) and self._town.slug not in one["_id"]]
                if ids and ids[0] not in self._town.of(service.name):
                    self._town.ids[f"{service.name}.{collection}"] = ids[0]

    async def afterwards(self) -> None:
        """What takes what the others know: an action plan that everybody may read, notes of a training, mail, faults."""
        plan = f"/reporting/v1/TENANT/assessments/{self._town.ids['closed']}/action-plan"
        await self.ask("coordinator", "PUT", f"{plan}/draft/fields/{FIELD}", {"goal": {"de": "Gut."}})
        await self.ask("coordinator", "POST", f"{plan}/versions", {"foreword": {"de": "Gut."}})
        await self.ask("coordinator", "PUT", f"{plan}/publicity", {"public": True})
        notes = {"offices": [{"office": "Bauamt", "people": 3}]}
        await self.ask("coordinator", "PUT", f"/reporting/v1/TENANT/trainings/{self._town.ids['training']}", notes)
        await self._mail_and_faults()

    async def _mail_and_faults(self) -> None:
        """A letter in a batch, mail that came in or back, an event that went to an endpoint, and one that nobody could handle."""
        ids, codes, now = self._town.ids, self._town.codes, datetime.now(UTC).replace(microsecond=0)
        context = self._everything.services["notifications"].context
        contact = await context.database["contacts"].find_one({"tenant": self._town.slug, "_id": ids["caller"]})
        assert contact is not None
        services: Any = self._everything.apps["notifications"].state.services
        codes["unsubscribe"] = services.unsubscribe.link(self.scope, ids["person"], OPTIONAL).rsplit("/", 1)[1]
        codes["ticket"] = services.feedback.new_ticket(self.scope, ids["held"])
        over = {"starts_at": now - timedelta(hours=3), "ends_at": now - timedelta(hours=1)}
        await context.database["gatherings"].update_one({"_id": ids["held"]}, {"$set": over})
        codes["proof"], codes["door"] = contact["codes"]["reached"], contact["codes"]["door"]
        await self._deliver_to(ids["writer"])
        ids["batch"] = (await self.ask("intake", "POST", "/notifications/v1/TENANT/letters/batches"))["id"]
        about: dict[str, Any] = {"tenant": self._town.slug, "at": now}
        mail = InboxMail(id=context.secrets.code("test", self._town.slug), keep_until=now + timedelta(days=9), state="open", name="Olena", **about)  # fmt: skip
        await Inbox(context.database).add(self.scope, mail, [], now)
        to_person = await context.database["intents"].find_one({"contact": ids["person"]})
        assert to_person is not None
        back = ReturnedMail(id=to_person["_id"], contact=ids["person"], kind=to_person["kind"], reason="other", **about)
        await ReturnedMails(context.database).record(self.scope, back)
        sent = WebhookDelivery(id=f"{self._town.slug}-sent", webhook=ids["webhook"], event_type="x.v1", payload=b"{}", **about)  # fmt: skip
        await WebhookDeliveries(context.database).insert_if_absent([sent], now)
        ids |= {"inbox": mail.id, "returned": back.id, "delivery": sent.id}
        ids["reports"] = context.secrets.code(GATEWAY_REPORTS, f"{self._town.slug} seven")
        for name, service in self._everything.services.items():
            broken = Record(f"{name}.v1", 9, TENANTS.index(self._town.slug), f"{self._town.slug}-broken", b"{", ())
            store = DeadLetterStore(service.context.database["parked"])
            await store.add([(broken, "parked", self._town.slug, "x")], now)
            ids[f"{name}.dead"] = broken.place

    async def _deliver_to(self, contact: str) -> None:
        """What a worker of notifications does with the messages to this person."""
        notifications = self._everything.services["notifications"]
        job: Any = next(one for one in notifications.definition.jobs if one.name == "deliver")
        await job.leases.beat()
        wanted = {"contact": contact, "tenant": self._town.slug}
        for message in await notifications.context.database["intents"].find(wanted).to_list(None):
            await job.handle(message)
