"""The services there are, by name; each is imported only when it is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.service import Service
    from chassis.settings import Settings

NAMES = ("registration", "selfcheck", "notifications", "reporting")
RUN = "kommune.cli:app"
WARM = (
    "kommune.cli",
    "kommune.http",
    "kommune.scrape",
    "uvloop",
    "jinja2",
    "babel.dates",
    *(f"services.{name}.service" for name in NAMES),
)
"""What runs a service, and what it imports for that, at once or with the first page: for processes that are forked
(`deploy.local.prefork`)."""


def build(name: str, settings: Settings) -> Service:
    """Compose one service. Needs a running event loop."""
    from chassis.service import Service  # with the web framework: who asks for names alone needs none

    return Service(name, import_module(f"services.{name}.service").compose, settings)
