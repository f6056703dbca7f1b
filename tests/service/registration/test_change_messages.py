"""A gathering changes and is called off: what reaches the mailboxes and the calendars of those who take part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.service.registration.towns import API, Town, attached_calendars, publish_gathering


async def _register(town: Town, gathering: str, name: str, language: str, public: bool = False, **more: Any) -> Any:
    body = {
        "name": name,
        "contact": {"email": f"{name.lower()}@example.org"},
        "language": language,
        "channel": "email",
        "consent": {"text_version": "1"},
    } | more
    if not public:
        return await town.call("POST", f"/gatherings/{gathering}/registrations", body)
    path = town.everything.url(f"{API}/gatherings/{gathering}/registrations")
    answer = await town.everything.client().post(path, json=body | {"channel": "web"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _call_list(town: Town) -> dict[str, list[str]]:
    """What is to be said, by kind, to the one person who is to be called."""
    answer = await town.coordinator.get(town.everything.url("/notifications/v1/wilhelmshaven/call-list"))
    numbers = answer.json()["items"]
    return {one["kind"]: one["say"]["de"] for number in numbers for one in (number, *number["also"])}


async def _letters(town: Town) -> list[str]:
    """Kinds of letters that are to be printed."""
    answer = await town.coordinator.get(town.everything.url("/notifications/v1/wilhelmshaven/letters"))
    return [one["kind"] for one in answer.json()["items"]]


async def test_a_dialogue_goes_online_and_is_called_off(town: Town) -> None:
    gathering = await publish_gathering(town)
    olena, amal, _ = [
        await _register(town, gathering, *who) for who in (("Olena", "uk"), ("Amal", "ar"), ("Karl", "de"))
    ]
    first = {str(mail["To"].addresses[0].display_name): mail for mail in await town.settle()}
    assert attached_calendars(first["Karl"]) == []  # he waits
    uid = f"{gathering}@weltoffene-kommune"
    assert attached_calendars(first["Olena"]) == [(uid, 0, "CONFIRMED", "REQUEST")]

    online = {"mode": "online", "place": None, "join_url": "https://meet.example/secret"}
    await town.call("PATCH", f"/gatherings/{gathering}", online)
    told = {mail["To"].addresses[0].display_name: mail for mail in await town.settle()}
    assert set(told) == {"Olena", "Amal", "Karl"}
    assert attached_calendars(told["Olena"]) == [(uid, 1, "CONFIRMED", "REQUEST")]
    assert (await town.read_calendar_feed())[uid] == (1, "CONFIRMED")
    words = {name: mail.get_body(("plain",)).get_content() for name, mail in told.items()}
    assert "онлайн" in words["Olena"]
    assert "Rathaus" in words["Amal"]
    assert "secret" not in "".join(words.values())
    way_in = next(line for line in words["Olena"].split() if line.endswith("/join?lang=uk"))
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
    assert attached_calendars(gone["Amal"]) == [(uid, 3, "CANCELLED", "CANCEL")]
    assert attached_calendars(gone["Karl"]) == []
    assert (await town.read_calendar_feed())[uid] == (3, "CANCELLED")
    assert olena["status"] == amal["status"] == "confirmed"


async def test_who_registers_after_a_change_is_not_told_of_it(town: Town) -> None:
    """The change reaches the other service only afterwards: what counts is when each happened."""
    gathering = await publish_gathering(town)
    await _register(town, gathering, "Karl", "de")
    await town.settle()
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Bürgerhaus"})
    await _register(town, gathering, "Olena", "uk")
    told = [(str(mail["To"].addresses[0].display_name), mail) for mail in await town.settle()]
    assert sorted(name for name, _ in told) == ["Karl", "Olena"], "one mail each"
    words = {name: mail.get_body(("plain",)).get_content() for name, mail in told}
    assert "Rathaus" in words["Karl"]
    assert "Bürgerhaus" in words["Karl"]
    assert "Bürgerhaus" in words["Olena"]
    assert "Rathaus" not in words["Olena"]
    intents = town.everything.services["notifications"].context.database["intents"]
    changes = await intents.find({"kind": "gathering-changed"}).to_list(None)
    assert len(changes) == 1


async def test_more_seats_are_offered_in_the_order_of_the_line(town: Town) -> None:
    gathering = await publish_gathering(town)
    ids = [(await _register(town, gathering, name, "de"))["id"] for name in ("A1", "B2", "C3", "D4")]
    await town.call("PATCH", f"/gatherings/{gathering}", {"capacity": 3})
    states = [(await town.call("GET", f"/registrations/{id}"))["status"] for id in ids]
    assert states == ["confirmed", "confirmed", "offered", "waiting"]
    await town.call("PATCH", f"/gatherings/{gathering}", {"capacity": 2})
    shown = await town.call("GET", f"/gatherings/{gathering}")
    assert shown["seats"] == {"capacity": 2, "taken": 3, "waiting": 1, "free": 0}
    await town.call("POST", f"/registrations/{ids[0]}/cancellation")
    assert (await town.call("GET", f"/registrations/{ids[3]}"))["status"] == "waiting"


async def test_support_that_is_withdrawn_is_told_by_name_to_those_who_asked_for_it(town: Town) -> None:
    offers = [
        {"id": "interpreter:uk", "label": {"de": "Dolmetschen", "uk": "Усний переклад"}, "capacity": 1},
        {"id": "childcare", "label": {"de": "Kinderbetreuung"}},
    ]
    gathering = await publish_gathering(town, support=offers, capacity=3)
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
    assert "Усний переклад: " in page.text
    assert "більше не пропонується" in page.text
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
    gathering = await publish_gathering(town, capacity=2)
    await _register(town, gathering, "Karl", "de")
    await _register(town, gathering, "Uwe", "de", public=True)  # has not confirmed yet
    await _register(town, gathering, "Wanda", "de")
    await town.settle()
    await town.call("PATCH", f"/gatherings/{gathering}", {"place": "Bürgerhaus"})
    told = {
        mail["To"].addresses[0].display_name: mail.get_body(("plain",)).get_content() for mail in await town.settle()
    }
    assert "bleibt bestehen" in told["Karl"]
    assert "Uwe" not in told[""], "what a stranger typed is not mailed to an address that nobody confirmed"
    assert "Bitte bestätigen Sie, dass Sie kommen. Bitte antworten Sie bis" in " ".join(told[""].split())
    assert "Warteliste bleibt" in told["Wanda"]
    await town.call("POST", f"/gatherings/{gathering}/cancellation", {"reason": {"de": "Sturm"}})
    assert len(await town.settle()) == 3


async def test_who_is_reached_by_telephone_alone_is_told_all_changes_in_one_call(town: Town) -> None:
    gathering = await publish_gathering(town)
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
    gathering = await publish_gathering(town)
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


async def test_one_evening_of_a_course_moves_and_each_is_told_once_what_changed(town: Town) -> None:
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(days=6)
    evenings = [_evening(f"e{week}", first + week * timedelta(days=7)) for week in range(3)]
    course = {"starts_at": evenings[0]["starts_at"], "ends_at": evenings[-1]["ends_at"], "meetings": evenings}
    gathering = await publish_gathering(town, **course, capacity=10)
    for name, language in (("Olena", "uk"), ("Karl", "de"), ("Lena", "en")):
        await _register(town, gathering, name, language)
    gone = await _register(town, gathering, "Weg", "de")
    await town.call("POST", f"/registrations/{gone['id']}/cancellation")
    await town.settle()

    moved = _evening("e1", first + timedelta(days=8), place="Bürgerhaus")
    await town.call("PATCH", f"/gatherings/{gathering}", {"meetings": [evenings[0], moved, evenings[2]]})
    told = await town.settle()
    names = [mail["To"].addresses[0].display_name for mail in told]
    assert sorted(names) == ["Karl", "Lena", "Olena"]
    words = {name: mail.get_body(("plain",)).get_content() for name, mail in zip(names, told, strict=True)}
    assert (words["Karl"].count("bisher:"), words["Karl"].count("jetzt:")) == (1, 1), (
        "of the evening that moved, no other"
    )
    assert "Bürgerhaus" in words["Karl"].split("jetzt:")[1]
    assert "Bürgerhaus" in words["Olena"]
    assert "Bürgerhaus" in words["Lena"]
    karl = told[names.index("Karl")]
    assert sorted(uid for uid, *_ in attached_calendars(karl)) == [
        f"{gathering}-e{n}@weltoffene-kommune" for n in range(3)
    ]
    assert await town.settle() == []

    # The same again is no change, and nobody is written to.
    await town.call("PATCH", f"/gatherings/{gathering}", {"meetings": [evenings[0], moved, evenings[2]]})
    assert await town.settle() == []


def _evening(id: str, starts: datetime, **more: Any) -> dict[str, Any]:
    return {"id": id, "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(), **more}
