"""Renders the text of a message, before it is put into a mail, a letter, a text message or a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chassis.text.languages import format_datetime, format_period, pick
from services.notifications.domain.facts import Gathering, Group, Meeting
from services.notifications.domain.messages import CONTENTS, About, Content
from services.notifications.domain.messages.participants import ConfirmAddress, ConfirmByCall, InDraw, Waiting
from services.notifications.domain.messages.respondents import RespondentMessage
from services.notifications.domain.values import Value
from services.notifications.wording import sentences as s
from services.notifications.wording.links import START, in_language
from services.notifications.wording.rendering import isolated, one_line, render_value
from services.notifications.wording.sentences import sentence

Medium = Literal["email", "sms", "letter", "call"]


@dataclass(frozen=True)
class Template:
    """Subject and body of one kind in one language, with placeholders in braces. `sms`: a shorter body for text messages.

    `version`: None for the product's own text."""

    subject: str
    body: str
    language: str
    sms: str | None = None
    version: int | None = None


Templates = Callable[[str, str], Template]
"""(kind, language) → the template in force, in the nearest language there is."""


@dataclass(frozen=True)
class Door:
    """How a group is let in: its code, the address behind its QR code, and the instruction: the paragraph that says so where no QR
    code can be shown."""

    code: str
    address: str
    instruction: str


@dataclass(frozen=True)
class RenderedText:
    """The rendered text of a message. `to`: the name in the greeting, if any. `link`: where the reader goes on; `action`: the label of its button.
    `door`: how the group is let in, if it is. `version`: of the template, None for the product's own. `secret`: a part of the link that must not
    be stored."""

    language: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str
    action: str
    door: Door | None = None
    version: int | None = None
    short: str | None = None
    secret: str = ""

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def as_plain_text(self) -> str:
        """As plain text, from the greeting to the link."""
        return "\n\n".join([self.greeting, *self.paragraphs, self.link])

    @property
    def greeting(self) -> str:
        if not self.to:
            return sentence(self.language, s.GREETING_NOBODY)
        return sentence(self.language, s.GREETING, name=self.to)


def render(
    content: Content,
    about: About,
    public_url: str,
    templates: Templates,
    language: str | None = None,
    medium: Medium = "email",
    *,
    to_stranger: bool = False,
) -> RenderedText:
    """Render a message, in the recipient's language unless `language` is given.

    `medium`: in a call nobody sees a link, and without an e-mail there is no address to confirm, so people are asked whether they come.
    `to_stranger`: the recipient may know nothing of the platform, so the text holds nothing that another person typed: no names, no helper.
    """
    content = content_for_medium(content, about, medium)
    reader_language = language or about.contact.language
    template = templates(content.kind, reader_language)
    language, spoken = template.language, medium == "call"
    page = public_url + (content.path(about) or START)
    link = in_language(page, reader_language, short=medium == "sms")
    way_in = s.ASK if spoken else in_language(f"{page}/join", reader_language, short=medium == "sms")
    values = placeholder_values(content, about, language, way_in, to_stranger=to_stranger)
    body = template.body.format(**values).strip()
    body = body[:1].upper() + body[1:]
    after_body: list[str] = []
    if content.tells_place and about.gathering:
        after_body += _dates_and_place(language, about.gathering, spoken)
    if content.about_the_group:
        after_body += _about_the_group(language, about.gathering, about.group)
    door = _door(content, about, public_url, language, spoken)
    if door:
        after_body.append(door.instruction)
    helper = one_line(about.contact.helper or "") if about.contact.via_helper and not to_stranger else ""
    before_body = [sentence(language, s.FOR, name=values["name"])] if helper else []
    if isinstance(content, RespondentMessage) and content.until:
        until = sentence(language, s.UNTIL, until=format_datetime(content.until, language))
        # A text that ends with a colon announces the address, which comes last.
        (before_body if body.endswith(":") else after_body).append(until)
    short = template.sms.format(**values).strip() if template.sms and medium == "sms" else None
    return RenderedText(
        language,
        helper or values["name"],
        one_line(template.subject.format(**values)),
        (*before_body, *body.split("\n\n"), *after_body),
        link,
        sentence(language, s.ACTIONS[content.action]),
        door,
        template.version,
        short,
        content.secret,
    )


def merge_texts(texts: Sequence[RenderedText]) -> RenderedText:
    """Merge several messages to one mailbox into one text with the greeting of the first; each keeps its own link."""
    first = texts[0]
    if len(texts) == 1:
        return first
    paragraphs = [part for text in texts for part in (text.subject, *text.paragraphs, text.link)]
    subject = sentence(first.language, s.SEVERAL, count=str(len(texts)))
    return replace(first, subject=subject, paragraphs=tuple(paragraphs), door=None)


def content_for_medium(content: Content, about: About, medium: Medium) -> Content:
    """The content to render for this channel: without an e-mail, or before the draw, another kind says it."""
    if isinstance(content, ConfirmAddress) and medium != "email":
        return ConfirmByCall()
    if type(content) is Waiting and about.gathering is not None and about.gathering.undrawn:
        return InDraw()
    return content


def placeholder_values(
    content: Content, about: About, language: str, way_in: str, *, to_stranger: bool
) -> dict[str, str]:
    """The values of the template's placeholders and of `name`, rendered. `way_in`: see `render_value`."""
    values: dict[str, Value] = dict.fromkeys(CONTENTS[content.kind].placeholders, "") | content.values(about)
    rendered = {name: render_value(value, language, way_in) for name, value in values.items()}
    if to_stranger and content.names_municipality:
        rendered["municipality"] = sentence(language, s.YOUR_MUNICIPALITY)
    return {**rendered, "name": "" if to_stranger else one_line(about.contact.name)}


def _dates_and_place(language: str, gathering: Gathering, spoken: bool) -> Iterator[str]:
    if gathering.meetings:
        yield "\n".join(
            [
                sentence(language, s.DATES),
                *(_date(language, gathering, meeting) for meeting in gathering.active_meetings),
            ]
        )
    if gathering.place:
        yield sentence(language, s.PLACE, place=isolated(one_line(gathering.place)))
    elif gathering.mode == "online":
        online = sentence(language, s.MEETS_ONLINE if spoken else s.ONLINE)
        yield f"{online} {sentence(language, s.GERMAN_TIME)}"


def _date(language: str, gathering: Gathering, meeting: Meeting) -> str:
    """When a meeting is, and where, if not at the gathering's place."""
    when = format_period(meeting.starts_at, meeting.ends_at, language)
    if not meeting.place or meeting.place == gathering.place:
        return when
    return f"{when} · {isolated(one_line(meeting.place))}"


def _about_the_group(language: str, gathering: Gathering | None, group: Group | None) -> Iterator[str]:
    if group is None:
        return
    if group.until:
        yield sentence(language, s.UNTIL, until=format_datetime(group.until, language))
    offered = {offer.id: offer.label for offer in (gathering.support if gathering else ())}
    withdrawn = {offer.id: offer.label for offer in (gathering.withdrawn if gathering else ())}
    for id, status in group.support:
        if id in offered:
            yield sentence(language, s.SUPPORT[status], what=pick(offered[id], language)[0])
        elif id in withdrawn:
            yield sentence(language, s.WITHDRAWN, what=pick(withdrawn[id], language)[0])


def _door(content: Content, about: About, public_url: str, language: str, spoken: bool) -> Door | None:
    code = about.contact.codes.get("door")
    if not (content.tells_door and code and about.gathering and about.gathering.place):
        return None
    shown_code = f"{code[:4]}-{code[4:]}"
    address = f"{public_url}/registration/{about.tenant}/desk/{about.gathering.id}/arrive/{code}"
    return Door(shown_code, address, sentence(language, s.CODE if spoken else s.AT_THE_DOOR, code=shown_code))
