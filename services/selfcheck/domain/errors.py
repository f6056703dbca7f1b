"""Errors of the domain: input that is not valid, and commands that are not possible now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with the input.

    `pointer` is a JSON pointer (RFC 6901), `code` is stable and serves as the key of translated messages, `detail` says
    in plain English what is wrong and what to do about it, `values` are what a translation needs to say the same.
    Values people wrote are never repeated.
    """

    pointer: str
    code: str
    detail: str
    values: Mapping[str, object] = field(default_factory=dict)


class Invalid(ValueError):
    """The input has flaws; all that were found are listed, in the order of the document."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("; ".join(f"{flaw.pointer or '/'}: {flaw.detail}" for flaw in self.flaws))


class Refused(Exception):
    """The command is well-formed but not possible in the present state. `code` is stable, as in `Flaw`."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)


def pointer(*path: str | int) -> str:
    """A JSON pointer from its parts: `pointer("answers", "a/b")` is `/answers/a~1b`. Very long keys are cut."""
    parts = (str(part)[:200].encode("utf-8", "replace").decode() for part in path)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
