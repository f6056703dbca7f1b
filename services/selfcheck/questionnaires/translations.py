"""Translations of questionnaires: one catalogue per language in `locale/`, whose sources are the German sentences.

A published version never changes, and need not: what it says in a further language is laid over it when people read it.
A sentence that a later version keeps is translated there as well.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from chassis.text.languages import LANGUAGES
from contracts.selfcheck import QuestionnaireTranslated, Titled
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.translated import Translations, translated

CATALOGUES = Path(__file__).parent / "locale"


def in_all_languages(questionnaire: Questionnaire) -> Questionnaire:
    """Complete a questionnaire with all translations, as people read it."""
    return translated(questionnaire, translations())


def names_of(questionnaire: Questionnaire) -> QuestionnaireTranslated | None:
    """What a version, as it was published, and its fields are called in all languages; None where there is none but its author's."""
    complete = in_all_languages(questionnaire)
    fields = tuple(Titled(id=field.id, title=field.title) for field in complete.fields)
    if (complete.title, *(field.title for field in fields)) == (
        questionnaire.title,
        *(field.title for field in questionnaire.fields),
    ):
        return None
    return QuestionnaireTranslated(
        questionnaire_id=complete.id, version=complete.version, title=complete.title, fields=fields
    )


def hash_of(names: QuestionnaireTranslated) -> str:
    """The hash by which it is known whether names changed since they were published."""
    return hashlib.sha256(names.model_dump_json().encode()).hexdigest()


@cache
def translations() -> Translations:
    """Every catalogue there is, read once: some 0.2 s of processor time."""
    return {code: _sentences(code) for code in LANGUAGES if (CATALOGUES / f"{code}.po").exists()}


def _sentences(code: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # loaded when first needed: a start reads no catalogue

    with (CATALOGUES / f"{code}.po").open("rb") as source:
        catalogue = read_po(source, locale=LANGUAGES[code].locale, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
