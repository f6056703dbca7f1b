"""Words of the field for the search: what means the same in several languages, parts of compounds, and words that say nothing.

The words stand in `thesaurus.toml`, which says how to change them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

_FILE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

CONCEPTS: dict[str, dict[str, tuple[str, ...]]] = {
    name: {language: tuple(words.split()) for language, words in by_language.items()}
    for name, by_language in _FILE["concepts"].items()
}
"""Idea → language → words for it."""
COMPOUND_PARTS: tuple[str, ...] = tuple(_FILE["compound_parts"].split())
STOP_WORDS: frozenset[str] = frozenset(_FILE["stop_words"].split())
