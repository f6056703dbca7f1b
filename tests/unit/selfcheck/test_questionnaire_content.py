"""The questionnaire we ship: complete in three languages, countable, short enough, cleanly typeset."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import services.selfcheck as selfcheck
from services.selfcheck.domain.questionnaire_document import parse

Node = dict[str, Any]

LANGUAGES = {"de", "de-simple", "en"}
FIELD_TITLES = [
    "Management und Steuerung",
    "Interkulturelle Öffnung und Antirassismus",
    "Fairer Zugang und Teilhabechancen",
    "Arbeit und wirtschaftliche Entwicklung",
    "Engagement und Beteiligung",
    "Zusammenhalt und Begegnung",
    "Kommunikation und Konfliktmanagement",
]
MAX_TITLE, MAX_LABEL, MAX_QUESTION, MAX_HELP = 100, 40, 200, 300
SIMPLE_MAX_WORDS_PER_SENTENCE, SIMPLE_MAX_WORD_LENGTH = 12, 15
SUBJUNCTIVE = re.compile(
    r"\b(wäre|hätte|würde|könnte|sollte|müsste|dürfte|möchte|bräuchte|gäbe|käme)(n|st|t)?\b", re.IGNORECASE
)
GENDER_STAR = re.compile(r"\w[*_]in|[a-zäöüß]Innen\b")


@pytest.fixture(scope="module")
def questionnaire() -> Node:
    folder = Path(selfcheck.__file__).parent / "questionnaires" / "shipped"
    document: Node = json.loads((folder / "weltoffene-kommune-1.json").read_bytes())
    return document


@pytest.fixture(scope="module")
def criteria(questionnaire: Node) -> list[Node]:
    return [criterion for field in questionnaire["fields"] for criterion in field["criteria"]]


@pytest.fixture(scope="module")
def questions(criteria: list[Node]) -> list[Node]:
    return [question for criterion in criteria for question in criterion["questions"]]


@pytest.fixture(scope="module")
def texts(questionnaire: Node, criteria: list[Node], questions: list[Node]) -> list[tuple[str, Node, int]]:
    """Every text people read: (where it stands, the text by language, its longest permitted length)."""
    titled = [questionnaire, *questionnaire["fields"], *criteria]
    return [
        *((f"{node['id']} title", node["title"], MAX_TITLE) for node in titled),
        *((f"label {level}", label, MAX_LABEL) for level, label in enumerate(questionnaire["scale"]["labels"])),
        *((f"{question['id']} text", question["text"], MAX_QUESTION) for question in questions),
        *((f"{question['id']} help", question["help"], MAX_HELP) for question in questions),
    ]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!:])\s", text)


def in_simple_language(texts: list[tuple[str, Node, int]]) -> list[tuple[str, str]]:
    return [(where, by_language["de-simple"]) for where, by_language, _ in texts]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_shipped_questionnaire_is_accepted_for_publication(
    questionnaire: Node, questions: list[Node], language: str
) -> None:
    assert list(parse(questionnaire, default_language=language).questions) == [question["id"] for question in questions]


def test_the_shipped_version_has_five_levels_and_leaves_unsure_out(questionnaire: Node) -> None:
    assert (questionnaire["id"], questionnaire["version"]) == ("weltoffene-kommune", "1")
    assert (questionnaire["scale"]["min"], questionnaire["scale"]["max"]) == (0, 4)
    assert len(questionnaire["scale"]["labels"]) == 5
    assert questionnaire["rules"] == {
        "unsure": "exclude",
        "unanswered": "exclude",
        "overall": "fields",
        "minimum_coverage": 0.7,
        "decimals": 0,
    }


def test_the_document_has_exactly_the_keys_the_api_takes(
    questionnaire: Node, criteria: list[Node], questions: list[Node]
) -> None:
    assert questionnaire.keys() == {"id", "version", "title", "scale", "rules", "fields"}
    assert questionnaire["scale"].keys() == {"min", "max", "labels"}
    assert all(field.keys() == {"id", "title", "weight", "criteria"} for field in questionnaire["fields"])
    assert all(criterion.keys() == {"id", "title", "questions"} for criterion in criteria)
    assert all(question.keys() == {"id", "text", "help", "weight"} for question in questions)


def test_seven_fields_under_their_official_names(questionnaire: Node) -> None:
    assert [field["title"]["de"] for field in questionnaire["fields"]] == FIELD_TITLES
    assert {field["weight"] for field in questionnaire["fields"]} == {1}


def test_108_questions_and_no_empty_criterion(criteria: list[Node], questions: list[Node]) -> None:
    assert len(questions) == 108
    assert all(criterion["questions"] for criterion in criteria)


def test_fair_access_has_its_nine_criteria(questionnaire: Node) -> None:
    access = next(field for field in questionnaire["fields"] if field["title"]["de"] == FIELD_TITLES[2])
    assert [criterion["id"].removeprefix("access.") for criterion in access["criteria"]] == [
        "education",
        "language",
        "work",
        "housing",
        "health",
        "mobility",
        "culture",
        "sport",
        "safety",
    ]


def test_ids_are_unique_and_begin_with_their_parents(questionnaire: Node) -> None:
    seen = Counter[str]()
    for field in questionnaire["fields"]:
        seen[field["id"]] += 1
        for criterion in field["criteria"]:
            seen[criterion["id"]] += 1
            assert re.fullmatch(rf"{field['id']}\.[a-z]+", criterion["id"])
            numbers = range(1, len(criterion["questions"]) + 1)
            assert [q["id"] for q in criterion["questions"]] == [f"{criterion['id']}.{n}" for n in numbers]
            seen.update(q["id"] for q in criterion["questions"])
    assert [name for name, count in seen.items() if count > 1] == []


def test_few_central_questions_weigh_double(questionnaire: Node, questions: list[Node]) -> None:
    assert Counter(question["weight"] for question in questions) == {1: 100, 2: 8}
    for field in questionnaire["fields"]:
        assert any(q["weight"] == 2 for criterion in field["criteria"] for q in criterion["questions"]), field["id"]


def test_every_text_is_complete_and_within_its_length(texts: list[tuple[str, Node, int]]) -> None:
    for where, by_language, longest in texts:
        assert by_language.keys() == LANGUAGES, where
        for language, text in by_language.items():
            assert 0 < len(text) <= longest, (where, language, len(text))


def test_questions_ask_and_help_states(questions: list[Node]) -> None:
    for question in questions:
        for language in LANGUAGES:
            assert question["text"][language].endswith("?"), (question["id"], language)
            assert question["help"][language].endswith("."), (question["id"], language)
        for language in ("de", "en"):
            assert question["text"][language].count("?") == 1, (question["id"], language)
            assert len(re.findall(r"[.?!](?=\s|$)", question["help"][language])) <= 2, (question["id"], language)


def test_no_text_stands_for_two_questions(questions: list[Node]) -> None:
    for part in ("text", "help"):
        for language in LANGUAGES:
            counts = Counter(question[part][language] for question in questions)
            assert [text for text, count in counts.items() if count > 1] == [], (part, language)


def test_texts_keep_the_rules_of_typography(texts: list[tuple[str, Node, int]]) -> None:
    for where, by_language, _ in texts:
        for language, text in by_language.items():
            assert text == text.strip(), (where, language)
            assert not re.search(r"\s\s|[\t\n\r\u00a0\u00ad\u200b]", text), (where, language)
            assert not re.search(r"\s[.,;:?!]|\.\.|,,| - ", text), (where, language)
            assert not re.search("[\"'`´]", text), (where, language)
            opening, closing = ("“", "”") if language == "en" else ("„", "“")
            assert text.count(opening) == text.count(closing), (where, language)
            assert ("„" if language == "en" else "”") not in text, (where, language)
            assert not GENDER_STAR.search(text), (where, language)


def test_simple_language_keeps_its_rules(texts: list[tuple[str, Node, int]]) -> None:
    for where, text in in_simple_language(texts):
        assert not SUBJUNCTIVE.search(text), where
        assert not re.search(r"[·•*_():;„“]", text.replace(": ", " ")), where
        assert max(len(sentence.split()) for sentence in sentences(text)) <= SIMPLE_MAX_WORDS_PER_SENTENCE, where
        assert max(len(word) for word in re.findall(r"\w+", text)) <= SIMPLE_MAX_WORD_LENGTH, where


def test_every_help_gives_an_example_and_says_who_knows(questions: list[Node]) -> None:
    examples = {"de": r"zum Beispiel|, etwa ", "de-simple": r"Beispiel", "en": r"xample|such as"}
    who = {"de": r"Auskunft|weiß|wissen", "de-simple": r"Fragen Sie ", "en": r"knows?\b"}
    for question in questions:
        for language in LANGUAGES:
            assert re.search(examples[language], question["help"][language]), (question["id"], language)
            assert re.search(who[language], question["help"][language]), (question["id"], language)


def test_simple_language_explains_hard_words_in_every_field(questionnaire: Node) -> None:
    """Whoever answers one field only has not read the others."""
    for field in questionnaire["fields"]:
        for word in ("Kommune", "Integration", "Rassismus", "Unterk[uü]nft"):
            for question in (q for criterion in field["criteria"] for q in criterion["questions"]):
                text, help_text = question["text"]["de-simple"], question["help"]["de-simple"]
                if re.search(rf"\b{word}", text + help_text):
                    assert re.search(rf"\b{word}e? heißt: ", help_text), (question["id"], word)
                    break


def test_simple_language_has_no_passive_and_no_nested_clauses(texts: list[tuple[str, Node, int]]) -> None:
    for where, text in in_simple_language(texts):
        assert not re.search(r"\b(werden|wurden?|worden)\b", text), where
        assert not re.search(r"\b(dass|weil|wenn|obwohl|sodass|sofern|falls|indem)\b", text), where
        assert not re.search(r", (der|den|dem|denen|wo|wie|ob|um)\b", text), where
