"""A questionnaire document is read completely, and every mistake in it is named with its place and remedy."""

import hashlib
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from disclosure.scheme import Overall, Treatment
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import Continues, Relation, content_hash
from services.selfcheck.domain.questionnaire_document import parse
from tests.unit.selfcheck.builders import document

SHAPE = {"field.1": {"field.1:a": 1, "field.1:b": 0.1}, "field.2": {"field.2:a": 2}}


def flaws(broken: Any, **options: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        parse(broken, **options)
    assert all(flaw.detail.endswith((".", "?")) for flaw in caught.value.flaws)
    return {flaw.pointer: flaw.code for flaw in caught.value.flaws}


def question(broken: dict[str, Any], field: int = 0, number: int = 0) -> dict[str, Any]:
    return broken["fields"][field]["criteria"][0]["questions"][number]


def test_every_part_of_a_document_is_read():
    source = document(
        SHAPE, scale=(1, 3), field_weights={"field.2": 2.5}, unsure="zero", overall="questions", decimals=1
    )
    question(source)["help"] = {"de": "Hilfe", "uk": "Допомога"}
    question(source)["continues"] = {"question": "old:1", "relation": "comparable"}

    parsed = parse(source)

    assert (parsed.id, parsed.version, parsed.title) == ("test", "1", {"de": "Test"})
    assert (parsed.scale.min, parsed.scale.max, len(parsed.scale)) == (1, 3, 3)
    assert parsed.rules.unsure is Treatment.ZERO
    assert parsed.rules.unanswered is Treatment.EXCLUDE
    assert parsed.rules.overall is Overall.QUESTIONS
    assert parsed.rules.minimum_coverage == Fraction(7, 10)
    assert parsed.rules.decimals == 1
    assert [field.weight for field in parsed.fields] == [1, Fraction(5, 2)]
    assert list(parsed.questions) == ["field.1:a", "field.1:b", "field.2:a"]
    assert parsed.questions["field.1:b"].weight == Fraction(1, 10)
    assert parsed.questions["field.1:a"].help == {"de": "Hilfe", "uk": "Допомога"}
    assert parsed.questions["field.1:a"].continues == Continues("old:1", Relation.COMPARABLE)
    assert parsed.field_of["field.2:a"].id == "field.2"
    assert len(list(parsed.texts())) == 1 + 3 + 2 * 2 + 3 + 1


def test_finds_all_mistakes_at_once():
    broken = document(SHAPE)
    broken["titel"] = broken.pop("title")
    broken["scale"]["labels"].pop()
    broken["rules"] |= {"unsure": "ignore", "minimum_coverage": 70, "decimals": -1}
    question(broken)["weight"] = 0
    question(broken, 0, 1)["id"] = "field.1:a"
    question(broken, 1, 0)["text"] = {"en": "Only English"}

    assert flaws(broken) == {
        "/title": "missing",
        "/titel": "key_misspelt",
        "/scale/labels": "labels_count",
        "/rules/unsure": "choice_unknown",
        "/rules/minimum_coverage": "number_out_of_range",
        "/rules/decimals": "integer_out_of_range",
        "/fields/0/criteria/0/questions/0/weight": "number_not_positive",
        "/fields/0/criteria/0/questions/1/id": "id_duplicate",
        "/fields/1/criteria/0/questions/0/text/de": "language_missing",
    }


def test_a_misspelt_key_is_answered_with_the_right_one():
    broken = document(SHAPE)
    question(broken)["hepl"] = {"de": "Hilfe"}
    with pytest.raises(Invalid, match="did you mean “help”"):
        parse(broken)


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        ((), [], "", "object_expected"),
        (("id",), "with space", "/id", "id_malformed"),
        (("id",), "", "/id", "id_malformed"),
        (("version",), 1, "/version", "id_malformed"),
        (("title",), "Test", "/title", "texts_expected"),
        (("title", "de"), "  ", "/title/de", "text_empty"),
        (("title", "de"), "\ud800", "/title/de", "text_empty"),
        (("title", "de"), "a\x07b", "/title/de", "text_unprintable"),
        (("version",), "compare", "/version", "version_reserved"),
        (("version",), "1.pdf", "/version", "version_reserved"),
        (("title", "de"), "x" * 4001, "/title/de", "text_too_long"),
        (("title", "Deutsch!"), "Test", "/title/Deutsch!", "language_malformed"),
        (("scale", "min"), 0.5, "/scale/min", "integer_out_of_range"),
        (("scale", "min"), True, "/scale/min", "integer_out_of_range"),
        (("scale", "max"), 0, "/scale/max", "scale_range"),
        (("scale", "labels"), {}, "/scale/labels", "list_expected"),
        (("rules", "overall"), ["fields"], "/rules/overall", "choice_unknown"),
        (("rules", "minimum_coverage"), float("nan"), "/rules/minimum_coverage", "number_out_of_range"),
        (("rules", "minimum_coverage"), "0.7", "/rules/minimum_coverage", "number_out_of_range"),
        (("fields",), [], "/fields", "too_few"),
        (("fields", 0), None, "/fields/0", "object_expected"),
        (("fields", 0, "weight"), -1, "/fields/0/weight", "number_not_positive"),
        (("fields", 0, "weight"), 10**400, "/fields/0/weight", "number_not_positive"),
        (("fields", 0, "weight"), float("inf"), "/fields/0/weight", "number_not_positive"),
        (("fields", 0, "criteria"), [], "/fields/0/criteria", "too_few"),
        (("fields", 0, "criteria", 0, "questions"), [], "/fields/0/criteria/0/questions", "too_few"),
        (("fields", 1, "id"), "field.1", "/fields/1/id", "id_duplicate"),
    ],
)
def test_each_mistake_has_its_place(path: tuple[str | int, ...], value: Any, pointer: str, code: str):
    broken: Any = document(SHAPE)
    if path:
        target = broken
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value
    else:
        broken = value
    assert flaws(broken) == {pointer: code}


def test_the_default_language_is_the_tenants_choice():
    source = document(SHAPE)
    assert flaws(source, default_language="en")["/title/en"] == "language_missing"


def test_a_hostile_document_is_answered_briefly():
    broken = document(SHAPE) | {f"x{number}" + "y" * 10_000: 1 for number in range(2_000)}
    with pytest.raises(Invalid) as caught:
        parse(broken)
    assert len(caught.value.flaws) == 500
    assert max(len(flaw.pointer) for flaw in caught.value.flaws) <= 201


class TestNewVersion:
    old = parse(document(SHAPE))

    def newer(self, *continued: tuple[str, str], **options: Any) -> dict[str, Any]:
        source = document({"f": {f"new.{number}": 1 for number, _ in enumerate(continued)}}, **options)
        for number, (target, relation) in enumerate(continued):
            question(source, 0, number)["continues"] = {"question": target, "relation": relation}
        return source

    def test_relations_to_existing_questions_are_fine(self):
        source = self.newer(("field.1:a", "same"), ("field.2:a", "comparable"))
        assert parse(source, previous=self.old).questions["new.0"].continues == Continues("field.1:a", Relation.SAME)

    def test_a_target_has_to_exist(self):
        source = self.newer(("field.1:z", "same"))
        assert list(flaws(source, previous=self.old).values()) == ["continued_unknown"]
        assert parse(source), "without the former version only the form can be checked"

    def test_a_question_has_one_successor(self):
        source = self.newer(("field.1:a", "same"), ("field.1:a", "comparable"))
        assert flaws(source) == {"/fields/0/criteria/0/questions/1/continues/question": "continued_twice"}

    def test_a_question_on_another_scale_is_not_the_same(self):
        source = self.newer(("field.1:a", "same"), ("field.1:b", "comparable"), scale=(0, 5))
        assert flaws(source, previous=self.old) == {
            "/fields/0/criteria/0/questions/0/continues/relation": "scale_changed"
        }

    def test_a_question_without_relation_is_new(self):
        source = self.newer(("field.1:a", "new"))
        assert list(flaws(source).values()) == ["choice_unknown"]


class TestContentHash:
    def test_same_content_same_hash(self):
        one = document(SHAPE)
        other = {key: one[key] for key in reversed(one)}
        other["fields"] = deepcopy(one["fields"])
        other["fields"][0]["weight"] = 1.0
        other["fields"][0]["criteria"][0]["questions"][0]["help"] = None
        assert content_hash(one) == content_hash(other)
        assert len(content_hash(one)) == 64

    @pytest.mark.parametrize("change", [("title", {"de": "Anders"}), ("version", "2"), ("fields", [])])
    def test_other_content_other_hash(self, change: tuple[str, Any]):
        assert content_hash(document(SHAPE)) != content_hash(document(SHAPE) | dict([change]))

    def test_order_of_questions_is_content(self):
        one, other = document(SHAPE), document(SHAPE)
        other["fields"].reverse()
        assert content_hash(one) != content_hash(other)

    def test_is_the_sha256_of_canonical_json(self):
        expected = hashlib.sha256('{"a":1,"b":"ä"}'.encode()).hexdigest()
        assert content_hash({"b": "ä", "a": 1.0, "c": None}) == expected
