"""Texts of the error page for each status: what happened and what to do now."""

from __future__ import annotations

from chassis.text.translations import mark

_TEXTS = {
    401: (mark("Please sign in"), mark("Sign in, or open this page through the personal link that we sent you.")),
    403: (
        mark("You may not open this page"),
        mark("Your role does not include this page. Ask the coordination office of your municipality."),
    ),
    404: (mark("We can't find this page"), mark("The address may be mistyped, or the link is no longer valid.")),
    409: (
        mark("This is not possible any more"),
        mark("Something has changed in the meantime. Go back, reload the page and look again."),
    ),
    410: (mark("This page no longer exists"), mark("What was here has been deleted or has ended.")),
    413: (mark("That was too much at once"), mark("Go back, shorten your text and send it again.")),
    429: (mark("Too many attempts in a short time"), mark("Please wait a minute, then try again.")),
    503: (
        mark("We are very busy right now"),
        mark("Please wait a moment, then try again. What you have already saved is safe."),
    ),
}
_BY_CODE = {
    "suspended": (
        mark("These pages are closed for the moment"),
        mark(
            "Nobody can sign up here at present. Please call, or look in again later. Your personal link still works."
        ),
    )
}
_INPUT = (mark("We can't use this input"), mark("Go back, check your entries and send the form again."))
_OURS = (mark("Something went wrong on our side"), mark("Please try again later. What you have already saved is safe."))


def problem_texts(status: int, code: str = "") -> tuple[str, str]:
    """Title and remedy for a problem's code or else its HTTP status, as English messages of the catalogue."""
    return _BY_CODE.get(code) or _TEXTS.get(status, _OURS if status >= 500 else _INPUT)
