"""What municipalities ask and answer: what is seen of it, what waits for the programme office, who is told.

A contribution appears at once where it stands under the municipality's name. Through the office (without a name), or where it seems
to name a person, the office reads it first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal

from services.reporting.domain.compounds import is_of_the_field

Status = Literal["waiting", "open", "hidden"]
"""`waiting`: the office has to read it first; `open`: everybody who may read the question sees it; `hidden`: taken away."""
Decision = Literal["show", "hide"]
About = Literal["practice", "everybody", "ring", "municipality"]
News = Literal["question-asked", "question-answered", "answer-helped"]

RANK = ("coordinator", "decision_maker", "moderator", "intake", "programme_office")
"""As which an author with several roles appears: the first of these."""
MAX_RECIPIENTS = 1_000
"""Municipalities that one event names."""

_PERSON = re.compile(
    r"\b(?:Herrn?|Frau|Fr\.|Hr\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.|Prof\.)\s+(?:(?:Dr\.|Prof\.)\s+)*[A-ZÄÖÜ][\wäöüß-]+"
)

_OF_OFFICES = frozenset(("info", "kontakt", "post", "mail", "team", "buero", "büro", "office", "contact"))


def names_a_person(text: str) -> bool:
    """Whether a text seems to name somebody: a form of address and a name."""
    return bool(_PERSON.search(text))


def is_of_a_person(mailbox: str) -> bool:
    """Whether an address seems to be a person's: two words before the @ of which none is of the field, as in `erika.muster@`."""
    names = re.split(r"[._-]", mailbox.rpartition("@")[0].lower())
    return len(names) == 2 and all(
        word.isalpha() and word not in _OF_OFFICES and not is_of_the_field(word) for word in names
    )


def hints_of(texts: Iterable[str], mailboxes: Iterable[str] = ()) -> list[str]:
    """What an author should look at once more."""
    return ["names-a-person"] if any(map(names_a_person, texts)) or any(map(is_of_a_person, mailboxes)) else []


def initial_status(texts: Iterable[str], named: bool) -> Status:
    """The status of a new contribution: open, or waiting for the programme office."""
    return "open" if named and not any(names_a_person(text) for text in texts) else "waiting"


def role_of(roles: Collection[str]) -> str:
    return next(role for role in RANK if role in roles)


def key_of(about: About, id: str) -> str:
    """What a municipality follows."""
    return about if about == "everybody" else f"{about}:{id}"


def question_key(id: str) -> str:
    return f"question:{id}"


def in_batches(municipalities: Iterable[str], without: str) -> list[tuple[str, ...]]:
    """Recipients of news without its author, in batches for one event each."""
    recipients = sorted({*municipalities} - {without})
    return [tuple(recipients[start : start + MAX_RECIPIENTS]) for start in range(0, len(recipients), MAX_RECIPIENTS)]
