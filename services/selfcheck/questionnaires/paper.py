"""A questionnaire on paper, to prepare the answers: one field of action after the other, with room for a note; set by Typst."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from chassis.documents.typeset import Template
from chassis.text.languages import pick
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.questionnaire import Criterion, Field, Question, Questionnaire

TEMPLATE = Template(Path(__file__).with_name("paper.typ"))
WORDS = {
    "de": {
        "intro": "Zum Vorbereiten auf Papier: Kreuzen Sie an, was zutrifft, und notieren Sie, woran Sie es festmachen. Gezählt wird, was Sie danach über Ihren Link eintragen.",
        "unsure": "?",
        "unsure_words": "Ich bin nicht sicher",
        "none": "–",
        "none_words": "Trifft auf uns nicht zu",
        "version": "Fassung",
        "own": "Diese Fragen stellt nur diese Kommune. Sie werden mit nichts verglichen.",
    },
    "de-simple": {
        "intro": "Sie können die Fragen hier in Ruhe lesen. Machen Sie ein Kreuz. Schreiben Sie dazu, was Ihnen einfällt. Danach geben Sie Ihre Antworten im Internet ein.",
        "unsure": "?",
        "unsure_words": "Ich weiß es nicht",
        "none": "–",
        "none_words": "Das gibt es bei uns nicht",
        "version": "Fassung",
        "own": "Diese Fragen stellt nur Ihre Kommune. Ihre Antworten hier vergleicht niemand mit anderen Orten.",
    },
    "en": {
        "intro": "For preparing on paper: tick what applies and note what makes you think so. What counts is what you enter afterwards through your link.",
        "unsure": "?",
        "unsure_words": "I am not sure",
        "none": "–",
        "none_words": "Does not apply to us",
        "version": "Version",
        "own": "Asked by this municipality alone, and compared with nothing.",
    },
    "uk": {
        "intro": "Щоб підготуватися на папері: позначте те, що відповідає дійсності, і запишіть, чому ви так вважаєте. Зараховується те, що ви потім внесете за своїм посиланням.",
        "unsure": "?",
        "unsure_words": "Точно не знаю",
        "none": "–",
        "none_words": "Нас не стосується",
        "version": "Версія",
        "own": "Ці запитання ставить лише ця громада; їх ні з чим не порівнюють.",
    },
    "ar": {
        "intro": "للتحضير على الورق: ضعوا علامة على ما ينطبق، واكتبوا ما تستندون إليه. ما يُحتسب هو ما تُدخلونه بعد ذلك عبر رابطكم.",
        "unsure": "؟",
        "unsure_words": "لا أعرف بالضبط",
        "none": "–",
        "none_words": "لا ينطبق علينا",
        "version": "الإصدار",
        "own": "هذه الأسئلة تطرحها هذه البلدية وحدها، ولا تُقارن بشيء.",
    },
    "tr": {
        "intro": "Kâğıt üzerinde hazırlanmak için: Doğru olanı işaretleyin ve neye dayandığınızı not edin. Geçerli olan, sonra bağlantınız üzerinden girdiklerinizdir.",
        "unsure": "?",
        "unsure_words": "Emin değilim",
        "none": "–",
        "none_words": "Bizim için geçerli değil",
        "version": "Sürüm",
        "own": "Bunları yalnızca bu belediye soruyor; hiçbir şeyle karşılaştırılmaz.",
    },
    "fa": {
        "intro": "برای آمادگی روی کاغذ: آنچه درست است علامت بزنید و بنویسید بر چه پایه‌ای. آنچه به حساب می‌آید همان است که پس از آن از راه پیوند خود وارد می‌کنید.",
        "unsure": "؟",
        "unsure_words": "مطمئن نیستم",
        "none": "–",
        "none_words": "برای ما صدق نمی‌کند",
        "version": "نسخه",
        "own": "این‌ها را فقط همین شهرداری می‌پرسد و با هیچ چیز مقایسه نمی‌شود.",
    },
    "ru": {
        "intro": "Чтобы подготовиться на бумаге: отметьте то, что соответствует действительности, и запишите, почему вы так считаете. Засчитывается то, что вы потом внесёте по своей ссылке.",
        "unsure": "?",
        "unsure_words": "Точно не знаю",
        "none": "–",
        "none_words": "Нас не касается",
        "version": "Версия",
        "own": "Эти вопросы задаёт только этот муниципалитет; их ни с чем не сравнивают.",
    },
    "fr": {
        "intro": "Pour se préparer sur papier : cochez ce qui correspond et notez pourquoi. Ce qui compte est ce que vous saisissez ensuite par votre lien.",
        "unsure": "?",
        "unsure_words": "Je ne sais pas",
        "none": "–",
        "none_words": "Ne nous concerne pas",
        "version": "Version",
        "own": "Ces questions sont posées par cette commune seule et ne sont comparées à rien.",
    },
}
"""Languages a paper can be framed in; the questions themselves are in the closest language they have."""


def paper(questionnaire: Questionnaire, language: str, field: str | None = None) -> bytes:
    """Set a PDF/UA-1 of all that is asked, the municipality's own questions marked as such, or of one field; in the language closest to the
    reader's. Takes some 0.3 s of processor time: call it in a thread.

    Raises:
        KeyError: there is no such field.
    """
    language = framed_in(language)
    words = WORDS[language]
    fields = questionnaire.fields
    if field is not None:
        fields = (questionnaire.field(field),)
    levels = [str(questionnaire.scale.min + place) for place in range(len(questionnaire.scale))]
    scale = [[level, pick(text, language)[0]] for level, text in zip(levels, questionnaire.scale.labels, strict=True)]
    data: dict[str, Any] = {
        "title": pick(questionnaire.title, language)[0],
        "language": language.partition("-")[0],
        "simple": language == "de-simple",
        "intro": _lines(words["intro"], language),
        "version": f"{words['version']} {questionnaire.version}",
        "scale": [*scale, [words["unsure"], words["unsure_words"]], [words["none"], words["none_words"]]],
        "marks": [*levels, words["unsure"], words["none"]],
        "fields": [_field(one, language, words["own"]) for one in fields],
    }
    return TEMPLATE.pdf(data)


def framed_in(language: str) -> str:
    """The language a paper is framed in for a reader of this one."""
    return pick({code: code for code in WORDS}, language)[1]


def _field(field: Field, language: str, own_note: str) -> dict[str, Any]:
    return {
        "title": pick(field.title, language)[0],
        "note": _lines(own_note, language) if is_own(field.id) else None,
        "criteria": [_criterion(one, language) for one in field.criteria],
    }


def _criterion(criterion: Criterion, language: str) -> dict[str, Any]:
    return {
        # The municipality's own questions have no criteria; their heading is that of the section.
        "title": None if is_own(criterion.id) else pick(criterion.title, language)[0],
        "questions": [_question(one, language) for one in criterion.questions],
    }


def _question(question: Question, language: str) -> dict[str, Any]:
    return {
        "text": _lines(pick(question.text, language)[0], language),
        "help": _lines(pick(question.help, language)[0], language) if question.help else None,
    }


def _lines(words: str, language: str) -> list[str]:
    """Leichte Sprache begins each sentence on a line of its own; other languages run on."""
    return re.split(r"(?<=[.?!])\s+", words) if language == "de-simple" else [words]
