"""What people paste: addresses with perspective, label and language, and every line that is wrong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.selfcheck.domain.invitation_list import MAX_LINES, Line, Wrong, read
from tests.unit.selfcheck.builders import EXAMPLES

PERSPECTIVES = {"administration": ["Verwaltung", "Administration"], "civil_society": ["Zivilgesellschaft"]}
LANGUAGES = ("de", "en", "uk")


def reading(text: str) -> tuple[list[Line], list[Wrong]]:
    return read(text, PERSPECTIVES, "administration", LANGUAGES, "de")


def test_lines_are_read_with_semicolons_tabs_or_commas() -> None:
    lines, wrong = reading(
        "amt50@stadt.example\n\n  verein@x.example ; ZIVILGESELLSCHAFT;Sportverein; uk\r\n"
        "c@x.example\tcivil_society\nd@x.example,Administration,Amt 1\n"
    )
    assert wrong == []
    assert lines == [
        Line(1, "amt50@stadt.example", "administration", "", "de"),
        Line(3, "verein@x.example", "civil_society", "Sportverein", "uk"),
        Line(4, "c@x.example", "civil_society", "", "de"),
        Line(5, "d@x.example", "administration", "Amt 1", "de"),
    ]


def test_every_wrong_line_is_named() -> None:
    lines, wrong = reading("a@x.example\nkein\nA@X.example\nb@x.example;Rat\nc@x.example;;;xx\n<d@x.example>\n")
    assert [line.number for line in lines] == [1]
    assert wrong == [
        Wrong(2, "address"),
        Wrong(3, "twice"),
        Wrong(4, "perspective"),
        Wrong(5, "language"),
        Wrong(6, "address"),
    ]


def test_a_perspective_for_all_is_needed_only_where_a_line_names_none() -> None:
    text = "a@x.example; Verwaltung\nb@x.example\nc@x.example;;Amt\n"
    lines, wrong = read(text, PERSPECTIVES, "", LANGUAGES, "de")
    assert [line.perspective for line in lines] == ["administration"]
    assert wrong == [Wrong(2, "missing"), Wrong(3, "missing")]


def test_a_list_has_an_end() -> None:
    lines, wrong = reading("\n".join(f"p{n}@x.example" for n in range(MAX_LINES + 5)))
    assert len(lines) == MAX_LINES
    assert wrong == [Wrong(MAX_LINES + 1, "long")]


@EXAMPLES
@given(st.text(max_size=400))
def test_each_line_of_any_text_is_an_address_or_named_as_wrong(text: str) -> None:
    lines, wrong = reading(text)
    assert len(lines) + len(wrong) == sum(bool(line.strip()) for line in text.splitlines())
    assert len({line.email.casefold() for line in lines}) == len(lines)
