"""Patterns that are looked for in texts take time in proportion to the text, whatever somebody writes there.

A pattern that begins with an unbounded repetition, and goes on, is tried anew from each sign of a long run: 5,000 letters were
12 million steps, and one request stopped a service for half a minute.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.sources import texts

SEARCHES = {"search", "findall", "finditer", "sub", "subn", "split"}
LINEAR = {r"\s*\S+|\s+$"}
"""The run at which the first way fails is taken by the second."""
_BEGINS_WITH_A_RUN = re.compile(r"(?:\[(?:\\.|[^\]\\])+\]|\\.|[^\\\[(])[*+]\??(?P<rest>.+)", re.S)
_OPTIONAL = re.compile(r"\(.*\)[*?]\??", re.S)


def tries_again_from_each_sign(pattern: str) -> bool:
    found = _BEGINS_WITH_A_RUN.fullmatch(pattern)
    return found is not None and not _OPTIONAL.fullmatch(found["rest"])


def patterns_searched_for(source: str) -> Iterator[str]:
    """Literal patterns of a module that are searched for, not held against the beginning of a text."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first, by = node.args[0], node.func
        if not (isinstance(by.value, ast.Name) and by.value.id == "re" and isinstance(first, ast.Constant)):
            continue
        pattern = first.value if isinstance(first.value, str) else bytes(first.value).decode("latin-1")
        line = lines[node.lineno - 1]
        named = re.match(r"\s*(\w+)\s*=", line)
        if by.attr in SEARCHES or (named and re.search(rf"\b{named[1]}\.(?:{'|'.join(sorted(SEARCHES))})\(", source)):
            yield pattern


@pytest.mark.parametrize("package", ["chassis", "contracts", "disclosure", "kommune", "programme", "services"])
def test_no_pattern_is_tried_again_from_each_sign_of_a_run(package: str) -> None:
    wrong = [
        f"{path}: {pattern}"
        for path, text in texts(package).items()
        if "import re\n" in text
        for pattern in patterns_searched_for(text)
        if tries_again_from_each_sign(pattern) and pattern not in LINEAR
    ]
    assert wrong == []


def test_a_pattern_that_tries_again_from_each_sign_is_found() -> None:
    source = 'import re\n_ADDRESS = re.compile(r"[\\w.+-]+@x")\n_ADDRESS.search("")\nre.findall(r"[.!]+$", "")\n'
    assert [tries_again_from_each_sign(one) for one in patterns_searched_for(source)] == [True, True]
    for linear in (r"\w+", r"[a-z]+(?:-[a-z]+)*", r"(?<!\w)\w+@", "a+", r"\\d", r"x\s+y"):
        assert not tries_again_from_each_sign(linear), linear
