"""What staff see, role by role, on the data that residents and respondents left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kommune.demo import steps
from kommune.services import NAMES
from tests.browser.conftest import Town
from tests.browser.walk import joint
from tests.browser.walk.reporting import Reporting
from tests.browser.walk.residents import BUSY, LEAVING, PUBLIC, TENANT, Residents, course, gathering, person
from tests.browser.walk.respondents import Respondents
from tests.browser.walk.visits import Visit, of_staff
from tests.support.second_version import second_version

DESK = f"{PUBLIC}/desk/{{id}}"
CHECK = "/selfcheck/{tenant}/assessments/{id}"
QUESTIONNAIRES = "/selfcheck/questionnaires"
OFFICE = "/registration/office"
PHONE_LIST = "/notifications/{tenant}"


class Staff:
    """Pages for each role of the municipality, and for the programme office."""

    def __init__(self, town: Town, residents: Residents, respondents: Respondents) -> None:
        self._town = town
        self._platform = town.platform
        self._residents = residents
        self._respondents = respondents

    async def visits(self) -> Sequence[Visit]:
        """All of them; the platform has caught up with everything before them when this is done."""
        drafts = await self._drafts()
        await self._caught_up()
        return [
            *self._sign_in(),
            *await self._planning(),
            *self._desk(),
            *await self._settings(),
            *await self._messages(),
            *self._stuck(),
            *self._checks(),
            *self._workshop(),
            *await Reporting(self._platform, self._respondents).visits(),
            *await joint.visits(self._platform, self._respondents.question),
            *drafts,
            *await self._office(),
        ]

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        return await self._platform.call(method, path, body, role="coordinator", tenant=TENANT)

    async def _caught_up(self) -> None:
        """Reporting and notifications learn of things by events."""
        closed = self._respondents.closed

        async def known() -> bool:
            found = await self._platform.call(
                "GET", f"/reporting/v1/{TENANT}/overview", role="coordinator", tenant=TENANT
            )
            calls = await self._platform.call(
                "GET", f"/notifications/v1/{TENANT}/call-list", role="intake", tenant=TENANT
            )
            standing = {one["id"]: one["status"] for one in found["assessments"]}
            return standing.get(closed) == "closed" and bool(found["participation"]) and bool(calls["items"])

        await self._platform.eventually("what reporting has to know", known)

    def _sign_in(self) -> list[Visit]:
        link = self._town.sign_in[TENANT, "intake"].removeprefix(self._town.address)
        return [
            Visit("/registration/sign-in/local/{place}/{role}/{code}", link),
            of_staff(f"{PUBLIC}/staff-start", f"/registration/{TENANT}/staff-start", "moderator"),
        ]

    def _stuck(self) -> list[Visit]:
        return [
            visit
            for name in NAMES
            for visit in (
                of_staff(f"/{name}/dead-letters", f"/{name}/dead-letters", "operator"),
                of_staff(f"/{name}/{{tenant}}/dead-letters", f"/{name}/{TENANT}/dead-letters", "coordinator"),
            )
        ]

    async def _planning(self) -> list[Visit]:
        base, here = f"/registration/v1/{TENANT}/gatherings", f"/registration/{TENANT}/desk"
        draft = await self._call("POST", base, gathering(timedelta(days=30)))
        planned = await self._call("POST", base, course(timedelta(days=33)))
        empty = await steps.publish_gathering(self._platform, TENANT, gathering(timedelta(days=31)), "walk nobody")
        lottery = await steps.publish_gathering(
            self._platform, TENANT, gathering(timedelta(days=32), allocation="lottery"), "walk lots"
        )
        await steps.register_at_desk(
            self._platform, TENANT, lottery, [person("Reza Ahmadi", "fa"), person("Elif Şahin", "tr")], "walk lots"
        )
        await self._call("POST", f"{base}/{lottery}/draw")
        full = self._residents.gathering
        form = "main form button[type=submit]"
        return [
            of_staff(f"{PUBLIC}/desk", here, "coordinator"),
            of_staff(f"{PUBLIC}/desk/plan", f"{here}/plan", "coordinator"),
            of_staff(f"{PUBLIC}/desk/plan", f"{here}/plan", "coordinator", "errors", status=422, press=form),
            of_staff(f"{DESK}/plan", f"{here}/{draft['id']}/plan", "coordinator", "draft"),
            of_staff(f"{DESK}/plan", f"{here}/{full}/plan", "coordinator", "published"),
            of_staff(f"{DESK}/plan", f"{here}/{lottery}/plan", "coordinator", "drawn"),
            of_staff(f"{DESK}/plan/edit", f"{here}/{full}/plan/edit", "coordinator"),
            of_staff(f"{DESK}/questions", f"{here}/{full}/questions", "coordinator"),
            of_staff(f"{DESK}/meetings", f"{here}/{full}/meetings", "coordinator"),
            of_staff(f"{DESK}/meetings", f"{here}/{draft['id']}/meetings", "coordinator", "draft"),
            of_staff(f"{DESK}/meetings", f"{here}/{planned['id']}/meetings", "coordinator", "draft-of-a-course"),
            of_staff(f"{DESK}/meetings", f"{here}/{self._residents.course}/meetings", "coordinator", "course"),
            of_staff(f"{DESK}/door", f"{here}/{self._residents.course}/door", "intake", "course"),
            of_staff(f"{DESK}/quotas", f"{here}/{full}/quotas", "coordinator"),
            of_staff(f"{DESK}/invitations", f"{here}/{full}/invitations", "coordinator"),
            of_staff(f"{DESK}/questions", f"{here}/{draft['id']}/questions", "coordinator", "none"),
            of_staff(f"{DESK}/question", f"{here}/{full}/question?q=food", "coordinator"),
            of_staff(
                f"{DESK}/question", f"{here}/{draft['id']}/question", "coordinator", "errors", status=422, press=form
            ),
            of_staff(f"{DESK}/list", f"{here}/{empty}/list", "intake", "empty"),
            of_staff(f"{DESK}/needs", f"{here}/{empty}/needs", "intake", "empty"),
            of_staff(f"{DESK}/audit", f"{here}/{lottery}/audit", "coordinator", "drawn"),
        ]

    def _desk(self) -> list[Visit]:
        residents = self._residents
        here = f"/registration/{TENANT}/desk/{residents.gathering}"
        one = f"{here}/registrations/{residents.registration}"
        erasure = f"{here}/privacy/erasures/{residents.erasure}"
        return [
            of_staff(f"{PUBLIC}/desk", f"/registration/{TENANT}/desk", "intake", "intake"),
            of_staff(f"{PUBLIC}/today", f"/registration/{TENANT}/today", "coordinator"),
            of_staff(f"{PHONE_LIST}/today", f"/notifications/{TENANT}/today", "intake"),
            of_staff(DESK, here, "intake"),
            of_staff(DESK, here, "intake", "errors", status=422, press="main form button[type=submit] >> nth=0"),
            of_staff(f"{DESK}/list", f"{here}/list", "intake"),
            of_staff(f"{DESK}/registrations/{{registration_id}}", one, "intake"),
            of_staff(f"{DESK}/door", f"{here}/door", "intake"),
            of_staff(f"{DESK}/door/offline", f"{here}/door/offline", "intake"),
            of_staff(f"{DESK}/arrive/{{code}}", f"{here}/arrive/{residents.door_code}", "intake"),
            of_staff(f"{DESK}/needs", f"{here}/needs", "intake"),
            of_staff(f"{DESK}/audit", f"{here}/audit", "decision_maker"),
            *(
                of_staff(f"{DESK}/print/{{what}}", f"{here}/print/{what}", "intake", what)
                for what in ("attendance", "badges", "needs")
            ),
            of_staff(f"{DESK}/privacy", f"{here}/privacy", "coordinator"),
            of_staff(f"{DESK}/privacy/erasures/{{erasure}}", erasure, "coordinator"),
            of_staff(f"{PHONE_LIST}/calls", f"/notifications/{TENANT}/calls", "intake"),
            of_staff(f"{PHONE_LIST}/", f"/notifications/{TENANT}/", "coordinator"),
            of_staff(f"{PHONE_LIST}/preferences", f"/notifications/{TENANT}/preferences", "intake"),
            of_staff(
                f"{PHONE_LIST}/gatherings/{{id}}",
                f"/notifications/{TENANT}/gatherings/{self._residents.gathering}",
                "intake",
            ),
            of_staff(f"{PHONE_LIST}/inbox", f"/notifications/{TENANT}/inbox", "intake"),
            of_staff(f"{PHONE_LIST}/letters", f"/notifications/{TENANT}/letters", "intake"),
            of_staff(f"{PUBLIC}/settings", f"/registration/{TENANT}/settings", "intake", "not-theirs", status=403),
        ]

    async def _messages(self) -> list[Visit]:
        """How the municipality writes, and whom it tells by webhook."""
        here, api = f"/notifications/{TENANT}", f"/notifications/v1/{TENANT}"
        await self._call("PUT", f"{api}/settings", {"from_address": "post@stadt.example"})
        await self._call(
            "PUT", f"{api}/templates/gathering-reminder/de", {"subject": "Bald: {title}", "body": "{when}"}
        )
        (sent, *_) = (await self._call("GET", f"{api}/messages"))["items"]
        made = await self._call("POST", f"{api}/webhooks", {"url": "http://127.0.0.1:9/events", "events": ["*"]})
        return [
            of_staff(f"{PHONE_LIST}/templates", f"{here}/templates", "coordinator"),
            of_staff(f"{PHONE_LIST}/templates/{{kind}}", f"{here}/templates/gathering-reminder", "coordinator"),
            of_staff(
                f"{PHONE_LIST}/templates/{{kind}}/{{language}}",
                f"{here}/templates/gathering-reminder/de",
                "coordinator",
            ),
            of_staff(f"{PHONE_LIST}/returned", f"{here}/returned", "intake"),
            of_staff(f"{PHONE_LIST}/messages/{{id}}", f"{here}/messages/{sent['id']}", "coordinator"),
            of_staff(f"{PHONE_LIST}/settings", f"{here}/settings", "coordinator"),
            of_staff(f"{PHONE_LIST}/webhooks", f"{here}/webhooks", "coordinator"),
            of_staff(
                f"{PHONE_LIST}/webhooks",
                f"{here}/webhooks",
                "coordinator",
                "errors",
                status=422,
                press="main form >> nth=-1 >> button",
            ),
            of_staff(f"{PHONE_LIST}/webhooks/{{id}}", f"{here}/webhooks/{made['id']}", "coordinator"),
        ]

    async def _settings(self) -> list[Visit]:
        here = f"/registration/{TENANT}/settings"
        catalogue = {"falls_back_to": "en", "catalogue": 'msgid "Meetings"\nmsgstr "Kulanno"'}
        await self._call("POST", f"/registration/v1/{TENANT}/interface-languages/so/versions", catalogue)
        pages = [
            of_staff(f"{PUBLIC}/settings/{one}", f"{here}/{one}", "coordinator")
            for one in ("staff", "texts", "languages", "members", "data")
        ]
        invite = of_staff(
            f"{PUBLIC}/settings/staff",
            f"{here}/staff",
            "coordinator",
            "errors",
            status=422,
            press="#invite button[type=submit]",
        )
        added = of_staff(
            f"{PUBLIC}/settings/languages/{{language}}/{{version}}", f"{here}/languages/so/1", "coordinator"
        )
        wrong = of_staff(
            f"{PUBLIC}/settings/languages",
            f"{here}/languages",
            "coordinator",
            "errors",
            status=422,
            press="main form[enctype] button[type=submit]",
        )
        return [of_staff(f"{PUBLIC}/settings", here, "coordinator"), *pages, invite, added, wrong]

    def _checks(self) -> list[Visit]:
        made, here = self._respondents, f"/selfcheck/{TENANT}/assessments"
        list_ = f"/selfcheck/{TENANT}/"
        return [
            of_staff("/selfcheck/{tenant}/", list_, "coordinator"),
            of_staff("/selfcheck/{tenant}/today", f"{list_}today", "coordinator"),
            of_staff(
                "/selfcheck/{tenant}/",
                list_,
                "coordinator",
                "errors",
                status=422,
                press="main form button[type=submit]",
            ),
            of_staff("/selfcheck/{tenant}/", list_, "decision_maker", "reader"),
            of_staff(CHECK, f"{here}/{made.open}", "coordinator", "open"),
            of_staff(CHECK, f"{here}/{made.revealed}", "coordinator", "revealed"),
            of_staff(f"{CHECK}/invitations/list", f"{here}/{made.open}/invitations/list", "coordinator"),
            of_staff(
                f"{CHECK}/invitations/{{invitation}}",
                f"{here}/{made.open}/invitations/{made.invitation}",
                "coordinator",
            ),
            of_staff(f"{CHECK}/keeping", f"{here}/{made.open}/keeping", "coordinator", "open"),
            of_staff(f"{CHECK}/keeping", f"{here}/{made.closed}/keeping", "coordinator", "closed"),
            of_staff(f"{CHECK}/deletion", f"{here}/{made.deleted}/deletion", "coordinator"),
            of_staff(f"{CHECK}/measures", f"{here}/{made.closed}/measures", "coordinator"),
            of_staff(f"{CHECK}/measures", f"{here}/{made.revealed}/measures", "decision_maker", "none"),
            of_staff(f"{CHECK}/measures/{{measure}}", f"{here}/{made.closed}/measures/{made.measure}", "coordinator"),
            of_staff("/selfcheck/{tenant}/measures", f"/selfcheck/{TENANT}/measures", "decision_maker"),
        ]

    def _workshop(self) -> list[Visit]:
        made, here = self._respondents, f"/selfcheck/{TENANT}/assessments"
        result = f"{here}/{made.closed}/result"
        return [
            of_staff(f"{CHECK}/board", f"{here}/{made.open}/board", "moderator", "before-reveal"),
            of_staff(
                f"{CHECK}/board",
                f"{here}/{made.open}/board",
                "moderator",
                "unsure",
                status=422,
                press="form[action$=reveal] button",
            ),
            of_staff(f"{CHECK}/board", f"{here}/{made.revealed}/board", "moderator", "revealed"),
            of_staff(f"{CHECK}/board", f"{here}/{made.revealed}/board?large", "moderator", "projector"),
            of_staff(
                f"{CHECK}/questions/{{question}}", f"{here}/{made.revealed}/questions/{made.question}", "moderator"
            ),
            of_staff(f"{CHECK}/room", f"{here}/{made.revealed}/room", "moderator", "revealed"),
            of_staff(f"{CHECK}/room", f"{here}/{made.open}/room", "moderator", "open"),
            of_staff(f"{CHECK}/agenda", f"{here}/{made.revealed}/agenda", "moderator"),
            of_staff(f"{CHECK}/agenda", f"{here}/{made.closed}/agenda", "coordinator", "closed"),
            of_staff(f"{CHECK}/perspectives", f"{here}/{made.closed}/perspectives", "decision_maker"),
            of_staff(f"{CHECK}/perspectives", f"{here}/{made.closed}/perspectives?large", "moderator", "projector"),
            of_staff(f"{CHECK}/perspectives/{{field}}", f"{here}/{made.closed}/perspectives/{made.field}", "moderator"),
            of_staff(f"{CHECK}/result", result, "decision_maker"),
            of_staff(f"{CHECK}/result/own", f"{result}/own", "decision_maker"),
            of_staff(f"{CHECK}/result/fields/{{field}}", f"{result}/fields/{made.field}", "decision_maker"),
            of_staff(f"{CHECK}/result/questions/{{question}}", f"{result}/questions/{made.question}", "decision_maker"),
        ]

    async def _drafts(self) -> list[Visit]:
        second, office = second_version(), "programme_office"
        await self._platform.call("POST", "/selfcheck/v1/questionnaires", second, role=office, key="walk second")
        second = second | {"version": "3"}
        made = await self._platform.call(
            "POST", "/selfcheck/v1/questionnaire-drafts", second, role=office, key="walk draft"
        )
        here, field = f"{QUESTIONNAIRES}/drafts/{made['draft']}", second["fields"][0]["id"]
        shipped = f"{QUESTIONNAIRES}/{second['id']}/2"
        draft, published = f"{QUESTIONNAIRES}/drafts/{{draft}}", f"{QUESTIONNAIRES}/{{id}}/{{version}}"
        return [
            of_staff(QUESTIONNAIRES, QUESTIONNAIRES, office),
            of_staff(
                QUESTIONNAIRES, QUESTIONNAIRES, office, "errors", status=422, press="main form button[type=submit]"
            ),
            of_staff(draft, here, office),
            of_staff(f"{draft}/compare", f"{here}/compare", office),
            of_staff(f"{draft}/preview/{{field}}", f"{here}/preview/{field}", office),
            of_staff(published, shipped, office),
            of_staff(f"{published}/compare", f"{shipped}/compare", office),
            of_staff(f"{published}/preview/{{field}}", f"{shipped}/preview/{field}", office),
        ]

    async def _office(self) -> list[Visit]:
        role = "programme_office"
        leaving = {"reason": "Die Gemeinde schließt sich dem Landkreis an.", "days": 30}
        await self._platform.call(
            "POST", f"/registration/v1/municipalities/{LEAVING}/deletion", leaving, role=role, key="walk leaving"
        )
        one = f"{OFFICE}/{{slug}}"
        return [
            of_staff(OFFICE, OFFICE, role),
            of_staff(OFFICE, f"{OFFICE}?q=Atlantis", role, "nothing-found"),
            of_staff(one, f"{OFFICE}/aurich", role, "applied"),
            of_staff(one, f"{OFFICE}/{BUSY}", role, "admitted"),
            of_staff(one, f"{OFFICE}/dachau", role, "suspended"),
            of_staff(f"{one}/erasure", f"{OFFICE}/norden/erasure", role),
            of_staff(one, f"{OFFICE}/norden", role, "forgotten"),
            of_staff(one, f"{OFFICE}/{LEAVING}", role, "leaving"),
            of_staff(f"{one}/certificate", f"{OFFICE}/{LEAVING}/certificate", role),
        ]
