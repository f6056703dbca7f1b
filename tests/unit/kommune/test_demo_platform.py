"""The demo's requests can be sent again, also by a newer version that asks for something else under the same name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from kommune.demo.platform import Platform


@pytest.fixture
def desk() -> Iterator[tuple[str, list[str]]]:
    """An address, and the keys of the requests that it took."""
    keys: list[str] = []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Idempotency-Key"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", keys
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_same_request_has_the_same_key_and_another_one_another(
    desk: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, keys = desk
    issuer = LocalIssuer(
        Settings(
            environment="local",
            secret_key="a secret for tests only, 32 characters and more",
            state_dir=str(tmp_path),
            mongodb_uri="mongodb://127.0.0.1:1",
            kafka_bootstrap="127.0.0.1:1",
        )
    )
    async with Platform(address, issuer) as platform:
        for body in ({"capacity": 10, "title": "a"}, {"title": "a", "capacity": 10}, {"title": "a", "capacity": 12}):
            await platform.call("POST", "/x", body, key="meeting")
    assert keys[0] == keys[1] != keys[2]
    assert all(key.startswith("demo-meeting-") for key in keys)
