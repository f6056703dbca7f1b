"""The profile, its picture, its table and its page."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from services.reporting.chart import chart, number
from services.reporting.domain.participation import people, told_abroad
from services.reporting.domain.profile import Figure, Line, profile, text
from services.reporting.report import MOST_MEASURES, Report, pdf
from services.reporting.tabular import profile_csv

FIELDS = [{"id": f"f.{n}", "title": {"de": f"Feld {n} <&> #emph", "en": f"Field {n}"}} for n in range(1, 8)]
PERSPECTIVES = [{"id": "admin", "title": {"de": "Verwaltung"}}, {"id": "civil", "title": {"de": "Zivilgesellschaft"}}]
SVG = "{http://www.w3.org/2000/svg}"


def lines() -> list[Line]:
    figures = {
        f"f.{n}": {
            "score": 10.0 * n,
            "coverage": 0.5,
            "answered": n,
            "consensus_score": 40.0 if n == 1 else None,
            "perspectives": {
                "admin": {"score": 10.0 * n + 5, "coverage": 0.5, "answered": n},
                "civil": {"score": None, "coverage": None, "answered": None},
            },
        }
        for n in range(1, 8)
    }
    return profile({"fields": figures}, FIELDS, PERSPECTIVES)


def test_perspectives_stand_side_by_side_and_hidden_stays_null() -> None:
    first = lines()[0].plain()
    assert first["perspectives"] == {
        "admin": {"score": 15.0, "coverage": 0.5, "answered": 1},
        "civil": {"score": None, "coverage": None, "answered": None},
    }
    assert (first["score"], first["consensus_score"]) == (10.0, 40.0)


def test_a_field_without_figures_and_an_unknown_questionnaire() -> None:
    [missing] = profile({"fields": {}}, FIELDS[:1], PERSPECTIVES)
    assert missing.total == Figure(None, None, None)
    [untitled] = profile({"fields": {"x": {"score": 1.0}}}, [], PERSPECTIVES)
    assert text(untitled.title, "de", untitled.id) == "x"


def test_people_who_arrived_are_confirmed_and_cancelled_ones_count_nowhere() -> None:
    figures = people({"confirmed": 3, "arrived": 2, "waiting": 4, "cancelled": 9, "lapsed": 9})
    assert figures == {"registered": 9, "unconfirmed": 0, "confirmed": 5, "waiting": 4, "offered": 0, "arrived": 2}


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5)])
def test_few_people_look_like_none_from_outside(count: int, told: int | None) -> None:
    assert told_abroad(count) == told


def test_the_picture_is_well_formed_named_and_described() -> None:
    root = ElementTree.fromstring(chart(lines(), {"admin": "Verwaltung", "civil": "<script>"}, "de"))
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "Feld 1 <&> #emph: Verwaltung 15, <script> keine Angabe" in (description.text or "")
    assert root.find(f"{SVG}script") is None


def test_bars_are_as_long_as_their_scores_and_hidden_ones_are_missing() -> None:
    root = ElementTree.fromstring(chart(lines(), {"admin": "A", "civil": "B"}, "de"))
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == "#0b5394" and rect.get("x") == "500"]
    assert [float(bar.get("width") or 0) for bar in bars] == pytest.approx(
        [210 * (10 * n + 5) / 100 for n in range(1, 8)], abs=0.05
    )
    assert not [rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == "#b45f06" and rect.get("x") == "500"]


def test_the_legend_of_many_perspectives_stays_in_the_picture_and_above_the_bars() -> None:
    names = {str(n): f"Sichtweise {n}" for n in range(5)}
    line = Line("f", {"de": "Feld"}, Figure(None, None, None), None, tuple((n, Figure(50.0, 1.0, 5)) for n in names))
    root = ElementTree.fromstring(chart([line], names, "de"))
    legend = [one for one in root.iter(f"{SVG}text") if (one.text or "").startswith("Sichtweise")]
    bars = [float(one.get("y") or 0) for one in root.iter(f"{SVG}rect") if one.get("x") == "500"]
    assert len(legend) == 5
    assert all(float(one.get("x") or 0) <= 620 for one in legend)
    assert max(float(one.get("y") or 0) for one in legend) < min(bars)
    assert max(bars) + 12 <= float((root.get("viewBox") or "").split()[3])


def test_scores_are_written_with_the_decimals_they_were_published_with() -> None:
    assert [number(one, "de") for one in (62, 62.0, 62.5, None)] == ["62", "62", "62,5", "–"]
    assert number(62.5, "en") == "62.5"


def test_csv_has_a_row_per_field_and_perspective() -> None:
    rows = list(csv.DictReader(io.StringIO(profile_csv(lines(), "en", "2026-11-01T10:00:00.000Z").decode("utf-8-sig"))))
    assert len(rows) == 7 * 3
    assert (rows[1]["title"], rows[1]["perspective"], rows[1]["score"]) == ("Field 1", "admin", "15.0")
    assert rows[2]["score"] == ""
    assert {row["as_of"] for row in rows} == {"2026-11-01T10:00:00.000Z"}


def test_the_report_is_one_tagged_page_with_title_and_language() -> None:
    page = Report(
        "Wilhelmshaven #panic()",
        "Selbstcheck 2026",
        "de",
        "2026-11-01T10:00:00.000Z",
        Figure(40.0, 0.5, 7),
        lines(),
        {"admin": "Verwaltung", "civil": "Zivilgesellschaft"},
    )
    document = PdfReader(io.BytesIO(pdf(page)))
    assert len(document.pages) == 1
    assert (float(document.pages[0].mediabox.width), float(document.pages[0].mediabox.height)) == pytest.approx(
        (595.3, 841.9), abs=0.1
    )
    assert document.metadata is not None
    assert document.metadata.title == "Selbstcheck 2026"
    assert document.root_object["/Lang"] == "de"
    assert document.root_object["/MarkInfo"]["/Marked"]
    written = document.pages[0].extract_text()
    for expected in (
        "Wilhelmshaven #panic()",
        "Feld 7 <&> #emph",
        "Zivilgesellschaft",
        "2026-11-01T10:00:00.000Z",
        "50 %",
    ):
        assert expected in written


def test_the_report_stays_one_page_with_four_perspectives_and_all_its_measures() -> None:
    names = {str(n): name for n, name in enumerate(("Verwaltung", "Politik", "Zivilgesellschaft", "Wirtschaft"))}
    title = {"de": "Zusammenhalt und Umgang mit Konflikten"}
    figure = Figure(50.0, 0.8, 20)
    fields = [Line(str(n), title, figure, 60.0, tuple((id, figure) for id in names)) for n in range(7)]
    measure = ("Ein Wegweiser in neun Sprachen für alle Anlaufstellen", title["de"], "31. März 2027", "begonnen")
    page = Report("Wolfsburg", "Selbstcheck", "de", "heute", figure, fields, names, [measure] * MOST_MEASURES)
    assert len(PdfReader(io.BytesIO(pdf(page))).pages) == 1


def test_the_radar_draws_nothing_across_a_hidden_score() -> None:
    def drawn(scores: list[float | None]) -> tuple[int, int, int]:
        shown = [
            Line(str(n), {}, Figure(None, None, None), None, (("a", Figure(score, None, None)),))
            for n, score in enumerate(scores)
        ]
        root = ElementTree.fromstring(chart(shown, {"a": "A"}, "de"))
        filled = [p for p in root.iter(f"{SVG}polygon") if p.get("fill") != "none"]
        return len(filled), len(list(root.iter(f"{SVG}polyline"))), len(list(root.iter(f"{SVG}circle")))

    assert drawn([50.0, 60.0, 70.0, 80.0]) == (1, 0, 0)
    assert drawn([50.0, None, 70.0, 80.0]) == (0, 2, 3)
    assert drawn([None, 50.0, None, 80.0]) == (0, 0, 2)
    assert drawn([None, None, None]) == (0, 0, 0)
