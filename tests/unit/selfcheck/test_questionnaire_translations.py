"""The questionnaire in the languages of residents: complete, in the right script, with the words of the glossary."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import services.selfcheck as selfcheck
from chassis.text.languages import EVERYWHERE, LANGUAGES
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.translated import translated
from services.selfcheck.questionnaires.paper import WORDS
from services.selfcheck.questionnaires.translations import in_all_languages, translations
from tests.unit.selfcheck.builders import EXAMPLES
from tests.unit.selfcheck.documents import documents

ROOT = Path(__file__).parents[3]
SHIPPED = Path(selfcheck.__file__).parent / "questionnaires" / "shipped" / "weltoffene-kommune-1.json"
TRANSLATED = sorted(set(EVERYWHERE) - {"de", "de-simple", "en"})
SCRIPTS = {"uk": "\u0400-\u052f", "ru": "\u0400-\u052f", "ar": "\u0600-\u06ff", "fa": "\u0600-\u06ff\u200c"}
FOREIGN = {"uk": "ыэъёЫЭЪЁ", "ru": "іїєґІЇЄҐ", "ar": "پچژگکی", "fa": "كيىة", "tr": "ßä", "fr": "ßäöü"}
"""Letters that a writer of the language would not use: signs that another one slipped in."""
KEPT = {"Weltoffene", "Kommune", "Jobcenter"}
"""Names that stay as they are in Germany."""
ALIKE = {"Engagement", "Information", "Integration", "Mentoring", "Workshops"}
"""Words that German shares with another language."""
QUOTES = {"uk": "«»", "ru": "«»", "fr": "«»", "fa": "«»", "ar": "«»", "tr": "“”"}
LONGEST = {"title": 100, "label": 40, "text": 200, "help": 300}
EXAMPLE = {
    "uk": "приклад",
    "ru": "пример",
    "fr": "exemple|comme ",
    "tr": "[Öö]rneğin",
    "ar": "مثل",
    "fa": "نمونه|مانند",
}
KNOWS = {"uk": "зна[єю]", "ru": "зна[ею]", "fr": "Renseignements", "tr": r"bilir[.,]", "ar": "لدى", "fa": "می‌دان"}


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return in_all_languages(parse(json.loads(SHIPPED.read_bytes())))


@pytest.fixture(scope="module")
def texts(questionnaire: Questionnaire) -> list[tuple[str, str, dict[str, str]]]:
    """(where, kind, text by language)."""
    found = [("questionnaire", "title", questionnaire.title)]
    found += [(f"level {level}", "label", label) for level, label in enumerate(questionnaire.scale.labels)]
    for field in questionnaire.fields:
        found.append((field.id, "title", field.title))
        found += [(criterion.id, "title", criterion.title) for criterion in field.criteria]
    for question in questionnaire.questions.values():
        assert question.help is not None
        found += [(question.id, "text", question.text), (question.id, "help", question.help)]
    return found


def glossary(code: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "docs" / "glossary" / f"{code}.toml").read_text("utf-8"))


def test_every_text_is_there_in_every_language(texts: list[tuple[str, str, dict[str, str]]]) -> None:
    for where, kind, by_language in texts:
        assert set(by_language) == set(EVERYWHERE), where
        for code in TRANSLATED:
            assert 0 < len(by_language[code]) <= LONGEST[kind], (where, code)


def test_no_translation_is_left_of_a_sentence_that_was_reworded(texts: list[tuple[str, str, dict[str, str]]]) -> None:
    german = {by_language["de"] for _, _, by_language in texts}
    assert set(translations()) == set(TRANSLATED)
    for code in TRANSLATED:
        assert set(translations()[code]) == german, code


@pytest.mark.parametrize("code", TRANSLATED)
def test_it_is_written_in_its_own_script(code: str, texts: list[tuple[str, str, dict[str, str]]]) -> None:
    for where, _, by_language in texts:
        text = by_language[code]
        assert not set(FOREIGN[code]) & set(text), where
        words = [word for word in re.findall(r"[^\W\d_]+", text) if word not in KEPT]
        if code in SCRIPTS:
            strange = [word for word in words if not re.fullmatch(f"[{SCRIPTS[code]}]+", word)]
            assert strange == [], where
        german = {word for word in re.findall(r"[^\W\d_]{6,}", by_language["de"]) if word not in KEPT}
        assert not german & set(words) - ALIKE, where


@pytest.mark.parametrize("code", TRANSLATED)
def test_numbers_and_signs_are_those_of_the_german_text(
    code: str, texts: list[tuple[str, str, dict[str, str]]]
) -> None:
    comma, ask = ("،", "؟") if LANGUAGES[code].direction == "rtl" else (",", "?")
    for where, kind, by_language in texts:
        german, text = by_language["de"], by_language[code]
        assert re.findall(r"\d+", german) == re.findall(r"\d+", text), where
        assert text.count(QUOTES[code][0]) == text.count(QUOTES[code][1]), where
        assert not re.search("[\"'`´]|\\s\\s|[\\t\\n\u00ad\u200b]", text), where
        assert text == text.strip(), where
        assert not re.search(r"\.\.|,,| - ", text), where
        assert not set(",;?" if comma == "،" else "،؛؟") & set(text), where
        if kind == "text":
            assert text.endswith(ask), where
            assert text.count(ask) == 1, where
        if kind == "help":
            assert text.endswith("."), where
            assert len(re.findall(r"[.?!؟](?=\s|$)", text)) <= 2, where
            assert re.search(EXAMPLE[code], text), where
            assert re.search(KNOWS[code], text), where
        if code == "fr":
            assert not re.search("[^\u202f][?;:!»]|«[^\u202f]", text), where


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_stands_for_two_german_sentences(code: str) -> None:
    sentences = [text for text in translations()[code].values() if len(text) > 40]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_word_of_the_glossary_is_said_in_one_way(code: str, texts: list[tuple[str, str, dict[str, str]]]) -> None:
    """On pages, in mails and in the questionnaire alike."""
    terms = glossary(code)["terms"]
    assert terms.keys() == glossary("uk")["terms"].keys()
    pairs = [(where, by_language["de"], by_language[code]) for where, _, by_language in texts] + messages(code)
    wrong = [
        (where, term, text)
        for term, entry in terms.items()
        for where, german, text in pairs
        if re.search(rf"\b{term}(e|n|en|s|es)?\b", german, re.IGNORECASE if " " in term else 0)
        and not any(form in lowered(text, code) for form in entry["forms"])
    ]
    assert wrong == []


def lowered(text: str, code: str) -> str:
    return (text.replace("I", "ı").replace("İ", "i") if code == "tr" else text).lower()


@cache
def messages(code: str) -> list[tuple[str, str, str]]:
    """What pages and mails say: (where, German, translated)."""
    found = []
    common = strings(ROOT / "chassis/locale/de.po")
    for file in sorted(ROOT.glob(f"*/locale/{code}.po")) + sorted(ROOT.glob(f"services/*/locale/{code}.po")):
        german = common | strings(file.with_name("de.po"))
        for id, string in strings(file).items():
            if id:
                said = [said if isinstance(said, str) else said[-1] for said in (german[id], string)]
                found.append((f"{file.parent.parent.name}: {id}", *said))
    return found


@cache
def strings(file: Path) -> dict[Any, Any]:
    with file.open("rb") as source:
        return {message.id: message.string for message in read_po(source)}


def test_the_paper_is_framed_in_every_language_with_the_words_of_the_pages() -> None:
    assert set(WORDS) == set(EVERYWHERE)
    for code in TRANSLATED:
        said = {english: text for english, _, text in messages(code)}
        assert WORDS[code]["unsure_words"] == said["selfcheck: I am not sure"]
        assert WORDS[code]["none_words"] == said["selfcheck: Does not apply to us"]


@EXAMPLES
@given(documents(), st.dictionaries(st.sampled_from(["uk", "fr"]), st.text(min_size=1), min_size=1))
def test_only_missing_languages_are_completed(source: dict[str, Any], added: dict[str, str]) -> None:
    before = parse(source)
    known = {code: {texts["de"]: text for texts in before.texts() if "de" in texts} for code, text in added.items()}
    after = translated(before, known)
    for own, completed in zip(before.texts(), after.texts(), strict=True):
        assert completed == {**({code: added[code] for code in added} if "de" in own else {}), **own}
    assert after.questions.keys() == before.questions.keys()
    assert after.scheme == before.scheme
