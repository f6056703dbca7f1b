"""More municipalities of the demo, with a closed Selbstcheck each, so that there is somebody to compare with.

What the official list says of them are public facts (© Statistisches Bundesamt (Destatis), 31.12.2019, dl-de/by-2-0); results,
practices, questions and visits are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kommune.demo.plans import Place, PlannedCheck
from services.registration.gazetteer.official_list import Entry

Levels = tuple[float, ...]


def _place(slug: str, name: str, state: str, people: int, coordinator: str, phone: str, levels: Levels) -> Place:
    """Its civil society sees everything half a level lower."""
    civil = tuple(max(0.3, level - 0.5) for level in levels)
    check = PlannedCheck(f"Selbstcheck {name}", levels, civil, (1, 7))
    languages = ("de", "de-simple", "en", "uk", "ar")
    title = {"de": f"Stadt {name}", "en": f"City of {name}"}
    return Place(slug, title, "city", state, people, coordinator, phone, languages, check=check)


LOWER_SAXONY, BAVARIA = "Niedersachsen", "Bayern"
NEIGHBOURS = (
    _place("delmenhorst", "Delmenhorst", LOWER_SAXONY, 77_559, "Wiebke Onken", "+49 4221 5550100", (3.4, 1.4, 2.2, 2.8, 1.9, 2.6, 1.6)),
    _place("emden", "Emden", LOWER_SAXONY, 49_913, "Tomke Fokken", "+49 4921 5550100", (1.6, 3.3, 2.7, 1.5, 2.4, 2.0, 2.9)),
    _place("celle", "Celle", LOWER_SAXONY, 69_540, "Anja Behrens", "+49 5141 5550100", (2.1, 2.0, 3.5, 2.2, 1.2, 2.9, 2.1)),
    _place("hameln", "Hameln", LOWER_SAXONY, 57_434, "Murat Aslan", "+49 5151 5550100", (2.8, 1.8, 1.5, 3.4, 2.7, 1.4, 2.5)),
    _place("salzgitter", "Salzgitter", LOWER_SAXONY, 104_291, "Petra Wolters", "+49 5341 5550100", (1.3, 2.6, 2.0, 1.9, 3.3, 2.3, 1.8)),
    _place("lueneburg", "Lüneburg", LOWER_SAXONY, 75_711, "Jule Harms", "+49 4131 5550100", (2.5, 2.9, 1.8, 2.6, 2.1, 3.5, 3.2)),
    _place("kempten", "Kempten (Allgäu)", BAVARIA, 69_151, "Magdalena Frey", "+49 831 5550100", (3.1, 2.2, 2.9, 1.7, 1.6, 1.9, 2.7)),
    _place("memmingen", "Memmingen", BAVARIA, 44_100, "Alois Rauch", "+49 8331 5550100", (1.9, 1.6, 2.4, 2.0, 2.9, 2.7, 1.4)),
    _place("straubing", "Straubing", BAVARIA, 47_791, "Elena Markovic", "+49 9421 5550100", (2.3, 3.0, 1.6, 2.9, 1.8, 1.7, 2.3)),
)  # fmt: skip


def _gazetteer_entry(ags: str, name: str, kind: str, state: str, people: int, area: float, degree: int) -> Entry:
    district = "Dachau" if ags.startswith("09174") else None
    return Entry(ags, name, kind, state, district, people, area, None, None, None, degree)


FREE, LARGE = "district-free city", "major district town"
OFFICIAL = [
    _gazetteer_entry("03101000", "Braunschweig, Stadt", FREE, LOWER_SAXONY, 249_406, 192.7, 1),
    _gazetteer_entry("03102000", "Salzgitter, Stadt", FREE, LOWER_SAXONY, 104_291, 224.49, 2),
    _gazetteer_entry("03103000", "Wolfsburg, Stadt", FREE, LOWER_SAXONY, 124_371, 204.61, 1),
    _gazetteer_entry("03252006", "Hameln, Stadt", "city", LOWER_SAXONY, 57_434, 102.53, 2),
    _gazetteer_entry("03351006", "Celle, Stadt", "city", LOWER_SAXONY, 69_540, 176.02, 2),
    _gazetteer_entry("03355022", "Lüneburg, Hansestadt", "city", LOWER_SAXONY, 75_711, 70.5, 2),
    _gazetteer_entry("03401000", "Delmenhorst, Stadt", FREE, LOWER_SAXONY, 77_559, 62.45, 2),
    _gazetteer_entry("03402000", "Emden, Stadt", FREE, LOWER_SAXONY, 49_913, 112.34, 2),
    _gazetteer_entry("03405000", "Wilhelmshaven, Stadt", FREE, LOWER_SAXONY, 76_089, 107.07, 2),
    _gazetteer_entry("09174115", "Dachau, GKSt", LARGE, BAVARIA, 47_721, 34.96, 2),
    _gazetteer_entry("09174136", "Petershausen", "municipality", BAVARIA, 6_540, 32.79, 3),
    _gazetteer_entry("09174137", "Pfaffenhofen a.d.Glonn", "municipality", BAVARIA, 2_246, 20.88, 3),
    _gazetteer_entry("09263000", "Straubing", FREE, BAVARIA, 47_791, 67.59, 2),
    _gazetteer_entry("09762000", "Kaufbeuren", FREE, BAVARIA, 44_398, 40.02, 2),
    _gazetteer_entry("09763000", "Kempten (Allgäu)", FREE, BAVARIA, 69_151, 63.28, 2),
    _gazetteer_entry("09764000", "Memmingen", FREE, BAVARIA, 44_100, 70.11, 2),
]
"""A few entries of the official list, for a platform that has not been given the whole one (`kommune gazetteer import`)."""


@dataclass(frozen=True)
class PlannedPractice:
    """What a municipality did, for the field of action at this place of the questionnaire."""

    tenant: str
    field: int
    title: str
    start: str
    goal: str
    steps: str
    result: str
    went_wrong: str
    cost: tuple[int, int]

    def body(self, field: str) -> dict[str, Any]:
        texts = {name: getattr(self, name) for name in ("title", "start", "goal", "steps", "result", "went_wrong")}
        return {
            **texts,
            "fields": [field],
            "cost": {"from": self.cost[0], "to": self.cost[1]},
            "contact": {"office": "Fachstelle Integration", "email": f"integration@{self.tenant}.example.org"},
            "named": True,
            "public": True,
        }


PRACTICES = (
    PlannedPractice(
        "delmenhorst",
        0,
        "Ein Leitbild, das alle verstehen",
        "Das Leitbild der Stadt war zwölf Seiten lang und niemand kannte es.",
        "Wer in der Stadt lebt, soll wissen, wofür sie steht.",
        "In vier Stadtteilen wurde an Tischen gesammelt. Eine Gruppe schrieb zwei Seiten daraus, in neun Sprachen. Der Rat beschloss sie.",
        "Nach einem Jahr kannte es jede dritte befragte Person. Ämter nennen es in ihren Vorlagen.",
        "Die erste Fassung kam aus der Verwaltung allein. Sie wurde zurückgezogen.",
        (8_000, 15_000),
    ),
    PlannedPractice(
        "kempten",
        0,
        "Vielfalt steht in der Stellenausschreibung",
        "In der Verwaltung arbeiteten wenige, deren Eltern eingewandert waren.",
        "Die Verwaltung wird so vielfältig wie die Stadt.",
        "Ausschreibungen wurden kürzer. Sprachen zählen als Können. Zwei Klassen im Jahr besuchen das Rathaus.",
        "Von 40 Auszubildenden sprechen nun 14 zu Hause eine weitere Sprache.",
        "Im ersten Jahr bewarb sich kaum jemand: Die Schulen wussten nichts davon.",
        (3_000, 6_000),
    ),
    PlannedPractice(
        "emden",
        1,
        "Sprachmittlung auf Abruf für alle Ämter",
        "In den Ämtern verstand man sich oft nicht; Kinder übersetzten für ihre Eltern.",
        "Wer ein Amt besucht, wird verstanden.",
        "Ein Pool von 30 Sprachmittlern wurde geschult. Ämter buchen sie am Vortag, am Telefon auch sofort.",
        "600 Einsätze im Jahr; Termine werden seltener wiederholt.",
        "Am Anfang zahlte jedes Amt selbst, und keines buchte. Erst das gemeinsame Budget half.",
        (25_000, 40_000),
    ),
    PlannedPractice(
        "salzgitter",
        4,
        "Nachbarschaftsfeste, die andere planen",
        "Zu den Festen der Stadt kamen immer dieselben.",
        "Menschen lernen sich kennen, die sonst aneinander vorbeigehen.",
        "Die Stadt gibt Geld und Technik. Planen tun je drei Haushalte einer Straße, die sich vorher nicht kannten.",
        "18 Feste im Jahr. Zwei Drittel der Gäste waren nie auf einem Fest der Stadt.",
        "Anträge waren zu lang. Jetzt ist es eine Seite.",
        (10_000, 20_000),
    ),
)
