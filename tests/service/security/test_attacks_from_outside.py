"""Attacks from outside that worked once: mail to a victim, a crowded call list, a link that somebody else holds. By HTTP and mail alone."""

from __future__ import annotations

import re

import pytest

from chassis.http.rate_limits import RateLimiter
from tests.service.registration import towns
from tests.service.registration.towns import API, Town, publish_gathering
from tests.service.security.strangers import (
    AN_HOUR,
    LURE,
    VICTIM,
    browser_at,
    mails_delivered,
    mails_sent,
    mails_to_victim,
    sign_up,
    text_of,
)

town = towns.town  # a fixture for this file


async def test_sign_ups_of_strangers_mail_a_victim_ten_times_an_hour_and_say_nothing_of_theirs(town: Town) -> None:
    gatherings = [await publish_gathering(town, capacity=50) for _ in range(2)]
    for number in range(16):
        contact = {"email": f"{VICTIM}+{number}@example.org"}
        await sign_up(town, gatherings[number % 2], browser_at(town, f"203.0.113.{number}"), name=LURE, contact=contact)
    mails = mails_to_victim(await mails_sent(town))
    assert 0 < len(mails) <= AN_HOUR
    assert not [mail for mail in mails if "gewonnen" in text_of(mail) or "evil.example" in text_of(mail)]


async def test_a_link_is_no_machine_for_mail(town: Town) -> None:
    gathering = await publish_gathering(town)
    body = {"name": LURE, "contact": {"phone": "0151 23456789", "email": "me@example.org"}, "language": "de"}
    made = await town.call(
        "POST", f"/gatherings/{gathering}/registrations", body | {"channel": "phone", "consent": {"text_version": "1"}}
    )
    registration = town.everything.services["registration"].context
    limiter = RateLimiter("30/hour", registration.database, registration.secrets, registration.clock, "link ")
    town.everything.apps["registration"].state.rate_limiters["link"] = limiter  # so that no minute begins anew
    path = town.everything.url(f"{API}/registrations/{made['id']}")
    link = {"Authorization": f"Link {made['manage_url'].rsplit('/', 1)[1]}"}
    answers = []
    for number in range(40):
        new = {"contact": {"phone": "0151 23456789", "email": f"{VICTIM}+{number}@example.org"}}
        answers.append((await browser_at(town, "203.0.113.9").patch(path, json=new, headers=link)).status_code)
        if number % 3 == 0:
            await town.everything.spread("registrations")
    assert answers == [200] * 30 + [429] * 10
    await town.everything.spread("registrations")
    contact = await town.everything.services["notifications"].context.database["contacts"].find_one({"_id": made["id"]})
    assert contact is not None
    assert contact["new_email"] == f"{VICTIM}+29@example.org", "of thirty new addresses one waits to be confirmed"


async def test_spellings_of_an_address_by_one_link_are_mails_to_one_mailbox(town: Town) -> None:
    """Each new address is asked at once, as by a worker that has nothing else to do."""
    gathering = await publish_gathering(town)
    anybody = browser_at(town, "203.0.113.9")
    made = (await sign_up(town, gathering, anybody, name=LURE)).json()
    link = {"Authorization": f"Link {made['manage_url'].rsplit('/', 1)[1]}"}
    path, mails = town.everything.url(f"{API}/registrations/{made['id']}"), []
    for number in range(AN_HOUR + 4):
        spelling = f"{VICTIM}+{number}@example.org" if number % 2 else f"{VICTIM.title()}+{number}@EXAMPLE.org"
        new = {"contact": {"phone": "0151 23456789", "email": spelling}, "name": LURE, "party": [LURE]}
        assert (await anybody.patch(path, json=new, headers=link)).status_code == 200
        mails = await mails_delivered(town)
        assert len(mails) == min(number + 1, AN_HOUR)
    assert not [mail for mail in mails if "gewonnen" in str(mail) or "evil.example" in text_of(mail)]
    shown = await town.coordinator.get(town.everything.url("/notifications/v1/wilhelmshaven/messages?status=pending"))
    assert [(one["postponed"], one["attempts"]) for one in shown.json()["items"]] == [(True, [])] * 4, "without a cause"


async def test_applications_in_anybodys_name_mail_a_victim_ten_times_an_hour_and_say_nothing_of_theirs(
    town: Town,
) -> None:
    for number in range(AN_HOUR + 4):
        application = {
            "slug": f"town-{number}",
            "name": {"de": LURE},
            "kind": "city",
            "state": "Niedersachsen",
            "inhabitants": 75_000,
            "contact": {"name": LURE, "email": f"{VICTIM}+{number}@example.org"},
            "languages": ["de"],
        }
        applied = await browser_at(town, f"203.0.113.{number}").post(
            town.everything.url("/registration/v1/municipalities"), json=application
        )
        assert applied.status_code == 201, applied.text
    mails = await mails_delivered(town)
    assert len(mails) == AN_HOUR
    assert not [
        mail for mail in mails if "gewonnen" in str(mail) or "gewonnen" in text_of(mail) or "evil" in text_of(mail)
    ]


async def test_a_crowd_of_numbers_neither_holds_the_seats_nor_hides_who_waits(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=1_000, party_max=2)
    caller = await sign_up(town, gathering, browser_at(town, "198.51.100.7"), contact={"phone": "04421 161234"})
    assert caller.status_code == 201
    statuses = []
    for number in range(70):
        who, phone = browser_at(town, f"203.0.113.{number % 2}"), f"0151 2345{number:04}"
        statuses.append((await sign_up(town, gathering, who, contact={"phone": phone}, party=["x"])).status_code)
    held = statuses.count(201) * 2
    assert held == 2 * 60, "unconfirmed seats of two networks"
    assert set(statuses) == {201, 409}
    same = [await sign_up(town, gathering, browser_at(town, f"192.0.2.{number}")) for number in range(20)]
    assert [one.status_code for one in same].count(201) == 12, "unconfirmed seats of one number"
    assert same[-1].json()["type"].endswith("too-many-unconfirmed")
    await mails_sent(town)
    found, cursor, pages = [], "", 0
    while True:
        address = f"/notifications/v1/wilhelmshaven/call-list?limit=50{cursor}"
        page = (await town.coordinator.get(town.everything.url(address))).json()
        found += page["items"]
        pages += 1
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    phones = [one["phone"] for one in found]
    assert pages > 1
    assert phones.count("04421 161234") == 1, "the real caller is on the list"
    assert phones.count("0151 23456789") == 1, "calls to one number are one"


@pytest.mark.parametrize("phone", ["110", "112", "0900 1234567", "+881 612345678", "+870 773111111"])
async def test_numbers_that_nobody_should_call_are_refused(town: Town, phone: str) -> None:
    gathering = await publish_gathering(town)
    refused = await sign_up(town, gathering, browser_at(town, "198.51.100.7"), contact={"phone": phone})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/contact/phone")


async def test_whom_a_mistyped_address_reached_sees_and_changes_nothing_after_the_clerk_corrected_it(
    town: Town,
) -> None:
    gathering = await publish_gathering(town)
    entries = {"name": "Olena", "contact": {"email": "strnager@example.org"}, "language": "de", "channel": "email"}
    made = await town.call(
        "POST", f"/gatherings/{gathering}/registrations", entries | {"consent": {"text_version": "1"}}
    )
    [mail] = [one for one in await town.settle() if "strnager@example.org" in str(one["To"])]
    old = re.findall(r"https?://\S+/my/\S+?(?=[\s\"<>])", text_of(mail))[0]
    stranger, path = town.everything.client(), town.everything.url("/" + old.split("/", 3)[3].partition("?")[0])
    api = town.everything.url(f"{API}/registrations/{made['id']}")
    link = {"Authorization": f"Link {old.rsplit('/', 1)[1]}"}
    assert (await stranger.get(path, headers={"Accept": "text/html"})).status_code == 200
    assert (await stranger.get(api, headers=link)).status_code == 200
    corrected = await town.call("PATCH", f"/registrations/{made['id']}", {"contact": {"email": "olena@example.org"}})
    seen = await stranger.get(path, headers={"Accept": "text/html"})
    assert seen.status_code == 404
    assert "olena" not in seen.text.lower()
    assert (await stranger.get(api, headers=link)).status_code == 404
    assert (await stranger.post(f"{api}/cancellation", headers=link)).status_code == 404
    assert (await stranger.post(f"{path}/cancellation", data={"sure": "yes"})).status_code in (404, 422)
    assert (await town.call("GET", f"/registrations/{made['id']}"))["status"] == "confirmed"
    own = {"Authorization": f"Link {corrected['manage_url'].rsplit('/', 1)[1]}"}
    assert (await stranger.get(api, headers=own)).status_code == 200
