"""Devices of one person with connections that fail: no answer is lost unseen, whatever is delivered, lost or sent again."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.selfcheck.domain.merge import merge
from tests.support.examples import examples

QUESTIONS = ("q1", "q2")
values = st.sampled_from([None, 0, 1, 2, "unsure"])
questions = st.sampled_from(QUESTIONS)
devices = st.sampled_from((0, 1, 2))


@given(
    st.dictionaries(questions, values), st.dictionaries(questions, values), st.dictionaries(questions, st.lists(values))
)
def test_an_entry_is_changed_or_conflicts_or_is_so_already(current: Any, wanted: Any, seen: Any) -> None:
    changes, conflicts = merge(current, wanted, seen, None)
    assert not changes.keys() & conflicts.keys()
    for entry, value in wanted.items():
        there = current.get(entry)
        assert (entry in changes) == (there != value and (entry not in seen or there in seen[entry]))
        assert (entry in conflicts) == (there != value and entry in seen and there not in seen[entry])
    assert all(changes[entry] == wanted[entry] for entry in changes)
    assert all(there == current.get(entry) for entry, there in conflicts.items())


@given(st.dictionaries(questions, values), st.dictionaries(questions, values))
def test_sending_again_changes_nothing(current: Any, wanted: Any) -> None:
    changes, _ = merge(current, wanted, {}, None)
    after = {**current, **changes}
    assert merge(after, wanted, {entry: [current.get(entry), value] for entry, value in wanted.items()}, None) == (
        {},
        {},
    )


class Device:
    """What `static/queue.js` does: entries wait with the values the server may hold as far as this device knows."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.waiting: dict[str, dict[str, Any]] = {}

    def enter(self, question: str, value: Any) -> None:
        entry = self.waiting.setdefault(question, {"seen": [self.known.get(question)]})
        entry["value"] = value
        entry.pop("there", None) if "there" not in entry else self._decide(entry)

    def _decide(self, entry: dict[str, Any]) -> None:
        entry["seen"] = [entry.pop("there")]

    def request(self) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        sent = {q: entry for q, entry in self.waiting.items() if "there" not in entry}
        for entry in sent.values():
            entry["seen"] = [*entry["seen"], entry["value"]]
        return {q: entry["value"] for q, entry in sent.items()}, {q: list(entry["seen"]) for q, entry in sent.items()}

    def answered(self, sent: dict[str, Any], conflicts: dict[str, Any], sheet: dict[str, Any]) -> None:
        for question in sent:
            if question in conflicts:
                self.waiting[question]["there"] = conflicts[question]
            else:
                del self.waiting[question]
        for question in QUESTIONS:
            if question not in self.waiting:
                self.known[question] = sheet.get(question)


class Devices(RuleBasedStateMachine):
    """Each value is the only one of its kind, so that every answer can be followed."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: dict[str, Any] = {}
        self.devices = [Device(), Device(), Device()]
        self.serial = 0
        self.aware: dict[str, set[int]] = {question: {0, 1, 2} for question in QUESTIONS}
        """Devices that know what stands in the sheet, or wrote it."""

    @rule(device=devices, question=questions)
    def enter(self, device: int, question: str) -> None:
        self.serial += 1
        entry = self.devices[device].waiting.get(question, {})
        if "there" in entry and entry["there"] == self.sheet.get(question):
            self.aware[question].add(device)  # the person was shown what stands there
        self.devices[device].enter(question, self.serial)

    @rule(device=devices, arrives=st.booleans(), comes_back=st.booleans())
    def send(self, device: int, arrives: bool, comes_back: bool) -> None:
        one = self.devices[device]
        wanted, seen = one.request()
        if not arrives:
            return
        changes, conflicts = merge(self.sheet, wanted, seen, None)
        for question, value in changes.items():
            assert device in self.aware[question], "overwritten although this device did not know what stood there"
            self.sheet[question] = value
            self.aware[question] = {device}
        if comes_back:
            one.answered(wanted, conflicts, self.sheet)
            for question in QUESTIONS:
                if question not in one.waiting:
                    self.aware[question].add(device)

    @rule(device=devices)
    def look(self, device: int) -> None:
        """The page is shown again: everything that does not wait here is as the server has it."""
        one = self.devices[device]
        one.answered({}, {}, self.sheet)
        for question in QUESTIONS:
            if question not in one.waiting:
                self.aware[question].add(device)

    @precondition(lambda self: any(device.waiting for device in self.devices))
    @rule()
    def everything_arrives_in_the_end(self) -> None:
        for number in range(len(self.devices)):
            self.send(number, True, True)
        for device in self.devices:
            assert all("there" in entry for entry in device.waiting.values()), "what waits is a question to the person"

    @invariant()
    def what_a_device_waits_with_is_kept(self) -> None:
        for device in self.devices:
            assert all("value" in entry for entry in device.waiting.values())


TestDevices = Devices.TestCase
TestDevices.settings = settings(max_examples=examples(150), stateful_step_count=25, deadline=None, derandomize=True)
