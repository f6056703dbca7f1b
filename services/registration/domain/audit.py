"""The audit trail of a gathering's seats, and checking it: every decision is made again by the rules and has to come out the same.

An entry is an event with what matters to seats alone, so the trail can be handed to somebody who checks it: ids instead of names,
no languages, no wishes; of seats kept for groups how many, not for whom. Entries of other events are there empty, so that a missing number shows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from services.registration.domain import confirming, drawing, group_changes, seating
from services.registration.domain.audit_entries import UNFOUNDED, Entry, moment, terms_in, wrong_deadline, wrong_draw
from services.registration.domain.audit_quotas import QuotaReplay
from services.registration.domain.claim import Group
from services.registration.domain.ledger import GatheringState, Ledger, Steps, carry_out
from services.registration.domain.moving_on import lapse
from services.registration.domain.refused import Refused

TERMS = ("capacity", "starts_at", "offer_hours", "confirm_minutes", "allocation", "reconfirm", "kept")
FIELDS: dict[str, tuple[str, ...]] = {
    "gathering.published": ("seed_commitment",),
    "gathering.changed": ("changed",),
    "gathering.drawn": ("seed", "registration_ids"),
    "gathering.cancelled": (),
    "participant.registered": ("registration_id", "status", "position", "size", "confirm_by"),
    "participant.extended": ("registration_id", "confirm_by"),
    "participant.confirmed": ("registration_id", "by"),
    "participant.waiting": ("registration_id", "position", "because"),
    "participant.offered": ("registration_id", "offer_expires_at"),
    "participant.passed-over": ("registration_id", "size", "free", "in_favour_of"),
    "participant.lapsed": ("registration_id", "was"),
    "participant.cancelled": ("registration_id", "by"),
    "participant.changed": ("registration_id", "size"),
    "participant.reassigned": ("registration_id",),
    "participant.asked": ("registration_id", "reconfirm_by"),
    "participant.reconfirmed": ("registration_id",),
    "participant.released": ("registration_id",),
    "participant.arrived": ("registration_id", "people", "meeting", "here"),
    "participant.arrival-undone": ("registration_id", "meeting"),
}
"""What of an event stands in its entry, by type; the gathering's own also hold its TERMS."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not follow from the rules; `n`: the entry it shows at."""

    n: int
    what: str


@dataclass
class Verdict:
    """What came of checking a trail against the rules. `decisions`: entries that follow from the rules."""

    decisions: int = 0
    findings: list[Finding] = field(default_factory=list)


def type_of(event: Event) -> str:
    """The type of an event as the trail writes it: `participant.offered` of `registration.participant.offered.v1`."""
    return event.event_type.removeprefix("registration.").rpartition(".")[0]


def data_of(event: Event) -> dict[str, Any]:
    """What of an event stands in its entry, as JSON has it."""
    fields = FIELDS.get(type_of(event), ())
    data: dict[str, Any] = event.model_dump(mode="json", include=set(fields), exclude_none=True)
    if type_of(event) in ("gathering.published", "gathering.changed"):
        data |= event.model_dump(mode="json", include={"gathering"}, exclude_none=True)["gathering"]
        data = {name: value for name, value in data.items() if name in (*fields, *TERMS)}
    return data


def check(entries: Sequence[Entry]) -> Verdict:
    """Make every decision again. Stops at the first that comes out otherwise: what follows rests on it. Where seats were kept for groups
    the trail does not say who belongs to them, so that decisions are followed and held against the limits of the rules."""
    verdict = Verdict()
    replay: _Replay | QuotaReplay = QuotaReplay() if any(one.data.get("kept") for one in entries) else _Replay()
    for index, entry in enumerate(entries):
        if entry.n != index + 1:
            verdict.findings.append(Finding(index + 1, f"Entry {index + 1} is missing."))
            break
        if entry.type not in FIELDS:
            continue
        try:
            wrong = replay.entry(entry, (entries[at] for at in range(index + 1, len(entries))))
        except Refused as refused:
            wrong = f"The rules refuse it: {refused.detail}"
        except (KeyError, TypeError, ValueError) as error:
            wrong = f"The entry can't be read: {type(error).__name__}."
        if wrong:
            verdict.findings.append(Finding(entry.n, wrong))
            break
        verdict.decisions += 1
    return verdict


class _Replay:
    """Follows a trail entry by entry: the ledger as the trail makes it so far, and the entries that have to come next."""

    def __init__(self) -> None:
        self._ledger: Ledger | None = None
        self._expected: deque[tuple[str, dict[str, Any]]] = deque()
        self._commitment: str | None = None

    def entry(self, entry: Entry, later: Iterable[Entry]) -> str | None:
        """Take one entry; what is wrong with it."""
        if not self._expected:
            wrong = self._replay(entry, later)
            if wrong or entry.type.startswith("gathering."):
                return wrong
        if not self._expected:
            return UNFOUNDED
        expected = self._expected.popleft()
        if expected != (entry.type, dict(entry.data)):
            return f"By the rules this had to be {expected[0]} {expected[1]}."
        return None

    def _replay(self, entry: Entry, later: Iterable[Entry]) -> str | None:
        """Find out what was asked for, ask for it again, and keep what has to come of it."""
        if entry.type == "gathering.published":
            self._commitment = entry.data.get("seed_commitment")
            self._ledger = Ledger("", GatheringState(terms_in(entry.data)))
            return None
        ledger = self._ledger
        if ledger is None:
            return "It comes before the gathering was published."
        if entry.type == "participant.passed-over":
            # It comes before the group that got the seats: what was asked for stands there.
            entry = next((one for one in later if one.type != "participant.passed-over"), entry)
        if entry.type == "gathering.drawn" and (wrong := wrong_draw(self._commitment, ledger.queue, entry.data)):
            return wrong
        if entry.type == "participant.registered" and (wrong := wrong_deadline(ledger.terms, entry)):
            return wrong
        _, steps = carry_out(ledger, self._decision(ledger, entry))
        events = [step for step in steps if isinstance(step, Event)]
        self._expected += [(type_of(event), data_of(event)) for event in events if type_of(event) in FIELDS]
        return None

    def _decision(self, ledger: Ledger, entry: Entry) -> Steps[Any]:
        """The decision that this entry belongs to, made again."""
        now, data, id = entry.at, entry.data, entry.data.get("registration_id", "")
        match entry.type:
            case "gathering.changed":
                yield from seating.adopt(ledger, terms_in(data), now)
            case "gathering.cancelled":
                yield ledger.with_state(status="cancelled")
            case "gathering.drawn":
                yield from drawing.draw(ledger, bytes.fromhex(data["seed"]), now)
            case "participant.registered":
                yield from seating.register(ledger, _group(id, data["size"]), now, moment(data, "confirm_by"))
            case "participant.extended":
                by = datetime.fromisoformat(data["confirm_by"])
                yield from confirming.extend(ledger, id, by - ledger.terms.confirm)
            case "participant.confirmed":
                yield from (confirming.accept if data["by"] == "acceptance" else confirming.confirm)(ledger, id, now)
            case "participant.waiting":
                yield from confirming.confirm(ledger, id, now)
            case "participant.cancelled":
                yield from seating.cancel(ledger, id, now, data["by"])
            case "participant.changed":
                yield from group_changes.change(ledger, _group(id, data["size"]), now, announce=True)
            case "participant.reassigned":
                yield from group_changes.reassign(ledger, id, now)
            case "participant.reconfirmed":
                yield from confirming.reconfirm(ledger, id, now)
            case "participant.arrived":
                yield from seating.arrive(
                    ledger, id, now, data.get("here", data.get("people")), data.get("meeting", "")
                )
            case "participant.arrival-undone":
                yield from seating.arrive(ledger, id, now, 0, data.get("meeting", ""))
            case _:
                yield from lapse(ledger, now)


def _group(id: str, size: int) -> Group:
    """Language and channel play no part in who gets seats."""
    return Group(id, size, "", "web")
