"""Whatever the rules of selfcheck refuse at a form of staff is said in German too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from chassis.text.catalogues import read
from chassis.text.translations import CHASSIS_LOCALE
from services import selfcheck
from services.selfcheck.rule_messages_staff import RULE_MESSAGES
from tests.support.sources import called, parsed

FOLDER = Path(selfcheck.__file__).parent
REFUSING = {"conflict", "Refused", "Flaw", "FieldError"}
OF_DOCUMENTS = {
    # Flaws with words of their own (`staff_flaw_texts`).
    "domain/questionnaire_document.py",
    "domain/questionnaire_tables.py",
    "domain/reading.py",
    "domain/sheet_columns.py",
    "questionnaires/questionnaire_xlsx.py",
    "questionnaires/drafts.py",
    "questionnaires/repository.py",
    "questionnaires/staff_pages.py",
    "questionnaires/api_drafts.py",
}
FOR_PROGRAMS = {
    "A resume code has 26 characters; type it as it was shown to you.",
    "An assessment with this id exists already.",
    "An invitation with this id exists already.",
    "Another perspective has this id already; give each an id of its own.",
    "Figures are shown from the reveal on; until then everybody answers blind.",
    "Figures are shown once the district has closed the joint self-check.",
    "Evidence is shown from the reveal on; until then everybody answers blind.",
    "Name a field of the questionnaire, and only where perspectives are compared.",
    "Name a question of the questionnaire where a question is to be shown, and only there.",
    "A response is an object with “respondent”, “perspective” and “answers”.",
    "Name at least one perspective.",
    "Name at least one question.",
    "Name each question once.",
    "Send the answers as an object, question id to answer.",
    "Send the responses as a list.",
    "This is not up for the vote; correct the id or leave it out.",
    "This respondent has a response already; send one response per person.",
    "You were not asked this question; leave it out.",
    "Save at least one answer before you submit.",
    "Somebody has begun to answer here; enter the resume code shown to them.",
    "Someone else has changed the agenda; look at it first.",
    "Someone else has changed what the room sees; look at it first.",
    "Someone else has recorded a consensus here; look at it first.",
    "The answers have been revealed and can't be changed any more.",
    "The joint result is for those whose figures are part of it.",
    "The questionnaire has no such entry; correct the id.",
    "The questionnaire has no such field; correct the id or leave it out.",
    "The questionnaire has no such field; correct the id.",
    "The questionnaire has no such question; correct the id or leave it out.",
    "The questionnaire has no such question; correct the id.",
    "There is no such assessment.",
    "There is no such evidence.",
    "There is no such joint self-check.",
    "This assessment has no such perspective; choose one of its perspectives.",
    "Your colleague has begun to answer; what they answer counts, and so does what you answer.",
}
"""What no form can bring about, or what its page says with words of its own."""


def sentences() -> Iterator[tuple[str, str]]:
    """(file, sentence) of every refusal that is written out."""
    for path, tree in parsed("services/selfcheck", with_any_of=(*REFUSING, "detail")):
        name = path.removeprefix("services/selfcheck/")
        if name in OF_DOCUMENTS:
            continue
        for node in ast.walk(tree):
            last: ast.expr | None = None
            if isinstance(node, ast.Call) and called(node) in REFUSING:
                last = node.args[-1] if node.args else None
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "detail":
                last = node.value
            if isinstance(last, ast.Constant) and isinstance(last.value, str) and " " in last.value:
                yield name, last.value


def test_every_message_is_translated_into_german() -> None:
    catalogues = [read(FOLDER, "de"), read(CHASSIS_LOCALE.parent, "de")]
    missing = [
        (file, said)
        for file, said in sentences()
        if said not in FOR_PROGRAMS and not any(one.get(said) and one[said].string for one in catalogues)
    ]
    assert missing == []


def test_every_marked_message_belongs_to_a_rule() -> None:
    """Those with a number in them are put together where they are said."""
    said = {sentence for _, sentence in sentences()}
    assert [one for one in RULE_MESSAGES if one not in said and not any(sign.isdigit() for sign in one)] == []
    assert said >= FOR_PROGRAMS
