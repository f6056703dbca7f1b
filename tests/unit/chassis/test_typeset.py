"""Whatever text a document is given, a PDF comes; what can't be shown is visible as a box."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from chassis.documents import typeset
from chassis.documents.typeset import REPLACEMENT, NotTypeset, Template, Typeset, without_controls

SOURCE = """#let it = json(bytes(sys.inputs.data))
#set document(title: it.title)
#set text(lang: "de", font: "Libertinus Serif")
#heading(it.title)
#it.words
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    path = tmp_path / "sample.typ"
    path.write_text(SOURCE)
    return Template(path)


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the fonts that Typst brings, as on a machine without any."""
    import typst

    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(typeset, "fonts", lambda: bare)


def words(done: Typeset) -> str:
    return pypdf.PdfReader(BytesIO(done.pdf)).pages[0].extract_text()


SCRIPTS = (
    "李明",
    "नमस्ते",
    "한국어",
    "ひらがな",
    "ሰላም",
    "ខ្មែរ",
    "ไทย",
    "გამარჯობა",
    "Բարեւ",
    "שלום",
    "தமிழ்",
    "Sommerfest 🎉",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_the_scripts_of_the_world_have_fonts(template: Template, text: str) -> None:
    done = template.typeset({"title": text, "words": f"Guten Tag {text}"})
    assert not done.missing
    assert REPLACEMENT not in words(done)


@pytest.mark.usefixtures("no_fonts")
def test_without_fonts_a_box_stands_for_each_sign_and_the_rest_is_there(template: Template) -> None:
    done = template.typeset({"title": "Für 李明", "words": "Platz 1️⃣ frei"})
    assert done.missing >= {"李", "明"}
    assert "Für □□" in words(done)
    assert "Platz 1 frei" in words(done)  # the digit is not taken for missing because its frame is


def test_what_no_font_has_is_a_box(template: Template) -> None:
    done = template.typeset({"title": "T", "words": "a\u0378b"})
    assert done.missing == {"\u0378"}
    assert "a□b" in words(done)


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b\x1b[1m", "\ud83d", "\ufffe\uffff\ufdd0", "\ufeff\u00ad\u2060", "x\u2028y\x85z\x0b"]
)
def test_controls_surrogates_and_noncharacters_stop_nothing(template: Template, text: str) -> None:
    assert template.pdf({"title": text, "words": text}).startswith(b"%PDF")


def test_a_title_of_nothing_but_controls_is_not_empty() -> None:
    assert without_controls("\x00\x07") == REPLACEMENT
    assert without_controls("a\r\nb\tc\x00") == "a\nb c"
    assert without_controls("") == ""


def test_every_kind_of_sign_at_once(template: Template) -> None:
    """One of each hundred code points: more that is missing than any person would write."""
    everything = "".join(chr(point) for point in range(0, 0x110000, 100))
    assert template.pdf({"title": "T", "words": everything}).startswith(b"%PDF")


def test_a_wrong_template_says_so(tmp_path: Path) -> None:
    path = tmp_path / "wrong.typ"
    path.write_text("#nothing-of-that-name")
    with pytest.raises(NotTypeset, match=r"wrong\.typ"):
        Template(path).pdf({})
