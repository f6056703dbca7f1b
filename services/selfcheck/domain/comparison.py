"""Compares two versions of a questionnaire, question by question, and marks what deserves a second look."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from services.selfcheck.domain.questionnaire import Question, Questionnaire, Relation, Texts

Wording = list[tuple[str, str]]
"""Pieces of a text in order, each `same`, `removed` or `added`."""


class Warn(StrEnum):
    """What the author may have overlooked."""

    SAME_BUT_REWORDED = "same_but_reworded"
    SAME_BUT_SCALE_CHANGED = "same_but_scale_changed"
    SAME_ID_BUT_NEW = "same_id_but_new"


@dataclass(frozen=True)
class Reworded:
    """A text that changed in one language; `part` is `text` or `help`. All added: the language is new, all removed: gone."""

    part: str
    language: str
    wording: Wording


@dataclass(frozen=True)
class QuestionChange:
    """One question of the later version. `before` is what it continues over all versions between, None if it is new."""

    question: Question
    field: str
    before: Question | None
    field_before: str | None
    relation: Relation | None
    reworded: tuple[Reworded, ...]
    warnings: tuple[Warn, ...]

    @property
    def moved(self) -> bool:
        """Whether it belongs to another field now."""
        return self.before is not None and self.field != self.field_before

    @property
    def reweighted(self) -> bool:
        """Whether it weighs otherwise within its field."""
        return self.before is not None and self.question.weight != self.before.weight

    @property
    def changed(self) -> bool:
        """Whether there is anything to say about it."""
        unchanged = self.relation is Relation.SAME and not (self.reworded or self.moved or self.reweighted)
        return not unchanged or bool(self.warnings)


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions of a questionnaire. `removed`: questions of the earlier version that nothing continues.
    `comparable`: by field of the later version, the weight of its questions that go on as a share of all (0–1), which decides
    whether a line over time can be drawn."""

    questions: tuple[QuestionChange, ...]
    removed: tuple[Question, ...]
    comparable: dict[str, Fraction]
    scale_changed: bool
    rules_changed: tuple[str, ...]


def compare(versions: Sequence[Questionnaire]) -> Comparison:
    """Compare the first of `versions` with the last; each is the one that the next continues. At least two."""
    first, last = versions[0], versions[-1]
    origin = _origins(versions)
    scale_changed = _scale(first) != _scale(last)
    changes = []
    for field in last.fields:
        for question in field.questions:
            before, relation = origin[question.id]
            old = None if before is None else first.questions[before]
            reworded = (
                ()
                if old is None
                else (
                    *_reworded("text", old.text, question.text),
                    *_reworded("help", old.help or {}, question.help or {}),
                )
            )
            changes.append(
                QuestionChange(
                    question,
                    field.id,
                    old,
                    None if old is None else first.field_of[old.id].id,
                    relation,
                    reworded,
                    tuple(_warnings(first, question, relation, reworded, scale_changed)),
                )
            )
    removed_ids = set(first.questions) - {change.before.id for change in changes if change.before is not None}
    return Comparison(
        tuple(changes),
        tuple(question for id, question in first.questions.items() if id in removed_ids),
        {field.id: _share(field.id, changes) for field in last.fields},
        scale_changed,
        tuple(
            name
            for name in ("unsure", "unanswered", "overall", "minimum_coverage", "decimals")
            if getattr(first.rules, name) != getattr(last.rules, name)
        ),
    )


def _origins(versions: Sequence[Questionnaire]) -> dict[str, tuple[str | None, Relation | None]]:
    """For each question of the last version the one of the first that it continues; comparable once is comparable on the whole."""
    origin: dict[str, tuple[str | None, Relation | None]] = {id: (id, Relation.SAME) for id in versions[0].questions}
    for version in versions[1:]:
        following: dict[str, tuple[str | None, Relation | None]] = {}
        for id, question in version.questions.items():
            link = question.continues
            before, relation = (None, None) if link is None else origin.get(link.question, (None, None))
            if link is not None and relation is not None and link.relation is Relation.COMPARABLE:
                relation = Relation.COMPARABLE
            following[id] = before, relation
        origin = following
    return origin


def _reworded(part: str, old: Texts, new: Texts) -> list[Reworded]:
    return [
        Reworded(part, language, wording(old.get(language, ""), new.get(language, "")))
        for language in dict.fromkeys([*old, *new])
        if old.get(language) != new.get(language)
    ]


def wording(old: str, new: str) -> Wording:
    """The two texts woven into one, word by word."""
    before, after = re.findall(r"\s*\S+|\s+$", old), re.findall(r"\s*\S+|\s+$", new)
    woven: Wording = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            woven.append(("same", "".join(before[i1:i2])))
        else:
            woven += [("removed", "".join(before[i1:i2]))] if i2 > i1 else []
            woven += [("added", "".join(after[j1:j2]))] if j2 > j1 else []
    return woven


def _warnings(
    first: Questionnaire,
    question: Question,
    relation: Relation | None,
    reworded: Sequence[Reworded],
    scale_changed: bool,
) -> list[Warn]:
    if relation is None:
        return [Warn.SAME_ID_BUT_NEW] if question.id in first.questions else []
    if relation is Relation.COMPARABLE:
        return []
    once_only = ({"added"}, {"removed"})  # a language that came or went is no other wording
    both = [one for one in reworded if one.part == "text" and {kind for kind, _ in one.wording} not in once_only]
    return [*([Warn.SAME_BUT_REWORDED] if both else []), *([Warn.SAME_BUT_SCALE_CHANGED] if scale_changed else [])]


def _share(field: str, changes: Sequence[QuestionChange]) -> Fraction:
    inside = [change for change in changes if change.field == field]
    going_on = [change for change in inside if change.before is not None]
    return sum((c.question.weight for c in going_on), Fraction(0)) / sum(c.question.weight for c in inside)


def _scale(questionnaire: Questionnaire) -> tuple[object, ...]:
    """Levels and their words in the languages; words that only exist now are no change."""
    scale = questionnaire.scale
    return scale.min, scale.max, tuple(label.get("de") for label in scale.labels)
