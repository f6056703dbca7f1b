"""Each form of staff that shows what is stored knows what it showed, so that it overwrites nothing that was saved meanwhile."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import called

ROOT = Path(__file__).parents[3]
PAGES = sorted([*(ROOT / "services").glob("*/*/staff_pages*.py"), *(ROOT / "chassis").glob("*/staff_pages*.py")])
INITIAL = {"form": 1, "new_form": 3, "new": 2}
"""Which argument holds what a new form shows, by the function that makes it."""

NEW = "something new: nobody else's entry stands there yet"
REVISION = "carries the revision of the whole: whoever sends an older one is refused"
OTHERWISE = {
    "services/registration/desk/staff_pages_intake.py: f'act:{id}'": "carries what it showed itself (`concurrent_edits`)",
    "services/registration/desk/staff_pages_door.py: f'door:{id}'": "asks only what nobody has answered yet",
    "services/registration/interface_languages/staff_pages.py: 'preview'": "is only looked at",
    "services/registration/staff/staff_pages.py: 'staff'": NEW,
    "services/reporting/action_plans/staff_pages.py: _purpose(id, field)": REVISION,
    "services/reporting/practices/staff_pages.py: f'practice:{id}'": REVISION,
    "services/reporting/questions/staff_pages.py: 'question:new'": NEW,
    "services/reporting/questions/staff_pages.py: f'question:{id}'": NEW,
    "services/reporting/visits/staff_pages.py: 'visit:new'": NEW,
    "services/reporting/waves/staff_pages_office.py: 'wave:new'": NEW,
    "services/selfcheck/measures/staff_pages.py: f'measure:{id}'": NEW,
    "services/selfcheck/measures/staff_pages.py: f'carry:{id}'": NEW,
    "services/selfcheck/measures/staff_pages.py: f'measure:{measure}'": REVISION,
    "services/selfcheck/questionnaires/staff_pages.py: f'replace:{draft}'": REVISION,
    "services/selfcheck/questionnaires/staff_pages.py: f'publish:{draft}'": REVISION,
    "services/selfcheck/workshop/staff_pages.py: f'agree:{id}:{question}'": REVISION,
    "chassis/upkeep/staff_pages.py: PURPOSE": "a message that was put right is gone: whoever is later finds none",
}


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _called(node: ast.AST) -> str:
    return called(node) if isinstance(node, ast.Call) else ""


def _filled(tree: ast.AST) -> Iterator[tuple[str, ast.expr, bool]]:
    """(purpose, what it shows, whether it remembers that) of each form that is made with something in it."""
    inside = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        at = INITIAL.get(_called(node))
        if at is not None and isinstance(node, ast.Call) and len(node.args) > at:
            purpose = ast.unparse(node.args[at - 1])
            if purpose not in ("purpose", "f'questionnaires:{purpose}'"):  # helpers of the module hand it on
                yield purpose, node.args[at], _called(inside[id(node)]) == "remember"


def _only_begins(shown: ast.expr) -> bool:
    """What a form begins with is written in the program."""
    if isinstance(shown, ast.Dict):
        return all(key is not None for key in shown.keys) and not any(
            isinstance(node, ast.Name | ast.Call) for value in shown.values for node in ast.walk(value)
        )
    return ast.unparse(shown).rpartition(".")[2].isupper()


def _in(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _unprotected(file: Path, tree: ast.AST) -> set[str]:
    return {
        f"{_in(file)}: {purpose}"
        for purpose, shown, remembers in _filled(tree)
        if not remembers and not _only_begins(shown)
    }


@pytest.mark.parametrize("file", PAGES, ids=_in)
def test_what_shows_stored_entries_remembers_them(file: Path) -> None:
    assert _unprotected(file, _tree(file)) - set(OTHERWISE) == set()


@pytest.mark.parametrize("file", PAGES, ids=_in)
def test_what_was_remembered_is_brought_together_with_what_is_stored(file: Path) -> None:
    tree = _tree(file)
    remembered = {purpose for purpose, _, remembers in _filled(tree) if remembers}
    for handler in [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]:
        calls = {_called(node): node for node in ast.walk(handler) if isinstance(node, ast.Call)}
        if "received" in calls and ast.unparse(calls["received"].args[-1]) in remembered:
            assert "merge" in calls, f"{handler.name}, line {handler.lineno}"


def test_no_reason_is_left_over() -> None:
    found = set().union(*(_unprotected(file, _tree(file)) for file in PAGES))
    assert set(OTHERWISE) - found == set()


def test_a_form_that_forgets_is_found() -> None:
    forgets = 'page.form("settings", _entered(stored)); page.form("beginning", {"count": 4, "days": ["1"]}); page.form("next", NEW)'
    keeps = 'remember(new_form(request, caller, f"training:{id}", stored), stored); page.form("none")'
    file = ROOT / "services/any/thing/staff_pages.py"
    assert _unprotected(file, ast.parse(f"{forgets}; {keeps}")) == {"services/any/thing/staff_pages.py: 'settings'"}
