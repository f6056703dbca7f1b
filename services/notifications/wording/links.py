"""Links in messages: they open in the reader's language, whatever the device is set to."""

from __future__ import annotations

START = "/registration/"
"""The start page."""


def in_language(address: str, language: str, *, short: bool = False) -> str:
    """The address with `?lang=`, which our pages follow and remember; empty stays empty. `short`: without the parameter's name, for text messages."""
    if not address:
        return ""
    before, fragment_sign, fragment = address.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{'' if short else 'lang='}{language}{fragment_sign}{fragment}"
