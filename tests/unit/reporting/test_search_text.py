"""Words become terms so that people find what others wrote in their own words."""

from __future__ import annotations

import pytest

from services.reporting.domain.practice import (
    Confirm,
    Content,
    NothingToSubmit,
    NotPublished,
    NotSubmitted,
    PracticeIncomplete,
    PracticeRetired,
    PracticeState,
    Publish,
    Refusal,
    Retire,
    Return,
    Submit,
    Write,
    decide,
    names_somebody,
)
from services.reporting.domain.search_text import query_terms, split, terms
from tests.service.reporting.practice_corpus import NOW


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Mueller", "Müller"),
        ("Müller", "Mueller"),
        ("strasse", "Straße"),
        ("Lukasz", "Łukasz"),
        ("Yildiz", "Yıldız"),
        ("Dolmetscherinnen", "Dolmetscher"),
        ("Dolmetscher", "Sprachmittlung"),
        ("Sprachmittlung", "Sprachmittlungspool"),
        ("interpreter", "Dolmetschende"),
        ("переводчик", "Dolmetscher"),
        ("tercüman", "Sprachmittlung"),
        ("مترجم", "Dolmetscher"),
        ("Nachbarschaft", "Nachbarschaftstreff"),
        ("Rassismus", "Antidiskriminierung"),
        ("Nachbarn", "Nachbarschaft"),
        ("Nachbarschaften", "Nachbarin"),
        ("Nachbarn", "Nachbarschaftspaten"),
        ("Partner", "Partnerschaften"),
        ("ehrenamtliche", "Ehrenamt"),
        ("einwandern", "Einwanderung"),
        ("Stellenanzeige", "Ausschreibung"),
        ("Stellenanzeigen", "Stellenausschreibung"),
        ("вакансия", "Ausschreibungen"),
        ("گفتوگو", "گفت\u200cوگو"),
        ("Bürgerdialog", "Bürger\u00addialog"),
    ],
)
def test_what_is_typed_meets_what_was_written(typed: str, written: str) -> None:
    asked = {
        term for language in ("de", "ru", "tr", "ar", "fa") for word in query_terms(typed, [language]) for term in word
    }
    given = {term for language in ("de", "fa") for term, _ in terms(written, language)}
    assert asked & given


def test_other_words_do_not_meet() -> None:
    asked = {term for word in query_terms("Wohnungssuche", ["de"]) for term in word}
    assert not asked & {term for term, _ in terms("Schwimmkurs für Frauen", "de")}


@pytest.mark.parametrize(("typed", "written"), [("Termin", "Terminal"), ("Bildung", "Bild"), ("Verwaltung", "Gewalt")])
def test_words_that_only_look_derived_do_not_meet(typed: str, written: str) -> None:
    asked = {term for word in query_terms(typed, ["de"]) for term in word}
    assert not asked & {term for term, _ in terms(written, "de")}


def test_compounds_are_read_as_words_of_the_library_too() -> None:
    assert split("gartenpaten", {"garten", "paten"}) == ["garten", "paten"]
    assert split("integrationslotse", {"integration", "lotse"}) == ["integration", "lotse"]
    assert split("garten", {"garten"}) == []
    assert split("unbekannteswort", {"wort"}) == []


WHOLE = Content(
    title={"de": "T"}, fields=("f",), start={"de": "s"}, goal={"de": "g"}, steps={"de": "s"}, result={"de": "r"}
)
DRAFT = PracticeState(draft=WHOLE)
SUBMITTED = decide(DRAFT, Submit(), NOW)[0]
PUBLISHED = decide(SUBMITTED, Publish(), NOW)[0]
RETIRED = decide(PUBLISHED, Retire(), NOW)[0]


@pytest.mark.parametrize(
    ("state", "command", "refusal"),
    [
        (PracticeState(), Submit(), NothingToSubmit),
        (PracticeState(draft=Content(title={"de": "T"}, fields=())), Submit(), PracticeIncomplete),
        (DRAFT, Publish(), NotSubmitted),
        (DRAFT, Return("x"), NotSubmitted),
        (DRAFT, Confirm(), NotPublished),
        (DRAFT, Retire(), NotPublished),
        (RETIRED, Write(WHOLE), PracticeRetired),
        (RETIRED, Confirm(), PracticeRetired),
    ],
)
def test_what_does_not_fit_is_refused_by_name(state: PracticeState, command: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        decide(state, command, NOW)  # type: ignore[arg-type]


def test_a_practice_goes_its_way() -> None:
    assert [one.status for one in (DRAFT, SUBMITTED, PUBLISHED, RETIRED)] == [
        "draft",
        "submitted",
        "published",
        "retired",
    ]
    again = decide(decide(decide(PUBLISHED, Write(WHOLE), NOW)[0], Submit(), NOW)[0], Publish(), NOW)[0]
    assert (again.edition, again.first_published) == (2, NOW)
    assert decide(SUBMITTED, Write(WHOLE), NOW)[0].status == "draft", "what is changed has to be submitted again"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("maria@muster.example", True),
        ("04421 / 16 12 34", True),
        ("+49 30 1234567", True),
        ("0171-2345678", True),
        ("Im Jahr 2025 kamen 12.500 Menschen zu 40 Terminen.", False),
        ("Das kostete 120 000 Euro in 2024 und 2025.", False),
        ("§ 60a AufenthG, Raum 014", False),
    ],
)
def test_addresses_and_numbers_of_people_are_seen(text: str, found: bool) -> None:
    assert names_somebody(text) is found
