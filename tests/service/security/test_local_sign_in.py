"""Signing in on a laptop, by the links that the platform prints there."""

from __future__ import annotations

import re

import httpx

from chassis.identity.sessions import SESSION_COOKIE
from chassis.ids import Secrets
from chassis.settings import Settings
from kommune.services import build
from programme.navigation import local_sign_in
from tests.support.page_forms import form_of


async def test_the_link_of_a_laptop_signs_in_by_a_button_in_the_same_browser(settings: Settings) -> None:
    service = build("registration", settings)
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)
    path = local_sign_in(Secrets(settings.secret_key.get_secret_value()), "-", "programme_office")
    async with httpx.AsyncClient(transport=transport, base_url="http://kommune.test") as client:
        assert (await client.get(path[:-3] + "AAA")).status_code == 404
        page = await client.get(path)
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert token is not None
        stranger = httpx.AsyncClient(transport=transport, base_url="http://kommune.test")
        assert (await stranger.post(path, data={"form_token": token[1]})).status_code == 422, "another browser's form"
        entered = await client.post(path, data={"form_token": token[1]})
        assert (entered.status_code, entered.headers["location"]) == (303, "/reporting/programme")
        forged = await client.post(
            "/registration/v1/municipalities/x/decision",
            json={"decision": "admitted", "reason": ""},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert forged.status_code == 403, "another site's page can't act with this cookie"
    await service.context.database.close()


async def test_who_signs_in_on_a_laptop_has_the_address_that_messages_to_them_go_to(settings: Settings) -> None:
    service = build("registration", settings)
    app = service.app(works=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    path = local_sign_in(service.context.secrets, "wilhelmshaven", "coordinator")
    async with httpx.AsyncClient(transport=transport, base_url="http://kommune.test") as client:
        form = form_of((await client.get(path)).text)
        assert (await client.post(path, data=form)).status_code == 303
        identity = app.state.sessions.read(client.cookies[SESSION_COOKIE])
    assert identity.email is None, "a cookie holds no address"
    assert identity.email_key == service.context.secrets.email_key("integration@wilhelmshaven.example.org")
    await service.context.database.close()
