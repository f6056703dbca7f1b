"""Decision records are found by their number: one after the other, each once, and the number in the title is the file's."""

from __future__ import annotations

from pathlib import Path

RECORDS = sorted((Path(__file__).parents[3] / "docs" / "decisions").glob("*.md"))


def test_decisions_are_numbered_one_after_the_other() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_title_of_a_decision_has_the_number_of_its_file() -> None:
    for record in RECORDS:
        assert record.read_text().startswith(f"# {int(record.name[:4])}. "), record.name
