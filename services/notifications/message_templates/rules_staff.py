"""Rules of templates: plain text with the placeholders of its kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from string import Formatter

from chassis.http.problems import FieldError
from chassis.text.translations import mark
from services.notifications.domain.messages import CONTENTS
from services.notifications.wording.rendered_text import Template

UNKNOWN = mark("This text names {%(unknown)s}, which this kind of message does not know. It knows: %(known)s.")
BROKEN = mark("A curly bracket is open or too many. Placeholders are written like {title}.")
MARKUP = mark("Please write plain text without HTML: the page of the mail is made from it.")
EMPTY = mark("Please fill in this field.")
_TAG = re.compile(r"<\s*[/!a-zA-Z]")


def placeholders(kind: str) -> tuple[str, ...]:
    """The placeholders that a template of this kind may use."""
    return (*CONTENTS[kind].placeholders, "name")


def find_flaws(kind: str, subject: str, body: str, sms: str | None) -> Iterator[FieldError]:
    """The mistakes in a template, field by field."""
    for name, text in (("subject", subject), ("body", body), ("sms", sms or "")):
        if not text.strip() and name != "sms":
            yield FieldError(f"/{name}", EMPTY)
        elif _TAG.search(text):
            yield FieldError(f"/{name}", MARKUP)
        else:
            yield from _placeholder_flaws(kind, name, text)


def _placeholder_flaws(kind: str, field: str, text: str) -> Iterator[FieldError]:
    allowed = placeholders(kind)
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        yield FieldError(f"/{field}", BROKEN)
        return
    for _, name, spec, conversion in parsed:
        if name is None:
            continue
        if spec or conversion or not name:
            yield FieldError(f"/{field}", BROKEN)
        elif name not in allowed:
            listed = ", ".join(f"{{{placeholder}}}" for placeholder in allowed)
            yield FieldError(f"/{field}", UNKNOWN, {"unknown": name, "known": listed})


def fingerprint(template: Template) -> str:
    """Hash of a template, to see whether it changed."""
    return hashlib.sha256("\0".join((template.subject, template.body, template.sms or "")).encode()).hexdigest()[:16]
