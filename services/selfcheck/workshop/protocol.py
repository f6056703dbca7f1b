"""The protocol of a workshop as a tagged PDF: who took part as numbers, what was discussed with its spread, what was agreed.

It is made of what the result, the board and the votes show, so it can't tell what they hide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chassis.documents.typeset import Template
from chassis.text.languages import format_datetime, format_day, pick
from disclosure.result import Result
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.results.schemas import OwnResult
from services.selfcheck.workshop.protocol_words import WORDS

TEMPLATE = Template(Path(__file__).with_name("protocol.typ"))
NONE = "–"


@dataclass(frozen=True)
class Protocol:
    """What a protocol is made of: the board as shown, the result, the measures; `votes`: closed ones as `(words, rows of option,
    chosen, rank)`; `own`: what was answered to the municipality's own questions, where it asked any."""

    municipality: str
    language: str
    as_of: datetime
    board: Mapping[str, Any]
    questionnaire: Questionnaire
    result: Result
    measures: Sequence[Mapping[str, Any]]
    votes: Sequence[tuple[str, Sequence[Sequence[str]]]] = ()
    own: OwnResult | None = None


def pdf(protocol: Protocol) -> bytes:
    """Set the protocol as PDF/UA-1. Takes some 0.2 s of processor time: call it in a thread."""
    words, language, board = WORDS[protocol.language], protocol.language, protocol.board
    low, high = board["levels"]
    titles = _titles(protocol)
    moments = [
        words[key].format(format_datetime(datetime.fromisoformat(board[f"{key}_at"]), language))
        for key in ("revealed", "closed")
        if board[f"{key}_at"]
    ]
    data: dict[str, Any] = {
        "words": words,
        "language": language,
        "municipality": protocol.municipality,
        "note": " ".join([words["note"], *_left_out(protocol), *_official(protocol)]),
        "title": f"{words['title']}: {pick(board['title'], language)[0]}",
        "when": ", ".join(moments) + ".",
        "as_of": words["as_of"].format(format_datetime(protocol.as_of, language)),
        "people": _people(protocol),
        "scores": _scores(protocol),
        "scores_header": [words["field"], *titles.values(), words["all"], words["consensus_score"], words["coverage"]],
        "scores_note": words["scores_note"],
        "agenda": _agenda(protocol),
        "agenda_header": [words["agenda_question"], words["agenda_outcome"]],
        "levels": " · ".join(f"{level} {label}" for level, label in _levels(protocol).items()),
        "spread_header": [words["spread"], *(str(level) for level in range(low, high + 1))],
        "questions": [_question(protocol, entry) for entry in _entries(protocol) if entry["consensus"]],
        "own": _own(protocol),
        "own_header": [words["own_question"], *titles.values(), words["all"], words["own_people"]],
        "votes": [{"words": outcome, "rows": [list(row) for row in rows]} for outcome, rows in protocol.votes],
        "votes_header": [words["option"], words["chosen"], words["rank"]],
        "measures": [_measure(protocol, one) for one in protocol.measures],
        "measures_header": [words["measure"], words["field"], words["owner"], words["due"], words["status"]],
    }
    return TEMPLATE.pdf(data)


def _titles(protocol: Protocol) -> dict[str, str]:
    """The perspectives by id."""
    return {one["id"]: pick(one["title"], protocol.language)[0] for one in protocol.board["perspectives"]}


def _levels(protocol: Protocol) -> dict[int, str]:
    """What each level stands for."""
    scale = protocol.questionnaire.scale
    return {scale.min + step: pick(label, protocol.language)[0] for step, label in enumerate(scale.labels)}


def _people(protocol: Protocol) -> list[list[str]]:
    """The people who took part, as the result shows them: a number of its own here could tell by subtraction what is hidden there."""
    node = protocol.result["overall"]
    rows = [[title, _number(node["perspectives"][id]["answered"])] for id, title in _titles(protocol).items()]
    return [*rows, [WORDS[protocol.language]["all"], _number(node["answered"])]]


def _scores(protocol: Protocol) -> list[list[str]]:
    nodes = [
        (pick(field.title, protocol.language)[0], protocol.result["fields"][field.id])
        for field in protocol.questionnaire.fields
    ]
    nodes.append((WORDS[protocol.language]["overall"], protocol.result["overall"]))
    return [
        [
            title,
            *(_number(node["perspectives"][id]["score"]) for id in _titles(protocol)),
            _number(node["score"]),
            _number(node["consensus_score"]),
            _percent(node["coverage"]),
        ]
        for title, node in nodes
    ]


def _agenda(protocol: Protocol) -> list[list[str]]:
    """The chosen questions in their order, each with its outcome."""
    entries = {entry["id"]: entry for entry in _entries(protocol)}
    chosen = [entries[id] for id in protocol.board["agenda"]["questions"] if id in entries]
    return [
        [f"{number}. {_text(protocol, entry)}", _outcome(protocol, entry["consensus"])]
        for number, entry in enumerate(chosen, 1)
    ]


def _entries(protocol: Protocol) -> list[Mapping[str, Any]]:
    """All questions that were talked about or could have been, the municipality's own last."""
    return [*protocol.board["questions"], *protocol.board["own_questions"]]


def _text(protocol: Protocol, entry: Mapping[str, Any]) -> str:
    text = pick(entry["text"], protocol.language)[0]
    return f"{text} ({WORDS[protocol.language]['own_mark']})" if entry["own"] else text


def _own(protocol: Protocol) -> dict[str, Any] | None:
    """The municipality's own questions, as they are shown: each by perspective, and nothing made of them."""
    own_result, words = protocol.own, WORDS[protocol.language]
    if own_result is None:
        return None
    return {
        "title": words["own"].format(pick(own_result["title"], protocol.language)[0]),
        "note": " ".join([words["own_note"], words["note"]]),
        "rows": [
            [
                pick(one["text"], protocol.language)[0],
                *(_number(one["perspectives"][id]["score"]) for id in _titles(protocol)),
                _number(one["score"]),
                _number(one["answered"]),
            ]
            for one in own_result["questions"]
        ],
    }


def _outcome(protocol: Protocol, consensus: Mapping[str, Any] | None) -> str:
    words = WORDS[protocol.language]
    if consensus is None:
        return words["not_recorded"]
    level = consensus["level"]
    if level is None:
        return words["no_consensus"]
    return words["consensus"].format(level=level, words=_levels(protocol)[level])


def _question(protocol: Protocol, entry: Mapping[str, Any]) -> dict[str, Any]:
    words, language, titles = WORDS[protocol.language], protocol.language, _titles(protocol)
    low, high = protocol.board["levels"]
    consensus = entry["consensus"]
    spread = [
        [titles[id], *(str(number) for number in people)]
        if people
        else [f"{titles[id]} ({words['hidden']})", *[NONE] * (high - low + 1)]
        for id, people in entry["spreads"].items()
    ]
    title = (
        protocol.own["title"] if entry["own"] and protocol.own else protocol.questionnaire.field(entry["field"]).title
    )
    return {
        "text": _text(protocol, entry),
        "field": pick(title, language)[0],
        "spread": spread,
        "consensus": _outcome(protocol, consensus),
        "reason": consensus["reason"],
    }


def _measure(protocol: Protocol, measure: Mapping[str, Any]) -> list[str]:
    due = measure["due"]
    return [
        measure["title"],
        pick(protocol.questionnaire.field(measure["field"]).title, protocol.language)[0],
        measure["owner"] or NONE,
        format_day(date.fromisoformat(due), protocol.language) if due else NONE,
        WORDS[protocol.language][measure["status"]],
    ]


def _left_out(protocol: Protocol) -> list[str]:
    """Whose view is not counted, in words."""
    words, left_out = WORDS[protocol.language], protocol.result["overall"].get("left_out", {})
    return [words[f"left_out_{how}"].format(_titles(protocol)[view]) for view, how in left_out.items()]


def _official(protocol: Protocol) -> list[str]:
    """Which answers are those of institutions."""
    titles = _titles(protocol)
    return [
        WORDS[protocol.language]["official"].format(titles[one["id"]])
        for one in protocol.board["perspectives"]
        if one["speaks"] == "institution"
    ]


def _number(value: float | None) -> str:
    return NONE if value is None else str(value)


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value * 100:.0f} %"
