"""What has to be ordered for a gathering: support by kind, and the languages of those who come."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from chassis.aggregates import Aggregates
from chassis.mongo import Document
from chassis.tenancy import TenantScope
from services.registration.gatherings.gatherings import plain
from services.registration.seats.ledgers import Ledgers
from services.registration.seats.stored_ledger import to_claim

COLUMNS = ("id", "label", "capacity", "counts", "granted_groups", "granted_people", "waiting_groups", "waiting_people", "request_until", "languages")  # fmt: skip


class Needs:
    """The summary for whoever orders interpreters, childcare and the like."""

    def __init__(self, registrations: Aggregates, ledgers: Ledgers) -> None:
        self._all = registrations
        self._ledgers = ledgers

    async def of(self, scope: TenantScope, gathering_id: str) -> dict[str, Any]:
        """`support`: of each offer what is granted, in line and remembered for those who have no seats yet (groups, people), by
        language; `order`: how many of it to order now (groups or people, as its limit counts; None while one may still ask).
        `languages`: groups and people with seats. Raises Problem 404."""
        gathering = await self._ledgers.snapshot(scope, gathering_id)
        condition = scope.filter(gathering=gathering_id, _id={"$in": list(gathering["claims"])})
        found = await self._all.collection.find(condition, {"language": 1}).to_list(None)
        return summary(gathering, {one["_id"]: one["language"] for one in found})


def summary(gathering: Document, languages: dict[str, str]) -> dict[str, Any]:
    """The needs of a gathering as stored; `languages` by registration."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    spoken: dict[str, Counter[str]] = {}
    present: dict[str, Counter[str]] = {}
    for id, stored in gathering["claims"].items():
        claim, language = to_claim(stored), languages.get(id, "")
        if claim.seated:
            present.setdefault(language, Counter()).update(groups=1, people=claim.size)
        for support, status in claim.support_status.items():
            counts.setdefault((support, status), Counter()).update(groups=1, people=claim.size)
            if status == "granted":
                spoken.setdefault(support, Counter())[language] += claim.size
    closed = set(gathering.get("closed") or ())
    return {
        "support": [_row(plain(offer), counts, spoken.get(offer["id"], Counter()), offer["id"] in closed or not offer.get("request_until")) for offer in gathering["facts"]["support"]],
        "languages": {language: dict(count) for language, count in sorted(present.items())},
    }  # fmt: skip


def _row(
    offer: dict[str, Any], counts: dict[tuple[str, str], Counter[str]], spoken: Counter[str], settled: bool
) -> dict[str, Any]:
    def of(status: str) -> dict[str, int]:
        counted = counts.get((offer["id"], status), Counter())
        return {"groups": counted["groups"], "people": counted["people"]}

    granted = of("granted")
    return {
        **offer, "granted": granted, "waiting": of("waiting"), "with_seat": of("with_seat"), "refused": of("refused"),
        "languages": dict(sorted(spoken.items())), "order": granted[offer.get("counts", "groups")] if settled else None,
    }  # fmt: skip


def as_csv(needs: dict[str, Any], language: str) -> str:
    """The same as a table, for spreadsheets (semicolons, as German ones expect), safe against formulas."""
    lines = io.StringIO()
    table = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in needs["support"]:
        label = one["label"].get(language) or next(iter(one["label"].values()))
        spoken = ", ".join(f"{code}: {people}" for code, people in one["languages"].items())
        granted, waiting = one["granted"], one["waiting"]
        row = (
            one["id"], label, one["capacity"], one["counts"], granted["groups"], granted["people"], waiting["groups"], waiting["people"],
            one["request_until"], spoken,
        )  # fmt: skip
        table.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return "\ufeff" + lines.getvalue()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
