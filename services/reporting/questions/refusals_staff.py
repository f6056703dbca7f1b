"""What is not possible with questions, in words for staff."""

from __future__ import annotations

from chassis.http.problems import Problem
from chassis.text.translations import mark

SENTENCES = {
    "too-many-questions": mark("Your municipality has asked very many questions already."),
    "question-not-open": mark("The programme office has to show this question first."),
    "municipality-left": mark(
        "The municipality behind this practice takes part no more, so nobody could answer. Please ask everybody."
    ),
    "enough-answers": mark("This question has very many answers. Please ask anew."),
}
OWN = mark("This is your own municipality. Please choose another one.")
SUSPENDED = mark(
    "This municipality can't be asked for now: its pages are closed. Please choose another one, or ask everybody."
)
ONE_ALONE = mark("A question to one municipality goes to no practice or ring as well. Please leave one of them out.")


def refused(code: str) -> Problem:
    return Problem(409, code, "Not possible in the present state", SENTENCES[code])
