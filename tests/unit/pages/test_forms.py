"""Guards of forms: a token holds for its purpose, its holder and its time; what was entered is kept."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from chassis.http.problems import FieldError, Problem, busy, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import ADDRESS_WRONG, ENTRY_WRONG, HONEYPOT_FIELD, Form
from chassis.pages.pages import VISITOR_COOKIE
from tests.support.sources import ROOT, calls, parsed


class _Clock:
    moment = datetime(2026, 11, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def _request(visitor: str | None = "v1", **fields: str) -> Request:
    body = urlencode(fields).encode()
    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    if visitor:
        headers.append((b"cookie", f"{VISITOR_COOKIE}={visitor}".encode()))

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    return Request({"type": "http", "method": "POST", "headers": headers, "query_string": b"", "path": "/"}, receive)


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def forms(clock: _Clock) -> Forms:
    return Forms(Secrets("s" * 32), clock)


async def test_a_form_comes_back(forms: Forms, clock: _Clock) -> None:
    token = forms.new(_request(), "sign-up").token
    clock.moment += timedelta(seconds=10)
    form = await forms.received(_request(form_token=token, name=" Olena "), "sign-up")
    assert form.ok
    assert form.value("name") == "Olena"


@pytest.mark.parametrize(
    ("purpose", "visitor", "waited", "says"),
    [
        ("sign-up", "v1", 1, "very quick"),
        ("sign-up", "v1", 13 * 3600, "too long"),
        ("sign-up", "v2", 10, "this browser"),
        ("sign-up", None, 10, "this browser"),
        ("cancel", "v1", 10, "this browser"),
    ],
)
async def test_a_token_holds_for_one_purpose_holder_and_time(
    forms: Forms, clock: _Clock, purpose: str, visitor: str | None, waited: int, says: str
) -> None:
    token = forms.new(_request(), "sign-up").token
    clock.moment += timedelta(seconds=waited)
    form = await forms.received(_request(visitor, form_token=token, name="Olena"), purpose)
    assert says in form.errors[""][0]
    assert form.value("name") == "Olena"


@pytest.mark.parametrize("token", ["", "1", "x.y", "99999999999999.AAAA", ".", "é.é"])
async def test_a_made_up_token_does_not_hold(forms: Forms, token: str) -> None:
    assert not (await forms.received(_request(form_token=token), "sign-up")).ok


async def test_staff_may_send_a_form_at_once(forms: Forms) -> None:
    token = forms.new(_request(), "reveal", holder="session").token
    assert (await forms.received(_request(form_token=token), "reveal", holder="session", min_age=False)).ok


async def test_a_filled_honeypot_is_noticed(forms: Forms) -> None:
    assert (await forms.received(_request(**{HONEYPOT_FIELD: "spam"}), "sign-up")).honeypot_filled


def test_a_new_visitor_is_remembered_within_the_request(forms: Forms) -> None:
    request = _request(None)
    forms.new(request, "sign-up")
    known = request.state.new_visitor
    forms.new(request, "other")
    assert request.state.new_visitor == known


def test_errors_of_a_problem_find_their_fields() -> None:
    form = Form("t", initial={"contact.email": "x", "seats": 0, "support": ["a", "b"]})
    form.show_problem(
        invalid(FieldError("/contact/email", "A"), FieldError("/party", "B"), FieldError("/x", "C")), {"/x": "seats"}
    )
    assert _said(form) == {"contact.email": "A", "": "B", "seats": "C"}
    assert form.chosen("support") == ["a", "b"]


class _Contact(BaseModel):
    email: str = Field("", max_length=3)
    phone: str = Field("", max_length=3)


class _Body(BaseModel):
    seats: int = 1
    title: dict[str, int] = {}
    party: list[int] = []
    contact: _Contact = _Contact()


def _said(form: Form) -> dict[str, str]:
    return {name: message for name, (message, _) in form.errors.items()}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"seats": "many"}, {"seats": ENTRY_WRONG}),
        ({"title": {"de": "x"}}, {"title.de": ENTRY_WRONG}),
        ({"title": {"uk": "x"}}, {"title.de": ENTRY_WRONG}),  # by its name in `names`
        ({"party": [1, "x"]}, {"party": "one per line"}),  # the nearest around it
        ({"contact": {"email": "long", "phone": "long"}}, {"email": ADDRESS_WRONG, "": ENTRY_WRONG}),
        ({"contact": 1, "seats": "many"}, {"": ENTRY_WRONG, "seats": ENTRY_WRONG}),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_what_a_model_refuses_stands_at_its_field(sent: dict[str, object], said: dict[str, str], whole: bool) -> None:
    form = Form("t", initial=dict.fromkeys(("seats", "title.de", "party", "email"), "x"))
    with form.refusals({"/title": "title.de"}, {"party": "one per line"}):
        try:
            _Body.model_validate(sent)
        except ValueError as error:
            if not whole:
                raise
            # As FastAPI and the use cases raise it, with the place in the whole request.
            found = error.errors()  # type: ignore[attr-defined]
            raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found]) from None
    assert _said(form) == said


@pytest.mark.parametrize("problem", [conflict("full", "A"), busy("A"), invalid(FieldError("/seats", "A"))])
def test_what_is_not_possible_stands_at_the_form(problem: Problem) -> None:
    form = Form("t", initial={"seats": 0})
    with form.refusals():
        raise problem
    assert _said(form) == {"seats" if problem.errors else "": "A"}


@pytest.mark.parametrize("error", [not_found(), RuntimeError(), KeyboardInterrupt()])
def test_other_errors_are_raised_on(error: BaseException) -> None:
    form = Form("t")
    with pytest.raises(type(error)) as raised, form.refusals():
        raise error
    assert raised.value is error
    assert form.ok


def test_what_is_allowed_leaves_no_error() -> None:
    form = Form("t", initial={"seats": 0})
    with form.refusals():
        body = _Body(seats=2)
    assert form.ok
    assert body.seats == 2


def test_a_refused_file_stands_at_its_field() -> None:
    form = Form("t", FormData([("file", UploadFile(None, filename="a.svg")), ("form_token", "t")]))  # type: ignore[arg-type]
    with form.refusals({"/": "file"}):
        raise invalid(FieldError("/", "A"))
    assert _said(form) == {"file": "A"}
    assert form.value("file") == ""


def test_every_key_that_is_made_of_a_forms_token_holds_what_was_entered() -> None:
    """By the token alone an edited form that is sent again would be taken for a repeat, and dropped without a word."""
    found, without = 0, []
    for path, tree in parsed("services", "chassis", with_any_of=("form_token",)):
        for call in calls(tree, "of"):
            if len(call.args) != 4 or "form_token" not in ast.unparse(call.args[2]):
                continue
            found += 1
            if isinstance(call.args[3], ast.Constant):
                without.append(f"{path}:{call.lineno}")
    assert found > 5
    assert not without


def test_what_no_choice_means_is_said_wherever_one_need_not_choose() -> None:
    """ "Please choose" asks for what is not needed."""
    silent = [
        f"{template.name}: {call}"
        for template in sorted([*ROOT.glob("services/**/*.html"), *ROOT.glob("chassis/**/*.html")])
        for call in re.findall(r"\bselect\(.*?\) \}\}", template.read_text(), re.DOTALL)
        if re.search(r"required=(?!true)", call) and "empty_label" not in call and "macro" not in call
    ]
    assert silent == []
