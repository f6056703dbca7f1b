"""Programs that fill in forms, without a CAPTCHA that keeps people out: what each kind gets, and that people behind one address are
not kept out for long."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from chassis.http.rate_limits import RateLimiter
from chassis.settings import Settings
from tests.service.registration.conftest import People
from tests.support.clocks import StillClock

LIMIT = 5
ENTRIES = {"name": "Cheap Watches", "email": "bot@example.org", "language": "en", "companions": "0", "consent": "yes"}


@dataclass
class Clock:
    """The time that forms go by: it stands still, however long the machine takes, until a test moves it."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.began + self.ahead


@dataclass
class Town:
    people: People
    gathering: str
    clock: Clock
    visitors: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"/registration/wilhelmshaven/gatherings/{self.gathering}"

    def visitor(self, address: str = "203.0.113.7", limited_by: RateLimiter | None = None) -> httpx.AsyncClient:
        """A browser, or a program, with cookies of its own."""
        app = self.people.service.app(works=False)
        if limited_by is not None:
            app.state.rate_limiters["public"] = limited_by
        transport = httpx.ASGITransport(app, client=(address, 50_000))
        self.visitors.append(httpx.AsyncClient(transport=transport, base_url="http://test"))
        return self.visitors[-1]

    async def token(self, visitor: httpx.AsyncClient) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', (await visitor.get(self.page)).text)
        assert found
        return found[1]

    async def stored(self) -> int:
        return await self.people.service.context.database["registrations"].count_documents({})


@pytest.fixture
async def town(people: People, settings: Settings) -> AsyncIterator[Town]:
    clock = Clock()
    people.service.definition.state["forms"].clock = clock
    town = Town(people, await people.gathering(support=[], capacity=4), clock)
    yield town
    for visitor in town.visitors:
        await visitor.aclose()


async def test_a_naive_one_that_never_read_the_form(town: Town) -> None:
    for entries in (ENTRIES, {**ENTRIES, "form_token": "1.x"}, {**ENTRIES, "form_token": f"{2**60}.eA"}):
        assert (await town.visitor().post(town.page, data=entries)).status_code == 422
    assert await town.stored() == 0


async def test_one_that_fills_in_whatever_it_finds_is_thanked_and_gets_nothing(town: Town) -> None:
    bot = town.visitor()
    token = await town.token(bot)
    town.clock.ahead += timedelta(seconds=30)
    entries = {**ENTRIES, "form_token": token, "homepage": "https://watches.example"}
    assert (await bot.post(town.page, data=entries)).headers["location"].endswith("/thanks")
    assert await town.stored() == 0


async def test_one_that_is_faster_than_anybody_types(town: Town) -> None:
    bot = town.visitor()
    sent = await bot.post(town.page, data={**ENTRIES, "form_token": await town.token(bot)})
    assert (sent.status_code, await town.stored()) == (422, 0)
    # Whoever was that quick by accident sends the form that comes back.
    token = re.search(r'name="form_token" value="([^"]+)"', sent.text)
    assert token
    town.clock.ahead += timedelta(seconds=3)
    assert (await bot.post(town.page, data={**ENTRIES, "form_token": token[1]})).status_code == 303
    assert await town.stored() == 1


async def test_one_that_waits_once_and_replays_gets_one_registration(town: Town) -> None:
    bot = town.visitor()
    token = await town.token(bot)
    town.clock.ahead += timedelta(seconds=30)
    statuses = [
        (await bot.post(town.page, data={**ENTRIES, "form_token": token, "name": f"Watches {number}"})).status_code
        for number in range(4)
    ]
    assert statuses == [303, 422, 422, 422]
    assert await town.stored() == 1


async def test_one_that_hands_its_token_to_others_gets_nothing_for_them(town: Town) -> None:
    token = await town.token(town.visitor())
    town.clock.ahead += timedelta(seconds=30)
    other = await town.visitor("198.51.100.3").post(town.page, data={**ENTRIES, "form_token": token})
    assert (other.status_code, await town.stored()) == (422, 0)
    town.clock.ahead += timedelta(days=1)
    first = town.visitors[0]
    assert (await first.post(town.page, data={**ENTRIES, "form_token": token})).status_code == 422


async def test_a_flood_from_one_address_stops_and_others_get_through(town: Town) -> None:
    context = town.people.service.context
    clock = StillClock()
    limiter = RateLimiter(f"{LIMIT}/minute", context.database, context.secrets, clock)

    async def signs_up(visitor: httpx.AsyncClient) -> int:
        token = await town.token(visitor)
        town.clock.ahead += timedelta(seconds=30)
        return (await visitor.post(town.page, data={**ENTRIES, "form_token": token})).status_code

    bots = [town.visitor(limited_by=limiter) for _ in range(LIMIT * 3)]
    answers = [await bot.post(town.page, data=ENTRIES) for bot in bots]
    assert [answer.status_code for answer in answers] == [422] * LIMIT + [429] * (LIMIT * 2)
    assert all(int(answer.headers["Retry-After"]) <= 61 for answer in answers[LIMIT:])
    assert await signs_up(town.visitor("198.51.100.3", limiter)) == 303
    reader = town.visitor(limited_by=limiter)  # somebody honest in the same library
    assert await signs_up(reader) == 429
    clock.move(61)
    assert await signs_up(reader) == 303
    assert await town.stored() == 2


async def test_from_many_addresses_seats_are_held_no_longer_than_an_address_may_take(town: Town) -> None:
    for number in range(4):
        bot = town.visitor(f"203.0.113.{number}")
        token = await town.token(bot)
        town.clock.ahead += timedelta(seconds=30)
        entries = {**ENTRIES, "form_token": token, "email": f"bot{number}@example.org"}
        assert (await bot.post(town.page, data=entries)).headers["location"].endswith("/thanks")
    honest = (await town.people.register(town.gathering)).json()
    assert honest["status"] == "waiting"
    # As if the hour to confirm had gone by.
    gatherings = town.people.service.context.database["gatherings"]
    gathering = await gatherings.find_one({"_id": town.gathering})
    assert gathering is not None
    past = datetime.now(UTC) - timedelta(seconds=1)
    held = {f"claims.{id}.u": past for id, claim in gathering["claims"].items() if not claim["c"]}
    assert len(held) == 4
    await gatherings.update_one({"_id": town.gathering}, {"$set": held, "$inc": {"version": 1}})
    state = await town.people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{honest['id']}")
    assert state.json()["status"] == "offered"


async def test_numbers_that_nobody_could_dial_take_no_seats(town: Town) -> None:
    bot = town.visitor()
    token = await town.token(bot)
    town.clock.ahead += timedelta(seconds=30)
    entries = {**ENTRIES, "form_token": token, "email": "", "phone": "call me maybe"}
    assert (await bot.post(town.page, data=entries)).status_code == 422
    assert await town.stored() == 0


async def test_invented_numbers_hold_seats_no_longer_than_somebody_may_take_to_call(town: Town) -> None:
    for number in range(4):
        bot = town.visitor(f"203.0.113.{number}")
        token = await town.token(bot)
        town.clock.ahead += timedelta(seconds=30)
        entries = {**ENTRIES, "form_token": token, "email": "", "phone": f"0151 234567{number}"}
        own = (await bot.post(town.page, data=entries)).headers["location"]
        page = (await bot.get(own)).text
        assert "Wir rufen Sie an" in page
        assert "confirmation" not in page
        # The button that is not there does not work either, on the page or by the API.
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        assert (await bot.post(f"{own}/confirmation", data={"form_token": token})).status_code == 422
        _, id, code = own.rsplit("/", 2)
        link = {"Authorization": f"Link {code}"}
        path = f"/registration/v1/wilhelmshaven/registrations/{id}"
        assert (await bot.post(f"{path}/confirmation", headers=link)).status_code == 409
        state = (await bot.get(path, headers=link)).json()
        assert state["status"] == "unconfirmed"
        assert state["to_reach"]
        held = datetime.fromisoformat(state["confirm_by"]) - datetime.now(UTC)
        assert timedelta(hours=70) < held < timedelta(hours=73)  # half of the six days that are left
        # A code that was guessed, or belongs to something else, proves nothing.
        guessed = await bot.post(f"{own}/reached/{code}", data={"form_token": token})
        assert guessed.status_code == 404
    waiting = (await town.people.register(town.gathering)).json()
    assert waiting["status"] == "waiting"
    town.people.move(timedelta(hours=73))
    state = await town.people.intake.get(f"/registration/v1/wilhelmshaven/registrations/{waiting['id']}")
    assert state.json()["status"] == "offered"
