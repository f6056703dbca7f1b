"""The image holds exactly what is locked, and nothing that builds or runs as root."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.image.healthy import healthy
from tests.unit.deploy.compose import ROOT, containers

TEXT = (ROOT / "deploy/image/Dockerfile").read_text()
FINAL = TEXT.split("\nFROM ")[-1]


def test_dependencies_are_installed_by_hash_and_the_project_without_any() -> None:
    installs = [line for line in re.split(r"\n|&&", TEXT) if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)


def test_every_build_requirement_has_a_hash() -> None:
    text = (ROOT / "deploy/image/build.lock").read_text()
    requirements = re.findall(r"^\w[^\n]*==(?:[^\n]*\\\n)+[^\n]*", text, re.MULTILINE)
    assert len(requirements) == len(re.findall(r"^\w", text, re.MULTILINE))
    assert all("--hash=sha256:" in requirement for requirement in requirements)


def test_the_base_is_pinned_once_for_both_stages() -> None:
    assert re.search(r"^ARG PYTHON=python:3\.11\.\d+-slim-\w+$", TEXT, re.MULTILINE)
    assert [line.split()[1] for line in TEXT.splitlines() if line.startswith("FROM ")] == ["${PYTHON}", "${PYTHON}"]


def test_the_final_stage_installs_nothing_and_drops_root() -> None:
    assert "pip" not in FINAL
    assert "apt-get" not in FINAL
    assert re.search(r"^USER 10001:10001$", FINAL, re.MULTILINE)


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--)(.+) \S+$", TEXT, re.MULTILINE))
def test_what_is_copied_exists_and_reaches_the_build(source: str) -> None:
    allowed = {
        line[1:]
        for line in (ROOT / "deploy/image/Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for name in source.split():
        assert (ROOT / name).exists()
        assert name.split("/")[0] in allowed


def test_all_packages_of_the_project_are_in_the_image() -> None:
    packages = re.search(r"^packages = \[(.+)\]$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert packages is not None
    for name in re.findall(r"\w+", packages[1]):
        assert f"\nCOPY {name} {name}\n" in TEXT


def test_compose_calls_the_health_check_where_the_image_has_it() -> None:
    place = containers()["registration-api"]["healthcheck"]["test"][2]
    assert f"COPY deploy/image/healthy.py {place}\n" in FINAL


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_healthy_means_an_answer_of_200(status: int, expected: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        assert healthy(address) is expected
        server.shutdown()
    assert healthy(address) is False
