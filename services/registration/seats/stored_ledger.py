"""How a seat ledger stands in its gathering's document: short keys, because claims are many and every write carries them.

`claims.<registration>`: `n` size, `t` turn, `s` seated, `c` confirmed, `u` deadline, `a` how many came, `w` since when,
`k` asked once more, `l` language and `h` by which way it came, `p` wishes for support as (support, first letter of the status, turn), `f` the first answer for repeats of
the request that made it. `gone.<registration>`: `s` how it ended, `f`, `t` when, `l`, `h` and `p` the support it wished for, until the retention rule has been applied to it. `booked`: (support, booked, waiting) of each offer that is wished for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from contracts.registration import SupportStatus
from services.registration.domain.seats import Claim, Ledger, Offer, Reconfirm, Terms, Wish

STATUSES: dict[str, SupportStatus] = {"g": "granted", "w": "waiting", "s": "with_seat", "r": "refused"}
LETTERS = {status: letter for letter, status in STATUSES.items()}


def to_claim(stored: Document) -> Claim:
    wishes = tuple(Wish(id, STATUSES[letter], turn) for id, letter, turn in stored.get("p", ()))
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
    )


def from_claim(claim: Claim, first: Any) -> Document:
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
    if claim.asked:
        stored["k"] = True
    if claim.wishes:
        stored["p"] = [[wish.support, LETTERS[wish.status], wish.turn] for wish in claim.wishes]
    if first is not None:
        stored["f"] = first
    return stored


def ended(stored: Document, lapsed: bool, first: Any, now: datetime) -> Document:
    """What is kept of a claim that ended, from how it was `stored`: lists are filtered by it."""
    said: Document = {name: stored[name] for name in ("l", "h") if name in stored}
    wishes = [wish[0] for wish in stored.get("p", ())]
    kept: Document = {"s": "lapsed" if lapsed else "cancelled", "f": first, "t": now, **said}
    return kept | ({"p": wishes} if wishes else {})


def terms_of(facts: Document) -> Terms:
    """What the gathering's facts say about giving out seats and support."""
    offers = tuple(
        Offer(offer["id"], offer.get("capacity"), offer.get("counts", "groups"), offer.get("request_until"))
        for offer in facts["support"]
    )
    asking = facts.get("reconfirm")
    reconfirm = (
        Reconfirm(timedelta(hours=asking["hours_before"]), timedelta(hours=asking["hours_to_answer"]))
        if asking
        else None
    )
    return Terms(facts["capacity"], timedelta(hours=facts["offer_hours"]), facts["starts_at"], offers, reconfirm)


def ledger_of(document: Document) -> Ledger:
    """The ledger as stored."""
    return Ledger(
        document["_id"],
        terms_of(document["facts"]),
        {id: to_claim(stored) for id, stored in document["claims"].items()},
        document["next_turn"],
        document.get("asked", False),
        frozenset(document.get("closed", ())),
        document["status"] == "published",
        allocation=document["facts"]["allocation"],
        drawn=document.get("drawn_at") is not None,
    )


def totals(ledger: Ledger) -> Document:
    """What is told of the ledger without reading its claims."""
    book = ledger.support
    wished = [id for id in book.offers if book.booked[id] or book.lines.get(id)]
    return {
        "next_turn": ledger.next_turn,
        "taken": ledger.taken,
        "waiting": ledger.waiting,
        "booked": [[id, book.booked[id], len(book.lines.get(id) or ())] for id in wished],
    }


def after(document: Document, change: Change, records: dict[str, Document]) -> Document:
    """The document as it stands after a committed change, so that the next round need not read it."""
    claims, gone = document["claims"], document.setdefault("gone", {})
    for path, value in change.set.items():
        group, _, id = path.partition(".")
        if not id:
            document[path] = value
        elif group == "claims":
            claims[id] = value
        elif group == "gone":
            gone[id] = value
    for path in change.unset:
        group, _, id = path.partition(".")
        if group == "claims":
            claims.pop(id, None)
        else:
            document.pop(path, None)
    document.setdefault("requests", {}).update(records)
    return document


def support_shown(document: Document) -> list[dict[str, Any]]:
    """The offers with what is booked of them (groups or people) and how many groups are in line, as anyone may see them."""
    known = {id: (booked, waiting) for id, booked, waiting in document.get("booked") or ()}
    return [
        {**offer, "booked": known.get(offer["id"], (0, 0))[0], "waiting": known.get(offer["id"], (0, 0))[1]}
        for offer in document["facts"]["support"]
    ]
