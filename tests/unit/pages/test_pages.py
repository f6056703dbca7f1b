"""Pages in the reader's language, their headers, assets and colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from chassis.http.problems import conflict, not_found
from chassis.pages.brand import Brand, contrast, parse, stylesheet
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, see_other
from chassis.text.translations import mark

BRAND = Brand("<b>Stadt</b>", "#ffd200", "04421 16-0", ("de", "ar", "en"))
KNOWN = mark("Go back, shorten your text and send it again.")


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.html").write_text(
        '{% extends "base.html" %}{% block title %}T{% endblock %}'
        "{% block content %}{{ texts | text }}|{{ 1234.5 | number }}|{{ _('Done') }}{% endblock %}"
    )
    pages = Pages("demo", tmp_path)

    def hello(request: Request) -> Response:
        return pages.render(request, "hello.html", brand=BRAND, texts={"de": "<i>Hallo"})

    def problem(request: Request) -> Response:
        known = conflict("late", KNOWN)
        return pages.problem(request, not_found() if "lost" in request.query_params else known, BRAND)

    routes = [Route("/hello", hello), Route("/problem", problem), Mount("/demo/static", pages.assets)]
    return TestClient(Starlette(routes=routes))


def test_a_page_in_the_language_of_the_reader(client: TestClient) -> None:
    page = client.get("/hello?day=1&lang=ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert '<span lang="de" dir="ltr">&lt;i&gt;Hallo</span>' in page.text
    assert "تمّ" in page.text
    assert "&lt;b&gt;Stadt" in page.text
    assert 'href="?day=1&amp;lang=en"' in page.text
    assert page.headers["content-language"] == "ar"
    assert 'lang="ar"' in client.get("/hello").text, "the choice is remembered"
    assert 'lang="ar"' in client.get("/hello?lang=tr").text, "a language that the tenant has not is passed over"


def test_a_link_in_a_form_of_a_language_that_is_not_offered_leads_to_that_language(client: TestClient) -> None:
    assert client.get("/hello?lang=ar-EG", headers={"accept-language": "de"}).headers["content-language"] == "ar"
    assert 'lang="ar"' in client.get("/hello", headers={"accept-language": "de"}).text, "the choice is remembered"


def test_the_language_of_a_text_message(client: TestClient) -> None:
    page = client.get("/hello?ar&day=1")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert 'href="?day=1&amp;lang=en"' in page.text, "it gives way to a choice on the page"
    assert 'lang="ar"' in client.get("/hello").text, "the choice is remembered"
    assert 'lang="en"' in client.get("/hello?ar&lang=en").text
    assert 'lang="en"' in client.get("/hello?tr&xx&=&ar=1").text, "neither a language of the tenant, nor one alone"


def test_a_text_in_the_language_of_the_page_is_not_marked(client: TestClient) -> None:
    assert "&lt;i&gt;Hallo|1.234,5|Erledigt" in client.get("/hello", headers={"accept-language": "de"}).text


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/hello")
    assert page.headers["cache-control"] == "no-store"
    assert "style=" not in page.text
    assert "//" not in page.text.replace("<!doctype html>", "")


def test_a_problem_says_what_to_do(client: TestClient) -> None:
    lost = client.get("/problem?lost", headers={"accept-language": "de"})
    assert lost.status_code == 404
    assert "Diese Seite finden wir nicht" in lost.text
    assert "There is no such" not in lost.text
    known = client.get("/problem", headers={"accept-language": "de"})
    assert known.status_code == 409
    assert "kürzen Sie Ihren Text" in known.text


def test_assets_are_kept_for_ever_under_their_hash(client: TestClient) -> None:
    page = client.get("/hello").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    older = client.get(address.replace(address.split("/")[3], "0" * 12))
    assert older.status_code == 200
    assert "immutable" not in older.headers["cache-control"]
    brand = client.get(page.split('rel="stylesheet" href="')[2].split('"')[0])
    assert "--brand:#ffd200" in brand.text


@pytest.mark.parametrize(
    "name", ["x.css", "brand-zz.css", "brand-12345.css", "../pages.py", "%2e%2e/pages.py", "", "a/b"]
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/demo/static/0/{name}").status_code == 404


@pytest.mark.parametrize("address", ["https://x", "//x", "/\\x", "x", ""])
def test_redirects_stay_here(address: str) -> None:
    with pytest.raises(ValueError, match="stays on this site"):
        see_other(address)


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345g", "#123456;}", "#123456\n"])
def test_a_colour_is_a_colour(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        Brand("x", colour)


@given(st.integers(0, 0xFFFFFF))
def test_every_crest_colour_becomes_readable(value: int) -> None:
    css = stylesheet(f"#{value:06x}")
    colours = dict(part.removeprefix("--").split(":") for part in css.split("{")[1].split(";")[:-1])
    brand, on_brand, strong, tint = (parse(colours[n]) for n in ("brand", "on-brand", "brand-strong", "brand-tint"))
    assert contrast(brand, on_brand) >= 4.15
    for ground in ((250, 248, 245), (255, 255, 255), tint):
        assert contrast(strong, ground) >= 4.5


@pytest.mark.parametrize(("value", "shown"), [(6.25, "6,3"), (2.5, "2,5"), (0.05, "0,1"), (-6.25, "-6,3"), (4, "4")])
def test_figures_are_rounded_half_up(tmp_path: Path, value: float, shown: str) -> None:
    """As people learn it; Python and Jinja by themselves round 6.25 to 6.2."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "figure.html").write_text("{{ value | round(1) | number }}")
    assert Pages("test", tmp_path).fragment("de", "figure.html", value=value) == shown


@pytest.mark.parametrize(("arguments", "optional"), [("empty_label='as the town has it'", False), ("", True)])
def test_a_choice_whose_empty_option_is_an_answer_is_not_called_optional(
    tmp_path: Path, arguments: str, optional: bool
) -> None:
    """With an empty option that says what it means there always is a value."""
    template = (
        "{% from 'components.html' import select %}{{ select(form, 'how', 'How', [('a', 'A')], required=false, ARGS) }}"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "choice.html").write_text(
        template.replace(", ARGS", f", {arguments}" if arguments else "")
    )
    shown = Pages("test", tmp_path).fragment("en", "choice.html", form=Form("t", initial={"how": ""}))
    assert ("(optional)" in shown) == optional
    assert "required" not in shown.partition("<select")[2].partition(">")[0]
