"""Ports are kept while they are free; children die with their parent, whichever thread started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.local import process
from tests.support.waiting import until_now

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, time
from pathlib import Path
from deploy.local import process
child = process.spawn(["sleep", "60"], Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    """Whether a process has ended. A zombie counts as ended: who inherits it may be slow."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_port_is_kept_from_start_to_start(tmp_path: Path) -> None:
    first = process.port_for(tmp_path / "port")
    assert first in process.PORTS
    assert process.port_for(tmp_path / "port") == first


def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (tmp_path / "port").write_text(str(taken.getsockname()[1]))
        other = process.port_for(tmp_path / "port", patience=0.1)
        assert other != taken.getsockname()[1]
    assert process.port_for(tmp_path / "port") == other


def test_a_damaged_port_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("")
    assert process.port_for(tmp_path / "port") in process.PORTS


def test_a_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.kill()
    parent.wait()
    until_now(lambda: gone(child), "the end of the child")


def test_a_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []
    thread = threading.Thread(target=lambda: started.append(process.spawn(["sleep", "60"], tmp_path / "log")))
    thread.start()
    thread.join()
    with pytest.raises(subprocess.TimeoutExpired):
        started[0].wait(0.3)
    process.stop(started[0])
    assert started[0].returncode == -signal.SIGTERM


def test_a_frozen_child_can_be_stopped(tmp_path: Path) -> None:
    child = process.spawn(["sleep", "60"], tmp_path / "log")
    child.send_signal(signal.SIGSTOP)
    process.stop(child)
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    log = tmp_path / "log"
    child = process.spawn([sys.executable, "-c", deaf], log)
    process.wait_ready(child, lambda: "deaf" in log.read_text(), "The child", log)
    process.stop(child, patience=0.2)
    assert child.returncode == -signal.SIGKILL


def test_a_child_that_ends_early_is_said_with_its_log(tmp_path: Path) -> None:
    child = process.spawn(["false"], tmp_path / "log")
    with pytest.raises(process.StartError, match=f"ended with code 1; its log is {tmp_path / 'log'}"):
        process.wait_ready(child, lambda: False, "The child", tmp_path / "log")


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(process.StartError, match="no-such-program"):
        process.spawn(["no-such-program"], tmp_path / "log")
