"""The checker of the promises is able to fail: each promise is broken once, and it says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.support.promises import Record, World, broken

KIND = "de.weltoffene-kommune.participant.registered.v1"


def whole() -> World:
    """Two people with the only two seats, and everybody knows."""
    registrations = [{"_id": id, "seq": {f"registration_v1:{id}": 1}, "outbox": []} for id in ("r1", "r2")]
    claims = {id: {"n": 1, "t": turn, "s": True, "c": True} for turn, id in enumerate(("r1", "r2"))}
    gathering = {"_id": "g", "status": "published", "facts": {"capacity": 2}, "taken": 2, "claims": claims, "gone": {}}
    rows = [{"_id": id, "status": "confirmed"} for id in ("r1", "r2")]
    records = [
        Record(
            "registration.v1",
            id,
            f"event of {id}",
            KIND,
            "t",
            1,
            json.dumps({"registration_id": id, "status": "confirmed"}).encode(),
        )
        for id in ("r1", "r2")
    ]
    return World(
        acknowledged={"r1", "r2"},
        records=records,
        databases={
            "registration": {"registrations": registrations, "gatherings": [gathering]},
            "reporting": {"participants": deepcopy(rows)},
            "notifications": {"participants": deepcopy(rows)},
        },
        mails=[{"message_id": "m1", "to": "a@example.org", "text": "Hello"}],
        canaries={"Kanarienvogel"},
    )


def gathering(world: World) -> dict[str, Any]:
    return world.databases["registration"]["gatherings"][0]


def lose_a_registration(world: World) -> None:
    world.acknowledged.add("r3")


def lose_an_event(world: World) -> None:
    del world.records[1]


def invent_an_event(world: World) -> None:
    world.records.append(replace(world.records[0], sequence=2, id="ghost"))


def skip_an_event(world: World) -> None:
    world.records[0] = replace(world.records[0], sequence=2)


def tell_two_stories(world: World) -> None:
    world.records.append(replace(world.records[0], id="another"))


def keep_an_event_back(world: World) -> None:
    world.databases["registration"]["registrations"][0]["outbox"] = [{}]


def sell_a_seat_twice(world: World) -> None:
    gathering(world)["facts"]["capacity"] = 1


def leave_a_seat_empty(world: World) -> None:
    gathering(world)["claims"]["r2"]["s"] = False
    gathering(world)["taken"] = 1


def count_wrongly(world: World) -> None:
    gathering(world)["taken"] = 1


def forget_in_reporting(world: World) -> None:
    world.databases["reporting"]["participants"].pop()


def write_again_as_another_message(world: World) -> None:
    world.mails.append({**world.mails[0], "message_id": "m2"})


def change_a_message(world: World) -> None:
    world.mails.append({**world.mails[0], "text": "Goodbye"})


def name_someone_in_an_event(world: World) -> None:
    world.records[0] = replace(world.records[0], value=world.records[0].value[:-1] + b',"note":"Kanarienvogel"}')  # type: ignore[index]


def name_someone_in_reporting(world: World) -> None:
    world.databases["reporting"]["participants"][0]["note"] = "Kanarienvogel"


def name_someone_in_a_log(world: World) -> None:
    world.logs = "registered Kanarienvogel"


def test_a_sound_world_is_not_complained_of() -> None:
    assert broken(whole()) == []


@pytest.mark.parametrize(
    ("harm", "promise"),
    [
        (lose_a_registration, "lost"),
        (lose_an_event, "lost"),
        (invent_an_event, "ghost"),
        (skip_an_event, "order"),
        (tell_two_stories, "order"),
        (keep_an_event_back, "stuck"),
        (sell_a_seat_twice, "seats"),
        (leave_a_seat_empty, "seats"),
        (count_wrongly, "seats"),
        (forget_in_reporting, "projection"),
        (write_again_as_another_message, "mail"),
        (change_a_message, "mail"),
        (name_someone_in_an_event, "private"),
        (name_someone_in_reporting, "private"),
        (name_someone_in_a_log, "private"),
    ],
)
def test_each_broken_promise_is_found(harm: Callable[[World], None], promise: str) -> None:
    world = whole()
    harm(world)
    assert any(sentence.startswith(f"{promise}:") for sentence in broken(world)), broken(world)
