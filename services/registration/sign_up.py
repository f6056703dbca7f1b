"""The sign-up form of pages as a registration: the same for residents on the web and for the clerk at the desk."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from chassis.forms import Form
from chassis.translations import mark
from services.registration.legal_texts import STANDARD as CONSENT_VERSION
from services.registration.schemas import NewRegistration

SUPPORT_SHOWN_FREE = 3

_UNREACHABLE = mark("Please give an e-mail address or a telephone number, so that we can reach you.")
_MESSAGES = {
    "email": mark("Please write an e-mail address such as name@example.org."),
    "name": mark("Please write a name on one line."),
    "phone": mark("Please write a telephone number on one line."),
    "post": mark("Please write a postal address with at most 500 letters."),
    "names": mark("Please write one name per line."),
}


def registration(
    form: Form, channel: str, party_max: int, consent_version: str = CONSENT_VERSION
) -> NewRegistration | None:
    """What was entered, or None after noting what is wrong in the form.

    `consent_version`: the one in force; a form that was open while a new one came names the older, which was agreed to.
    """
    form.require("name", "language")
    if not (form.value("email") or form.value("phone") or form.value("post")):
        form.error("email" if channel == "web" else "phone", _UNREACHABLE)
    if channel == "web" and not form.value("consent"):
        form.error("consent", mark("Without your agreement we can't store your registration."))
    if not form.ok:
        return None
    contact = {name: form.value(name) or None for name in ("email", "phone", "post")}
    helper = form.value("helper")
    body: dict[str, Any] = {
        "name": form.value("name"),
        "contact": contact,
        "language": form.value("language"),
        "party": _party(form, party_max),
        "support": form.chosen("support"),
        "channel": "helper" if helper and channel == "web" else channel,
        "helper": {"name": helper, "contact": contact} if helper else None,
        "consent": {"text_version": _agreed_to(form, consent_version)},
    }
    try:
        return NewRegistration.model_validate(body)
    except ValidationError as error:
        for item in error.errors():
            name = (
                {"contact": "email", "party": "names"}.get(str(item["loc"][0]), str(item["loc"][0]))
                if item["loc"]
                else ""
            )
            name = str(item["loc"][1]) if item["loc"][:1] == ("contact",) and len(item["loc"]) > 1 else name
            form.error(name if name in form.names else "", _MESSAGES.get(name, mark("Please check this entry.")))
        return None


def _party(form: Form, party_max: int) -> list[str]:
    """Companions: as many as chosen, or as many as named if those are more; names are optional."""
    names = [line.strip() for line in form.value("names").splitlines() if line.strip()]
    chosen = form.value("companions")
    count = max(len(names), int(chosen) if chosen.isdecimal() else 0)
    return (names + [""] * count)[:count]


def _agreed_to(form: Form, in_force: str) -> str:
    shown = form.value("consent_version")
    return shown if shown.isdecimal() and int(shown) <= int(in_force) else in_force
