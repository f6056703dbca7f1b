"""Chromium, and a platform as `make up` starts it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from chassis.identity.tokens import LocalIssuer
from chassis.ids import Secrets
from deploy.local import process
from deploy.local.stack import LocalStack
from kommune.demo.platform import Platform
from kommune.up import local_environment
from programme.navigation import local_sign_in
from tests.conftest import settings_on
from tests.support.deployment import PatientPlatform, free_port
from tests.support.namespaces import new_namespace
from tests.support.topics import remove_topics
from tests.support.waiting import PATIENCE, until

CHROMIUM = shutil.which("chromium-headless-shell")
assert CHROMIUM is not None, "the browser is missing: run deploy/local/system-packages"
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page on a small phone; scripts that fail or break the security policy fail the test. Without service workers, which would stand
    between it and what a test does to the network."""
    context = await browser.new_context(viewport={"width": 320, "height": 800}, locale="en-GB", service_workers="block")
    context.set_default_timeout(PATIENCE * 1000)
    opened = await context.new_page()
    broken: list[str] = []
    opened.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    await context.close()
    assert not broken


@dataclass(frozen=True)
class Town:
    """A running platform: its address, calls as anybody, and sign-in links by (tenant, role): those it printed, and Wilhelmshaven's; the secrets
    that its links are made with."""

    address: str
    platform: Platform
    sign_in: dict[tuple[str, str], str]
    secrets: Secrets


@pytest.fixture(scope="package")
async def town(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """`kommune up` on the shared MongoDB and Kafka, with its demo data. Tests share it: each has gatherings and people of its own."""
    folder = tmp_path_factory.mktemp("town")
    settings = settings_on(stack, folder, new_namespace())
    port, log = free_port(), folder / "up.log"
    environment = os.environ | {
        "PORT": str(port),
        "NAMESPACE": settings.namespace,
        "MONGODB_URI": settings.mongodb_uri,
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "PUBLIC_RATE_LIMIT": "300/hour",
    }
    child = process.spawn([sys.executable, "-m", "kommune.cli", "up", "--state", str(folder)], log, environment)
    try:

        async def ready() -> bool:
            assert child.poll() is None, log.read_text()
            return "ready:" in log.read_text()

        await until(ready, "a ready platform", log)
        links = re.findall(r"(http://\S+/sign-in/local/([\w-]+)/(\w+)/\S+)", log.read_text())
        address = f"http://127.0.0.1:{port}"
        secrets = Secrets(local_environment(folder)["secret_key"])
        sign_in = {(tenant, role): link for link, tenant, role in links} | {
            ("wilhelmshaven", role): address + local_sign_in(secrets, "wilhelmshaven", role)
            for role in ("coordinator", "intake", "moderator", "decision_maker")
        }
        async with PatientPlatform(address, LocalIssuer(settings)) as platform:
            yield Town(address, platform, sign_in, secrets)
    finally:
        process.stop(child, patience=30)
        await remove_topics(settings)
