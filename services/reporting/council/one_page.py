"""The result on one page: words first, one picture, the table behind it."""

from __future__ import annotations

from services.reporting.council.picture import alt_text, council_picture
from services.reporting.council.wording import Wording
from services.reporting.domain.blocks import Block, Bullets, Document, Heading, Paragraph, Picture, TwoColumns

MOST_PROPOSED = 3
"""Measures on the page, the next due first; the action plan lists all."""


def one_page(wording: Wording) -> Document:
    """The page. It stays one page for seven fields and up to four perspectives."""
    words, council = wording.words, wording.council
    blocks: list[Block] = [Paragraph(wording.lead(), lead=True), Paragraph(wording.fields_and_perspectives(short=True))]
    if council.strong:
        blocks.append(
            TwoColumns(
                [Heading(words["strong"]), Bullets(wording.strong())], [Heading(words["weak"]), Bullets(wording.weak())]
            )
        )
    blocks += [
        TwoColumns(
            [Heading(words["gaps"]), Bullets(wording.gaps(most=2))],
            [Heading(words["proposed"]), Bullets(wording.proposals(most=MOST_PROPOSED))],
        ),
        Picture(council_picture(wording), words["alt"].format(said=alt_text(wording))),
        wording.profile_table(),
        Paragraph(words["note"]),
    ]
    return Document(
        wording.title,
        wording.municipality,
        wording.language,
        wording.footer(),
        wording.council.source.made_at,
        blocks,
        large=True,
    )
