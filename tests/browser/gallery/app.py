"""All building blocks of pages on one page, with a form that works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.clock import SystemClock
from chassis.http.middleware import SECURITY_HEADERS
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.pages.brand import Brand
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages, language_of, see_other

HERE = Path(__file__).parent
START = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
_KEYS = "title|free|waits|gone|draft|lead|time|day|form|name|email|note|language|level|support|consent|send"
WORDS = {
    "en": "Gallery|Seats free|Waiting list|Cancelled|Draft|We talk about living together.|When|Day|Sign up|Name|E-mail"
    "|Message|Language|How far are we?|Interpreter|I agree that my data is used for this event.|Send",
    "de": "Übersicht|Plätze frei|Warteliste|Abgesagt|Entwurf|Wir sprechen über das Zusammenleben.|Wann|Tag|Anmeldung|Name"
    "|E-Mail|Nachricht|Sprache|Wie weit sind wir?|Verdolmetschung|Meine Daten dürfen dafür genutzt werden.|Absenden",
    "ar": "معرض|مقاعد متاحة|قائمة الانتظار|أُلغيت|مسودة|نتحدث عن العيش المشترك.|متى|اليوم|التسجيل|الاسم|البريد الإلكتروني"
    "|رسالة|اللغة|إلى أين وصلنا؟|ترجمة شفوية|أوافق على استخدام بياناتي لهذه الفعالية.|إرسال",
}


def gallery_app(brand: Brand, saved: list[Any]) -> ASGIApp:
    """`saved` collects the bodies that autosave sends; the first one is refused as if the server were busy."""
    pages = Pages("gallery", HERE)
    forms = Forms(Secrets("s" * 32), SystemClock(), min_age=timedelta(0))
    busy = [True]

    def page(request: Request, form: Any, status: int = 200) -> Response:
        words = WORDS.get(language_of(request, brand), WORDS["en"]).split("|")
        named = dict(zip(_KEYS.split("|"), words, strict=True))
        end = START + timedelta(hours=2.5)
        return pages.render(
            request, "gallery.html", brand=brand, status=status, form=form, words=named, start=START, end=end
        )

    async def gallery(request: Request) -> Response:
        if request.method == "GET":
            return page(request, forms.new(request, "gallery"))
        form = await forms.received(request, "gallery")
        form.require("name", "email", "note", "language", "level", "support", "consent")
        return see_other("/gallery?sent=1") if form.ok else page(request, form, 422)

    async def answers(request: Request) -> Response:
        if busy and busy.pop():
            return JSONResponse({}, 503)
        saved.append(await request.json())
        return JSONResponse({"saved": True})

    async def events(request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            yield 'event: fragment\ndata: <p id="board">live</p>\n\n'
            await asyncio.sleep(30)

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def missing(request: Request) -> Response:
        return pages.problem(request, not_found("page"), brand)

    gallery_routes = Starlette(
        routes=[
            Route("/gallery", gallery, methods=["GET", "POST"]),
            Route("/answers", answers, methods=["PUT"]),
            Route("/events", events),
            Route("/missing", missing),
            Mount("/gallery/static", pages.assets),
        ]
    )

    async def with_security_headers(scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            await send(message)

        await gallery_routes(scope, receive, guarded)

    return with_security_headers
