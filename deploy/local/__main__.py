"""`python -m deploy.local`: MongoDB and Kafka alone, in the foreground, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from deploy.local.fetch import FetchError
from deploy.local.process import StartError
from deploy.local.stack import AlreadyRunning, LocalStack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(".local"), help="folder for data, logs and what was fetched")
    state = parser.parse_args().state
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with LocalStack(state, lambda line: print(line, file=sys.stderr, flush=True)) as stack:
            print(
                f"export MONGODB_URI='{stack.mongodb_uri}'\nexport KAFKA_BOOTSTRAP={stack.kafka_bootstrap}", flush=True
            )
            signal.sigwait(signals)
    except (AlreadyRunning, FetchError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
