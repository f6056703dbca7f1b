"""Mails: text and HTML in the recipient's language, with a calendar file that enters, changes or removes the entry."""

from __future__ import annotations

import json
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from html import escape
from pathlib import Path

from chassis.calendars import Entry, Method, calendar
from chassis.languages import direction, format_date, format_period, pick
from chassis.mongo import Document
from services.notifications import changes, municipal

TEMPLATES = Path(__file__).parent / "templates"
WITH_ENTRY = ("registered", "confirmed", "gathering-changed")
WITHOUT_ENTRY = ("cancelled", "lapsed", "gathering-cancelled")


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(TEMPLATES.glob("*.json"))}


def one_line(text: str) -> str:
    """Text without line breaks or control characters, fit for a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def link(public_url: str, intent: Document, contact: Document) -> str:
    """Where the recipient goes on; the platform itself where no code was given."""
    codes = contact.get("codes") or {}
    if intent["kind"] in municipal.KINDS:
        return municipal.link(public_url, intent, codes)
    if intent["kind"] == "respondent-invited" and codes.get("answer"):
        return f"{public_url}/selfcheck/answers/{codes['answer']}"
    if intent.get("gathering") and codes.get("manage"):
        return f"{public_url}/registration/{intent['tenant']}/my/{intent['contact']}/{codes['manage']}"
    return public_url


def compose_mail(
    intent: Document,
    contact: Document,
    gathering: Document | None,
    participant: Document | None,
    public_url: str,
    sender: str,
    now: datetime,
) -> Message:
    """The mail of an intent.

    Raises:
        ValueError: the address is none.
    """
    texts, language = _in_language(intent["kind"], contact["language"])
    facts = {"title": "", "when": "", "name": one_line(contact["name"])}
    if gathering:
        facts["title"] = one_line(pick(gathering["title"], language)[0])
        facts["when"] = format_period(gathering["starts_at"], gathering["ends_at"], language)
    address = link(public_url, intent, contact)
    told = intent.get("told") or {}
    seated = (participant or {}).get("status") in ("confirmed", "arrived")
    facts["changes"] = changes.words(told.get("changes") or {}, language, f"{address}/join" if seated else None)
    facts["reason"] = pick(told["reason"], language)[0] if told.get("reason") else ""
    facts["municipality"] = one_line(pick(told["municipality"], language)[0]) if told.get("municipality") else ""
    facts["day"] = format_date(told["day"], language) if told.get("day") else ""
    subject, body = texts["subject"].format(**facts), texts["body"].format(**facts).strip()
    shown, sent_from = parseaddr(sender)
    # The parts are put together by hand: EmailMessage parses each header anew, which takes ten times as long.
    message = MIMEMultipart("mixed")
    message["From"] = formataddr((shown, sent_from))
    message["To"] = formataddr((facts["name"], _sound(contact["email"])))
    message["Subject"] = Header(subject, "utf-8").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{intent['_id']}@{sent_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "de" if language == "de-simple" else language
    words = MIMEMultipart("alternative")
    words.attach(MIMEText(f"{facts['name']},\n\n{body}\n\n{address}\n", "plain", "utf-8"))
    words.attach(MIMEText(_html(subject, facts["name"], body, address, language), "html", "utf-8"))
    message.attach(words)
    attached = _attached(intent, gathering, participant, language, public_url) if gathering else None
    if attached:
        method, entry = attached
        content = calendar([entry], now, method, organizer=sent_from, attendee=contact["email"])
        file = MIMEText(content.decode(), "calendar", "utf-8")
        file.set_param("method", method)
        file.add_header("Content-Disposition", "attachment", filename="event.ics")
        message.attach(file)
    return message


def _sound(address: str) -> str:
    """The address. Raises ValueError where it would break out of its header."""
    if address != one_line(address) or "@" not in address or any(char in address for char in "<>,;"):
        raise ValueError("an address without control characters and separators is needed (CR or LF, comma, brackets)")
    return address


def _in_language(kind: str, language: str) -> tuple[dict[str, str], str]:
    known = {code: code for code, kinds in _texts().items() if kind in kinds}
    code = pick(known, language)[1]
    return _texts()[code][kind], code


def _html(subject: str, name: str, body: str, address: str, language: str) -> str:
    tag = "de" if language == "de-simple" else language
    paragraphs = "".join(f"<p>{escape(one).replace(chr(10), '<br>')}</p>" for one in body.split("\n\n") if one)
    return (
        f'<!DOCTYPE html><html lang="{tag}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head><body><p>{escape(name)},</p>{paragraphs}"
        f'<p><a href="{escape(address)}" dir="ltr">{escape(address)}</a></p></body></html>'
    )


def _attached(
    intent: Document, gathering: Document, participant: Document | None, language: str, public_url: str
) -> tuple[Method, Entry] | None:
    """What has to happen in the recipient's calendar, as far as they hold an entry there or now get one."""
    status, has_entry = (participant or {}).get("status", "confirmed"), (participant or {}).get("entry", True)
    kind = intent["kind"]
    if kind in WITH_ENTRY and status in ("confirmed", "arrived"):
        method: Method = "REQUEST"
    elif kind in WITHOUT_ENTRY and has_entry:
        method = "CANCEL"
    else:
        return None
    return method, Entry(
        intent["gathering"], gathering.get("revision", 0), gathering["starts_at"], gathering["ends_at"],
        one_line(pick(gathering["title"], language)[0]), gathering.get("place") or "Online",
        pick(gathering["description"], language)[0] if gathering.get("description") else "",
        f"{public_url}/registration/{intent['tenant']}/gatherings/{intent['gathering']}",
    )  # fmt: skip
