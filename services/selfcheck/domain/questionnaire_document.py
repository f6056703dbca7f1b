"""Reads and writes the JSON document of a questionnaire version, with every flaw named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from disclosure.scheme import Overall, Rules, Treatment
from services.selfcheck.domain.questionnaire import (
    Continues,
    Criterion,
    Field,
    Question,
    Questionnaire,
    Relation,
    Scale,
    Texts,
)
from services.selfcheck.domain.reading import Path, Reader

MAX_LEVELS = 101
MAX_WEIGHT = 1_000_000
MAX_FIELDS = 50
MAX_CRITERIA = 100
MAX_QUESTIONS = 1000
MAX_DECIMALS = 6
RESERVED_VERSIONS = ("compare",)
FILE_ENDINGS = (".json", ".pdf", ".xlsx")


def parse(
    document: Any, default_language: str = "de", previous: Questionnaire | None = None, stored: bool = False
) -> Questionnaire:
    """The questionnaire that a JSON document describes (its shape: API.md, `POST /selfcheck/v1/questionnaires`).

    Every text has to be complete in `default_language`. With `previous`, the version before, the targets of `continues`
    are checked as well; without it only their form. `stored`: it was published once, perhaps by the rules of that time. Raises
    `Invalid` with all flaws.
    """
    reader = Reader(default_language, stored)
    root = reader.mapping(document, (), ("id", "version", "title", "scale", "rules", "fields"))
    questionnaire = Questionnaire(
        id=reader.identifier(root, ()),
        version=_version(reader, root),
        title=reader.texts(root, (), "title"),
        scale=_scale(reader, root),
        rules=_rules(reader, root),
        fields=_fields(reader, root),
    )
    _check_continued(reader, questionnaire, previous)
    reader.finish()
    return questionnaire


def _version(reader: Reader, root: dict[str, Any]) -> str:
    """Read the version; some words are not allowed, because in addresses they mean something else."""
    version = reader.identifier(root, (), "version")
    if version in RESERVED_VERSIONS or version.endswith(FILE_ENDINGS):
        reader.flaw(
            ("version",), "version_reserved", "This word has another meaning in addresses; number the versions."
        )
    return version


def _scale(reader: Reader, root: dict[str, Any]) -> Scale:
    if "scale" not in root:
        return Scale(0, 1, ())
    path: Path = ("scale",)
    scale = reader.mapping(root["scale"], path, ("min", "max", "labels"))
    low = reader.integer(scale, path, "min", -1000, 1000)
    high = reader.integer(scale, path, "max", -1000, 1000)
    labels = reader.entries(scale, path, "labels", 2, MAX_LEVELS)
    texts = tuple(reader.text(label, (*path, "labels", index)) for index, label in enumerate(labels))
    if low is None or high is None:
        return Scale(0, 1, texts)
    if not 0 < high - low < MAX_LEVELS:
        detail = "“max” has to be greater than “min”, by at most %(most)s."
        reader.flaw((*path, "max"), "scale_range", detail, most=MAX_LEVELS - 1)
    elif labels and len(labels) != high - low + 1:
        reader.flaw(
            (*path, "labels"),
            "labels_count",
            "A scale from %(low)s to %(high)s has %(levels)s levels, but %(labels)s labels are given; "
            "write one label per level, lowest first.",
            low=low,
            high=high,
            levels=high - low + 1,
            labels=len(labels),
        )
    return Scale(low, high, texts)


def _rules(reader: Reader, root: dict[str, Any]) -> Rules:
    path: Path = ("rules",)
    keys = ("unsure", "unanswered", "overall", "minimum_coverage", "decimals")
    rules = reader.mapping(root["rules"], path, keys) if "rules" in root else {}
    treatments = (*Treatment,)
    return Rules(
        unsure=Treatment(reader.choice(rules, path, "unsure", treatments)),
        unanswered=Treatment(reader.choice(rules, path, "unanswered", treatments)),
        overall=Overall(reader.choice(rules, path, "overall", (*Overall,))),
        minimum_coverage=reader.number(rules, path, "minimum_coverage", 1),
        decimals=reader.integer(rules, path, "decimals", 0, MAX_DECIMALS) or 0,
    )


def _fields(reader: Reader, root: dict[str, Any]) -> tuple[Field, ...]:
    fields: list[Field] = []
    field_ids: set[str] = set()
    question_ids: set[str] = set()
    for index, entry in enumerate(reader.entries(root, (), "fields", 1, MAX_FIELDS)):
        path: Path = ("fields", index)
        data = reader.mapping(entry, path, ("id", "title", "weight", "criteria"))
        field = Field(
            id=reader.identifier(data, path),
            title=reader.texts(data, path, "title"),
            weight=reader.number(data, path, "weight", MAX_WEIGHT, positive=True),
            criteria=_criteria(reader, data, path, question_ids),
        )
        reader.unique(field_ids, field.id, (*path, "id"), "field")
        fields.append(field)
    if len(question_ids) > MAX_QUESTIONS:
        detail = "A questionnaire may have at most %(most)s questions."
        reader.flaw(("fields",), "too_many_questions", detail, most=MAX_QUESTIONS)
    return tuple(fields)


def _criteria(reader: Reader, field: dict[str, Any], path: Path, question_ids: set[str]) -> tuple[Criterion, ...]:
    criteria: list[Criterion] = []
    criterion_ids: set[str] = set()
    for index, entry in enumerate(reader.entries(field, path, "criteria", 1, MAX_CRITERIA)):
        criterion_path = (*path, "criteria", index)
        data = reader.mapping(entry, criterion_path, ("id", "title", "questions"))
        questions = [
            _question(reader, question, (*criterion_path, "questions", number), question_ids)
            for number, question in enumerate(reader.entries(data, criterion_path, "questions", 1, MAX_QUESTIONS))
        ]
        criterion = Criterion(
            reader.identifier(data, criterion_path), reader.texts(data, criterion_path, "title"), tuple(questions)
        )
        reader.unique(criterion_ids, criterion.id, (*criterion_path, "id"), "criterion of this field")
        criteria.append(criterion)
    return tuple(criteria)


def _question(reader: Reader, entry: Any, path: Path, question_ids: set[str]) -> Question:
    data = reader.mapping(entry, path, ("id", "text", "weight"), ("help", "continues"))
    help_texts: Texts | None = None
    if data.get("help") is not None:
        help_texts = reader.texts(data, path, "help")
    continues: Continues | None = None
    if data.get("continues") is not None:
        continues_path = (*path, "continues")
        target = reader.mapping(data["continues"], continues_path, ("question", "relation"))
        relation = reader.choice(target, continues_path, "relation", (*Relation,))
        continues = Continues(reader.identifier(target, continues_path, "question"), Relation(relation))
    question = Question(
        id=reader.identifier(data, path),
        text=reader.texts(data, path, "text"),
        help=help_texts,
        weight=reader.number(data, path, "weight", MAX_WEIGHT, positive=True),
        continues=continues,
    )
    reader.unique(question_ids, question.id, (*path, "id"), "question")
    return question


def _check_continued(reader: Reader, questionnaire: Questionnaire, previous: Questionnaire | None) -> None:
    """Check the questions that continue former ones: these have one successor, exist if `previous` is known, and are the same only on the same scale."""
    continued: set[str] = set()
    for path, continues in _continuations(questionnaire):
        if continues.question in continued:
            reader.flaw(
                (*path, "question"),
                "continued_twice",
                "Another question continues this one already; keep the closer one and make the other new.",
            )
        continued.add(continues.question)
        if previous is None:
            continue
        if continues.question not in previous.questions:
            reader.flaw(
                (*path, "question"),
                "continued_unknown",
                "Version %(version)s has no question with this id; correct it, or remove “continues”.",
                version=previous.version,
            )
        elif continues.relation is Relation.SAME and not _same_scale(questionnaire, previous):
            reader.flaw(
                (*path, "relation"),
                "scale_changed",
                "The scale differs from version %(version)s; use “comparable” or remove “continues”.",
                version=previous.version,
            )


def _continuations(questionnaire: Questionnaire) -> Iterator[tuple[Path, Continues]]:
    """Every `continues` that names a question, with its place in the document."""
    for f, field in enumerate(questionnaire.fields):
        for c, criterion in enumerate(field.criteria):
            for q, question in enumerate(criterion.questions):
                if question.continues is not None and question.continues.question:
                    yield ("fields", f, "criteria", c, "questions", q, "continues"), question.continues


def _same_scale(one: Questionnaire, other: Questionnaire) -> bool:
    return (one.scale.min, one.scale.max) == (other.scale.min, other.scale.max)
