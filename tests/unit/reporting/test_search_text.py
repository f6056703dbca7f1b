"""Words become terms so that people find what others wrote in their own words."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.compounds import all_parts, known_parts, split
from services.reporting.domain.contribution import is_of_a_person
from services.reporting.domain.practice import (
    Confirm,
    Content,
    NothingToSubmit,
    NotPublished,
    NotSubmitted,
    PracticeIncomplete,
    PracticeRetired,
    PracticeState,
    Publish,
    Refusal,
    Retire,
    Return,
    Submit,
    Write,
    decide,
    names_somebody,
    readability,
)
from services.reporting.domain.ranking import RULES, Passage, document_terms
from services.reporting.domain.search_text import SHORTEST_MISTYPED, corrections, query_terms, terms
from services.reporting.domain.thesaurus import COMPOUND_PARTS, CONCEPTS, STOP_WORDS
from services.reporting.domain.word_forms import folded, words
from tests.service.reporting.practice_corpus import NOW, PRACTICES
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Mueller", "Müller"),
        ("Müller", "Mueller"),
        ("strasse", "Straße"),
        ("Lukasz", "Łukasz"),
        ("Yildiz", "Yıldız"),
        ("Dolmetscherinnen", "Dolmetscher"),
        ("Dolmetscher", "Sprachmittlung"),
        ("Sprachmittlung", "Sprachmittlungspool"),
        ("interpreter", "Dolmetschende"),
        ("переводчик", "Dolmetscher"),
        ("tercüman", "Sprachmittlung"),
        ("مترجم", "Dolmetscher"),
        ("Nachbarschaft", "Nachbarschaftstreff"),
        ("Rassismus", "Antidiskriminierung"),
        ("Nachbarn", "Nachbarschaft"),
        ("Nachbarschaften", "Nachbarin"),
        ("Nachbarn", "Nachbarschaftspaten"),
        ("Partner", "Partnerschaften"),
        ("ehrenamtliche", "Ehrenamt"),
        ("einwandern", "Einwanderung"),
        ("Stellenanzeige", "Ausschreibung"),
        ("об'єднання", "Verein"),
        ("Stellenanzeigen", "Stellenausschreibung"),
        ("вакансия", "Ausschreibungen"),
        ("گفتوگو", "گفت\u200cوگو"),
        ("Bürgerdialog", "Bürger\u00addialog"),
        ("Mediation", "Mediatorinnen"),
        ("Mediation", "Streitschlichtung"),
        ("koordinieren", "Koordination"),
        ("Moderatorin", "Moderation"),
        ("Mietwohnung", "Wohnung"),
        ("Miete", "Mietwohnung"),
        ("Schulhof", "Schule"),
        ("VHS", "Volkshochschule"),
        ("DaZ", "Deutschkurs"),
        ("MSO", "Migrantenorganisation"),
        ("BAMF", "Bundesamt"),
        ("KI", "Integrationszentrum"),
        ("KI", "Künstliche Intelligenz"),
        ("المكتبة", "Bücherei"),
        ("больницы", "Krankenhaus"),
        ("лікарні", "Krankenhaus"),
        ("hôpitaux", "Krankenhaus"),
        ("mittler", "Sprachmittlung"),
        ("mittler", "Sprachmittlungspool"),
        ("mittlung", "Sprachmittlerinnen"),
        ("Dolmetsch", "Sprachmittlung"),
        ("Dolmetsch", "Dolmetschdienst"),
    ],
)
def test_what_is_typed_meets_what_was_written(typed: str, written: str) -> None:
    query = {
        term for language in ("de", "ru", "tr", "ar", "fa") for word in query_terms(typed, [language]) for term in word
    }
    document = {term for language in ("de", "fa") for term, _ in terms(written, language)}
    assert query & document


@pytest.mark.parametrize(("typed", "written"), [("Mediation", "Medien"), ("Ration", "Rat"), ("Station", "Stadt")])
def test_endings_of_foreign_words_make_no_other_word_of_them(typed: str, written: str) -> None:
    query = {term for word in query_terms(typed, ["de"]) for term in word}
    assert not query & {term for term, _ in terms(written, "de")}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Dolmetcher", "dolmetscher"),
        ("Dolmettscher", "dolmetscher"),
        ("Dolmetshcer", "dolmetscher"),
        ("Dolmetschar", "dolmetscher"),
    ],
)
def test_a_word_with_one_slip_is_found(typed: str, meant: str) -> None:
    assert meant in corrections(typed.lower(), ["dolmetscher"])


@given(st.text("abcdefg", min_size=SHORTEST_MISTYPED, max_size=12), st.data())
def test_every_single_slip_after_the_first_letter_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefg"))
    slips = (
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )
    for slip in slips:
        if len(slip) >= SHORTEST_MISTYPED and slip != word:
            assert word in corrections(slip, [word])


@pytest.mark.parametrize(
    ("mailbox", "person"),
    [
        ("erika.muster@stadt.example", True),
        ("j.mueller@stadt.example", True),
        ("Müller_Anna@stadt.example", True),
        ("integration@stadt.example", False),
        ("fachstelle.integration@stadt.example", False),
        ("integration.wolfsburg@stadt.example", False),
        ("stabsstelle-vielfalt@stadt.example", False),
        ("kontakt.emden@stadt.example", False),
        ("bildung_und_integration@stadt.example", False),
        ("amt-50@stadt.example", False),
        ("muster@stadt.example", False),
    ],
)
def test_a_mailbox_of_a_person_is_told_from_one_of_an_office(mailbox: str, person: bool) -> None:
    assert is_of_a_person(mailbox) == person


def test_two_slips_or_a_short_word_are_not_forgiven() -> None:
    assert corrections("dolmtcher", ["dolmetscher"]) == []
    assert "haus" not in corrections("hau", ["haus"]), "a short word is near too many others"


def test_terms_change_with_the_version_of_their_rules_alone() -> None:
    """Practices are indexed anew where `RULES` rises: raise it, and write the new sum here."""
    texts = [(word, language) for by in CONCEPTS.values() for language, words in by.items() for word in words]
    texts += [(part, "de") for part in COMPOUND_PARTS]
    texts += [(text, "de") for practice in PRACTICES.values() for text in practice]
    all_terms = [sorted(terms(text, language)) for text, language in texts]
    ranked = [sorted(document_terms([Passage(text, language, 1.0)]).items()) for text, language in texts]
    sum_of_terms = sha256(repr((all_terms, ranked)).encode()).hexdigest()[:16]
    assert (RULES, sum_of_terms) == (5, "2852d3d6ef6cd362")


def test_words_that_mean_something_else_do_not_meet() -> None:
    query = {term for word in query_terms("Wohnungssuche", ["de"]) for term in word}
    assert not query & {term for term, _ in terms("Schwimmkurs für Frauen", "de")}


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Termin", "Terminal"), ("Bildung", "Bild"), ("Verwaltung", "Gewalt"), ("mittlere", "Sprachmittlung")],
)
def test_words_that_only_look_derived_do_not_meet(typed: str, written: str) -> None:
    query = {term for word in query_terms(typed, ["de"]) for term in word}
    assert not query & {term for term, _ in terms(written, "de")}


def test_compounds_are_read_as_words_of_the_library_too() -> None:
    assert split("gartenpaten", {"garten", "paten"}) == ["garten", "paten"]
    assert split("integrationslotse", {"integration", "lotse"}) == ["integration", "lotse"]
    assert split("garten", {"garten"}) == []
    assert split("unbekannteswort", {"wort"}) == []


COMPOUNDS = """
Sprachmittlung Sprachmittlerin Sprachmittlerpool Dolmetscherdienst Dolmetschdienst Dolmetscherpool
Integrationslotse Integrationsbeauftragte Integrationskonzept Integrationskurs Integrationsbeirat
Integrationsfonds Integrationsmanagement Integrationspauschale Migrationsberatung Migrationsdienst
Migrationsbeirat Migrationsgesellschaft Ausländerbehörde Ausländerbeirat Einbürgerungsfeier Einbürgerungskampagne
Einbürgerungsbehörde Einwanderungsgesellschaft Zuwanderungsbehörde Willkommensbehörde Willkommenskultur
Willkommenslotsen Erstberatung Erstorientierung Gemeinschaftsunterkunft Flüchtlingsunterkunft Flüchtlingshilfe
Flüchtlingsberatung Geflüchtetenhilfe Asylverfahren Asylberatung Aufenthaltsrecht Arbeitserlaubnis
Arbeitsmarktintegration Arbeitsmarktzugang Arbeitsvermittlung Ausbildungsplatz Ausbildungsbegleitung
Berufsanerkennung Anerkennungsberatung Berufssprachkurs Sprachförderung Sprachkurs Sprachcafé Sprachtandem
Sprachpaten Sprachbarriere Elterncafé Elternabend Elternbegleiter Elternbeirat Elternlotsen Stadtteilmütter
Stadtteilzentrum Stadtteilarbeit Stadtteilkonferenz Quartiersmanagement Quartiersbüro Quartiersarbeit
Nachbarschaftshilfe Nachbarschaftsfest Nachbarschaftsgarten Begegnungsstätte Begegnungscafé Bürgerbeteiligung
Bürgerforum Bürgerhaushalt Bürgerbudget Bürgerversammlung Bürgerdialog Bürgerbüro Bürgerengagement Bürgerbegehren
Einwohnerantrag Beteiligungskonzept Beteiligungsverfahren Beteiligungsplattform Jugendbeteiligung Jugendparlament
Jugendforum Jugendzentrum Jugendhilfe Jugendarbeit Kinderparlament Seniorenbeirat Seniorentreff Frauengruppe
Frauencafé Frauenbeauftragte Gleichstellungsbeauftragte Gleichstellungsbüro Antidiskriminierungsstelle
Antidiskriminierungsberatung Rassismusprävention Demokratieförderung Demokratiekonferenz Demokratiebildung
Extremismusprävention Gewaltprävention Vielfaltskonzept Vielfaltsstrategie Diversitätsmanagement
Diversitätsbeauftragte Verwaltungsöffnung Verwaltungsmodernisierung Verwaltungssprache Behördenlotsen
Stadtverwaltung Kreisverwaltung Gemeindeverwaltung Ausschusssitzung Fachausschuss Fachstelle Fachdienst
Fachkräfte Fachkräfteeinwanderung Anlaufstelle Beratungsstelle Beschwerdestelle Ehrenamtsbörse
Ehrenamtskoordination Ehrenamtskarte Freiwilligendienst Freiwilligenzentrum Vereinsarbeit Vereinsförderung
Moscheegemeinde Kirchengemeinde Religionsgemeinschaft Kulturverein Kulturmittler Kulturfest Kulturdolmetscher
Gesundheitslotsen Gesundheitsförderung Wohnungssuche Wohnungslotse Wohnraumvermittlung Mietberatung
Schulsozialarbeit Schulanmeldung Schulmediation Schulpaten Bildungskoordination Bildungsberatung Bildungspaten
Bildungsbüro Familienzentrum Familienbildung Familienpaten Mentorenprogramm Patenschaftsprogramm Netzwerkarbeit
Netzwerktreffen Handlungskonzept Leitbildprozess Bedarfsanalyse Personalgewinnung Personalentwicklung
Stellenausschreibung Nachwuchsgewinnung Mitarbeiterschulung Öffentlichkeitsarbeit Pressearbeit Förderprogramm
Förderantrag Digitallotsen Sozialraum Sozialberatung Rechtsberatung Schuldnerberatung Suchtberatung
Traumaberatung
"""
"""Words of integration, participation and administration."""


@pytest.mark.parametrize("compound", COMPOUNDS.split())
def test_compounds_of_the_field_are_read_as_their_parts(compound: str) -> None:
    assert all_parts(folded(compound.lower()), known_parts())


WHOLE = Content(
    title={"de": "T"}, fields=("f",), start={"de": "s"}, goal={"de": "g"}, steps={"de": "s"}, result={"de": "r"}
)
DRAFT = PracticeState(draft=WHOLE)
SUBMITTED = decide(DRAFT, Submit(), NOW)[0]
PUBLISHED = decide(SUBMITTED, Publish(), NOW)[0]
RETIRED = decide(PUBLISHED, Retire(), NOW)[0]


@pytest.mark.parametrize(
    ("state", "command", "refusal"),
    [
        (PracticeState(), Submit(), NothingToSubmit),
        (PracticeState(draft=Content(title={"de": "T"}, fields=())), Submit(), PracticeIncomplete),
        (DRAFT, Publish(), NotSubmitted),
        (DRAFT, Return("x"), NotSubmitted),
        (DRAFT, Confirm(), NotPublished),
        (DRAFT, Retire(), NotPublished),
        (RETIRED, Write(WHOLE), PracticeRetired),
        (RETIRED, Confirm(), PracticeRetired),
    ],
)
def test_a_command_that_does_not_fit_a_practice_is_refused_by_name(
    state: PracticeState, command: object, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        decide(state, command, NOW)  # type: ignore[arg-type]


def test_a_practice_has_a_status_at_each_step_and_a_new_edition_goes_through_review() -> None:
    assert [one.status for one in (DRAFT, SUBMITTED, PUBLISHED, RETIRED)] == [
        "draft",
        "submitted",
        "published",
        "retired",
    ]
    again = decide(decide(decide(PUBLISHED, Write(WHOLE), NOW)[0], Submit(), NOW)[0], Publish(), NOW)[0]
    assert (again.edition, again.first_published) == (2, NOW)
    assert decide(SUBMITTED, Write(WHOLE), NOW)[0].status == "draft", "what is changed has to be submitted again"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("maria@muster.example", True),
        ("04421 / 16 12 34", True),
        ("+49 30 1234567", True),
        ("0171-2345678", True),
        ("تلفن: ۰۱۷۱ ۲۳۴۵۶۷۸", True),
        ("هاتف: +٤٩ ٣٠ ١٢٣٤٥٦٧", True),
        ("در سال ۲۰۲۵ به ۴۰ جلسه ۱۲۵۰۰ نفر آمدند.", False),
        ("Im Jahr 2025 kamen 12.500 Menschen zu 40 Terminen.", False),
        ("Das kostete 120 000 Euro in 2024 und 2025.", False),
        ("§ 60a AufenthG, Raum 014", False),
    ],
)
def test_addresses_and_numbers_of_people_are_seen(text: str, found: bool) -> None:
    assert names_somebody(text) is found


@pytest.mark.parametrize("sign", ["a", "0-", "a.", "0 ", "(", "!", "?!"])
def test_a_long_run_of_one_sign_is_read_once(sign: str) -> None:
    """Anew from each sign, this took hours."""
    text = sign * examples(1_000_000)
    assert not names_somebody(text)
    assert readability(text) >= 0


def test_readability_counts_ends_of_sentences() -> None:
    assert readability("Wir kommen. Wer kommt noch?! Alle") == readability("Wir kommen. Wer kommt noch? Alle") == 3.0


def test_the_thesaurus_holds_words_in_languages_of_the_platform() -> None:
    languages = {"de", "en", "fr", "ru", "uk", "tr", "ar", "fa"}
    assert COMPOUND_PARTS
    assert STOP_WORDS
    for name, by_language in CONCEPTS.items():
        assert by_language.get("de"), f"{name}: practices are written in German most of all"
        assert not set(by_language) - languages, f"{name}: {set(by_language) - languages}"
        for language, synonyms in by_language.items():
            assert len(set(synonyms)) == len(synonyms), f"{name}, {language}: a word stands twice"
            assert all(words(word) == [word] for word in synonyms), (
                f"{name}, {language}: as `words` makes them, else no search finds them"
            )
