"""Finds the model of an event by its type, and lists them all."""

from __future__ import annotations

from collections.abc import Iterator

from contracts import contacts, notifications, registration, reporting, selfcheck
from contracts.envelope import Event


def _concrete(root: type[Event]) -> Iterator[type[Event]]:
    for model in root.__subclasses__():
        if "event_type" in model.__dict__:
            yield model
        yield from _concrete(model)


_MODULES = (registration, contacts, selfcheck, notifications, reporting)

EVENTS: dict[str, type[Event]] = {
    model.event_type: model
    for model in sorted(_concrete(Event), key=lambda m: m.event_type)
    if model.__module__.startswith(tuple(module.__name__ for module in _MODULES))
}
