"""Every catalogue is complete, and the check that says so would notice if it were not."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.text.catalogues import PARTIAL, TRANSLATED, flaws, messages, read, share, update, write

ROOT = Path(__file__).parents[3]
FOLDERS = [
    ROOT / "chassis",
    ROOT / "programme",
    *sorted(file.parent for file in (ROOT / "services").glob("*/__init__.py")),
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_catalogue_is_complete(folder: Path) -> None:
    assert list(flaws(folder)) == []


@pytest.fixture
def service(tmp_path: Path) -> Path:
    (tmp_path / "pages.py").write_text('gettext("Hello %(name)s")\nngettext("%(num)d seat", "%(num)d seats", 3)\n')
    (tmp_path / "page.html").write_text("{% trans %}Welcome{% endtrans %}{{ _('Please choose') }}")
    update(tmp_path)
    return tmp_path


def _translate(folder: Path, name: str, hello: str, seats: str) -> None:
    for code in TRANSLATED:
        catalogue = read(folder, code)
        catalogue.get("Hello %(name)s").string = hello  # type: ignore[union-attr]
        catalogue.get("Welcome").string = name  # type: ignore[union-attr]
        catalogue.get("%(num)d seat").string = (seats,) * catalogue.num_plurals  # type: ignore[union-attr]
        write(folder, code, catalogue)


def test_what_is_missing_is_named(service: Path) -> None:
    found = list(flaws(service))
    assert len(found) == 3 * len(TRANSLATED)
    assert all(flaw.endswith("is not translated") for flaw in found)


def test_what_the_chassis_says_to_staff_alone_is_translated_where_others_read_it_too(tmp_path: Path) -> None:
    """A title of the chassis' staff pages, in German and English, that is named on pages for everybody."""
    (tmp_path / "navigation.py").write_text('mark("What got stuck")\n')
    assert "What got stuck" in messages(tmp_path, "fa")
    assert "What got stuck" not in messages(tmp_path, "de")


def test_a_complete_catalogue_has_no_flaws_and_survives_an_update(service: Path) -> None:
    _translate(service, "X", "X %(name)s", "X %(num)d")
    update(service)
    assert list(flaws(service)) == []


@pytest.mark.parametrize(("hello", "seats"), [("X %(nam)s", "X %(num)d"), ("X", "X %(num)d"), ("X %(name)s", "X")])
def test_differing_placeholders_are_found(service: Path, hello: str, seats: str) -> None:
    _translate(service, "X", hello, seats)
    assert {flaw.rpartition("' ")[2] for flaw in flaws(service)} == {"has other placeholders"}


@pytest.mark.parametrize(
    ("name", "is_glued"), [("Ende.Anfang", True), ("Fin !Début", False), ("Ende. Anfang", False), ("z.B.", False)]
)
def test_a_sentence_that_goes_on_without_a_blank_is_found(service: Path, name: str, is_glued: bool) -> None:
    _translate(service, name, "X %(name)s", "X %(num)d")
    found = {flaw.rpartition("' ")[2] for flaw in flaws(service)}
    assert found == ({"goes on without a blank"} if is_glued else set())


def test_unused_and_fuzzy_messages_are_found(service: Path) -> None:
    _translate(service, "X", "X %(name)s", "X %(num)d")
    catalogue = read(service, "fr")
    catalogue.add("Gone", "Parti")
    catalogue.get("Welcome").flags.add("fuzzy")  # type: ignore[union-attr]
    write(service, "fr", catalogue)
    assert sorted(flaw.rpartition("' ")[2] for flaw in flaws(service)) == ["is fuzzy", "is used nowhere"]


@pytest.mark.parametrize("code", PARTIAL)
def test_what_residents_read_is_there_in_languages_that_can_be_switched_on(code: str) -> None:
    """A few sentences may be newer than the last translation; they read in the language it falls back to."""
    folders = [folder for folder in FOLDERS if (folder / "locale" / f"{code}.po").exists()]
    assert {"chassis", "programme", "registration", "notifications"} <= {folder.name for folder in folders}
    assert {folder.name: share(folder, code) for folder in folders if share(folder, code) < 0.95} == {}
