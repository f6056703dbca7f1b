"""Questions of one's own for tests: by hand, and arbitrary sets of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.registration.domain.questions import DECIDING, WITH_OPTIONS, Question, known_questions

SentQuestion = dict[str, Any]


def told(id: str, kind: str = "text", options: str = "", **more: Any) -> SentQuestion:
    """A question in the words of the API; its options are letters."""
    return {
        "id": id,
        "label": {"de": f"Frage {id}"},
        "kind": kind,
        "required": False,
        "per": "group",
        "options": [{"id": one, "label": {"de": one.upper()}} for one in options],
        "shown_if": None,
        "special": False,
        **more,
    }


def known(*questions: SentQuestion, former: tuple[SentQuestion, ...] = ()) -> dict[str, Question]:
    return known_questions(questions, former)


@st.composite
def sets(draw: st.DrawFn) -> list[SentQuestion]:
    """Valid sets of questions, with conditions."""
    made: list[SentQuestion] = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["text", "long_text", "number", "boolean", "choice", "choices", "date"]))
        options = "".join(draw(st.sets(st.sampled_from("abcd"), min_size=1))) if kind in WITH_OPTIONS else ""
        per = draw(st.sampled_from(["group", "person"]))
        deciding = [one for one in made if one["kind"] in DECIDING and (per == "person" or one["per"] == "group")]
        condition = None
        if deciding and draw(st.booleans()):
            other = draw(st.sampled_from(deciding))
            equals = (
                draw(st.booleans())
                if other["kind"] == "boolean"
                else draw(st.sampled_from([one["id"] for one in other["options"]]))
            )
            condition = {"question": other["id"], "equals": equals}
        required = draw(st.booleans())
        made.append(told(f"q.{number}", kind, options, per=per, required=required, shown_if=condition))
    return made
