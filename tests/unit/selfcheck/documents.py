"""Arbitrary questionnaire documents, with everything a document can have."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from chassis.text.plain_text import is_visible

WORDS = st.one_of(
    st.sampled_from(
        [
            "=1+1",
            "+49",
            "@x",
            "-",
            "_x0041_",
            " lead",
            "a\nb",
            "„so“",
            "שלום",
            "\u200fא",
            "1",
            "1,5",
            "TRUE",
            "a\r\nb",
            "\U0001f600",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20),
).filter(lambda words: bool(words.strip()) and is_visible(words))
IDS = st.text(st.sampled_from("aZ09._:-"), min_size=1, max_size=8)
WEIGHTS = st.one_of(
    st.sampled_from([1, 2, 0.1, 0.1 + 0.2, 1.0, 1_000_000]), st.floats(min_value=1e-6, max_value=1e6, allow_nan=False)
)


@st.composite
def documents(draw: st.DrawFn, max_languages: int = 3) -> dict[str, Any]:
    """Valid documents, their ids as odd as ids may be."""
    languages = draw(
        st.lists(st.sampled_from(["en", "de-simple", "uk", "sr-Latn"]), max_size=max_languages - 1, unique=True)
    )
    used: set[str] = set()

    def texts() -> dict[str, str]:
        return {"de": draw(WORDS)} | {language: draw(WORDS) for language in languages if draw(st.booleans())}

    def fresh() -> str:
        id = draw(IDS.filter(lambda one: one not in used))
        used.add(id)
        return id

    def question() -> dict[str, Any]:
        made = {"id": fresh(), "text": texts(), "weight": draw(WEIGHTS)}
        if draw(st.booleans()):
            made["help"] = texts() if draw(st.booleans()) else None
        if draw(st.booleans()):
            made["continues"] = {"question": fresh(), "relation": draw(st.sampled_from(["same", "comparable"]))}
        return made

    def several(least: int, most: int, make: Any) -> list[Any]:
        return [make() for _ in range(draw(st.integers(least, most)))]

    low = draw(st.sampled_from([0, 0, 1, -2]))
    labels = several(2, 4, texts)
    return {
        "id": fresh(),
        "version": draw(st.sampled_from(["1", "2", "2.1", "v.3", "2026-01-01"])),
        "title": texts(),
        "scale": {"min": low, "max": low + len(labels) - 1, "labels": labels},
        "rules": {
            "unsure": draw(st.sampled_from(["exclude", "zero"])),
            "unanswered": draw(st.sampled_from(["exclude", "zero"])),
            "overall": draw(st.sampled_from(["fields", "questions"])),
            "minimum_coverage": draw(st.sampled_from([0, 0.7, 1.0])),
            "decimals": draw(st.integers(0, 6)),
        },
        "fields": several(
            1,
            2,
            lambda: {
                "id": fresh(),
                "title": texts(),
                "weight": draw(WEIGHTS),
                "criteria": several(
                    1, 2, lambda: {"id": fresh(), "title": texts(), "questions": several(1, 3, question)}
                ),
            },
        ),
    }
