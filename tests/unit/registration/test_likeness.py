"""What makes registrations look alike: ways of writing a name, a number, an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.likeness import MOST_TOGETHER, keys, name_words, pair, phone_digits


@pytest.mark.parametrize(
    "phone", ["04421 12 34", "+49 (0) 4421 1234", "0049 4421/1234", "(04421) 1234", "+49-4421-1234"]
)
def test_ways_of_writing_a_number_are_alike(phone: str) -> None:
    assert phone_digits(phone) == "4944211234"


@pytest.mark.parametrize("no_number", ["", "none", "+", "call in the evening"])
def test_what_is_no_number_is_like_nothing(no_number: str) -> None:
    assert phone_digits(no_number) == ""


@pytest.mark.parametrize(
    "names",
    [
        ("Łukasz", "Lukasz", "ŁUKASZ"),
        ("Yıldız", "Yildiz", "YILDIZ"),
        ("علي كريم", "علی کریم"),
        ("Đặng", "Dang"),
        ("Søren", "Soren"),
        ("Олена", "Olena"),
        ("Müller", "Mueller", "MULLER"),
        ("Strauß", "Strauss"),
        ("Çelik", "celik"),
        ("José-María", "jose maria"),
    ],
)
def test_ways_of_writing_a_name_are_alike(names: tuple[str, ...]) -> None:
    assert len({tuple(name_words(name)) for name in names}) == 1


def test_names_of_other_scripts_have_words() -> None:
    assert name_words("Олена Коваленко") == ["olena", "kovalenko"]
    assert len(name_words("مريم حسن")) == 2


@given(name=st.text(max_size=40), phone=st.text(max_size=20))
def test_any_text_has_keys_and_the_same_ones_in_capitals(name: str, phone: str) -> None:
    found = keys([name], [phone], [None], "CODE")
    assert found[-1] == "d:CODE"
    assert len(found) == len(set(found))
    assert all(len(key) <= 64 for key in found)


@given(names=st.lists(st.text(max_size=60), max_size=4))
def test_two_words_of_one_name_are_a_key_in_either_order_and_of_two_people_none(names: list[str]) -> None:
    found = set(keys(names, [], [], "CODE"))
    expected = set()
    for name in names:
        words = name_words(name)[:MOST_TOGETHER]
        expected |= {pair(one, other) for one in words for other in words if one != other}
    assert {key for key in found if key.startswith("m:")} == expected


def test_the_beginning_of_the_second_word_is_the_beginning_of_the_key() -> None:
    assert pair("olena", "kovalenko").startswith(pair("olena", "koval"))
    assert not pair("olena", "kovalenko").startswith(pair("ol", "koval"))
