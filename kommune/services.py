"""The services there are, by name; each is imported only when it is run."""

from __future__ import annotations

from importlib import import_module

from chassis.service import Service
from chassis.settings import Settings

NAMES = ("registration", "selfcheck", "notifications", "reporting")


def available() -> tuple[str, ...]:
    """Services whose composition root is part of this installation."""
    from importlib.util import find_spec

    return tuple(name for name in NAMES if find_spec(f"services.{name}.service") is not None)


def build(name: str, settings: Settings) -> Service:
    """Compose one service. Needs a running event loop."""
    return Service(name, import_module(f"services.{name}.service").compose, settings)
