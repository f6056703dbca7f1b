"""Action plans: versions that stay as they were published, and a page for everybody that can be withdrawn."""

from __future__ import annotations

import io
from datetime import date

from pypdf import PdfReader

from contracts import selfcheck as s
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting, tell_assessment

PLAN = f"{BASE}/assessments/a1/action-plan"
PAGE = "/reporting/wilhelmshaven/action-plans/a1"
STAFF_PAGE = "/reporting/wilhelmshaven/assessments/a1/action-plan"


def measure(id: str, status: str = "planned", **more: object) -> s.MeasureAgreed:
    told = {"measure_id": id, "assessment_id": "a1", "field": "f1", "title": f"<b>Lotsen</b> {id}", "status": status}
    return s.MeasureAgreed.model_validate({**told, **more})


async def tell(reporting: Reporting, *events: s.MeasureAgreed) -> None:
    before = len(reporting.topics.records)
    for event in events:
        reporting.topics.tell(event.measure_id, event)
    await reporting.handle(reporting.topics.records[before:])


async def closed(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    await tell(reporting, measure("m1", due=date(2027, 3, 1)), measure("m2"))


async def test_versions_stay_and_say_what_changed(reporting: Reporting) -> None:
    await closed(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "intake") as clerk:
        assert (await town.get(PLAN)).json() == {"versions": [], "public": False, "indexed": False, "address": None}
        first = await town.post(f"{PLAN}/versions", json={"foreword": "Gut."}, headers={"Idempotency-Key": "k"})
        assert first.status_code == 201, first.text
        again = await town.post(f"{PLAN}/versions", json={"foreword": "Gut."}, headers={"Idempotency-Key": "k"})
        assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
        assert (await clerk.post(f"{PLAN}/versions", json={})).status_code == 403
        await tell(reporting, measure("m1", "done", due=date(2027, 3, 1)), measure("m3"))
        second = (await town.post(f"{PLAN}/versions", json={"foreword": {"de": "Gut.", "uk": "Добре."}})).json()
        assert second["version"] == 2
        told = [(one["kind"], one["measure"]["id"] if one["measure"] else None) for one in second["changes"]]
        assert sorted(told, key=str) == [("added", "m3"), ("foreword", None), ("status", "m1")]
        assert (await clerk.get(f"{PLAN}/versions/1")).json() == first.json(), "as it was published"
        assert (await town.get(f"{PLAN}/versions/3")).status_code == 404
        assert [one["version"] for one in (await town.get(PLAN)).json()["versions"]] == [2, 1]
        pdf = await town.get(f"{PLAN}/versions/2/action-plan.pdf?language=en")
        said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
        assert "What changed since version 1" in said
        for wrong in ({"foreword": "Frau Meier, Telefon 04421 / 16 12 34"}, {"foreword": {"xx": "."}}):
            assert (await town.post(f"{PLAN}/versions", json=wrong)).status_code == 422


async def test_fields_are_named_in_languages_that_came_after_publication(reporting: Reporting) -> None:
    """Of a questionnaire in German and English; a name that reads otherwise in German by now is another one."""
    await closed(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        await town.post(f"{PLAN}/versions", json={"foreword": "Gut."})
        await town.put(f"{PLAN}/publicity", json={"public": True})
        assert "Field 1" in (await anybody.get(f"{PAGE}?lang=fa")).text
        before = len(reporting.topics.records)
        names = [("Feld 1", "حوزه یک"), ("Feld zwei", "حوزه دو")]
        fields = tuple(s.Titled(id=f"f{n}", title={"de": de, "fa": fa}) for n, (de, fa) in enumerate(names, 1))
        translated = s.QuestionnaireTranslated(questionnaire_id="q", version="1", title={"de": "Q"}, fields=fields)
        reporting.topics.tell("q:1", translated, "-")
        await reporting.handle(reporting.topics.records[before:])
        for language in ("fa", "fa-AF"):
            page = (await anybody.get(f"{PAGE}?lang={language}")).text
            assert "حوزه یک" in page
            assert "Field 1" not in page
            assert "Field 2" in page
            assert "حوزه دو" not in page
        library = (await anybody.get("/reporting/library?lang=fa")).text
        assert "حوزه یک" in library
        assert "حوزه دو" in library


async def test_everybody_reads_it_in_their_language_until_it_is_withdrawn(reporting: Reporting) -> None:
    await closed(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        early = await town.put(f"{PLAN}/publicity", json={"public": True})
        assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "no-version")
        await town.post(f"{PLAN}/versions", json={"foreword": "Uns ist das wichtig.\n<i>Wirklich</i>."})
        assert (await anybody.get(PAGE)).status_code == 404, "nobody reads it unless the municipality wants"
        shown = (await town.put(f"{PLAN}/publicity", json={"public": True})).json()
        assert shown["address"].endswith(PAGE)
        german = (await anybody.get(f"{PAGE}?lang=de")).text
        assert "&lt;b&gt;Lotsen&lt;/b&gt; m1" in german
        assert "&lt;i&gt;Wirklich&lt;/i&gt;." in german
        assert 'content="noindex"' in german
        arabic = (await anybody.get(f"{PAGE}?lang=ar")).text
        assert 'lang="de" dir="ltr">&lt;b&gt;Lotsen' in arabic, "what the municipality wrote stays in its language"
        assert "ما الذي تحقق" in arabic
        await town.post(f"{PLAN}/versions", json={"foreword": {"de": "Neu.", "ar": "جديد."}})
        await town.put(f"{PLAN}/publicity", json={"public": True, "indexed": True})
        assert "جديد." in (await anybody.get(f"{PAGE}?lang=ar")).text
        newest = (await anybody.get(f"{PAGE}?lang=de")).text
        assert 'content="index"' in newest
        older = (await anybody.get(f"{PAGE}?lang=de&version=1")).text
        assert "Das ist eine ältere Fassung." in older
        assert 'content="noindex"' in older
        assert (await anybody.get(f"{PAGE}?version=9")).status_code == 404
        await town.put(f"{PLAN}/publicity", json={"public": False})
        assert (await anybody.get(PAGE)).status_code == 404
        assert (await anybody.get(PLAN)).status_code == 401


async def test_a_plan_goes_with_its_self_check_and_belongs_to_its_municipality(reporting: Reporting) -> None:
    await closed(reporting)
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wolfsburg") as other,
        reporting.client(None) as anybody,
    ):
        await town.post(f"{PLAN}/versions", json={})
        await town.put(f"{PLAN}/publicity", json={"public": True})
        assert (await other.get("/reporting/v1/wolfsburg/assessments/a1/action-plan")).status_code == 404
        assert (await anybody.get("/reporting/wolfsburg/action-plans/a1")).status_code == 404
        reporting.topics.tell("a1", s.AssessmentDeleted(assessment_id="a1"))
        await reporting.handle(reporting.topics.records[-1:])
        assert (await anybody.get(PAGE)).status_code == 404
        assert (await town.post(f"{PLAN}/versions", json={})).status_code == 404


async def test_a_plan_is_published_read_and_withdrawn_on_pages(reporting: Reporting) -> None:
    await closed(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "moderator") as reader:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        page = (await town.get(f"{STAFF_PAGE}?lang=de")).text
        assert "Noch nichts wurde veröffentlicht." in page
        early = await town.post(
            f"{STAFF_PAGE}?lang=de", data={"form_token": token(page), "button": "publicity", "public": "yes"}
        )
        assert (early.status_code, "Bitte veröffentlichen Sie zuerst eine Fassung" in early.text) == (422, True)
        wrong = await town.post(
            f"{STAFF_PAGE}?lang=de",
            data={"form_token": token(page), "button": "publish", "foreword.uk": "Телефон 04421 / 16 12 34"},
        )
        assert (wrong.status_code, "04421 / 16 12 34" in wrong.text) == (422, True)
        assert 'id="foreword.uk-error"' in wrong.text or "foreword.uk" in wrong.text
        for foreword in ("Gut.", "Besser."):
            page = (await town.get(f"{STAFF_PAGE}?lang=de")).text
            entered = {"form_token": token(page), "button": "publish", "foreword.de": foreword}
            assert (await town.post(STAFF_PAGE, data=entered)).status_code == 303
        page = (await town.get(f"{STAFF_PAGE}?lang=de")).text
        assert "Das Vorwort wurde geändert." in page
        entered = {"form_token": token(page), "button": "publicity", "public": "yes"}
        assert (await town.post(STAFF_PAGE, data=entered)).status_code == 303
        page = (await reader.get(f"{STAFF_PAGE}?lang=de")).text
        assert PAGE in page
        assert '<form method="post" action=""' not in page
        assert STAFF_PAGE in (await reader.get("/reporting/wilhelmshaven/assessments/a1")).text


FIELD = f"{PLAN}/draft/fields/f1"


async def test_goals_offices_and_budgets_stand_in_the_draft_the_papers_and_the_next_version(
    reporting: Reporting,
) -> None:
    await closed(reporting)
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wilhelmshaven", "intake") as clerk,
        reporting.client(None) as anybody,
    ):
        await town.post(f"{PLAN}/versions", json={})
        budget = {"from": 5_000, "to": 12_000, "yearly": True}
        said = {
            "goal": {"de": "Jede Stelle hilft.", "uk": "Допомагає кожна установа."},
            "indicators": "Eine Liste liegt aus.\n\nAlle kennen sie.",
            "measures": {"m1": {"office": "Amt für Integration", "budget": budget}},
            "revision": 0,
        }
        written = await town.put(FIELD, json=said)
        assert written.status_code == 200, written.text
        assert (await clerk.put(FIELD, json=said)).status_code == 403
        [field] = [one for one in (await clerk.get(f"{PLAN}/draft")).json()["fields"] if one["id"] == "f1"]
        assert field["indicators"] == {"de": ["Eine Liste liegt aus.", "Alle kennen sie."]}
        assert field["revision"] == 1
        offices = {one["id"]: (one["office"], one["budget"]) for one in field["measures"]}
        assert offices == {"m1": ("Amt für Integration", budget), "m2": ("", None)}
        late = await town.put(FIELD, json=said)
        assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "field-changed")
        for wrong, pointer in (
            ({"measures": {"m9": {"office": "Amt"}}}, "/measures/m9"),
            ({"measures": {"m1": {"office": "Frau Meier, 04421 / 16 12 34"}}}, "/measures/m1/office"),
            ({"measures": {"m1": {"budget": {"from": 2, "to": 1}}}}, "/measures/m1/budget/to"),
            ({"measures": {"m1": {"budget": {"from": -2, "to": 1}}}}, "/measures/m1/budget/from"),
            ({"goal": {"de": "x" * 2_001}}, "/goal/de"),
            ({"goal": {"xx": "."}}, "/goal/xx"),
        ):
            refused = await town.put(FIELD, json=wrong)
            assert refused.status_code == 422, wrong
            assert pointer in [one["pointer"] for one in refused.json()["errors"]], refused.text
        assert (await town.put(f"{PLAN}/draft/fields/f99", json={})).status_code == 404
        assert (await town.get(f"{PLAN}/versions/1")).json()["fields"][0]["goal"] == {}, "as it was published"
        second = (await town.post(f"{PLAN}/versions", json={})).json()
        told = sorted((one["kind"], (one["field"] or one["measure"])["id"]) for one in second["changes"])
        assert told == [("budget", "m1"), ("goal", "f1"), ("indicators", "f1"), ("office", "m1")]
        await town.put(f"{PLAN}/publicity", json={"public": True})
        german = (await anybody.get(f"{PAGE}?lang=de")).text
        for words in (
            "Jede Stelle hilft.",
            "<li>Alle kennen sie.</li>",
            "Amt für Integration",
            "5.000 bis 12.000 Euro",
        ):
            assert words in german
        assert "Допомагає кожна установа." in (await anybody.get(f"{PAGE}?lang=uk")).text
        farsi = (await anybody.get(f"{PAGE}?lang=fa")).text
        assert 'lang="de" dir="ltr">Amt für Integration' in farsi
        for name in ("action-plan.pdf", "committee-paper.pdf"):
            pdf = await town.get(f"{BASE}/assessments/a1/{name}?language=de")
            text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages).split())
            assert "5.000 bis 12.000 Euro im Jahr" in text.replace("\xad ", ""), name
        assert (await town.put(FIELD, json={})).json()["fields"][0]["goal"] == {}, "what is left out is taken away"


async def test_residents_find_public_plans_and_registration_hears_of_them(reporting: Reporting) -> None:
    await closed(reporting)
    index = "/reporting/wilhelmshaven/action-plans"
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        await town.post(f"{PLAN}/versions", json={})
        empty = await anybody.get(f"{index}?lang=fa")
        assert (empty.status_code, "فعلاً اینجا چیزی برای خواندن نیست." in empty.text) == (200, True)
        for public in (True, True, False, True):
            await town.put(f"{PLAN}/publicity", json={"public": public})
        found = (await anybody.get(f"{index}?lang=de")).text
        assert f'href="{PAGE}"' in found
        assert "=Selbstcheck 2026" in found
        assert PAGE not in (await anybody.get("/reporting/wolfsburg/action-plans")).text
        [plan] = await reporting.service.context.database["action_plans"].find({}).to_list(None)
        events = [one["d"] for one in plan["outbox"]]
        assert [b'"public":true' in data for data in events] == [True, False, True], "once for each change"
        reporting.topics.tell("a1", s.AssessmentDeleted(assessment_id="a1"))
        await reporting.handle(reporting.topics.records[-1:])
        assert PAGE not in (await anybody.get(index)).text


async def test_a_field_is_written_on_its_page_and_wrong_entries_stay(reporting: Reporting) -> None:
    await closed(reporting)
    page_of_field = f"{STAFF_PAGE}/fields/f1"
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "intake") as clerk:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        assert page_of_field in (await town.get(STAFF_PAGE)).text
        assert page_of_field not in (await clerk.get(STAFF_PAGE)).text
        assert (await clerk.get(page_of_field)).status_code == 403
        assert (await town.get(f"{STAFF_PAGE}/fields/f99")).status_code == 404
        entered = {
            "form_token": token((await town.get(f"{page_of_field}?lang=de")).text),
            "revision": "0",
            "goal.de": "Jede Stelle hilft.",
            "indicators.de": "Eine Liste liegt aus.",
            "measures.m1.office": "Amt für Integration",
            "measures.m1.budget.from": "12.000",
            "measures.m1.budget.to": "5.000",
            "measures.m1.budget.yearly": "yes",
        }
        wrong = await town.post(f"{page_of_field}?lang=de", data=entered)
        assert wrong.status_code == 422
        assert "Bitte schreiben Sie den kleineren Betrag zuerst." in wrong.text
        assert 'href="#field-measures.m1.budget.to"' in wrong.text
        assert "Jede Stelle hilft." in wrong.text
        entered |= {"form_token": token(wrong.text), "measures.m1.budget.to": "", "measures.m1.budget.from": "5.000"}
        assert (await town.post(page_of_field, data=entered)).status_code == 303
        late = await town.post(f"{page_of_field}?lang=de", data=entered)
        assert (late.status_code, "inzwischen geändert" in late.text) == (422, True)
        [field] = [one for one in (await town.get(f"{PLAN}/draft")).json()["fields"] if one["id"] == "f1"]
        assert field["measures"][0]["budget"] == {"from": 5_000, "to": 5_000, "yearly": True}, "one amount is both"
        shown = (await town.get(f"{page_of_field}?lang=de")).text
        assert 'value="5000"' in shown
        cleared = {"form_token": token(shown), "revision": "1"}
        assert (await town.post(page_of_field, data=cleared)).status_code == 303
        [field] = [one for one in (await town.get(f"{PLAN}/draft")).json()["fields"] if one["id"] == "f1"]
        assert (field["goal"], field["measures"][0]["office"], field["revision"]) == (
            {"de": "Jede Stelle hilft."},
            "",
            2,
        )


async def test_what_was_published_stays_to_be_read_while_the_municipality_is_suspended(reporting: Reporting) -> None:
    await closed(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client(None) as anybody:
        await town.post(f"{PLAN}/versions", json={})
        await town.put(f"{PLAN}/publicity", json={"public": True})
        said = "Die anderen Seiten dieser Kommune sind zurzeit geschlossen."
        assert said not in (await anybody.get(f"{PAGE}?lang=de")).text
        rows = reporting.service.context.database["tenants"]
        await rows.update_one({"_id": "wilhelmshaven"}, {"$set": {"status": "suspended"}})
        reporting.service.definition.tenant_registry.clear()
        for address in (PAGE, "/reporting/wilhelmshaven/action-plans"):
            page = await anybody.get(f"{address}?lang=de")
            assert (page.status_code, said in page.text) == (200, True)
            assert "صفحه‌های دیگر این شهرداری فعلاً بسته است." in (await anybody.get(f"{address}?lang=fa")).text
        assert (await anybody.get("/reporting/wilhelmshaven/action-plans/a2")).status_code == 404
        withdrawn = await town.put(f"{PLAN}/publicity", json={"public": False})
        assert withdrawn.status_code == 403, "nothing changes meanwhile"
