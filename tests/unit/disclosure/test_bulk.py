"""The fast path gives the result of the exact one, digit by digit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.bulk import CHUNK, Block, count_blocks, encode
from disclosure.figures import Figures
from disclosure.result import result
from disclosure.shown_cells import show
from disclosure.tally import count
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaire

NAMES = ("c", "a", "b", "nobody")
SMALL = questionnaire({"f": {"f1": 1, "f2": 2}, "g": {"g1": 1}}, unanswered="zero")


def score_blocks(asked, blocks, names, minimum_group=1):
    return result(Figures(show(count_blocks(asked.scheme, blocks, names), minimum_group), {}))


@EXAMPLES
@given(assessments(), st.integers(1, 4), st.integers(0, 8))
def test_bulk_scores_equal_exact_scores(assessment, minimum_group, cut):
    asked, people = assessment
    blocks = [encode(asked.scheme, people[:cut], NAMES), encode(asked.scheme, people[cut:], NAMES)]
    assert score_blocks(asked, blocks, NAMES, minimum_group=minimum_group) == score(
        asked, people, perspectives=NAMES, minimum_group=minimum_group
    )


def test_bulk_scores_equal_exact_scores_across_chunks_and_for_partly_asked_people():
    rng = np.random.default_rng(7)
    words = [0, 1, 2, 3, 4, "unsure", "not_applicable", None]
    people = [
        Response(
            str(number),
            NAMES[number % 2],
            {question: words[rng.integers(len(words))] for question in SMALL.questions},
            asked=frozenset({"f1"}) if number % 3 == 0 else None,
        )
        for number in range(2 * CHUNK + 300)
    ]
    block = encode(SMALL.scheme, people, NAMES)
    bulk, exact = count_blocks(SMALL.scheme, [block], NAMES), count(SMALL.scheme, people, NAMES)
    assert bulk.cells == exact.cells
    assert score_blocks(SMALL, [block], NAMES, minimum_group=5) == score(
        SMALL, people, perspectives=NAMES, minimum_group=5
    )


@pytest.mark.parametrize(
    ("answers", "perspective", "message"),
    [
        (np.zeros((2, 4), np.int8), np.zeros(2, np.intp), "3 columns"),
        (np.zeros((2, 3), np.int16), np.zeros(2, np.intp), "int8"),
        (np.zeros((2, 3), np.int8), np.zeros(3, np.intp), "one perspective per row"),
        (np.zeros((2, 3), np.int8), np.array([0, 4]), "out of range"),
        (np.zeros((2, 3), np.int8), np.array([-1, 0]), "out of range"),
        (np.full((2, 3), 5, np.int8), np.zeros(2, np.intp), "outside the scale"),
        (np.full((2, 3), -5, np.int8), np.zeros(2, np.intp), "outside the scale"),
    ],
)
def test_a_matrix_that_does_not_fit_is_refused(answers, perspective, message):
    with pytest.raises(ValueError, match=message):
        count_blocks(SMALL.scheme, [Block(answers, perspective)], NAMES)
