"""What is not possible with a visit, in words for staff."""

from __future__ import annotations

from chassis.http.problems import Problem
from chassis.text.translations import mark
from services.reporting.domain import visit as rules

SENTENCES: dict[type[rules.VisitRefusal], tuple[str, str]] = {
    rules.VisitOver: ("visit-over", mark("This visit is over or was called off.")),
    rules.VisitFull: ("visit-full", mark("Six municipalities come already; that is the most.")),
    rules.VisitAhead: ("visit-ahead", mark("What came of a visit can be written once it has begun.")),
    rules.TooMuch: ("visit-notes", mark("There are very many notes on this visit already.")),
}
ASK_ONE = mark("Please name the one municipality that you would like to visit.")
PEERS = mark("Please choose the one municipality that you would like to visit, or up to six that may come.")
POINTS = mark("Please write at most 20 points, one on each line.")
ORDER = mark("Please let it end after it begins, within two weeks.")
AHEAD = mark("Please choose a time that is still to come.")
NOT_OWN = mark("Please name other municipalities than your own.")
SUSPENDED = mark("The pages of this municipality are closed for now. Please choose another one.")
HOST_AWAY = mark(
    "The pages of the municipality that would be visited are closed for now, so nobody could prepare the visit."
)


def refused(refusal: rules.VisitRefusal) -> Problem:
    code, sentence = SENTENCES[type(refusal)]
    return Problem(409, code, "Not possible in the present state", sentence)
