"""What clients of HTTP rely on: HEAD and OPTIONS, which methods there are, how a body is sent, what caches keep."""

from __future__ import annotations

import gzip

import httpx
import pytest

from chassis.settings import Settings
from kommune.http import combine_services
from kommune.services import build
from tests.service.security import test_faults_of_real_use as faults
from tests.service.security.test_bad_input import Desk
from tests.service.security.test_faults_of_real_use import WEB, R, S
from tests.support.served import served

everything, desk = faults.everything, faults.desk  # fixtures for this file


@pytest.mark.parametrize(
    "path",
    [
        "/registration/",
        f"{WEB}/",
        f"{R}/gatherings",
        f"{R}/gatherings.ics",
        "/registration/health/live",
        "/registration/metrics",
    ],
)
async def test_head_answers_as_get(desk: Desk, path: str) -> None:
    shown, head = await desk.ask("GET", path), await desk.ask("HEAD", path)
    assert (head.status_code, head.content) == (shown.status_code, b"")
    assert head.headers["content-type"] == shown.headers["content-type"]
    if "metrics" not in path:
        assert head.headers["content-length"] == shown.headers["content-length"]


async def test_head_of_an_endless_answer_ends(desk: Desk) -> None:
    path = f"{S}/assessments/{{assessment}}/board/stream"
    answer = await desk.ask("HEAD", path, "moderator", timeout=20)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_wrong_method_names_the_right_ones(desk: Desk) -> None:
    answer = await desk.ask("DELETE", f"{R}/gatherings/{{gathering}}", "coordinator")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PATCH")
    answer = await desk.ask("OPTIONS", f"{R}/gatherings/{{gathering}}")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PATCH")


async def test_a_real_server_agrees(settings: Settings) -> None:
    """It counts what follows the headers by a method of its own, and hangs up where that is something else; `*` is no path."""
    service = build("registration", settings)
    async with (
        served(combine_services([service], works=False)) as url,
        httpx.AsyncClient(base_url=url, verify=False, limits=httpx.Limits(max_connections=1)) as client,
    ):
        answers = [await client.head(path) for path in ("/registration/", "/registration/health/live", "/unknown")]
        answers.append(await client.request("OPTIONS", "/", extensions={"target": b"*"}))
        shown = await client.get("/unknown", headers={"accept": "text/html", "accept-language": "uk"})
        answers.append(shown)
        ends = {answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}
    await service.context.database.close()
    assert [answer.status_code for answer in answers] == [200, 200, 404, 204, 404]
    assert len(ends) == 1, "all of them over one connection"
    assert (shown.headers["content-language"], "content-security-policy" in shown.headers) == ("uk", True)


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "remedy"),
    [
        ('{"granted": "ü"}'.encode("latin-1"), JSON, 400, "UTF-8"),
        (gzip.compress(b"{}", mtime=0), {**JSON, "content-encoding": "gzip"}, 415, "without Content-Encoding"),
        (b"[" * 100_000, JSON, 400, "JSON"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON, 400, "less deeply"),
        (b'{"capacity": ' + b"9" * 5_000 + b"}", JSON, 400, "fewer digits"),
        (b"{}", {}, 415, "Content-Type: application/json"),
        (b"name=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "Content-Type: application/json"),
        (b"{", JSON, 400, "JSON"),
    ],
)
async def test_a_body_that_cannot_be_read_says_how_to_send_it(
    desk: Desk, content: bytes, headers: dict[str, str], status: int, remedy: str
) -> None:
    answer = await desk.ask("POST", f"{R}/gatherings", "coordinator", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert remedy in answer.json()["detail"]


async def test_what_is_for_staff_is_not_kept_by_caches(desk: Desk) -> None:
    answer = await desk.ask("GET", f"{R}/gatherings/{{gathering}}/registrations", "intake")
    assert answer.headers["cache-control"] == "no-store"
