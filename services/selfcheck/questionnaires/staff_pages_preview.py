"""Looking at a questionnaire: what is published, a preview as respondents see it, and what changed between versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.text.translations import mark
from disclosure.scheme import NOT_APPLICABLE, UNSURE
from programme.frames import PLATFORM
from services.selfcheck.domain.comparison import Comparison, Warn, compare
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.permissions import ProgrammeOffice
from services.selfcheck.questionnaires.staff_pages import HOME, QuestionnairePage, languages_of
from services.selfcheck.questionnaires.translations import in_all_languages

router = APIRouter(prefix="/selfcheck/questionnaires", include_in_schema=False)


WARNINGS = {
    Warn.SAME_BUT_REWORDED: mark(
        "It says “same”, but its text changed: is it still the same question? If in doubt, say “comparable”."
    ),
    Warn.SAME_BUT_SCALE_CHANGED: mark("It says “same”, but the scale changed: say “comparable”, or nothing."),
    Warn.SAME_ID_BUT_NEW: mark(
        "It has the id of an earlier question but says nothing: say “same” or “comparable”, or give it another id."
    ),
}
RULES = {
    "unsure": mark("how “not sure” counts"),
    "unanswered": mark("how unanswered questions count"),
    "overall": mark("what the overall score is the mean of"),
    "minimum_coverage": mark("the smallest coverage"),
    "decimals": mark("the decimals"),
}


@router.get("/drafts/{draft}/compare")
async def show_draft_comparison(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    page = QuestionnairePage(request, caller)
    questionnaire = parse(await page.drafts.content(draft))
    latest = await page.questionnaires.latest(questionnaire.id)
    if latest is None:
        raise not_found("version before")
    return _comparison_page(
        page, compare([latest, questionnaire]), latest, questionnaire, f"{HOME}/drafts/{draft}", [latest.version]
    )


@router.get("/drafts/{draft}/preview/{field}")
async def show_draft_preview(request: Request, caller: ProgrammeOffice, draft: str, field: str) -> Response:
    page = QuestionnairePage(request, caller)
    return _preview(page, in_all_languages(parse(await page.drafts.content(draft))), field, f"{HOME}/drafts/{draft}")


@router.get("/{id}/{version}")
async def show_questionnaire(request: Request, caller: ProgrammeOffice, id: str, version: str) -> Response:
    page = QuestionnairePage(request, caller)
    questionnaire = await page.questionnaires.parsed(id, version)
    [entry] = [one for one in await page.questionnaires.catalogue() if (one["id"], one["version"]) == (id, version)]
    return page.render(
        "staff/questionnaire.html",
        questionnaire=questionnaire,
        draft=None,
        follows=entry["follows"],
        flaws=(),
        here=f"{HOME}/{id}/{version}",
        files=f"/selfcheck/v1/questionnaires/{id}/{version}",
        moment=datetime.fromisoformat(entry["published_at"]),
        languages=languages_of(questionnaire),
        content_hash=entry["content_hash"],
    )


@router.get("/{id}/{version}/compare")
async def show_comparison(
    request: Request, caller: ProgrammeOffice, id: str, version: str, since: Filter = ""
) -> Response:
    page = QuestionnairePage(request, caller)
    ancestors = await page.questionnaires.ancestors(id, version)
    if not ancestors:
        raise not_found("version before")
    versions = await page.questionnaires.lineage(id, since or ancestors[0], version)
    return _comparison_page(page, compare(versions), versions[0], versions[-1], f"{HOME}/{id}/{version}", ancestors)


@router.get("/{id}/{version}/preview/{field}")
async def show_preview(request: Request, caller: ProgrammeOffice, id: str, version: str, field: str) -> Response:
    page = QuestionnairePage(request, caller)
    return _preview(page, await page.questionnaires.parsed(id, version), field, f"{HOME}/{id}/{version}")


def _comparison_page(
    page: QuestionnairePage,
    comparison: Comparison,
    first: Questionnaire,
    last: Questionnaire,
    here: str,
    ancestors: list[str],
) -> Response:
    by_field = [
        {
            "title": field.title,
            "share": comparison.comparable[field.id],
            "changes": [one for one in comparison.questions if one.field == field.id and one.changed],
        }
        for field in last.fields
    ]
    titles = {field.id: field.title for questionnaire in (first, last) for field in questionnaire.fields}
    return page.render(
        "staff/questionnaire_compare.html",
        first=first,
        last=last,
        found=comparison,
        fields=by_field,
        here=here,
        before=ancestors,
        warnings=WARNINGS,
        warned=sum(bool(one.warnings) for one in comparison.questions),
        rules=[RULES[one] for one in comparison.rules_changed],
        titles=titles,
    )


def _preview(page: QuestionnairePage, questionnaire: Questionnaire, field_id: str, here: str) -> Response:
    """One field as respondents see it, in any language of theirs; nothing is saved."""
    ids = [field.id for field in questionnaire.fields]
    if field_id not in ids:
        raise not_found("field")
    place = ids.index(field_id)
    page.brand = page.request.state.brand = PLATFORM
    scale = questionnaire.scale
    neighbours: list[dict[str, Any] | None] = [
        {"title": questionnaire.fields[at].title, "address": f"{here}/preview/{ids[at]}"}
        if 0 <= at < len(ids)
        else None
        for at in (place - 1, place + 1)
    ]
    return page.render(
        "staff/questionnaire_preview.html",
        field=questionnaire.fields[place],
        number=place + 1,
        count=len(ids),
        here=here,
        levels=[(scale.min + step, words) for step, words in enumerate(scale.labels)],
        unsure=UNSURE,
        not_applicable=NOT_APPLICABLE,
        form=page.form("preview"),
        former=neighbours[0],
        following=neighbours[1],
    )
