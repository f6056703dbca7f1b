"""The action plan (Handlungskonzept): goals and measures by field, what became of them, and how one will see it."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.text.languages import BERLIN, format_day
from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording
from services.reporting.domain.action_plan import Change, PreviousWave, Version, changes, lines, moved_by
from services.reporting.domain.blocks import Block, Bullets, Document, Facts, Heading, Paragraph
from services.reporting.domain.cost import merge_costs
from services.reporting.domain.council import SETTLED
from services.reporting.domain.profile import Line

PARTS: dict[Language, dict[str, str]] = {
    "de": {
        "plan": "Handlungskonzept",
        "title": "Handlungskonzept: {title}",
        "lead": "Dieses Konzept folgt aus dem Selbstcheck. Es nennt zu jedem Handlungsfeld, wo {municipality} steht, was getan wird und woran man es erkennt.",
        "sum": "Vereinbarte Maßnahmen: {count} (geplant: {planned}, begonnen: {started}, erledigt: {done}, aufgegeben: {dropped}). Davon überfällig: {overdue}.",
        "sum_none": "Maßnahmen sind noch nicht vereinbart.",
        "priority": "Zuerst",
        "priority_text": "Am meisten zu tun ist hier: {fields}.",
        "where": "Stand",
        "where_text": "{score} von 100 Punkten, Abdeckung {coverage}.",
        "where_none": "Ein Punktwert liegt nicht vor oder darf nicht gezeigt werden.",
        "since": "Seit dem letzten Selbstcheck ({when}): {change}.",
        "up": "Punktwert um {points} gestiegen",
        "down": "Punktwert um {points} gesunken",
        "same": "unverändert",
        "goal": "Ziel",
        "goal_text": "Bei „{question}“ ist der Punktwert von {municipality} am niedrigsten: {score}. Hier soll sich bis zum nächsten Selbstcheck etwas ändern.",
        "goal_open": "Das Erreichte halten.",
        "goal_own": "Unser Ziel",
        "indicators_own": "Unsere Kennzeichen",
        "indicator": "Woran man es erkennt",
        "indicator_text": "Punktwert des Handlungsfelds im nächsten Selbstcheck, heute {score}; dazu die Zahl erledigter Maßnahmen, heute {done} von {count}.",
        "no_measures": "Zu diesem Handlungsfeld ist noch nichts vereinbart.",
        "owners": "Zuständig sind Stellen der Verwaltung; Namen von Personen stehen nicht in diesem Papier.",
        "costs": "Kosten der Maßnahmen, soweit sie beziffert sind: {costs}.",
        "costs_none": "Was die Maßnahmen kosten, ist noch nicht beziffert.",
        "costs_unknown": "{count} von {all} Maßnahmen sind noch nicht beziffert.",
        "before": "Was aus dem letzten Selbstcheck wurde ({when})",
        "before_text": "Vereinbart waren {agreed} Maßnahmen: {done} sind erledigt, {dropped} wurden aufgegeben, {open} sind noch offen.",
        "before_fields": "Der Punktwert stieg in {up} Handlungsfeldern, blieb in {same} gleich und sank in {down}.",
        "version": "Fassung {number} vom {day}",
        "changes": "Was sich seit Fassung {number} geändert hat",
        "change_none": "Nichts hat sich geändert.",
        "change_added": "Neu: „{title}“.",
        "change_removed": "Gestrichen: „{title}“.",
        "change_status": "„{title}“: {earlier} → {now}.",
        "change_due": "„{title}“: Termin bisher {earlier}, jetzt {now}.",
        "change_reworded": "„{title}“ hieß bisher „{earlier}“.",
        "change_office": "„{title}“: zuständig bisher {earlier}, jetzt {now}.",
        "change_budget": "„{title}“: Kosten bisher {earlier}, jetzt {now}.",
        "change_goal": "„{field}“: Das Ziel wurde geändert.",
        "change_indicators": "„{field}“: Woran man es erkennt, wurde geändert.",
        "change_foreword": "Das Vorwort wurde geändert.",
        "provenance": "Herkunft der Zahlen",
    },
    "en": {
        "plan": "Action plan",
        "title": "Action plan: {title}",
        "lead": "This plan follows from the Selbstcheck. For each field of action it says where {municipality} stands, what will be done, and how one will see it.",
        "sum": "Measures agreed on: {count} (planned: {planned}, started: {started}, done: {done}, dropped: {dropped}). Overdue: {overdue}.",
        "sum_none": "No measures have been agreed on yet.",
        "priority": "First",
        "priority_text": "Most is left to do here: {fields}.",
        "where": "Where we stand",
        "where_text": "{score} of 100 points, coverage {coverage}.",
        "where_none": "There is no score, or it may not be shown.",
        "since": "Since the last Selbstcheck ({when}): {change}.",
        "up": "{points} points more",
        "down": "{points} points less",
        "same": "unchanged",
        "goal": "Goal",
        "goal_text": "In “{question}” {municipality} is weakest, with {score} points. By the next Selbstcheck something is to change here.",
        "goal_open": "Keep what has been reached.",
        "goal_own": "Our goal",
        "indicators_own": "Our indicators",
        "indicator": "How one will see it",
        "indicator_text": "The field's score in the next Selbstcheck, today {score}; and the number of measures done, today {done} of {count}.",
        "no_measures": "Nothing has been agreed on for this field yet.",
        "owners": "Offices of the administration are in charge; this paper names no persons.",
        "costs": "Cost of the measures, as far as it is known: {costs}.",
        "costs_none": "What the measures cost is not known yet.",
        "costs_unknown": "Of {count} of {all} measures the cost is not known yet.",
        "before": "What became of the last Selbstcheck ({when})",
        "before_text": "{agreed} measures had been agreed on: {done} are done, {dropped} were dropped, {open} are still open.",
        "before_fields": "The score rose in {up} fields of action, stayed in {same} and fell in {down}.",
        "version": "Version {number} of {day}",
        "changes": "What changed since version {number}",
        "change_none": "Nothing has changed.",
        "change_added": "New: “{title}”.",
        "change_removed": "Taken out: “{title}”.",
        "change_status": "“{title}”: {earlier} → {now}.",
        "change_due": "“{title}”: was due {earlier}, is now due {now}.",
        "change_reworded": "“{title}” was called “{earlier}”.",
        "change_office": "“{title}”: in charge was {earlier}, now it is {now}.",
        "change_budget": "“{title}”: cost was {earlier}, now it is {now}.",
        "change_goal": "“{field}”: the goal was changed.",
        "change_indicators": "“{field}”: how one will see it was changed.",
        "change_foreword": "The foreword was changed.",
        "provenance": "Where the figures come from",
    },
}


def action_plan(wording: Wording, previous_wave: PreviousWave | None = None) -> Document:
    """The plan as it stands today: a section for each field, the weakest fields named first."""
    return _document(wording, previous_wave, [])


def published_plan(version: Version, former: Version | None, language: Language) -> Document:
    """A version as it was published, with what changed since the one before."""
    wording = Wording(version.council, language)
    parts = PARTS[language]
    day = format_day(version.at.astimezone(BERLIN).date(), language)
    blocks: list[Block] = [Paragraph(parts["version"].format(number=version.number, day=day))]
    if version.foreword:
        blocks += [
            Paragraph(paragraph) for paragraph in wording.pick(version.foreword).splitlines() if paragraph.strip()
        ]
    if former is not None:
        sentences = [_change(wording, change) for change in changes(former, version)]
        blocks += [Heading(parts["changes"].format(number=former.number)), Bullets(sentences or [parts["change_none"]])]
    return _document(wording, version.before, blocks)


def _document(wording: Wording, previous_wave: PreviousWave | None, opening: Sequence[Block]) -> Document:
    parts, council = PARTS[wording.language], wording.council
    blocks: list[Block] = [
        Paragraph(parts["lead"].format(municipality=wording.municipality), lead=True),
        *opening,
        Paragraph(_measures_in_sum(wording)),
        *([Paragraph(costs_text)] if (costs_text := costs(wording)) else []),
        *_since_last_wave(wording, previous_wave),
    ]
    if council.weak:
        fields = wording.listed([wording.field(line) for line in council.weak])
        blocks += [Heading(parts["priority"]), Paragraph(parts["priority_text"].format(fields=fields))]
    for line in council.lines:
        blocks += _section(wording, line, previous_wave)
    blocks += [Paragraph(parts["owners"]), Heading(parts["provenance"]), Facts(wording.provenance())]
    title = parts["title"].format(title=wording.title)
    return Document(
        title, wording.municipality, wording.language, wording.footer(), wording.council.source.made_at, blocks
    )


def _since_last_wave(wording: Wording, previous_wave: PreviousWave | None) -> Sequence[Block]:
    """Progress since the wave before: measures, and fields that a line joins."""
    if previous_wave is None:
        return []
    parts = PARTS[wording.language]
    still_open = previous_wave.agreed - previous_wave.done - previous_wave.dropped
    blocks: list[Block] = [
        Heading(parts["before"].format(when=previous_wave.when)),
        Paragraph(
            parts["before_text"].format(
                agreed=previous_wave.agreed, done=previous_wave.done, dropped=previous_wave.dropped, open=still_open
            )
        ),
    ]
    differences = [
        difference for line in wording.council.lines if (difference := moved_by(line, previous_wave)) is not None
    ]
    if differences:
        up, down = sum(points > 0 for points in differences), sum(points < 0 for points in differences)
        blocks.append(Paragraph(parts["before_fields"].format(up=up, down=down, same=len(differences) - up - down)))
    return blocks


def _change(wording: Wording, change: Change) -> str:
    sentence = PARTS[wording.language][f"change_{change.kind}"]
    now, earlier = change.measure, change.earlier
    if change.line is not None:
        return sentence.format(field=wording.field(change.line))
    if now is None:
        return sentence
    if earlier is None:
        return sentence.format(title=now.title)
    match change.kind:
        case "status":
            return sentence.format(title=now.title, earlier=wording.status(earlier), now=wording.status(now))
        case "due":
            return sentence.format(title=now.title, earlier=wording.due(earlier), now=wording.due(now))
        case "office":
            return sentence.format(title=now.title, earlier=wording.office(earlier), now=wording.office(now))
        case "budget":
            return sentence.format(title=now.title, earlier=wording.cost(earlier.budget), now=wording.cost(now.budget))
    return sentence.format(title=now.title, earlier=earlier.title)


def _measures_in_sum(wording: Wording) -> str:
    parts, measures = PARTS[wording.language], wording.council.measures
    if not measures:
        return parts["sum_none"]
    counts = {
        status: sum(one.status == status for one in measures) for status in ("planned", "started", "done", "dropped")
    }
    return parts["sum"].format(count=len(measures), overdue=sum(one.overdue for one in measures), **counts)


def costs(wording: Wording) -> str:
    """What the measures cost together, without those that were given up; nothing where there are none."""
    parts = PARTS[wording.language]
    budgets = [one.budget for one in wording.council.measures if one.status != "dropped"]
    if not budgets:
        return ""
    total = merge_costs(budgets)
    amounts = [wording.cost(one) for one in (total.once, total.yearly) if one is not None]
    if not amounts:
        return parts["costs_none"]
    sentences = [parts["costs"].format(costs=wording.listed(amounts))]
    if total.unknown:
        sentences.append(parts["costs_unknown"].format(count=total.unknown, all=len(budgets)))
    return " ".join(sentences)


def _section(wording: Wording, line: Line, previous_wave: PreviousWave | None) -> Sequence[Block]:
    parts, council = PARTS[wording.language], wording.council
    measures = [measure for measure in council.measures if measure.field == line.id]
    done_count = sum(measure.status == "done" for measure in measures)
    score = line.total.score
    where = (
        parts["where_none"]
        if score is None
        else parts["where_text"].format(score=wording.number(score), coverage=wording.coverage(line.total.coverage))
    )
    weakest = council.weakest_question(line.id)
    goal = (
        parts["goal_text"].format(
            question=wording.pick(weakest.title).rstrip("."),
            municipality=wording.municipality,
            score=wording.number(weakest.score),
        )
        if weakest is not None
        else parts["goal_open"]
    )
    aim = council.aims.get(line.id)
    own_goal = [(parts["goal_own"], wording.pick(aim.goal))] if aim and aim.goal else []
    own_indicators = (
        [(parts["indicators_own"], "; ".join(lines(wording.pick(aim.indicators))))] if aim and aim.indicators else []
    )
    blocks: list[Block] = [Heading(wording.field(line))]
    facts = [
        (parts["where"], " ".join([where, *_change_since_last_wave(wording, line, previous_wave)])),
        *(own_goal or [(parts["goal"], goal)]),
        *own_indicators,
    ]
    if score is not None:
        indicator = parts["indicator_text"].format(score=wording.number(score), done=done_count, count=len(measures))
        facts.append((parts["indicator"], indicator))
    blocks.append(Facts(facts))
    if measures:
        ordered = sorted(measures, key=lambda measure: measure.status in SETTLED)
        blocks.append(wording.measures_of_field(ordered))
    else:
        blocks.append(Bullets([parts["no_measures"]]))
    return blocks


def _change_since_last_wave(wording: Wording, line: Line, previous_wave: PreviousWave | None) -> list[str]:
    change = moved_by(line, previous_wave)
    if previous_wave is None or change is None:
        return []
    parts = PARTS[wording.language]
    direction = "same" if change == 0 else "up" if change > 0 else "down"
    sentence = parts[direction].format(points=wording.number(abs(change)))
    return [parts["since"].format(when=previous_wave.when, change=sentence)]
