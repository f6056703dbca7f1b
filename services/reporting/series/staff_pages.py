"""The page of the series: per field of action a picture, what it says in words, and the figures as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from fastapi import Request, Response
from markupsafe import Markup

from chassis.http.routing import APIRouter
from chassis.pages.pages import Pages, language_of
from chassis.text.languages import BERLIN, pick
from services.reporting.domain.rounding import percent
from services.reporting.domain.series import Break, FieldSeries, QuestionSeries, Run, Step
from services.reporting.figures import number, share
from services.reporting.http import frame, render
from services.reporting.permissions import Staff
from services.reporting.series.chart import pen, series_chart
from services.reporting.series.lines import Series, rounded
from services.reporting.services import get_services

WITHIN_ROUNDING = 0.5
"""Points: less than that can be the rounding of the scores that a line rests on, so nobody is told that it rose or fell."""
router = APIRouter(prefix="/reporting", include_in_schema=False)


@router.get("/{tenant}/series")
async def show_series(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    pages: Pages = request.app.state.pages
    brand = request.state.brand
    in_words = _SeriesInWords(pages.texts(request, brand), language_of(request, brand))
    all_series = await get_services(request).series.list_all(caller.scope)
    return render(
        request,
        "staff/series.html",
        home=f"/reporting/{caller.scope.tenant}/",
        as_of=max((row.at for series in all_series for row in series.rows), default=None),
        series=[in_words.series(series) for series in all_series],
    )


class _SeriesInWords:
    """Says in the reader's language what a picture shows."""

    def __init__(self, texts: NullTranslations, language: str) -> None:
        self._texts = texts
        self._language = language

    def series(self, series: Series) -> dict[str, Any]:
        labels = _labels([row.closing for row in series.rows])
        perspectives = series.perspectives()
        return {
            "questionnaire": series.questionnaire,
            "labels": labels,
            "waves": [{"title": row.title, "closed_at": row.closing, "version": row.version} for row in series.rows],
            "perspectives": [(title, *pen(place)) for place, title in enumerate(perspectives.values())],
            "unbroken": sum(not lines.breaks for _, lines in series.fields),
            "fields": [
                self._field(place, self._pick(title), lines, labels, list(perspectives), series)
                for place, (title, lines) in enumerate(series.fields)
            ],
        }

    def _field(
        self, place: int, title: str, lines: FieldSeries, labels: list[str], perspectives: list[str], series: Series
    ) -> dict[str, Any]:
        titles = series.titles
        sentences = self._sentences(lines, labels)
        rows = []
        for line, run in enumerate(lines.runs, 1):
            for step, point in enumerate(run.points):
                wave = run.first + step
                scores = [point.score, *(point.perspectives.get(name) for name in perspectives)]
                coverage = share(point.coverage)
                rows.append(
                    [
                        labels[wave],
                        series.rows[wave].version,
                        line,
                        *(number(rounded(score), self._language) for score in scores),
                        coverage,
                    ]
                )
        picture = series_chart(lines, labels, perspectives, place, title, " ".join(sentences))
        return {
            "title": title,
            "sentences": sentences,
            "rows": rows,
            "questions": [
                [titles[question.asked[-1].id], *self._scores(question, len(labels))]
                for question in series.questions
                if question.field == lines.field
            ],
            "picture": Markup(picture),  # noqa: S704 - our own SVG, texts escaped in it
            "steps": [
                {"from": labels[number], "to": labels[number + 1], **_changed_questions(step, titles)}
                for number, step in enumerate(lines.steps)
                if step.new or step.removed or step.comparable
            ],
        }

    def _scores(self, question: QuestionSeries, waves: int) -> list[str]:
        """Wave by wave: the score, `≈` before one that is merely comparable, `≠` before one no line leads to."""
        cells = [self._texts.gettext("not asked")] * waves
        for place, in_wave in enumerate(question.asked):
            mark = {"same": "", "comparable": "≈ ", None: "≠ " if place else ""}[in_wave.relation]
            cells[in_wave.wave] = mark + number(in_wave.figures.get("score"), self._language)
        return cells

    def _sentences(self, lines: FieldSeries, labels: list[str]) -> list[str]:
        sentences = []
        for run in lines.runs:
            if run.first:
                reason = next(line_break for line_break in lines.breaks if line_break.before == run.first)
                sentences.append(self._sentence_on_break(reason, labels))
            sentences += self._sentences_on_run(run, labels)
        return sentences

    def _sentences_on_run(self, run: Run, labels: list[str]) -> list[str]:
        _ = self._texts.gettext
        shown = [
            (labels[run.first + step], score)
            for step, point in enumerate(run.points)
            if (score := rounded(point.score)) is not None
        ]
        if not shown:
            return [_("There is no figure that may be shown for %(when)s.") % {"when": labels[run.first]}]
        (since, first), (until, last) = shown[0], shown[-1]
        if len(shown) == 1:
            sentences = [_("%(when)s: %(score)s points.") % {"when": since, "score": number(first, self._language)}]
        else:
            values = {
                "since": since,
                "until": until,
                "first": number(first, self._language),
                "last": number(last, self._language),
                "points": number(rounded(abs(last - first)), self._language),
            }
            if abs(last - first) < WITHIN_ROUNDING:
                sentences = [_("From %(since)s to %(until)s: unchanged at %(last)s points.") % values]
            elif last > first:
                sentences = [
                    _("From %(since)s to %(until)s: up by %(points)s points, from %(first)s to %(last)s.") % values
                ]
            else:
                sentences = [
                    _("From %(since)s to %(until)s: down by %(points)s points, from %(first)s to %(last)s.") % values
                ]
        if run.basis == "questions":
            share = {"share": str(percent(run.comparable))}
            sentences.append(
                _(
                    "This line rests on the %(share)s %% of the questions that are the same or comparable in all its waves."
                )
                % share
            )
        return sentences

    def _sentence_on_break(self, line_break: Break, labels: list[str]) -> str:
        _ = self._texts.gettext
        values = {
            "before": labels[line_break.before - 1],
            "after": labels[line_break.before],
            "share": str(percent(line_break.comparable)),
        }
        if line_break.reason == "rules":
            return _("No line from %(before)s to %(after)s: answers count by other rules since then.") % values
        if line_break.reason == "hidden":
            return (
                _(
                    "No line from %(before)s to %(after)s: too few of the comparable questions have figures that may be shown."
                )
                % values
            )
        return (
            _("No line from %(before)s to %(after)s: the questions changed, only %(share)s %% of them can be compared.")
            % values
        )

    def _pick(self, texts: Any) -> str:
        return pick(texts, self._language)[0]


def _changed_questions(step: Step, titles: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The questions that are not the same in the next wave, by their titles."""
    return {
        "new": [titles[id] for id in step.new],
        "removed": [titles[id] for id in step.removed],
        "comparable": [titles[id] for id in step.comparable],
    }


def _labels(moments: list[datetime]) -> list[str]:
    """Month and year, short enough to stand under a picture; numbered where two waves share a month."""
    labels = [moment.astimezone(BERLIN).strftime("%m/%Y") for moment in moments]
    if len(set(labels)) == len(labels):
        return labels
    return [f"{label} ({place})" for place, label in enumerate(labels, 1)]
