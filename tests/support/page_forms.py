"""Forms on pages: what a browser would send of them before somebody changes it, and the names of all their fields."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[2]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((a.get("action", ""), {}))
        elif not self.forms:
            return
        elif tag == "input" and a.get("name"):
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                self._put(a["name"], a.get("value", ""))
        elif tag == "select":
            self._select = a["name"]
        elif tag == "option" and self._select and "selected" in a:
            self._put(self._select, a["value"])
        elif tag == "textarea":
            self._area = a["name"]
            self._put(self._area, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area][-1] += data.removeprefix("\n")

    def _put(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


def form_with_action(html: str, ends: str = "", holding: str = "form_token") -> tuple[str, dict[str, list[str]]]:
    """(action, fields) of the first form whose action ends like this and that has the field `holding`.

    Raises: LookupError.
    """
    reader = _Reader()
    reader.feed(html)
    for action, fields in reader.forms:
        if action.endswith(ends) and holding in fields:
            return action, fields
    raise LookupError(f"no form to {ends!r} with {holding!r}")


def form_of(html: str, ends: str = "", holding: str = "form_token") -> dict[str, list[str]]:
    """The fields of such a form."""
    return form_with_action(html, ends, holding)[1]


def field_names() -> set[str]:
    """Every name that a field has in any template."""
    found: set[str] = set()
    for template in [*ROOT.glob("services/**/*.html"), *ROOT.glob("chassis/**/*.html")]:
        text = template.read_text()
        found |= set(re.findall(r'name="([\w.-]+)"', text))
        found |= set(re.findall(r'(?:field|select|radios|checkbox(?:es)?)\(\w+, "([\w.-]+)"', text))
        found |= {f"{name}de" for name in re.findall(r'(?:field|in_other_languages)\(\w+, "([\w.-]+\.)" ~', text)}
    for planning in (ROOT / "services/registration/planning").glob("staff_p*.py"):
        found |= set(re.findall(r'"(\w+(?:\.\w+)?)"', planning.read_text()))
    return found - {"form_token", "choose_language", "homepage"}
