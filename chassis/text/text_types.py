"""Types of request models and forms: text, ids, addresses, numbers and times, each by one rule (`field_rules`) and with one remedy.

    class Greeting(Body):
        title: Title
        words: Annotated[str, text(most=500, prose=True)]
        seats: Annotated[int, bounded_integer(1, 100)]
        at: Moment

Every field of a request model has one of these types; a test walks all models. API and forms share the models: what
people typed (`Body.typed`) is read with thousands apart and decimal commas, a JSON string is no number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime

from chassis.text import plain_text
from chassis.text.email_addresses import LONGEST_ADDRESS, read_email_address
from chassis.text.field_rules import EMPTY, NOT_TEXT, Rule, Span, refused
from chassis.text.numbers import decimal_number, whole_number
from chassis.text.plain_text import NotText
from chassis.text.translations import mark

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2100, 12, 31)
DEEPEST = 40
"""How deeply a JSON value may be nested; questionnaires need eight."""
GREATEST_NUMBER = 2**53 - 1
"""What JSON, browsers and MongoDB all hold exactly."""

_LONG = mark("Please shorten this to %(most)s characters.")
_IDENTIFIER = mark("Please use only letters from a to z, digits and the signs . _ : - (at most %(most)s).")
WHOLE = mark("Please write a whole number in digits, such as 1000.")
NUMBER = mark("Please write a number in digits, such as 24.")
BETWEEN = mark("Please write a number from %(least)s to %(most)s.")
_SPAN = mark("Please choose a day in the years %(first)s to %(last)s.")
_WEB = mark("Please write the whole web address; it begins with https://.")
_DEEP = mark("Please send this nested less deeply.")

_IN_ADDRESS = re.compile(r"0|[1-9][0-9]{0,15}")


def text(
    most: int,
    *,
    least: int = 1,
    prose: bool = False,
    visible: bool = True,
    strip: bool = True,
    pattern: str = "",
    example: str = "",
) -> Rule:
    """Text of at most so many characters. `least=0`: may be empty; `prose`: on several lines, with `strip=False` kept with the
    blanks around it, where a device compares what it sent."""
    read = plain_text.line if not prose else plain_text.prose if strip else plain_text.document
    limits = (
        ("maxLength", most),
        *((("minLength", least),) if least else ()),
        *((("pattern", pattern),) if pattern else ()),
        *((("examples", (example,)),) if example else ()),
    )
    return Rule(lambda value, typed: _text(value, most, least, read, visible), limits)


def _text(value: Any, most: int, least: int, read: Callable[[str], str], visible: bool) -> Any:
    if not isinstance(value, str):
        return value
    try:
        kept = read(value)
    except NotText as error:
        raise refused(NOT_TEXT[error.code]) from None
    if not kept and not least:
        return kept
    if not value.strip():
        raise refused(EMPTY)
    if not kept or (visible and not plain_text.is_visible(kept)):
        raise refused(NOT_TEXT["invisible"])
    if len(kept) > most:
        raise refused(_LONG, most=most)
    return kept


def matching(pattern: str, sentence: str, *, most: int, example: str = "") -> Rule:
    """Text on one line that the whole of a pattern matches; `sentence` says how it is written, since nobody reads a pattern."""
    expected = re.compile(pattern)
    limits = (("pattern", f"^{pattern}$"), ("maxLength", most), *((("examples", (example,)),) if example else ()))
    return Rule(lambda value, typed: _matching(value, expected, sentence, most), limits)


def _matching(value: Any, expected: re.Pattern[str], sentence: str, most: int) -> Any:
    kept = _text(value, most, 1, plain_text.line, True)
    if isinstance(kept, str) and not expected.fullmatch(kept):
        raise refused(sentence)
    return kept


def bounded_integer(least: int, most: int, *, in_address: bool = False) -> Rule:
    """A whole number within bounds. `in_address`: it stands in a path or query, where each number has one spelling."""
    return Rule(
        lambda value, typed: _bounded_integer(_of_address(value) if in_address else value, least, most, typed),
        (("minimum", least), ("maximum", most)),
    )


def _of_address(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _IN_ADDRESS.fullmatch(value) else value


def _bounded_integer(value: Any, least: int, most: int, typed: bool) -> Any:
    if value is None:
        return value
    if typed and isinstance(value, str):
        try:
            value = whole_number(value)
        except ValueError:
            raise refused(WHOLE) from None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(WHOLE)
    if not least <= value <= most:
        raise refused(BETWEEN, least=least, most=most)
    return value


def number(least: float, most: float, *, typed: bool = False) -> Rule:
    """A number within bounds. `typed`: always read from text, as in queries."""
    return Rule(
        lambda value, in_form: _number(value, least, most, typed or in_form), (("minimum", least), ("maximum", most))
    )


def _number(value: Any, least: float, most: float, typed: bool) -> Any:
    if value is None:
        return value
    if typed and isinstance(value, str):
        try:
            value = decimal_number(value)
        except ValueError:
            raise refused(NUMBER) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise refused(NUMBER)
    if not least <= value <= most:  # before anything calculates: no float holds every whole number
        raise refused(BETWEEN, least=f"{least:g}", most=f"{most:g}")
    return value


def _identifier(value: Any, typed: bool) -> Any:
    if isinstance(value, str) and not plain_text.is_identifier(value):
        raise refused(_IDENTIFIER, most=plain_text.LONGEST_IDENTIFIER)
    return value


def _web(value: Any, typed: bool) -> Any:
    if isinstance(value, str) and plain_text.reorders_text(value):
        raise refused(_WEB)
    kept = _text(value, 2000, 1, plain_text.line, True)
    if isinstance(kept, str) and not plain_text.is_web_address(kept):
        raise refused(_WEB)
    return kept


def within(at: datetime) -> datetime:
    """The moment, if it lies in the span that everything here can calculate with. Raises PydanticCustomError."""
    if not EARLIEST <= at < LATEST:
        raise refused(_SPAN, first=EARLIEST.year, last=LATEST_DAY.year)
    return at


def day_within(day: date) -> date:
    """The day, if it lies in the span that everything here can calculate with. Raises PydanticCustomError."""
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise refused(_SPAN, first=EARLIEST_DAY.year, last=LATEST_DAY.year)
    return day


def storable(value: Any) -> Any:
    """A JSON value that can be stored and sent on, its texts kept as text. What it means is checked by the domain."""
    if isinstance(value, str):
        try:
            return plain_text.document(value)
        except NotText as error:
            raise refused(NOT_TEXT[error.code]) from None
    if isinstance(value, int) and not -GREATEST_NUMBER <= value <= GREATEST_NUMBER:
        raise refused(BETWEEN, least=-GREATEST_NUMBER, most=GREATEST_NUMBER)
    if isinstance(value, float) and not math.isfinite(value):
        raise refused(NUMBER)
    return value


def _deep(value: Any, typed: bool, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise refused(_DEEP)
    if isinstance(value, list):
        return [_deep(item, typed, depth + 1) for item in value]
    if isinstance(value, dict):
        return {storable(key): _deep(item, typed, depth + 1) for key, item in value.items()}
    return storable(value)


Name = Annotated[str, text(200, example="Olena Kovalenko")]
Title = Annotated[str, text(200, example="Zusammenleben in Vielfalt")]
Label = Annotated[str, text(200)]
OptionalLine = Annotated[str, text(200, least=0)]
"""May be empty."""
Prose = Annotated[str, text(5000, prose=True)]
Search = Annotated[str, text(200, least=0, visible=False)]
"""What somebody looks for."""
Identifier = Annotated[str, Rule(_identifier, (("pattern", plain_text.IDENTIFIER), ("examples", ("interpreter.uk",))))]
EmailAddress = Annotated[
    str,
    Rule(
        lambda value, typed: read_email_address(value),
        (("format", "email"), ("maxLength", LONGEST_ADDRESS), ("examples", ("olena@example.org",))),
    ),
]
WebAddress = Annotated[str, Rule(_web, (("format", "uri"), ("maxLength", 2000)))]
Moment = Annotated[
    AwareDatetime, Span(within, "Write day and time with their time zone, such as 2027-03-28T18:30:00+02:00.")
]
Day = Annotated[date, Span(day_within, "Write the day as 2027-03-28.")]
Value = Annotated[Any, Rule(_deep, (("examples", (3,)),))]
"""Any JSON value that can be stored; the domain says what it may be."""
Changes = Annotated[dict[str, Any], Rule(_deep)]
"""Fields by name, of which only what is given changes; the use case validates the whole."""
