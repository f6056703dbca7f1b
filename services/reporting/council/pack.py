"""Everything for the council in one archive, each file as it is served alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import orjson

from services.reporting.council.action_plan import action_plan
from services.reporting.council.committee_paper import committee_paper, oparl_paper
from services.reporting.council.docx import as_docx
from services.reporting.council.one_page import one_page
from services.reporting.council.pdf import as_pdf
from services.reporting.council.picture import alt_text, council_picture
from services.reporting.council.slides import slides
from services.reporting.council.table import data_package, profile_csv
from services.reporting.council.wording import Wording
from services.reporting.council.workbook import council_workbook
from services.reporting.domain.action_plan import PreviousWave

EPOCH = (2020, 1, 1, 0, 0, 0)
"""Of every file in the archive: the same content gives the same archive."""


def as_json(data: object) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2)


def files(
    wording: Wording, as_of: str, address: str, previous_wave: PreviousWave | None
) -> Mapping[str, Callable[[], bytes]]:
    """What makes each file of the pack, by the file's name."""
    return {
        "report.pdf": lambda: as_pdf(one_page(wording)),
        "committee-paper.pdf": lambda: as_pdf(committee_paper(wording)),
        "committee-paper.docx": lambda: as_docx(committee_paper(wording)),
        "paper.json": lambda: as_json(oparl_paper(wording, address)),
        "slides.pptx": lambda: slides(wording, alt_text(wording)),
        "action-plan.pdf": lambda: as_pdf(action_plan(wording, previous_wave)),
        "chart.svg": lambda: council_picture(wording).encode(),
        "data.xlsx": lambda: council_workbook(wording),
        "data.csv": lambda: profile_csv(wording, as_of),
        "datapackage.json": lambda: as_json(data_package(wording)),
    }


def pack(makers: Mapping[str, Callable[[], bytes]]) -> bytes:
    """The archive. Takes some 2 s of processor time: call it in a thread."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in makers.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), make(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
