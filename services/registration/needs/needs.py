"""What has to be ordered for a gathering: support by kind, what was answered, and the languages of those who come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import pick
from chassis.text.spreadsheets import guarded
from services.registration.domain.answers import Summed
from services.registration.domain.demand import Count
from services.registration.domain.ledger import Ledger
from services.registration.domain.questions import Question
from services.registration.json_values import as_json
from services.registration.needs.answer_sums import AnswerSums
from services.registration.needs.repository import OrderRepository
from services.registration.questions.answering import questions_of_state
from services.registration.questions.wording import NO, YES, Wording, for_readers
from services.registration.seats.documents import STATUSES, Answer
from services.registration.seats.repository import SeatLedgers

SEATED = frozenset(("unconfirmed", "confirmed", "offered", "arrived"))
COLUMNS = (
    "id",
    "label",
    "capacity",
    "counts",
    "granted_groups",
    "granted_people",
    "waiting_groups",
    "waiting_people",
    "request_until",
    "languages",
)


class Needs:
    """The summary for whoever orders interpreters, childcare and the like."""

    def __init__(self, ledgers: SeatLedgers, orders: OrderRepository, sums: AnswerSums) -> None:
        self._ledgers = ledgers
        self._orders = orders
        self._sums = sums

    async def summary(self, scope: TenantScope, gathering_id: str, *, special: bool = False) -> dict[str, Any]:
        """What people need at a gathering. `support`: of each offer what is granted, in line and remembered for those who have no
        seats yet (groups, people), by language; `order`: how many of it to order now (groups or people, as its limit counts; None
        while one may still ask), `ordered` how many were, as far as somebody noted it. `languages`: groups and people with seats.
        `questions`: what those with seats answered, with `special` also what few may see. Raises Problem 404."""
        summary = await self._ledgers.derived(scope, gathering_id, _summary)
        ordered = await self._orders.numbers(scope, [gathering_id])
        support = [{**one, "ordered": ordered.get((gathering_id, one["id"]))} for one in summary["support"]]
        questions = await self._questions(scope, gathering_id, summary["seated"], special)
        return {"support": support, "languages": summary["languages"], "questions": questions}

    async def order(
        self, scope: TenantScope, gathering_id: str, support: str, number: int, now: datetime
    ) -> dict[str, Any]:
        """Note that so many of a kind of support are ordered now; saying it again changes nothing. Raises Problem 404."""
        if support not in await self._ledgers.view(scope, gathering_id, to_order):
            raise not_found("kind of support")
        noted = await self._orders.note(scope, gathering_id, support, number, now)
        return {"id": noted.support, "ordered": noted.number}

    async def _questions(
        self, scope: TenantScope, gathering_id: str, seated: frozenset[str], special: bool
    ) -> list[dict[str, Any]]:
        """Sum up what was answered by those with seats."""
        questions = questions_of_state(await self._ledgers.state(scope, gathering_id))
        if not questions:
            return []
        sums = await self._sums.by_question(scope, gathering_id, questions, seated)
        return [
            _answered(question, sums[id])
            for id, question in for_readers(questions, special).items()
            if question.asked or sums[id].answered
        ]


def _summary(ledger: Ledger) -> Answer:
    present = ledger.counts.demand.present()
    return {
        "support": [_support_row(ledger, as_json(offer)) for offer in ledger.state.facts["support"]],
        "languages": {language: asdict(count) for language, count in present.items()},
        "seated": frozenset(id for id, claim in ledger.claims.items() if claim.status in SEATED),
    }


def _answered(question: Question, counts: Summed) -> dict[str, Any]:
    """What was answered to one question. Texts and days are counted alone; they stand in the list."""
    words = {"true": {}, "false": {}} if question.kind == "boolean" else question.choices
    chosen = [
        {"id": id, "label": dict(label), "count": counts.chosen[id], "offered": id not in question.gone}
        for id, label in words.items()
        if id not in question.gone or counts.chosen[id]
    ]
    return {
        "id": question.id,
        "label": dict(question.label),
        "kind": question.kind,
        "per": "person" if question.each else "group",
        "asked": question.asked,
        "answered": counts.answered,
        "total": _plain(counts.total) if question.kind == "number" else None,
        "chosen": chosen,
    }


def _plain(total: int | Fraction) -> int | float:
    return int(total) if total.denominator == 1 else float(total)


def _option(option: dict[str, Any], wording: Wording) -> str:
    if option["label"]:
        return pick(option["label"], wording.language)[0]
    return wording.say(YES if option["id"] == "true" else NO)


def _support_row(ledger: Ledger, offer: dict[str, Any]) -> dict[str, Any]:
    by_language: dict[str, dict[str, Count]] = {
        status: ledger.counts.demand.wished(offer["id"], status) for status in STATUSES.values()
    }
    sums = {status: _sum(counts.values()) for status, counts in by_language.items()}
    spoken = {language: count.people for language, count in by_language["granted"].items()}
    return {**offer, **sums, "languages": spoken, "order": _order(ledger, offer)}


def to_order(ledger: Ledger) -> dict[str, int | None]:
    """How many of each kind of support to order now (groups or people, as its limit counts); None while one may still ask."""
    return {offer["id"]: _order(ledger, offer) for offer in ledger.state.facts["support"]}


def _order(ledger: Ledger, offer: Mapping[str, Any]) -> int | None:
    if offer["id"] not in ledger.state.closed and offer.get("request_until"):
        return None
    return _sum(ledger.counts.demand.wished(offer["id"], "granted").values())[offer.get("counts", "groups")]


def _sum(counts: Iterable[Count]) -> dict[str, int]:
    counts = list(counts)
    return {"groups": sum(count.groups for count in counts), "people": sum(count.people for count in counts)}


def as_csv(needs: dict[str, Any], wording: Wording) -> str:
    """Write the needs as a table, for spreadsheets (semicolons, as German ones expect), safe against formulas. What was answered follows
    the support, a row for each option."""
    lines = io.StringIO()
    table = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for offer in needs["support"]:
        label = pick(offer["label"], wording.language)[0]
        spoken = ", ".join(f"{code}: {people}" for code, people in offer["languages"].items())
        granted, waiting = offer["granted"], offer["waiting"]
        row = (
            offer["id"],
            label,
            offer["capacity"],
            offer["counts"],
            granted["groups"],
            granted["people"],
            waiting["groups"],
            waiting["people"],
            offer["request_until"],
            spoken,
        )
        table.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row])
    for question in needs["questions"]:
        words = pick(question["label"], wording.language)[0]
        counted = [
            (f"{question['id']}.{option['id']}", _option(option, wording), option["count"])
            for option in question["chosen"]
        ]
        total = question["answered"] if question["total"] is None else question["total"]
        for id, answer, count in counted or [(question["id"], "", total)]:
            people = ("", count) if question["per"] == "person" else (count, "")
            label = f"{words}: {answer}" if answer else words
            table.writerow([guarded(id), guarded(label), "", "answers", *people, "", "", "", ""])
    return "\ufeff" + lines.getvalue()
