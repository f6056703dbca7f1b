"""The life of a joint self-check, over random histories: nobody is in without having agreed, nothing moves once it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.selfcheck.domain.errors import Invalid, Refused
from services.selfcheck.domain.joint import (
    Joint,
    Stance,
    accept,
    add_figures,
    ask,
    close,
    decline,
    erase_member,
    take_back,
)
from tests.unit.selfcheck.builders import EXAMPLES

TOWNS = ("adorf", "bedorf", "cedorf", "fremd")
MEMBERS = frozenset(TOWNS[:3])
town = st.sampled_from(TOWNS)


def figures(score: int) -> Any:
    block = {"score": score, "coverage": 1.0, "answered": 5}
    return {"overall": {**block, "perspectives": {}}, "fields": {"f": {**block, "perspectives": {}}}}


class Life(RuleBasedStateMachine):
    """Anybody does anything at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.joint = Joint()
        self.agreed: set[str] = set()
        self.standing: dict[str, Any] | None = None

    def attempt(self, step: Any) -> bool:
        """Whether it was possible."""
        try:
            after = step(self.joint)
            assert step(after) == after or step is close, "a repeat changes nothing"
        except (Refused, Invalid):
            return False
        self.joint = after
        return True

    @rule(names=st.lists(town, max_size=3))
    def asked(self, names: list[str]) -> None:
        was_open = not self.joint.closed
        done = self.attempt(lambda joint: ask(joint, names, MEMBERS))
        assert done == (was_open and set(names) <= MEMBERS)

    @rule(name=town)
    def accepts(self, name: str) -> None:
        if self.attempt(lambda joint: accept(joint, name, MEMBERS, f"own-{name}")):
            self.agreed.add(name)

    @rule(name=town)
    def declines(self, name: str) -> None:
        if self.attempt(lambda joint: decline(joint, name)):
            self.agreed.discard(name)

    @rule(name=town)
    def is_taken_back(self, name: str) -> None:
        if self.attempt(lambda joint: take_back(joint, name)):
            self.agreed.discard(name)

    @rule(name=town, score=st.integers(0, 2), own=st.booleans())
    def gives(self, name: str, score: int, own: bool) -> None:
        before = self.joint
        self.attempt(lambda joint: add_figures(joint, name, f"own-{name}" if own else "other", figures(score)))
        assert own or self.joint == before, "only of the self-check that it began for this"

    @rule(name=town)
    def deletes(self, name: str) -> None:
        self.attempt(lambda joint: erase_member(joint, name))
        self.agreed.discard(name)
        if self.standing is not None:
            self.standing.pop(name, None)

    @rule()
    def closes(self) -> None:
        given = self.joint.contributing
        try:
            self.joint = close(self.joint)
        except Refused:
            assert self.joint.closed or len(given) < 2
            return
        self.standing = dict(given)

    @invariant()
    def only_who_agreed_is_in(self) -> None:
        assert set(self.joint.contributing) <= self.agreed <= MEMBERS
        for one in self.joint.members.values():
            assert one.figures is None or one.stance is Stance.ACCEPTED

    @invariant()
    def what_stands_loses_only_who_deletes(self) -> None:
        if self.standing is not None:
            assert self.joint.contributing == self.standing


TestLife = Life.TestCase
TestLife.settings = EXAMPLES


def test_refusals_say_what_is_wrong() -> None:
    with pytest.raises(Invalid) as unknown:
        ask(Joint(), ["adorf", "fremd"], MEMBERS)
    assert [flaw.pointer for flaw in unknown.value.flaws] == ["/members/1"]
    joint = ask(Joint(), ["adorf"], MEMBERS)
    for code, step in (
        ("joint_unknown", lambda: accept(joint, "bedorf", MEMBERS, "x")),
        ("not_a_member", lambda: accept(joint, "adorf", frozenset(), "x")),
        ("figures_missing", lambda: close(joint)),
        ("assessment_deleted", lambda: accept(erase_member(joint, "adorf"), "adorf", MEMBERS, "x")),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.code == code
