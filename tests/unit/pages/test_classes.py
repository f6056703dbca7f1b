"""A class in a template means something: a rule of a stylesheet, or a script that looks for it. One that is misspelt, or whose rule is
gone, leaves words unwrapped or run together where nobody looks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = ("chassis", "programme", "services")
CLASS = re.compile(r"\bclass=\"([^\"]*)\"")
STATEMENT, EXPRESSION = re.compile(r"\{%.*?%\}"), re.compile(r"\{\{.*?\}\}")


def _all(pattern: str) -> list[Path]:
    return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob(pattern))]


def classes(template: str) -> set[str]:
    """The classes that a template names; not those that it puts together."""
    named = (EXPRESSION.sub("\0", STATEMENT.sub(" ", one)) for one in CLASS.findall(template))
    return {word for one in named for word in one.split() if "\0" not in word}


def unknown(names: set[str], styles: str, scripts: str) -> list[str]:
    return sorted(
        one
        for one in names
        if not re.search(rf"\.{re.escape(one)}(?![\w-])", styles)
        and not re.search(rf"[.\"'` ]{re.escape(one)}(?![\w-])", scripts)
    )


def test_every_class_has_a_rule_or_a_script() -> None:
    styles = "\n".join(file.read_text("utf-8") for file in _all("static/**/*.css"))
    scripts = "\n".join(file.read_text("utf-8") for file in _all("static/**/*.js"))
    found = {
        str(file.relative_to(ROOT)): missing
        for file in _all("templates/**/*.html")
        if (missing := unknown(classes(file.read_text("utf-8")), styles, scripts))
    }
    assert found == {}


def test_a_class_without_a_rule_is_found() -> None:
    wrong = '<p class="card {% if x %}quiet{% endif %} lanes-{{ n }}"><pre class="wrapped">'
    assert classes(wrong) == {"card", "quiet", "wrapped"}
    assert unknown(classes(wrong), ".card { } .quiet-er { }", "one.querySelector('.quiet')") == ["wrapped"]
