"""Who was at a training gets a certificate of one page, and nobody else."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from pypdf import PdfReader

from chassis.clock import rfc3339
from chassis.text.languages import format_short_day
from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"


async def test_one_page_for_each_who_was_there_once_it_is_over(people: People) -> None:
    training = await people.gathering(kind="training", title={"de": "Wie Räte entscheiden"}, open_to="staff")
    id = (await people.register(training, name="Mara Muster", party=["Jo Beispiel", ""])).json()["id"]
    path = f"{BASE}/registrations/{id}/certificate.pdf"
    refused = await people.intake.get(path)
    assert refused.status_code == 404
    people.move(timedelta(days=6, hours=-1))
    arrived = await people.intake.post(f"{BASE}/registrations/{id}/arrival")
    assert arrived.status_code == 200, arrived.text
    assert (await people.intake.get(path)).status_code == 404, "not before it is over"
    people.move(timedelta(days=6, hours=4))
    made = await people.intake.get(path, headers={"Accept-Language": "de"})
    assert made.status_code == 200, made.text
    read = PdfReader(io.BytesIO(made.content))
    text = " ".join(read.pages[0].extract_text().split())
    assert len(read.pages) == 1
    for words in ("Teilnahmebescheinigung", "Mara Muster", "Wie Räte entscheiden", "Dauer in Stunden: 2,5"):
        assert words in text
    other = PdfReader(io.BytesIO((await people.intake.get(f"{path}?person=1")).content))
    assert "Jo Beispiel" in other.pages[0].extract_text()
    for person in ("2", "3"):
        assert (await people.intake.get(f"{path}?person={person}")).status_code == 404
    assert (await people.stranger.get(path)).status_code == 404
    assert (await people.public.get(path)).status_code == 401


async def test_of_a_course_it_states_the_evenings_they_were_at(people: People) -> None:
    first = datetime.now(UTC) + timedelta(days=6)

    def evening(week: int) -> dict[str, str]:
        starts = first + timedelta(weeks=week)
        return {"id": f"e{week}", "starts_at": rfc3339(starts), "ends_at": rfc3339(starts + timedelta(minutes=90))}

    evenings = [evening(week) for week in range(3)]
    times = {"starts_at": evenings[0]["starts_at"], "ends_at": evenings[2]["ends_at"], "meetings": evenings}
    training = await people.gathering(kind="training", open_to="staff", **times)
    id = (await people.register(training, name="Mara Muster")).json()["id"]
    path = f"{BASE}/registrations/{id}/certificate.pdf"
    for week in (0, 2):
        people.move(timedelta(days=6, weeks=week, hours=1))
        assert (await people.intake.get(path)).status_code == 404, "not before all of it is over"
        assert (await people.intake.post(f"{BASE}/registrations/{id}/arrival")).status_code == 200
    people.move(timedelta(days=6, weeks=2, hours=2))
    made = await people.intake.get(path, headers={"Accept-Language": "de"})
    text = " ".join(PdfReader(io.BytesIO(made.content)).pages[0].extract_text().split())
    assert "Dauer in Stunden: 3" in text
    shown = [format_short_day(first + timedelta(weeks=week), "de") in text for week in range(3)]
    assert shown == [True, False, True]


async def test_no_other_meeting_has_one(people: People) -> None:
    dialogue = await people.gathering()
    id = (await people.register(dialogue)).json()["id"]
    people.move(timedelta(days=6, hours=-1))
    await people.intake.post(f"{BASE}/registrations/{id}/arrival")
    people.move(timedelta(days=6, hours=4))
    assert (await people.intake.get(f"{BASE}/registrations/{id}/certificate.pdf")).status_code == 404
