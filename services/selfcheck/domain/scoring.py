"""Makes figures that may be shown of people's responses: the only place in this service that counts answers.

What comes out of here is made of shown cells (see `disclosure`); nothing else of what people answered reaches boards, traces,
results, documents or events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from disclosure.across import GivenFigures, given_figures, shown_across
from disclosure.figures import Figures
from disclosure.result import Result, result
from disclosure.shown_cells import show
from disclosure.tally import count
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response


def figures_of(
    questionnaire: Questionnaire,
    responses: Iterable[Response],
    *,
    consensus: Mapping[str, int] | None = None,
    minimum_group: int = 1,
    perspectives: Iterable[str] = (),
    institutions: Collection[str] = (),
) -> Figures:
    """The figures of valid responses, one for each voice; their order is without meaning.

    `consensus`: agreed level by question. `perspectives`: ids that appear in the result even if nobody answered for
    them; of these, `institutions` give official answers.
    """
    cells = show(count(questionnaire.scheme, responses, perspectives), minimum_group, institutions)
    return Figures(cells, from_the_lowest(questionnaire, consensus or {}))


def from_the_lowest(questionnaire: Questionnaire, consensus: Mapping[str, int]) -> dict[str, Fraction]:
    """Agreed levels as `Figures` takes them."""
    return {question: Fraction(level - questionnaire.scale.min) for question, level in consensus.items()}


def score(
    questionnaire: Questionnaire,
    responses: Iterable[Response],
    *,
    consensus: Mapping[str, int] | None = None,
    minimum_group: int = 1,
    perspectives: Iterable[str] = (),
    institutions: Collection[str] = (),
) -> Result:
    """The published result; parameters as for `figures_of`."""
    return result(
        figures_of(
            questionnaire,
            responses,
            consensus=consensus,
            minimum_group=minimum_group,
            perspectives=perspectives,
            institutions=institutions,
        )
    )


def given_across(figures: Figures, institutions: Collection[str] = ()) -> GivenFigures:
    """The figures that the municipality gives beyond itself."""
    return given_figures(Figures(shown_across(figures.cells, institutions), figures.consensus))
