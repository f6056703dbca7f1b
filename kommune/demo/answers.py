"""Invented answers to a questionnaire: around a mean per field, with some unsure and some that do not apply."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

QUESTIONNAIRE = {"id": "weltoffene-kommune", "version": "1"}


def answers(questionnaire: dict[str, Any], means: Sequence[float], seed: str) -> dict[str, int | str]:
    """Answer by question id for one respondent; `means`: one level (0–4) per field of action."""
    dice = random.Random(seed)  # noqa: S311 - believable data, not a secret
    low, high = questionnaire["scale"]["min"], questionnaire["scale"]["max"]
    chosen: dict[str, int | str] = {}
    for field, mean in zip(questionnaire["fields"], means, strict=True):
        for criterion in field["criteria"]:
            # People who answer agree more on one topic than across topics.
            topic = mean + random.Random(f"{seed[:4]}{criterion['id']}").uniform(-0.7, 0.7)  # noqa: S311
            for question in criterion["questions"]:
                luck = dice.random()
                if luck < 0.06:
                    chosen[question["id"]] = "unsure"
                elif luck < 0.09:
                    chosen[question["id"]] = "not_applicable"
                elif luck < 0.94:
                    chosen[question["id"]] = min(high, max(low, round(dice.gauss(topic, 0.8))))
    return chosen
