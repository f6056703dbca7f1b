"""Checking a downloaded audit trail: every decision about seats is made again by the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable

from services.registration.audit.repository import entry_of
from services.registration.domain.audit import Verdict, check
from services.registration.domain.audit_entries import Entry


class NoTrail(ValueError):
    """What was given is no audit trail; the message says where."""


def read(lines: Iterable[str]) -> list[Entry]:
    """The entries of one gathering, as `…/audit.jsonl` gives them.

    Raises: NoTrail.
    """
    entries, gatherings = [], set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            stored = json.loads(line)
            entries.append(entry_of(stored))
            gatherings.add(stored["gathering"])
        except (KeyError, TypeError, ValueError):
            raise NoTrail(f"line {number} is no entry of an audit trail") from None
    if len(gatherings) != 1:
        raise NoTrail("this is not the trail of one gathering")
    return entries


def report(verdict: Verdict, entries: int, as_json: bool) -> str:
    """The verdict for the terminal."""
    if as_json:
        findings = [{"n": finding.n, "what": finding.what} for finding in verdict.findings]
        return json.dumps({"entries": entries, "decisions": verdict.decisions, "findings": findings})
    if not verdict.findings:
        return f"{verdict.decisions} decisions in {entries} entries follow from the rules."
    return "\n".join(f"entry {finding.n}: {finding.what}" for finding in verdict.findings)


__all__ = ["NoTrail", "check", "read", "report"]
