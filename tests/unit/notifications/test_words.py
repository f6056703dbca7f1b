"""Rendered texts: what is added to a template, such as support, deadlines and whom it is about."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pypdf
import pytest
import segno

from chassis.clock import rfc3339
from chassis.text.languages import EVERYWHERE, LANGUAGES
from contracts.envelope import Envelope
from contracts.registration import SupportClosed
from services.notifications.domain.messages import CONTENTS
from services.notifications.letters.pdf import compose_pdf, letter_data
from services.notifications.message_templates.defaults import texts
from services.notifications.staff.coordinators_events import HANDLERS
from services.notifications.wording.rendered_text import Medium
from services.notifications.wording.sentences import SUPPORT
from tests.support.examples import all_but_slow
from tests.support.message_samples import render

WANTED = [kind for kind, content in CONTENTS.items() if content.matters_while]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
GATHERING: dict[str, Any] = {
    "title": {"de": "Dialog"},
    "starts_at": NOW + timedelta(days=3),
    "ends_at": NOW + timedelta(days=3, hours=2),
    "place": None,
    "support": [{"id": "interpreter.uk", "label": {"de": "Dolmetschen"}}],
}


def _say(kind: str, language: str = "en", participant: Any = None, **contact: Any) -> Any:
    intent = {"_id": "m", "tenant": "w", "kind": kind, "contact": "r", "gathering": "g", "told": {"position": 3}}
    person = {"name": "Olena", "language": language, "email": "o@example.org", "codes": {"manage": "c"}} | contact
    return render(intent, person, GATHERING | contact.pop("gathering", {}), participant, "https://k.example")


@pytest.mark.parametrize("status", SUPPORT)
def test_the_text_names_each_status_of_support(status: str) -> None:
    said = _say("registered", participant={"support": [["interpreter.uk", status], ["gone", "granted"]]})
    assert sum("Dolmetschen" in one for one in said.paragraphs) == 1


def test_the_text_names_the_deadline() -> None:
    said = _say("offered", participant={"until": NOW + timedelta(hours=20)})
    assert any("2 November 2026, 09:00" in one for one in said.paragraphs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["respondent-invited", "respondent-handed-on", "respondent-reminder"])
def test_the_link_follows_the_sentence_that_announces_it(kind: str, language: str) -> None:
    intent = {"_id": "m", "tenant": "w", "kind": kind, "contact": "r", "told": {"until": NOW}}
    person = {"name": "Olena", "language": language, "email": "o@example.org", "codes": {"answer": "c"}}
    said = render(intent, person, None, None, "https://k.example")
    assert said.link == f"https://k.example/selfcheck/answers/c?lang={language}"
    assert said.paragraphs[-1].endswith(":"), "by when stands before it"
    assert len(said.paragraphs) == 2


def test_staff_read_in_words_what_a_message_is_about() -> None:
    words = Path("services/notifications/templates/staff/kinds.html").read_text()
    assert {kind for kind in texts()["de"] if f'"{kind}": _(' not in words} == set()


def test_a_helper_is_greeted_and_told_whom_it_is_about() -> None:
    said = _say("registered", helper="Caritas\r\nBcc: x", via_helper=True)
    assert said.to == "Caritas Bcc: x"
    assert "Olena" in said.paragraphs[0]
    assert _say("registered", helper="Caritas", via_helper=False).to == "Olena"


def test_before_the_draw_groups_take_part_instead_of_waiting() -> None:
    lottery = {"allocation": "lottery"}
    assert "draw" in _say("waiting", gathering=lottery).subject
    assert "Waiting list" in _say("waiting", gathering=lottery | {"drawn": True}).subject


def test_every_kind_has_a_text_in_every_language_of_the_residents() -> None:
    for language in EVERYWHERE:
        missing = texts()["en"].keys() - texts()[language].keys() - {"confirm-address"}
        assert not missing, (language, missing)


def test_messages_to_residents_and_respondents_have_texts_in_optional_languages() -> None:
    for language in set(LANGUAGES) - set(EVERYWHERE):
        there = texts()[language]
        assert {*WANTED, "in-draw", "confirm-by-call", "gathering-cancelled", "respondent-invited"} <= there.keys(), (
            language
        )
        for kind, text in there.items():
            for part, words in text.items():
                assert PLACEHOLDER.findall(words) == PLACEHOLDER.findall(texts()["en"][kind][part]), (language, kind)


PLACEHOLDER = re.compile(r"\{(\w+)\}")
CLICK = re.compile(
    "click|klick|clic|tıkla|клік|клац|клик|натисн|нажат|нажми|نقر|انقر|کلیک|attach|anhang|angehängt|anbei|joint à|pièce jointe|ekte|"
    "вкладен|вложен|прикріпл|прикрепл|مرفق|پیوست",
    re.IGNORECASE,
)
LINK = re.compile("link|lien|bağlantı|посилан|ссылк|رابط|پیوند|https?:", re.IGNORECASE)
STATUSES = ("unconfirmed", "confirmed", "waiting", "offered")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("medium", ["call", "letter", "sms"])
def test_letters_texts_and_calls_mention_no_click_and_no_attachment(medium: Medium, language: str) -> None:
    """On the telephone also of no link: whoever is called sees none."""
    told = {"position": 3, "changes": {"when": [[NOW, NOW]] * 2, "how": ["onsite", "online"], "way_in": "new"}}
    person = {"name": "Olena", "language": language, "codes": {"manage": "c", "door": "K7QM2XPD"}}
    wishes = [["interpreter.uk", "granted"], ["interpreter.uk", "waiting"], ["interpreter.uk", "refused"]]
    about_gatherings = set(WANTED) | {"in-draw", "confirm-by-call", "gathering-cancelled"}
    for kind, status, place in product(about_gatherings, STATUSES, (None, "Rathaus")):
        gathering = GATHERING | {"mode": "hybrid" if place else "online", "place": place}
        intent = {"_id": "m", "tenant": "w", "kind": kind, "contact": "r", "gathering": "g", "told": told}
        group = {"status": status, "support": wishes, "until": NOW}
        said = render(intent, person, gathering, group, "https://k.example", medium=medium)
        for words in (said.subject, *said.paragraphs):
            assert not CLICK.search(words), words
            assert medium != "call" or not LINK.search(words), words


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "fa"]))
def test_a_letter_contains_text_only(language: str) -> None:
    said = _say("offered", language, name='#read("/etc/passwd") $x$ *bold*')
    pdf = compose_pdf([letter_data(said, "a\n#panic()", {"name": {"de": "Stadt #1"}, "phone": "04421"}, NOW)])
    read = pypdf.PdfReader(BytesIO(pdf))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # for screen readers: PDF/UA-1, whose rules the compiler checks
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "*bold*" in read.pages[0].extract_text()


def _pictures(node: Any) -> list[str]:
    """The texts for pictures below a node of a PDF's structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for one in node for text in _pictures(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if node.get("/S") == "/Figure" else []
    return own + _pictures(node.get("/K", []))


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "fa"]))
def test_a_letter_shows_and_describes_the_qr_code_for_the_door(language: str) -> None:
    """Beside the square of the link, each with a text for whoever does not see it; the code can be read aloud as well."""
    said = _say("confirmed", language, codes={"manage": "c", "door": "K7QM2XPD"}, gathering={"place": "Rathaus"})
    letter = letter_data(said, "Marktstraße 1", {"name": {"de": "Wilhelmshaven"}, "phone": "04421"}, NOW)
    assert letter["door"]["qr"] == _svg("https://k.example/registration/w/desk/g/arrive/K7QM2XPD")
    read = pypdf.PdfReader(BytesIO(compose_pdf([letter])))
    root: Any = read.trailer["/Root"]
    alts = _pictures(root["/StructTreeRoot"])
    assert [text.count("K7QM-2XPD") for text in alts] == [1, 0]
    assert alts[1] == said.link
    text = read.pages[0].extract_text()
    assert len(read.pages) == 1
    assert text.count("K7QM-2XPD") == 1  # not once more with a way that leads through the link
    without = letter_data(_say("confirmed", language), "Marktstraße 1", {"name": {"de": "W"}}, NOW)
    assert without["door"] is None
    root = pypdf.PdfReader(BytesIO(compose_pdf([without]))).trailer["/Root"]
    assert len(_pictures(root["/StructTreeRoot"])) == 1


def _svg(address: str) -> str:
    drawing = BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", border=1)
    return drawing.getvalue().decode()


def test_groups_that_come_to_a_door_get_its_code() -> None:
    place = {"gathering": {"place": "Rathaus"}}
    assert any("K7QM-2XPD" in one for one in _say("registered", codes={"door": "K7QM2XPD"}, **place).paragraphs)
    for kind, codes, where in (
        ("registered", {}, place),
        ("waiting", {"door": "K7QM2XPD"}, place),
        ("registered", {"door": "K7QM2XPD"}, {}),
    ):
        assert not any("code" in one for one in _say(kind, codes=codes, **where).paragraphs)


def test_coordinators_who_order_support_get_kind_count_and_link() -> None:
    intent = {
        "kind": "support-closed",
        "tenant": "w",
        "gathering": "g",
        "contact": "c",
        "told": {"support": "interpreter.uk", "groups": 2, "people": 5},
    }
    coordinator = {"name": "Frau Beier", "language": "de", "email": "b@example.org"}
    said = render(intent, coordinator, GATHERING, None, "https://k.example")
    assert said.subject == "Bitte jetzt bestellen: Dolmetschen"
    assert "Gruppen: 2, Personen: 5" in said.body
    assert said.link == "https://k.example/registration/w/desk/g/needs?lang=de"


def test_support_that_nobody_wants_enqueues_no_message() -> None:
    def told(groups: int) -> list[Any]:
        event = SupportClosed(gathering_id="g", support="dgs", groups=groups, people=groups, waiting=0)
        envelope = Envelope("e1", event.event_type, "/registration", rfc3339(NOW), "g", "w", 1, b"{}")
        return list(HANDLERS[event.event_type](envelope, event))

    assert told(0) == []
    (reminder,) = told(1)
    assert (reminder.collection, reminder.fields["gathering"]) == ("reminders", "g")


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_with_a_seat_get_the_place_and_letters_mention_no_attachment(language: str) -> None:
    for kind in ("registered", "confirmed", "drawn", "reconfirm", "offered"):
        there = _say(kind, language, gathering={"place": "Rathaus\nSaal 2", "mode": "onsite"})
        assert sum("Rathaus Saal 2" in one for one in there.paragraphs) == 1
        online = _say(kind, language, gathering={"mode": "online"})
        assert len(online.paragraphs) == len(_say(kind, language).paragraphs) + 1
    assert not any("Rathaus" in one for one in _say("waiting", language, gathering={"place": "Rathaus"}).paragraphs)
    assert "attached" not in _say("confirmed").body
