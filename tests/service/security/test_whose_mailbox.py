"""A seat that is sure says nothing of a mailbox or a telephone that nobody answered from: attacks that got past the limit by that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.registration import towns
from tests.service.registration.calls import called, calls_due
from tests.service.registration.towns import API, Town, publish_gathering
from tests.service.security.strangers import AN_HOUR, LURE, VICTIM, browser_at, mails_delivered, sign_up, text_of

town = towns.town  # a fixture for this file
OWN = "0151 23456789"


async def _spread(town: Town) -> None:
    for collection in ("registrations", "gatherings"):
        await town.everything.spread(collection)


def _holder(town: Town, id: str) -> dict[str, str]:
    secrets = town.everything.services["registration"].context.secrets
    return {"Authorization": f"Link {secrets.code('manage', id)}"}


async def _many_changes(town: Town, id: str) -> list[Any]:
    """Mails that come of changing one's party again and again, by one's own link."""
    path, sent = town.everything.url(f"{API}/registrations/{id}"), []
    for number in range(AN_HOUR + 6):
        party = [LURE] * (1 + number % 2)
        answer = await town.everything.client().patch(path, json={"party": party}, headers=_holder(town, id))
        assert answer.status_code == 200, answer.text
        sent = await mails_delivered(town)
    return sent


def _nothing_of_a_stranger(mails: list[Any]) -> None:
    assert 0 < len(mails) <= AN_HOUR
    assert not [
        mail for mail in mails if "gewonnen" in text_of(mail) + str(mail["To"]) or "evil.example" in text_of(mail)
    ]


async def test_a_clerk_who_confirms_for_somebody_does_not_confirm_the_mailbox(town: Town) -> None:
    """ "I get no mail from you, please write me down": said by whoever typed somebody else's address."""
    gathering = await publish_gathering(town, capacity=50, party_max=5)
    contact = {"email": f"{VICTIM}@example.org"}
    made = (await sign_up(town, gathering, browser_at(town, "203.0.113.9"), name=LURE, contact=contact)).json()
    confirmed = await town.call("POST", f"/registrations/{made['id']}/confirmation")
    assert confirmed["status"] == "confirmed"
    _nothing_of_a_stranger(await _many_changes(town, made["id"]))


async def test_a_link_that_staff_hand_out_does_not_confirm_the_mailbox(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=50, party_max=5)
    contact = {"email": f"{VICTIM}@example.org"}
    made = (await sign_up(town, gathering, browser_at(town, "203.0.113.9"), name=LURE, contact=contact)).json()
    link = (await town.call("POST", f"/registrations/{made['id']}/link"))["manage_url"].rsplit("/", 1)[1]
    path = town.everything.url(f"{API}/registrations/{made['id']}")
    client = town.everything.client()
    client.headers["Authorization"] = f"Link {link}"
    assert (await client.post(f"{path}/confirmation")).json()["status"] == "confirmed"
    sent: list[Any] = []
    for number in range(AN_HOUR + 6):
        assert (await client.patch(path, json={"party": [LURE] * (1 + number % 2)})).status_code == 200
        sent = await mails_delivered(town)
    _nothing_of_a_stranger(sent)


@pytest.mark.parametrize("own", [{"phone": OWN}, {"email": "me@example.org"}], ids=["by call", "by mail"])
async def test_who_was_reached_elsewhere_does_not_confirm_their_helpers_mailbox(town: Town, own: Any) -> None:
    """Whoever takes their own address away is reached by their helper's, which was never asked."""
    gathering = await publish_gathering(town, capacity=50, party_max=5)
    helper = {"name": LURE, "contact": {"email": f"{VICTIM}@example.org"}}
    who = browser_at(town, "203.0.113.9")
    made = await sign_up(town, gathering, who, name=LURE, contact=own, channel="helper", helper=helper)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    path = town.everything.url(f"{API}/registrations/{id}")
    if "phone" in own:
        await town.settle()
        [call] = await calls_due(town)
        await called(town, call, "reached")
    else:
        assert (await who.post(f"{path}/confirmation", headers=_holder(town, id))).status_code == 200
    assert (await town.call("GET", f"/registrations/{id}"))["status"] == "confirmed"
    assert (await who.patch(path, json={"contact": {}}, headers=_holder(town, id))).status_code == 200
    _nothing_of_a_stranger(await _many_changes(town, id))


async def test_a_number_that_was_changed_later_has_not_answered(town: Town) -> None:
    """Nor one whose seat was confirmed by a mail that its holder added."""
    gathering = await publish_gathering(town, capacity=50)
    who, contacts = (
        browser_at(town, "203.0.113.9"),
        town.everything.services["notifications"].context.database["contacts"],
    )
    made = (await sign_up(town, gathering, who, contact={"phone": OWN})).json()
    await town.settle()
    [call] = await calls_due(town)
    await called(town, call, "reached")
    new = {"contact": {"phone": "0151 98765432"}}
    path = town.everything.url(f"{API}/registrations/{made['id']}")
    assert (await who.patch(path, json=new, headers=_holder(town, made["id"]))).status_code == 200
    await _spread(town)
    contact = await contacts.find_one({"_id": made["id"]})
    assert contact is not None
    assert contact["answered"] == {"phone": False}


async def test_an_address_that_its_owner_confirmed_later_has_answered(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=50)
    who, database = browser_at(town, "203.0.113.9"), town.everything.services["notifications"].context.database
    made = (await sign_up(town, gathering, who, contact={"phone": OWN})).json()
    path = town.everything.url(f"{API}/registrations/{made['id']}")
    new = {"contact": {"phone": OWN, "email": "me@example.org"}}
    assert (await who.patch(path, json=new, headers=_holder(town, made["id"]))).status_code == 200
    await _spread(town)
    contact = await database["contacts"].find_one({"_id": made["id"]})
    assert contact is not None
    code = {"code": contact["codes"]["address"]}
    assert (await who.post(f"{path}/address", json=code)).status_code == 200
    await _spread(town)
    contact, group = [await database[name].find_one({"_id": made["id"]}) for name in ("contacts", "participants")]
    assert contact is not None
    assert group is not None
    assert (contact["answered"], group["answered"], group["status"]) == ({"email": True}, "email", "confirmed")
