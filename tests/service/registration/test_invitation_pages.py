"""Invitations on pages: the link that fills the code in, the form for the invited, naming, printing and withdrawing."""

from __future__ import annotations

from datetime import timedelta

from chassis.http.rate_limits import RateLimiter
from tests.service.registration.conftest import People
from tests.service.registration.invitations import COURSE, QUOTA, code_of, invitations_of, stored_gathering
from tests.service.registration.pages import BROWSER, open_page, send
from tests.service.registration.signing_up import public_page


async def test_the_link_fills_the_code_in_and_follows_nobody(people: People) -> None:
    id = await people.gathering(invitations=[COURSE])
    code, page = await code_of(people, id), public_page(id)
    plain = await people.public.get(page, headers=BROWSER)
    linked = await people.public.get(f"{page}?code={code}", headers=BROWSER)
    again = await people.public.get(f"{page}?code={code}", headers=BROWSER)
    assert f'value="{code}"' in linked.text
    assert f'value="{code}"' in again.text, "kept, and the same"
    assert f'value="{code}"' not in plain.text
    assert 'content="noindex"' in linked.text
    assert code not in str(linked.headers.get_list("set-cookie"))
    stored = await stored_gathering(people, id)
    assert (stored["claims"], stored["version"]) == ({}, (await stored_gathering(people, id))["version"])
    unknown = await people.public.get(f"{page}?code=AAAAAAAA", headers=BROWSER)
    assert unknown.status_code == 200
    assert "Diesen Code kennen wir nicht." in unknown.text
    assert 'name="name"' in unknown.text, "everybody can sign up without one"


async def test_guessing_codes_by_opening_links_is_limited(people: People) -> None:
    context, app = people.service.context, people.transport.app
    hourly = RateLimiter("20/hour", context.database, context.secrets, context.clock, "codes ")
    app.state.rate_limiters["codes"] = hourly
    id = await people.gathering(invitations=[COURSE])
    statuses = [
        (await people.public.get(f"{public_page(id)}?code=BBBBBB{n:02d}", headers=BROWSER)).status_code
        for n in range(30)
    ]
    assert statuses == [200] * 20 + [429] * 10
    assert (await people.public.get(public_page(id), headers=BROWSER)).status_code == 200
    assert (await people.intake.get(f"{public_page(id)}?code=BBBBBBBB", headers=BROWSER)).status_code == 200


async def test_an_invited_person_gets_the_form_with_a_code_and_keeps_what_they_typed(people: People) -> None:
    id = await people.gathering(open_to="invited", invitations=[{**COURSE, "uses": 1}])
    code, page = await code_of(people, id), public_page(id)
    closed = await open_page(people.public, page)
    assert "Diese Veranstaltung ist für Menschen, die eingeladen wurden." in closed
    assert 'name="name"' not in closed
    arabic = await people.public.get(f"{page}?lang=ar&code=nonsense", headers=BROWSER)
    assert "لا نعرف هذا الرمز." in arabic.text
    assert 'name="name"' not in arabic.text
    assert 'name="name"' in (await people.public.get(f"{page}?code={code}", headers=BROWSER)).text
    linked, entries = f"{page}?code={code}&lang=de", {"name": "Olena", "email": "olena@example.org", "language": "de"}
    entries |= {"consent": "yes", "consent_version": "1", "code": code.lower()}
    tokens = []
    for seconds in (0, 1):  # two forms that are open at the same time
        people.move(timedelta(seconds=seconds))
        tokens.append(
            (await open_page(people.public, linked)).partition('name="form_token" value="')[2].partition('"')[0]
        )
    people.move(timedelta(seconds=30))
    done = await people.public.post(page, data={**entries, "form_token": tokens[0]})
    assert done.status_code == 303, done.text
    other = {"name": "Parwin", "email": "parwin@example.org", "form_token": tokens[1]}
    late = await people.public.post(page, data={**entries, **other}, headers=BROWSER)
    assert late.status_code == 422
    assert "Alle Plätze dieser Einladung sind vergeben." in late.text
    assert 'value="Parwin"' in late.text
    desk = await open_page(people.intake, f"/registration/wilhelmshaven/desk/{id}")
    assert 'name="code"' in desk


async def test_coordinators_name_print_and_withdraw_on_a_page(people: People) -> None:
    id = await people.gathering(title={"de": "Zusammenleben", "uk": "Разом"}, quotas=[QUOTA])
    page = f"/registration/wilhelmshaven/desk/{id}/invitations"
    new = {"name.": "Frauengruppe", "quota.": "frauenplatz", "uses.": "10", "until.": ""}
    done = await send(people.coordinator, page, new, page)
    assert done.status_code == 303, done.text
    one = (await invitations_of(people, id))["frauengruppe"]
    assert (one["quota"], one["uses"], one["standing"], one["left"]) == ("frauenplatz", 10, "open", 10)
    shown = await open_page(people.coordinator, page)
    assert f"{one['code'][:4]}-{one['code'][4:]}" in shown
    assert one["url"] in shown
    wrong = await send(people.coordinator, page, {"name.": "Frauengruppe", "uses.": "viele"}, page)
    assert wrong.status_code == 422
    assert "Bitte schreiben Sie eine ganze Zahl" in wrong.text
    twice = await send(people.coordinator, page, {"name.": "Frauengruppe", "uses.": ""}, page)
    assert "Es gibt schon eine Einladung mit diesem Namen." in twice.text
    for query in ("", "?languages=uk,ar"):
        pdf = await people.coordinator.get(f"{page}/frauengruppe.pdf{query}")
        assert pdf.content.startswith(b"%PDF-"), pdf.text
    assert (await people.coordinator.get(f"{page}/frauengruppe.pdf?languages=xx")).status_code == 422
    assert (await people.coordinator.get(f"{page}/nobody.pdf")).status_code == 404
    assert (await people.intake.get(page, headers=BROWSER)).status_code == 403
    await send(people.coordinator, page, {"act": "withdraw frauengruppe"}, page)
    assert (await invitations_of(people, id))["frauengruppe"]["standing"] == "withdrawn"
    await send(people.coordinator, page, {"act": "allow frauengruppe"}, page)
    assert (await invitations_of(people, id))["frauengruppe"]["standing"] == "open"
    quotas = f"/registration/wilhelmshaven/desk/{id}/quotas"
    changed = await send(people.coordinator, quotas, {"by_invitation.frauenplatz": ""}, quotas)
    assert changed.status_code == 303, changed.text
    assert "Einladungen (1)" in await open_page(people.coordinator, f"/registration/wilhelmshaven/desk/{id}/plan")
