"""Container health check: exit code 0 when the address given answers 200, else 1."""

from __future__ import annotations

import sys
import urllib.request

PATIENCE = 4.0
"""Seconds; the services answer their own checks within two."""


def healthy(address: str) -> bool:
    """Whether a GET of the address answers 200 in time."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - the address is the compose file's
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(sys.argv[1]) else 1)
