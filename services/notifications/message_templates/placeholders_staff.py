"""Explains placeholders to those who write templates."""

from __future__ import annotations

from chassis.text.translations import mark
from services.notifications.message_templates.rules_staff import placeholders

EXPLAINED = {
    "title": mark("the title of the meeting"),
    "when": mark("day and time of the meeting"),
    "name": mark("the name of the person"),
    "position": mark("the place in line"),
    "people": mark("how many people are registered"),
    "until": mark("by when an answer is needed"),
    "changes": mark("what changed: until now, and now"),
    "standing": mark("where the registration stands after the change"),
    "reason": mark("the reason that was given"),
    "thanks": mark("what the coordinator wrote for afterwards"),
    "municipality": mark("the name of the municipality"),
    "day": mark("the day it is about"),
    "measure": mark("the title of the measure"),
    "joint": mark("the title of the joint Selbstcheck"),
    "support": mark("the kind of support"),
    "groups": mark("how many groups"),
    "calls": mark("how many calls wait"),
    "address": mark("the address of the endpoint"),
    "registrations": mark("how many registrations are new"),
    "waiting": mark("how many of them wait for a seat"),
    "letters": mark("how many letters wait"),
}


def explain_placeholders(kind: str) -> list[dict[str, str]]:
    """The placeholders of a kind: `{name, explanation}`, the explanation as a message id of the catalogue."""
    return [{"name": name, "explanation": EXPLAINED[name]} for name in placeholders(kind)]
