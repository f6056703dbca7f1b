"""The committee paper (Beschlussvorlage): filled from result and measures, with blanks where only the administration knows.

Its parts are those that municipal councils' information systems ask for (ALLRIS, SessionNet); as data it is an OParl 1.1 `Paper`.
"""

from __future__ import annotations

from typing import Any

from chassis.text.languages import BERLIN, format_day
from services.reporting.council.action_plan import costs
from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording
from services.reporting.domain.blocks import Block, Bullets, Document, Facts, Heading, Paragraph

OPEN = "________________"

PARTS: dict[Language, dict[str, str]] = {
    "de": {
        "paper": "Beschlussvorlage",
        "subject": "{title}: Ergebnis und weiteres Vorgehen",
        "number": "Vorlagennummer",
        "date": "Datum",
        "body": "Gremium",
        "public": "Öffentlichkeit",
        "public_value": "öffentlich",
        "kind": "Art der Vorlage",
        "lead_office": "Federführend",
        "consultation": "Beratungsfolge",
        "consultation_value": "1. Fachausschuss (Vorberatung) am " + OPEN + "; 2. Rat (Entscheidung) am " + OPEN,
        "proposal": "Beschlussvorschlag",
        "proposal_lead": "Der Rat beschließt:",
        "proposal_result": "1. Das Ergebnis („{title}“) wird zur Kenntnis genommen.",
        "proposal_measures": "2. Die Verwaltung wird beauftragt, die folgenden Maßnahmen umzusetzen:",
        "proposal_none": "2. Die Verwaltung wird beauftragt, bis zum "
        + OPEN
        + " Maßnahmen zu diesen Handlungsfeldern vorzuschlagen: {fields}.",
        "proposal_report": "3. Die Verwaltung wird beauftragt, in einem Jahr zu berichten, was daraus geworden ist, und den Selbstcheck zu wiederholen.",
        "facts": "Sachverhalt",
        "alternatives": "Alternativen",
        "alternatives_text": "Andere oder weitere Maßnahmen zu den genannten Handlungsfeldern. Ohne Beschluss bleibt es bei einer Bestandsaufnahme.",
        "money": "Finanzielle und personelle Auswirkungen",
        "money_text": "Sind je Maßnahme vor der Umsetzung zu beziffern (einmalig, Folgekosten, Stellenanteile): "
        + OPEN,
        "budget": "Mittel im Haushalt:   ☐ stehen bereit   ☐ sind bereitzustellen   ☐ nicht nötig",
        "account": "Produkt und Konto: " + OPEN,
        "climate": "Klimawirkung",
        "climate_text": "☐ positiv   ☐ negativ   ☐ keine   ☐ nicht einschätzbar",
        "equality": "Gleichstellung und Teilhabe",
        "equality_text": "Der Selbstcheck fragt nach gleicher Teilhabe; die Maßnahmen setzen bei den schwächsten Handlungsfeldern an: {fields}.",
        "annexes": "Anlagen",
        "annex_page": "Ergebnis auf einer Seite (PDF)",
        "annex_plan": "Handlungskonzept (PDF)",
        "annex_data": "Zahlen als Arbeitsmappe und CSV",
        "provenance": "Herkunft der Zahlen",
    },
    "en": {
        "paper": "Committee paper",
        "subject": "{title}: result and next steps",
        "number": "Paper number",
        "date": "Date",
        "body": "Body",
        "public": "Public or not",
        "public_value": "public",
        "kind": "Kind of paper",
        "lead_office": "Lead office",
        "consultation": "Consultation sequence",
        "consultation_value": "1. committee (preparation) on " + OPEN + "; 2. council (decision) on " + OPEN,
        "proposal": "Proposal",
        "proposal_lead": "The council decides:",
        "proposal_result": "1. The result (“{title}”) is noted.",
        "proposal_measures": "2. The administration is instructed to carry out the following measures:",
        "proposal_none": "2. The administration is instructed to propose measures for these fields of action by "
        + OPEN
        + ": {fields}.",
        "proposal_report": "3. The administration is instructed to report in a year what became of this, and to repeat the Selbstcheck.",
        "facts": "Facts",
        "alternatives": "Alternatives",
        "alternatives_text": "Other or further measures in the fields named. Without a decision it stays at taking stock.",
        "money": "Financial and staff effects",
        "money_text": "To be put in figures for each measure before it begins (once, follow-up costs, staff): " + OPEN,
        "budget": "Funds in the budget:   ☐ are there   ☐ are to be provided   ☐ not needed",
        "account": "Product and account: " + OPEN,
        "climate": "Climate effect",
        "climate_text": "☐ positive   ☐ negative   ☐ none   ☐ can't be judged",
        "equality": "Equality and participation",
        "equality_text": "The Selbstcheck asks about equal participation; the measures begin with the weakest fields: {fields}.",
        "annexes": "Annexes",
        "annex_page": "The result on one page (PDF)",
        "annex_plan": "Action plan (PDF)",
        "annex_data": "Figures as workbook and CSV",
        "provenance": "Where the figures come from",
    },
}


def subject(wording: Wording) -> str:
    return PARTS[wording.language]["subject"].format(title=wording.title)


def committee_paper(wording: Wording) -> Document:
    """The paper as a document: what the platform knows is filled in, the rest is a line to write on."""
    parts, words = PARTS[wording.language], wording.words
    weak = wording.listed([wording.field(line) for line in wording.council.weak]) or OPEN
    blocks: list[Block] = [
        Facts(
            [
                (parts["number"], OPEN),
                (parts["date"], format_day(wording.council.source.made_at.astimezone(BERLIN), wording.language)),
                (parts["body"], OPEN),
                (parts["public"], parts["public_value"]),
                (parts["kind"], parts["paper"]),
                (parts["lead_office"], OPEN),
                (parts["consultation"], parts["consultation_value"]),
            ]
        ),
        Heading(parts["proposal"]),
        *_proposal(wording, weak),
        Heading(parts["facts"]),
        Paragraph(wording.lead()),
        Paragraph(wording.fields_and_perspectives()),
    ]
    if wording.council.strong:
        blocks += [
            Heading(words["strong"], 3),
            Bullets(wording.strong()),
            Heading(words["weak"], 3),
            Bullets(wording.weak()),
        ]
    blocks += [Heading(words["gaps"], 3), Bullets(wording.gaps())]
    blocks += [wording.profile_table(), Paragraph(words["note"]), *map(Paragraph, wording.hidden())]
    for part in ("alternatives", "money", "climate", "equality"):
        blocks.append(Heading(parts[part]))
        if part == "money" and (costs_text := costs(wording)):
            blocks.append(Paragraph(costs_text))
        blocks.append(Paragraph(parts[f"{part}_text"].format(fields=weak)))
        if part == "money":
            blocks += [Paragraph(parts["budget"]), Paragraph(parts["account"])]
    blocks += [
        Heading(parts["annexes"]),
        Bullets([parts["annex_page"], parts["annex_plan"], parts["annex_data"]]),
        Heading(parts["provenance"]),
        Facts(wording.provenance()),
    ]
    return Document(
        subject(wording),
        wording.municipality,
        wording.language,
        wording.footer(),
        wording.council.source.made_at,
        blocks,
    )


def _proposal(wording: Wording, weak: str) -> list[Block]:
    """Points that are voted on, with their numbers."""
    parts, measures = PARTS[wording.language], wording.council.open_measures
    measures_point: list[Block] = (
        [Paragraph(parts["proposal_measures"]), wording.measures_table(measures)]
        if measures
        else [Paragraph(parts["proposal_none"].format(fields=weak))]
    )
    return [
        Paragraph(parts["proposal_lead"]),
        Paragraph(parts["proposal_result"].format(title=wording.title)),
        *measures_point,
        Paragraph(parts["proposal_report"]),
    ]


def oparl_paper(wording: Wording, address: str) -> dict[str, Any]:
    """The paper as an OParl 1.1 `Paper` (https://oparl.org/spezifikation/). `address`: where the council pack's files stand."""
    parts, source = PARTS[wording.language], wording.council.source
    made_at = source.made_at.isoformat(timespec="seconds")

    def file(name: str, title: str, media_type: str) -> dict[str, Any]:
        return {
            "id": f"{address}/{name}",
            "type": "https://schema.oparl.org/1.1/File",
            "name": title,
            "fileName": name,
            "mimeType": media_type,
            "accessUrl": f"{address}/{name}",
            "created": made_at,
            "modified": made_at,
        }

    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {
        "id": f"{address}/paper.json",
        "type": "https://schema.oparl.org/1.1/Paper",
        "name": subject(wording),
        "date": source.made_at.date().isoformat(),
        "paperType": parts["paper"],
        "mainFile": file("committee-paper.pdf", parts["paper"], "application/pdf"),
        "auxiliaryFile": [
            file("committee-paper.docx", parts["paper"], word),
            file("report.pdf", wording.words["one_page"], "application/pdf"),
            file("action-plan.pdf", parts["annex_plan"], "application/pdf"),
        ],
        "keyword": ["Weltoffene Kommune", "Selbstcheck", *(wording.field(line) for line in wording.council.lines)],
        "created": made_at,
        "modified": made_at,
        "web": f"{address}/committee-paper.pdf",
    }
