"""How a municipality shows itself: profile, crest, legal texts with their versions."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from chassis.storage.aggregates import Aggregates
from services.registration.domain.profile import retention_of
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from tests.service.registration.conftest import People
from tests.support.waiting import until
from tests.unit.registration.test_crest import GOOD, png

BASE = "/registration/v1/wilhelmshaven"
PROFILE = f"{BASE}/profile"


async def test_what_is_sent_is_set_and_everybody_hears_of_it(people: People) -> None:
    before = (await people.public.get(PROFILE)).json()
    assert before["retention"] == {"unconfirmed_hours": 48, "after_event_days": 28, "consent_proof_days": 1095}
    assert before["accessibility"]["enforcement"]["office"].startswith("Schlichtungsstelle")
    change = {
        "name": {"de": "Stadt Wilhelmshaven", "uk": "Вільгельмсгафен"},
        "phone": "04421 16-1234",
        "colour": "#1F5F6B",
        "languages": ["de", "uk"],
        "phone_hours": {"de": "Mo–Do 9–16 Uhr"},
        "retention": {"after_event_days": 14},
        "data_protection": {"office": "Datenschutz", "email": "dsb@whv.example"},
    }
    changed = await people.coordinator.patch(PROFILE, json=change)
    assert changed.status_code == 200, changed.text
    shown = (await people.public.get(PROFILE)).json()
    assert shown == changed.json()
    assert (shown["colour"], shown["phone"], shown["inhabitants"]) == ("#1f5f6b", "04421 16-1234", 75_000)
    assert retention_of(shown).after_event_days == 14
    [row] = await people.service.context.database["municipalities"].find({}).to_list(None)
    told = [orjson.loads(e["d"]) for e in row["outbox"] if e["y"] == "registration.municipality.changed.v1"]
    assert [(t["colour"], t["phone_hours"], t["retention"]["unconfirmed_hours"]) for t in told] == [
        ("#1f5f6b", {"de": "Mo–Do 9–16 Uhr"}, 48)
    ]
    await people.coordinator.patch(PROFILE, json=change)
    [again] = await people.service.context.database["municipalities"].find({}).to_list(None)
    assert again["version"] == row["version"], "the same once more changes nothing"
    page = (await people.public.get("/registration/wilhelmshaven/?lang=de")).text
    assert "brand-1f5f6b.css" in page
    assert "Mo–Do 9–16 Uhr" in page
    privacy = (await people.public.get("/registration/wilhelmshaven/privacy?lang=de")).text
    assert "dsb@whv.example" in privacy
    assert "14" in privacy


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": {"uk": "Вільгельмсгафен"}}, "/name"),
        ({"languages": ["uk", "de"]}, "/name"),
        ({"languages": ["de", "de"]}, "/languages"),
        ({"languages": None}, "/languages"),
        ({"phone": "call us"}, "/phone"),
        ({"phone_hours": {"uk": "завжди"}}, "/phone_hours"),
        ({"colour": "red"}, "/colour"),
        ({"colour": "#767676"}, ""),
        ({"colour": "#808080"}, "/colour"),
        ({"state": "Atlantis"}, "/state"),
        ({"retention": {"unconfirmed_hours": 73}}, "/retention/unconfirmed_hours"),
        ({"contact": {"office": "a\r\nBcc: x"}}, "/contact/office"),
        ({"contact": {"office": "Büro", "web": "javascript:alert(1)"}}, "/contact/web"),
        ({"kind": "district"}, "/kind"),
        ({"slug": "other"}, "/slug"),
    ],
)
async def test_what_does_not_fit_is_named(people: People, change: dict[str, object], pointer: str) -> None:
    answer = await people.coordinator.patch(PROFILE, json=change)
    if not pointer:
        assert answer.status_code == 200, "a grey that just reads"
        return
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["detail"]


async def test_a_colour_that_reads_badly_is_answered_with_a_better_one(people: People) -> None:
    detail = (await people.coordinator.patch(PROFILE, json={"colour": "#808080"})).json()["errors"][0]["detail"]
    better = detail.rpartition(" ")[2]
    assert (await people.coordinator.patch(PROFILE, json={"colour": better})).status_code == 200


async def test_only_the_office_changes_the_kind(people: People) -> None:
    assert (await people.office.patch(PROFILE, json={"kind": "district"})).json()["kind"] == "district"
    assert (await people.intake.patch(PROFILE, json={"inhabitants": 1})).status_code == 403
    assert (await people.stranger.patch(PROFILE, json={"inhabitants": 1})).status_code == 404


async def test_a_crest_is_shown_under_the_name_of_its_content(people: People) -> None:
    for content, kind in ((GOOD.encode(), "image/svg+xml"), (png(), "image/png")):
        address = (await people.coordinator.put(f"{PROFILE}/crest", content=content)).json()["crest"]
        picture = await people.public.get(address)
        assert (picture.status_code, picture.headers["content-type"]) == (200, kind)
        assert "sandbox" in ",".join(picture.headers.get_list("content-security-policy"))
        assert f'src="{address}"' in (await people.public.get("/registration/wilhelmshaven/")).text
    refused = await people.coordinator.put(f"{PROFILE}/crest", content=b"<svg onload='alert(1)'/>")
    assert refused.status_code == 422
    assert (await people.public.get(address.replace("wilhelmshaven", "wolfsburg"))).status_code == 404
    assert (await people.coordinator.delete(f"{PROFILE}/crest")).json()["crest"] is None
    assert "img class" not in (await people.public.get("/registration/wilhelmshaven/")).text


async def test_every_version_of_a_text_is_kept_and_a_consent_names_its_own(people: People) -> None:
    texts = f"{BASE}/texts/consent"
    assert (await people.public.get(f"{texts}/1")).json()["text"] is None, "the platform's own"
    assert (await people.coordinator.post(texts, json={"text": {"uk": "Погоджуюсь"}})).status_code == 422
    for number in (2, 3):
        body = {"text": {"de": f"Einwilligung {number}\n\n<b>Zwei Jahre</b>"}}
        made = await people.coordinator.post(texts, json=body, headers={"Idempotency-Key": f"k{number}"})
        assert (made.status_code, made.json()["version"]) == (201, str(number))
        repeated = await people.coordinator.post(texts, json=body, headers={"Idempotency-Key": f"k{number}"})
        assert (repeated.json(), repeated.headers["Idempotent-Replayed"]) == (made.json(), "true")
    assert [one["version"] for one in (await people.public.get(texts)).json()["items"]] == ["3", "2", "1"]
    assert "Einwilligung 2" in (await people.public.get(f"{texts}/2")).json()["text"]["de"]
    assert (await people.public.get(f"{texts}/4")).status_code == 404
    gathering = await people.gathering()
    page = (await people.public.get(f"/registration/wilhelmshaven/gatherings/{gathering}?lang=de")).text
    assert "Einwilligung 3" in page
    assert "&lt;b&gt;Zwei Jahre" in page
    assert 'name="consent_version" value="3"' in page
    older = (await people.public.get("/registration/wilhelmshaven/consent?version=2&lang=de")).text
    assert "Einwilligung 2" in older


async def test_versions_published_at_once_do_not_overwrite_each_other(people: People) -> None:
    texts = f"{BASE}/texts/privacy"
    answers = await asyncio.gather(
        *(people.coordinator.post(texts, json={"text": {"de": f"Text {n}"}}) for n in range(5))
    )
    made = [a.json()["version"] for a in answers if a.status_code == 201]
    assert made
    assert len(set(made)) == len(made)
    assert {a.status_code for a in answers} <= {201, 409}
    listed = [one["version"] for one in (await people.public.get(texts)).json()["items"]]
    assert sorted(listed[:-1]) == sorted(made)


async def test_another_process_sees_a_change_soon(people: People) -> None:
    other = OwnTenantRegistry(MunicipalityRepository(Aggregates(people.service.context.database, "municipalities")))
    assert (await other.tenant("wilhelmshaven") or {})["inhabitants"] == 75_000
    await people.coordinator.patch(PROFILE, json={"inhabitants": 76_000})

    async def changed() -> bool:
        return bool((await other.tenant("wilhelmshaven") or {})["inhabitants"] == 76_000)

    await until(changed, "the change being seen")


async def test_many_ask_for_a_tenant_at_once_and_one_looks(people: People) -> None:
    class Counting(MunicipalityRepository):
        asked = 0

        async def tenant(self, slug: str) -> Municipality | None:
            self.asked += 1
            return await super().tenant(slug)

    municipalities = Counting(Aggregates(people.service.context.database, "municipalities"))
    tenant_registry = OwnTenantRegistry(municipalities)
    found = await asyncio.gather(*(tenant_registry.tenant("wilhelmshaven") for _ in range(100)))
    assert all(found)
    assert municipalities.asked == 1
