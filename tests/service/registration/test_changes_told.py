"""A gathering changes and is called off: what reaches the mailboxes and the calendars of those who take part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from icalendar import Calendar

from chassis.settings import Settings
from tests.service.security.conftest import Everything, build_everything

API = "/registration/v1/wilhelmshaven"


@dataclass
class Town:
    """All services, and the mailboxes of its people."""

    everything: Everything
    coordinator: httpx.AsyncClient
    mails: list[Any] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"

    async def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        answer = await self.coordinator.request(method, self.everything.url(f"{API}{path}"), json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def settle(self) -> list[Any]:
        """Events reach everybody, announcements become intents, intents become mails; the mails that are new."""
        for collection in ("registrations", "gatherings"):
            await self.everything.spread(collection)
        notifications = self.everything.services["notifications"]
        before = len(self.mails)
        tasks = [asyncio.create_task(due.run()) for due in notifications.parts.due]
        async with asyncio.timeout(10):
            for collection in ("announcements", "intents"):
                waiting = {"due_at": {"$exists": True}, "status": {"$in": [None, "pending"]}}
                while await notifications.context.database[collection].count_documents(waiting):
                    await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.mails[before:]

    async def feed(self) -> dict[str, tuple[int, str]]:
        """SEQUENCE and STATUS by UID."""
        answer = await self.everything.client().get(self.everything.url(f"{API}/gatherings.ics"))
        events = Calendar.from_ical(answer.content).walk("VEVENT")
        return {str(one["UID"]): (int(one["SEQUENCE"]), str(one["STATUS"])) for one in events}


def calendars(mail: Any) -> list[tuple[str, int, str, str]]:
    """(UID, SEQUENCE, STATUS, METHOD) of what is attached."""
    found = [
        Calendar.from_ical(p.get_payload(decode=True)) for p in mail.walk() if p.get_content_type() == "text/calendar"
    ]
    return [
        (str(e["UID"]), int(e["SEQUENCE"]), str(e["STATUS"]), str(c["METHOD"])) for c in found for e in c.walk("VEVENT")
    ]


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    town: Town = Town.__new__(Town)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(town), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    everything = await build_everything(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
    town.__init__(everything, everything.client("wilhelmshaven", "coordinator"))  # type: ignore[misc]
    yield town
    server.close()
    for service in everything.services.values():
        await service.context.database.drop()
        await service.context.database.close()


async def _published(town: Town, **changes: Any) -> str:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=6)
    body = {
        "title": {"de": "Dialog"}, "description": {"de": "Wir reden."}, "kind": "dialogue", "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(), "mode": "onsite", "place": "Rathaus", "capacity": 2, "party_max": 2,
    } | changes  # fmt: skip
    id: str = (await town.call("POST", "/gatherings", body))["id"]
    await town.call("POST", f"/gatherings/{id}/publication")
    return id


async def _register(town: Town, gathering: str, name: str, language: str, public: bool = False, **more: Any) -> Any:
    body = {
        "name": name, "contact": {"email": f"{name.lower()}@example.org"}, "language": language, "channel": "email",
        "consent": {"text_version": "1"},
    } | more  # fmt: skip
    if not public:
        return await town.call("POST", f"/gatherings/{gathering}/registrations", body)
    path = town.everything.url(f"{API}/gatherings/{gathering}/registrations")
    answer = await town.everything.client().post(path, json=body | {"channel": "web"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _call_list(town: Town) -> dict[str, list[str]]:
    """What is to be said, by kind, to the one person who is to be called."""
    answer = await town.coordinator.get(town.everything.url("/notifications/v1/wilhelmshaven/call-list"))
    return {one["kind"]: one["say"]["de"] for one in answer.json()["items"]}


async def _letters(town: Town) -> list[str]:
    """Kinds of letters that are to be printed."""
    answer = await town.coordinator.get(town.everything.url("/notifications/v1/wilhelmshaven/letters"))
    return [one["kind"] for one in answer.json()["items"]]


async def test_a_dialogue_goes_online_and_is_called_off(town: Town) -> None:
    gathering = await _published(town)
    olena, amal, _ = [
        await _register(town, gathering, *who) for who in (("Olena", "uk"), ("Amal", "ar"), ("Karl", "de"))
    ]
    first = {str(mail["To"].addresses[0].display_name): mail for mail in await town.settle()}
    assert calendars(first["Karl"]) == []  # he waits
    uid = f"{gathering}@weltoffene-kommune"
    assert calendars(first["Olena"]) == [(uid, 0, "CONFIRMED", "REQUEST")]

    online = {"mode": "online", "place": None, "join_url": "https://meet.example/secret"}
    await town.call("PATCH", f"/gatherings/{gathering}", online)
    told = {mail["To"].addresses[0].display_name: mail for mail in await town.settle()}
    assert set(told) == {"Olena", "Amal", "Karl"}
    assert calendars(told["Olena"]) == [(uid, 1, "CONFIRMED", "REQUEST")]
    assert (await town.feed())[uid] == (1, "CONFIRMED")
    words = {name: mail.get_body(("plain",)).get_content() for name, mail in told.items()}
    assert "онлайн" in words["Olena"]
    assert "Rathaus" in words["Amal"]
    assert "secret" not in "".join(words.values())
    way_in = next(line for line in words["Olena"].split() if line.endswith("/join"))
    assert "/join" not in words["Karl"]
    public = town.everything.client()
    followed = await public.get(town.everything.url("/" + way_in.split("/", 3)[3]))
    assert followed.headers["location"] == "https://meet.example/secret"

    await town.call("PATCH", f"/gatherings/{gathering}", {"description": {"de": "Wir reden miteinander."}})
    assert await town.settle() == []

    cancelled = await town.call(
        "POST", f"/gatherings/{gathering}/cancellation", {"reason": {"de": "Krankheit", "uk": "Хвороба"}}
    )
    assert cancelled["reason"] == {"de": "Krankheit", "uk": "Хвороба"}
    gone = {mail["To"].addresses[0].display_name: mail for mail in await town.settle()}
    assert "Хвороба" in gone["Olena"].get_body(("plain",)).get_content()
    assert calendars(gone["Amal"]) == [(uid, 3, "CANCELLED", "CANCEL")]
    assert calendars(gone["Karl"]) == []
    assert (await town.feed())[uid] == (3, "CANCELLED")
    assert olena["status"] == amal["status"] == "confirmed"


async def test_more_seats_are_offered_in_the_order_of_the_line(town: Town) -> None:
    gathering = await _published(town)
    ids = [(await _register(town, gathering, name, "de"))["id"] for name in ("A1", "B2", "C3", "D4")]
    await town.call("PATCH", f"/gatherings/{gathering}", {"capacity": 3})
    states = [(await town.call("GET", f"/registrations/{id}"))["status"] for id in ids]
    assert states == ["confirmed", "confirmed", "offered", "waiting"]
    await town.call("PATCH", f"/gatherings/{gathering}", {"capacity": 2})
    shown = await town.call("GET", f"/gatherings/{gathering}")
    assert shown["seats"] == {"capacity": 2, "taken": 3, "waiting": 1}
    await town.call("POST", f"/registrations/{ids[0]}/cancellation")
    assert (await town.call("GET", f"/registrations/{ids[3]}"))["status"] == "waiting"


async def test_support_that_is_withdrawn_is_told_by_name_to_those_who_asked_for_it(town: Town) -> None:
    offers = [
        {"id": "interpreter:uk", "label": {"de": "Dolmetschen", "uk": "Усний переклад"}, "capacity": 1},
        {"id": "childcare", "label": {"de": "Kinderbetreuung"}},
    ]
    gathering = await _published(town, support=offers, capacity=3)
    booked = await _register(town, gathering, "Olena", "uk", support=["interpreter:uk", "childcare"])
    await _register(town, gathering, "Taras", "uk", support=["interpreter:uk"])
    await _register(town, gathering, "Karl", "de", support=["childcare"])
    await town.settle()
    await town.call("PATCH", f"/gatherings/{gathering}", {"support": offers[1:]})
    told = {
        mail["To"].addresses[0].display_name: mail.get_body(("plain",)).get_content() for mail in await town.settle()
    }
    assert set(told) == {"Olena", "Taras"}
    assert "Усний переклад: на цій зустрічі ми більше не можемо" in told["Olena"]
    # The page behind the link says the same.
    page = await town.everything.client().get(town.everything.url(_own(told["Olena"])), headers={"Accept": "text/html"})
    assert "Dolmetschen: " in page.text
    assert "wird nicht mehr angeboten" in page.text
    # Offered again, it is booked again, and told so.
    await town.call("PATCH", f"/gatherings/{gathering}", {"support": offers})
    again = {
        mail["To"].addresses[0].display_name: mail.get_body(("plain",)).get_content() for mail in await town.settle()
    }
    assert "Усний переклад" in again["Olena"]
    state = await town.call("GET", f"/registrations/{booked['id']}")
    assert state["support_status"]["interpreter:uk"] == {"status": "granted"}


def _own(mail: str) -> str:
    link = next(line for line in mail.split() if "/my/" in line)
    return "/" + link.split("/", 3)[3]


async def test_everybody_in_the_ledger_is_told_where_they_stand(town: Town) -> None:
    gathering = await _published(town, capacity=2)
    await _register(town, gathering, "Karl", "de")
    await _register(town, gathering, "Uwe", "de", public=True)  # has not confirmed yet
    await _register(town, gathering, "Wanda", "de")
    await town.settle()
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Bürgerhaus"})
    told = {
        mail["To"].addresses[0].display_name: mail.get_body(("plain",)).get_content() for mail in await town.settle()
    }
    assert "bleibt bestehen" in told["Karl"]
    assert "Bitte bestätigen Sie, dass Sie kommen. Bitte antworten Sie bis" in " ".join(told["Uwe"].split())
    assert "Warteliste bleibt" in told["Wanda"]
    await town.call("POST", f"/gatherings/{gathering}/cancellation", {"reason": {"de": "Sturm"}})
    assert len(await town.settle()) == 3


async def test_who_is_reached_by_telephone_alone_is_told_all_changes_in_one_call(town: Town) -> None:
    gathering = await _published(town)
    await _register(town, gathering, "Fatma", "tr", contact={"phone": "04421 1234"}, channel="phone")
    await town.settle()
    for place in ("Bürgerhaus", "Stadthalle"):
        await town.call("PATCH", f"/gatherings/{gathering}", {"place": place})
        await town.settle()
    said = "\n".join((await _call_list(town))["gathering-changed"])
    assert "bisher: \u2068Rathaus\u2069" in said
    assert "jetzt: \u2068Stadthalle\u2069" in said
    assert "Bürgerhaus" not in said
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Rathaus"})
    await town.settle()
    assert "gathering-changed" not in await _call_list(town)  # as she knows it
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Stadthalle"})
    await town.call("POST", f"/gatherings/{gathering}/cancellation", {"reason": {"de": "Sturm", "tr": "Fırtına"}})
    await town.settle()
    listed = await _call_list(town)
    assert list(listed) == ["gathering-cancelled"]  # nothing else matters any more
    assert "Sturm" in "\n".join(listed["gathering-cancelled"])


async def test_who_is_reached_by_letter_is_told_of_changes_in_it(town: Town) -> None:
    gathering = await _published(town)
    await _register(
        town, gathering, "Ilse", "de", contact={"post": "Ilse K.\nWeg 1\n26382 Wilhelmshaven"}, channel="phone"
    )
    await town.settle()
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Bürgerhaus"})
    await town.settle()
    assert await _letters(town) == ["registered", "gathering-changed"]
    await town.call("POST", f"/gatherings/{gathering}/cancellation", {"reason": {"de": "Sturm"}})
    await town.settle()
    assert await _letters(town) == ["gathering-cancelled"]
