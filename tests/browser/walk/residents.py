"""What residents see of registration, in every state that shows differently, with the data behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.pages.brand import STAFF_LANGUAGES
from kommune.demo import steps
from kommune.demo.support import CHILDCARE, UKRAINIAN
from services.registration.questions.standard_set import STANDARD
from tests.browser.conftest import Town
from tests.browser.walk.visits import Visit

TENANT, EMPTY, CLOSED, BUSY, LEAVING = "wilhelmshaven", "petershausen", "dachau", "kaufbeuren", "pfaffenhofen-glonn"
"""The municipality of the walk; one without meetings; one that is suspended; one whose limit for strangers is used up; one that leaves."""
TITLE = {
    "de": "Zusammenleben in Vielfalt",
    "de-simple": "Gut zusammen leben",
    "en": "Living together in diversity",
    "uk": "Жити разом у розмаїтті",
    "ar": "نعيش معًا بتنوّعنا",
    "tr": "Çeşitlilik içinde birlikte yaşamak",
    "fa": "زندگی با هم، با همهٔ تفاوت‌ها",
    "ru": "Жить вместе, оставаясь разными",
    "fr": "Vivre ensemble dans la diversité",
}
WORDS = {
    "de": "Was läuft gut im Miteinander, was fehlt? Wir hören zu.",
    "de-simple": "Was läuft gut? Was fehlt? Wir hören zu.",
    "en": "What works well between us, what is missing? We listen.",
    "uk": "Що вдається нам разом, а чого бракує? Ми слухаємо.",
    "ar": "ما الذي ينجح بيننا وما الذي ينقصنا؟ نحن نستمع إليكم.",
    "tr": "Birlikte neler iyi gidiyor, ne eksik? Dinliyoruz.",
    "fa": "در کنار هم چه چیزی خوب است و چه کم داریم؟ ما گوش می‌دهیم.",
    "ru": "Что у нас получается вместе, а чего не хватает? Мы слушаем.",
    "fr": "Qu’est-ce qui marche bien entre nous, que manque-t-il ? Nous écoutons.",
}
CARE = CHILDCARE | {"capacity": 2}
INTERPRETER = UKRAINIAN | {"capacity": 1}
PUBLIC = "/registration/{tenant}"
MINE = f"{PUBLIC}/my/{{id}}/{{code}}"
FEEDBACK = "/notifications/{tenant}/feedback/{gathering}/{ticket}"
UNSUBSCRIBE = "/notifications/{tenant}/unsubscribe/{contact}/{kind}/{code}"


def gathering(starts_in: timedelta = timedelta(days=10), **other: Any) -> dict[str, Any]:
    """A draft of a meeting."""
    starts = datetime.now(UTC).replace(microsecond=0) + starts_in
    return {
        "title": TITLE,
        "description": WORDS,
        "kind": "dialogue",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "mode": "onsite",
        "place": "Pumpwerk, Banter Deich 1a",
        "capacity": 6,
        "party_max": 4,
        "support": [CARE, INTERPRETER],
    } | other


def course(starts_in: timedelta) -> dict[str, Any]:
    """A draft of a meeting on three evenings, of which the last is elsewhere."""
    evenings = [gathering(starts_in + timedelta(weeks=week)) for week in range(3)]
    meetings = [
        {"id": str(n), "starts_at": one["starts_at"], "ends_at": one["ends_at"]} for n, one in enumerate(evenings)
    ]
    meetings[2]["place"] = "Bürgerhaus am Markt, Eingang im Hof"
    return evenings[0] | {"ends_at": evenings[2]["ends_at"], "meetings": meetings}


def person(name: str, language: str = "uk", **other: Any) -> dict[str, Any]:
    """A registration by telephone."""
    return {
        "name": name,
        "contact": {"phone": "+49 4421 5550142"},
        "language": language,
        "party": [],
        "support": [],
        "channel": "phone",
        "consent": {"text_version": "1"},
    } | other


class Residents:
    """Makes the data through the API, remembers what others need of it."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._platform = town.platform
        self.gathering = ""
        self.registration = ""
        self.door_code = ""
        self.erasure = ""

    async def visits(self) -> Sequence[Visit]:
        """All of them; what they lead to stands there afterwards."""
        return [
            *await self._gatherings(),
            *await self._registrations(),
            *await self._new_address(),
            *await self._forgotten(),
            *await self._applicant(),
            *await self._municipalities(),
        ]

    async def _gatherings(self) -> list[Visit]:
        route = f"{PUBLIC}/gatherings/{{id}}"
        states = {
            "free": gathering(questions=[*STANDARD]),
            "lottery": gathering(allocation="lottery", mode="hybrid", join_url="https://treffen.example.org/x"),
            "full": gathering(timedelta(days=11), capacity=3, party_max=3, questions=[*STANDARD]),
            "cancelled": gathering(timedelta(days=12)),
            "early": gathering(opens_at=(datetime.now(UTC) + timedelta(days=5)).isoformat()),
            "course": course(timedelta(days=13)),
            "late": gathering(closes_at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat()),
        }
        ids = {
            state: await steps.publish_gathering(self._platform, TENANT, draft, f"walk {state}")
            for state, draft in states.items()
        }
        self.gathering = ids["full"]
        self.course = ids["course"]
        self._cancelled = ids["cancelled"]
        self._lottery = ids["lottery"]
        free = f"/registration/{TENANT}/gatherings/{ids['free']}"
        return [
            *(Visit(route, f"/registration/{TENANT}/gatherings/{id}", state) for state, id in ids.items()),
            Visit(route, free, "too-quick", status=422, press="#sign-up button[type=submit]"),
            Visit(route, free, "errors", status=422, press="#sign-up button[type=submit]", patient=True),
            Visit(f"{route}/thanks", f"{free}/thanks"),
            Visit(f"{PUBLIC}/", f"/registration/{TENANT}/"),
            Visit(f"{PUBLIC}/", f"/registration/{TENANT}/?mode=online&kind=training", "nothing-fits"),
            Visit(f"{PUBLIC}/", f"/registration/{EMPTY}/", "no-meeting"),
            Visit(FEEDBACK, self._asked_afterwards(ids["free"])),
            Visit(
                FEEDBACK, self._asked_afterwards(ids["free"]), "errors", status=422, press="main form button >> nth=0"
            ),
            Visit(f"{PUBLIC}/fairness", f"/registration/{TENANT}/fairness"),
        ]

    def _asked_afterwards(self, gathering: str) -> str:
        """A link as it stands in the thanks."""
        nonce = "0" * 26
        seal = self._town.secrets.code("feedback", f"{TENANT}\0{gathering}\0{nonce}")
        return f"/notifications/{TENANT}/feedback/{gathering}/{nonce}{seal}"

    async def _register(self, gathering: str, body: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = await self._platform.call(
            "POST",
            f"/registration/v1/{TENANT}/gatherings/{gathering}/registrations",
            body,
            tenant=TENANT,
            role="intake" if body["channel"] in ("phone", "email") else None,
        )
        return made

    async def _act(self, id: str, kind: str) -> None:
        await self._platform.call(
            "POST", f"/registration/v1/{TENANT}/registrations/{id}/{kind}", role="intake", tenant=TENANT
        )

    async def _path(self, made: dict[str, Any]) -> str:
        """The page of a registration; whoever has to confirm finds its address in the mail."""
        if "manage_url" in made:
            return str(made["manage_url"]).removeprefix(self._town.address)
        return await self._mailed("olena@example.org", "/registration/")

    async def _mailed(self, to: str, part: str) -> str:
        """The path of a link in a mail, without the language."""
        mail, *_ = await self._platform.eventually("the mail", lambda: self._platform.mails(to, part))
        found = re.search(rf"http://[^/]+({part}[^\s?]+)", mail["text"])
        assert found is not None
        return found[1]

    async def _registrations(self) -> list[Visit]:
        first = await self._register(
            self.gathering, person("Оксана Коваленко", party=["Тетяна"], support=["childcare", "interpreter:uk"])
        )
        staff, hers = {"role": "intake", "tenant": TENANT}, f"/registration/v1/{TENANT}/registrations/{first['id']}"
        await self._platform.call("PATCH", hers, {"contact": {"email": "oksana.corrected@example.org"}}, **staff)
        # A clerk put her address right, so the first link is not hers alone any more: she is given another.
        first |= await self._platform.call("POST", f"{hers}/link", **staff)
        second = await self._register(self.gathering, person("Марія Шевченко"))
        waiting = await self._register(
            self.gathering, person("مريم حسن", "ar", party=["عمر", ""], support=["interpreter:uk"])
        )
        offered = await self._register(self.gathering, person("Layla Al-Masri", "ar", support=["childcare"]))
        unconfirmed = await self._register(
            self.gathering,
            person("Olena Lysenko", channel="web", contact={"email": "olena@example.org"}, party=["Тарас"]),
        )
        await self._act(second["id"], "cancellation")
        standing = f"/registration/v1/{TENANT}/registrations/{offered['id']}"

        async def is_offered() -> bool:
            found = await self._platform.call("GET", standing, role="intake", tenant=TENANT)
            return bool(found["status"] == "offered")

        await self._platform.eventually("the offer", is_offered)
        drawn = await self._register(self._lottery, person("Reza Ahmadi", "fa"))
        called_off = await self._register(self._cancelled, person("Ayşe Demir", "tr"))
        reason = {
            "reason": {
                "de": "Der Raum ist nicht nutzbar.",
                "uk": "Приміщення недоступне.",
                "fa": "سالن قابل استفاده نیست.",
            }
        }
        await self._platform.call(
            "POST",
            f"/registration/v1/{TENANT}/gatherings/{self._cancelled}/cancellation",
            reason,
            role="coordinator",
            tenant=TENANT,
        )
        states = {
            "confirmed": first,
            "cancelled": second,
            "waiting": waiting,
            "offered": offered,
            "unconfirmed": unconfirmed,
            "draw": drawn,
            "called-off": called_off,
        }
        called = person("Наталя Бойко", channel="web", contact={"phone": "+49 4421 5550143"})
        states["to-be-called"] = await self._register(self._lottery, called)
        paths = {state: await self._path(made) for state, made in states.items()}
        self.registration = first["id"]
        page = (await self._platform.answer("GET", paths["confirmed"])).text
        code = re.search(r'<strong dir="ltr">([^<]+)', page)
        assert code is not None
        self.door_code = code[1]
        self._mine = paths["confirmed"]
        return [
            *(Visit(MINE, path, state) for state, path in paths.items()),
            Visit(f"{MINE}/reached/{{proof}}", f"{paths['to-be-called']}/reached/proof"),
            Visit(MINE, paths["waiting"], "change-errors", status=422, press="form[action$='cancellation'] button"),
            Visit(f"{MINE}/data", f"{paths['waiting']}/data"),
            Visit(f"{MINE}/data", f"{paths['waiting']}/data", "errors", status=422, press=".danger"),
        ]

    async def _new_address(self) -> list[Visit]:
        body = person("Ірина Бондар", channel="email", contact={"email": "iryna@example.org"})
        made = await self._register(self._lottery, body)
        link = (await self._path(made)).rsplit("/", 1)[1]
        await self._platform.call(
            "PATCH",
            f"/registration/v1/{TENANT}/registrations/{made['id']}",
            {"contact": {"email": "iryna.new@example.org"}},
            link=link,
        )
        found = await self._mailed("iryna.new@example.org", f"/registration/{TENANT}/address/")
        return [Visit(f"{PUBLIC}/address/{{id}}/{{code}}", found), Visit(MINE, await self._path(made), "new-address")]

    async def _forgotten(self) -> list[Visit]:
        made = await self._register(self._lottery, person("Шахін Карімі", "ru"))
        code = (await self._path(made)).rsplit("/", 1)[1]
        begun = await self._platform.call(
            "POST", f"/registration/v1/{TENANT}/erasures", {"person_id": made["id"]}, link=code
        )
        self.erasure = begun["id"]
        path = f"/registration/{TENANT}/my/{made['id']}/{code}/data/erasure/{begun['id']}"

        async def complete() -> bool:
            found = await self._platform.call(
                "GET", f"/registration/v1/{TENANT}/erasures/{self.erasure}", role="coordinator", tenant=TENANT
            )
            return bool(found["status"] == "complete")

        await self._platform.eventually("the receipts", complete)
        return [Visit(f"{MINE}/data/erasure/{{erasure}}", path)]

    async def _applicant(self) -> list[Visit]:
        application = {
            "slug": "aurich",
            "name": {"de": "Stadt Aurich"},
            "kind": "city",
            "state": "Niedersachsen",
            "inhabitants": 42_000,
            "contact": {"name": "Tomke Ubben", "email": "integration@aurich.example.org"},
            "languages": ["de"],
        }
        base = "/registration/v1/municipalities"
        await self._platform.call("POST", base, application, key="walk aurich")
        await self._platform.call(
            "POST",
            f"{base}/aurich/questions",
            {"question": "Wer führt bei Ihnen den Selbstcheck durch?"},
            role="programme_office",
        )
        path = await self._mailed("integration@aurich.example.org", "/registration/applications/")
        contact = {"name": "Enno Harms", "email": "integration@norden.example.org"}
        await self._platform.call("POST", base, application | {"slug": "norden", "contact": contact}, key="walk norden")
        forgotten = await self._mailed(contact["email"], "/registration/applications/")
        await self._platform.call("POST", f"{base}/norden/erasure", role="programme_office")
        route = "/registration/applications/{slug}/{code}"
        return [
            Visit(route, path, languages=STAFF_LANGUAGES),
            Visit(route, path, "errors", status=422, press="main button[type=submit]", languages=STAFF_LANGUAGES),
            Visit(f"{route}/data", f"{path}/data", languages=STAFF_LANGUAGES),
            Visit(
                f"{route}/data",
                f"{path}/data",
                "errors",
                status=422,
                press="form[action$=erasure] button",
                languages=STAFF_LANGUAGES,
            ),
            Visit(f"{route}/erasure", f"{forgotten}/erasure", languages=STAFF_LANGUAGES),
        ]

    async def _municipalities(self) -> list[Visit]:
        await self._platform.call(
            "POST",
            f"/registration/v1/municipalities/{CLOSED}/suspension",
            {"reason": "Neu geordnet"},
            role="programme_office",
        )
        legal, own = "/registration/legal/{subject}", f"/registration/{TENANT}"
        return [
            Visit("/registration/", "/registration/"),
            Visit("/registration/", "/registration/?q=Atlantis", "not-found"),
            Visit("/registration/apply", "/registration/apply"),
            Visit(
                "/registration/apply",
                "/registration/apply",
                "errors",
                status=422,
                press="main button[type=submit]",
                patient=True,
            ),
            Visit("/registration/applied", "/registration/applied"),
            *(Visit(legal, f"/registration/legal/{one}", one) for one in ("accessibility", "privacy", "imprint")),
            Visit(f"{PUBLIC}/accessibility", f"{own}/accessibility"),
            *(Visit(f"{PUBLIC}/{{subject}}", f"{own}/{one}", one) for one in ("privacy", "imprint", "consent")),
            Visit("/registration/sign-in", "/registration/sign-in"),
            Visit(f"{PUBLIC}/", "/registration/nowhere/", "unknown", status=404),
            Visit(f"{PUBLIC}/", f"/registration/{CLOSED}/", "suspended", status=403),
            Visit(f"{PUBLIC}/gatherings/{{id}}", f"/registration/{TENANT}/gatherings/unknown", "unknown", status=404),
            Visit(MINE, f"/registration/{TENANT}/my/{self.registration}/guessed", "guessed", status=404),
            Visit(FEEDBACK, f"/notifications/{TENANT}/feedback/{self.gathering}/guessed", "guessed", status=404),
            Visit(
                UNSUBSCRIBE,
                f"/notifications/{TENANT}/unsubscribe/{self.registration}/gathering-thanks/guessed",
                "guessed",
                status=404,
            ),
        ]
