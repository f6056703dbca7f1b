"""Runs inside the tree of an earlier commit (`tests.load.earlier`) and answers with what its code makes of an assessment.

One JSON document a line, in and out. Modules are asked for by name, because some exist there alone.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

DOMAIN = "services.selfcheck.domain"
assessed, bulk, questionnaires, responses, scoring, tally, trace = (
    import_module(f"{DOMAIN}.{name}")
    for name in ("assessed", "bulk", "questionnaire_document", "responses", "scoring", "tally", "trace")
)


def people_of(case: dict[str, Any]) -> list[Any]:
    return [responses.Response(str(n), view, answers) for n, (view, answers) in enumerate(case["voices"])]


def published(case: dict[str, Any]) -> dict[str, Any]:
    """What was told of an assessment: the result, and of each question what its trace shows."""
    asked = questionnaires.parse(case["document"])
    people = people_of(case)
    figures = assessed.assess(asked, tally.count(asked, people), case["agreed"], case["minimum_group"])
    return {
        "result": scoring.result(figures),
        "traces": {question: trace.trace_question(figures, question) for question in asked.questions},
    }


def seconds_of_score(case: dict[str, Any]) -> float:
    """Processor time for one result of these people."""
    asked = questionnaires.parse(case["document"])
    people = people_of(case)
    began = time.process_time()
    scoring.score(asked, people, minimum_group=case["minimum_group"])
    return time.process_time() - began


def seconds_of_bulk(case: dict[str, Any]) -> float:
    """Processor time for one result of a block of very many people."""
    import numpy as np

    asked = questionnaires.parse(case["document"])
    with np.load(case["block"]) as block:
        blocks = [bulk.Block(block["answers"], block["perspective"])]
    began = time.process_time()
    bulk.score_blocks(asked, blocks, case["perspectives"], minimum_group=case["minimum_group"])
    return time.process_time() - began


if __name__ == "__main__":
    for line in sys.stdin:
        case = json.loads(line)
        done = {"published": published, "score": seconds_of_score, "bulk": seconds_of_bulk}[case.pop("do")](case)
        print(json.dumps(done), flush=True)
