"""The form on which a practice is written: what it shows of one, and what it says."""

from __future__ import annotations

from typing import Any

from chassis.pages.forms import Form
from services.reporting.costs import cost_entries, entered_cost, shown_cost
from services.reporting.domain.practice import TEXTS, Content
from services.reporting.practices.schemas import WrittenPractice

MOST_DOCUMENTS = 20


def entered(form: Form, before: Content | None) -> WrittenPractice:
    """What the form says in German; other languages stay as they were."""
    texts = {}
    for part in TEXTS:
        others = {code: text for code, text in getattr(before, part, {}).items() if code != "de"} if before else {}
        texts[part] = {**others, **({"de": form.value(part)} if form.value(part) or part == "title" else {})}
    contact = {"office": form.value("office"), "email": form.value("email")}
    body: dict[str, Any] = {
        **texts,
        "fields": form.chosen("fields"),
        "languages": form.chosen("languages"),
        "documents": [_document(form, row) for row in rows(form)],
        "cost": entered_cost(form, "cost"),
        "contact": contact if any(contact.values()) else None,
        "named": bool(form.value("named")),
        "public": bool(form.value("public")),
        "revision": form.value("revision") or None,
    }
    return WrittenPractice.typed(body)


def rows(form: Form) -> list[int]:
    """Rows of documents in which something stands."""
    return [row for row in range(MOST_DOCUMENTS) if any(_document(form, row).values())]


def places(form: Form) -> dict[str, str]:
    """Where the form shows what is wrong with a document: rows that were left empty are not sent on."""
    return {
        f"/documents/{place}/{part}": f"documents.{row}.{part}"
        for place, row in enumerate(rows(form))
        for part in ("title", "url")
    }


def initial_entries(content: Content) -> dict[str, Any]:
    """The stored practice as fields of the form."""
    return {
        **{part: getattr(content, part).get("de", "") for part in TEXTS},
        "fields": content.fields,
        "languages": content.languages,
        **cost_entries(shown_cost(content.cost), "cost"),
        **{f"documents.{row}.title": one.title for row, one in enumerate(content.documents)},
        **{f"documents.{row}.url": one.url for row, one in enumerate(content.documents)},
        "office": content.contact.office if content.contact else "",
        "email": content.contact.email if content.contact else "",
        "named": "yes" if content.named else "",
        "public": "yes" if content.public else "",
    }


def _document(form: Form, row: int) -> dict[str, str]:
    return {part: form.value(f"documents.{row}.{part}") for part in ("title", "url")}
