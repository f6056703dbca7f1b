"""The form in which a question is written: what it shows of one, and the question in the words of the API that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.pages.forms import Form
from chassis.text.translations import mark
from services.registration.domain.questions import DECIDING, MOST_OPTIONS, WITH_OPTIONS, free_id
from services.registration.planning.staff_plan_form import texts

SentQuestion = dict[str, Any]
KINDS = {
    "text": mark("a line of text"),
    "long_text": mark("a longer text"),
    "number": mark("a number"),
    "boolean": mark("yes or no"),
    "choice": mark("one of several answers"),
    "choices": mark("any of several answers"),
    "date": mark("a day"),
}
NEW = {"kind": "text", "per": "group"}
TOO_MANY = mark("A question may have at most %(most)s answers to choose from; these are %(there)s.")
DECIDES = mark("“%(question)s” is only asked where people answer this. Please change that question first.")


def filled(question: SentQuestion) -> dict[str, Any]:
    """What the form shows of a question."""
    condition = question["shown_if"]
    return {
        "kind": question["kind"],
        "per": question["per"],
        "required": "yes" if question["required"] else None,
        "special": "yes" if question["special"] else None,
        "shown_if": f"{condition['question']}={_text(condition['equals'])}" if condition else None,
        **{f"label.{code}": words for code, words in question["label"].items()},
        **{
            f"option.{option['id']}.{code}": words
            for option in question["options"]
            for code, words in option["label"].items()
        },
    }


def conditions(questions: Sequence[SentQuestion], before: str | None) -> list[tuple[str, SentQuestion, str]]:
    """(value, question, answer) of whatever a question can depend on that stands before this one (None: the last one)."""
    choices = []
    for question in questions:
        if question["id"] == before:
            break
        if question["kind"] in DECIDING:
            option_ids = [option["id"] for option in question["options"]]
            answers = ["true", "false"] if question["kind"] == "boolean" else option_ids
            choices += [(f"{question['id']}={answer}", question, answer) for answer in answers]
    return choices


def question(
    form: Form, languages: Sequence[str], gathering: Mapping[str, Any], sent_question: SentQuestion | None, fixed: bool
) -> SentQuestion | None:
    """The question that was written, None after noting what is wrong. `gathering`: as the desk knows it; `sent_question`: the question as it
    was; `fixed`: people may have answered it, so kind, for whom and special stay. Other languages than the municipality's stay as they
    are."""
    form.require(f"label.{languages[0]}", *(() if fixed else ("kind", "per")))
    if not form.ok:
        return None
    label = texts(form, "label", languages, sent_question["label"] if sent_question else {})
    kind = sent_question["kind"] if fixed and sent_question else form.value("kind")
    options = _options(form, languages, sent_question) if kind in WITH_OPTIONS else []
    if len(options) > MOST_OPTIONS:
        form.error(f"more.{languages[0]}", TOO_MANY, most=MOST_OPTIONS, there=len(options))
        return None
    for other in asked_after(gathering["questions"], sent_question["id"]) if sent_question else ():
        answer = other["shown_if"]["equals"]
        if form.value(f"out.{_text(answer)}"):
            form.error(f"out.{_text(answer)}", DECIDES, question=other["label"][languages[0]])
    if not form.ok:
        return None
    taken = [one["id"] for one in (*gathering["questions"], *gathering["former_questions"])]
    stays = {name: sent_question[name] for name in ("kind", "per", "special")} if fixed and sent_question else {}
    return {
        "id": sent_question["id"] if sent_question else free_id(label[languages[0]], taken, "question"),
        "label": label,
        "kind": kind,
        "required": bool(form.value("required")),
        "per": form.value("per"),
        "options": options,
        "shown_if": _condition(form.value("shown_if"), gathering["questions"]),
        "special": bool(form.value("special")),
        **stays,
    }


def asked_after(questions: Sequence[SentQuestion], id: str) -> list[SentQuestion]:
    """The questions that are only asked after a certain answer to this one."""
    return [one for one in questions if one["shown_if"] and one["shown_if"]["question"] == id]


def _condition(chosen: str, questions: Sequence[SentQuestion]) -> dict[str, Any] | None:
    """What one of the `conditions` says; `true` and `false` are ids like others where the other question has options."""
    other, _, answer = chosen.partition("=")
    yes_or_no = any(one["id"] == other and one["kind"] == "boolean" for one in questions)
    equals = {"true": True, "false": False}.get(answer, answer) if yes_or_no else answer
    return {"question": other, "equals": equals} if other else None


def _options(form: Form, languages: Sequence[str], sent_question: SentQuestion | None) -> list[SentQuestion]:
    """The options as entered: those there were without the ones taken out, then the new ones, a line each, the same line in each language."""
    options = [
        {**option, "label": texts(form, f"option.{option['id']}", languages, option["label"])}
        for option in (sent_question["options"] if sent_question else ())
        if not form.value(f"out.{option['id']}")
    ]
    new_labels = {code: [line.strip() for line in form.value(f"more.{code}").splitlines()] for code in languages}
    taken = [option["id"] for option in (sent_question["options"] if sent_question else ())]
    for at, words in enumerate(new_labels[languages[0]]):
        if words:
            label = {code: lines[at] for code, lines in new_labels.items() if at < len(lines) and lines[at]}
            options.append({"id": free_id(words, taken, "option"), "label": label})
            taken.append(options[-1]["id"])
    return options


def _text(equals: bool | str) -> str:
    return ("true" if equals else "false") if isinstance(equals, bool) else equals
