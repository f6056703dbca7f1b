"""Form tokens: guard forms against forged, automated and stale submissions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.pages.forms import LANGUAGE_FIELD, TOKEN_FIELD, Form
from chassis.pages.pages import VISITOR_COOKIE
from chassis.text.translations import mark

_EXPIRED = mark("The form was open for too long. Your entries are still here: please send it again.")
_TOO_FAST = mark("That was very quick. Please check your entries and send the form again.")
_FOREIGN = mark("The form did not come from this browser. Please allow cookies for this site and send it again.")
_MAX_AGE = timedelta(hours=12)
"""How long a form may stand open."""
_TOO_MANY = mark(
    "Too many attempts in a short time. Your entries are still here: please wait a minute and send the form again."
)


class Forms:
    """Issues and checks form tokens: an HMAC over purpose, time of issue and the holder (session or visitor cookie).

    A foreign site can't read the holder's token, so it guards against forged requests; its age tells programs from
    people (`min_age`) and bounds replay. `purpose` names the form and what it acts on.
    """

    def __init__(self, secrets_: Secrets, clock: Clock, min_age: timedelta = timedelta(seconds=2)) -> None:
        self._key = secrets_.key("form")
        self.clock = clock
        self.min_age = min_age

    def new(self, request: Request, purpose: str, initial: dict[str, Any] | None = None, holder: str = "") -> Form:
        """A form to be filled in. `holder` is the session of a person signed in; others get a visitor cookie."""
        return Form(self.token(purpose, holder or _visitor(request)), initial=initial)

    async def received(self, request: Request, purpose: str, holder: str = "", min_age: bool = True) -> Form:
        """The form as sent, its guards checked: an error under "" says what to do when the token isn't valid.

        `min_age=False` for forms of staff and single buttons, which people may press at once.
        """
        data = await request.form()
        form_holder = holder or _visitor(request)
        form = Form(self.token(purpose, form_holder), data)
        if form.choosing_language:
            request.state.chosen_language = str(data.get(LANGUAGE_FIELD))
        if getattr(request.state, "too_many", None) is not None:
            form.error("", _TOO_MANY)
        token_error = self.token_error(purpose, form_holder, form.value(TOKEN_FIELD), min_age)
        if token_error:
            form.error("", token_error)
        return form

    def token(self, purpose: str, holder: str) -> str:
        """A token of this moment for the form of this purpose in the hands of this holder."""
        issued = str(int(self.clock.now().timestamp() * 1000))
        return f"{issued}.{self._mac(purpose, holder, issued)}"

    def token_error(self, purpose: str, holder: str, token: str, min_age: bool) -> str | None:
        """Why a token is not valid, as a sentence for the form; None where it is."""
        issued, _, mac = token.partition(".")
        if not hmac.compare_digest(self._mac(purpose, holder, issued).encode(), mac.encode()):
            return _FOREIGN
        age = timedelta(milliseconds=self.clock.now().timestamp() * 1000 - int(issued))
        if age > _MAX_AGE:
            return _EXPIRED
        return _TOO_FAST if min_age and age < self.min_age else None

    def _mac(self, purpose: str, holder: str, issued: str) -> str:
        message = "\0".join((purpose, holder, issued)).encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)[:24]).decode()


def _visitor(request: Request) -> str:
    """The visitor cookie, a random value that stands for this browser only; a new one is set by `Pages.render`."""
    visitor = request.cookies.get(VISITOR_COOKIE) or getattr(request.state, "new_visitor", None)
    if not visitor:
        visitor = request.state.new_visitor = secrets.token_urlsafe(18)
    return str(visitor)
