"""Says in German or English what a council is told: every sentence of the council pack is made here, once, from `sentences`."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.text.languages import format_datetime, format_day
from services.reporting.council.sentences import STATUSES, WORDS, Language
from services.reporting.domain.blocks import Table
from services.reporting.domain.cost import Cost
from services.reporting.domain.council import Council, Gap, Measure
from services.reporting.domain.profile import Line, Texts, text
from services.reporting.domain.rounding import half_up, percent
from services.reporting.figures import number


class Wording:
    """The sentences about one council's content, in one language."""

    def __init__(self, council: Council, language: Language) -> None:
        self.council = council
        self.language = language
        self.words = WORDS[language]
        self._views = {id: text(title, language, id) for id, title in council.perspectives}

    @property
    def municipality(self) -> str:
        return self.pick(self.council.municipality)

    @property
    def title(self) -> str:
        return self.pick(self.council.title)

    def pick(self, texts: Texts, otherwise: str = "") -> str:
        return text(texts, self.language, otherwise)

    def field(self, line: Line) -> str:
        return text(line.title, self.language, line.id)

    def view(self, id: str) -> str:
        return self._views.get(id, id)

    def number(self, value: float | None) -> str:
        return number(value, self.language)

    def coverage(self, share: float | None) -> str:
        """A coverage in percent, with a blank that does not break."""
        return "–" if share is None else f"{percent(share)}\u00a0%"

    def listed(self, items: Sequence[str]) -> str:
        """List things in words: `a, b und c`."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.words['and']} {items[-1]}"

    def fields_and_perspectives(self, short: bool = False) -> str:
        """Which fields were asked of which perspectives, and how many people answered; `short`: without the names of the fields."""
        council = self.council
        sentence = self.words["asked_short" if short else "asked_text"].format(
            count=len(council.lines),
            fields=self.listed([self.field(line) for line in council.lines]),
            views=self.listed(list(self._views.values())),
        )
        answered = council.overall.answered
        if answered is None:
            return sentence
        return f"{sentence} {self.words['answered_one' if answered == 1 else 'answered'].format(count=answered)}"

    def lead(self) -> str:
        """The result in the one sentence that everything begins with, and in a second one with the consensus."""
        overall, words = self.council.overall, self.words
        if overall.score is None:
            return words["lead_none"]
        sentence = words["lead"].format(
            municipality=self.municipality, score=self.number(overall.score), coverage=self.coverage(overall.coverage)
        )
        consensus = self.council.consensus
        return (
            sentence
            if consensus is None
            else f"{sentence} {words['lead_consensus'].format(score=self.number(consensus))}"
        )

    def strong(self) -> list[str]:
        """The strong fields, each with the question that carries it."""
        return [self._with_question(line, "field_best") for line in self.council.strong]

    def weak(self) -> list[str]:
        """The weak fields, each with the question that weighs on it."""
        return [self._with_question(line, "field_weakest") for line in self.council.weak]

    def _with_question(self, line: Line, key: str) -> str:
        sentence = self.words["field"].format(field=self.field(line), score=self.number(line.total.score))
        find = self.council.best_question if key == "field_best" else self.council.weakest_question
        question = find(line.id)
        question_text = self.pick(question.title).rstrip(".") if question else ""
        return f"{sentence} – {self.words[key].format(question=question_text)}" if question_text else sentence

    def gaps(self, most: int = 3) -> list[str]:
        """The widest gaps between views, in sentences; one that says why there are none."""
        council = self.council
        if council.gaps:
            return [self.gap(gap) for gap in council.gaps[:most]]
        comparable = any(sum(figure.score is not None for _, figure in line.perspectives) > 1 for line in council.lines)
        return [self.words["same_view" if comparable else "no_gap"]]

    def gap(self, gap: Gap) -> str:
        points = half_up(gap.points, 2)
        return self.words["gap_one" if points == 1 else "gap"].format(
            field=self.field(gap.line),
            high=self.view(gap.high),
            low=self.view(gap.low),
            high_score=self.number(gap.high_score),
            low_score=self.number(gap.low_score),
            points=self.number(points),
        )

    def proposals(self, most: int = 6) -> list[str]:
        """Open measures, what is due first on top; one sentence where there are none."""
        measures = self.council.open_measures
        if not measures:
            return [self.words["nothing_proposed"]]
        sentences = [self.measure(one) for one in measures[:most]]
        unnamed_count = len(measures) - most
        if unnamed_count > 0:
            sentences.append(
                self.words["one_more_measure" if unnamed_count == 1 else "more_measures"].format(count=unnamed_count)
            )
        return sentences

    def measure(self, measure: Measure) -> str:
        due = (
            "" if measure.due is None else self.words["measure_due"].format(day=format_day(measure.due, self.language))
        )
        return self.words["measure"].format(
            title=measure.title, field=self.pick(measure.field_title, measure.field), due=due
        )

    def hidden(self) -> list[str]:
        """Which figures of each perspective are left out, never as a number."""
        fields: dict[str, list[str]] = {}
        for line, id in self.council.hidden:
            fields.setdefault(id, []).append(self.field(line))
        return [
            self.words["hidden"].format(view=self.view(id), fields=self.listed(names)) for id, names in fields.items()
        ]

    def profile_table(self) -> Table:
        """A row per field, the whole last."""
        words, council = self.words, self.council
        header = [
            words["col_field"],
            *self._views.values(),
            words["col_total"],
            words["col_gap"],
            words["col_consensus"],
            words["col_coverage"],
        ]
        gaps = {gap.line.id: half_up(gap.points, 2) for gap in council.gaps}
        rows = [self._profile_row(line, gaps.get(line.id)) for line in council.lines]
        whole = [
            words["whole"],
            *("–" for _ in self._views),
            self.number(council.overall.score),
            "–",
            self.number(council.consensus),
            self.coverage(council.overall.coverage),
        ]
        return Table(words["figures"], header, [*rows, whole], numbers=True)

    def _profile_row(self, line: Line, gap: float | None) -> list[str]:
        return [
            self.field(line),
            *(self.number(figure.score) for _, figure in line.perspectives),
            self.number(line.total.score),
            self.number(gap),
            self.number(line.consensus_score),
            self.coverage(line.total.coverage),
        ]

    def measures_table(self, measures: Sequence[Measure]) -> Table:
        words = self.words
        header = [words["col_measure"], words["col_field"], words["col_due"], words["col_status"]]
        rows = [[one.title, self.pick(one.field_title, one.field), self.due(one), self.status(one)] for one in measures]
        return Table(words["measures"], header, rows)

    def measures_of_field(self, measures: Sequence[Measure]) -> Table:
        """The measures of one field, as `measures_table` has them, where the field stands above it anyway."""
        words = self.words
        header = [words[f"col_{name}"] for name in ("measure", "office", "budget", "due", "status")]
        rows = [
            [one.title, self.office(one), self.cost(one.budget), self.due(one), self.status(one)] for one in measures
        ]
        return Table(words["measures"], header, rows)

    def office(self, measure: Measure) -> str:
        return measure.office or self.words["no_office"]

    def cost(self, cost: Cost | None) -> str:
        """Say in words what something costs: `5.000 bis 12.000 Euro im Jahr`."""
        if cost is None:
            return self.words["no_budget"]
        low, high = (number(amount, self.language) for amount in (cost.low, cost.high))
        words = self.words["amount" if low == high else "amounts"].format(amount=low, low=low, high=high)
        return self.words["yearly" if cost.yearly else "once"].format(amount=words)

    def due(self, measure: Measure) -> str:
        return self.words["no_due"] if measure.due is None else format_day(measure.due, self.language)

    def status(self, measure: Measure) -> str:
        status = STATUSES[self.language][measure.status]
        return f"{status}, {self.words['overdue']}" if measure.overdue else status

    def footer(self) -> str:
        source = self.council.source
        return self.words["footer"].format(
            as_of=format_datetime(source.as_of, self.language), questionnaire=self.questionnaire(), rules=self.rules()
        )

    def questionnaire(self) -> str:
        """The questionnaire by its title, which people know; its id stands in the files for programs."""
        source = self.council.source
        title = self.pick(source.title, source.questionnaire)
        return self.words["questionnaire_text"].format(title=title, version=source.version)

    def rules(self) -> str:
        return self.words["rules_text"].format(version=self.council.source.rules)

    def lag(self) -> str:
        days = (self.council.source.made_at - self.council.source.as_of).days
        return self.words["today" if days < 1 else "one_day" if days == 1 else "days"].format(count=days)

    def provenance(self) -> list[tuple[str, str]]:
        """Where the figures come from, for documents that have room for it."""
        source, words = self.council.source, self.words
        return [
            (words["as_of"], format_datetime(source.as_of, self.language)),
            (words["made_at"], format_datetime(source.made_at, self.language)),
            (words["lag"], self.lag()),
            (words["questionnaire"], self.questionnaire()),
            (words["rules"], self.rules()),
        ]
