"""A municipality's result as the council pack gets it: seven fields with long names, four views, one of them hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.reporting.domain.council import Council, Measure, Source, questions_by_field
from services.reporting.domain.profile import Figure, profile

FIELDS = (
    "Strategie und Steuerung",
    "Interkulturelle Öffnung der Verwaltung und Personalgewinnung",
    "Teilhabe und Beteiligung der Einwohnerschaft",
    "Sprache und Bildung",
    "Wohnen und Nachbarschaft",
    "Arbeit und Ausbildung",
    "Zusammenhalt und Schutz vor Diskriminierung",
)
VIEWS = ("Verwaltung", "Politik", "Zivilgesellschaft", "Wirtschaft")
QUESTION = "Gibt es ein Leitbild, das Vielfalt als Ziel der ganzen Verwaltung benennt?"


def council(measures: int = 5, title: str = "Selbstcheck 2026", views: int = 4) -> Council:
    fields = [{"id": f"f.{n}", "title": {"de": words, "en": f"Field {n}"}} for n, words in enumerate(FIELDS)]
    shown = [{"id": f"v{n}", "title": {"de": words}} for n, words in enumerate(VIEWS[:views])]
    result: dict[str, Any] = {"fields": {}, "questions": {}}
    questions = []
    for n, field in enumerate(fields):
        split = {
            "v0": {"score": 60 + n},
            "v1": {"score": 50.5 + 3 * n},
            "v2": {"score": 30 + 5 * n},
            "v3": {"score": None},
        }
        result["fields"][field["id"]] = {
            "score": 40 + 7 * n,
            "coverage": 0.905,
            "answered": 12,
            "consensus_score": 50 if n == 2 else None,
            "perspectives": split,
        }
        for k in range(3):
            id = f"q{n}.{k}"
            questions.append(
                {"id": id, "field": field["id"], "title": {"de": f"{QUESTION} ({id})", "en": f"Question {id}?"}}
            )
            result["questions"][id] = {"score": 20 + 10 * k + n}
    agreed = [
        Measure(
            f"m{n}",
            f"f.{n % 7}",
            fields[n % 7]["title"],  # type: ignore[arg-type]
            f"Wegweiser in neun Sprachen, Teil {n}",
            "done" if n == 4 else "planned",
            date(2027, 3, 1 + n % 28),
            n == 0,
        )
        for n in range(measures)
    ]
    return Council(
        {"de": "Wilhelmshaven"},
        {"de": title},
        Source(
            datetime(2026, 11, 1, 10, tzinfo=UTC),
            datetime(2026, 11, 29, 12, tzinfo=UTC),
            "weltoffen",
            "1",
            "2",
            {"de": "Selbstcheck Weltoffene Kommune"},
        ),
        Figure(56, 0.91, 31),
        58.5,
        profile(result, fields, shown),
        questions_by_field(questions, result),
        [(one["id"], one["title"]) for one in shown],  # type: ignore[misc]
        agreed,
    )
