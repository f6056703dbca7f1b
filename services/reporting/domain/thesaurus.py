"""Words of the field that mean the same, in the languages of the platform, and words that its compounds are made of.

One entry for each idea: language → words, apart by blanks. A search for any of them finds the others, at less weight than the
word itself.
"""

from __future__ import annotations

CONCEPTS: dict[str, dict[str, str]] = {
    "interpreting": {
        "de": "dolmetschen dolmetscher dolmetschende sprachmittlung sprachmittler übersetzen übersetzung übersetzer sprachmittlungspool",
        "en": "interpreting interpreter interpreters interpretation translation translator",
        "fr": "interprétation interprète interprètes traduction traducteur",
        "ru": "перевод переводчик переводчики",
        "uk": "переклад перекладач перекладачі",
        "tr": "tercüme tercüman çeviri çevirmen",
        "ar": "ترجمة مترجم مترجمون",
        "fa": "ترجمه مترجم",
    },
    "discrimination": {
        "de": "diskriminierung antidiskriminierung rassismus antirassismus benachteiligung ausgrenzung ungleichbehandlung",
        "en": "discrimination racism antiracism exclusion",
        "fr": "discrimination racisme exclusion",
        "ru": "дискриминация расизм",
        "uk": "дискримінація расизм",
        "tr": "ayrımcılık ırkçılık",
        "ar": "تمييز عنصرية",
        "fa": "تبعیض نژادپرستی",
    },
    "participation": {
        "de": "beteiligung teilhabe partizipation mitbestimmung mitwirkung bürgerbeteiligung mitsprache",
        "en": "participation involvement engagement",
        "fr": "participation implication",
        "ru": "участие",
        "uk": "участь залучення",
        "tr": "katılım",
        "ar": "مشاركة",
        "fa": "مشارکت",
    },
    "childcare": {
        "de": "kinderbetreuung kita kindergarten kindertagesstätte tagespflege krippe",
        "en": "childcare nursery kindergarten daycare",
        "fr": "garderie crèche garde",
        "tr": "kreş anaokulu",
        "ru": "детсад ясли",
        "uk": "дитсадок ясла",
        "ar": "حضانة روضة",
        "fa": "مهدکودک",
    },
    "housing": {
        "de": "wohnen wohnung wohnraum unterkunft unterbringung miete vermieter wohnungssuche",
        "en": "housing accommodation flat apartment rent landlord",
        "fr": "logement hébergement loyer",
        "tr": "konut barınma kira",
        "ru": "жилье жильё квартира",
        "uk": "житло квартира",
        "ar": "سكن إسكان",
        "fa": "مسکن خانه",
    },
    "work": {
        "de": "arbeit beschäftigung arbeitsmarkt job beruf erwerbstätigkeit arbeitsplatz",
        "en": "work employment job labour occupation",
        "fr": "travail emploi métier",
        "tr": "iş istihdam çalışma",
        "ru": "работа занятость",
        "uk": "робота зайнятість",
        "ar": "عمل توظيف",
        "fa": "کار اشتغال",
    },
    "language course": {
        "de": "sprachkurs deutschkurs integrationskurs sprachförderung deutschlernen spracherwerb",
        "en": "course courses lessons",
        "fr": "cours",
        "tr": "kurs kursu",
        "ru": "курсы",
        "uk": "курси",
        "ar": "دورة دورات",
        "fa": "کلاس دوره",
    },
    "volunteering": {
        "de": "ehrenamt freiwillige engagement freiwilligenarbeit ehrenamtliche paten patenschaft lotsen mentoring",
        "en": "volunteering volunteers volunteer mentoring mentors buddy",
        "fr": "bénévolat bénévoles parrainage",
        "tr": "gönüllü gönüllülük",
        "ru": "волонтеры волонтёры",
        "uk": "волонтери",
        "ar": "تطوع متطوعون",
        "fa": "داوطلب",
    },
    "council of migrants": {
        "de": "integrationsrat ausländerbeirat migrationsbeirat integrationsbeirat",
        "en": "advisory",
        "fr": "conseil",
    },
    "foreigners office": {
        "de": "ausländerbehörde ausländeramt migrationsamt willkommensbehörde einwanderungsbehörde",
        "en": "immigration",
        "fr": "immigration préfecture",
    },
    "plain language": {
        "de": "verständlichkeit leichte einfache bürgernah behördendeutsch verständlich",
        "en": "plain easy understandable",
        "fr": "facile simple",
    },
    "schooling": {
        "de": "schule bildung unterricht schüler lehrkräfte eltern elternarbeit",
        "en": "school education pupils teachers parents",
        "fr": "école éducation élèves parents",
        "tr": "okul eğitim veli",
        "ru": "школа образование родители",
        "uk": "школа освіта батьки",
        "ar": "مدرسة تعليم",
        "fa": "مدرسه آموزش",
    },
    "health": {
        "de": "gesundheit arzt ärzte pflege krankenhaus psychosozial trauma",
        "en": "health doctor care hospital",
        "fr": "santé médecin soins",
        "tr": "sağlık doktor",
        "ru": "здоровье врач",
        "uk": "здоров лікар",
        "ar": "صحة طبيب",
        "fa": "سلامت پزشک",
    },
    "recruiting": {
        "de": "personalgewinnung bewerbung einstellung stellenausschreibung ausbildung recruiting nachwuchs personal",
        "en": "recruiting recruitment hiring application staff",
        "fr": "recrutement embauche",
    },
    "job advertisement": {
        "de": "stellenanzeige stellenanzeigen ausschreibung stellenausschreibung stellenangebot jobanzeige inserat",
        "en": "vacancy vacancies advertisement",
        "fr": "annonce annonces offre",
        "tr": "ilan ilanı",
        "ru": "вакансия вакансии объявление",
        "uk": "вакансія вакансії оголошення",
        "ar": "شاغر شاغرة إعلان",
        "fa": "آگهی استخدام",
    },
    "association": {
        "de": "verein vereine migrantenorganisation migrantenselbstorganisation initiative träger verband",
        "en": "association club organisation organization",
        "fr": "association",
        "tr": "dernek",
        "ru": "объединение",
        "uk": "об'єднання",
        "ar": "جمعية",
        "fa": "انجمن",
    },
    "meeting place": {
        "de": "begegnung treffpunkt begegnungsstätte stadtteilzentrum café nachbarschaft nachbarn viertel quartier",
        "en": "encounter neighbourhood neighborhood meeting centre",
        "fr": "rencontre quartier",
        "tr": "buluşma mahalle",
    },
    "guide": {
        "de": "wegweiser lotse orientierung willkommensmappe erstinformation ankommen",
        "en": "guide orientation welcome newcomers",
        "fr": "guide accueil orientation",
        "tr": "rehber",
    },
    "naturalisation": {
        "de": "einbürgerung staatsangehörigkeit",
        "en": "naturalisation citizenship",
        "fr": "naturalisation",
    },
    "youth": {
        "de": "jugend jugendliche kinder jugendarbeit",
        "en": "youth young children",
        "fr": "jeunesse jeunes enfants",
        "tr": "gençlik gençler",
        "ru": "молодёжь молодежь",
        "uk": "молодь",
        "ar": "شباب",
        "fa": "جوانان",
    },
    "women": {
        "de": "frauen mädchen mütter",
        "en": "women girls mothers",
        "fr": "femmes filles mères",
        "tr": "kadın kadınlar",
        "ru": "женщины",
        "uk": "жінки",
        "ar": "نساء امرأة",
        "fa": "زنان",
    },
    "refugees": {
        "de": "geflüchtete flüchtlinge asylsuchende schutzsuchende asyl",
        "en": "refugees asylum",
        "fr": "réfugiés asile",
        "tr": "mülteci sığınmacı",
        "ru": "беженцы",
        "uk": "біженці",
        "ar": "لاجئ لاجئون",
        "fa": "پناهنده",
    },
    "religion": {
        "de": "religion moschee kirche gemeinde synagoge interreligiös",
        "en": "religion mosque church",
        "fr": "religion",
    },
    "sport": {"de": "sport sportverein fußball schwimmen", "en": "sports football", "fr": "sport"},
    "budget": {
        "de": "haushalt finanzierung förderung fördermittel zuschuss kosten",
        "en": "budget funding grant",
        "fr": "budget",
    },
    "digital": {"de": "digital online app website internet chatbot", "en": "digital online website", "fr": "numérique"},
    "training": {
        "de": "schulung fortbildung weiterbildung qualifizierung training workshop",
        "en": "training workshop",
        "fr": "formation atelier",
    },
}

PARTS = (
    "abend amt angebot anlauf antrag anzeige ausschreibung arbeit arbeiten arbeits ausbildung ausländer austausch bau beauftragte behörde beirat berater beratung "
    "berufs besuch bildung bildungs brücke bücherei bürger bürgermeister daten dialog dienst dorf eltern erst essen fach fahrt familie familien feier "
    "fest feuerwehr förder förderung forum frauen freizeit frühstück führung garten gemeinde gemeinschaft gesellschaft gesprächs gesundheit "
    "gesundheits gremium gruppe gruppen haus helfer hilfe hochschule information informations integration integrations jahres jugend kampagne "
    "karte kinder kita klima kommune kommunal konzept kreis krisen kultur kurs kurse land lands landkreis lehrer leit leitbild leitstelle lesen "
    "lotsen management markt maßnahme mediation medien mehr mentoren messe migration migrations mitarbeiter mobil müll nachbar nachbarschaft "
    "nachbarschafts netz netzwerk paten patenschaft personal pflege plan planung platz pool präventions preis profil projekt qualifizierung "
    "quartier quartiers rat rathaus raum recht rechts region reise runde sach schul schule schulen schwimm senioren service sozial spiel sport "
    "sprach sprache sprachen stadt stadtteil stamm stätte stelle stellen strategie tafel tag tandem tausch team telefon theater tisch treff treffen "
    "umfrage umwelt unternehmen verein vereine vereins verkehr vermittlung versammlung verwaltung vielfalt vielfalts volks wahl wegweiser werk "
    "werkstatt willkommen willkommens wirtschaft wirtschafts wohn wohnung wohnungs woche zeit zentrum zukunft zukunfts zusammen zuwanderung mittlung mittler"
)
