"""The compose file as Compose sees it: with the variables of an `.env` put in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docker-compose.yml"
SERVICES = ("registration", "selfcheck", "notifications", "reporting")
_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")


class Unset(Exception):
    """A variable that has no default is missing; Compose refuses to start."""


def example() -> dict[str, str]:
    """The secrets that `.env.example` asks for, each filled in as its text says."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.partition("=")[0]: "0123456789abcdef" * 4 for line in lines if re.match(r"[A-Z_]+=$", line)}


def interpolate(text: str, variables: dict[str, str]) -> str:
    """Compose's `${NAME}`, `${NAME:-default}` and `${NAME:?message}`.

    Raises:
        Unset: with the name and message.
    """

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found["name"], found["kind"], found["rest"]
        if variables.get(name):
            return variables[name]
        if kind == ":-":
            return str(rest)
        raise Unset(f"{name}: {rest or 'no default'}")

    return _VARIABLE.sub(value, text).replace("$$", "$")


@cache
def raw() -> dict[str, Any]:
    """As written, anchors and merges resolved."""
    return dict(yaml.safe_load(FILE.read_text()))


def resolved(variables: dict[str, str]) -> dict[str, Any]:
    """With variables put in, value by value as Compose does."""

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, list):
            return [walk(item) for item in node]
        return interpolate(node, variables) if isinstance(node, str) else node

    return dict(walk(raw()))


def containers() -> dict[str, dict[str, Any]]:
    """All containers by name."""
    return dict(raw()["services"])


def ours() -> dict[str, dict[str, Any]]:
    """The containers that run our image."""
    return {name: container for name, container in containers().items() if "build" in container}
