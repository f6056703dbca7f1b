"""What a group that came unannounced is still asked at the door: what the gathering requires of everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.forms import Form
from services.registration.domain.answers import unanswered
from services.registration.domain.questions import Question
from services.registration.questions.form import SHOWN, changed_answers_entered, values_of_answers
from services.registration.registrations.schemas import RegistrationChange


def left_open(questions: Mapping[str, Question], registration: Mapping[str, Any]) -> dict[str, Question]:
    """The questions to put to a group at the door, in their order: the required ones without an answer, those that say whether these
    are asked, and those they lead to. Nobody who let themself be
    registered is asked at the door: their own page does. What the clerk may not see counts as answered."""
    if not registration.get("walk_in") or registration["status"] != "arrived":
        return {}
    withheld = registration.get("withheld") or ()
    open_questions = set(unanswered(questions, registration["answers"], _people(registration))) - set(withheld)
    for id in list(open_questions):  # what decides whether these are asked
        condition = questions[id].shown_if
        while condition is not None and condition.question not in open_questions and condition.question in questions:
            open_questions.add(condition.question)
            condition = questions[condition.question].shown_if
    for id, question in questions.items():  # what the answers to these may lead to
        condition = question.shown_if
        if question.asked and question.required and condition and condition.question in open_questions:
            open_questions.add(id)
    return {id: question for id, question in questions.items() if id in open_questions}


def form_values(questions: Mapping[str, Question], registration: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the form shows at first."""
    people = _people(registration)
    return {"companions": people - 1, **values_of_answers(questions, registration["answers"], people)}


def read_form(
    form: Form, questions: Mapping[str, Question], registration: Mapping[str, Any]
) -> RegistrationChange | None:
    """What was entered, or None after noting what is wrong, or where nothing is different."""
    if not form.value(SHOWN):
        return None
    before = {id: value for id, value in registration["answers"].items() if id in questions}
    answers = changed_answers_entered(form, questions, _people(registration), before, frozenset())
    return RegistrationChange.typed({"answers": answers}) if form.ok and answers else None


def _people(registration: Mapping[str, Any]) -> int:
    return 1 + len(registration["party"])
