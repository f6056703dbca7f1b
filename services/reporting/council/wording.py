"""Says in German or English what a council is told: every sentence of the council pack stands here, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from chassis.text.languages import format_datetime, format_day
from services.reporting.domain.blocks import Table
from services.reporting.domain.cost import Cost
from services.reporting.domain.council import Council, Gap, Measure
from services.reporting.domain.profile import Line, Texts, text
from services.reporting.domain.rounding import half_up, percent
from services.reporting.figures import number

Language = Literal["de", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "one_page": "Ergebnis auf einer Seite",
        "asked": "Was gefragt wurde",
        "asked_text": "Mit dem Selbstcheck hat die Kommune {count} Handlungsfelder eingeschätzt: {fields}. Geantwortet haben {views}.",
        "asked_short": "Eingeschätzt wurden {count} Handlungsfelder. Geantwortet haben {views}.",
        "answered": "{count} Personen oder Stellen haben geantwortet.",
        "answered_one": "Eine Person oder Stelle hat geantwortet.",
        "lead": "{municipality} erreicht insgesamt {score} von 100 Punkten. Die Antworten decken {coverage} der Fragen ab.",
        "lead_consensus": "Mit dem Konsens des Workshops liegt der Punktwert bei {score}.",
        "lead_none": "Einen Gesamtwert gibt es noch nicht: Dafür haben zu wenige geantwortet.",
        "strong": "Das ist stark",
        "weak": "Hier ist am meisten zu tun",
        "field": "{field}: {score} von 100",
        "field_best": "am stärksten: „{question}“",
        "field_weakest": "am schwächsten: „{question}“",
        "gaps": "Wo die Sichtweisen auseinandergehen",
        "gap": "{field}: {high} sieht {high_score}, {low} {low_score} Punkte. Das sind {points} Punkte Unterschied.",
        "gap_one": "{field}: {high} sieht {high_score}, {low} {low_score} Punkte. Das ist ein Punkt Unterschied.",
        "no_gap": "Ein Vergleich der Sichtweisen ist nicht möglich: Dafür haben zu wenige geantwortet.",
        "same_view": "Die Sichtweisen, die gezeigt werden dürfen, liegen gleichauf.",
        "proposed": "Was vorgeschlagen wird",
        "nothing_proposed": "Maßnahmen sind noch nicht vereinbart. Sie lassen sich im Selbstcheck zu jedem Handlungsfeld eintragen.",
        "measure": "{title} ({field}{due})",
        "measure_due": ", bis {day}",
        "more_measures": "… und {count} weitere; alle stehen im Handlungskonzept.",
        "one_more_measure": "… und eine weitere; alle stehen im Handlungskonzept.",
        "hidden": "Nicht mitgezählt: {view} bei {fields}. Dort gab es zu wenige Antworten oder keine.",
        "alt": "Je Handlungsfeld ein Zeichen für den Punktwert jeder Sichtweise auf einer Linie von 0 bis 100. {said} Alle Zahlen stehen in der Tabelle darunter.",
        "figures": "Die Zahlen dazu",
        "col_field": "Handlungsfeld",
        "col_total": "Alle",
        "col_gap": "Abstand",
        "col_consensus": "Konsens",
        "col_coverage": "Abdeckung",
        "whole": "Gesamt",
        "note": "Punktwerte von 0 bis 100. Abdeckung: welchen Teil der Fragen die Antworten abdecken. Konsens: der Punktwert, wenn das im Workshop Vereinbarte an die Stelle der Antworten tritt. Ein Strich steht, wo zu wenige geantwortet haben oder kein Wert vorliegt.",
        "as_of": "Stand der Zahlen",
        "made_at": "Erstellt",
        "lag": "Alter der Zahlen",
        "questionnaire": "Fragebogen",
        "rules": "Schutz kleiner Gruppen",
        "rules_text": "Regeln für kleine Gruppen, Fassung {version}",
        "questionnaire_text": "Fragebogen „{title}“, Fassung {version}",
        "footer": "Stand: {as_of} · {questionnaire} · {rules}",
        "days": "{count} Tage",
        "one_day": "ein Tag",
        "today": "weniger als ein Tag",
        "col_measure": "Maßnahme",
        "col_due": "Bis wann",
        "col_status": "Stand",
        "measures": "Maßnahmen",
        "no_due": "offen",
        "col_office": "Zuständige Stelle",
        "no_office": "offen",
        "col_budget": "Kosten",
        "no_budget": "offen",
        "amount": "{amount} Euro",
        "amounts": "{low} bis {high} Euro",
        "once": "{amount} einmalig",
        "yearly": "{amount} im Jahr",
        "overdue": "überfällig",
        "and": "und",
    },
    "en": {
        "one_page": "The result on one page",
        "asked": "What was asked",
        "asked_text": "In the Selbstcheck the municipality assessed {count} fields of action: {fields}. Answers came from {views}.",
        "asked_short": "{count} fields of action were assessed. Answers came from {views}.",
        "answered": "{count} people or offices answered.",
        "answered_one": "One person or office answered.",
        "lead": "{municipality} reaches {score} of 100 points overall. The answers cover {coverage} of the questions.",
        "lead_consensus": "With what the workshop agreed on it is {score} points.",
        "lead_none": "There is no overall score yet: too few have answered for one.",
        "strong": "What is strong",
        "weak": "Where most is left to do",
        "field": "{field}: {score} of 100",
        "field_best": "strongest: “{question}”",
        "field_weakest": "weakest: “{question}”",
        "gaps": "Where views differ",
        "gap": "{field}: {high} sees {high_score} points, {low} {low_score}. That is {points} points apart.",
        "gap_one": "{field}: {high} sees {high_score} points, {low} {low_score}. That is one point apart.",
        "no_gap": "The views can't be compared: too few have answered for that.",
        "same_view": "The views that may be shown are level with each other.",
        "proposed": "What is proposed",
        "nothing_proposed": "No measures have been agreed on yet. They can be entered in the Selbstcheck for each field of action.",
        "measure": "{title} ({field}{due})",
        "measure_due": ", by {day}",
        "more_measures": "… and {count} more; the action plan has them all.",
        "one_more_measure": "… and one more; the action plan has them all.",
        "hidden": "Not counted: {view} in {fields}. There were too few answers, or none.",
        "alt": "For each field of action a sign for the score of every view on a line from 0 to 100. {said} All figures stand in the table below.",
        "figures": "The figures",
        "col_field": "Field of action",
        "col_total": "All",
        "col_gap": "Gap",
        "col_consensus": "Consensus",
        "col_coverage": "Coverage",
        "whole": "Overall",
        "note": "Scores from 0 to 100. Coverage: what part of the questions the answers cover. Consensus: the score if what the workshop agreed on stands in for the answers. A dash stands where too few answered or no figure exists.",
        "as_of": "Figures as of",
        "made_at": "Made",
        "lag": "Age of the figures",
        "questionnaire": "Questionnaire",
        "rules": "Protection of small groups",
        "rules_text": "Rules for small groups, version {version}",
        "questionnaire_text": "Questionnaire “{title}”, version {version}",
        "footer": "As of {as_of} · {questionnaire} · {rules}",
        "days": "{count} days",
        "one_day": "one day",
        "today": "less than a day",
        "col_measure": "Measure",
        "col_due": "By when",
        "col_status": "State",
        "measures": "Measures",
        "no_due": "open",
        "col_office": "Office in charge",
        "no_office": "open",
        "col_budget": "Cost",
        "no_budget": "open",
        "amount": "{amount} euros",
        "amounts": "{low} to {high} euros",
        "once": "{amount} once",
        "yearly": "{amount} a year",
        "overdue": "overdue",
        "and": "and",
    },
}
STATUSES: dict[Language, dict[str, str]] = {
    "de": {"planned": "geplant", "started": "begonnen", "done": "erledigt", "dropped": "aufgegeben"},
    "en": {"planned": "planned", "started": "started", "done": "done", "dropped": "dropped"},
}


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
        """`a, b und c`."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.words['and']} {items[-1]}"

    def asked(self, short: bool = False) -> str:
        """What was asked of whom; `short`: without the names of the fields, where these stand right beside it."""
        council = self.council
        said = self.words["asked_short" if short else "asked_text"].format(
            count=len(council.lines),
            fields=self.listed([self.field(line) for line in council.lines]),
            views=self.listed(list(self._views.values())),
        )
        answered = council.overall.answered
        if answered is None:
            return said
        return f"{said} {self.words['answered_one' if answered == 1 else 'answered'].format(count=answered)}"

    def lead(self) -> str:
        """The one sentence."""
        overall, words = self.council.overall, self.words
        if overall.score is None:
            return words["lead_none"]
        said = words["lead"].format(
            municipality=self.municipality, score=self.number(overall.score), coverage=self.coverage(overall.coverage)
        )
        consensus = self.council.consensus
        return said if consensus is None else f"{said} {words['lead_consensus'].format(score=self.number(consensus))}"

    def strong(self) -> list[str]:
        """The strong fields, each with the question that carries it."""
        return [self._with_question(line, "field_best") for line in self.council.strong]

    def weak(self) -> list[str]:
        """The weak fields, each with the question that weighs on it."""
        return [self._with_question(line, "field_weakest") for line in self.council.weak]

    def _with_question(self, line: Line, which: str) -> str:
        said = self.words["field"].format(field=self.field(line), score=self.number(line.total.score))
        find = self.council.best_question if which == "field_best" else self.council.weakest_question
        question = find(line.id)
        words = self.pick(question.title).rstrip(".") if question else ""
        return f"{said} – {self.words[which].format(question=words)}" if words else said

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
        said = [self.measure(one) for one in measures[:most]]
        more = len(measures) - most
        if more > 0:
            said.append(self.words["one_more_measure" if more == 1 else "more_measures"].format(count=more))
        return said

    def measure(self, one: Measure) -> str:
        due = "" if one.due is None else self.words["measure_due"].format(day=format_day(one.due, self.language))
        return self.words["measure"].format(title=one.title, field=self.pick(one.field_title, one.field), due=due)

    def hidden(self) -> list[str]:
        """What is left out, per view, never as a number."""
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
        gaps = {gap.line.id: gap for gap in council.gaps}
        rows = [
            [
                self.field(line),
                *(self.number(figure.score) for _, figure in line.perspectives),
                self.number(line.total.score),
                self.number(half_up(gaps[line.id].points, 2) if line.id in gaps else None),
                self.number(line.consensus_score),
                self.coverage(line.total.coverage),
            ]
            for line in council.lines
        ]
        whole = [
            words["whole"],
            *("–" for _ in self._views),
            self.number(council.overall.score),
            "–",
            self.number(council.consensus),
            self.coverage(council.overall.coverage),
        ]
        return Table(words["figures"], header, [*rows, whole], numbers=True)

    def measures_table(self, measures: Sequence[Measure]) -> Table:
        words = self.words
        header = [words["col_measure"], words["col_field"], words["col_due"], words["col_status"]]
        rows = [[one.title, self.pick(one.field_title, one.field), self.due(one), self.status(one)] for one in measures]
        return Table(words["measures"], header, rows)

    def measures_of_field(self, measures: Sequence[Measure]) -> Table:
        """As `measures_table`, where the field stands above it anyway."""
        words = self.words
        header = [words[f"col_{name}"] for name in ("measure", "office", "budget", "due", "status")]
        rows = [
            [one.title, self.office(one), self.cost(one.budget), self.due(one), self.status(one)] for one in measures
        ]
        return Table(words["measures"], header, rows)

    def office(self, one: Measure) -> str:
        return one.office or self.words["no_office"]

    def cost(self, cost: Cost | None) -> str:
        """`5.000 bis 12.000 Euro im Jahr`."""
        if cost is None:
            return self.words["no_budget"]
        low, high = (number(amount, self.language) for amount in (cost.low, cost.high))
        words = self.words["amount" if low == high else "amounts"].format(amount=low, low=low, high=high)
        return self.words["yearly" if cost.yearly else "once"].format(amount=words)

    def due(self, one: Measure) -> str:
        return self.words["no_due"] if one.due is None else format_day(one.due, self.language)

    def status(self, one: Measure) -> str:
        said = STATUSES[self.language][one.status]
        return f"{said}, {self.words['overdue']}" if one.overdue else said

    def footer(self) -> str:
        source = self.council.source
        return self.words["footer"].format(
            as_of=format_datetime(source.as_of, self.language), questionnaire=self.questionnaire(), rules=self.rules()
        )

    def questionnaire(self) -> str:
        """By its title, which people know; its id stands in the files for programs."""
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
