"""Audits a wave in a process of its own: `python -m services.reporting.waves.audit_child`, JSON in, JSON out.

A nation's wave takes a core for minutes and its solver brings its own libraries: neither belongs into a process that answers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import msgspec

from services.reporting.domain.wave_settling import FieldToAudit, Settled, settle


class Job(msgspec.Struct, frozen=True):
    """The input: what is to be audited, and whether to leave out what gives somebody away."""

    fields: Sequence[FieldToAudit]
    suppress: bool


class Verdict(msgspec.Struct, frozen=True):
    """The output: for each field what can be told."""

    fields: Sequence[Settled]


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    verdict = Verdict([settle(one, job.suppress) for one in job.fields])
    sys.stdout.buffer.write(msgspec.json.encode(verdict))


if __name__ == "__main__":
    main()
