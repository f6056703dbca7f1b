"""How a standard question is written down: its words in all languages, and what it does not say."""

from __future__ import annotations

from typing import Any

from chassis.text.languages import LANGUAGES


def words(*texts: str) -> dict[str, str]:
    """Texts by language, given in the order of `LANGUAGES`, all of them: residents read them in each."""
    return dict(zip(LANGUAGES, texts, strict=True))


def question(
    id: str, kind: str, label: dict[str, str], *, options: dict[str, dict[str, str]] | None = None, **fields: Any
) -> dict[str, Any]:
    """A question in the words of the API. `options`: labels by id; `fields`: those that differ from the usual."""
    usual = {"required": False, "per": "group", "shown_if": None, "special": False}
    labelled = [{"id": option, "label": texts} for option, texts in (options or {}).items()]
    return {"id": id, "label": label, "kind": kind, **usual, "options": labelled, **fields}
