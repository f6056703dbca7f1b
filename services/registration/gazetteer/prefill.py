"""Prefills the application form from the official list of municipalities."""

from __future__ import annotations

import re

from anyascii import anyascii

from services.registration.gazetteer.documents import GazetteerEntry

_ADDED = re.compile(r",.*$| \(.*\)$")
"""What the list adds to a name: `Wilhelmshaven, Stadt`."""
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TOWNS = frozenset({"district-free city", "city", "major district town"})
LONGEST_SLUG = 40


def from_list(entry: GazetteerEntry) -> dict[str, str]:
    """The values to prefill, by the form's fields; everything can be changed."""
    name = _ADDED.sub("", entry.name)
    plain = anyascii(name.lower().translate(_GERMAN)).lower()
    return {
        "ags": entry.id,
        "municipality": name,
        "slug": re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-"),
        "kind": "city" if entry.kind in _TOWNS else "municipality",
        "state": entry.state,
        "inhabitants": str(entry.inhabitants or ""),
    }
