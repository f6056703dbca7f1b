"""No page shows a time as it is stored: each goes through a filter that writes it in the reader's language and in German time."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
STORED = re.compile(r"\{\{\s*[\w.\[\]\"']+\.(?:at|\w+_at|\w+_until)\s*\}\}")


def test_times_are_written_for_people() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {shown}"
        for folder in ("services", "chassis", "programme")
        for file in sorted((ROOT / folder).rglob("templates/**/*.html"))
        for shown in STORED.findall(file.read_text("utf-8"))
    ]
    assert found == []


def test_a_time_as_it_is_stored_is_found() -> None:
    wrong = ("{{ tried.at }}", "{{ one.created_at }}", '{{ one["ends_at"].keep_until }}')
    assert all(STORED.search(one) for one in wrong)
    assert not STORED.search("{{ tried.at | datetime }}")
