"""Questions of one's own at a gathering: what a valid set is, which of it is kept when it changes, when a question is asked.

They are told in the words of the API (`services.registration.questions.schemas.OwnQuestion`); answers are read in `answers.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, Literal

from services.registration.domain.refused import ADD_DEFAULT, Mistake

Kind = Literal["text", "long_text", "number", "boolean", "choice", "choices", "date"]
MOST_QUESTIONS, MOST_OPTIONS = 20, 50
MOST_WORDS = 60_000
"""Letters of all questions and options in all languages: they travel with every look at the gathering."""
MOST_FIELDS = 400
"""What a browser shows of questions on one form; options to tick count one each, and all of it once more for each person."""
MOST_FORMER = 60
"""Questions that were asked before and are still known by their words."""
MOST_FORMER_OPTIONS = 200
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
WITH_OPTIONS = ("choice", "choices")
DECIDING = ("boolean", *WITH_OPTIONS)
"""Kinds whose answer may decide about another question."""

OWN_ID = "Each question needs an id of its own."
OWN_OPTION_ID = "Each option needs an id of its own."
SAME_QUESTION = (
    "“%(question)s” is among the questions already. Please write it differently, or take one of the two out."
)
SAME_OPTION = "“%(answer)s” is among the answers already. Please write it differently, or take one of the two out."
NO_OPTIONS = "Give the options that one can choose from."
NOT_TO_CHOOSE = "Options are for questions of the kinds choice and choices alone."
NOT_EARLIER = "Name a question that stands before this one and is answered by yes or no or by options."
OTHERS_ANSWER = "A question for the whole group can't depend on what each person answers."
NO_SUCH_ANSWER = "Name an answer that the other question can have: one of its options, or true or false."
TOO_MANY_WORDS = "Please shorten the questions: all of them together may have %(most)s letters in all languages."
TOO_MANY_FIELDS = (
    "With groups of up to %(people)s people the form would have %(fields)s fields. At most %(most)s fit: "
    "ask fewer questions, or ask the group once."
)
KIND_STAYS = (
    "People may have answered this question, so this stays as it is. Take the question out and add another one with "
    "an id of its own."
)
TOO_MANY_FORMER = (
    "Too many questions or options were taken out of this gathering (at most %(most)s). Please make a new one."
)


@dataclass(frozen=True, slots=True)
class ShownIf:
    """Asked only if the answer to another `question` is, or has among it, `equals`."""

    question: str
    equals: bool | str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options` by id, in their order; `gone` those that were taken out; `asked` False: the whole question was."""

    id: str
    kind: Kind
    label: Mapping[str, str]
    required: bool = False
    each: bool = False
    options: Mapping[str, Mapping[str, str]] | None = None
    shown_if: ShownIf | None = None
    special: bool = False
    gone: frozenset[str] = frozenset()
    asked: bool = True

    @property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """The words of each option by its id, also of those that were taken out."""
        return self.options or {}

    @property
    def fields(self) -> int:
        """How many fields a form shows it as, for one person."""
        return max(1, len(self.choices)) if self.kind == "choices" else 1


def question_of(described: Mapping[str, Any]) -> Question:
    condition = described.get("shown_if")
    return Question(
        described["id"],
        described["kind"],
        described["label"],
        described.get("required", False),
        described.get("per", "group") == "person",
        {option["id"]: option["label"] for option in described.get("options") or ()},
        ShownIf(condition["question"], condition["equals"]) if condition else None,
        described.get("special", False),
    )


def known_questions(questions: Iterable[Mapping[str, Any]], former: Iterable[Mapping[str, Any]]) -> dict[str, Question]:
    """Every question that somebody may have answered, by id: those that are asked with what was taken out of them, then those that
    are asked no more."""
    before = {question["id"]: question_of(question) for question in former}
    questions_by_id: dict[str, Question] = {}
    for question in map(question_of, questions):
        choices = question.choices
        choices_before = before[question.id].choices if question.id in before else {}
        options = {**choices, **{id: label for id, label in choices_before.items() if id not in choices}}
        questions_by_id[question.id] = replace(question, options=options, gone=frozenset(options) - frozenset(choices))
    for id, question in before.items():
        if id not in questions_by_id:
            questions_by_id[id] = replace(question, asked=False)
    return questions_by_id


def question_mistakes(
    questions: Sequence[Mapping[str, Any]], default_language: str, party_max: int, place: str = "/questions"
) -> list[Mistake]:
    """All that is wrong with the questions of a gathering."""
    wrong: list[Mistake] = []
    before: dict[str, Question] = {}
    labels_before: set[Hashable] = set()
    words = fields = 0
    for index, described in enumerate(questions):
        question, at = question_of(described), f"{place}/{index}"
        options = described.get("options") or ()
        if question.id in before:
            wrong.append((f"{at}/id", OWN_ID, {}))
        else:
            # The same words may be asked of each person and of the group, or after one answer and after another.
            wrong += [
                (f"{at}/label/{code}", SAME_QUESTION, {"question": question.label[code]})
                for code in _repeated(question.label, labels_before, question.each, question.shown_if)
            ]
        if default_language not in question.label:
            wrong.append((f"{at}/label", ADD_DEFAULT, {"language": default_language}))
        wrong += _option_mistakes(options, default_language, at)
        words += sum(len(text) for option in options for text in option["label"].values())
        if question.kind in WITH_OPTIONS and not options:
            wrong.append((f"{at}/options", NO_OPTIONS, {}))
        if question.kind not in WITH_OPTIONS and options:
            wrong.append((f"{at}/options", NOT_TO_CHOOSE, {}))
        wrong += _condition_mistakes(question, before, at)
        before.setdefault(question.id, question)
        words += sum(map(len, question.label.values()))
        fields += question.fields * (party_max if question.each else 1)
    if words > MOST_WORDS:
        wrong.append((place, TOO_MANY_WORDS, {"most": MOST_WORDS}))
    if fields > MOST_FIELDS:
        wrong.append((place, TOO_MANY_FIELDS, {"people": party_max, "fields": fields, "most": MOST_FIELDS}))
    return wrong


def _repeated(label: Mapping[str, str], before: set[Hashable], *context: Hashable) -> list[str]:
    """The languages in which a label reads like one of those `before` in the same context; it is one of them from now on."""
    labels = {code: (code, " ".join(text.split()).casefold(), *context) for code, text in label.items()}
    repeated = [code for code, read in labels.items() if read in before]
    before.update(labels.values())
    return repeated


def _option_mistakes(options: Sequence[Mapping[str, Any]], default_language: str, at: str) -> list[Mistake]:
    wrong: list[Mistake] = []
    ids = [option["id"] for option in options]
    labels_before: set[Hashable] = set()
    for number, option in enumerate(options):
        place = f"{at}/options/{number}"
        if option["id"] in ids[:number]:
            wrong.append((f"{place}/id", OWN_OPTION_ID, {}))
        else:
            wrong += [
                (f"{place}/label/{code}", SAME_OPTION, {"answer": option["label"][code]})
                for code in _repeated(option["label"], labels_before)
            ]
        if default_language not in option["label"]:
            wrong.append((f"{place}/label", ADD_DEFAULT, {"language": default_language}))
    return wrong


def change_mistakes(
    answerable: Mapping[str, Question], former: Sequence[Mapping[str, Any]], questions: Sequence[Mapping[str, Any]]
) -> list[Mistake]:
    """Changes that would give answers another meaning. `answerable`: what they may have answered; `former`: as it will be."""
    wrong: list[Mistake] = []
    for index, question in enumerate(map(question_of, questions)):
        question_before = answerable.get(question.id)
        if question_before is None:
            continue
        for name, stays in (
            ("kind", question.kind == question_before.kind),
            ("per", question.each == question_before.each),
            ("special", question.special == question_before.special),
        ):
            if not stays:
                wrong.append((f"/questions/{index}/{name}", KIND_STAYS, {}))
    if len(former) > MOST_FORMER or any(len(question["options"]) > MOST_FORMER_OPTIONS for question in former):
        wrong.append(("/questions", TOO_MANY_FORMER, {"most": MOST_FORMER}))
    return wrong


def former_questions(
    former: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Collect what was asked at some time and is not any more: whole questions, and of those that stay the options that were taken out."""
    ever_asked: dict[str, dict[str, Any]] = {}
    for question in (*former, *before):
        options = {option["id"]: option for option in ever_asked.get(question["id"], {}).get("options", ())}
        options |= {option["id"]: option for option in question["options"]}
        ever_asked[question["id"]] = {**question, "options": list(options.values())}
    options_now = {question["id"]: {option["id"] for option in question["options"]} for question in after}
    former_now = []
    for id, question in ever_asked.items():
        options_taken_out = [option for option in question["options"] if option["id"] not in options_now.get(id, ())]
        if id not in options_now or options_taken_out:
            former_now.append({**question, "options": options_taken_out})
    return tuple(former_now)


def _condition_mistakes(question: Question, before: Mapping[str, Question], at: str) -> list[Mistake]:
    if question.shown_if is None:
        return []
    other = before.get(question.shown_if.question)
    if other is None or other.kind not in DECIDING:
        return [(f"{at}/shown_if/question", NOT_EARLIER, {})]
    if other.each and not question.each:
        return [(f"{at}/shown_if/question", OTHERS_ANSWER, {})]
    equals = question.shown_if.equals
    possible = isinstance(equals, bool) if other.kind == "boolean" else equals in other.choices
    return [] if possible else [(f"{at}/shown_if/equals", NO_SUCH_ANSWER, {})]


def free_id(words: str, taken: Collection[str], otherwise: str) -> str:
    """An id that says something, made of the words in the default language; `otherwise` where they have no letter of ASCII."""
    plain = unicodedata.normalize("NFKD", words.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or otherwise
    return next(id for id in chain([base], (f"{base}-{number}" for number in count(2))) if id not in taken)
