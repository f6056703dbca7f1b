"""Which figures of an assessment may be shown, so that no group smaller than `minimum_group` can be worked out.

Hiding a small group's own figure is not enough: a question's score is the mean of its perspectives, a field's score the
mean of its questions, so what is hidden could be recovered by subtraction. These are the rules, for each field:

1. A figure made by fewer than `minimum_group` people is hidden. "Made by" means: they gave a level.
2. A question is *closed* if one of its perspectives is too small to show (but not empty). A closed question shows none
   of its perspectives, only its total; if the total is too small, nothing.
3. If a field has closed questions, one more question is closed with them, the *cover*: one in which every perspective
   is large enough. If a closed question had to hide its total, the cover hides its total too. So whatever can be
   calculated about the closed questions together always involves the many people of the cover.
4. If there is no cover, the smallest perspectives of the field are merged and not shown in it at all, as few as
   possible, until what they have in common is large enough; in the last resort no perspective is shown.
5. If every question of a field is too small, none is shown, and the field only as a whole.
6. The overall figure of a perspective is shown if this perspective is shown in every field that enters it; the overall
   total if every field's total that enters it may be shown.
7. Spread and r_wg count all people alike, the score counts all perspectives alike; together they would separate two
   perspectives. So they are shown for questions that are not closed and in which each perspective is large enough, and
   alpha for fields in which all questions are such.
8. A score with consensus is shown if the difference to the score without it tells nothing about a hidden question.

What is hidden looks like what is empty: null, also coverage and the number of people.

What the rules guarantee, and `tests/unit/selfcheck/test_disclosure.py` checks with an attacker who knows every
published number exactly, who answered what question, and all weights: every equation that can be derived from the
published scores involves the answers of at least `minimum_group` people.

What they do not hide:

* Unanimity. If a group that is large enough says "4" as one voice, the score 100 says so, and the spread shows it. The
  answers speak about the state of the town's work, not about a person, and agreement is what the workshop looks for.
* Bounds. The score weighs perspectives, not people: where there are two, a perspective of one person carries half of a
  question's score, and near either end of the scale that narrows down what this person can have answered. Whoever wants
  more protection invites at least `minimum_group` people for each perspective.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Groups:
    """Who made the figures of one field.

    `raters` by question and perspective: people who gave a level; `voices` by question: perspectives that enter its
    mean; `people` by perspective: people who gave a level anywhere in the field.
    """

    questions: Sequence[str]
    raters: Mapping[str, Mapping[str, int]]
    voices: Mapping[str, int]
    people: Mapping[str, int]

    def total(self, question: str) -> int:
        """People of all perspectives who gave a level."""
        return sum(self.raters[question].values())


@dataclass(frozen=True)
class FieldDisclosure:
    """What may be shown of one field.

    `total`: the field's own score; `perspectives`: shown in the field and in its `open` questions; `totals`: questions
    whose score may be shown; `spreads`: questions whose spread and r_wg may be shown; `alpha`: the field's alpha.
    """

    total: bool
    perspectives: frozenset[str]
    totals: frozenset[str]
    open: frozenset[str]
    spreads: frozenset[str]
    alpha: bool


def disclose(groups: Groups, minimum_group: int) -> FieldDisclosure:
    """Applies rules 1 to 5 and 7 to one field."""
    present = sorted((name for name, people in groups.people.items() if people), key=lambda p: (groups.people[p], p))
    for merged in range(len(present)):
        attempt = _Attempt(groups, minimum_group, present[merged:], present[:merged])
        disclosure = attempt.with_perspectives()
        if disclosure is not None:
            return disclosure
    return _Attempt(groups, minimum_group, [], present).totals_only()


class _Attempt:
    """One way to divide the perspectives of a field into shown ones and merged ones."""

    def __init__(self, groups: Groups, minimum_group: int, shown: Sequence[str], merged: Sequence[str]) -> None:
        self.groups = groups
        self.minimum = minimum_group
        self.shown = shown
        self.merged = merged
        self.rated = [question for question in groups.questions if groups.total(question)]
        self.closed = {question for question in self.rated if self._has_small_part(question)}
        self.small = {question for question in self.rated if groups.total(question) < minimum_group}

    def with_perspectives(self) -> FieldDisclosure | None:
        """The disclosure if the shown perspectives can be shown safely, otherwise None."""
        people = self.groups.people
        if any(people[name] < self.minimum for name in self.shown):
            return None
        if not self.closed:
            return self._result(closed=set(), hidden=set())
        if len(self.small) == len(self.rated):
            return self._field_alone()
        cover = self._smallest([question for question in self.rated if self._covers(question)])
        if cover is None:
            return None
        return self._result(self.closed | {cover}, self.small | {cover} if self.small else set())

    def totals_only(self) -> FieldDisclosure:
        """Without any perspective. Always possible, though it may come to nothing."""
        if not self.small:
            return self._result(closed=set(), hidden=set())
        cover = self._smallest([question for question in self.rated if question not in self.small])
        if cover is not None:
            return self._result(self.small | {cover}, self.small | {cover})
        whole = sum(self.groups.people.values()) >= self.minimum
        return self._result(set(self.rated), set(self.rated), total=whole)

    def _has_small_part(self, question: str) -> bool:
        raters = self.groups.raters[question]
        parts = [raters[name] for name in self.shown] + [self._rest(question)]
        return any(0 < part < self.minimum for part in parts)

    def _rest(self, question: str) -> int:
        """People of the merged perspectives at a question."""
        return sum(self.groups.raters[question][name] for name in self.merged)

    def _covers(self, question: str) -> bool:
        """Whether a question is an open one that can serve as cover for the closed ones.

        Every perspective at stake, and the merged ones together, have to be large enough in it. Where totals are hidden
        and nobody merged takes part in it, the hidden questions must also be means of equally many perspectives:
        otherwise the field's total and its perspectives weigh them differently, and the difference isolates some.
        """
        if question in self.closed:
            return False
        raters = self.groups.raters[question]
        at_stake = [name for name in self.shown if any(self.groups.raters[other][name] for other in self.closed)]
        if any(raters[name] < self.minimum for name in at_stake):
            return False
        rest = self._rest(question)
        if rest:
            return True
        if any(self._rest(other) for other in self.closed):
            return False
        return all(self.groups.voices[other] == self.groups.voices[question] for other in self.small)

    def _field_alone(self) -> FieldDisclosure | None:
        """Every question is too small: the field as a whole, by perspective where nothing can be isolated."""
        rest = sum(self.groups.people[name] for name in self.merged)
        alike = len({self.groups.voices[question] for question in self.rated}) == 1
        if rest >= self.minimum or (rest == 0 and alike):
            return self._result(set(self.rated), set(self.rated))
        return None

    def _smallest(self, questions: Sequence[str]) -> str | None:
        """The question whose hiding costs least; the first one of equals."""
        return min(questions, key=self.groups.total, default=None)

    def _result(self, closed: set[str], hidden: set[str], total: bool = True) -> FieldDisclosure:
        everything = frozenset(self.groups.questions)
        spreads = everything - closed - hidden - {q for q in self.rated if self._has_small_perspective(q)}
        return FieldDisclosure(
            total=total,
            perspectives=frozenset(self.groups.people) - frozenset(self.merged),
            totals=everything - hidden,
            open=everything - closed - hidden,
            spreads=spreads,
            alpha=total and spreads == everything,
        )

    def _has_small_perspective(self, question: str) -> bool:
        return any(0 < raters < self.minimum for raters in self.groups.raters[question].values())


def visible(raters: int, reacted: int, minimum_group: int) -> bool:
    """Whether a group is large enough to be spoken of: those who gave a level, or, if nobody did, those who reacted.

    The latter lets a large group's `unsure` show as coverage 0. With a minimum of 1 there is nothing to hide.
    """
    return minimum_group <= 1 or raters >= minimum_group or (raters == 0 and reacted >= minimum_group)
