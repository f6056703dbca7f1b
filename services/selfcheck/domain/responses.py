"""The response of one person. Four states are kept apart for ever: a level, `unsure`, `not_applicable`, and no answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from disclosure.scheme import NOT_APPLICABLE, UNSURE, Answers
from services.selfcheck.domain.errors import Flaw, Invalid, pointer
from services.selfcheck.domain.questionnaire import Questionnaire

_PLACE: Final = "responses"


@dataclass(frozen=True)
class Response:
    """The answers of one person.

    `asked` are the questions this person was asked (an invitation to some fields, or questions a colleague handed on);
    None means all. It matters only where the rules count a missing answer as zero: nobody gets a zero for a question
    that was never put to them.
    """

    respondent: str
    perspective: str
    answers: Answers
    asked: frozenset[str] | None = None

    @property
    def takes_part(self) -> bool:
        """Whether there is at least one answer. Who answered nothing is as if never invited."""
        return any(answer is not None for answer in self.answers.values())


def answer_flaws(questionnaire: Questionnaire, answers: Any, *path: str | int) -> list[Flaw]:
    """Every flaw of an `{question: answer}` object that stands at `path` in its document."""
    if not isinstance(answers, dict):
        return [Flaw(pointer(*path), "object_expected", "Send the answers as an object, question id to answer.")]
    flaws: list[Flaw] = []
    scale = questionnaire.scale
    for question, answer in answers.items():
        if question not in questionnaire.questions:
            detail = f"Version {questionnaire.version} has no question with this id; correct the id or leave it out."
            flaws.append(Flaw(pointer(*path, question), "question_unknown", detail))
        elif not (answer is None or answer in (UNSURE, NOT_APPLICABLE) or is_level(questionnaire, answer)):
            detail = f"Answer with a whole number from {scale.min} to {scale.max}, “unsure”, “not_applicable” or null."
            flaws.append(Flaw(pointer(*path, question), "answer_out_of_scale", detail))
    return flaws


def is_level(questionnaire: Questionnaire, value: Any) -> bool:
    """Whether the value is a level of the questionnaire's scale. True and 3.0 are not."""
    scale = questionnaire.scale
    return isinstance(value, int) and not isinstance(value, bool) and scale.min <= value <= scale.max


def parse_responses(questionnaire: Questionnaire, document: Any) -> list[Response]:
    """Responses from the JSON list `[{respondent, perspective, answers}]`. Raises `Invalid` with all flaws.

    Flaws point into a document that holds the list as “responses”. A person is known by perspective and respondent.
    """
    if not isinstance(document, list):
        raise Invalid([Flaw(pointer(_PLACE), "list_expected", "Send the responses as a list.")])
    flaws: list[Flaw] = []
    responses: list[Response] = []
    for index, entry in enumerate(document):
        if not isinstance(entry, dict):
            detail = "A response is an object with “respondent”, “perspective” and “answers”."
            flaws.append(Flaw(pointer(_PLACE, index), "object_expected", detail))
            continue
        flaws += [
            Flaw(pointer(_PLACE, index, key), "missing", f"“{key}” has to be a text that is not empty.")
            for key in ("respondent", "perspective")
            if not isinstance(entry.get(key), str) or not entry[key]
        ]
        flaws += answer_flaws(questionnaire, entry.get("answers"), _PLACE, index, "answers")
        person, perspective = str(entry.get("respondent")), str(entry.get("perspective"))
        responses.append(Response(person, perspective, entry.get("answers") or {}))
    if not flaws:
        flaws = _repetition_flaws(responses)
    if flaws:
        raise Invalid(flaws)
    return responses


def _repetition_flaws(responses: Iterable[Response]) -> list[Flaw]:
    respondents: set[tuple[str, str]] = set()
    flaws: list[Flaw] = []
    for index, response in enumerate(responses):
        person = (response.perspective, response.respondent)
        if person in respondents:
            detail = "This respondent has a response already; send one response per person."
            flaws.append(Flaw(pointer(_PLACE, index, "respondent"), "respondent_repeated", detail))
        respondents.add(person)
    return flaws
