"""Several devices of one person write into one sheet: what a save may change, decided entry by entry.

A device says for each entry which values it knows the entry to have had (`seen_values`): the one it showed, and those it sent
without hearing back. An entry is changed if it still has one of these values, so whoever changes it knew what was
there. Otherwise another device was faster: nothing is overwritten, and the device is told what stands there now. An
entry that has the new value already is neither, so that a save may be sent again. An entry without `seen_values` is
changed in any case: that is how a program saves that does not take part.

Values instead of counters, because nothing more has to be stored, and because a lost answer of the server can be told
from another device.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

T = TypeVar("T")


def merge(
    current: Mapping[str, T], new_values: Mapping[str, T], seen_values: Mapping[str, Collection[T]], empty: T
) -> tuple[dict[str, T], dict[str, T]]:
    """(what changes, what stands in the way by entry). `empty`: the value of an entry that is not there."""
    changes: dict[str, T] = {}
    conflicts: dict[str, T] = {}
    for entry, value in new_values.items():
        stored = current.get(entry, empty)
        if stored == value:
            continue
        if entry not in seen_values or stored in seen_values[entry]:
            changes[entry] = value
        else:
            conflicts[entry] = stored
    return changes, conflicts
