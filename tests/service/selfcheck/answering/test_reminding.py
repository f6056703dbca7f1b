"""Deadlines and reminders, from the assessment to the mail: once a person and stage, and never too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import orjson
import pytest

from chassis.clock import rfc3339
from services.selfcheck.domain.deadline import PLACE
from tests.service.selfcheck.answering.conftest import BASE, HOST, Town, token_of


class MovedClock:
    """Time as the test says."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DEADLINE = datetime(2026, 11, 30, 17, tzinfo=UTC)
LAST_CALL = datetime(2026, 11, 28, 9, tzinfo=PLACE)


@pytest.fixture
def clock(town: Town, monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """The clock of selfcheck and of notifications."""
    moved = MovedClock(NOW)
    for name in ("selfcheck", "notifications"):
        now = town.everything.services[name].context.clock
        monkeypatch.setattr(type(now), "now", lambda self: moved.moment)
    return moved


async def look_after(town: Town, clock: MovedClock) -> list[dict[str, Any]]:
    """What the worker does with assessments that are due; the reminders that were asked for, from all outboxes."""
    service = town.everything.services["selfcheck"]
    due = next(one for one in service.definition.jobs if one.name == "assessments")
    for found in await town.database()["assessments"].find({"due_at": {"$lte": clock.now()}}).to_list(None):
        await due.handle(found)
    return await asked_for(town)


async def asked_for(town: Town) -> list[dict[str, Any]]:
    sheets = await town.database()["sheets"].find({}).sort("_id", 1).to_list(None)
    return [
        orjson.loads(entry["d"])
        for sheet in sheets
        for entry in sheet["outbox"]
        if entry["y"] == "selfcheck.reminder.due.v1"
    ]


async def deliver(town: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[list[tuple[str, str]], list[str]]:
    """Tell notifications everything and let it send; (recipient and subject of each mail, statuses of all reminders)."""
    sent: list[tuple[str, str]] = []

    async def send(self: Any, mail: Any, still_ours: Any) -> None:
        message = message_from_bytes(mail.content)
        sent.append((mail.recipient.wire, str(make_header(decode_header(message["Subject"])))))

    monkeypatch.setattr("services.notifications.mail.server.MailServer.send", send)
    for collection in ("assessments", "sheets"):
        await town.everything.spread(collection, "selfcheck")
    service = town.everything.services["notifications"]
    due = next(one for one in service.definition.jobs if one.name == "deliver")
    for intent in await town.database("notifications")["intents"].find({"due_at": {"$exists": True}}).to_list(None):
        await due.handle(intent)
    intents = (
        await town.database("notifications")["intents"].find({"kind": {"$ne": "respondent-invited"}}).to_list(None)
    )
    return sent, sorted(intent["status"] for intent in intents if intent["kind"].startswith("respondent-"))


async def invited(town: Town, assessment: str, number: int) -> dict[str, Any]:
    """Somebody with an address, and the path of their sheet, which only they know."""
    made = await town.invite(assessment, contact={"email": f"p{number}@x.example", "language": "de"})
    code = town.everything.services["selfcheck"].context.secrets.code("answer", made["id"])
    return made | {"path": f"{HOST}/selfcheck/v1/answers/{code}"}


async def hand_in(town: Town, sheet: dict[str, Any]) -> None:
    saved = await town.anybody.put(sheet["path"], json={"answers": {"f.c.1": 2}})
    resume = {"X-Resume-Code": saved.json()["resume_code"]}
    assert (await town.anybody.post(f"{sheet['path']}/submission", headers=resume)).status_code == 200


async def test_whoever_has_not_handed_in_is_reminded_once_a_stage(
    town: Town, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment = await town.open(deadline=rfc3339(DEADLINE))
    done, waiting = await invited(town, assessment, 1), await invited(town, assessment, 2)
    await town.invite(assessment)  # no address
    await hand_in(town, done)
    assert await look_after(town, clock) == [], "nothing is due yet"
    clock.moment = datetime(2026, 11, 23, 9, tzinfo=PLACE)
    for _ in range(3):
        reminders = await look_after(town, clock)
    assert [(one["respondent_id"], one["stage"]) for one in reminders] == [(waiting["id"], "days-7")]
    mails, statuses = await deliver(town, monkeypatch)
    assert [to for to, subject in mails if subject.startswith("Erinnerung")] == ["p2@x.example"]
    clock.moment = LAST_CALL
    assert [one["stage"] for one in await look_after(town, clock)] == ["days-7", "days-2"]
    mails, statuses = await deliver(town, monkeypatch)
    assert mails == [("p2@x.example", "Erinnerung: Selbstcheck")]
    assert statuses == ["sent", "sent"]
    clock.moment = DEADLINE + timedelta(days=1)
    assert len(await look_after(town, clock)) == 2
    stored = await town.database()["assessments"].find_one({"_id": assessment})
    assert "due_at" not in stored


async def test_a_colleague_hears_that_questions_were_handed_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = await town.open()
    sheet = await invited(town, assessment, 1)
    saved = await town.anybody.put(sheet["path"], json={"answers": {"f.c.1": 2}})
    handed = await town.anybody.post(
        f"{sheet['path']}/delegation",
        json={"questions": ["g.c.1"], "contact": {"email": "kollegin@x.example", "language": "de"}},
        headers={"X-Resume-Code": saved.json()["resume_code"]},
    )
    assert handed.status_code < 300, handed.text
    mails, _ = await deliver(town, monkeypatch)
    told = dict(mails)
    assert told["kollegin@x.example"] == "Fragen aus dem Selbstcheck an Sie"
    assert told["p1@x.example"] == "Einladung zum Selbstcheck"


async def test_a_worker_that_was_away_for_a_day_leaves_the_reminder_out(town: Town, clock: MovedClock) -> None:
    assessment = await town.open(deadline=rfc3339(DEADLINE))
    await invited(town, assessment, 1)
    clock.moment = datetime(2026, 11, 24, 9, tzinfo=PLACE)
    assert await look_after(town, clock) == []
    clock.moment = LAST_CALL
    assert [one["stage"] for one in await look_after(town, clock)] == ["days-2"]


@pytest.mark.parametrize("what", ["deadline", "submission", "reveal", "revocation", "deletion"])
async def test_a_mail_that_is_late_is_not_sent(
    town: Town, clock: MovedClock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    assessment = await town.open(deadline=rfc3339(DEADLINE))
    sheet = await invited(town, assessment, 1)
    clock.moment = LAST_CALL
    assert len(await look_after(town, clock)) == 1
    match what:
        case "deadline":
            clock.moment = DEADLINE
        case "submission":
            await hand_in(town, sheet)
        case "reveal":
            await town.reveal(assessment)
        case "revocation":
            await town.coordinator.post(f"{BASE}/{assessment}/invitations/{sheet['id']}/revocation")
        case "deletion":
            await town.coordinator.post(f"{BASE}/{assessment}/deletion")
    mails, statuses = await deliver(town, monkeypatch)
    assert [subject for _, subject in mails if subject.startswith("Erinnerung")] == []
    assert statuses == ["expired" if what == "deadline" else "suppressed"]


async def test_more_time_is_told_and_starts_the_reminders_anew(
    town: Town, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment = await town.open(deadline=rfc3339(DEADLINE))
    await invited(town, assessment, 1)
    clock.moment = LAST_CALL
    await look_after(town, clock)
    address = f"{BASE}/{assessment}/deadline"
    later = DEADLINE + timedelta(days=14)
    body = {"deadline": rfc3339(later), "reminder_days": [2]}
    moved = await town.coordinator.put(address, json=body)
    assert (moved.status_code, moved.json()["deadline"]) == (200, rfc3339(later))
    await look_after(town, clock)
    assert (await town.coordinator.put(address, json=body)).status_code == 200
    await look_after(town, clock)
    mails, _ = await deliver(town, monkeypatch)
    assert "Mehr Zeit für den Selbstcheck" in {subject for _, subject in mails}
    clock.moment = datetime(2026, 12, 12, 9, tzinfo=PLACE)
    assert [one["stage"] for one in await look_after(town, clock)] == ["days-2", "extended", "days-2"]
    past = await town.coordinator.put(address, json={"deadline": rfc3339(NOW)})
    assert [error["pointer"] for error in past.json()["errors"]] == ["/deadline"]
    await town.reveal(assessment)
    assert (await town.coordinator.put(address, json=body)).status_code == 409


async def test_by_hand_once_a_day_and_never_after_the_deadline(town: Town, clock: MovedClock) -> None:
    assessment = await town.open(deadline=rfc3339(DEADLINE))
    sheet, other = await invited(town, assessment, 1), await invited(town, assessment, 2)
    linked = await town.invite(assessment)

    async def remind(made: dict[str, Any], **headers: str) -> int:
        address = f"{BASE}/{assessment}/invitations/{made['id']}/reminder"
        return (await town.coordinator.post(address, headers=headers)).status_code

    assert await remind(sheet, **{"Idempotency-Key": "k"}) == 200
    assert await remind(sheet, **{"Idempotency-Key": "k"}) == 200, "a repeat gives the first answer"
    assert await remind(sheet) == 409
    assert await remind(linked) == 409
    await hand_in(town, other)
    assert await remind(other) == 409
    clock.moment = NOW + timedelta(days=1)
    assert await remind(sheet) == 200
    assert [one["stage"] for one in await asked_for(town)] == ["by-hand", "by-hand"]
    clock.moment = DEADLINE
    assert await remind(sheet) == 409
    assert (await town.coordinator.post(f"{BASE}/{assessment}/invitations/nobody/reminder")).status_code == 404
    elsewhere = await town.open()
    assert (await town.coordinator.post(f"{BASE}/{elsewhere}/invitations/{sheet['id']}/reminder")).status_code == 404


async def test_the_page_of_the_deadline(town: Town) -> None:
    assessment = await town.open()
    staff = town.browser("wilhelmshaven", "coordinator")
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}"
    page = await staff.get(f"{address}/keeping")
    day = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%d")
    action = f"{address.removeprefix(HOST)}/deadline"
    data = {"form_token": token_of(page.text, action), "deadline": f"{day}T17:00", "reminder_days": ["7", "1"]}
    assert (await staff.post(f"{address}/deadline", data=data)).status_code == 303
    stored = (await town.coordinator.get(f"{BASE}/{assessment}")).json()
    assert stored["reminder_days"] == [7, 1]
    assert datetime.fromisoformat(stored["deadline"]).astimezone(PLACE).strftime("%Y-%m-%dT%H:%M") == f"{day}T17:00"
    made = await town.invite(assessment)
    assert "17:00" in (await town.browser().get(made["page"])).text
    bad = await staff.post(f"{address}/deadline", data=data | {"deadline": "2020-01-01T10:00"})
    assert bad.status_code == 422
