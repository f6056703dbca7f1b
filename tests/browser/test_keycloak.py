"""Staff sign in at a real Keycloak, as in production: platform roles come from its token, a municipality's roles from registration."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from chassis.settings import Settings
from deploy.local import process
from tests.support.deployment import free_port
from tests.support.keycloak import Keycloak, keycloak

SLUG = "wilhelmshaven"
OFFICE, COORDINATOR = "programmbuero@weltoffene-kommune.example", "integration@wilhelmshaven.example"
SEND = """async ([method, path, body]) => {
    const answer = await fetch(path, {method, headers: {"content-type": "application/json"}, body: body && JSON.stringify(body)});
    return answer.status;
}"""


def _environment(settings: Settings, issuer: Keycloak, port: int) -> dict[str, str]:
    """Of a production deployment."""
    return os.environ | {
        "ENVIRONMENT": "production",
        "NAMESPACE": settings.namespace,
        "SECRET_KEY": "a secret for tests only, 32 characters and more",
        "MONGODB_URI": settings.mongodb_uri,
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "OIDC_ISSUER": issuer.issuer,
        "OIDC_CLIENT_ID": "weltoffene-kommune",
        "OIDC_CLIENT_SECRET": issuer.secret,
    }


async def _signed_in(browser: Browser, address: str, wanted: str, email: str, password: str) -> Page:
    page = await (await browser.new_context(locale="de-DE")).new_page()
    await page.goto(f"{address}/registration/sign-in?next={wanted}")
    await page.fill("#username", email)
    await page.fill("#password", password)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{address}{wanted}")
    return page


@pytest.mark.skipif(not os.environ.get("CI"), reason="fetches 160 MB and takes a minute: CI=1 make test")
async def test_office_and_coordinator_sign_in_at_keycloak(browser: Browser, settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with keycloak(tmp_path, address, free_port()) as issuer:
        log = tmp_path / "api.log"
        command = [sys.executable, "-m", "kommune.cli", "serve", "registration"]
        api = process.spawn(command, log, _environment(settings, issuer, port))
        try:
            process.wait_ready(api, lambda: process.listening(port), "the API", log)
            office = await _signed_in(browser, address, "/registration/", OFFICE, issuer.password)
            application = {
                "slug": SLUG,
                "name": {"de": "Wilhelmshaven"},
                "kind": "city",
                "state": "Niedersachsen",
                "inhabitants": 75_000,
                "contact": {"name": "Wilma Haven", "email": COORDINATOR},
                "languages": ["de"],
            }
            assert await office.evaluate(SEND, ["POST", "/registration/v1/municipalities", application]) == 201
            decision = {"decision": "admitted", "reason": "Willkommen"}
            path = f"/registration/v1/municipalities/{SLUG}/decision"
            assert await office.evaluate(SEND, ["POST", path, decision]) == 200

            desk = f"/registration/{SLUG}/desk"
            coordinator = await _signed_in(browser, address, desk, COORDINATOR, issuer.password)
            assert await coordinator.evaluate(SEND, ["GET", desk, None]) == 200
            # A municipality's coordinator does not admit municipalities, and the office does not stand at its desk.
            assert await coordinator.evaluate(SEND, ["POST", path, decision]) == 403
            assert await office.evaluate(SEND, ["GET", desk, None]) in (403, 404)
        finally:
            process.stop(api)
