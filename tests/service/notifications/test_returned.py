"""Mails that come back to the service's own port or mailbox: the next channel, the list for clerks, undoing it; other mails change nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import aiosmtplib
import pytest

from chassis.operations.metrics import Metrics
from services.notifications.intake.mailbox import Mailbox
from services.notifications.intake.server import RECIPIENTS
from services.notifications.metrics import NotificationMetrics
from services.notifications.returned.repository import COLLECTION
from services.notifications.returned.tokens import BounceAddresses
from tests.service.notifications import intake
from tests.service.notifications.crowds import admit_town
from tests.service.notifications.towns import TENANT, Town
from tests.support.imap_server import ImapServer
from tests.unit.notifications.test_returned import COMPLAINT, VACATION, report

port, town = intake.port, intake.town  # fixtures for this file
API = f"/notifications/v1/{TENANT}/returned-mails"
PAGE = f"/notifications/{TENANT}/returned"


async def sent_to(town: Town, contact: str = "a", kind: str = "confirmed", **fields: Any) -> str:
    """A mail that went out; the address it would come back to."""
    await town.add_person(contact, group={"sure": True}, **fields)
    await town.enqueue_message(contact, kind)
    await town.run()
    assert (await town.get_message(f"m-{contact}"))["status"] == "sent"
    sender: str = town.sink.envelopes[-1].mail_from
    return sender


async def come_back(port: int, to: str | list[str], content: bytes) -> str:
    """What the intake answers."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        try:
            _, answer = await client.sendmail("", to, content)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return f"{refused.recipients[0].code} {refused.recipients[0].message}"
        except aiosmtplib.SMTPResponseException as refused:
            return f"{refused.code} {refused.message}"
    return answer


async def test_a_hard_return_tries_the_next_channel_and_is_listed_for_clerks(town: Town, port: int) -> None:
    to = await sent_to(town, phone="04421 99")
    assert to.endswith("@bounce.example.org")
    assert "hard" in await come_back(port, to, report("failed", "5.1.1"))
    assert "hard" in await come_back(port, to, report("failed", "5.1.1"))  # twice is once
    await town.run()
    message = await town.get_message("m-a")
    assert message["status"] == "to_call"
    assert [(one["channel"], one["outcome"]) for one in message["attempts"]] == [
        ("email", "sent"),
        ("email", "returned"),
    ]
    (entry,) = (await town.coordinator.get(API)).json()["items"]
    assert (entry["reason"], entry["code"], entry["name"], entry["status"]) == (
        "no-mailbox",
        "5.1.1",
        "Olena",
        "to_call",
    )
    page = (await town.coordinator.get(f"/notifications/{TENANT}/returned", headers={"Accept-Language": "de"})).text
    assert "Dieses Postfach gibt es nicht" in page
    done = await town.coordinator.post(f"{API}/m-a/answer", json={"answer": "right"})
    assert done.json() == {"id": "m-a", "answer": "right"}
    assert (await town.coordinator.get(API)).json()["items"] == []
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "sent"
    assert len(town.sink.mails) == 2


async def test_a_refusal_in_the_smtp_dialogue_is_listed_too(town: Town) -> None:
    await town.add_person("a", phone="04421 99")
    await town.enqueue_message("a", "confirmed")
    town.sink.answers = ["550 5.1.1 nobody here"]
    await town.run()
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "to_call"
    (entry,) = (await town.coordinator.get(API)).json()["items"]
    assert entry["reason"] == "no-mailbox"


async def test_only_needed_mails_go_to_a_dead_address_again(town: Town, port: int) -> None:
    to = await sent_to(town, kind="gathering-thanks")
    await come_back(port, to, report("failed", "5.1.1"))
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "suppressed"
    await town.enqueue_message("a", "gathering-thanks", "m-again")
    await town.enqueue_message("a", "confirmed", "m-needed")
    await town.run()
    await town.run()
    assert (await town.get_message("m-again"))["status"] == "suppressed"
    assert (await town.get_message("m-needed"))["status"] == "sent"
    await town.coordinator.post(f"{API}/m-a/answer", json={"answer": "right"})
    await town.enqueue_message("a", "gathering-thanks", "m-third")
    await town.run()
    assert (await town.get_message("m-third"))["status"] == "sent"


async def test_a_soft_return_is_retried_later(town: Town, port: int) -> None:
    to = await sent_to(town)
    assert "soft" in await come_back(port, to, report("failed", "4.2.2"))
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "pending"
    town.clock.time = (await town.get_message("m-a"))["due_at"]
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "sent"
    first, second = town.sink.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert (await town.coordinator.get(API)).json()["items"] == []


async def test_vacation_replies_are_ignored_and_unclear_mails_are_kept(town: Town, port: int) -> None:
    to = await sent_to(town)
    before = await town.get_message("m-a")
    assert "automatic" in await come_back(port, to, VACATION)
    assert await town.get_message("m-a") == before
    odd = b"From: x@example.org\r\nSubject: ?\r\n\r\nNo idea http://h/my/a/c0de what this is\r\n"
    assert "unclear" in await come_back(port, to, odd)
    message = await town.get_message("m-a")
    assert (message["status"], message["delivery"]) == ("sent", "unclear")
    (entry,) = (await town.coordinator.get(API)).json()["items"]
    assert entry["reason"] == "unclear"
    assert "No idea" in entry["excerpt"]
    assert "c0de" not in entry["excerpt"]
    assert "delivered" in await come_back(port, to, report("delivered", "2.0.0"))
    assert (await town.get_message("m-a"))["delivery"] == "delivered"


async def entries(town: Town, **query: str) -> list[Any]:
    items: list[Any] = (await town.coordinator.get(API, params=query)).json()["items"]
    return items


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_nothing_that_came_back_is_lost_by_what_comes_later(
    town: Town, port: int, order: tuple[int, ...]
) -> None:
    """In whatever order they come: a report, and two mails that only a person understands."""
    to = await sent_to(town)
    mails = (
        report("failed", "5.1.1"),
        b"From: x@example.org\r\nSubject: New place\r\n\r\nWrite to new@example.org\r\n",
        b"From: x@example.org\r\nSubject: Once more\r\n\r\nNever mind\r\n",
    )
    for number in order:
        await come_back(port, to, mails[number])
    await come_back(port, to, mails[order[0]])
    (entry,) = await entries(town)
    assert (entry["reason"], entry["code"]) == ("no-mailbox", "5.1.1")
    for words in ("New place", "Write to new@example.org", "Once more", "Never mind"):
        assert entry["excerpt"].count(words) == 1
    assert (await town.database[COLLECTION].find_one({}))["suppressed"]


async def test_what_was_seen_can_still_be_undone_for_all_that_goes_to_the_address(town: Town, port: int) -> None:
    for id in ("first", "second"):
        await come_back(port, await sent_to(town, id, email="one@example.org"), report("failed", "5.1.1"))
        await town.coordinator.post(f"{API}/m-{id}/answer", json={"answer": "seen"})
    assert (await entries(town), len(await entries(town, avoided="true"))) == ([], 2)
    page = (await town.coordinator.get(f"{PAGE}?avoided=true", headers={"Accept-Language": "en"})).text
    assert (page.count('value="right"'), page.count('value="seen"')) == (2, 0)
    await town.coordinator.post(f"{API}/m-first/answer", json={"answer": "right"})
    assert await entries(town, avoided="true") == []
    assert await town.database[COLLECTION].count_documents({"suppressed": True}) == 0


async def test_a_complaint_stops_what_one_may_do_without_and_nothing_else(town: Town, port: int) -> None:
    to = await sent_to(town, kind="gathering-thanks")
    assert "complaint" in await come_back(port, to, COMPLAINT)
    (entry,) = await entries(town)
    assert (entry["reason"], entry["status"], entry["excerpt"]) == ("complaint", "sent", None)
    assert (await town.database[COLLECTION].find_one({}))["suppressed"]


async def test_forged_foreign_and_huge_returns_are_refused(town: Town, port: int) -> None:
    to = await sent_to(town)
    local, _, domain = to.partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    assert (await come_back(port, forged, report("failed", "5.1.1"))).startswith("550 5.1.1")
    assert (await come_back(port, f"bounce@{domain}", report("failed", "5.1.1"))).startswith("550 5.1.1")
    assert (await come_back(port, "somebody@example.org", b"Subject: x\r\n\r\nx")).startswith("550 5.1.1")
    assert (await come_back(port, to, b"Subject: x\r\n\r\n" + b"x" * 76 + b"\r\n" * 5_000_000)).startswith("552")
    unknown = BounceAddresses(town.service.context.secrets, domain).address_for(TENANT, "m-unknown")
    assert (await come_back(port, unknown, report("failed", "5.1.1"))).startswith("450")
    assert (await town.get_message("m-a"))["status"] == "sent"
    many = [to] * (RECIPIENTS + 5)
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        refused, _ = await client.sendmail("", many, VACATION)
    assert all(code == 452 for code, _ in refused.values())


async def test_returned_mails_are_isolated_between_tenants(town: Town, port: int) -> None:
    to = await sent_to(town)
    await come_back(port, to, report("failed", "5.1.1"))
    from chassis.identity.tokens import LocalIssuer

    await admit_town(town, "wolfsburg")
    token = LocalIssuer(town.service.context.settings).issue("wolfsburg", "coordinator")
    other = {"Authorization": f"Bearer {token}"}
    path = "/notifications/v1/wolfsburg/returned-mails"
    assert (await town.coordinator.get(path, headers=other)).json()["items"] == []
    answer = await town.coordinator.post(f"{path}/m-a/answer", headers=other, json={"answer": "right"})
    assert answer.status_code == 404


async def test_a_mailbox_is_read_as_the_port_is(town: Town) -> None:
    """Also a mail that came back before its message was stored as sent: it is taken at a later look."""
    to, context = await sent_to(town, phone="04421 99"), town.service.context
    router = town.service.definition.loops[0].router
    early = BounceAddresses(context.secrets, "bounce.example.org").address_for(TENANT, "m-unknown")
    mails = [b"Delivered-To: " + address.encode() + b"\r\n" + report("failed", "5.1.1") for address in (early, to)]
    arrived = f"{datetime.now(UTC):%d-%b-%Y %H:%M:%S %z}".encode()
    async with ImapServer(mails, arrived=arrived).listening() as server:
        metrics = NotificationMetrics(Metrics("notifications"))
        await Mailbox(router, server.url(), context.lease, context.metrics, metrics).poll()
    assert server.flags == {2: {b"\\Seen"}}
    assert (await town.get_message("m-a"))["failed"] == ["email"]
