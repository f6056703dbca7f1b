"""Pages: templates in the reader's language inside the tenant's frame, answered with the headers every page needs."""

from __future__ import annotations

from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi.routing import APIRoute
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.http.problem_texts import problem_texts
from chassis.http.problems import FieldError, Problem
from chassis.pages import template_filters
from chassis.pages.assets import Assets
from chassis.pages.brand import Brand
from chassis.pages.done_staff import clear_flash, flash, flash_message
from chassis.programme import Programme
from chassis.text import languages, translations
from chassis.text.added_languages import AddedLanguage
from chassis.text.languages import EVERYWHERE, LANGUAGES, Language

if TYPE_CHECKING:
    from babel.support import NullTranslations
    from jinja2 import Environment

LANGUAGE_COOKIE = "wk_language"
VISITOR_COOKIE = "wk_visitor"
_YEAR = 365 * 24 * 3600
_HERE = Path(__file__).parents[1]
_MOST_ADDED = 30
"""Languages of tenants that a process keeps pages for; each takes some megabytes."""

PAGE_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
"""`no-store` because most pages hold something personal. Security headers are `chassis.http.app`'s, for every answer."""


class Pages:
    """The pages of one service: its `folder` has `templates/`, `static/` and `locale/`, each optional.

    Mount `pages.assets` at `/{service}/static`.
    """

    def __init__(self, service: str, *folders: Path) -> None:
        self.assets = _assets(service, folders)
        self._translations = translations.Messages(*(folder / "locale" for folder in folders))
        self._service, self._folders = service, folders

    def render(
        self, request: Request, template: str, *, brand: Brand | None = None, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """The page in the reader's language.

        Templates extend `base.html` and see, beside `context`: `language` (a Language), `brand`, `language_links`
        (Language, address pairs). Choosing a language by `?lang=` is remembered in a cookie.
        """
        return self.answer(request, self.html(request, template, brand=brand, **context), brand=brand, status=status)

    def html(self, request: Request, template: str, *, brand: Brand | None = None, **context: Any) -> str:
        """What `render` answers with."""
        brand = brand or request.app.state.programme.brand
        assert brand is not None
        staff = getattr(request.state, "staff", None)
        frame: dict[str, Any] = {"staff_roles": [], "done_before": ""}
        if staff:
            programme: Programme = request.app.state.programme
            frame = {
                "staff_roles": [programme.label(role) for role in sorted(staff.roles)],
                "areas": programme.areas_of(staff.tenant, staff.roles),
                "sign_out": programme.sign_out,
                "done_before": self._sentence(flash_message(request), reader_language(request, brand)),
            }
        return (
            self._environment(reader_language(request, brand))
            .get_template(template)
            .render(
                brand=brand,
                **frame,
                path=request.url.path,
                language_links=[(other, _with_language(request, other.code)) for other in brand.choices],
                **context,
            )
        )

    def answer(
        self, request: Request, html: str | bytes, *, brand: Brand | None = None, status: int = 200
    ) -> HTMLResponse:
        """A page as an answer, with the cookies that its reader needs."""
        code = language_of(request, brand)
        headers = {**PAGE_HEADERS, "Content-Language": code}
        if status == 422 and getattr(request.state, "chosen_language", None):
            status = 200  # nothing is wrong: somebody reads the form in another language
        elif too_many := getattr(request.state, "too_many", None):
            status = too_many.status
            headers |= too_many.headers
        response = HTMLResponse(html, status, headers=headers)
        clear_flash(request, response)
        chosen = getattr(request.state, "chosen_language", None) or _language_of_address(request)
        if chosen and languages.offered_as(chosen, (code,)):
            _remember(request, response, LANGUAGE_COOKIE, code, _YEAR)
        if visitor := getattr(request.state, "new_visitor", None):
            _remember(request, response, VISITOR_COOKIE, visitor)
        return response

    def fragment(self, code: str, template: str, **context: Any) -> str:
        """A part of a page in the language `code`, for the live parts (`static/live.js`)."""
        return self._environment(LANGUAGES[code]).get_template(template).render(**context)

    def problem(self, request: Request, problem: Problem, brand: Brand | None = None) -> HTMLResponse:
        """The error page, with the problem's own sentence where the catalogues have it."""
        language = reader_language(request, brand)
        title, remedy = problem_texts(problem.status, problem.code)
        catalogue = self.catalogue(language)
        about = problem.errors[0] if problem.errors else problem
        translation = self._sentence(about.message if isinstance(about, FieldError) else about.detail or "", language)
        translated = translation % about.values if about.values else translation
        response = self.render(
            request,
            "problem.html",
            brand=brand,
            status=problem.status,
            title=catalogue.gettext(title),
            remedy=translated or catalogue.gettext(remedy),
        )
        response.headers.update(problem.headers)
        return response

    def _sentence(self, sentence: str, language: Language) -> str:
        """A sentence for people in a language; empty where the catalogues do not know it."""
        translation = self.catalogue(language).gettext(sentence) if sentence else ""
        # In the language of the sources a sentence is for people if it is translated into another one.
        is_for_people = translation != sentence or self._translations["de"].gettext(sentence) != sentence
        return str(translation) if is_for_people else ""

    def texts(self, request: Request, brand: Brand | None = None) -> NullTranslations:
        """The catalogue of the reader's language, for handlers: `.gettext(…)`, `.ngettext(…)`."""
        return self.catalogue(reader_language(request, brand))

    def catalogue(self, language: str | Language) -> NullTranslations:
        """The catalogue of a language."""
        if isinstance(language, AddedLanguage):
            return self._added(language, escaped=False)
        return self._translations[language.code if isinstance(language, Language) else language]

    def _added(self, language: AddedLanguage, *, escaped: bool) -> NullTranslations:
        from chassis.text.added_messages import AddedMessages

        assert language.words is not None
        return AddedMessages(language.words, self._translations[language.supported_code], escaped=escaped)

    def _environment(self, language: Language) -> Environment:
        if isinstance(language, AddedLanguage):
            return _added_environment(self, language)
        return _environment(self._service, self._folders, language.code)


@cache
def _assets(service: str, folders: tuple[Path, ...]) -> Assets:
    static = [folder / "static" for folder in (_HERE, *folders)]
    return Assets(f"/{service}/static", *(folder for folder in static if folder.is_dir()))


@cache
def _environment(service: str, folders: tuple[Path, ...], code: str) -> Environment:
    """One environment per language, made when it is first wanted: imported macros see globals only, so the language has to
    be one. Its compiled templates are kept as long as the process lives."""
    messages = translations.Messages(*(folder / "locale" for folder in folders))[code]
    return _make_environment(service, folders, LANGUAGES[code], messages)


@lru_cache(_MOST_ADDED)
def _added_environment(pages: Pages, language: AddedLanguage) -> Environment:
    """As `_environment`, for a language of a tenant's own: those that were read last are kept apart from ours."""
    return _make_environment(pages._service, pages._folders, language, pages._added(language, escaped=True))


def _make_environment(
    service: str, folders: tuple[Path, ...], language: Language, messages: NullTranslations
) -> Environment:
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined  # not before the first page

    assets = _assets(service, folders)
    environment = Environment(
        autoescape=True,
        loader=ChoiceLoader([FileSystemLoader(folder / "templates") for folder in (*folders, _HERE)]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(messages, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(language=language, static_url=assets.url, brand_url=assets.brand_url)
    environment.filters.update(
        text=partial(template_filters.text, language=language),
        bdi=Markup("<bdi>{}</bdi>").format,
        date=partial(template_filters.time_tag, languages.format_date, language),
        time=partial(template_filters.time_tag, languages.format_time, language),
        datetime=partial(template_filters.time_tag, languages.format_datetime, language),
        day=partial(template_filters.day_tag, language),
        number=partial(template_filters.number, language),
        round=template_filters.round_for_display,
    )
    environment.globals["period"] = partial(template_filters.period, language)
    return environment


def language_of(request: Request, brand: Brand | None = None) -> str:
    """The code of the language this reader gets."""
    return reader_language(request, brand).code


def reader_language(request: Request, brand: Brand | None = None) -> Language:
    """The language this reader gets; ours behind it, where it is one of the tenant's own whose words are not there."""
    wished = wished_language(request, brand)
    return LANGUAGES[wished.supported_code] if isinstance(wished, AddedLanguage) and wished.words is None else wished


def wished_language(request: Request, brand: Brand | None = None) -> Language:
    """The language that this reader wants. A page that shows itself in a certain one says so: `request.state.shown_in`."""
    shown_in: Language | None = getattr(request.state, "shown_in", None)
    if shown_in is not None:
        return shown_in
    offered = {one.code: one for one in brand.choices} if brand else {code: LANGUAGES[code] for code in EVERYWHERE}
    code = languages.negotiate(
        getattr(request.state, "chosen_language", None) or _language_of_address(request),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
        [*offered],
    )
    return offered[code]


def _language_of_address(request: Request) -> str | None:
    """The language that the address names: `?lang=fa`, or `?fa` as it stands in text messages, where each character costs."""
    query = request.query_params
    return query.get("lang") or next((name for name, value in query.items() if name in LANGUAGES and not value), None)


def see_other(address: str) -> RedirectResponse:
    """The answer to a form that was accepted: look there. What happened shows in the state of that page, so reloading is safe.

    Raises:
        ValueError: the address leaves this site.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise ValueError("a redirect stays on this site: start the address with one slash")
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


def done(request: Request, address: str, sentence: str) -> RedirectResponse:
    """Lead to another page after a form of staff, as `see_other` does; the page there says the sentence once (`chassis.pages.done_staff`)."""
    response = see_other(address)
    flash(request, response, address, sentence)
    return response


def _with_language(request: Request, code: str) -> str:
    """This page in another language: same path, same other parameters."""
    parameters = request.query_params.multi_items()
    others = [(key, value) for key, value in parameters if key != "lang" and not (key in LANGUAGES and not value)]
    # What was sent to an address that takes nothing but forms is read at the page around it.
    here = "" if request.method in ("GET", "HEAD") else page_address(request)
    return here + "?" + urlencode([*others, ("lang", code)])


def page_address(request: Request) -> str:
    """Address of the page that this request is about, or the nearest one around it that takes GET."""
    routes: list[APIRoute] = getattr(request.app.state, "page_routes", [])
    path = request.url.path
    while path:
        for candidate in (path, path + "/"):
            if any(route.path_regex.match(candidate) for route in routes):
                return candidate
        path = path.rpartition("/")[0]
    return "/"


def _remember(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, secure=secure, samesite="lax")
