"""Mails: text and HTML in the recipient's language, with a calendar file that enters, changes or removes the entry."""

from __future__ import annotations

from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from html import escape

from chassis.documents.qr_codes import qr_png
from chassis.storage.mongo import Document
from chassis.text.calendars import Entry, Method, calendar
from chassis.text.languages import direction, pick
from services.notifications.words import NEW_ADDRESS, SQUARE, Said, catalogue, one_line, say

PICTURE = "door@mail"
SCALE, MASK = 5, 3
WITH_ENTRY = ("registered", "confirmed", "drawn", "gathering-changed")
WITHOUT_ENTRY = ("cancelled", "lapsed", "released", "gathering-cancelled")


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
    said = say(intent, contact, gathering, participant, public_url)
    recipient = contact["new_email"] if intent["kind"] == NEW_ADDRESS else contact["email"]
    shown, sent_from = parseaddr(sender)
    # The parts are put together by hand: EmailMessage parses each header anew, which takes ten times as long.
    message = MIMEMultipart("mixed")
    message["From"] = formataddr((shown, sent_from))
    message["To"] = formataddr((said.to, _sound(recipient)))
    message["Subject"] = Header(said.subject, "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{intent['_id']}@{sent_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "de" if said.language == "de-simple" else said.language
    words = MIMEMultipart("alternative")
    greeting = f"{said.to},\n\n" if said.to else ""
    words.attach(MIMEText(f"{greeting}{said.body}\n\n{said.link}\n", "plain", "utf-8"))
    words.attach(_page(said))
    message.attach(words)
    attached = _attached(intent, gathering, participant, said.language, public_url) if gathering else None
    if attached:
        method, entry = attached
        content = calendar([entry], now, method, organizer=sent_from, attendee=recipient)
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


def _page(said: Said) -> MIMEBase:
    """The words as a page; with the square for the door in it, where there is one. It is part of the mail: a picture to be fetched is
    blocked by most readers, tells when a mail was read, and is missing where there is no network, as at many doors."""
    page = MIMEText(_html(said), "html", "utf-8")
    if not said.door:
        return page
    together = MIMEMultipart("related")
    together.attach(page)
    # Each of the eight masks can be read; to try which is best would take five times as long.
    square = MIMEImage(qr_png(said.door.address, SCALE, mask=MASK), "png")
    square.add_header("Content-ID", f"<{PICTURE}>")
    square.add_header("Content-Disposition", "inline", filename="code.png")
    together.attach(square)
    return together


def _html(said: Said) -> str:
    tag = "de" if said.language == "de-simple" else said.language
    paragraphs = "".join(f"<p>{escape(one).replace(chr(10), '<br>')}</p>" for one in said.paragraphs if one)
    greeting = f"<p>{escape(said.to)},</p>" if said.to else ""
    square = ""
    if said.door:
        words = catalogue()[said.language].gettext(SQUARE) % {"code": said.door.code}
        square = f'<p><img src="cid:{PICTURE}" alt="{escape(words)}"></p>'
    return (
        f'<!DOCTYPE html><html lang="{tag}" dir="{direction(said.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(said.subject)}</title></head><body>{greeting}{paragraphs}{square}"
        f'<p><a href="{escape(said.link)}" dir="ltr" style="overflow-wrap:anywhere">{escape(said.link)}</a></p></body></html>'
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
        intent["gathering"],
        gathering.get("revision", 0),
        gathering["starts_at"],
        gathering["ends_at"],
        one_line(pick(gathering["title"], language)[0]),
        gathering.get("place") or "Online",
        pick(gathering["description"], language)[0] if gathering.get("description") else "",
        f"{public_url}/registration/{intent['tenant']}/gatherings/{intent['gathering']}",
    )
