"""Addresses have one spelling and lead to no host but the caller's own; text is not shown in another order than it stands."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.http.base_schemas import Number
from chassis.settings import Settings
from chassis.text.plain_text import file_name
from chassis.text.text_types import Name, Prose, Title, bounded_integer
from kommune.services import build
from services.registration.needs.schemas import SupportOrdered


async def test_a_slash_too_many_or_too_few_leads_to_the_same_host() -> None:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
    )
    app = build("registration", settings).app(works=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://evil.example") as client:
        answer = await client.get("/registration/wolfsburg?lang=uk")
        astray = await client.get("//evil.example/a/b/c/d/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/registration/wolfsburg/?lang=uk")
    assert answer.headers["cache-control"] == "no-store"
    assert astray.status_code == 404


@pytest.mark.parametrize("wrong", ["\u0661", "+1", "-1", "01", " 1", "1 ", "1.0", "1_0", "1.000", "", "\uff11"])
def test_a_number_in_an_address_has_one_spelling(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(wrong)


def test_numbers_in_addresses_are_read() -> None:
    assert [TypeAdapter(Number).validate_python(one) for one in ("0", "7", "1000")] == [0, 7, 1000]


@pytest.mark.parametrize("wrong", ["\u0663", "3", "", True, 1.5])
def test_text_is_no_number_in_a_body(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        SupportOrdered.model_validate({"number": wrong})
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[int, bounded_integer(0, 9)]).validate_python(wrong)


def test_overrides_of_direction_are_dropped_and_what_scripts_need_stays() -> None:
    for kind in (Name, Title, Prose):
        assert TypeAdapter(kind).validate_python("a\u202egpj.exe\u202d") == "agpj.exe"
        needed = "a\u200c\u200d\u200e\u200f\u2066b\u2067c\u2068d\u2069"
        assert TypeAdapter(kind).validate_python(needed) == needed
    assert file_name("a\u202efdp.exe") == "afdp.exe"
