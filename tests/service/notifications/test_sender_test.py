"""A test mail to oneself: it goes to nobody else, proves nothing, and why it did not go out is said in words."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from tests.service.notifications import own_sender
from tests.service.notifications.own_sender import PAGE, URL, put
from tests.service.notifications.towns import Town, signed_in
from tests.support.page_forms import form_of

names, town = own_sender.names, own_sender.town  # fixtures for this file


async def colleague(town: Town, id: str, email: str, *, invited: bool) -> None:
    """Somebody who works here; `invited`: under the key of their address, as everybody after the first coordinator is."""
    key = town.service.context.secrets.email_key(email) if invited else None
    await town.add_coordinator(id, email, key)


async def press_test(town: Town, email: str | None) -> Any:
    headers = signed_in(town, email)
    fields = form_of((await town.coordinator.get(PAGE, headers=headers)).text, "settings/test")
    answer = await town.coordinator.post(f"{PAGE}/test", data=fields, headers=headers)
    if answer.status_code == 303:
        cookies = f"{headers['Cookie']}; {answer.headers['set-cookie'].partition(';')[0]}"
        return await town.coordinator.get(PAGE, headers={**headers, "Cookie": cookies})
    return answer


@pytest.mark.parametrize("invited", [True, False])
async def test_a_coordinator_sends_a_test_mail_to_themselves_from_a_sender_that_is_not_proven_yet(
    town: Town, invited: bool
) -> None:
    await colleague(town, "first", "first@stadt.example", invited=False)
    await colleague(town, "karla", "karla@stadt.example", invited=invited)
    assert "from_address" in (await put(town, from_name="Stadt am Meer"))
    shown = await press_test(town, "karla@stadt.example")
    assert "Eine Test-E-Mail ist zu Ihnen unterwegs." in shown.text
    assert town.sink.envelopes[-1].rcpt_tos == ["karla@stadt.example"]
    assert town.sink.mails[-1]["From"].addresses[0].addr_spec == "post@plattform.example"
    await put(town, from_address="post@stadt.example")
    await press_test(town, "karla@stadt.example")
    mail = town.sink.mails[-1]
    assert (mail["From"].addresses[0].addr_spec, mail["Subject"]) == ("post@stadt.example", "Test des Absenders")
    assert "DKIM-Signature" in mail
    assert (await town.coordinator.get(URL)).json()["sender"]["state"] == "unproven", "a test proves nothing"


async def test_a_test_mail_goes_to_nobody_but_who_is_signed_in(town: Town) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    for stranger in ("other@stadt.example", None):
        refused = await press_test(town, stranger)
        assert refused.status_code == 422
        assert "Ihre E-Mail-Adresse ist hier nicht bekannt." in refused.text
    told = await town.coordinator.post(f"{URL}/sender/test")
    assert (told.status_code, told.json()["type"].rpartition(":")[2]) == (409, "no-address")
    assert town.sink.mails == []


@pytest.mark.parametrize(
    ("smtp", "answer", "words"),
    [
        ({"url": "smtp://127.0.0.1:9"}, "", "Der Mailserver antwortet nicht."),
        ({"url": "smtps://{port}"}, "", "Das Zertifikat des Mailservers ist nicht gültig."),
        ({"url": "smtp+starttls://{port}"}, "", "bietet an diesem Port keine Verschlüsselung an"),
        ({"url": "smtp://{port}"}, "452 4.3.1 full", "nimmt im Moment nichts an (452 4.3.1)"),
        ({"url": "smtp://{port}"}, "550 5.7.1 not from here", "lehnt sie ab (550 5.7.1)"),
    ],
    ids=["nobody listens", "no TLS", "no STARTTLS", "full", "refused"],
)
async def test_why_a_test_mail_did_not_go_out_is_said_in_words(
    town: Town, smtp: dict[str, str], answer: str, words: str
) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    here = town.service.context.settings.smtp_url.partition("://")[2]
    town.sink.answers = [answer] if answer else []
    await put(town, from_address="post@stadt.example", smtp={"url": smtp["url"].format(port=here)})
    refused = await press_test(town, "karla@stadt.example")
    assert refused.status_code == 422
    assert words in refused.text
    assert town.sink.mails == []
    assert 'value="post@stadt.example"' in refused.text, "the form still shows what is saved"
    fields = form_of(refused.text, "settings")
    headers = signed_in(town, "karla@stadt.example")
    saved = await town.coordinator.post(PAGE, data={**fields, "from_name": "Amt"}, headers=headers)
    assert saved.status_code == 303, saved.text


async def test_a_wrong_password_is_named(town: Town) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            town.sink, auth_require_tls=False, authenticator=lambda *_: AuthResult(success=False, handled=False)
        ),
        "127.0.0.1",
        0,
    )
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        smtp = {"url": url, "username": "stadt", "password": "wrong"}
        await put(town, from_address="post@stadt.example", smtp=smtp)
        refused = await press_test(town, "karla@stadt.example")
    finally:
        server.close()
    assert "nimmt den Benutzernamen oder das Passwort nicht an" in refused.text
    assert "wrong" not in refused.text
