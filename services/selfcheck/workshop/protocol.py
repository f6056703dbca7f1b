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

TEMPLATE = Template(Path(__file__).with_name("protocol.typ"))
WORDS: dict[str, dict[str, str]] = {
    "de": {
        "title": "Protokoll",
        "revealed": "Aufgedeckt am {}",
        "closed": "abgeschlossen am {}",
        "as_of": "Stand: {}",
        "people": "Wer teilgenommen hat",
        "perspective": "Sichtweise",
        "answered": "Menschen, die geantwortet haben",
        "all": "Alle",
        "note": "Ein Strich steht, wo zu wenige Menschen geantwortet haben oder wo es keinen Wert gibt.",
        "left_out_all": "Die Sicht „{}“ zählt nicht mit: zu wenige Antworten.",
        "left_out_some": "Die Sicht „{}“ zählt nur zum Teil mit: Bei manchen Fragen gibt es zu wenige Antworten.",
        "official": "„{}“ ist die offizielle Antwort einer Einrichtung.",
        "scores": "Werte",
        "scores_note": "Von 0 bis 100, aus den Antworten. „Mit Konsens“: der Wert, wenn vereinbarte Stufen an die Stelle der Antworten treten.",
        "field": "Handlungsfeld",
        "consensus_score": "Mit Konsens",
        "coverage": "Abdeckung",
        "overall": "Gesamt",
        "agenda": "Für den Workshop ausgewählte Fragen",
        "agenda_question": "Frage",
        "agenda_outcome": "Ergebnis",
        "not_recorded": "nichts festgehalten",
        "discussed": "Besprochene Fragen",
        "nothing": "Es wurde nichts festgehalten.",
        "consensus": "Konsens: Stufe {level} ({words})",
        "no_consensus": "Kein Konsens",
        "spread": "Menschen je Stufe",
        "hidden": "zu wenige",
        "votes": "Abstimmungen",
        "option": "Zur Wahl",
        "chosen": "Gewählt von",
        "rank": "Mittlerer Rang",
        "own": "Eigene Fragen, nicht verglichen: {}",
        "own_question": "Frage",
        "own_mark": "eigene Frage, nicht verglichen",
        "own_note": "Diese Fragen hat nur diese Kommune gestellt. Die Werte von 0 bis 100 gehen in keinen anderen Wert ein und werden mit nichts verglichen.",
        "own_people": "Menschen",
        "measures": "Vereinbarte Maßnahmen",
        "no_measures": "Es ist noch keine Maßnahme vereinbart.",
        "measure": "Maßnahme",
        "owner": "Wer sich kümmert",
        "due": "Bis wann",
        "status": "Stand",
        "planned": "geplant",
        "started": "begonnen",
        "done": "erledigt",
        "dropped": "aufgegeben",
    },
    "en": {
        "title": "Protocol",
        "revealed": "Revealed on {}",
        "closed": "closed on {}",
        "as_of": "As of {}",
        "people": "Who took part",
        "perspective": "Perspective",
        "answered": "People who answered",
        "all": "All",
        "note": "A dash stands where too few people answered to be shown, or where there is no figure.",
        "left_out_all": "The view “{}” is not counted: too few answers.",
        "left_out_some": "The view “{}” is counted only in part: some questions have too few answers.",
        "official": "“{}” is the official answer of an institution.",
        "scores": "Scores",
        "scores_note": "From 0 to 100, from the answers. “With consensus”: the score if agreed levels stand in for the answers.",
        "field": "Field of action",
        "consensus_score": "With consensus",
        "coverage": "Coverage",
        "overall": "Overall",
        "agenda": "Questions chosen for the workshop",
        "agenda_question": "Question",
        "agenda_outcome": "Outcome",
        "not_recorded": "nothing recorded",
        "discussed": "Questions that were discussed",
        "nothing": "Nothing was recorded.",
        "consensus": "Consensus: level {level} ({words})",
        "no_consensus": "No consensus",
        "spread": "People by level",
        "hidden": "too few",
        "votes": "Votes",
        "option": "Choice",
        "chosen": "Chosen by",
        "rank": "Mean rank",
        "own": "Questions of its own, compared with nothing: {}",
        "own_question": "Question",
        "own_mark": "own question, compared with nothing",
        "own_note": "Asked by this municipality alone. These scores from 0 to 100 enter no other score and are compared with nothing.",
        "own_people": "People",
        "measures": "Measures that were agreed",
        "no_measures": "No measure has been agreed on yet.",
        "measure": "Measure",
        "owner": "Who sees to it",
        "due": "By when",
        "status": "State",
        "planned": "planned",
        "started": "started",
        "done": "done",
        "dropped": "dropped",
    },
}
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
        "votes": [{"words": said, "rows": [list(row) for row in rows]} for said, rows in protocol.votes],
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
    own, words = protocol.own, WORDS[protocol.language]
    if own is None:
        return None
    return {
        "title": words["own"].format(pick(own["title"], protocol.language)[0]),
        "note": " ".join([words["own_note"], words["note"]]),
        "rows": [
            [
                pick(one["text"], protocol.language)[0],
                *(_number(one["perspectives"][id]["score"]) for id in _titles(protocol)),
                _number(one["score"]),
                _number(one["answered"]),
            ]
            for one in own["questions"]
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
