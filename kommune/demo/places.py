"""The municipalities of the demo. People, addresses and numbers of sign-ups are invented."""

from __future__ import annotations

from kommune.demo.plans import Place, PlannedCheck, PlannedGathering
from kommune.demo.support import ARABIC, CHILDCARE, SIGN_LANGUAGE, STEP_FREE, TURKISH, UKRAINIAN, YOUNG

WILHELMSHAVEN = Place(
    "wilhelmshaven",
    {"de": "Stadt Wilhelmshaven", "en": "City of Wilhelmshaven"},
    "city",
    "Niedersachsen",
    75_000,
    "Imke Janssen",
    "+49 4421 5550100",
    gatherings=(
        PlannedGathering(
            {
                "de": "Werkstatt: Ankommen am Jadebusen",
                "de-simple": "Treffen: Neu in Wilhelmshaven",
                "en": "Workshop: arriving on the Jade Bight",
                "uk": "Майстерня: як ми приїхали до Вільгельмсгафена",
                "ar": "ورشة: الوصول إلى فيلهلمسهافن والاستقرار فيها",
                "tr": "Atölye: Wilhelmshaven’e gelmek ve yerleşmek",
                "fa": "کارگاه: رسیدن و جا افتادن در ویلهلمس‌هافن",
                "ru": "Мастерская: приехать и освоиться в Вильгельмсхафене",
                "fr": "Atelier : arriver et s’installer à Wilhelmshaven",
            },
            {
                "de": "Was hat Ihnen beim Ankommen geholfen, was hat gefehlt? Wir sammeln an Tischen, was die Stadt als Nächstes angehen soll.",
                "de-simple": "Was hat Ihnen am Anfang geholfen? Was hat gefehlt? Wir sitzen an Tischen. Wir schreiben auf: Das soll die Stadt tun.",
                "en": "What helped you when you arrived, and what was missing? At small tables we collect what the city should do next.",
                "uk": "Що допомогло вам, коли ви приїхали, а чого бракувало? За столами ми зберемо, що місто має зробити далі.",
                "ar": "ما الذي ساعدكم عند الوصول وما الذي كان ينقصكم؟ حول الطاولات نجمع ما ينبغي للمدينة أن تفعله بعد ذلك.",
                "tr": "Geldiğinizde size ne yardımcı oldu, ne eksikti? Masalarda şehrin bundan sonra neler yapması gerektiğini topluyoruz.",
                "fa": "هنگام رسیدن چه چیزی به شما کمک کرد و چه چیزی کم بود؟ دور میزها جمع می‌کنیم که شهر از این پس چه باید بکند.",
                "ru": "Что помогло вам после приезда, а чего не хватало? За столами мы соберём, что город должен сделать дальше.",
                "fr": "Qu’est-ce qui vous a aidé à votre arrivée, qu’est-ce qui manquait ? Autour des tables, nous réunissons ce que la ville doit faire ensuite.",
            },
            "dialogue",
            20,
            17,
            2.5,
            24,
            17,
            place="Pumpwerk, Banter Deich 1a",
            support=(CHILDCARE, STEP_FREE, UKRAINIAN),
        ),
    ),
)

WOLFSBURG = Place(
    "wolfsburg",
    {"de": "Stadt Wolfsburg", "en": "City of Wolfsburg"},
    "city",
    "Niedersachsen",
    128_000,
    "Deniz Yılmaz",
    "+49 5361 5550100",
    gatherings=(
        PlannedGathering(
            {"de": "Wolfsburg gemeinsam gestalten", "en": "Shaping Wolfsburg together"},
            {
                "de": "Ein Abend für alle, die hier leben: Wie kommen Menschen mit und ohne Einwanderungsgeschichte ins Gespräch? Bringen Sie gern jemanden mit.",
                "en": "An evening for everyone who lives here: how do people with and without a migration history start talking? Feel free to bring someone.",
            },
            "dialogue",
            12,
            18,
            2.5,
            35,
            41,
            place="Rathaus, Porschestraße 49",
            support=(TURKISH, ARABIC, CHILDCARE, SIGN_LANGUAGE),
        ),
    ),
    check=PlannedCheck(
        "Selbstcheck Wolfsburg", (2.9, 2.4, 3.0, 2.1, 2.6, 2.3, 2.8), (2.2, 1.6, 2.5, 1.9, 1.5, 2.0, 2.4), (9, 8)
    ),
)

KAUFBEUREN = Place(
    "kaufbeuren",
    {"de": "Stadt Kaufbeuren", "en": "City of Kaufbeuren"},
    "city",
    "Bayern",
    46_000,
    "Veronika Huber",
    "+49 8341 5550100",
    gatherings=(
        PlannedGathering(
            {"de": "Stadtgespräch: Wer spricht für wen?", "en": "Town talk: who speaks for whom?"},
            {
                "de": "Beiräte, Vereine, Nachbarschaften: Wir sprechen darüber, wer in der Stadt gehört wird und wer noch fehlt.",
                "en": "Councils, clubs, neighbourhoods: we talk about who is heard in town and who is still missing.",
            },
            "dialogue",
            9,
            19,
            2,
            40,
            26,
            place="Stadtsaal, Augsburger Straße 2",
            support=(TURKISH, STEP_FREE),
            questions=("food", "heard"),
            quotas=({"id": "young", "label": YOUNG, "seats": 8},),
            invitations=(
                {"id": "course", "name": "Sprachkurs der Volkshochschule", "uses": 20},
                {"id": "school", "name": "Schülervertretung der Realschule", "quota": "young"},
            ),
        ),
        PlannedGathering(
            {"de": "Erzählcafé: sechs Abende im Stadtteil", "en": "Story café: six evenings in the neighbourhood"},
            {
                "de": "Sechs Abende in derselben Runde: zuhören, erzählen, sich kennenlernen. Wer sich anmeldet, hat an jedem Abend einen Platz.",
                "en": "Six evenings in the same circle: listen, tell, get to know each other. Whoever signs up has a seat on every evening.",
            },
            "dialogue",
            6,
            18,
            2,
            16,
            12,
            place="Generationenhaus, Hafenmarkt 6",
            support=(TURKISH, CHILDCARE),
            weeks=6,
        ),
        PlannedGathering(
            {
                "de": "Austausch der Modellkommunen: Sprachmittlung",
                "en": "Exchange of model municipalities: interpreting pools",
            },
            {
                "de": "Kaufbeuren zeigt, wie der Pool der Sprachmittlerinnen und Sprachmittler arbeitet, was er kostet und was wir heute anders machen würden.",
                "en": "Kaufbeuren shows how its pool of interpreters works, what it costs and what we would do differently today.",
            },
            "exchange",
            26,
            10,
            1.5,
            60,
            11,
            join_url="https://treffen.example.org/kaufbeuren-sprachmittlung",
            open_to="municipalities",
        ),
    ),
    check=PlannedCheck(
        "Selbstcheck Kaufbeuren", (2.2, 2.8, 2.5, 3.1, 2.0, 2.7, 1.9), (2.0, 1.9, 2.6, 2.2, 1.6, 1.8, 1.7), (12, 6)
    ),
)

DACHAU_DISTRICT = Place(
    "landkreis-dachau",
    {"de": "Landkreis Dachau", "en": "District of Dachau"},
    "district",
    "Bayern",
    155_000,
    "Samira Haddad",
    "+49 8131 5550100",
    gatherings=(
        PlannedGathering(
            {"de": "Digitaler Dialog im Landkreis", "en": "Digital dialogue of the district"},
            {
                "de": "Vier Kommunen, ein Gespräch: Was braucht es auf dem Land, damit alle dazugehören? Sie können von zu Hause teilnehmen.",
                "en": "Four municipalities, one conversation: what does it take in the countryside for everyone to belong? Take part from home.",
            },
            "dialogue",
            16,
            17,
            2.5,
            80,
            52,
            join_url="https://treffen.example.org/landkreis-dachau-dialog",
            support=(ARABIC, UKRAINIAN),
        ),
    ),
    check=PlannedCheck(
        "Gemeinsamer Selbstcheck im Landkreis",
        (2.5, 2.1, 1.8, 2.4, 2.2, 2.6, 1.7),
        (1.8, 1.9, 1.4, 2.0, 2.1, 1.7, 1.2),
        (14, 9),
    ),
    members=("dachau", "petershausen", "pfaffenhofen-glonn"),
)

MEMBERS = (
    Place(
        "dachau",
        {"de": "Stadt Dachau", "en": "Town of Dachau"},
        "city",
        "Bayern",
        48_000,
        "Jonas Wagner",
        "+49 8131 5550200",
    ),
    Place(
        "petershausen",
        {"de": "Gemeinde Petershausen"},
        "municipality",
        "Bayern",
        6_700,
        "Maria Lechner",
        "+49 8137 5550100",
    ),
    Place(
        "pfaffenhofen-glonn",
        {"de": "Gemeinde Pfaffenhofen a. d. Glonn"},
        "municipality",
        "Bayern",
        2_200,
        "Anton Kiening",
        "+49 8134 5550100",
    ),
)

PLACES = (WILHELMSHAVEN, WOLFSBURG, KAUFBEUREN, DACHAU_DISTRICT, *MEMBERS)
