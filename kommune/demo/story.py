"""The story of a model municipality, told against a running platform step by step with timings.

Each step names what it does by a fixed key, so telling the story again repeats the first answers and changes nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from kommune.demo import steps
from kommune.demo.people import participants
from kommune.demo.places import WILHELMSHAVEN
from kommune.demo.plans import PlannedCheck
from kommune.demo.platform import DemoError, Platform
from kommune.demo.support import ARABIC, UKRAINIAN

TENANT = WILHELMSHAVEN.slug
BERLIN = ZoneInfo("Europe/Berlin")
CAPACITY = 35
CHECK = PlannedCheck(
    "Selbstcheck Wilhelmshaven", (2.7, 2.3, 2.9, 2.0, 2.5, 2.2, 2.4), (1.9, 1.7, 2.4, 1.8, 1.4, 1.9, 1.5), (7, 6)
)


class Story:
    """Tells the story; `tell(step, text, seconds)` hears every line."""

    def __init__(self, platform: Platform, tell: Callable[[str, str, float], None], today: date) -> None:
        self._platform = platform
        self._tell = tell
        year = today.year if today <= date(today.year, 11, 29) else today.year + 1
        self._starts = datetime(year, 11, 30, 17, 30, tzinfo=BERLIN)
        self._key = f"story-{year}"

    async def run(self) -> None:
        """All six steps.

        Raises:
            DemoError: a step did not go as told.
        """
        with self._step("1 Admission") as line:
            new = await steps.ensure_admitted(self._platform, WILHELMSHAVEN)
            line(
                "Wilhelmshaven applied, was admitted, and all four services know it"
                if new
                else "Wilhelmshaven is a model municipality already, and all four services know it"
            )
        with self._step("2 Invitation") as line:
            gathering = await steps.publish_gathering(self._platform, TENANT, self._dialogue(), self._key)
            line(
                f"“Zusammenleben in Vielfalt” is published for {self._starts:%d.%m.%Y %H:%M}, online, {CAPACITY} seats"
            )
        oksana = await self._sign_up(gathering)
        await self._fill(gathering, oksana)
        assessment = await self._self_check()
        await self._report(assessment)
        await self._metrics()

    def _dialogue(self) -> dict[str, Any]:
        return {
            "title": {
                "de": "Zusammenleben in Vielfalt",
                "en": "Living together in diversity",
                "uk": "Жити разом у розмаїтті",
            },
            "description": {
                "de": "Was läuft gut im Miteinander, was fehlt? Wir hören zu und nehmen mit, was die Stadt angehen soll. Sie können von zu Hause teilnehmen.",
                "en": "What works well between us, what is missing? We listen and take with us what the city should act on. Take part from home.",
                "uk": "Що вдається нам разом, а чого бракує? Ми слухаємо і беремо з собою те, над чим має працювати місто. Участь онлайн, з дому.",
            },
            "kind": "dialogue",
            "starts_at": self._starts.astimezone(UTC).isoformat(),
            "ends_at": (self._starts + timedelta(hours=2.5)).astimezone(UTC).isoformat(),
            "mode": "online",
            "join_url": "https://treffen.example.org/wilhelmshaven-zusammenleben",
            "capacity": CAPACITY,
            "party_max": 4,
            "allocation": "first_come",
            "offer_hours": 24,
            "confirm_minutes": 60,
            "support": [UKRAINIAN, ARABIC],
            "open_to": "residents",
        }

    async def _sign_up(self, gathering: str) -> str:
        """Oksana signs up on the web with a friend and confirms; her registration's id."""
        email = "oksana.kovalenko@example.org"
        with self._step("3 Sign-up") as line:
            id = await self._web(gathering, "Оксана Коваленко", email, "uk", ["Тетяна"], ["interpreter:uk"])
            line("Oksana signed up on the web, in Ukrainian, with a friend; her address is to be confirmed")
        with self._step("3 Confirmation") as line:
            if (await self._registration(id))["status"] == "unconfirmed":
                code = await self._code(email, id)
                line("her mail in Ukrainian is in the sink")
                await self._platform.call(
                    "POST", f"/registration/v1/{TENANT}/registrations/{id}/confirmation", link=code
                )
                await self._platform.eventually(
                    "the second mail, with the way in", lambda: self._has_mails(email, id, 2)
                )
                line("she confirmed and got the way in and a calendar file")
            else:
                line("she had confirmed before")
        return id

    async def _fill(self, gathering: str, oksana: str) -> None:
        with self._step("3 By phone") as line:
            caller = {
                "name": "Reza Ahmadi",
                "contact": {"phone": "+49 4421 5550177"},
                "language": "fa",
                "party": [],
                "support": [],
                "channel": "phone",
                "consent": {"text_version": "1"},
            }
            (answer,) = await steps.register_at_desk(self._platform, TENANT, gathering, [caller], f"{self._key}-caller")
            line(f"Reza has no e-mail: the clerk registered him and told him so in the same call ({answer['status']})")
        with self._step("3 Full house") as line:
            further_people = []
            seats = CAPACITY - 3
            for person in participants(self._key, seats, []):
                person["party"] = person["party"][: seats - 1]
                seats -= 1 + len(person["party"])
                further_people.append(person)
                if not seats:
                    break
            answers = await steps.register_at_desk(
                self._platform, TENANT, gathering, further_people, f"{self._key}-others"
            )
            layla = await self._web(
                gathering, "Layla Al-Masri", "layla.almasri@example.org", "ar", [], ["interpreter:ar"]
            )
            if (await self._registration(layla))["status"] == "unconfirmed":
                code = await self._code("layla.almasri@example.org", layla)
                await self._platform.call(
                    "POST", f"/registration/v1/{TENANT}/registrations/{layla}/confirmation", link=code
                )
            state = await self._registration(layla)
            line(
                f"{len(answers)} more registered; the 36th person is {state['status']}, position {state.get('position', '–')}"
            )
        with self._step("3 Moving up") as line:
            await self._platform.call(
                "POST",
                f"/registration/v1/{TENANT}/registrations/{answers[0]['id']}/cancellation",
                role="intake",
                tenant=TENANT,
                key=f"{self._key}-cancel",
            )
            state = await self._platform.eventually("an offer to the 36th person", lambda: self._beyond_waiting(layla))
            if state["status"] == "offered":
                line("someone cancelled, and Layla was offered the seat")
                await self._platform.call(
                    "POST", f"/registration/v1/{TENANT}/registrations/{layla}/acceptance", role="intake", tenant=TENANT
                )
            line(f"Layla's seat: {(await self._registration(layla))['status']}")

    async def _self_check(self) -> str:
        base = f"/selfcheck/v1/{TENANT}/assessments"
        with self._step("4 Selbstcheck") as line:
            existing = (await self._platform.call("GET", base, role="coordinator", tenant=TENANT))["items"]
            if closed := [item for item in existing if item["status"] == "closed"]:
                line("the Selbstcheck had been closed before")
                return str(closed[0]["id"])
            key = f"{self._key}-check-{len(existing)}"
            assessment = await steps.open_assessment(self._platform, TENANT, CHECK.title, key)
            id = str(assessment["id"])
            count = await steps.answer_all(self._platform, TENANT, id, CHECK, key)
            line(f"{count} people of two perspectives answered blind")
        with self._step("4 Workshop") as line:
            questionnaire = await steps.questionnaire(self._platform)
            await steps.decide(
                self._platform, TENANT, id, questionnaire["fields"][0]["criteria"][0]["questions"][0]["id"], key
            )
            result = await self._platform.call("GET", f"{base}/{id}/result", role="moderator", tenant=TENANT)
            overall = result["overall"]
            line(
                f"revealed, one consensus recorded, closed: score {overall['score']}, coverage {overall['coverage']:.0%}"
            )
        return id

    async def _report(self, assessment: str) -> None:
        base = f"/reporting/v1/{TENANT}"
        with self._step("5 Report") as line:
            overview = await self._platform.call("GET", f"{base}/overview", role="coordinator", tenant=TENANT)
            line(f"participation as of {overview['as_of']}")
            document = await self._platform.eventually(
                "the profile in reporting",
                lambda: self._platform.answer(
                    "GET", f"{base}/assessments/{assessment}/report.pdf", role="decision_maker", tenant=TENANT
                ),
            )
            line(f"profile over seven fields: {self._platform.address}/reporting/{TENANT}/assessments/{assessment}")
            line(f"one-page PDF: {len(document.content) // 1024} kB")

    async def _metrics(self) -> None:
        with self._step("6 Metrics") as line:
            for service in ("registration", "selfcheck", "notifications", "reporting"):
                text = (await self._platform.answer("GET", f"/{service}/metrics")).text
                samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
                published, handled = _total(samples, "events_published_total"), _total(samples, "events_handled_total")
                delay, lag = _total(samples, "outbox_oldest_seconds"), _total(samples, "consumer_lag")
                parked = _total(samples, "events_parked")
                line(
                    f"{service}: {published:.0f} events told, {handled:.0f} heard, "
                    f"outbox {delay:.1f} s old, lag {lag:.0f}, {parked:.0f} parked"
                )

    async def _web(
        self, gathering: str, name: str, email: str, language: str, party: list[str], support: list[str]
    ) -> str:
        """The id of a web sign-up that has not lapsed: whoever let it lapse signs up anew."""
        body = {
            "name": name,
            "contact": {"email": email},
            "language": language,
            "party": party,
            "support": support,
            "channel": "web",
            "consent": {"text_version": "1"},
        }
        for attempt in range(10):
            answer = await self._platform.call(
                "POST",
                f"/registration/v1/{TENANT}/gatherings/{gathering}/registrations",
                body,
                key=f"{self._key}-{email}-{attempt}",
            )
            if (await self._registration(answer["id"]))["status"] != "lapsed":
                return str(answer["id"])
        raise DemoError(f"the sign-ups of {name} keep lapsing")

    async def _registration(self, id: str) -> dict[str, Any]:
        state: dict[str, Any] = await self._platform.call(
            "GET", f"/registration/v1/{TENANT}/registrations/{id}", role="intake", tenant=TENANT
        )
        return state

    async def _beyond_waiting(self, id: str) -> dict[str, Any] | None:
        state = await self._registration(id)
        return None if state["status"] == "waiting" else state

    async def _code(self, email: str, registration: str) -> str:
        """The code of someone's link, from the mail that brought it."""
        await self._platform.eventually("the mail with the link", lambda: self._has_mails(email, registration, 1))
        newest, *_ = await self._platform.mails(email, f"/my/{registration}/")
        match = re.search(rf"/my/{re.escape(registration)}/([\w-]+)", newest["text"])
        if match is None:
            raise DemoError("the mail holds no link")
        return match[1]

    async def _has_mails(self, email: str, registration: str, count: int) -> bool:
        return len(await self._platform.mails(email, f"/my/{registration}/")) >= count

    @contextmanager
    def _step(self, name: str) -> Iterator[Callable[[str], None]]:
        started = time.monotonic()
        yield lambda text: self._tell(name, text, time.monotonic() - started)


def _total(samples: Sequence[Sample], name: str) -> float:
    """The sum of one of the platform's metrics over all its labels."""
    return sum(sample.value for sample in samples if sample.name == f"kommune_{name}")
