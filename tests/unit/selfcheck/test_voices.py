"""One invitation is one voice, however often it is handed on."""

from __future__ import annotations

from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from services.selfcheck.domain.sheet_model import Sheet
from services.selfcheck.domain.voices import voices
from tests.unit.selfcheck.builders import questionnaire

ASKED = questionnaire({"f": {"f1": 1, "f2": 1}}, minimum_coverage=0, unanswered="zero")


def sheet(id: str, handed_on_by: str | None = None, asked: set[str] | None = None, **answers: object) -> Sheet:
    return Sheet(id, "a", None if asked is None else frozenset(asked), answers, handed_on_by=handed_on_by)


def test_handing_on_to_oneself_makes_no_group():
    """One person with two addresses of their own, and one other: today three sheets, of which one is the other's."""
    mine = [sheet("me", f1=4), sheet("me-2", "me", {"f1"}, f1=0), sheet("me-3", "me", {"f1"}, f1=0)]
    found = voices([*mine, sheet("other", f1=2)])
    assert len(found) == 2
    assert score(ASKED, found, minimum_group=3)["questions"]["f1"]["answered"] is None


def test_what_was_answered_stands_until_the_colleague_answers():
    root = sheet("root", f1=4, f2=1)
    assert voices([root, sheet("colleague", "root", {"f1"})]) == [Response("root", "a", {"f1": 4, "f2": 1}, None)]
    assert voices([root, sheet("colleague", "root", {"f1"}, f1=2)])[0].answers == {"f1": 2, "f2": 1}


def test_of_a_chain_the_last_one_who_answered_holds_the_question():
    family = [sheet("1", f1=4), sheet("2", "1", {"f1"}, f1=3), sheet("3", "2", {"f1"}, f1="unsure")]
    for some in (family, family[::-1]):
        assert voices(some)[0].answers == {"f1": "unsure"}


def test_the_root_holds_a_family_together_after_it_was_forgotten():
    family = [Sheet("2", "a", frozenset({"f1"}), {"f1": 3}, handed_on_by="1", root="1"), sheet("3", "1", {"f2"}, f2=2)]
    assert voices(family) == [Response("1", "a", {"f1": 3, "f2": 2}, frozenset({"f1", "f2"}))]


def test_silence_of_a_whole_family_is_one_zero():
    family = [sheet("1", f2=4), sheet("2", "1", {"f1"})]
    node = score(ASKED, [*voices(family), Response("x", "a", {"f1": 4})])["questions"]["f1"]
    assert node["score"] == 50
