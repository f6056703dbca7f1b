"""Mails in every language; headers that can't be injected into."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import segno

from chassis.text.languages import LANGUAGES, direction
from services.notifications.domain.facts import Gathering, Group
from services.notifications.domain.messages import CONTENTS, NEW_ADDRESS, content_of
from services.notifications.domain.relevance import obsolete_status
from tests.support.examples import all_but_slow
from tests.support.message_samples import compose_mail, read

WANTED = [kind for kind, content in CONTENTS.items() if content.matters_while]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
GATHERING: dict[str, Any] = {
    "title": {"de": "Dialog"},
    "starts_at": NOW + timedelta(days=3),
    "ends_at": NOW + timedelta(days=3, hours=2),
    "place": None,
}


def _mail(kind: str, language: str, place: str | None = None, **changes: Any) -> Any:
    intent = {"_id": "m-1", "tenant": "w", "kind": kind, "contact": "r1", "gathering": "g"}
    contact = {"name": "Olena", "language": language, "email": "o@example.org", "codes": {"manage": "c0de"}} | changes
    mail = compose_mail(
        intent, contact, GATHERING | {"place": place}, None, "https://k.example", "Kommune <n@k.example>", NOW
    )
    return message_from_bytes(mail.content, policy=policy.default)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*WANTED, "gathering-cancelled", "respondent-invited", "staff-welcome"])
def test_a_mail_of_each_kind_and_language_is_complete_and_names_its_language(kind: str, language: str) -> None:
    mail = _mail(kind, language)
    html = mail.get_body(("html",)).get_content()
    told = str(mail["Content-Language"])
    assert told in LANGUAGES
    assert f'dir="{direction(told)}"' in html
    assert "{" not in html.partition("</style>")[2] + str(mail["Subject"])
    if kind in WANTED:
        assert "https://k.example/registration/w/my/r1/c0de" in mail.get_body(("plain",)).get_content()
        assert "Dialog" in str(mail["Subject"])


def test_a_name_adds_no_header() -> None:
    mail = _mail("confirmed", "de", name="Eve\r\nBcc: all@example.org")
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == ["o@example.org"]


def test_a_name_adds_no_markup() -> None:
    assert "<script>" not in _mail("confirmed", "de", name="<script>x</script>").get_body(("html",)).get_content()


def test_an_address_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        _mail("confirmed", "de", email="o@example.org\r\nBcc: all@example.org")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_will_come_to_a_door_has_the_square_in_the_mail_itself(language: str) -> None:
    """Seen without a network, and nothing is fetched that would tell that the mail was read."""
    codes = {"manage": "c0de", "door": "K7QM2XPD"}
    mail = _mail("confirmed", language, codes=codes, place="Rathaus")
    html = mail.get_body(("html",)).get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert 'K7QM-2XPD">' in html, "who does not see the picture hears the code"
    assert html.count("src=") == 1
    assert "K7QM-2XPD" in mail.get_body(("plain",)).get_content()
    expected = segno.make("https://k.example/registration/w/desk/g/arrive/K7QM2XPD", error="m", mask=3)
    assert _modules(picture.get_content()) == [[bool(dark) for dark in row] for row in expected.matrix_iter(border=4)]


@pytest.mark.parametrize(
    ("kind", "place", "code"),
    [("waiting", "Rathaus", "K7QM2XPD"), ("confirmed", None, "K7QM2XPD"), ("confirmed", "Rathaus", None)],
)
def test_who_comes_to_no_door_has_no_square(kind: str, place: str | None, code: str | None) -> None:
    mail = _mail(kind, "de", codes={"manage": "c0de"} | ({"door": code} if code else {}), place=place)
    assert not [part for part in mail.walk() if part.get_content_maintype() == "image"]


def _modules(png: bytes) -> list[list[bool]]:
    """The dark squares of a picture in which each takes five pixels, one bit a pixel."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, header, packed = 8, b"", b""
    while place < len(png):
        length, kind = int.from_bytes(png[place : place + 4], "big"), png[place + 4 : place + 8]
        data = png[place + 8 : place + 8 + length]
        header, packed = (data, packed) if kind == b"IHDR" else (header, packed + data if kind == b"IDAT" else packed)
        place += length + 12
    side, height, depth, colours = (
        int.from_bytes(header[:4], "big"),
        int.from_bytes(header[4:8], "big"),
        header[8],
        header[9],
    )
    assert (side, depth, colours) == (height, 1, 0)
    raw, stride = zlib.decompress(packed), -(-side // 8) + 1
    lines = [raw[line * stride : (line + 1) * stride] for line in range(0, side, 5)]
    assert {line[0] for line in lines} == {0}, "the first line of each is told in full"
    return [[not line[1 + x // 8] >> (7 - x % 8) & 1 for x in range(2, side, 5)] for line in lines]


def test_who_corrects_an_address_after_the_gathering_is_asked_to_confirm_it_and_told_nothing_else() -> None:
    later = GATHERING["ends_at"] + timedelta(days=1)
    for gathering in (GATHERING | {"cancelled": False}, GATHERING | {"cancelled": True}):
        known = read(Gathering, gathering)
        assert obsolete_status(content_of(NEW_ADDRESS, {}), known, Group(status="cancelled"), later) is None
        assert obsolete_status(content_of("confirmed", {}), known, Group(status="confirmed"), later) == "expired"


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "fa"]))
def test_a_subject_begins_where_its_header_does(language: str) -> None:
    """An empty first line is allowed no more (RFC 5322, 2.2.3), and filters take it for spam."""
    for length in range(1, 60):
        title = {"de": "Ґ" * length}
        mail = compose_mail(
            {"_id": "m-1", "tenant": "w", "kind": "confirmed", "contact": "r1", "gathering": "g"},
            {"name": "Olena", "language": language, "email": "o@example.org", "codes": {}},
            GATHERING | {"title": title},
            None,
            "https://k.example",
            "Kommune <n@k.example>",
            NOW,
        )
        raw = mail.content
        assert b"Subject: \r\n" not in raw
        assert title["de"] in str(message_from_bytes(raw, policy=policy.default)["Subject"])
