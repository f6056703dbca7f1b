"""The short privacy notice that is read out on the telephone (Article 13 GDPR, in layers: the rest stands on the page and in writing)."""

from __future__ import annotations

from chassis.text.translations import mark

VERSION = "desk-1"
"""Of the text below; a new wording is a new version."""
NOTICE = mark(
    "%(name)s is responsible for what you tell us. We write down your name, your number and what you need, to prepare the meeting and to reach you. "
    "Only those who prepare it see this, and afterwards we delete it. You need not say anything you do not want to say. You can ask at any time what we "
    "have written down, and have it changed or deleted: a call is enough. Everything else stands on our website under data protection; "
    "if you like, we send it to you."
)


def text_version(language: str, read_out: bool) -> str:
    """The version that is stored with the consent: the version, the language it was read in, or that it follows in writing."""
    return f"{VERSION}.{language}" if read_out else f"{VERSION}.{language}.in-writing"
