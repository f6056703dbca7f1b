"""Forms: what was entered, and what is wrong with it. `chassis.pages.form_tokens` guards them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from markupsafe import Markup
from pydantic import ValidationError
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData
from starlette.responses import Response

from chassis.http.base_schemas import RequestModel
from chassis.http.problems import Problem
from chassis.storage.idempotency import KEY_REUSED
from chassis.text import numbers, plain_text
from chassis.text.email_addresses import ADDRESS_WRONG
from chassis.text.field_rules import EMPTY, NOT_TEXT
from chassis.text.languages import BERLIN
from chassis.text.plain_text import NotText
from chassis.text.text_types import BETWEEN, NUMBER, WHOLE, day_within, within
from chassis.text.translations import mark

RequestT = TypeVar("RequestT", bound=RequestModel)
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field
SHOWN_FIELD = "shown"
"""Holds what the form showed (`chassis.pages.concurrent_edits_staff`)."""
HONEYPOT_FIELD = "homepage"
"""Hidden from people; whoever fills it is a program."""
LANGUAGE_FIELD = "choose_language"
"""Sent by who wants to read the page in another language while filling in the form: nothing is done but to show it so."""

ENTRY_WRONG = mark("Please check this entry.")
"""What a form says of an entry that a model refuses, where neither the model nor the page knows anything better."""

_SENT_BEFORE = mark(
    "This form was sent before with other entries, and that counted. If you want to send these as well, please send it once more."
)

_REFUSED = (409, 422, 429, 503)
"""Codes of problems that stand at the form: not possible now, not valid, too often or too busy, where all entries would else be
lost."""


class Form:
    """One form on a page. `values` and `errors` survive the round trip, so nothing has to be typed twice.

    `token` goes into the form by the macro `form_of`. Error messages are English sentences of the catalogue; the
    macros translate them. An error under the name "" concerns the whole form.
    """

    def __init__(self, token: str, data: FormData | None = None, initial: dict[str, Any] | None = None) -> None:
        self.token = token
        self.sent = data is not None
        """Whether it holds what somebody entered, which `language.js` then sends along when another language is chosen."""
        self.choosing_language = False
        self.shown = ""
        self.labels: dict[str, str] = {}
        self.errors: dict[str, tuple[str, dict[str, Any]]] = {}
        filled = {name: value for name, value in (initial or {}).items() if value is not None}
        self._values: dict[str, list[str]] = as_entries(filled)
        if data is not None:
            # Of an uploaded file only its field is known here; a page that takes files reads them itself.
            self.choosing_language = LANGUAGE_FIELD in data
            self._values = {}
            for name, value in data.multi_items():
                self._values.setdefault(name, []).append(self._text(name, value if isinstance(value, str) else ""))
            self.shown = self.value(SHOWN_FIELD)

    def value(self, name: str) -> str:
        """What was entered, without surrounding blanks; empty when nothing was."""
        return (self._values.get(name) or [""])[-1].strip()

    @property
    def names(self) -> set[str]:
        """The fields that were sent."""
        return set(self._values) - {LANGUAGE_FIELD}

    @property
    def entered(self) -> list[tuple[str, list[str]]]:
        """All that was entered, without the token: what makes one sending differ from another."""
        return sorted((name, self.chosen(name)) for name in self.names - {TOKEN_FIELD})

    def _text(self, name: str, value: str) -> str:
        """An entry as text; what it cannot hold is taken out, so that the rest can be shown, and said."""
        try:
            return plain_text.entry(value)
        except NotText as error:
            self.error(name, NOT_TEXT[error.code])
            return plain_text.printable(value)

    def chosen(self, name: str) -> list[str]:
        """All that was chosen under this name (checkboxes)."""
        return self._values.get(name, [])

    def set_value(self, name: str, values: Sequence[str]) -> None:
        """Let this stand at a field in place of what was entered."""
        self._values[name] = list(values)

    def error(self, name: str, message: str, **parameters: Any) -> None:
        """Note what is wrong with a field and how to mend it; the first error of a field stands."""
        if not self.choosing_language:
            self.errors.setdefault(name, (message, parameters))

    def register_field(self, name: str, label: str, options: Collection[Sequence[Any]] = ()) -> str:
        """Remember a field's label for the summary of errors, and name a value that its error tells as the
        field's `options` (value, words) do. For the macros: renders as nothing."""
        self.labels[name] = label
        if options and name in self.errors:
            words = {str(option[0]): option[1] for option in options}
            message, parameters = self.errors[name]
            if "value" in parameters:
                parameters = {
                    **parameters,
                    "value": Markup(", ").join(words.get(one, one) for one in parameters["value"].split(", ")),
                }
            self.errors[name] = (message, parameters)
        return ""

    def require(self, *names: str) -> None:
        """Note an error for each field left empty."""
        for name in names:
            if not self.value(name):
                self.error(name, EMPTY)

    def whole_number(self, name: str, least: int, most: int) -> int | None:
        """The whole number that was entered; None where nothing or, noted, no number within these bounds was."""
        try:
            entered = numbers.whole_number(self.value(name)) if self.value(name) else None
        except ValueError:
            self.error(name, WHOLE)
            return None
        if entered is not None and not least <= entered <= most:
            self.error(name, BETWEEN, least=least, most=most)
            return None
        return entered

    def number(self, name: str) -> float | None:
        """The number that was entered, with a comma or a point; None where nothing or, noted, no number was."""
        try:
            return numbers.decimal_number(self.value(name)) if self.value(name) else None
        except ValueError:
            self.error(name, NUMBER)
            return None

    def day(self, name: str) -> date | None:
        """The day that was entered; None where nothing or, noted, no possible day was."""
        try:
            return day_within(date.fromisoformat(self.value(name))) if self.value(name) else None
        except PydanticCustomError as error:
            self._remedy(name, error.context or {})
        except ValueError:
            self.error(name, mark("Please write the day as shown."))
        return None

    def wall_time(self, name: str) -> datetime | None:
        """The day and time that was entered, as clocks on the wall show it; None where nothing or, noted, no possible one was."""
        try:
            entered = datetime.fromisoformat(self.value(name)).replace(tzinfo=None) if self.value(name) else None
            if entered is not None:
                within(entered.replace(tzinfo=BERLIN))
            return entered
        except PydanticCustomError as error:
            self._remedy(name, error.context or {})
        except ValueError:
            self.error(name, mark("Please write the day and the time as shown."))
        return None

    def local_time(self, name: str) -> datetime | None:
        """The moment of an entry in German time, read as by `wall_time`."""
        entered = self.wall_time(name)
        return entered.replace(tzinfo=BERLIN) if entered else None

    def typed(
        self,
        model: type[RequestT],
        entered: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> RequestT | None:
        """The model of what was typed, None where the form then says what is wrong."""
        with self.refusals(names, texts):
            return model.typed(dict(entered))
        return None

    def refusals(self, names: Mapping[str, str] | None = None, texts: Mapping[str, str] | None = None) -> _Refusals:
        """A context manager that shows at its field what is refused inside; anything else, like not found, is a page of its own.

        The rules are those of the use cases (`Problem`) and of the models (`ValidationError`, which says "Please check this
        entry." where `texts` has no sentence for a part of the place). `names`: as in `show_problem`.
        """
        return _Refusals(self, names or {}, {"email": ADDRESS_WRONG, **(texts or {})})

    def show_problem(self, problem: Problem, names: Mapping[str, str] | None = None) -> None:
        """Show a problem's errors at their fields: that which `names` gives for their JSON pointer, else the one called
        like it (`/contact/email`: `contact.email`), else in the same way the nearest around it, else one called like its
        last part, else the whole form."""
        if problem.code == KEY_REUSED:
            return self.error("", _SENT_BEFORE)
        for error in problem.errors:
            parts = error.pointer.strip("/").split("/")
            self.error(self._field(parts, names or {}), error.message, **error.values)
        if not problem.errors:
            self.error("", problem.detail or problem.title, **problem.values)

    def show_validation_errors(
        self, error: ValidationError | RequestValidationError, names: Mapping[str, str], texts: Mapping[str, str]
    ) -> None:
        """Show what a model refuses at its fields; `names` as in `show_problem`, `texts`: sentences by the last part of a place."""
        for item in error.errors():
            parts = [str(part) for part in item["loc"]]
            if isinstance(error, RequestValidationError):
                parts = parts[1:]  # the first says which part of the request
            where, context = self._field(parts, names), item.get("ctx", {})
            if "sentence" in context:
                self._remedy(where, context)
            else:
                self.error(where, next((texts[part] for part in reversed(parts) if part in texts), ENTRY_WRONG))

    def _remedy(self, name: str, context: Mapping[str, Any]) -> None:
        self.error(name, context["sentence"], **context["values"])

    def _field(self, parts: Sequence[str], names: Mapping[str, str]) -> str:
        around = [parts[:end] for end in range(len(parts), 0, -1)]
        candidates = [names.get("/" + "/".join(place), ".".join(place)) for place in around]
        return next((name for name in (*candidates, *parts[-1:]) if name in self._values), "")

    @property
    def honeypot_filled(self) -> bool:
        """A program filled the honeypot: answer as if all went well and do nothing."""
        return bool(self.value(HONEYPOT_FIELD))

    @property
    def ok(self) -> bool:
        """Nothing is known to be wrong, and it was sent to be acted upon."""
        return not self.errors and not self.choosing_language


def as_entries(stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Stored values as the entries of a form: for each field several texts, one, or none."""
    return {
        name: [str(item) for item in value]
        if isinstance(value, list | tuple | set)
        else ([] if value is None else [str(value)])
        for name, value in stored.items()
    }


async def answer_form(
    form: Form,
    act: Callable[[], Awaitable[Response | None]],
    show: Callable[[Form, int], Awaitable[Response]],
    names: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Response:
    """Answers a form that was sent: acts on it where nothing is wrong, else shows it again with what was entered and what is wrong.

    `act` answers with where to look next (`done` for forms of staff, else `see_other`) or with a page of its own, and refuses by a
    Problem or a ValidationError, or by noting errors in the form and answering None. `names` and `texts` as in `Form.refusals`.
    """
    if form.ok:
        with form.refusals(names, texts):
            response = await act()
            if response is not None:
                return response
    return await show(form, 422)


class _Refusals:
    """The context manager of `Form.refusals`; a class, so that mypy knows that it may swallow an exception."""

    def __init__(self, form: Form, names: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._form = form
        self._names = names
        self._texts = texts

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        match error:
            case Problem() if error.status in _REFUSED:
                self._form.show_problem(error, self._names)
            case ValidationError() | RequestValidationError():
                self._form.show_validation_errors(error, self._names, self._texts)
            case _:
                return False
        return True
