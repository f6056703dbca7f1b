"""The council pack: what it says, and that every file of it is what it claims to be."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import docx
import frictionless
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from services.reporting.council.action_plan import action_plan
from services.reporting.council.committee_paper import committee_paper, oparl_paper
from services.reporting.council.one_page import one_page
from services.reporting.council.pack import files, pack
from services.reporting.council.pdf import as_pdf
from services.reporting.council.sentences import WORDS, Language
from services.reporting.council.wording import Wording
from services.reporting.domain.action_plan import PreviousWave
from services.reporting.domain.blocks import Facts, Paragraph
from tests.support.examples import all_but_slow
from tests.support.verapdf import failures
from tests.unit.reporting.towns import FIELDS, council

ADDRESS = "https://platform.example/reporting/v1/wilhelmshaven/assessments/a1"
AS_OF = "2026-11-01T10:00:00.000Z"


def to_make(language: Language = "de", title: str = "Selbstcheck 2026") -> Mapping[str, Callable[[], bytes]]:
    return files(Wording(council(title=title), language), AS_OF, ADDRESS, None)


@pytest.fixture(scope="module", params=all_but_slow(["de", "en"], ["de"]))
def written(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return {name: make() for name, make in to_make(request.param).items()}


def test_strong_and_weak_fields_are_named_with_the_question_that_carries_them() -> None:
    wording = Wording(council(), "de")
    assert wording.strong()[0].startswith(f"{FIELDS[6]}: 82 von 100 – am stärksten: „")
    assert "(q6.2)" in wording.strong()[0]
    assert wording.weak()[0].startswith(f"{FIELDS[0]}: 40 von 100 – am schwächsten: „")
    assert not {line.id for line in council().strong} & {line.id for line in council().weak}


def test_where_views_differ_is_said_with_both_figures_and_what_is_hidden_without_any() -> None:
    wording = Wording(council(), "de")
    assert wording.gaps()[0] == (
        "Strategie und Steuerung: Verwaltung sieht 60, Zivilgesellschaft 30 Punkte. Das sind 30 Punkte Unterschied."
    )
    [hidden] = wording.hidden()
    assert hidden.startswith("Nicht mitgezählt: Wirtschaft bei Strategie und Steuerung, ")
    assert not any(sign.isdigit() for sign in hidden)


def test_the_overall_consensus_is_told_and_figures_are_rounded_half_up() -> None:
    wording = Wording(council(), "de")
    assert "liegt der Punktwert bei 58,5" in wording.lead()
    table = wording.profile_table()
    assert table.rows[-1] == ["Gesamt", "–", "–", "–", "–", "56", "–", "58,5", "91\u00a0%"]
    assert wording.number(6.25) == "6,25"
    assert wording.number(6.125) == "6,13"
    assert table.rows[0][-1] == "91\u00a0%", "0.905 is 90.5 %, half up"


def test_german_and_english_have_the_same_sentences() -> None:
    assert WORDS["de"].keys() == WORDS["en"].keys()


@pytest.mark.slow
def test_every_pdf_is_accessible_and_fit_for_archives(written: dict[str, bytes], tmp_path: Path) -> None:
    kept = []
    for name, content in written.items():
        if name.endswith(".pdf"):
            kept.append(tmp_path / name)
            kept[-1].write_bytes(content)
    assert len(kept) == 3
    assert failures(*kept) == []


@pytest.mark.slow
def test_the_check_of_pdfs_finds_one_without_tags(tmp_path: Path) -> None:
    import typst

    file = tmp_path / "untagged.pdf"
    file.write_bytes(typst.compile(b"Text without a title"))
    assert any("PDF/UA-1" in one for one in failures(file))


@pytest.mark.parametrize("measures", [0, 1, 40])
@pytest.mark.parametrize("views", [1, 4])
def test_the_result_on_one_page_fits_on_one_page(measures: int, views: int) -> None:
    content = as_pdf(one_page(Wording(council(measures, views=views), "de")))
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    text_of_page = " ".join(reader.pages[0].extract_text().split())
    assert (
        text_of_page.index("56 von 100 Punkten")
        < text_of_page.index("Das ist stark")
        < text_of_page.index("Die Zahlen dazu")
    ), "words first"
    assert (
        "Fragebogen „Selbstcheck Weltoffene Kommune“, Fassung 1 · Regeln für kleine Gruppen, Fassung 2" in text_of_page
    )
    assert "weltoffen," not in text_of_page, "no id"


def test_the_committee_paper_has_the_parts_that_councils_ask_for(written: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(written["committee-paper.docx"]))
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    german = document.core_properties.language == "de-DE"
    parts = ("Beschlussvorschlag", "Sachverhalt", "Alternativen", "Klimawirkung", "Anlagen")
    assert set(parts if german else ("Proposal", "Facts", "Alternatives", "Climate effect", "Annexes")) <= set(headings)
    assert any(
        "Wegweiser in neun Sprachen" in cell.text for table in document.tables for cell in table.columns[0].cells
    )
    assert sum(bool(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")) for table in document.tables) == 2
    paragraphs = [one.text for one in document.paragraphs]
    points = [one[:2] for one in paragraphs if re.match(r"\d\. ", one)]
    assert points == ["1.", "2.", "3."], "a council votes on points with numbers"
    assert any("Produkt und Konto" in one or "Product and account" in one for one in paragraphs)
    head = {table.rows[0].cells[0].text: table for table in document.tables}[
        "Vorlagennummer" if german else "Paper number"
    ]
    assert head.rows[1].cells[1].text in ("29. November 2026", "29 November 2026")


def test_a_paper_without_measures_asks_for_them() -> None:
    paper = committee_paper(Wording(replace(council(), measures=()), "de"))
    paragraphs = [one.text for one in paper.blocks if isinstance(one, Paragraph)]
    assert [one[:2] for one in paragraphs if re.match(r"\d\. ", one)] == ["1.", "2.", "3."]
    assert any("Maßnahmen zu diesen Handlungsfeldern vorzuschlagen" in one for one in paragraphs)


def test_the_paper_as_oparl_names_its_files() -> None:
    paper = json.loads(to_make()["paper.json"]())
    assert paper == json.loads(json.dumps(oparl_paper(Wording(council(), "de"), ADDRESS)))
    assert paper["type"] == "https://schema.oparl.org/1.1/Paper"
    assert (paper["id"], paper["paperType"], paper["date"]) == (
        f"{ADDRESS}/paper.json",
        "Beschlussvorlage",
        "2026-11-29",
    )
    assert {
        one["accessUrl"].removeprefix(f"{ADDRESS}/") for one in (paper["mainFile"], *paper["auxiliaryFile"])
    } <= set(to_make())


def test_slides_have_titles_alternatives_notes_and_native_charts(written: dict[str, bytes]) -> None:
    deck = Presentation(io.BytesIO(written["slides.pptx"]))
    charts = 0
    for slide in deck.slides:
        shapes = list(slide.shapes)
        assert shapes[0] == slide.shapes.title, "the title is read first"
        assert slide.shapes.title.text_frame.text
        for shape in shapes:
            if shape.has_chart or shape.has_table:
                described = shape._element._nvXxPr.cNvPr.get("descr")
                assert described
                assert not described.endswith((".png", ".xlsx"))
            if shape.has_chart:
                charts += 1
                assert slide.notes_slide.notes_text_frame.text
                first = next(iter(shape.chart.plots[0].series))
                assert list(first.values) == [66, 65, 64, 63, 62, 61, 60]
                hidden = list(shape.chart.plots[0].series)[3]
                assert set(hidden.values) == {None}
    assert charts == 1
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles), "every slide can be told from the others by its title"


def test_the_workbook_has_a_native_chart_and_the_overall_consensus(written: dict[str, bytes]) -> None:
    content = written["data.xlsx"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()
        assert 'descr="' in archive.read("xl/drawings/drawing1.xml").decode()
    book = load_workbook(io.BytesIO(content))
    last = [cell.value for cell in list(book.worksheets[0])[-1]]
    assert last[2:4] == [56, 58.5]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_table_is_described_and_valid(written: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(written["data.csv"])
    (tmp_path / "datapackage.json").write_bytes(written["datapackage.json"])
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["message"])
    rows = package.resources[0].read_rows()
    assert len(rows) == 7 * 5 + 1
    assert (rows[-1]["field"], float(rows[-1]["consensus_score"])) == (None, 58.5)
    assert float(rows[2]["score"]) == 50.5


def test_german_tables_open_in_german_programs() -> None:
    table = to_make("de")["data.csv"]()
    assert table.startswith(b"\xef\xbb\xbffield;title;")
    assert b";50,5;" in table
    assert to_make("en")["data.csv"]().startswith(b"\xef\xbb\xbffield,title,")


def test_formulas_of_strangers_stay_texts() -> None:
    makers = to_make("de", title="=cmd|'/c calc'!A1")
    assert b"\n=cmd" not in makers["data.csv"]()
    assert json.loads(makers["paper.json"]())["name"].startswith("=cmd")


@pytest.mark.slow
def test_the_pack_holds_every_file_and_is_the_same_twice() -> None:
    makers = files(Wording(council(), "de"), AS_OF, ADDRESS, None)
    with zipfile.ZipFile(io.BytesIO(pack(makers))) as archive:
        assert set(archive.namelist()) == set(makers)
        assert archive.testzip() is None
        assert archive.read("data.csv") == makers["data.csv"]()
        assert archive.read("report.pdf") == makers["report.pdf"](), "the same content gives the same file"


def test_the_action_plan_says_what_changed_since_the_last_wave_and_what_is_overdue() -> None:
    before = PreviousWave("05/2025", {"f.0": 30, "f.1": 47, "f.2": 60})
    plan = action_plan(Wording(council(), "de"), before)
    where = [block.rows[0][1] for block in plan.blocks if isinstance(block, Facts)]
    assert where[0].endswith("Seit dem letzten Selbstcheck (05/2025): Punktwert um 10 gestiegen.")
    assert where[1].endswith("Seit dem letzten Selbstcheck (05/2025): unverändert.")
    assert where[2].endswith("Seit dem letzten Selbstcheck (05/2025): Punktwert um 6 gesunken.")
    assert "Seit" not in where[3]
    reader = PdfReader(io.BytesIO(as_pdf(plan)))
    assert "überfällig" in reader.pages[0].extract_text()
