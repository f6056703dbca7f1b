"""Translations of questionnaires: one catalogue per language in `locale/`, whose sources are the German sentences.

A published version never changes, and need not: what it says in a further language is laid over it when people read it.
A sentence that a later version keeps is translated there as well.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from chassis.text.languages import LANGUAGES
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.translated import Translations, translated

CATALOGUES = Path(__file__).parent / "locale"


def in_all_languages(questionnaire: Questionnaire) -> Questionnaire:
    """A questionnaire as people read it."""
    return translated(questionnaire, translations())


@cache
def translations() -> Translations:
    """Every catalogue there is, read once: some 0.2 s of processor time."""
    return {code: _sentences(code) for code in LANGUAGES if (CATALOGUES / f"{code}.po").exists()}


def _sentences(code: str) -> dict[str, str]:
    with (CATALOGUES / f"{code}.po").open("rb") as source:
        catalogue = read_po(source, locale=LANGUAGES[code].locale, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
