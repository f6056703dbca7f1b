"""MongoDB and Kafka alone, in the foreground, until Ctrl-C or SIGTERM.

When both are ready their addresses are printed as a line for the shell, so that
`eval "$(head -1 FILE)"` of the output points tests and services at them. Data, logs and what was fetched stay in
the state folder. MONGODB_URI or KAFKA_BOOTSTRAP in the environment: that server is used instead of one from here.
KOMMUNE_CACHE: folder of what was fetched, to be shared by several state folders.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from pathlib import Path

from deploy.local.fetch import FetchError
from deploy.local.process import StartError
from deploy.local.stack import AlreadyRunning, LocalStack

CHECK_SECONDS = 1.0


def main() -> int:
    """The exit code: 0 after a stop that was asked for, 1 when it could not start or a server ended by itself."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, default=Path(".local"), help="the state folder (default: .local)")
    state = parser.parse_args().state
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt(stopping))
    try:
        with LocalStack(state, lambda line: print(line, file=sys.stderr, flush=True)) as stack:
            stack.announce(f"MongoDB at {stack.mongodb_uri}, Kafka at {stack.kafka_bootstrap}")
            mongodb, kafka = shlex.quote(stack.mongodb_uri), shlex.quote(stack.kafka_bootstrap)
            print(f"export MONGODB_URI={mongodb} KAFKA_BOOTSTRAP={kafka}", flush=True)
            while not stopping.wait(CHECK_SECONDS):
                if ended := stack.ended():
                    raise StartError(ended)
    except (AlreadyRunning, FetchError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _interrupt(stopping: threading.Event) -> None:
    """As Ctrl-C once: it also ends a start that is under way; a second signal doesn't disturb the stopping."""
    if not stopping.is_set():
        stopping.set()
        raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
