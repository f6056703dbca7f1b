"""The profile, its picture, and how its figures are rounded."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from services.reporting.council.picture import COLOURS, profile_picture
from services.reporting.council.sentences import Language
from services.reporting.domain.participation import people
from services.reporting.domain.profile import Figure, Line, profile, text
from services.reporting.domain.rounding import half_up, percent
from services.reporting.figures import number

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
    first = lines()[0].as_json()
    assert first["perspectives"] == {
        "admin": {"score": 15.0, "coverage": 0.5, "answered": 1},
        "civil": {"score": None, "coverage": None, "answered": None},
    }
    assert (first["score"], first["consensus_score"]) == (10.0, 40.0)


def test_a_field_without_figures_has_none_and_without_a_questionnaire_fields_are_called_by_id() -> None:
    [missing] = profile({"fields": {}}, FIELDS[:1], PERSPECTIVES)
    assert missing.total == Figure(None, None, None)
    [untitled] = profile({"fields": {"x": {"score": 1.0}}}, [], PERSPECTIVES)
    assert text(untitled.title, "de", untitled.id) == "x"


def test_people_who_arrived_are_confirmed_and_cancelled_ones_count_nowhere() -> None:
    figures = people({"confirmed": 3, "arrived": 2, "waiting": 4, "cancelled": 9, "lapsed": 9})
    assert figures == {"registered": 9, "unconfirmed": 0, "confirmed": 5, "waiting": 4, "offered": 0, "arrived": 2}


def drawn(lines: list[Line], views: dict[str, str], language: Language = "de") -> ElementTree.Element:
    names = [text(line.title, language, line.id) for line in lines]
    return ElementTree.fromstring(profile_picture(lines, names, views, language))


def test_the_picture_is_well_formed_named_and_described() -> None:
    root = drawn(lines(), {"admin": "Verwaltung", "civil": "<script>"})
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "Feld 1 <&> #emph: Verwaltung 15, <script> –." in (description.text or "")
    assert root.find(f"{SVG}script") is None


def signs(root: ElementTree.Element, colour: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if one.get("fill") == colour]


def test_signs_stand_at_their_scores_and_hidden_ones_are_missing() -> None:
    root = drawn(lines(), {"admin": "A", "civil": "B"})
    circles = [float(one.get("cx") or 0) for one in signs(root, COLOURS[0])][1:]  # the first is the legend's
    assert circles == pytest.approx([330 + 370 * (10 * n + 5) / 100 for n in range(1, 8)], abs=0.05)
    assert len(signs(root, COLOURS[1])) == 1, "the hidden view stands in the legend alone"


def test_views_are_told_apart_by_shape_and_none_covers_another() -> None:
    views = {str(n): f"Sichtweise {n}" for n in range(4)}
    line = Line("f", {"de": "Feld"}, Figure(50.0, 1, 5), None, tuple((n, Figure(50.0, 1.0, 5)) for n in views))
    root = drawn([line], views)
    shapes = {one.tag for place in range(4) for one in signs(root, COLOURS[place])}
    assert len(shapes) == 3, "circle, square, two kinds of polygon"
    heights = [float(one.get("cy") or 0) for one in signs(root, COLOURS[0])]
    middle = next(float(one.get("y1") or 0) for one in root.iter(f"{SVG}line") if one.get("stroke") == "#8c8c8c")
    assert abs(heights[1] - middle) == 10


def test_letters_can_be_read_at_arms_length() -> None:
    """The picture is as wide as the page's text, some 500 points: letters there are ten points and more."""
    root = drawn(lines(), {"admin": "A", "civil": "B"})
    assert float(root.get("font-size") or 0) * 500 / 760 >= 10


def test_scores_are_written_with_the_decimals_they_were_published_with() -> None:
    assert [number(one, "de") for one in (62, 62.0, 62.5, None)] == ["62", "62", "62,5", "–"]
    assert number(62.5, "en") == "62.5"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (6.25, 1, 6.3),
        (6.35, 1, 6.4),
        (62.5, 0, 63),
        (0.125, 2, 0.13),
        (-0.5, 0, -1),
        (68.749999, 0, 69),
        (1.005, 2, 1.01),
    ],
)
def test_halves_are_rounded_up(value: float, decimals: int, expected: float) -> None:
    assert half_up(value, decimals) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.625, 63), (0.905, 91), (0.145, 15), (1, 100), (0, 0)])
def test_shares_are_rounded_to_whole_percent(share: float, expected: int) -> None:
    assert percent(share) == expected
