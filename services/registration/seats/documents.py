"""How a seat ledger stands in its gathering's document: short keys, because claims are many and every write carries them.

`claims.<registration>`: `n` size, `t` turn, `s` seated, `c` confirmed, `u` deadline, `a` how many came, `w` since when, `k` asked
once more, `l` language and `h` by which way it came, `p` wishes for support (`0g12 3w15`: number of the support in `support_ids`,
first letter of the status, turn; lists of the three in documents of before), `f` the first answer for repeats of the request that made it, `o` where an unconfirmed group came from,
`q` the quota it declared, as long as that keeps seats, `i` the invitation it came by (its number), until the gathering is over, `v` how many came to which of several meetings. `gone.<registration>`: `s` how it ended, `f`, `t` when, `l`, `h` and `p` the
support it wished for, until the retention rule has been applied to it; all but the newest stand in `ended_claims`, in the same
form. `support_ids`: every kind of support that anybody ever wished for, and every invitation that anybody came by; only added to. `booked`: (support, booked, waiting) of each offer that is wished for. `kept`: (quota, seats left of it) of each quota; `released`: those that ended.
`came_by`: (invitation, counts as they may be told: groups and people), once the gathering is over. `left`: who was there and
cancelled later: groups, people, and (meeting, groups, people) of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chassis.storage.mongo import Document
from contracts.registration import SupportStatus
from services.registration.domain.claim import Claim, EndedClaim, Wish
from services.registration.domain.ended_counts import EndedCount
from services.registration.domain.invitations import Count, ShownCounts
from services.registration.domain.ledger import GatheringState, Ledger
from services.registration.domain.terms import terms_of

Answer = dict[str, Any]
STATUSES: dict[str, SupportStatus] = {"g": "granted", "w": "waiting", "s": "with_seat", "r": "refused"}
LETTERS = {status: letter for letter, status in STATUSES.items()}
_WISH = re.compile(r"(\d+)([a-z])(\d+)")


def to_claim(stored: Document, support_ids: Sequence[str] = ()) -> Claim:
    """Read a stored claim. `support_ids`: those of the gathering; without them wishes are named by their numbers."""
    wishes = tuple(_wishes(stored.get("p", ()), support_ids))
    return Claim(
        stored["n"],
        stored["t"],
        stored["s"],
        stored["c"],
        stored.get("u"),
        stored.get("a", 0),
        stored.get("w"),
        stored.get("k", False),
        wishes,
        stored.get("l", ""),
        stored.get("h", "web"),
        tuple(stored.get("o", ())),
        stored.get("q", ""),
        _named(stored["i"], support_ids) if "i" in stored else "",
        tuple((id, arrived) for id, arrived in stored.get("v", ())),
    )


def _wishes(stored: Any, support_ids: Sequence[str]) -> Iterator[Wish]:
    if not isinstance(stored, str):
        yield from (Wish(id, STATUSES[letter], turn) for id, letter, turn in stored)
        return
    for wish in stored.split():
        number, letter, turn = _WISH.fullmatch(wish).groups()  # type: ignore[union-attr]  # of our own making
        yield Wish(_named(int(number), support_ids), STATUSES[letter], int(turn))


def _named(number: int, ids: Sequence[str]) -> str:
    return ids[number] if number < len(ids) else str(number)


def from_claim(claim: Claim, first: Any, numbers: dict[str, int]) -> Document:
    """Write a claim as it is stored. `first`: as `from_first` gives it. `numbers`: of kinds of support and invitations; new ones are added."""
    stored: Document = {
        "n": claim.size,
        "t": claim.turn,
        "s": claim.seated,
        "c": claim.confirmed,
        "l": claim.language,
        "h": claim.channel,
    }
    if claim.until is not None:
        stored["u"] = claim.until
    if claim.arrived:
        stored |= {"a": claim.came, "w": claim.came_at}
    if claim.came_to:
        stored["v"] = [list(one) for one in claim.came_to]
    if claim.asked:
        stored["k"] = True
    if claim.wishes:
        stored["p"] = " ".join(
            f"{_number(wish.support, numbers)}{LETTERS[wish.status]}{wish.turn}" for wish in claim.wishes
        )
    if claim.origins:
        stored["o"] = list(claim.origins)
    if claim.quota:
        stored["q"] = claim.quota
    if claim.invitation:
        stored["i"] = _number(claim.invitation, numbers)
    if first is not None:
        stored["f"] = first
    return stored


def to_ended(stored: Document) -> EndedClaim:
    support = tuple(stored.get("p", ()))
    return EndedClaim(stored["s"], stored.get("t"), stored.get("l", ""), stored.get("h", "web"), support)


def from_ended(ended: EndedClaim, first: Any) -> Document:
    """Write an ended claim as it is stored. `first`: as `from_first` gives it."""
    stored: Document = {"s": ended.status, "f": first}
    if ended.at is None:
        return stored
    stored |= {"t": ended.at, "l": ended.language, "h": ended.channel}
    return stored | ({"p": list(ended.support)} if ended.support else {})


def to_first(stored: Any, id: str, support_ids: Sequence[str]) -> Answer:
    """The first answer to a registration, as it was given."""
    if isinstance(stored, str):
        return {"id": id, "status": stored}
    answer = {"id": id, **stored}
    if isinstance(answer.get("support_status"), str):
        status: dict[str, Any] = {}
        for wish in _wishes(answer["support_status"], support_ids):
            status[wish.support] = {"status": wish.status} | ({"position": wish.turn} if wish.turn else {})
        answer["support_status"] = status
    return answer


def from_first(first: Answer, numbers: dict[str, int]) -> Any:
    """A first answer as it is stored: most say nothing but a status; wishes are written as in claims, with positions for turns."""
    answer = {name: value for name, value in first.items() if name != "id"}
    if "support_status" in answer:
        answer["support_status"] = " ".join(
            f"{_number(id, numbers)}{LETTERS[wish['status']]}{wish.get('position', 0)}"
            for id, wish in answer["support_status"].items()
        )
    return answer["status"] if answer.keys() == {"status"} else answer


def _number(id: str, numbers: dict[str, int]) -> int:
    return numbers.setdefault(id, len(numbers))


FIELDS: dict[str, Callable[[GatheringState], Any]] = {
    "next_turn": lambda state: state.next_turn,
    "asked": lambda state: state.asked,
    "closed": lambda state: sorted(state.closed),
    "drawn_at": lambda state: state.drawn_at,
    "seed": lambda state: state.seed,
    "seed_commitment": lambda state: state.seed_commitment,
    "attended_at": lambda state: state.attended_at,
    "facts": lambda state: dict(state.facts),
    "revision": lambda state: state.revision,
    "withdrawn": lambda state: list(state.withdrawn),
    "former_questions": lambda state: list(state.former_questions),
    "forget_at": lambda state: state.forget_at,
    "forgotten_at": lambda state: state.forgotten_at,
    "changed_at": lambda state: state.changed_at,
    "released": lambda state: sorted(state.released) or None,
    "left": lambda state: _to_stored_left(state.left),
    "came_by": lambda state: [[id, _to_stored_counts(told)] for id, told in sorted(state.came_by.items())] or None,
}
"""Where what commands change of a gathering is stored."""


def to_state(document: Document) -> GatheringState:
    return GatheringState(
        terms_of(document["facts"]),
        document["status"],
        document["next_turn"],
        document.get("asked", False),
        frozenset(document.get("closed", ())),
        document.get("drawn_at"),
        document.get("seed"),
        document.get("seed_commitment"),
        document.get("attended_at"),
        document["facts"],
        document.get("revision", 0),
        document.get("series"),
        tuple(document.get("withdrawn") or ()),
        tuple(document.get("former_questions") or ()),
        document.get("forget_at"),
        document.get("forgotten_at"),
        document.get("changed_at"),
        frozenset(document.get("released") or ()),
        {id: _from_stored_counts(counts) for id, counts in document.get("came_by") or ()},
        _from_stored_left(document.get("left")),
    )


def changed_fields(before: GatheringState, after: GatheringState) -> Document:
    """The stored fields that are different after a change of the state."""
    if before is after:
        return {}
    values = ((name, read(before), read(after)) for name, read in FIELDS.items())
    return {name: new for name, old, new in values if new != old}


def _to_stored_left(left: EndedCount) -> list[Any] | None:
    return [left.groups, left.people, [list(one) for one in left.meetings]] if left.groups else None


def _from_stored_left(stored: list[Any] | None) -> EndedCount:
    if not stored:
        return EndedCount()
    groups, people, meetings = stored
    return EndedCount(groups, people, tuple((id, *counted) for id, *counted in meetings))


def _to_stored_counts(shown_counts: ShownCounts) -> Document:
    return {name: None if one is None else [one.groups, one.people] for name, one in shown_counts.items()}


def _from_stored_counts(stored: Document) -> ShownCounts:
    return {name: None if one is None else Count(*one) for name, one in stored.items()}


def ledger_of(document: Document) -> Ledger:
    """The ledger as stored."""
    support_ids = document.get("support_ids", ())
    return Ledger(
        document["_id"],
        to_state(document),
        {id: to_claim(stored, support_ids) for id, stored in document["claims"].items()},
        {id: to_ended(stored) for id, stored in document["gone"].items()},
    )


def totals(ledger: Ledger) -> Document:
    """What is told of the ledger without reading its claims."""
    support = ledger.support
    wished = [id for id in support.offers if support.booked[id] or support.waiting(id)]
    counted: Document = {
        "taken": ledger.counts.taken,
        "waiting": ledger.counts.waiting,
        "booked": [[id, support.booked[id], support.waiting(id)] for id in wished],
    }
    if ledger.terms.quotas:
        counted["kept"] = [[one.id, ledger.kept_seats(one.id)] for one in ledger.terms.quotas]
    return counted


def head_of(ledger: Ledger) -> Document:
    """A gathering's document without claims, as the ledger stands now, stored or not."""
    state = ledger.state
    fields = {name: read(state) for name, read in FIELDS.items()}
    present = {name: value for name, value in fields.items() if value is not None}
    series = {"series": state.series} if state.series else {}
    return {"_id": ledger.id, "status": state.status, **present, **series, **totals(ledger)}
