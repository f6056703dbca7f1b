"""Who was at a training gets a certificate of one page, and nobody else."""

from __future__ import annotations

import io
from datetime import timedelta

from pypdf import PdfReader

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


async def test_no_other_meeting_has_one(people: People) -> None:
    dialogue = await people.gathering()
    id = (await people.register(dialogue)).json()["id"]
    people.move(timedelta(days=6, hours=-1))
    await people.intake.post(f"{BASE}/registrations/{id}/arrival")
    people.move(timedelta(days=6, hours=4))
    assert (await people.intake.get(f"{BASE}/registrations/{id}/certificate.pdf")).status_code == 404
