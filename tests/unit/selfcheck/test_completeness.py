"""What is missing in which language, and where."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from services.selfcheck.domain.completeness import completeness
from services.selfcheck.domain.questionnaire_document import parse
from tests.unit.selfcheck.builders import EXAMPLES
from tests.unit.selfcheck.documents import documents


@EXAMPLES
@given(documents())
def test_every_missing_text_is_found_where_it_is_missing(source: dict[str, Any]) -> None:
    asked = parse(source)
    found = {one.language: one for one in completeness(asked, ["de", "fr"])}
    assert found["de"].missing == ()
    assert len(found["fr"].missing) == found["fr"].texts == len(list(asked.texts()))
    assert {language for texts in asked.texts() for language in texts} | {"fr"} == set(found)
    for one in found.values():
        assert one.share == sum(one.language in texts for texts in asked.texts()) / one.texts
        for place in one.missing:
            target: Any = source
            for part in place.pointer.split("/")[1:]:
                target = target[int(part) if isinstance(target, list) else part]
            assert one.language not in target
