"""The page context of respondents: a link's sheet, and the municipality's frame around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import Form
from chassis.pages.pages import Pages
from chassis.storage.idempotency import IdempotencyKey
from programme.frames import of_tenant
from services.selfcheck.answering.api import guarded, kept_resume_code, resume_cookie
from services.selfcheck.domain.questionnaire import Field, Questionnaire
from services.selfcheck.services import Services

KEEP_RESUME_CODE = 180 * 24 * 3600


@dataclass(frozen=True)
class RespondentPage:
    """One request to a page of a respondent, with the sheet as they see it."""

    request: Request
    code: str
    sheet: dict[str, Any]
    questionnaire: Questionnaire
    services: Services
    pages: Pages
    forms: Forms

    @property
    def here(self) -> str:
        return f"/selfcheck/answers/{self.code}"

    @property
    def paper(self) -> str:
        """Address of the questions of this link as a paper."""
        return f"/selfcheck/v1/answers/{self.code}/questionnaire.pdf"

    @property
    def now(self) -> Any:
        return self.services.clock.now()

    @property
    def resume(self) -> str | None:
        return kept_resume_code(self.request, self.code)

    @property
    def closed(self) -> bool:
        """Whether nothing can be changed any more."""
        return bool(self.sheet["status"] == "final")

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """The page, with a resume code for a browser that has none: it means nothing until the first save."""
        response = self.pages.render(
            self.request,
            template,
            brand=self.request.state.brand,
            status=status,
            here=self.here,
            assessment=self.sheet["assessment"]["title"],
            perspective=self.sheet["perspective"]["title"],
            view=self.sheet["perspective"],
            minimum_group=self.sheet["assessment"]["minimum_group"],
            queue={"data-sheet": self.sheet["id"], "data-answers": f"/selfcheck/v1/answers/{self.code}"},
            **context,
        )
        if self.sheet["status"] == "invited" and self.resume is None:
            remember(self.request, response, self.code, self.services.answering.new_resume_code())
        return response

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        return self.forms.new(self.request, f"{purpose}:{self.code}", initial)

    async def received(self, purpose: str) -> Form:
        return await self.forms.received(self.request, f"{purpose}:{self.code}", min_age=False)

    def idempotency_key(self, action: str, form: Form, *extra: str) -> IdempotencyKey:
        """Sending the same form twice has one effect: the form's token is its key. `extra`: what was sent beside its entries."""
        purpose, entered = f"{action} page {self.code}", [form.entered, *extra]
        return IdempotencyKey.of(self.services.secrets, purpose, form.value("form_token"), entered)

    def fields(self) -> list[Field]:
        """The fields of action this person was asked about."""
        return [field for field in self.questionnaire.fields if field.id in self.sheet["progress"]["fields"]]

    def questions_of(self, field: Field) -> list[str]:
        """Ids of the questions to show, those handed on among them."""
        asked_questions, handed_on = self.sheet["asked"], set(self.handed_on)
        return [
            q.id
            for q in field.questions
            if asked_questions is None or q.id in asked_questions or q.id in handed_on or q.id in self.sheet["answers"]
        ]

    @property
    def handed_on(self) -> list[str]:
        return [question for colleague in self.sheet["handed_on"] for question in colleague["questions"]]

    def address(self, field: Field) -> str:
        return f"{self.here}/fields/{field.id}"


def remember(request: Request, response: Response, code: str, resume: str) -> None:
    """Keep the resume code in this browser, out of reach of scripts."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        resume_cookie(code),
        resume,
        max_age=KEEP_RESUME_CODE,
        path="/selfcheck/",
        httponly=True,
        secure=secure,
        samesite="lax",
    )


async def respondent_page(request: Request, caller: Caller, code: str) -> RespondentPage:
    """Open the page context of a link. Raises like `Answering.view`."""
    services: Services = request.app.state.selfcheck
    await show_frame(request, caller, code)
    sheet = await guarded(
        request,
        caller,
        services.answering.view(code, request.headers.get("x-resume-code") or kept_resume_code(request, code)),
    )
    questionnaire = await services.answering.questionnaire_by_code(code)
    return RespondentPage(
        request, code, sheet, questionnaire, services, request.app.state.pages, request.app.state.forms
    )


async def show_frame(request: Request, caller: Caller, code: str) -> None:
    """Set the municipality's frame, before it is known whether the reader may read the sheet."""
    tenant = await guarded(request, caller, request.app.state.selfcheck.answering.tenant(code))
    facts = await request.app.state.tenant_registry.tenant(tenant)
    if facts is None:
        raise not_found("municipality")
    request.state.brand = of_tenant(tenant, facts).without_partial_languages()
