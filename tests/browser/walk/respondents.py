"""What respondents and the people in a workshop see of the self-check, with the data behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from kommune.demo import steps
from kommune.demo.answers import answers
from kommune.demo.plans import PlannedCheck
from services.selfcheck.answering.api import resume_cookie
from tests.browser.conftest import Town
from tests.browser.walk.residents import TENANT
from tests.browser.walk.visits import Visit

SHEET = "/selfcheck/answers/{code}"
ROOM = "/selfcheck/room/{code}"
CHECK = PlannedCheck("Selbstcheck", (2.7, 2.3, 2.9, 2.0, 2.5, 2.2, 2.4), (1.9, 1.7, 2.4, 1.8, 1.4, 1.9, 1.5), (5, 4))
BASE = f"/selfcheck/v1/{TENANT}/assessments"


class Respondents:
    """Makes the data through the API, remembers what others need of it."""

    def __init__(self, town: Town) -> None:
        self._platform = town.platform
        self.open = self.revealed = self.closed = self.deleted = ""
        self.invitation = self.measure = ""
        self.question = self.field = ""

    async def visits(self) -> Sequence[Visit]:
        """All of them; what they lead to stands there afterwards."""
        asked = await steps.questionnaire(self._platform)
        self.field = asked["fields"][0]["id"]
        self.question = asked["fields"][0]["criteria"][0]["questions"][0]["id"]
        self._asked = asked
        return [*await self._sheets(), *await self._rooms()]

    async def _call(self, method: str, path: str, body: Any = None, role: str = "moderator") -> Any:
        return await self._platform.call(method, f"{BASE}/{path}", body, role=role, tenant=TENANT)

    async def _invited(self, assessment: str, label: str, **contact: Any) -> dict[str, Any]:
        body = {"perspective": "administration", "label": label} | contact
        found: dict[str, Any] = await self._call("POST", f"{assessment}/invitations", body, "coordinator")
        return found

    async def _sheets(self) -> list[Visit]:
        self.open = (await steps.open_assessment(self._platform, TENANT, "Selbstcheck 2026", "walk open"))["id"]
        deadline = {"deadline": (datetime.now(UTC) + timedelta(days=20)).isoformat()}
        await self._platform.call("PUT", f"{BASE}/{self.open}/deadline", deadline, role="coordinator", tenant=TENANT)
        made = [await self._invited(self.open, label) for label in ("Bauamt", "Jugendamt", "Kulturamt")]
        mailed = {"contact": {"name": "Tomke Ubben", "email": "tomke@example.org", "language": "de"}}
        self.invitation = (await self._invited(self.open, "Sozialamt", **mailed))["id"]
        fresh, begun, handed_in = (one["answer_url"].rsplit("/", 1)[1] for one in made)
        given = answers(self._asked, CHECK.administration, "walk")
        path, cookies = f"/selfcheck/v1/answers/{begun}", {}
        some = {question: given[question] for question in list(given)[:9]}
        notes = {self.question: "Beschluss des Rates vom März"}
        for code, saved in ((begun, some), (handed_in, given)):
            first = await self._platform.call(
                "PUT", f"/selfcheck/v1/answers/{code}", {"answers": saved, "notes": notes}
            )
            cookies[code] = ((resume_cookie(code), first["resume_code"]),)
        resume = {"X-Resume-Code": cookies[begun][0][1]}
        link = {"question": self.question, "url": "https://www.example.org/beschluss", "name": "Beschluss"}
        await self._platform.call("POST", f"{path}/evidence", link, headers=resume)
        colleague = {"name": "Jonas", "email": "jonas@example.org", "language": "de"}
        questions = [one["id"] for one in self._asked["fields"][1]["criteria"][0]["questions"]]
        await self._platform.call(
            "POST", f"{path}/delegation", {"questions": questions, "contact": colleague}, headers=resume
        )
        await self._platform.call(
            "POST", f"/selfcheck/v1/answers/{handed_in}/submission", headers={"X-Resume-Code": cookies[handed_in][0][1]}
        )
        gone = (await self._invited(self.open, "Ordnungsamt"))["answer_url"].rsplit("/", 1)[1]
        await self._platform.call("POST", f"/selfcheck/v1/answers/{gone}/erasure")
        here, mine = f"/selfcheck/answers/{begun}", cookies[begun]
        field, evidence = f"{here}/fields/{self.field}", f"{here}/evidence/{self.question}"
        return [
            Visit(SHEET, f"/selfcheck/answers/{fresh}", "fresh"),
            Visit(SHEET, here, "begun", cookies=mine),
            Visit(SHEET, here, "on-another-device"),
            Visit(SHEET, here, "wrong-code", status=422, press="main button[type=submit]"),
            Visit(SHEET, f"/selfcheck/answers/{handed_in}", "handed-in", cookies=cookies[handed_in]),
            Visit(SHEET, "/selfcheck/answers/guessed", "guessed", status=404),
            Visit(f"{SHEET}/fields/{{field}}", field, cookies=mine),
            Visit(f"{SHEET}/hand-on", f"{here}/hand-on", cookies=mine),
            Visit(
                f"{SHEET}/hand-on",
                f"{here}/hand-on",
                "errors",
                status=422,
                press="main form:last-of-type button.button:not(.quiet)",
                cookies=mine,
            ),
            Visit(f"{SHEET}/evidence/{{question}}", evidence, cookies=mine),
            Visit(
                f"{SHEET}/evidence/{{question}}",
                evidence,
                "errors",
                status=422,
                press="form[enctype] button",
                cookies=mine,
            ),
            Visit(f"{SHEET}/print", f"{here}/print", cookies=mine),
            Visit(f"{SHEET}/forget", f"{here}/forget", cookies=mine),
            Visit(
                f"{SHEET}/forget", f"{here}/forget", "unsure", status=422, press="main form button.danger", cookies=mine
            ),
            Visit(f"{SHEET}/forgotten", f"/selfcheck/answers/{gone}/forgotten"),
        ]

    async def _carried_through(self, key: str, closing: bool) -> str:
        body = steps.assessment_body(f"Selbstcheck {key}")
        if closing:
            body["own_section"] = {"title": {"de": "Am Hafen"}, "questions": [{"de": "Wie gut ist der Weg zum Hafen?"}]}
        made = await self._platform.call("POST", BASE, body, role="coordinator", tenant=TENANT, key=f"walk {key}-open")
        id: str = made["id"]
        await steps.answer_all(self._platform, TENANT, id, CHECK, f"walk {key}")
        if closing:
            await steps.decide(self._platform, TENANT, id, self.question, f"walk {key}")
        else:
            await self._call("POST", f"{id}/reveal")
        return id

    async def _rooms(self) -> list[Visit]:
        self.revealed = await self._carried_through("in der Werkstatt", closing=False)
        self.closed = await self._carried_through("2024", closing=True)
        voting = (await steps.open_assessment(self._platform, TENANT, "Selbstcheck mit Abstimmung", "walk vote"))["id"]
        self.deleted = (await steps.open_assessment(self._platform, TENANT, "Verworfen", "walk deleted"))["id"]
        await self._platform.call("POST", f"{BASE}/{self.deleted}/deletion", role="coordinator", tenant=TENANT)
        measure = {
            "field": self.field,
            "title": "Leitbild mit Vereinen fortschreiben",
            "owner": "Stabsstelle Integration",
            "due": "2027-06-30",
            "questions": [self.question],
        }
        self.measure = (await self._call("POST", f"{self.closed}/measures", measure, "coordinator"))["id"]
        await self._call("POST", f"{self.revealed}/stage", {"picture": "question", "question": self.question})
        await self._call("POST", f"{self.revealed}/agenda", {"questions": [self.question]})
        shown = (await self._call("POST", f"{self.revealed}/room"))["room_url"].rsplit("/", 1)[1]
        answering = (await self._call("POST", f"{self.open}/room"))["room_url"].rsplit("/", 1)[1]
        await self._call("POST", f"{self.revealed}/votes", {"kind": "fields"})
        await self._call("POST", f"{self.revealed}/stage", {"picture": "question", "question": self.question})
        compared = (await self._call("POST", f"{self.closed}/room"))["room_url"].rsplit("/", 1)[1]
        await self._call("POST", f"{self.closed}/stage", {"picture": "perspectives"})
        vote = (await self._call("POST", f"{voting}/room"))["room_url"].rsplit("/", 1)[1]
        return [
            Visit(ROOM, f"/selfcheck/room/{shown}", "question"),
            Visit(ROOM, f"/selfcheck/room/{answering}", "participation"),
            Visit(ROOM, f"/selfcheck/room/{compared}", "perspectives"),
            Visit(f"{ROOM}/vote", f"/selfcheck/room/{shown}/vote", "open"),
            Visit(
                f"{ROOM}/vote", f"/selfcheck/room/{shown}/vote", "errors", status=422, press="main button[type=submit]"
            ),
            Visit(f"{ROOM}/vote", f"/selfcheck/room/{vote}/vote", "none"),
            Visit(ROOM, "/selfcheck/room/guessed", "guessed", status=404),
        ]
