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


def refused(code: str) -> Problem:
    return Problem(409, code, "Not possible in the present state", SENTENCES[code])
