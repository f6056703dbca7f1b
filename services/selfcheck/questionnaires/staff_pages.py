"""Pages of the programme office: questionnaires and their drafts, uploads with every mistake named, publishing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.datastructures import UploadFile

from chassis.http.permissions import Caller
from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import Pages, done, see_other
from chassis.text.languages import EVERYWHERE, LANGUAGES
from chassis.text.translations import mark
from programme.frames import PLATFORM
from services.selfcheck.domain.completeness import completeness
from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.permissions import ProgrammeOffice
from services.selfcheck.questionnaires.drafts import Uploaded, from_json
from services.selfcheck.questionnaires.staff_flaw_texts import explain
from services.selfcheck.questionnaires.translations import in_all_languages
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/questionnaires", include_in_schema=False)


HOME = "/selfcheck/questionnaires"
NO_FILE = mark("Please choose a file.")
ARCHIVE = b"PK\x03\x04"
"""How a workbook begins; everything else is taken for JSON."""


class QuestionnairePage:
    """One request to a page of the programme office about questionnaires."""

    def __init__(self, request: Request, caller: Caller) -> None:
        state = request.app.state
        self.request = request
        self.brand = request.state.brand = PLATFORM.for_staff()
        self.pages: Pages = state.pages
        self.forms: Forms = state.forms
        services = get_services(request)
        self.questionnaires, self.drafts = services.questionnaires, services.drafts
        self.by = caller.actor

    @property
    def now(self) -> datetime:
        now: datetime = self.request.app.state.context.clock.now()
        return now

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        return self.forms.new(self.request, f"questionnaires:{purpose}", initial, holder=self.by)

    async def received(self, purpose: str) -> Form:
        return await self.forms.received(self.request, f"questionnaires:{purpose}", holder=self.by, min_age=False)

    def done(self, address: str, sentence: str) -> Response:
        """As `PageContext.done`."""
        return done(self.request, address, sentence)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.pages.render(self.request, template, brand=self.brand, status=status, home=HOME, **context)


@router.get("")
async def list_questionnaires(request: Request, caller: ProgrammeOffice) -> Response:
    page = QuestionnairePage(request, caller)
    return await _list(page, page.form("upload"))


@router.post("")
async def create_draft(request: Request, caller: ProgrammeOffice) -> Response:
    """A new draft, or a table of what is wrong with the file."""
    page = QuestionnairePage(request, caller)
    form = await page.received("upload")

    async def keep(uploaded: Uploaded) -> str:
        draft, _ = await page.drafts.create(uploaded, form.value("form_token"), page.now)
        return str(draft["draft"])

    saved = await _receive_file(page, form, keep)
    if isinstance(saved, str):
        return page.done(f"{HOME}/drafts/{saved}", SAVED)
    return await _list(page, form, saved, 422)


@router.get("/drafts/{draft}")
async def show_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    return await _draft(QuestionnairePage(request, caller), draft)


@router.post("/drafts/{draft}")
async def replace_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """Another file in place of the draft, unless somebody else replaced it since the page was opened."""
    page = QuestionnairePage(request, caller)
    form = await page.received(f"replace:{draft}")

    async def keep(uploaded: Uploaded) -> str:
        await page.drafts.replace(draft, uploaded, _revision(form), page.now)
        return draft

    saved = await _receive_file(page, form, keep)
    if isinstance(saved, str):
        return page.done(f"{HOME}/drafts/{draft}", SAVED)
    return await _draft(page, draft, replace=form, flaws=saved, status=422)


@router.post("/drafts/{draft}/publication")
async def publish_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    page = QuestionnairePage(request, caller)
    form = await page.received(f"publish:{draft}")
    form.require("sure")

    async def act() -> Response:
        published, _ = await page.drafts.publish(draft, _revision(form), None, page.now)
        return page.done(f"{HOME}/{published['id']}/{published['version']}", mark("The questionnaire is published."))

    return await answer_form(form, act, lambda form, status: _draft(page, draft, publish=form, status=status))


@router.post("/drafts/{draft}/discarding")
async def discard_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    page = QuestionnairePage(request, caller)
    form = await page.received(f"discard:{draft}")
    form.require("sure")
    if form.ok:
        await page.drafts.discard(draft)
        return page.done(HOME, mark("The draft is discarded."))
    return await _draft(page, draft, discard=form, status=422)


async def _receive_file(
    page: QuestionnairePage, form: Form, keep: Callable[[Uploaded], Awaitable[str]]
) -> str | Sequence[dict[str, str]]:
    """Read the uploaded file and hand it to `keep`; what that answers, or the flaws of the file. Without any, the form says what is wrong."""
    file = (await page.request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.size:
        form.error("file", NO_FILE)
    if not form.ok or not isinstance(file, UploadFile):
        return []
    content = await file.read()
    try:
        if content.startswith(ARCHIVE):
            uploaded = await page.drafts.from_workbook(content)
        else:
            uploaded = from_json(orjson.loads(content))
        return await keep(uploaded)
    except orjson.JSONDecodeError:
        flaws: Sequence[Flaw] = [Flaw("", "malformed_json", "")]
    except Invalid as error:
        flaws = error.flaws
    except Problem as problem:
        if problem.status != 409:
            raise
        form.show_problem(problem)
        return []
    return [explain(flaw, page.pages.texts(page.request, page.brand)) for flaw in flaws]


def _revision(form: Form) -> int | None:
    return form.whole_number("revision", 0, 10**9)


async def _list(
    page: QuestionnairePage, form: Form, flaws: Sequence[dict[str, str]] = (), status: int = 200
) -> Response:
    return page.render(
        "staff/questionnaires.html",
        status,
        form=form,
        flaws=flaws,
        published=_with_moments(await page.questionnaires.catalogue(), "published_at"),
        drafts=_with_moments(await page.drafts.list_all(), "changed_at"),
    )


def _with_moments(items: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{**one, name: datetime.fromisoformat(one[name])} for one in items]


async def _draft(
    page: QuestionnairePage,
    draft: str,
    *,
    replace: Form | None = None,
    publish: Form | None = None,
    discard: Form | None = None,
    flaws: Sequence[dict[str, str]] = (),
    status: int = 200,
) -> Response:
    stored = await page.drafts.get(draft)
    if stored.published is not None:
        return see_other(f"{HOME}/{stored.published.id}/{stored.published.version}")
    questionnaire = in_all_languages(parse(stored.content))
    latest = await page.questionnaires.latest(questionnaire.id)
    revision = {"revision": stored.version}
    return page.render(
        "staff/questionnaire.html",
        status,
        questionnaire=questionnaire,
        draft=draft,
        follows=latest.version if latest else None,
        flaws=flaws,
        here=f"{HOME}/drafts/{draft}",
        files=f"/selfcheck/v1/questionnaire-drafts/{draft}",
        moment=stored.changed_at,
        languages=languages_of(questionnaire),
        replace=replace or page.form(f"replace:{draft}", revision),
        revision=stored.version,
        publish=publish or page.form(f"publish:{draft}", revision),
        discard=discard or page.form(f"discard:{draft}"),
    )


def languages_of(questionnaire: Any) -> list[dict[str, Any]]:
    """Completeness of each language: name, what is there, what is missing where and what readers get instead."""
    return [
        {
            "code": one.language,
            "name": LANGUAGES[one.language].endonym if one.language in LANGUAGES else one.language,
            "there": one.texts - len(one.missing),
            "texts": one.texts,
            "missing": one.missing,
            "instead": [LANGUAGES[code].endonym for code in LANGUAGES[one.language].fallbacks[1:]]
            if one.language in LANGUAGES
            else [],
        }
        for one in completeness(questionnaire, EVERYWHERE)
    ]
