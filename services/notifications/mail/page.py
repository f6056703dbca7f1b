"""The HTML of a mail: one column that fits a phone, colours of the municipality's crest, light and dark, either direction.

Mail programs drop most style sheets, so the rules are inlined (css-inline), once for all mails of a language and a colour; those for dark
mode stay, for programs that know it. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from string import Template

import css_inline

from chassis.pages.brand import contrast, parse, readable
from chassis.text.languages import direction, pick
from services.notifications.mail.letterhead import Letterhead
from services.notifications.wording import sentences as s
from services.notifications.wording.links import in_language
from services.notifications.wording.rendered_text import RenderedText
from services.notifications.wording.sentences import sentence

PICTURE = "door@mail"
_WHITE, _INK = "#ffffff", "#1c1b19"
_PLAIN = 'style="color: inherit"'
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

_STYLE = """
body { margin: 0; padding: 0; background: #faf8f5; color: #1c1b19; font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-size: 17px; line-height: 1.5 }
.card { max-width: 600px; margin: 0 auto; background: #ffffff }
.top { background: %(brand)s; color: %(on_brand)s; padding: 16px 24px; font-weight: 600 }
.words { padding: 8px 24px 24px }
p { margin: 16px 0 }
.go { margin: 24px 0 }
.button { display: inline-block; background: %(brand)s; color: %(on_brand)s; padding: 12px 20px; border-radius: 6px; font-weight: 600; text-decoration: none }
.link { font-size: 14px; overflow-wrap: anywhere; word-break: break-word }
.link a { color: inherit }
.foot { border-top: 1px solid #d8d3cb; padding: 8px 24px 24px; font-size: 14px; color: #4a4743 }
@media (prefers-color-scheme: dark) {
  body, .card { background: #1c1b19 !important; color: #f3f0eb !important }
  .foot { color: #cfcac2 !important; border-color: #4a4743 !important }
}
"""


def page(rendered: RenderedText, letterhead: Letterhead, unsubscribe: str = "") -> str:
    """Render a message as an HTML page, with a picture `cid:` of the QR code for the door where there is one."""
    language = rendered.language
    frame, begin = _frame(language, letterhead.colour)
    words = [escape(rendered.greeting), *(_lines(one) for one in rendered.paragraphs if one)]
    if rendered.door:
        square = sentence(language, s.SQUARE, code=rendered.door.code)
        words.append(f'<img src="cid:{PICTURE}" alt="{escape(square)}">')
    return frame.substitute(
        subject=escape(rendered.subject),
        name=escape(pick(letterhead.name, language)[0]),
        words="".join(f"{begin}{one}</p>" for one in words),
        link=escape(rendered.link),
        action=escape(rendered.action),
        foot=_foot(language, letterhead, begin) + _unsubscribing(language, unsubscribe, begin),
    )


@lru_cache(maxsize=512)
def _frame(language: str, colour: str) -> tuple[Template, str]:
    """What all mails of a language and a colour have in common, with its rules inlined, and how a paragraph begins in it."""
    tag = "de" if language == "de-simple" else language
    html = _INLINER.inline(
        f'<!DOCTYPE html><html lang="{tag}" dir="{direction(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>$subject</title><style>{_style(colour)}</style></head><body>"
        f'<div class="card" dir="{direction(language)}">'
        f'<div class="top"><bdi>$name</bdi></div>'
        '<div class="words"><p>$words</p>'
        '<p class="go"><a class="button" href="$link">$action</a></p>'
        f'<p class="link">{escape(sentence(language, s.OR_COPY))}<br><a href="$link" dir="ltr">$link</a></p></div>'
        '<div class="foot">$foot</div></div></body></html>'
    )
    paragraph = re.search(r"(<p[^>]*>)\$words</p>", html)
    assert paragraph is not None
    return Template(html.replace(paragraph[0], "$words")), paragraph[1]


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


@lru_cache(maxsize=512)
def _foot(language: str, letterhead: Letterhead, begin: str) -> str:
    """The foot of all mails under a letterhead."""
    signed = pick(letterhead.signature, language)[0] if any(letterhead.signature.values()) else ""
    lines = [_lines(signed or pick(letterhead.name, language)[0])]
    if letterhead.phone:
        number = escape(letterhead.phone)
        dialled = "".join(sign for sign in letterhead.phone if sign.isdigit() or sign == "+")
        shown = f'<a {_PLAIN} href="tel:{dialled}"><bdi dir="ltr">{number}</bdi></a>'
        lines.append(escape(sentence(language, s.CALL_US, phone="\0")).replace("\0", shown))
    if any(letterhead.phone_hours.values()):
        lines.append(_lines(sentence(language, s.HOURS, hours=pick(letterhead.phone_hours, language)[0])))
    legal = " · ".join(
        f'<a {_PLAIN} href="{escape(in_language(link, language))}">{escape(sentence(language, label))}</a>'
        for label, link in ((s.IMPRINT, letterhead.imprint), (s.PRIVACY, letterhead.privacy))
        if link
    )
    return f"{begin}{'<br>'.join(lines)}</p>{begin}{legal}</p>"


def _unsubscribing(language: str, address: str, begin: str) -> str:
    if not address:
        return ""
    shown = escape(in_language(address, language))
    anchor = f'<a {_PLAIN} href="{shown}" dir="ltr">{shown}</a>'
    return f"{begin}{escape(sentence(language, s.UNSUBSCRIBE, address=chr(0))).replace(chr(0), anchor)}</p>"


@lru_cache(maxsize=512)
def _style(colour: str) -> str:
    brand = readable(parse(colour))
    on_brand = max((_WHITE, _INK), key=lambda ink: contrast(parse(ink), parse(brand)))
    return _STYLE % {"brand": brand, "on_brand": on_brand}
