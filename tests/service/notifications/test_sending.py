"""Sending: a mail from the municipality, a server that is away or refuses, a mailbox that would be flooded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from chassis.clock import SystemClock
from chassis.ids import Secrets
from chassis.storage.mongo import Database
from services.notifications.delivery import deliver
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.domain.facts import Contact, Group
from services.notifications.domain.throttle import IN_AN_HOUR, Allowed
from tests.service.notifications.towns import Town


async def test_a_mail_comes_from_the_municipality(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a", name="Zoë Ґалаґан-Œuvré " + "ж" * 80, group={"sure": True})
    await town.enqueue_message("a", "confirmed")
    await town.run()
    (mail,), (envelope,) = town.sink.mails, town.sink.envelopes
    assert str(mail["From"]).startswith("Wilhelmshaven")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    for words in (html, text):
        assert "04421 1234" in words
        assert "Mo–Fr 9–12" in words
        assert "/registration/wilhelmshaven/imprint" in words
    assert "#a01020" in html
    assert "prefers-color-scheme: dark" in html
    assert "http" not in html.replace("http://127.0.0.1:8000", "")
    header = envelope.content.split(b"\r\n\r\n")[0]
    assert max(len(word) for line in header.splitlines() for word in line.split() if word.startswith(b"=?")) <= 75
    shown = (await town.coordinator.get("/notifications/v1/wilhelmshaven/messages/m-a")).json()
    assert shown["status"] == "sent"
    assert [one["channel"] for one in shown["attempts"]] == ["email"]
    assert "Ihr Platz ist bestätigt" in shown["as_sent"]["text"]
    assert "c0de" not in str(shown)


async def test_a_mail_server_that_is_away_shows_in_the_metrics(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a")
    await town.enqueue_message("a", "confirmed")
    town.sink.answers = ["451 4.3.0 later", "421 4.3.2 closing"]
    for failures in (1, 2):
        await town.run()
        assert len((await town.get_message("m-a"))["attempts"]) == failures
        town.clock.time += timedelta(seconds=700)
    job = next(one for one in town.service.definition.jobs if one.name == "deliver")
    await job.unsent.refresh(town.clock.time)
    metrics = town.service.context.metrics.render().decode()
    assert "kommune_notifications_oldest_unsent_seconds 1400.0" in metrics
    assert 'kommune_notifications_send_failures_total{channel="email",outcome="away"} 2.0' in metrics
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "sent"
    await job.unsent.refresh(town.clock.time)
    assert "kommune_notifications_oldest_unsent_seconds 0.0" in town.service.context.metrics.render().decode()


async def test_a_refused_mail_spoils_no_other_of_the_session(town: Town) -> None:
    await town.add_gathering()
    for id in "abc":
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
    town.sink.answers = ["452 4.2.2 full"]
    await town.run()
    found = [(await town.get_message(f"m-{id}"))["status"] for id in "abc"]
    assert sorted(found) == ["pending", "sent", "sent"]


async def test_a_permanent_refusal_tries_the_next_channel_and_keeps_the_reason(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a", phone="04421 99")
    await town.enqueue_message("a", "confirmed")
    town.sink.answers = ["550 5.1.1 nobody here"]
    await town.run()
    await town.run()
    message = await town.get_message("m-a")
    assert message["status"] == "to_call" or message["failed"] == ["email"]
    assert message["attempts"][0]["detail"] == "550 5.1.1"


async def test_domains_of_any_script_are_reached_and_other_names_refused_where_the_server_cannot(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a", email="info@bücher.example")
    await town.add_person("b", email="jürgen@example.org")
    for id in "ab":
        await town.enqueue_message(id, "confirmed")
    await town.run()
    (envelope,) = town.sink.envelopes
    assert envelope.rcpt_tos == ["info@xn--bcher-kva.example"]
    assert b"info@xn--bcher-kva.example" in envelope.content
    assert (await town.get_message("m-b"))["attempts"][0]["detail"] == "SMTPUTF8 is not offered"


async def test_a_mailbox_that_nobody_confirmed_gets_ten_an_hour_and_the_rest_in_one(town: Town) -> None:
    await town.add_gathering()
    for number in range(15):
        email = f"victim+{number}@example.org"
        await town.add_person(
            f"p{number}",
            status="unconfirmed",
            email=email,
            name="Sie haben gewonnen: http://evil.example",
            group={"until": town.clock.time + timedelta(days=1)},
        )
        await town.enqueue_message(f"p{number}", "confirm-address")
    await town.run()
    assert len(town.sink.mails) == 10
    for mail in town.sink.mails:
        assert "gewonnen" not in mail.as_string()
        assert "evil" not in mail.as_string()
    shown = (
        await town.coordinator.get("/notifications/v1/wilhelmshaven/messages", params={"status": "pending"})
    ).json()["items"]
    assert [one["postponed"] for one in shown] == [True] * 5
    town.clock.time += timedelta(minutes=59)
    await town.run()
    assert len(town.sink.mails) == 10
    town.clock.time += timedelta(minutes=2)
    await town.run()
    assert len(town.sink.mails) == 11
    text = town.sink.mails[-1].get_body(("plain",)).get_content()
    assert sum(f"/my/p{number}/" in text for number in range(15)) == 5
    assert await town.database["intents"].count_documents({"status": "sent", "told_in": {"$exists": True}}) == 4
    keys = await town.database["mailboxes"].find({}).to_list(None)
    assert len(keys) == 1
    assert "victim" not in str(keys)


def _delays(message: Any) -> list[timedelta]:
    """How much later than it was owed registration is told that a message goes out."""
    told = [
        orjson.loads(one["d"]) for one in message.get("outbox", ()) if one["y"] == "notifications.message.delayed.v1"
    ]
    return [datetime.fromisoformat(one["until"]) - message["at"] for one in told]


async def test_registration_is_told_of_a_request_to_confirm_that_goes_out_late(town: Town) -> None:
    await town.add_gathering()
    for number in range(11):
        await town.add_person(f"p{number}", status="unconfirmed", email="one@example.org")
        await town.enqueue_message(f"p{number}", "confirm-address")
    await town.run()
    assert [_delays(await town.get_message(f"m-p{number}")) for number in range(11)] == [[]] * 10 + [
        [timedelta(hours=1)]
    ]

    await town.add_gathering("theirs", tenant="norden")
    await town.add_person("new", status="unconfirmed", email="one@example.org", gathering="theirs", tenant="norden")
    await town.enqueue_message("new", "confirm-address", gathering="theirs", tenant="norden")
    await town.run()
    assert _delays(await town.get_message("m-new")) == [timedelta(hours=1)], (
        "the mailbox is full in another municipality"
    )

    await town.add_person("away", status="unconfirmed")
    await town.add_person("sure")
    await town.enqueue_message("away", "confirm-address")
    await town.enqueue_message("sure", "confirmed")
    late = town.clock.time
    for _ in range(9):
        town.sink.answers = ["421 4.3.2 closing"] * 9
        await town.run()
        town.clock.time = (await town.get_message("m-away"))["due_at"]
    found = _delays(await town.get_message("m-away"))
    assert len(found) > 1
    assert max(found) == town.clock.time - late
    assert min(found) >= timedelta(minutes=5)
    assert _delays(await town.get_message("m-sure")) == []
    town.sink.answers = []
    await town.run()
    assert _delays(await town.get_message("m-away"))[-1] == town.clock.time - late, "it went out only now"


async def test_what_people_need_at_a_confirmed_address_is_not_held_back(town: Town) -> None:
    await town.add_gathering()
    for number in range(12):
        await town.add_person(f"p{number}", email="me@example.org", group={"sure": True})
        await town.enqueue_message(f"p{number}", "confirmed")
    await town.run()
    assert len(town.sink.mails) == 12


async def test_two_hundred_sign_ups_from_one_number_are_one_entry_of_the_call_list(town: Town) -> None:
    await town.add_gathering()
    flood = {"email": None, "phone": "0151 1", "phone_e164": "+4915112345678"}
    for number in range(60):
        await town.add_person(f"f{number}", status="unconfirmed", **flood)
        await town.enqueue_message(f"f{number}", "confirm-by-call")
    town.clock.time += timedelta(seconds=1)
    for number in range(3):
        await town.add_person(
            f"real{number}", status="unconfirmed", email=None, phone=f"04421 {number}", phone_e164=f"+49442110{number}"
        )
        await town.enqueue_message(f"real{number}", "confirm-by-call")
    await town.run()
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await town.coordinator.get("/notifications/v1/wilhelmshaven/call-list", params=query)).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [one["folded"] for one in seen] == [59, 0, 0, 0]
    assert {one["registration"] for one in seen[1:]} == {"real0", "real1", "real2"}
    html = (await town.coordinator.get("/notifications/wilhelmshaven/calls")).text
    assert html.count('<article class="card"') == 4


async def test_ten_concurrent_messages_are_counted_as_ten(database: Database) -> None:
    """Each round is a mailbox that nobody wrote to before, so that all of them want to make its counter."""
    throttle, now = Throttle(database, Secrets("a secret for tests only, 32 characters and more")), SystemClock().now()
    for round in range(10):
        key = throttle.key(f"olena{round}@example.org")
        taken = await asyncio.gather(*(throttle.take(key, f"m{number}", now) for number in range(IN_AN_HOUR + 2)))
        assert sum(isinstance(one, Allowed) for one in taken) == IN_AN_HOUR


async def test_a_message_waits_in_hand_for_a_contact_that_comes_a_moment_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.add_gathering()
    await town.store_facts("participants", Group(id="p", gathering="g", status="confirmed", sure=True))
    id, missed = await town.enqueue_message("p", "confirmed"), asyncio.Event()

    def looks() -> Iterator[float]:
        while True:
            missed.set()
            yield 0.01

    async def comes_later() -> None:
        await missed.wait()
        await town.store_facts(
            "contacts", Contact(id="p", name="Olena", email="p@example.org", codes={"manage": "c0de"})
        )

    monkeypatch.setattr(deliver, "CONTACT_LOOKUP_PAUSES", looks())
    coming = asyncio.create_task(comes_later())
    await town.run()
    coming.cancel()
    found = await town.get_message(id)
    assert (found["status"], found["version"]) == ("sent", 2)
