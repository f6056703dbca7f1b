"""Clients that others generate from the OpenAPI documents compile: types for TypeScript, and a package for Python."""

from __future__ import annotations

import compileall
import json
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.settings import Settings
from kommune.services import NAMES, build
from tests.support.node_tools import installed, node


@pytest.fixture(params=NAMES)
async def document(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
        state_dir=tmp_path,
    )
    file = tmp_path / f"{request.param}.json"
    file.write_text(json.dumps(build(request.param, settings).app(works=False).openapi()))
    return file


def test_types_for_typescript_compile(document: Path) -> None:
    packages = installed() / "node_modules"
    types = document.with_suffix(".ts")
    node(str(packages / "openapi-typescript" / "bin" / "cli.js"), str(document), "-o", str(types), cwd=document.parent)
    assert "export interface paths" in types.read_text()
    node(str(packages / "typescript" / "bin" / "tsc"), "--noEmit", "--strict", str(types), cwd=document.parent)


def test_a_client_for_python_compiles(document: Path) -> None:
    folder = document.parent / "client"
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)),
            *("--output-path", str(folder), "--meta", "none"),
        ],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-1000:]
    assert list(folder.glob("api/*/*.py"))
    assert compileall.compile_dir(folder, quiet=1)
