"""One definition of text, numbers and times at the edge."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.text import plain_text
from chassis.text.email_addresses import accept_international_addresses
from chassis.text.field_rules import TYPED
from chassis.text.numbers import decimal_number, half_up, whole_number
from chassis.text.text_types import (
    Changes,
    Day,
    EmailAddress,
    Identifier,
    Moment,
    Name,
    OptionalLine,
    Prose,
    Search,
    Title,
    Value,
    WebAddress,
    bounded_integer,
    number,
    text,
)

ZWNJ, ZWJ, SOFT_HYPHEN, ZWSP, BOM = "\u200c", "\u200d", "\u00ad", "\u200b", "\ufeff"


def read(type: Any, value: Any, typed: bool = False) -> Any:
    return TypeAdapter(type).validate_python(value, context=TYPED if typed else None)


def refusal(type: Any, value: Any, typed: bool = False) -> str:
    with pytest.raises(ValidationError) as refused:
        read(type, value, typed)
    return str(refused.value.errors()[0]["msg"])


@pytest.mark.parametrize("blank", [ZWSP, "\u2800", "\u3164", SOFT_HYPHEN, BOM, "\u200e", "\u0301", "\uffa0", "\u2060 "])
def test_a_name_has_something_to_be_seen(blank: str) -> None:
    assert refusal(Name, blank) == "Please write something that can be seen."
    assert refusal(Prose, blank) == "Please write something that can be seen."
    assert refusal(Name, "  ") == "Please fill in this field."


@pytest.mark.parametrize("name", ["李明", "👩‍👩‍👧", "Ø", "9", "—", "محمد", "د. فاطمة", "Łukasz"])
def test_names_of_the_world_are_kept(name: str) -> None:
    assert read(Name, name) == name


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\ufffe", "\ufdd0"])
def test_control_characters_are_refused_in_every_text(control: str) -> None:
    for type in (Name, Title, Prose, OptionalLine, Search, EmailAddress, Value, Changes):
        value = {"title": {"de": f"a{control}b"}} if type is Changes else f"a{control}b"
        assert "again" in refusal(type, value) or "one line" in refusal(type, value), type


@pytest.mark.parametrize("half", ["a\ud83d", "\udc00b"])
def test_half_a_character_is_refused_in_every_text_and_key(half: str) -> None:
    for type in (Name, Prose, OptionalLine, Search, EmailAddress, Value):
        assert "half a character" in refusal(type, half)
    assert "half a character" in refusal(Value, {"deep": [{half: 1}]})
    assert "half a character" in refusal(Changes, {"title": {"de": half}})


def test_a_line_break_is_for_prose_only() -> None:
    for inside in ("a\nb", "a\r\nb", "a\tb", "a\u2028b"):
        assert refusal(Name, inside) == "Please write this on one line, without line breaks and tabs."
    assert read(Prose, "a\r\nb\u2029c\td ") == "a\nb\nc d"


def test_joiners_stay_and_soft_hyphens_go() -> None:
    assert read(Title, f"گفت{ZWNJ}وگو") == f"گفت{ZWNJ}وگو"
    assert read(Name, f"👩{ZWJ}🚀") == f"👩{ZWJ}🚀"
    assert read(Title, f"Bürger{SOFT_HYPHEN}dialog") == "Bürgerdialog"
    assert read(Prose, f"{BOM}Guten Tag") == "Guten Tag"


def test_text_is_composed() -> None:
    assert read(Name, "Ju\u0308rgen") == "Jürgen"
    assert plain_text.file_name("C:\\tmp\\Bu\u0308rgerbeschluss\x00.pdf") == "Bürgerbeschluss.pdf"
    assert len(read(Annotated[str, text(1)], "u\u0308")) == 1


@given(st.text())
def test_text_that_was_read_once_is_read_the_same_again(written: str) -> None:
    for kind in (plain_text.prose, plain_text.line):
        try:
            kept = kind(written)
        except plain_text.NotText:
            continue
        assert kind(kept) == kept
        kept.encode()
        assert not any(ord(char) < 32 and char != "\n" for char in kept)


def test_too_long_says_how_long() -> None:
    assert refusal(Name, "x" * 201) == "Please shorten this to 200 characters."


@pytest.mark.parametrize("id", ["Bügs", f"q{ZWSP}1", "a b", "a/b", "", "q\n", "x" * 101, "ａ", "q\x00"])
def test_an_identifier_holds_plain_signs_only(id: str) -> None:
    assert "letters from a to z" in refusal(Identifier, id)
    assert not plain_text.is_identifier(id)


def test_identifiers_of_questionnaires_and_support_are_the_same_kind() -> None:
    for id in ("interpreter.uk", "A1", "field:2", "q-1_b", "x" * 100):
        assert read(Identifier, id) == id


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"{BOM}olena@example.org", "olena@example.org"),
        (f"olena@example.org{ZWSP}", "olena@example.org"),
        (" info@bücher.example ", "info@bücher.example"),
        ("info@سلام۲.example", "info@سلام۲.example"),
        ("info@" + "ß" * 40 + ".example", "info@" + "ß" * 40 + ".example"),
    ],
)
def test_an_address_is_freed_of_unseen_signs(written: str, kept: str) -> None:
    assert read(EmailAddress, written) == kept


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("x" * 65 + "@example.org", "at most 64"),
        ("nobody", "name@example.org"),
        ("a@b", "name@example.org"),
        ("a@" + "b" * 64 + ".example", "name@example.org"),
        ("a\x00@example.org", "again"),
        ("a" * 60 + "@" + "b.".join(["c" * 60] * 4) + ".example", "at most 254"),
        ("", "fill in"),
    ],
)
def test_an_address_that_no_server_takes_is_refused(wrong: str, remedy: str) -> None:
    assert remedy in refusal(EmailAddress, wrong)


def test_letters_before_the_at_are_taken_where_the_mail_server_takes_them() -> None:
    assert "before the @" in refusal(EmailAddress, "jürgen@example.org")
    accept_international_addresses(True)
    try:
        assert read(EmailAddress, "jürgen@example.org") == "jürgen@example.org"
    finally:
        accept_international_addresses(False)


def test_a_web_address_is_whole() -> None:
    assert refusal(WebAddress, "meet.jit.si/abc") == "Please write the whole web address; it begins with https://."
    assert read(WebAddress, "https://meet.jit.si/abc") == "https://meet.jit.si/abc"
    assert "https://" in refusal(WebAddress, "https://a b")
    assert "https://" in refusal(WebAddress, "javascript:alert(1)")


@pytest.mark.parametrize(
    "wrong",
    [
        "https://",
        "https:///abc",
        "https://[::1",
        "https://a:99999/",
        "https://a:b/",
        "https://a\\b.example",
        "https://a.example/\u202egpj.exe",
        "https://a\u200b.example",
    ],
)
def test_an_address_that_programs_can_not_take_apart_is_none(wrong: str) -> None:
    assert "https://" in refusal(WebAddress, wrong)


INHABITANTS = Annotated[int, bounded_integer(1, 99_999_999)]


@pytest.mark.parametrize("wrong", ["1.000", "75000", True, 1.5, None, float("nan"), [1]])
def test_the_api_takes_a_number_for_a_number_only(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        read(INHABITANTS, wrong)


@pytest.mark.parametrize("great", [0, -1, 10**8, 10**30, 1e300])
def test_a_number_out_of_bounds_names_them(great: Any) -> None:
    assert refusal(INHABITANTS, great) == "Please write a number from 1 to 99999999."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1.000", 1000), ("75 000", 75_000), ("1'000", 1000), ("١٠٠", 100), ("۱۰۰", 100), (" 7 ", 7), (7, 7)],
)
def test_a_form_takes_numbers_as_people_type_them(typed: Any, kept: int) -> None:
    assert read(INHABITANTS, typed, typed=True) == kept


@pytest.mark.parametrize("typed", ["9" * 5000, "1,5", "1.00", "²", "", "zehn", "1e3", "0x1", "1_000", "--1"])
def test_what_is_no_number_in_a_form_says_so(typed: str) -> None:
    assert refusal(INHABITANTS, typed, typed=True) == "Please write a whole number in digits, such as 1000."


def test_hours_take_a_decimal_comma_in_forms() -> None:
    hours = Annotated[float, number(0.25, 720)]
    assert read(hours, "1,5", typed=True) == 1.5
    assert read(hours, 1.5) == 1.5
    assert refusal(hours, "1,5") == "Please write a number in digits, such as 24."
    assert refusal(hours, "1,5,3", typed=True) == "Please write a number in digits, such as 24."
    assert refusal(hours, float("nan")) == "Please write a number in digits, such as 24."
    for great in (10**30, 10**400, float("inf")):
        assert "from 0.25 to 720" in refusal(hours, great)


def test_a_thousand_is_not_taken_for_one() -> None:
    hours = Annotated[float, number(0.25, 720)]
    for typed in ("1.000", "100.000"):
        assert refusal(hours, typed, typed=True) == "Please write a number in digits, such as 24."
    assert [read(hours, typed, typed=True) for typed in ("0.250", "1.25", "1,125")] == [0.25, 1.25, 1.125]


@pytest.mark.parametrize(
    "wrong",
    [
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "1999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_lies_within_a_span_that_is_said(wrong: str) -> None:
    assert refusal(Moment, wrong) == "Please choose a day in the years 2000 to 2100."


def test_times_within_the_span_have_a_time_zone() -> None:
    assert read(Moment, "2027-03-28T02:30:00+02:00") == datetime.fromisoformat("2027-03-28T02:30:00+02:00")
    with pytest.raises(ValidationError):
        read(Moment, "2027-03-28T02:30:00")


@pytest.mark.parametrize("wrong", ["1800000000", 1800000000, 1800000000.5, "-0", "20270328", True])
def test_a_number_is_no_time(wrong: Any) -> None:
    assert "time zone" in refusal(Moment, wrong)
    assert "2027-03-28" in refusal(Day, wrong)


@pytest.mark.parametrize(
    "wrong", ["28.03.2027", "tomorrow", "", "2027-03-28T18:30", "2027-02-30T10:00:00Z", None, [], {}]
)
def test_what_is_no_time_or_day_is_answered_with_how_one_is_written(wrong: Any) -> None:
    for kind, written in ((Moment, "such as 2027-03-28T18:30:00+02:00."), (Day, "Write the day as 2027-03-28.")):
        with pytest.raises(ValidationError) as refused:
            TypeAdapter(kind).validate_python(wrong)
        assert [error["msg"].endswith(written) for error in refused.value.errors()] == [True]


def test_a_day_lies_within_a_span_that_is_said() -> None:
    assert read(Day, "1977-08-01") == date(1977, 8, 1)
    for wrong in ("9999-12-31", "0001-01-01"):
        assert refusal(Day, wrong) == "Please choose a day in the years 1900 to 2100."


@pytest.mark.parametrize("value", [10**30, -(2**53), float("inf"), {"a": [10**30]}, json.loads("[NaN]")])
def test_a_value_can_be_stored(value: Any) -> None:
    assert "number" in refusal(Value, value)
    assert read(Value, {"a": [1, None, True, 0.5, f"Bürger{SOFT_HYPHEN}"]}) == {"a": [1, None, True, 0.5, "Bürger"]}


def test_the_schema_tells_the_limits() -> None:
    class Shown(BaseModel):
        name: Name
        id: Identifier
        seats: INHABITANTS
        mail: EmailAddress | None = None

    told = Shown.model_json_schema()["properties"]
    assert told["name"]["maxLength"] == 200
    assert told["name"]["minLength"] == 1
    assert told["id"]["pattern"] == plain_text.IDENTIFIER
    assert (told["seats"]["type"], told["seats"]["minimum"], told["seats"]["maximum"]) == ("integer", 1, 99_999_999)
    assert told["mail"]["anyOf"][0]["format"] == "email"


def test_numbers_are_read_and_rounded_one_way() -> None:
    assert whole_number("1.000") == 1000
    assert decimal_number("1,5") == 1.5
    assert [str(half_up(value, 1)) for value in (6.25, -6.25, 0.25, 6.35)] == ["6.3", "-6.3", "0.3", "6.4"]
    assert half_up(2.5) == 3
    assert [str(half_up(Fraction(*share), 1)) for share in ((2, 3), (1, 4), (-25, 4))] == ["0.7", "0.3", "-6.3"]
