"""What is said in a message, in its reader's language; mails, letters, short messages and the call list say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel.support import NullTranslations

from chassis.storage.mongo import Document
from chassis.text import translations
from chassis.text.languages import format_date, format_datetime, format_period, pick
from chassis.text.translations import mark
from services.notifications import changes, coordinators, municipal, respondents

TEMPLATES = Path(__file__).parent / "templates"
NEW_ADDRESS = "confirm-new-address"
Way = Literal["email", "sms", "letter", "call"]
ABOUT_THE_GROUP = frozenset(
    (
        "confirm-address",
        "confirm-by-call",
        "registered",
        "confirmed",
        "waiting",
        "in-draw",
        "offered",
        "drawn",
        "not-drawn",
        "support-granted",
        "support-changed",
        "registration-changed",
        "reconfirm",
    )
)
"""Messages that also say where the group's wishes for support stand, and until when it has to answer."""
FOR = mark("This is about %(name)s, whom you help. Please pass it on.")
UNTIL = mark("Please answer by %(until)s.")
AT_THE_DOOR = mark("Your code for the door is %(code)s. You can also show the square that stands behind your link.")
PLACE = mark("Where: %(place)s")
ONLINE = mark("We meet online. Your way in stands behind your link.")
CODE = mark("Your code for the door is %(code)s.")
MEETS_ONLINE = mark("We meet online. If you do not know the way in, please ask us.")
SQUARE = mark("Square for the door: %(code)s")
WITH_CODE = frozenset(("registered", "confirmed", "drawn", "reconfirm"))
"""Messages to groups that will come to a door."""
WITH_PLACE = WITH_CODE | {"offered"}
"""Messages to groups that have seats or are offered some: a letter or a call may be all that they have."""
SUPPORT = {
    "granted": mark("%(what)s: booked for you."),
    "waiting": mark(
        "%(what)s: booked up at the moment. You are in line for it, and we tell you if it becomes free. Your seat does not depend on it."
    ),
    "with_seat": mark("%(what)s: your wish is noted. It is booked as soon as you have a seat, if it is still free."),
    "refused": mark(
        "%(what)s: it can no longer be ordered. Your seat does not depend on it. Please call us, perhaps there is another way."
    ),
}

WITHDRAWN = mark(
    "%(what)s: we can no longer offer it at this meeting. We are sorry. Your seat does not depend on it. Please call us, perhaps there is another way."
)
STANDING = {
    "confirmed": mark("You are still registered. If it no longer suits you, please tell us."),
    "waiting": mark("You keep your place on the waiting list. If it no longer suits you, please tell us."),
    "in-draw": mark("You still take part in the draw. If it no longer suits you, please tell us."),
    "offered": mark("We still keep a seat for you. Please say whether you take it."),
    "unconfirmed": mark("Your seat is not certain yet. Please confirm that you come."),
}
"""What a change of the gathering leaves of somebody's registration, by where it stands."""


@dataclass(frozen=True)
class Door:
    """How a group is let in: its code, the address that opens the same for whoever stands at the door, and the paragraph in which
    that is told where no square can be shown."""

    code: str
    address: str
    told: str


@dataclass(frozen=True)
class Said:
    """A message before it takes a form. `to`: who is greeted. `link`: where the reader goes on. `door`: where the message lets in."""

    language: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str
    door: Door | None = None

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


def one_line(text: str) -> str:
    """Text without line breaks or control characters, fit for a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def link(public_url: str, intent: Document, contact: Document) -> str:
    """Where the recipient goes on; the platform itself where no code was given."""
    codes = contact.get("codes") or {}
    if intent["kind"] in coordinators.KINDS:
        return coordinators.link(public_url, intent)
    if intent["kind"] in municipal.KINDS:
        return municipal.link(public_url, intent, codes)
    if intent["kind"] in respondents.KINDS and codes.get("answer"):
        return f"{public_url}/selfcheck/answers/{codes['answer']}"
    if intent["kind"] == NEW_ADDRESS and codes.get("address"):
        return f"{public_url}/registration/{intent['tenant']}/address/{intent['contact']}/{codes['address']}"
    if intent.get("gathering") and codes.get("manage"):
        own = f"{public_url}/registration/{intent['tenant']}/my/{intent['contact']}/{codes['manage']}"
        proof = codes.get("reached") if intent["kind"] == "confirm-by-call" else None
        return f"{own}/reached/{proof}" if proof else own
    return public_url


def say(
    intent: Document,
    contact: Document,
    gathering: Document | None,
    participant: Document | None,
    public_url: str,
    language: str | None = None,
    way: Way = "email",
) -> Said:
    """The message of an intent, in `language` where it is not to be the recipient's own. `way`: who is called sees no link, and who
    is reached otherwise than by e-mail has no address to confirm: they say that they come."""
    kind = _kind(intent["kind"], gathering)
    if kind == "confirm-address" and way != "email":
        kind = "confirm-by-call"
    spoken = way == "call"
    texts, language = _in_language(kind, language or contact["language"])
    facts = {"title": "", "when": "", "name": one_line(contact["name"])}
    if gathering:
        facts["title"] = one_line(pick(gathering["title"], language)[0])
        facts["when"] = format_period(gathering["starts_at"], gathering["ends_at"], language)
    address = link(public_url, intent, contact)
    told = intent.get("told") or {}
    seated = (participant or {}).get("status") in ("confirmed", "arrived")
    way_in = (changes.ASK if spoken else f"{address}/join") if seated else None
    facts["changes"] = changes.words(told.get("changes") or {}, language, way_in)
    facts["reason"] = pick(told["reason"], language)[0] if told.get("reason") else ""
    facts["municipality"] = one_line(pick(told["municipality"], language)[0]) if told.get("municipality") else ""
    facts["day"] = format_date(told["day"], language) if told.get("day") else ""
    facts["joint"] = one_line(pick(told["joint"], language)[0]) if told.get("joint") else ""
    facts["measure"] = one_line(told.get("measure", ""))
    facts["people"] = str(told.get("people") or (participant or {}).get("size", 1))
    facts["groups"] = str(told.get("groups", ""))
    facts["standing"] = _standing(language, gathering or {}, participant or {}) if kind == "gathering-changed" else ""
    labels = {offer["id"]: offer["label"] for offer in (gathering or {}).get("support") or ()}
    facts["support"] = one_line(pick(labels[told["support"]], language)[0]) if told.get("support") in labels else ""
    facts["position"] = str(told.get("position", ""))
    body = texts["body"].format(**facts).strip()
    more = [*(_about_the_group(language, gathering or {}, participant or {}) if kind in ABOUT_THE_GROUP else ())]
    if kind in WITH_PLACE and gathering:
        more = [*_where(language, gathering, spoken), *more]
    door = None
    code = (contact.get("codes") or {}).get("door") if kind in WITH_CODE and (gathering or {}).get("place") else None
    if code:
        spaced = f"{code[:4]}-{code[4:]}"
        opens = f"{public_url}/registration/{intent['tenant']}/desk/{intent['gathering']}/arrive/{code}"
        door = Door(spaced, opens, _say(language, CODE if spoken else AT_THE_DOOR, code=spaced))
        more.append(door.told)
    helper = one_line(contact.get("helper") or "") if contact.get("via_helper") else ""
    before = [_say(language, FOR, name=facts["name"])] if helper else []
    if told.get("until"):
        until = _say(language, UNTIL, until=format_datetime(told["until"], language))
        # A text that ends with a colon announces the address, which comes last.
        (before if body.endswith(":") else more).append(until)
    paragraphs = (*before, *body.split("\n\n"), *more)
    return Said(language, helper or facts["name"], texts["subject"].format(**facts), paragraphs, address, door)


def _where(language: str, gathering: Document, spoken: bool) -> list[str]:
    """Where it is. A German address keeps its order inside a line from right to left (isolates of Unicode's algorithm)."""
    if gathering.get("place"):
        return [_say(language, PLACE, place=f"\u2068{one_line(gathering['place'])}\u2069")]
    return [_say(language, MEETS_ONLINE if spoken else ONLINE)] if gathering.get("mode") == "online" else []


def _about_the_group(language: str, gathering: Document, participant: Document) -> Iterator[str]:
    if participant.get("until"):
        yield _say(language, UNTIL, until=format_datetime(participant["until"], language))
    offered, withdrawn = (
        {offer["id"]: offer["label"] for offer in gathering.get(name) or ()} for name in ("support", "withdrawn")
    )
    for id, status in participant.get("support") or ():
        if id in offered:
            yield _say(language, SUPPORT[status], what=pick(offered[id], language)[0])
        elif id in withdrawn:
            yield _say(language, WITHDRAWN, what=pick(withdrawn[id], language)[0])


def _standing(language: str, gathering: Document, participant: Document) -> str:
    """Where a change of the gathering leaves its reader, and by when they have to answer, if they have to."""
    status = participant.get("status", "confirmed")
    in_draw = status == "waiting" and gathering.get("allocation") == "lottery" and not gathering.get("drawn")
    lines = [_say(language, STANDING["in-draw" if in_draw else status if status in STANDING else "confirmed"])]
    if participant.get("until"):
        lines.append(_say(language, UNTIL, until=format_datetime(participant["until"], language)))
    return " ".join(lines)


def _kind(kind: str, gathering: Document | None) -> str:
    """Before a lottery is drawn nobody waits in line: everybody takes part in the draw."""
    undrawn = gathering is not None and gathering.get("allocation") == "lottery" and not gathering.get("drawn")
    return "in-draw" if kind == "waiting" and undrawn else kind


def _say(language: str, message: str, **facts: str) -> str:
    return catalogue()[language].gettext(message) % facts


def _in_language(kind: str, language: str) -> tuple[dict[str, str], str]:
    known = {code: code for code, kinds in texts().items() if kind in kinds}
    code = pick(known, language)[1]
    return texts()[code][kind], code


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """Subjects and bodies by language and kind."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(TEMPLATES.glob("*.json"))}


@cache
def catalogue() -> dict[str, NullTranslations]:
    """The service's own words by language."""
    return translations.load(Path(__file__).parent / "locale")
