"""What reporting shows: results, practices, rings, visits, waves, trainings and action plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kommune.demo import steps
from kommune.demo.platform import Platform
from tests.browser.walk.residents import TENANT, gathering
from tests.browser.walk.respondents import Respondents
from tests.browser.walk.visits import Visit, of_staff

REPORT = "/reporting/{tenant}"


class Reporting:
    """Pages of the municipality, of the programme office and for everybody."""

    def __init__(self, platform: Platform, respondents: Respondents) -> None:
        self._platform = platform
        self._respondents = respondents

    async def visits(self) -> list[Visit]:
        here = f"/reporting/{TENANT}"
        waiting, published = await self._practice(), await self._practice(title="Wohnungslotsen")
        path = f"/reporting/v1/practices/{published}/publication"
        await self._platform.call("POST", path, None, role="programme_office")
        open_to_all = await self._practice(title="Offenes Rathaus", public=True, named=True)
        path = f"/reporting/v1/practices/{open_to_all}/publication"
        await self._platform.call("POST", path, None, role="programme_office")
        question = await self._call("POST", f"/reporting/v1/{TENANT}/questions", {"text": "Wer hilft uns?"})
        body: dict[str, Any] = {"title": "Ring Küste", "municipalities": []}
        ring = await self._call("POST", f"/reporting/v1/{TENANT}/rings", body)
        body = {
            "kind": "offer",
            "title": "Dolmetschpool ansehen",
            "municipalities": ["wolfsburg"],
            "starts_at": "2099-03-01T09:00:00Z",
            "ends_at": "2099-03-02T16:00:00Z",
        }
        visit = await self._call("POST", f"/reporting/v1/{TENANT}/visits", body)
        body = {
            "title": "Welle",
            "questionnaire": {"id": "weltoffene-kommune", "versions": ["1"]},
            "opens_at": "2020-01-01T00:00:00Z",
            "freezes_at": "2099-01-01T00:00:00Z",
            "groups": [{"id": "all", "label": "Alle"}],
        }
        wave = await self._platform.call("POST", "/reporting/v1/benchmark-waves", body, role="programme_office")
        body |= {"title": "Geplante Welle", "opens_at": "2098-01-01T00:00:00Z"}
        planned = await self._platform.call("POST", "/reporting/v1/benchmark-waves", body, role="programme_office")
        training = await self._training()
        plan = self._respondents.closed
        for number in ("first", "second"):
            await self._call(
                "POST", f"/reporting/v1/{TENANT}/assessments/{plan}/action-plan/versions", {"foreword": number}
            )
        await self._call("PUT", f"/reporting/v1/{TENANT}/assessments/{plan}/action-plan/publicity", {"public": True})
        return [
            of_staff(f"{REPORT}/report-mail", f"{here}/report-mail", "coordinator"),
            Visit("/reporting/library", "/reporting/library"),
            Visit("/reporting/library/{id}", f"/reporting/library/{open_to_all}"),
            of_staff(f"{REPORT}/questions", f"{here}/questions", "decision_maker"),
            of_staff(f"{REPORT}/questions/new", f"{here}/questions/new?practice={published}", "decision_maker"),
            of_staff(f"{REPORT}/questions/{{id}}", f"{here}/questions/{question['id']}", "coordinator"),
            of_staff("/reporting/questions", "/reporting/questions", "programme_office"),
            of_staff("/reporting/questions/{id}", f"/reporting/questions/{question['id']}", "programme_office"),
            of_staff(f"{REPORT}/rings", f"{here}/rings", "coordinator"),
            of_staff(f"{REPORT}/rings/{{id}}", f"{here}/rings/{ring['id']}", "coordinator"),
            of_staff(f"{REPORT}/visits", f"{here}/visits", "decision_maker"),
            of_staff(f"{REPORT}/visits/new", f"{here}/visits/new", "coordinator"),
            of_staff(f"{REPORT}/visits/{{id}}", f"{here}/visits/{visit['id']}", "coordinator"),
            of_staff(f"{REPORT}/feedback", f"{here}/feedback", "decision_maker"),
            of_staff(f"{REPORT}/today", f"{here}/today", "coordinator"),
            of_staff(f"{REPORT}/trainings", f"{here}/trainings", "decision_maker"),
            of_staff(f"{REPORT}/trainings/{{id}}", f"{here}/trainings/{training}", "coordinator"),
            of_staff(f"{REPORT}/own-figures", f"{here}/own-figures", "coordinator"),
            of_staff(f"{REPORT}/similar", f"{here}/similar", "decision_maker"),
            of_staff(f"{REPORT}/benchmark", f"{here}/benchmark", "coordinator"),
            of_staff(f"{REPORT}/recommendations", f"{here}/recommendations", "decision_maker"),
            of_staff(f"{REPORT}/practices/{{id}}/marks", f"{here}/practices/{open_to_all}/marks", "coordinator"),
            of_staff("/reporting/benchmark-waves", "/reporting/benchmark-waves", "programme_office"),
            of_staff("/reporting/benchmark-waves/new", "/reporting/benchmark-waves/new", "programme_office"),
            of_staff("/reporting/benchmark-waves/{id}", f"/reporting/benchmark-waves/{wave['id']}", "programme_office"),
            of_staff(
                "/reporting/benchmark-waves/{id}",
                f"/reporting/benchmark-waves/{planned['id']}",
                "programme_office",
                "planned",
            ),
            of_staff(f"{REPORT}/practices", f"{here}/practices", "coordinator"),
            of_staff(f"{REPORT}/practices", f"{here}/practices?q=Lotse", "decision_maker", "search"),
            of_staff(f"{REPORT}/practices/new", f"{here}/practices/new", "coordinator"),
            of_staff(f"{REPORT}/practices/{{id}}", f"{here}/practices/{published}", "decision_maker"),
            of_staff(f"{REPORT}/practices/{{id}}/edit", f"{here}/practices/{published}/edit", "coordinator"),
            of_staff("/reporting/practices", "/reporting/practices", "programme_office"),
            of_staff("/reporting/practices/{id}", f"/reporting/practices/{waiting}", "programme_office"),
            of_staff(f"{REPORT}/", f"{here}/", "decision_maker"),
            of_staff(f"{REPORT}/series", f"{here}/series", "decision_maker"),
            of_staff(
                f"{REPORT}/assessments/{{id}}",
                f"{here}/assessments/{self._respondents.closed}",
                "decision_maker",
                "closed",
            ),
            of_staff(
                f"{REPORT}/assessments/{{id}}", f"{here}/assessments/{self._respondents.open}", "decision_maker", "open"
            ),
            of_staff(
                f"{REPORT}/assessments/{{id}}/action-plan", f"{here}/assessments/{plan}/action-plan", "coordinator"
            ),
            of_staff(
                f"{REPORT}/assessments/{{id}}/action-plan/fields/{{field}}",
                f"{here}/assessments/{plan}/action-plan/fields/{self._respondents.field}",
                "coordinator",
            ),
            Visit(f"{REPORT}/action-plans", f"{here}/action-plans"),
            of_staff(f"{REPORT}/assessments/{{id}}/packs", f"{here}/assessments/{plan}/packs", "decision_maker"),
            Visit(f"{REPORT}/action-plans/{{id}}", f"{here}/action-plans/{plan}"),
            of_staff("/reporting/programme", "/reporting/programme", "programme_office"),
        ]

    async def _practice(self, **changes: Any) -> str:
        """A practice that the office has to read."""
        said = dict.fromkeys(("start", "goal", "steps", "result"), "Ein kurzer Satz.")
        body = {"title": "Dolmetschende auf Abruf", "fields": [self._respondents.field], **said, **changes}
        made = await self._call("POST", f"/reporting/v1/{TENANT}/practices", body)
        await self._call("POST", f"/reporting/v1/{TENANT}/practices/{made['id']}/submission")
        return str(made["id"])

    async def _training(self) -> str:
        """One that reporting has heard of."""
        body = gathering(timedelta(days=33), kind="training")
        id = await steps.publish_gathering(self._platform, TENANT, body, "walk training")

        async def known() -> bool:
            path = f"/reporting/v1/{TENANT}/trainings"
            found = await self._platform.call("GET", path, role="coordinator", tenant=TENANT)
            return any(one["id"] == id for one in found["items"])

        await self._platform.eventually("the training in reporting", known)
        return id

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        return await self._platform.call(method, path, body, role="coordinator", tenant=TENANT)
