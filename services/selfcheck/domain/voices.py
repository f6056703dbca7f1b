"""Voices: what one root invitation set off counts once, however often questions were handed on.

Each question has one holder. What the inviting person answered stands until the colleague who holds the question answers; from
then on the colleague's answer counts. So nobody becomes two voices by handing on to themself.
"""

from __future__ import annotations

from collections.abc import Iterable

from disclosure.scheme import Answer
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.sheet_model import Sheet


def root_of(sheet: Sheet, sheets: dict[str, Sheet]) -> str:
    """The id of the root invitation, as noted, or found by going back from hand-on to hand-on."""
    if sheet.root is not None:
        return sheet.root
    ancestor, visited = sheet, {sheet.respondent}
    while ancestor.handed_on_by is not None and ancestor.handed_on_by not in visited:
        visited.add(ancestor.handed_on_by)
        if ancestor.handed_on_by not in sheets:
            return ancestor.handed_on_by
        ancestor = sheets[ancestor.handed_on_by]
    return ancestor.respondent


def voices(sheets: Iterable[Sheet]) -> list[Response]:
    """One response for each root invitation, whose sheet and whose colleagues' sheets are put together."""
    sheets_by_id = {sheet.respondent: sheet for sheet in sheets}
    members: dict[str, list[Sheet]] = {}
    for sheet in sheets_by_id.values():
        members.setdefault(root_of(sheet, sheets_by_id), []).append(sheet)
    return [_voice(root, family) for root, family in members.items()]


def _voice(root: str, family: list[Sheet]) -> Response:
    """Put a family of sheets together to one response: whoever stands further from the root holds what was handed on to them."""
    family.sort(key=lambda sheet: (_steps(sheet, family), sheet.respondent))
    answers: dict[str, Answer] = {}
    for sheet in family:
        answers |= {question: answer for question, answer in sheet.answers.items() if answer is not None}
    asked_questions: frozenset[str] | None = frozenset()
    for sheet in family:
        asked_questions = None if asked_questions is None or sheet.asked is None else asked_questions | sheet.asked
    return Response(root, family[0].perspective, answers, asked_questions)


def _steps(sheet: Sheet, family: list[Sheet]) -> int:
    by_id, steps = {one.respondent: one for one in family}, 0
    while sheet.handed_on_by is not None and steps <= len(family):
        steps += 1
        if sheet.handed_on_by not in by_id:
            break
        sheet = by_id[sheet.handed_on_by]
    return steps
