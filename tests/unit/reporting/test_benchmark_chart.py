"""The picture of a benchmark: fields keep their whole names, in letters that a small phone shows as large as a desk."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from services.reporting.results.documents import Titled
from services.reporting.waves.benchmark import Line
from services.reporting.waves.chart import benchmark_chart

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Interkulturelle Öffnung und Antirassismus", "Kommunikation und Konfliktmanagement", "Arbeit & Beruf"]


def test_names_of_fields_are_whole_and_beside_the_scale() -> None:
    lines = [Line(Titled(id=name, title={"de": name}), None, 50.0) for name in NAMES]
    picture = ElementTree.fromstring(benchmark_chart(lines, NAMES, "Alle", "Beschreibung"))
    texts = [one for one in picture.iter(f"{SVG}text") if one.get("x") == "0"]
    text_of_picture = " ".join(one.text or "" for one in texts)
    assert all(name in text_of_picture for name in NAMES)
    assert "…" not in text_of_picture
    size = float(picture.get("font-size", "0"))
    assert size >= 18
    scale = min(float(one.get("x1", "0")) for one in picture.iter(f"{SVG}line"))
    assert all(len(one.text or "") * size * 0.55 < scale for one in texts)
    middles = [float(one.get("y", "0")) for one in texts]
    assert middles == sorted(middles)
    assert re.fullmatch(r"0 0 \d+ \d+", picture.get("viewBox", ""))
