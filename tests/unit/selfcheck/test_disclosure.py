"""No group below the minimum can be worked out of a published result, however its figures are combined."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.selfcheck.domain.scoring import score
from tests.unit.selfcheck.attacker import Attacker
from tests.unit.selfcheck.builders import questionnaires, responses


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_combination_of_published_figures_isolates_a_small_group(data):
    questionnaire = data.draw(questionnaires())
    people = data.draw(responses(questionnaire, max_people=9))
    levels = st.integers(questionnaire.scale.min, questionnaire.scale.max)
    consensus = data.draw(st.dictionaries(st.sampled_from(list(questionnaire.questions)), levels, max_size=3))
    minimum_group = data.draw(st.integers(2, 4))

    result = score(questionnaire, people, consensus=consensus, minimum_group=minimum_group)

    assert Attacker(questionnaire, people, result, consensus).exposed_below(minimum_group) is None
