"""Questions and rings on pages."""

from __future__ import annotations

from tests.service.reporting.practices import published, token
from tests.service.reporting.towns import Reporting


async def test_a_question_without_a_name_is_asked_read_by_the_office_and_answered_on_pages(
    reporting: Reporting,
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    practice = await published(reporting)
    async with (
        reporting.client("wolfsburg") as town,
        reporting.client("wilhelmshaven") as owner,
        reporting.client("-", "programme_office") as office,
    ):
        for client in (town, owner, office):
            client.headers.update(headers)
        new = f"/reporting/wolfsburg/questions/new?practice={practice}&lang=de"
        page = (await town.get(new)).text
        assert "Dolmetschende auf Abruf" in page
        refused = await town.post(
            "/reporting/wolfsburg/questions/new",
            data={"form_token": token(page), "text": "Ruf 04421 161234 an", "practice": practice},
        )
        assert (refused.status_code, "Ruf 04421 161234 an" in refused.text) == (422, True)
        page = (await town.get(new)).text
        made = await town.post(
            "/reporting/wolfsburg/questions/new?lang=de",
            data={"form_token": token(page), "text": "<b>Wie?</b>", "practice": practice},
        )
        assert made.status_code == 303, made.text
        where = made.headers["location"]
        assert "liest es zuerst" in (await town.get(f"{where}?lang=de")).text
        overview = (await office.get("/reporting/questions?lang=de")).text
        assert "&lt;b&gt;Wie?" in overview or "Wie?" in overview
        id = where.rpartition("/")[2]
        page = (await office.get(f"/reporting/questions/{id}")).text
        shown = await office.post(f"/reporting/questions/{id}", data={"form_token": token(page), "decision": "show"})
        assert shown.status_code == 303, shown.text
        page = (await owner.get(f"/reporting/wilhelmshaven/questions/{id}?lang=de")).text
        assert "&lt;b&gt;Wie?&lt;/b&gt;" in page
        assert "eine Kommune" in page
        said = await owner.post(
            f"/reporting/wilhelmshaven/questions/{id}",
            data={"form_token": token(page), "text": "So.", "named": "yes", "button": "answer"},
        )
        assert said.status_code == 303, said.text
        page = (await town.get(f"{where}?lang=de")).text
        assert "So." in page
        assert "Wilhelmshaven" in page


async def test_a_ring_is_founded_and_plans_a_meeting_on_pages(reporting: Reporting) -> None:
    async with reporting.client("wolfsburg") as town, reporting.client("wilhelmshaven") as owner:
        for client in (town, owner):
            client.headers["Sec-Fetch-Site"] = "same-origin"
        rings = (await town.get("/reporting/wolfsburg/rings?lang=de")).text
        founded = await town.post(
            "/reporting/wolfsburg/rings",
            data={"form_token": token(rings), "title": "Ring", "municipalities": "wilhelmshaven"},
        )
        assert founded.status_code == 303, founded.text
        ring = founded.headers["location"]
        page = (await town.get(ring)).text
        added = await town.post(
            ring,
            data={
                "form_token": token(page),
                "button": "meeting",
                "meeting_title": "Auftakt",
                "meeting_starts_at": "2027-03-01T10:00",
            },
        )
        assert added.status_code == 303, added.text
        wrong = await town.post(ring, data={"form_token": token(page), "button": "document", "document_title": "x"})
        assert wrong.status_code == 422
        assert "Auftakt" in (await town.get(ring)).text
        assert "Ring" in (await owner.get("/reporting/wilhelmshaven/rings")).text


async def test_a_form_that_was_sent_before_and_is_sent_again_with_other_entries_says_so(reporting: Reporting) -> None:
    """Back, another sentence, sent again: the first stands and the second is neither lost nor taken for the first."""
    practice = await published(reporting)
    async with reporting.client("wolfsburg") as town:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        new = "/reporting/wolfsburg/questions/new?lang=de"
        entries = {
            "form_token": token((await town.get(f"{new}&practice={practice}")).text),
            "practice": practice,
            "named": "yes",
        }
        first = await town.post(new, data=entries | {"text": "Was kostet es?"})
        same = await town.post(new, data=entries | {"text": "Was kostet es?"})
        assert (same.status_code, same.headers["location"]) == (303, first.headers["location"])
        other = await town.post(new, data=entries | {"text": "Wer dolmetscht?"})
        assert other.status_code == 422
        assert "schon einmal mit anderen Angaben abgeschickt" in other.text
        assert "Wer dolmetscht?" in other.text
        again = await town.post(new, data=entries | {"form_token": token(other.text), "text": "Wer dolmetscht?"})
        assert (again.status_code, again.headers["location"] != first.headers["location"]) == (303, True)

        rings = "/reporting/wolfsburg/rings?lang=de"
        founding = {"form_token": token((await town.get(rings)).text), "municipalities": "wilhelmshaven"}
        ring = (await town.post(rings, data=founding | {"title": "Ring"})).headers["location"]
        assert (await town.post(rings, data=founding | {"title": "Kreis"})).status_code == 422
        meeting = {
            "form_token": token((await town.get(ring)).text),
            "button": "meeting",
            "meeting_starts_at": "2027-03-01T10:00",
        }
        assert (await town.post(ring, data=meeting | {"meeting_title": "Auftakt"})).status_code == 303
        assert (await town.post(ring, data=meeting | {"meeting_title": "Auftakt"})).status_code == 303
        assert (await town.post(ring, data=meeting | {"meeting_title": "Abschluss"})).status_code == 422
        shown = (await town.get(ring)).text
        assert ("Auftakt" in shown, "Abschluss" in shown) == (True, False)
