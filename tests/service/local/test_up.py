"""`kommune up` shows pages as soon as MongoDB answers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx

from chassis.settings import Settings
from deploy.local import process
from tests.support.deployment import free_port
from tests.support.waiting import until


async def test_pages_answer_while_kafka_is_still_away(settings: Settings, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "up.log"
    environment = os.environ | {
        "PORT": str(port),
        "NAMESPACE": settings.namespace,
        "MONGODB_URI": settings.mongodb_uri,
        "KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
    }
    up = process.spawn([sys.executable, "-m", "kommune.cli", "up", "--state", str(tmp_path)], log, environment)
    try:

        async def pages_answer() -> bool:
            assert up.poll() is None, log.read_text()
            return "pages answer" in log.read_text()

        await until(pages_answer, "pages", log)
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"http://127.0.0.1:{port}/registration/", timeout=60)).status_code == 200
        assert "ready:" not in log.read_text()
    finally:
        up.kill()
        up.wait()
