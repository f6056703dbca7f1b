"""Confirmations that the page after a form of staff shows once, on top: what was done.

Until that page is shown, the sentence waits in a cookie that only its address gets. So it stands in no address (where a reload or
a link handed on would say it again), and nothing has to be stored for it.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from chassis.text.translations import mark

COOKIE = "wk_done"
SAVED = mark("Your changes are saved.")
_SECONDS = 60


def flash(request: Request, response: Response, address: str, sentence: str) -> None:
    """Have the page at `address` show this sentence once; it is English and marked for the catalogues."""
    response.set_cookie(
        COOKIE,
        quote(sentence),
        max_age=_SECONDS,
        path=urlsplit(address).path,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )


def flash_message(request: Request) -> str:
    """The sentence that this page is to show; empty where none does. Whoever shows it looks it up first: cookies can be forged."""
    return unquote(request.cookies.get(COOKIE, ""))


def clear_flash(request: Request, response: Response) -> None:
    """Remove the cookie of the sentence, which this page has shown."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path=request.url.path, httponly=True, samesite="lax")
