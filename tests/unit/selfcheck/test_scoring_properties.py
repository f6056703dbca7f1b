"""What holds for every questionnaire and all answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from disclosure.result import Result
from disclosure.scheme import Overall, Treatment
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, score
from tests.unit.selfcheck.builders import EXAMPLES, assessments, questionnaires


def nodes(result: Result) -> list[Any]:
    return [result["overall"], *result["fields"].values(), *result["questions"].values()]


def blocks(result: Result) -> list[Any]:
    """Everything with score, coverage and answered."""
    return [block for node in nodes(result) for block in (node, *node["perspectives"].values())]


def reference(asked: Questionnaire, people: list[Response]) -> tuple[Fraction | None, Fraction | None]:
    """Overall level and coverage, straight from the definitions, person by person."""
    rules, low = asked.rules, asked.scale.min
    people = [person for person in people if any(answer is not None for answer in person.answers.values())]

    def mean(pairs: list[tuple[Any, Any]]) -> Fraction | None:
        return sum(v * w for v, w in pairs) / sum(w for _, w in pairs) if pairs else None

    def applies(question: str) -> bool:
        given = [person.answers.get(question) for person in people]
        return "not_applicable" not in given or any(g not in (None, "not_applicable") for g in given)

    def level(question: str) -> Fraction | None:
        means = []
        for perspective in {person.perspective for person in people}:
            given = [person.answers.get(question) for person in people if person.perspective == perspective]
            if "not_applicable" in given and all(g in (None, "not_applicable") for g in given):
                continue
            values = [Fraction(g - low) for g in given if isinstance(g, int)]
            values += [Fraction(0) for g in given if g == "unsure" and rules.unsure is Treatment.ZERO]
            values += [Fraction(0) for g in given if g is None and rules.unanswered is Treatment.ZERO]
            if values:
                means.append(sum(values) / len(values))
        return sum(means) / len(means) if means and applies(question) else None

    def group(questions: Any) -> tuple[Fraction | None, Fraction | None]:
        levels = [(level(q.id), q.weight) for q in questions]
        covers = [
            (any(isinstance(person.answers.get(q.id), int) for person in people), q.weight)
            for q in questions
            if applies(q.id)
        ]
        return mean([(value, weight) for value, weight in levels if value is not None]), mean(covers)

    if rules.overall is Overall.QUESTIONS:
        return group(asked.questions.values())
    fields = [(group(field.questions), field.weight) for field in asked.fields]
    return (
        mean([(v, w) for (v, c), w in fields if v is not None and c is not None and c >= rules.minimum_coverage]),
        mean([(c, w) for (_, c), w in fields if c is not None]),
    )


@EXAMPLES
@given(assessments())
def test_agrees_with_the_definitions_word_by_word(assessment):
    asked, people = assessment
    overall = figures_of(asked, people).total.overall
    assert (overall.level, overall.coverage) == reference(asked, people)


@EXAMPLES
@given(assessments(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_and_names_of_people_never_matter(assessment, random, minimum_group):
    asked, people = assessment
    before = score(asked, people, minimum_group=minimum_group)
    shuffled = [
        replace(
            person,
            respondent=f"x{number}",
            answers=dict(random.sample(list(person.answers.items()), len(person.answers))),
        )
        for number, person in enumerate(random.sample(people, len(people)))
    ]
    assert score(asked, shuffled, minimum_group=minimum_group) == before


@EXAMPLES
@given(assessments(), st.integers(1, 4), st.sampled_from(["a", "b", "new"]), st.data())
def test_who_answered_nothing_changes_nothing(assessment, minimum_group, perspective, data):
    asked, people = assessment
    silent = Response(
        "silent", perspective, data.draw(st.dictionaries(st.sampled_from(list(asked.questions)), st.none()))
    )
    at = data.draw(st.integers(0, len(people)))
    assert score(asked, [*people[:at], silent, *people[at:]], minimum_group=minimum_group) == score(
        asked, people, minimum_group=minimum_group
    )


@EXAMPLES
@given(assessments())
def test_figures_stay_within_their_ranges(assessment):
    for block in blocks(score(*assessment)):
        assert block["score"] is None or 0 <= block["score"] <= 100
        assert block["coverage"] is None or 0 <= block["coverage"] <= 1
        assert block["answered"] >= 0


@EXAMPLES
@given(assessments(), st.data())
def test_raising_a_level_lowers_no_score(assessment, data):
    asked, people = assessment
    raisable = [
        (number, question)
        for number, person in enumerate(people)
        for question, answer in person.answers.items()
        if isinstance(answer, int) and answer < asked.scale.max
    ]
    assume(raisable)
    number, question = data.draw(st.sampled_from(raisable))
    raised = replace(people[number], answers={**people[number].answers, question: people[number].answers[question] + 1})
    before = score(asked, people)
    after = score(asked, [*people[:number], raised, *people[number + 1 :]])
    for old, new in zip(blocks(before), blocks(after), strict=True):
        assert (old["score"] is None) == (new["score"] is None)
        assert old["score"] is None or old["score"] <= new["score"]
        assert old["coverage"] == new["coverage"]


@EXAMPLES
@given(assessments(), st.sampled_from(["unsure", None]), st.data())
def test_a_level_that_becomes_unsure_or_blank_raises_no_coverage(assessment, answer, data):
    asked, people = assessment
    given_levels = [
        (number, question)
        for number, person in enumerate(people)
        for question, level in person.answers.items()
        if isinstance(level, int)
    ]
    assume(given_levels)
    number, question = data.draw(st.sampled_from(given_levels))
    answers = {**people[number].answers, question: answer}
    assume(any(value is not None for value in answers.values()))
    vaguer = [*people[:number], replace(people[number], answers=answers), *people[number + 1 :]]
    before, after = score(asked, people), score(asked, vaguer)
    for old, new in zip(blocks(before), blocks(after), strict=True):
        assert new["coverage"] is None or new["coverage"] <= old["coverage"]
        assert new["answered"] <= old["answered"]
    alone = sum(isinstance(person.answers.get(question), int) for person in people) == 1
    not_applicable = any(person.answers.get(question) == "not_applicable" for person in people)
    if alone and not (answer is None and not_applicable):
        assert after["questions"][question]["coverage"] == 0
        assert after["overall"]["coverage"] < before["overall"]["coverage"]


@EXAMPLES
@given(assessments(), st.data())
def test_what_does_not_apply_to_anybody_is_as_if_never_asked(assessment, data):
    asked, people = assessment
    field = data.draw(st.sampled_from(asked.fields))
    assume(len(field.questions) > 1)
    gone = data.draw(st.sampled_from(field.questions)).id
    people = [replace(person, answers={**person.answers, gone: "not_applicable"}) for person in people]
    assume(people)
    criterion = replace(field.criteria[0], questions=tuple(q for q in field.questions if q.id != gone))
    shorter = replace(
        asked, fields=tuple(replace(f, criteria=(criterion,)) if f.id == field.id else f for f in asked.fields)
    )
    # Whoever only had this one answer no longer takes part in the shorter questionnaire, and counts no zeros there.
    people = [person for person in people if len([a for a in person.answers.values() if a is not None]) > 1]
    trimmed = [replace(person, answers={q: a for q, a in person.answers.items() if q != gone}) for person in people]
    assume(people)
    long, short = score(asked, people), score(shorter, trimmed)
    assert long["overall"] == short["overall"]
    assert {f: n["score"] for f, n in long["fields"].items()} == {f: n["score"] for f, n in short["fields"].items()}
    assert {f: n["coverage"] for f, n in long["fields"].items()} == {
        f: n["coverage"] for f, n in short["fields"].items()
    }


@EXAMPLES
@given(assessments(), st.sampled_from([Fraction(3), Fraction(1, 7)]))
def test_only_the_proportions_of_weights_matter(assessment, factor):
    asked, people = assessment

    def scaled(part):
        return replace(part, weight=part.weight * factor)

    heavier = replace(
        asked,
        fields=tuple(
            replace(
                scaled(field),
                criteria=tuple(
                    replace(criterion, questions=tuple(scaled(q) for q in criterion.questions))
                    for criterion in field.criteria
                ),
            )
            for field in asked.fields
        ),
    )
    assert score(heavier, people) == score(asked, people)


@EXAMPLES
@given(assessments())
def test_the_size_of_a_perspective_does_not_matter(assessment):
    asked, people = assessment
    doubled = people + [
        replace(person, respondent=person.respondent + "'") for person in people if person.perspective == "a"
    ]
    before, after = score(asked, people), score(asked, doubled)
    assert [(b["score"], b["coverage"]) for b in blocks(before)] == [(b["score"], b["coverage"]) for b in blocks(after)]


@EXAMPLES
@given(assessments(), st.data(), st.integers(1, 4))
def test_consensus_changes_nothing_but_itself(assessment, data, minimum_group):
    asked, people = assessment
    levels = st.integers(asked.scale.min, asked.scale.max)
    consensus = data.draw(st.dictionaries(st.sampled_from(list(asked.questions)), levels))
    answers = [dict(person.answers) for person in people]
    plain = score(asked, people, minimum_group=minimum_group)
    agreed = score(asked, people, consensus=consensus, minimum_group=minimum_group)
    for old, new in zip(nodes(plain), nodes(agreed), strict=True):
        assert old["consensus_score"] is None
        assert {**new, "consensus_score": None} == old
    assert {q for q, node in agreed["questions"].items() if node["consensus_score"] is not None} == set(consensus)
    assert [person.answers for person in people] == answers


@EXAMPLES
@given(questionnaires(), st.data())
def test_full_consensus_is_the_score_of_one_who_answered_it(asked, data):
    level = st.integers(asked.scale.min, asked.scale.max)
    consensus = {question: data.draw(level) for question in asked.questions}
    answered = score(asked, [Response("r", "a", consensus)])
    agreed = score(asked, [], consensus=consensus)
    assert [node["consensus_score"] for node in nodes(agreed)] == [node["score"] for node in nodes(answered)]


@EXAMPLES
@given(assessments(), st.integers(2, 5))
def test_below_the_minimum_group_nobody_is_counted(assessment, minimum_group):
    asked, people = assessment
    for node in nodes(score(asked, people, minimum_group=minimum_group)):
        for block in (node, *node["perspectives"].values()):
            assert block["answered"] in (None, 0) or block["answered"] >= minimum_group
        assert node["spread"] is None or sum(node["spread"]) >= minimum_group
