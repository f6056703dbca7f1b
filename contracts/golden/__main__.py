"""Writes the schema of each event type that has none yet, or has gained optional fields; refuses breaking changes."""

from __future__ import annotations

import sys

from contracts.catalogue import EVENTS
from contracts.golden.compare import breaking_changes, path_of, read, schema_of, write


def main() -> int:
    status = 0
    for name in EVENTS:
        problems = breaking_changes(read(name), schema_of(name)) if path_of(name).exists() else []
        for problem in problems:
            print(f"{name}: {problem}; make it a new version beside this one", file=sys.stderr)  # noqa: T201
            status = 1
        if not problems:
            write(name)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
