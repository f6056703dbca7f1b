"""The real Keycloak with the realm of `deploy/keycloak`: fetched once through the Maven registry, run by the Java of the local stack."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import fetch, process

VERSION = "26.4.0"
SHA256 = "1b6a11a2726ac8a8dc9c91d5fafe989a75ce4f1622d7f7b45c21d5bc16629c0a"
REALM = Path(__file__).parents[2] / "deploy" / "keycloak" / "realm.json"


@dataclass(frozen=True)
class Keycloak:
    """`password`: of all people of the realm; `secret`: of the client."""

    issuer: str
    secret: str
    password: str


@contextmanager
def keycloak(folder: Path, public_url: str, port: int) -> Iterator[Keycloak]:
    """A Keycloak that knows the platform under `public_url`."""
    home = folder / f"keycloak-{VERSION}"
    with zipfile.ZipFile(_distribution()) as archive:
        archive.extractall(folder)
    launcher = home / "bin" / "kc.sh"
    launcher.chmod(0o755)
    (home / "data" / "import").mkdir(parents=True)
    shutil.copy(REALM, home / "data" / "import")
    running = Keycloak(
        f"http://127.0.0.1:{port}/realms/weltoffene-kommune", "hush-for-tests-alone", "geheim-for-tests-alone"
    )
    environment = os.environ | {
        "JAVA_HOME": str(fetch.java().parents[1]),
        "PUBLIC_URL": public_url,
        "OIDC_CLIENT_SECRET": running.secret,
        "DEMO_PASSWORD": running.password,
        # It answers a handful of requests: the second compiler takes more time than it gives back.
        "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
    }
    command = [str(launcher), "start-dev", "--http-host", "127.0.0.1", "--http-port", str(port), "--import-realm"]
    log = folder / "keycloak.log"
    child = process.spawn(command, log, environment)
    try:
        process.wait_ready(child, lambda: _answers(running.issuer), "Keycloak", log)
        yield running
    finally:
        process.stop(child)


def _answers(issuer: str) -> bool:
    try:
        with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        time.sleep(0.5)
        return False


def _distribution() -> Path:
    """The archive, from the cache of what was fetched. Raises FetchError where it is not what it should be."""
    from jgo.maven import MavenContext

    cache = Path(os.environ["KOMMUNE_CACHE"]) / "keycloak"
    archive = cache / f"keycloak-{VERSION}.zip"
    if not archive.exists():
        distribution = MavenContext(repo_cache=cache / "m2", timeout=300).project(
            "org.keycloak", "keycloak-quarkus-dist"
        )
        fetched = Path(distribution.at_version(VERSION).artifact(packaging="zip").resolve())
        with fetched.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != SHA256:
                raise fetch.FetchError(f"{fetched.name} is not what it should be")
        fetched.rename(archive)
    return archive
