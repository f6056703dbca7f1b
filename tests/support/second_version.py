"""A second version of our questionnaire, for tests alone: questions that stay, are reworded, move, come and go."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from services.selfcheck.questionnaires.repository import SHIPPED


def first_version() -> dict[str, Any]:
    """What is shipped."""
    document: dict[str, Any] = json.loads((SHIPPED / "weltoffene-kommune-1.json").read_text("utf-8"))
    return document


def second_version() -> dict[str, Any]:
    """By field: `management` as it was; `opening` with one question reworded; in `access` one is new and one has moved to
    `cohesion`; `economy` weighs one question double; of `participation` hardly anything goes on."""
    made = deepcopy(first_version()) | {"version": "2"}
    fields = {field["id"]: field for field in made["fields"]}
    for field in made["fields"]:
        for criterion in field["criteria"]:
            for question in criterion["questions"]:
                question["continues"] = {"question": question["id"], "relation": "same"}

    def questions(field: str, criterion: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = fields[field]["criteria"][criterion]["questions"]
        return found

    reworded = questions("opening")[0]
    reworded["text"]["de"] = "Wie weit ist ein Ziel für mehr Vielfalt in der Belegschaft beschlossen?"
    reworded["continues"]["relation"] = "comparable"
    questions("cohesion").append(questions("access").pop())
    questions("access").append(
        {
            "id": "access.education.5",
            "weight": 1,
            "text": {
                "de": "Wie weit sind digitale Lernorte offen für alle?",
                "de-simple": "Es geht um Computer zum Lernen. Wie weit ist Ihre Kommune damit?",
                "en": "How far are digital places to learn open to everyone?",
            },
        }
    )
    questions("economy")[1]["weight"] = 2
    for criterion in fields["participation"]["criteria"][:2]:
        for question in criterion["questions"]:
            question["id"] = question["id"].replace("participation", "participation.new")
            del question["continues"]
    return made
