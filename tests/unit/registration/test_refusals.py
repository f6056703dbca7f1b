"""Whatever the rules of registration answer, a page can say in its reader's language: all nine for residents, two for staff."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from chassis.pages.brand import STAFF_LANGUAGES
from chassis.text.catalogues import TRANSLATED
from chassis.text.translations import Messages

ROOT = Path(__file__).parents[3]
SERVICE = ROOT / "services" / "registration"
SENTENCE = re.compile(r"[A-Z“].* .*[.!?]", re.DOTALL)
RAISING = {"Refused", "conflict", "forbidden", "busy", "invalid", "FieldError", "Problem", "error", "append"}
RESIDENTS = (
    "seats/",
    "registrations/",
    "contact_confirmation/",
    "erasures/",
    "exports/",
    "gatherings/pages_gathering.py",
    "gatherings/pages.py",
    "domain/answers.py",
    "questions/answering.py",
    "page_context.py",
)
"""Where what is answered reaches residents; of the domain, the functions named below."""
RULES_FOR_RESIDENTS = {
    "domain/gathering.py": ("check_party",),
    "domain/refused.py": (
        "NotRegistered",
        "NoRoom",
        "SupportFull",
        "ListFull",
        "TooManyUnconfirmed",
        "NoOffer",
        "NotConfirmed",
        "CallFirst",
        "NotOpen",
        "NotOpenYet",
        "Closed",
        "CalledOff",
        "GatheringOver",
    ),
}
FOR_PROGRAMS = {
    "Registrations by telephone or e-mail are entered by staff.",
    "Say which companion: 1 is the first.",
    "Give a list with one answer for each of the %(people)s people; null where there is none.",
    "A change of this registration is under way.",
    "See errors.",
}
"""What no page can bring about: only whoever calls the API with something of their own meets it."""


def _said(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(function, expression) of whatever stands where a refusal takes its sentence, or is a constant that one may be."""
    left: list[tuple[ast.AST, str]] = [(tree, "")]
    while left:
        parent, function = left.pop()
        for node in ast.iter_child_nodes(parent):
            inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else function
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in RAISING:
                    said = (one for one in ast.walk(node) if isinstance(one, ast.Constant | ast.JoinedStr))
                    yield from ((inside, one) for one in said)
            elif (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and isinstance(parent, ast.Module | ast.ClassDef)
            ):
                yield inside, node.value
            left.append((node, inside))


@cache
def _sentences(name: str) -> frozenset[tuple[str, str]]:
    """(function, sentence) in one file; one that is put together from parts is shown with {} in their place."""
    found = set()
    for function, said in _said(ast.parse((SERVICE / name).read_text("utf-8"))):
        parts = said.values if isinstance(said, ast.JoinedStr) else [said]
        text = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in parts)
        if SENTENCE.fullmatch(text) and text not in FOR_PROGRAMS:
            found.add((function, text))
    return frozenset(found)


def _for_residents(name: str, function: str) -> bool:
    named = RULES_FOR_RESIDENTS.get(name, ())
    return function in named or (name.startswith(RESIDENTS) and "staff" not in name and "api_" not in name)


FILES = sorted(
    name
    for name in (file.relative_to(SERVICE).as_posix() for file in SERVICE.rglob("*.py"))
    if not name.startswith("domain/audit")
)
CATALOGUES = Messages(SERVICE / "locale")


@pytest.mark.parametrize("name", FILES)
def test_refusals_are_known_in_the_languages_of_their_readers(name: str) -> None:
    missing = {}
    for function, sentence in sorted(_sentences(name)):
        codes = TRANSLATED if _for_residents(name, function) else [c for c in STAFF_LANGUAGES if c in TRANSLATED]
        if untranslated := [code for code in codes if CATALOGUES[code].gettext(sentence) == sentence]:
            missing[function, sentence] = untranslated
    assert not missing, f"{name}: not translated"


def test_the_search_finds_what_rules_say_wherever_it_stands() -> None:
    found = {(name, function) for name in FILES for function, _ in _sentences(name)}
    assert {(file, function) for file, functions in RULES_FOR_RESIDENTS.items() for function in functions} - found == {
        ("domain/gathering.py", "check_party")  # its sentences are constants of the module
    }
    assert ("domain/gathering.py", "") in found
    assert ("seats/repository.py", "_round") in found
    tree = ast.parse('def f():\n    raise conflict("x", f"At most {most} people can come.")')
    assert [type(one) for _, one in _said(tree)].count(ast.JoinedStr) == 1
