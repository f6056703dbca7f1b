"""The result as slides (PPTX): a title on each, native charts, words for what a chart shows, notes for who presents it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from services.reporting.council.docx import LOCALES, office_text
from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
COLOURS = ("0B5394", "B45F06", "38761D", "741B47", "444444", "7A4900")
TITLE_SLIDE, TITLE_AND_CONTENT, TWO_CONTENT, TITLE_ONLY = 0, 1, 3, 5
"""Layouts of the template that python-pptx brings."""
MOST_ROWS = 9
"""Rows of a table that can be read from the back of a room."""

PARTS: dict[Language, dict[str, str]] = {
    "de": {
        "result": "Das Ergebnis in einem Satz",
        "profile": "Die Handlungsfelder im Vergleich",
        "figures": "Die Zahlen",
        "measures": "Was vereinbart ist",
        "end": "Woher die Zahlen kommen",
        "both": "Stärken, und wo am meisten zu tun ist",
        "note_result": "Zuerst diesen Satz sagen und stehen lassen. Die Abdeckung sagt, wie viel die Antworten überhaupt aussagen.",
        "note_both": "Je eine Stärke und ein schwaches Feld an einem Beispiel erklären, statt alle Zahlen vorzulesen.",
        "note_gaps": "Ein Unterschied ist kein Fehler, sondern ein Anlass zum Gespräch: Was sehen die einen, was die anderen nicht sehen?",
        "note_profile": "Für alle, die das Diagramm nicht sehen können: {said}",
        "note_measures": "Maßnahmen ohne Namen: Wer zuständig ist, steht in der Verwaltung des Selbstchecks.",
        "chart_alt": "Balkendiagramm der Punktwerte je Handlungsfeld und Sichtweise. {said}",
        "table_alt": "Tabelle: {caption}. Die erste Zeile nennt die Spalten.",
        "continued": "{title} ({number})",
    },
    "en": {
        "result": "The result in one sentence",
        "profile": "The fields of action compared",
        "figures": "The figures",
        "measures": "What has been agreed on",
        "end": "Where the figures come from",
        "both": "Strengths, and where most is left to do",
        "note_result": "Say this sentence first and let it stand. Coverage tells how much the answers say at all.",
        "note_both": "Explain one strength and one weak field by an example instead of reading out all figures.",
        "note_gaps": "A difference is no mistake but a reason to talk: what do some see that others don't?",
        "note_profile": "For those who can't see the chart: {said}",
        "note_measures": "Measures without names: who is responsible stands in the administration of the Selbstcheck.",
        "chart_alt": "Bar chart of the scores by field of action and view. {said}",
        "table_alt": "Table: {caption}. The first row names the columns.",
        "continued": "{title} ({number})",
    },
}


def slides(wording: Wording, picture_in_words: str) -> bytes:
    """Write the council pack as slides. `picture_in_words`: what the chart shows. Takes some 0.3 s: call it in a thread."""
    from pptx import Presentation

    deck = _Deck(Presentation(), wording.language)
    parts, words, council = PARTS[wording.language], wording.words, wording.council
    deck.properties(wording.title, wording.municipality)
    deck.opening(wording.title, f"{wording.municipality}\n{wording.footer()}")
    deck.bullets(parts["result"], [wording.lead(), wording.fields_and_perspectives()], parts["note_result"])
    if council.strong:
        left, right = (words["strong"], wording.strong()), (words["weak"], wording.weak())
        deck.two(parts["both"], left, right, parts["note_both"])
    deck.chart(
        parts["profile"],
        wording,
        parts["chart_alt"].format(said=picture_in_words),
        parts["note_profile"].format(said=picture_in_words),
    )
    deck.bullets(words["gaps"], [*wording.gaps(), *wording.hidden()], parts["note_gaps"])
    profile = wording.profile_table()
    deck.table(parts["figures"], profile.header, profile.rows, words["note"])
    if council.open_measures:
        measures = wording.measures_table(council.open_measures)
        deck.table(parts["measures"], measures.header, measures.rows, parts["note_measures"])
    else:
        deck.bullets(words["proposed"], wording.proposals(), parts["note_measures"])
    deck.bullets(parts["end"], [f"{label}: {value}" for label, value in wording.provenance()], "")
    return deck.to_bytes()


class _Deck:
    """Sixteen to nine. Placeholders carry titles and texts, so that screen readers and outlines find them; a shape's place in
    the list of shapes is its place in reading."""

    def __init__(self, presentation: Any, language: Language) -> None:
        from pptx.util import Cm

        self._deck = presentation
        self._language = LOCALES[language]
        self._parts = PARTS[language]
        self._cm = Cm
        presentation.slide_width, presentation.slide_height = Cm(33.867), Cm(19.05)

    def properties(self, title: str, author: str) -> None:
        properties = self._deck.core_properties
        properties.title, properties.author = office_text(title), office_text(author)
        properties.language = self._language

    def opening(self, title: str, below: str) -> None:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_SLIDE])
        self._box(slide.shapes.title, 2, 5, 29.8, 4)
        self._write(slide.shapes.title, [title], 40)
        self._box(slide.placeholders[1], 2, 10, 29.8, 4)
        self._write(slide.placeholders[1], below.split("\n"), 20)

    def bullets(self, title: str, items: Sequence[str], note: str) -> None:
        slide = self._slide(TITLE_AND_CONTENT, title, note)
        self._box(slide.placeholders[1], 1.6, 4, 30.6, 13.6)
        self._write(slide.placeholders[1], items, 24 if sum(map(len, items)) < 700 else 18)

    def two(self, title: str, left: tuple[str, Sequence[str]], right: tuple[str, Sequence[str]], note: str) -> None:
        slide = self._slide(TWO_CONTENT, title, note)
        for place, (heading, items) in ((1, left), (2, right)):
            holder = slide.placeholders[place]
            self._box(holder, 1.6 + 15.5 * (place - 1), 4, 15, 13.6)
            self._write(holder, [heading, *items], 20, lead=True)

    def chart(self, title: str, wording: Wording, alt: str, note: str) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.dml.color import RGBColor
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Pt

        slide = self._slide(TITLE_ONLY, title, note)
        lines = list(reversed(wording.council.lines))  # bar charts are drawn from below
        data = CategoryChartData(number_format="General")
        data.categories = [office_text(wording.field(line)) for line in lines]
        for place, (id, _) in enumerate(wording.council.perspectives):
            data.add_series(office_text(wording.view(id)), [line.perspectives[place][1].score for line in lines])
        cm = self._cm
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, cm(1.6), cm(3.6), cm(30.6), cm(14.6), data)
        _describe(frame, title, alt)
        chart = frame.chart
        chart.font.size = Pt(14)
        chart.has_legend = True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
        chart.plots[0].gap_width = 60
        chart.plots[0].has_data_labels = True
        chart.plots[0].data_labels.font.size = Pt(11)
        for place, series in enumerate(chart.plots[0].series):
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = RGBColor.from_string(COLOURS[place % len(COLOURS)])

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str) -> None:
        """Long tables go on on another slide under the same title, numbered."""
        pages = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
        for number, page in enumerate(pages, 1):
            slide_title = title if len(pages) == 1 else self._parts["continued"].format(title=title, number=number)
            self._table_slide(slide_title, header, page, note)

    def _table_slide(self, title: str, header: Sequence[str], rows: Sequence[Sequence[str]], note: str) -> None:
        slide = self._slide(TITLE_ONLY, title, note)
        cm = self._cm
        frame = slide.shapes.add_table(
            len(rows) + 1, len(header), cm(1.6), cm(3.8), cm(30.6), cm(1.2 * (len(rows) + 1))
        )
        _describe(frame, title, self._parts["table_alt"].format(caption=title))
        table = frame.table
        table.first_row = True
        first = 11.0
        table.columns[0].width = cm(first)
        for column in range(1, len(header)):
            table.columns[column].width = cm((30.6 - first) / (len(header) - 1))
        for place, line in enumerate([header, *rows]):
            for column, text in enumerate(line):
                self._write(table.cell(place, column), [text], 14, bold=place == 0)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        self._deck.save(out)
        return out.getvalue()

    def _slide(self, layout: int, title: str, note: str) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[layout])
        self._box(slide.shapes.title, 1.6, 0.8, 30.6, 2.6)
        self._write(slide.shapes.title, [title], 32)
        if note:
            slide.notes_slide.notes_text_frame.text = office_text(note)
        return slide

    def _box(self, shape: Any, left: float, top: float, width: float, height: float) -> None:
        cm = self._cm
        shape.left, shape.top, shape.width, shape.height = cm(left), cm(top), cm(width), cm(height)

    def _write(self, shape: Any, lines: Sequence[str], size: int, bold: bool = False, lead: bool = False) -> None:
        """Write lines of text into a frame. `lead`: the first line is a heading over the others."""
        from pptx.util import Pt

        frame = shape.text_frame
        frame.word_wrap = True
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = office_text(line)
            run.font.size = Pt(size)
            run.font.bold = bold or (lead and place == 0) or None
            run._r.get_or_add_rPr().set("lang", self._language)


def _describe(frame: Any, name: str, alt: str) -> None:
    """python-pptx has no way to say what a shape shows; its default is the name of a file."""
    properties = frame._element._nvXxPr.cNvPr
    properties.set("descr", office_text(alt))
    properties.set("name", office_text(name))
