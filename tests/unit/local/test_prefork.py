"""Programs forked from a parent that has imported them: real processes, with an environment, a log and an exit code of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import process
from deploy.local.prefork import Prefork
from tests.support.waiting import ended, until_now

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, time
from pathlib import Path
from deploy.local.prefork import Prefork
folder = Path(sys.argv[1])
parent = Prefork("tests.unit.local.forked:sleep", ["tests.unit.local.forked"], folder / "parent.log")
print(parent.fork([], folder / "log").pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Prefork]:
    made = Prefork("tests.unit.local.forked:main", ["tests.unit.local.forked"], tmp_path / "parent.log")
    yield made
    made.close()


def test_a_fork_has_arguments_an_environment_a_log_and_an_exit_code_of_its_own(parent: Prefork, tmp_path: Path) -> None:
    first = parent.fork(["one"], tmp_path / "one.log", {"SAID": "hello"})
    second = parent.fork(["two", "7"], tmp_path / "two.log", {"SAID": "world"})
    assert (ended(first), ended(second)) == (0, 7)
    assert (tmp_path / "one.log").read_text() == f"one hello {first.pid} {first.pid}\n"
    assert (tmp_path / "two.log").read_text() == f"two world {second.pid} {second.pid}\n"


def test_what_fails_says_so_in_its_log_and_harms_no_other(parent: Prefork, tmp_path: Path) -> None:
    assert ended(parent.fork(["fail"], tmp_path / "fail.log")) == 1
    assert "ValueError: on purpose" in (tmp_path / "fail.log").read_text()
    assert ended(parent.fork(["one"], tmp_path / "one.log", {"SAID": "hello"})) == 0


def test_a_fork_is_stopped_and_killed_like_any_child(parent: Prefork, tmp_path: Path) -> None:
    asked, killed = (parent.fork(["sleep"], tmp_path / "log") for _ in range(2))
    with pytest.raises(subprocess.TimeoutExpired):
        asked.wait(0.2)
    assert psutil.Process(asked.pid).name() == "sleep"
    process.stop(asked)
    killed.kill()
    assert (asked.returncode, killed.wait()) == (-signal.SIGTERM, -signal.SIGKILL)


def test_a_parent_that_could_not_import_is_said_with_its_log(tmp_path: Path) -> None:
    broken = Prefork("nothing:main", ["no_such_module"], tmp_path / "parent.log")
    with pytest.raises(process.StartError, match=str(tmp_path / "parent.log")):
        broken.fork([], tmp_path / "log")
    assert "no_such_module" in (tmp_path / "parent.log").read_text()


def test_no_fork_outlives_a_killed_grandparent(tmp_path: Path) -> None:
    grandparent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert grandparent.stdout is not None
    child = psutil.Process(int(grandparent.stdout.readline()))
    os.kill(grandparent.pid, signal.SIGKILL)
    grandparent.wait()
    until_now(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the end of the fork")
