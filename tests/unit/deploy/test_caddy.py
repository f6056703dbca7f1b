"""The real Caddy with our configuration: each prefix reaches its service, metrics reach nobody."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from chassis.http.app import client_address
from tests.support.waiting import ended, until_now
from tests.unit.deploy.compose import ROOT, SERVICES
from tests.unit.deploy.programs import run

FILE = ROOT / "deploy/caddy/Caddyfile"


def test_configuration_is_valid_and_formatted() -> None:
    assert "Valid configuration" in run("caddy", "validate", "--config", FILE, "--adapter", "caddyfile")
    assert run("caddy", "fmt", FILE) == FILE.read_text()


class Upstream(BaseHTTPRequestHandler):
    """Answers with its server's name, the path, and the address it was told."""

    def do_GET(self) -> None:
        name = self.server.kommune_name  # type: ignore[attr-defined]
        body = f"{name} {self.path} {self.headers.get('X-Forwarded-For')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Caddy on free ports before stand-ins for the services; `reporting` is down."""
    run("caddy", "version")
    text = FILE.read_text().replace("lb_try_duration 5s", "lb_try_duration 300ms")
    with ExitStack() as stack:
        for name in ("registration-api", "selfcheck-api", "notifications-api", "keycloak"):
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Upstream))
            server.kommune_name = name  # type: ignore[attr-defined]
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            text = text.replace(f"{name}:{8080 if name == 'keycloak' else 8000}", f"127.0.0.1:{server.server_port}")
        text = text.replace("reporting-api:8000", f"127.0.0.1:{free_port()}")

        def doors(public: int, own: int) -> str:
            named = text.replace("auth.localhost:8000", f"auth.localhost:{public}")
            return named.replace("\n:8000 {", f"\n:{public} {{").replace("127.0.0.1:8080", f"127.0.0.1:{own}")

        yield stack.enter_context(_caddy(doors, tmp_path_factory.mktemp("caddy") / "Caddyfile"))


@pytest.fixture(scope="module")
def outer(front: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The proxy that a municipality has in front of ours, which ends TLS there: another Caddy as it comes."""

    def doors(public: int, own: int) -> str:
        return f"""
            {{
                admin off
                auto_https off
            }}
            :{public} {{
                reverse_proxy {front.base_url.host}:{front.base_url.port}
            }}
            http://127.0.0.1:{own} {{
                respond 200
            }}
        """

    with _caddy(doors, tmp_path_factory.mktemp("outer") / "Caddyfile") as client:
        yield client


@contextmanager
def _caddy(doors: Callable[[int, int], str], file: Path) -> Iterator[httpx.Client]:
    """A Caddy with the configuration that `doors` makes for two free ports: the public one, and one of its own."""
    for _ in range(5):
        public, own = free_port(), free_port()
        file.write_text(doors(public, own))
        running = _running(file, public, own)
        try:
            client = running.__enter__()
        except PortTaken:
            continue
        try:
            yield client
        finally:
            running.__exit__()
        return
    raise AssertionError("Caddy ended five times at its start: run it with the written Caddyfile to see why")


class PortTaken(Exception):
    """Caddy ended at once: between asking for a free port and using it, another program may take it."""


class _running:  # noqa: N801 - used as a function
    """A client of a Caddy that runs as long as the context."""

    def __init__(self, file: Path, public: int, own: int) -> None:
        self._command = [str(shutil.which("caddy")), "run", "--config", str(file), "--adapter", "caddyfile"]
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{public}", timeout=None)
        self._own = f"http://127.0.0.1:{own}/"

    def __enter__(self) -> httpx.Client:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_now(self._answers, "Caddy getting ready")
        return self._client

    def _answers(self) -> bool:
        try:
            return httpx.get(self._own, timeout=None).status_code == 200
        except httpx.ConnectError:
            if self._process.poll() is not None:
                raise PortTaken from None
            return False

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.terminate()
        ended(self._process)


@pytest.mark.parametrize("service", ["registration", "selfcheck", "notifications"])
def test_a_prefix_reaches_its_service(front: httpx.Client, service: str) -> None:
    answer = front.get(f"/{service}/v1/wilhelmshaven/x?y=1")
    assert answer.text.startswith(f"{service}-api /{service}/v1/wilhelmshaven/x?y=1 ")


def told(client: httpx.Client, proxies: int, source: str, forged: str | None = None) -> str:
    """The address by which a service behind so many proxies counts what comes from `source`."""
    headers = {"X-Forwarded-For": forged} if forged else {}
    with httpx.Client(base_url=client.base_url, transport=httpx.HTTPTransport(local_address=source)) as caller:
        forwarded = caller.get("/registration/", headers=headers).text.rpartition("/ ")[2]
    scope = {"type": "http", "headers": [(b"x-forwarded-for", forwarded.encode())], "client": ("caddy", 1)}
    return client_address(Request(scope), proxies)


@pytest.mark.parametrize("forged", [None, "203.0.113.7", "203.0.113.7, 203.0.113.8"])
def test_the_address_of_the_caller_cannot_be_forged(front: httpx.Client, forged: str | None) -> None:
    assert told(front, 1, "127.0.0.2", forged) == "127.0.0.2"


@pytest.mark.parametrize("forged", [None, "203.0.113.7", "203.0.113.7, 203.0.113.8"])
def test_behind_another_proxy_each_caller_keeps_an_address_of_their_own(
    outer: httpx.Client, forged: str | None
) -> None:
    """If ours began the list anew, the whole town would be one address, and one limit."""
    assert told(outer, 2, "127.0.0.2", forged) == "127.0.0.2"
    assert told(outer, 2, "127.0.0.3", forged) == "127.0.0.3"


@pytest.mark.parametrize("service", SERVICES)
def test_metrics_stay_inside(front: httpx.Client, service: str) -> None:
    assert front.get(f"/{service}/metrics").status_code == 404


def test_a_service_that_is_down_is_said_to_be_away(front: httpx.Client) -> None:
    answer = front.get("/reporting/")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 502


def test_the_front_door_leads_to_registration(front: httpx.Client) -> None:
    answer = front.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/registration/")
    assert front.get("/selfcheck").headers["location"] == "/selfcheck/"


def test_who_found_a_fault_finds_whom_to_tell(front: httpx.Client) -> None:
    assert front.get("/.well-known/security.txt").text.startswith("registration-api /registration/security.txt ")


def test_nothing_else_is_served(front: httpx.Client) -> None:
    assert front.get("/elsewhere").status_code == 404
    assert front.get("/registrations/x").status_code == 404


def test_sign_in_has_a_host_of_its_own(front: httpx.Client) -> None:
    port = front.base_url.port
    answer = front.get("/realms/weltoffene-kommune", headers={"Host": f"auth.localhost:{port}"})
    assert answer.text.startswith("keycloak /realms/weltoffene-kommune ")
