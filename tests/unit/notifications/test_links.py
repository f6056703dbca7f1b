"""Every link of every message opens the page in its reader's language, and reveals nothing else about them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.text.languages import LANGUAGES
from services.notifications.domain.messages import CONTENTS
from services.notifications.letters.pdf import letter_data
from services.notifications.mail.compose import compose
from services.notifications.mail.letterhead import Letterhead
from services.notifications.mail.of_message import invitation_of
from services.notifications.message_templates.defaults import default
from services.notifications.message_templates.samples import sample
from services.notifications.sms.gateway import text_of
from services.notifications.wording.links import in_language
from services.notifications.wording.rendered_text import Medium, RenderedText, render
from tests.support.examples import all_but_slow

SITE = "https://k.example"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
UNSUBSCRIBE = f"{SITE}/notifications/adorf/unsubscribe/person/kind/code"
HEAD = Letterhead({"de": "Adorf"}, "post@k.example", imprint=f"{SITE}/imprint", privacy=f"{SITE}/privacy")


def _said(kind: str, language: str, medium: Medium) -> tuple[RenderedText, list[str]]:
    """A message, and what of its recipient must not stand in an address."""
    content, about = sample(kind, language, "adorf", {"de": "Adorf"}, NOW)
    person = [about.contact.name, about.contact.email or "", about.contact.phone or ""]
    return render(content, about, SITE, default, medium=medium), person


def _mail(kind: str, language: str) -> str:
    content, about = sample(kind, language, "adorf", {"de": "Adorf"}, NOW)
    rendered, _ = _said(kind, language, "email")
    invitation = invitation_of(content, about, rendered.language, SITE)
    made = compose(rendered, "m", "beispiel@example.org", HEAD, NOW, invitation, unsubscribe=UNSUBSCRIBE).content
    mail = message_from_bytes(made, policy=policy.default)
    assert str(mail["List-Unsubscribe"]) == f"<{UNSUBSCRIBE}>", "what a mail program calls has no reader"
    parts = mail.walk()
    words = [str(part.get_content()) for part in parts if part.get_content_maintype() == "text"]
    return "\n".join(words).replace("\r\n ", "")  # lines of a calendar file go on after a blank


def _links(text: str) -> set[str]:
    return set(re.findall(rf"{re.escape(SITE)}[^\s\"<>]*", text.replace("&amp;", "&")))


def _asked_for(link: str) -> list[str]:
    """The language that an address names, in its long form or in that of text messages."""
    query = parse_qs(urlsplit(link).query, keep_blank_values=True)
    return query.get("lang") or [name for name, value in query.items() if value == [""]]


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "fa-AF"]))
def test_all_links_of_all_kinds_lead_to_the_readers_language(language: str) -> None:
    for kind in CONTENTS:
        letter, person = _said(kind, language, "letter")
        text_message, _ = _said(kind, language, "sms")
        printed = letter_data(letter, "Weg 1\n00000 Adorf", {"name": {"de": "Adorf"}}, NOW)
        found = _links(_mail(kind, language)) | _links(text_of(text_message)) | {printed["link"]}
        assert found
        for link in found:
            read_in = _asked_for(link)
            around = (f"{SITE}/imprint", f"{SITE}/privacy", f"{SITE}/registration/adorf/gath", UNSUBSCRIBE)
            own_page = not link.startswith(around)
            # The legal pages, the calendar and unsubscribing are those of the words around them.
            assert read_in == [language] if own_page else read_in[0] in (language, letter.language), f"{kind}: {link}"
            assert not [one for one in person if one and one in unquote(link)], f"{kind}: {link}"


@given(
    st.lists(st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True), max_size=4),
    st.dictionaries(st.from_regex(r"[a-km-z]{1,5}", fullmatch=True), st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True)),
    st.sampled_from(["", "#part"]),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_the_language_parameter_keeps_the_rest_of_an_address(
    path: list[str], query: dict[str, str], fragment: str, language: str
) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    address = f"{SITE}/{'/'.join(path)}{'?' if asked else ''}{asked}{fragment}"
    before, after = urlsplit(address), urlsplit(in_language(address, language))
    assert (after.netloc, after.path, after.fragment) == (before.netloc, before.path, before.fragment)
    assert parse_qs(after.query) == parse_qs(before.query) | {"lang": [language]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_in_text_messages_carry_only_the_language_code(language: str) -> None:
    for kind in CONTENTS:
        rendered, _ = _said(kind, language, "sms")
        assert rendered.link.endswith((f"?{language}", f"&{language}")), kind
        assert "lang=" not in text_of(rendered), kind


def test_an_empty_address_stays_empty() -> None:
    assert in_language("", "fa") == ""
