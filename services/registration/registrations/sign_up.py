"""The sign-up form of pages as a registration: the same for residents on the web and for the clerk at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.forms import Form
from chassis.text.plain_text import is_identifier
from chassis.text.translations import mark
from services.registration.domain.answers import carry_over
from services.registration.domain.questions import Question
from services.registration.questions.form import changed_answers_entered, first_answers_entered, values_of_answers
from services.registration.registrations.concurrent_edits import settle
from services.registration.registrations.schemas import MOST_COMPANIONS, NewRegistration, RegistrationChange

_UNREACHABLE = mark("Please give an e-mail address or a telephone number, so that we can reach you.")
PLACES = {
    "/party": "names",
    "/contact": "email",
    "/contact/email": "email",
    "/contact/phone": "phone",
    "/contact/post": "post",
    "/helper/name": "helper",
    "/helper/contact": "helper_email",
    "/helper/contact/email": "helper_email",
    "/helper/contact/phone": "helper_phone",
}
"""Where the form shows what the rules find wrong under another name."""
_TOO_MANY_NAMES = mark("There are more names than people. Please take out the names of those who do not come.")
_TEXTS = {
    "name": mark("Please write a name on one line."),
    "phone": mark("Please write a telephone number with its area code, such as 04421 123456."),
    "post": mark("Please write a postal address with at most 500 letters."),
    "party": mark("Please write one name per line."),
}


def registration(
    form: Form, channel: str, consent_version: str, questions: Mapping[str, Question]
) -> NewRegistration | None:
    """Read the form of a new registration; None after noting in the form what is wrong. `questions`: the gathering's own questions.

    `consent_version`: the one in force; a form that was open while a new one came names the older, which was agreed to.
    """
    form.require("name", "language")
    helper = form.value("helper")
    if (form.value("helper_email") or form.value("helper_phone")) and not helper:
        form.error("helper", mark("Please write your own name, so that we know whom we talk to."))
    ways = ("email", "phone", "post", *(("helper_email", "helper_phone") if helper else ()))
    if not any(form.value(name) for name in ways):
        form.error("email" if channel == "web" else "phone", _UNREACHABLE)
    if channel == "web" and not form.value("consent"):
        form.error("consent", mark("Without your agreement we can't store your registration."))
    party, chosen = _chosen_party(form)
    answers = first_answers_entered(form, questions, 1 + chosen)
    if not form.ok:
        return None
    contact = {name: form.value(name) or None for name in ("email", "phone", "post")}
    helpers = {name: form.value(f"helper_{name}") or None for name in ("email", "phone")}
    body: dict[str, Any] = {
        "name": form.value("name"),
        "contact": contact,
        "reach_first": form.value("reach_first") or "any",
        "language": form.value("language"),
        "party": party,
        "support": form.chosen("support"),
        "channel": "helper" if helper and channel == "web" else channel,
        "helper": {"name": helper, "contact": helpers} if helper else None,
        "consent": {"text_version": _agreed_to(form, consent_version)},
        "answers": answers,
        "quota": form.value("quota") or None,
        "code": form.value("code") or None,
    }
    with form.refusals(PLACES, _TEXTS):
        return NewRegistration.typed(body)
    return None


def entered(registration: dict[str, Any], questions: Mapping[str, Question]) -> dict[str, Any]:
    """What the form shows of a registration that is to be changed."""
    party, contact, helper = registration["party"], registration["contact"], registration.get("helper") or {}
    theirs, waits = helper.get("contact") or {}, registration.get("new_email")
    of_helper = registration.get("new_email_of") == "helper"
    return {
        "name": registration["name"],
        "language": registration.get("added_language") or registration["language"],
        "email": (None if of_helper else waits) or contact.get("email"),
        "phone": contact.get("phone"),
        "post": contact.get("post"),
        "reach_first": "" if registration["reach_first"] == "any" else registration["reach_first"],
        "companions": len(party),
        "names": "\n".join(name for name in party if name),
        "support": registration["support"],
        "helper": helper.get("name"),
        "helper_email": (waits if of_helper else None) or theirs.get("email"),
        "helper_phone": theirs.get("phone"),
        **values_of_answers(questions, registration["answers"], 1 + len(party)),
    }


def changed(form: Form, registration: dict[str, Any], questions: Mapping[str, Question]) -> RegistrationChange | None:
    """Read the form that changes a registration; None after noting in the form what is wrong. What the form does not show stays.

    What somebody else changed while the form was open stays, and what both changed is noted in the form with both. Who does not come is taken out by number and, where they were named, by name: nobody guesses who it is.
    """
    settle(form, entered(registration, questions))
    if not form.ok:
        return None
    if "language" not in form.names:
        return _corrected(form, registration)
    form.require("name", "language")
    party, _ = _chosen_party(form)
    answers = _answers(form, registration, questions, party)
    if not form.ok:
        return None
    change: dict[str, Any] = {"language": form.value("language"), "party": party, "support": form.chosen("support")}
    if answers:
        change["answers"] = answers
    change |= _who(form, registration)
    return _checked(form, change) if form.ok else None


def _answers(
    form: Form, registration: dict[str, Any], questions: Mapping[str, Question], party: list[str]
) -> dict[str, Any]:
    """The answers that are to be different, for the group as it is to be."""
    before = {
        id: carry_over(value, registration["party"], party) if id in questions and questions[id].each else value
        for id, value in registration["answers"].items()
    }
    unseen = frozenset(registration.get("withheld") or ())
    return changed_answers_entered(form, questions, 1 + len(party), before, unseen)


def _corrected(form: Form, registration: dict[str, Any]) -> RegistrationChange | None:
    """Read the form that asks for nothing but who it is and how they are reached. Names of companions may be others, not more."""
    form.require("name")
    party = registration["party"]
    names = _named(form)
    if len(names) > len(party):
        form.error("names", _TOO_MANY_NAMES)
    renamed = "names" in form.names and names != [name for name in party if name]
    change: dict[str, Any] = {"party": names + [""] * (len(party) - len(names))} if renamed else {}
    change |= _who(form, registration)
    return _checked(form, change) if form.ok else None


def _who(form: Form, registration: dict[str, Any]) -> dict[str, Any]:
    """Who it is and who helps, as far as the form shows the latter, with how they are reached where that is different."""
    contact, before = _ways(form, registration["contact"])
    change: dict[str, Any] = {"name": form.value("name"), **({"contact": contact} if contact != before else {})}
    if "reach_first" in form.names:
        change["reach_first"] = form.value("reach_first") or "any"
    helper = registration.get("helper")
    if helper and "helper" in form.names:
        form.require("helper")
        theirs, former = _ways(form, helper["contact"], "helper_")
        if (form.value("helper"), theirs) != (helper["name"], former):
            change["helper"] = {"name": form.value("helper"), "contact": theirs}
    return change


def _ways(form: Form, stored: dict[str, Any], prefix: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """How somebody is reached by the form, which may not show the postal address, and how until now."""
    former = {name: stored.get(name) for name in ("email", "phone", "post")}
    shown = [name for name in former if name != "post" or f"{prefix}post" in form.names]
    return former | {name: form.value(f"{prefix}{name}") or None for name in shown}, former


def _checked(form: Form, change: dict[str, Any]) -> RegistrationChange | None:
    with form.refusals(PLACES, _TEXTS):
        return RegistrationChange.typed(change)
    return None


def _chosen_party(form: Form) -> tuple[list[str], int]:
    """Companions, as many as chosen or, where no number was, as many as named; names are optional. And how many those are, also
    where more are named, which is noted in the form."""
    names, chosen = _named(form), form.whole_number("companions", 0, MOST_COMPANIONS)
    count = len(names) if chosen is None else chosen
    if len(names) > count:
        form.error("names", _TOO_MANY_NAMES)
    return names + [""] * (count - len(names)), count


def _named(form: Form) -> list[str]:
    """Companions who are called by name."""
    return [line.strip() for line in form.value("names").splitlines() if line.strip()]


def _agreed_to(form: Form, in_force: str) -> str:
    shown = form.value("consent_version")
    earlier = is_identifier(shown) and shown.isdecimal() and len(shown) <= len(in_force) and int(shown) <= int(in_force)
    return shown if earlier else in_force
