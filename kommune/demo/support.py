"""Kinds of support and groups of people that gatherings of the demo name, in the form that the API takes."""

UKRAINIAN = {
    "id": "interpreter:uk",
    "capacity": 2,
    "label": {
        "de": "Dolmetschen Ukrainisch",
        "de-simple": "Jemand übersetzt ins Ukrainische",
        "en": "Ukrainian interpreter",
        "uk": "Переклад українською",
        "ar": "ترجمة إلى الأوكرانية",
        "tr": "Ukraynaca çeviri",
        "fa": "ترجمه به اوکراینی",
        "ru": "Перевод на украинский",
        "fr": "Interprète en ukrainien",
    },
}
ARABIC = {
    "id": "interpreter:ar",
    "capacity": 2,
    "label": {
        "de": "Dolmetschen Arabisch",
        "de-simple": "Jemand übersetzt ins Arabische",
        "en": "Arabic interpreter",
        "uk": "Переклад арабською",
        "ar": "ترجمة إلى العربية",
        "tr": "Arapça çeviri",
        "fa": "ترجمه به عربی",
        "ru": "Перевод на арабский",
        "fr": "Interprète en arabe",
    },
}
TURKISH = {
    "id": "interpreter:tr",
    "label": {
        "de": "Dolmetschen Türkisch",
        "de-simple": "Jemand übersetzt ins Türkische",
        "en": "Turkish interpreter",
        "uk": "Переклад турецькою",
        "ar": "ترجمة إلى التركية",
        "tr": "Türkçe çeviri",
        "fa": "ترجمه به ترکی",
        "ru": "Перевод на турецкий",
        "fr": "Interprète en turc",
    },
}
CHILDCARE = {
    "id": "childcare",
    "capacity": 8,
    "label": {
        "de": "Kinderbetreuung",
        "de-simple": "Jemand passt auf die Kinder auf",
        "en": "Childcare",
        "uk": "Догляд за дітьми",
        "ar": "رعاية الأطفال",
        "tr": "Çocuk bakımı",
        "fa": "مراقبت از کودکان",
        "ru": "Присмотр за детьми",
        "fr": "Garde d’enfants",
    },
}
STEP_FREE = {
    "id": "step-free",
    "label": {
        "de": "Stufenloser Zugang",
        "de-simple": "Ein Weg ohne Stufen",
        "en": "Step-free access",
        "uk": "Вхід без сходів",
        "ar": "مدخل بلا درجات",
        "tr": "Basamaksız giriş",
        "fa": "ورودی بدون پله",
        "ru": "Вход без ступеней",
        "fr": "Accès sans marches",
    },
}
SIGN_LANGUAGE = {
    "id": "sign-language",
    "capacity": 4,
    "label": {
        "de": "Gebärdensprache",
        "de-simple": "Gebärden-Sprache",
        "en": "Sign language",
        "uk": "Жестова мова",
        "ar": "لغة الإشارة",
        "tr": "İşaret dili",
        "fa": "زبان اشاره",
        "ru": "Жестовый язык",
        "fr": "Langue des signes",
    },
}
YOUNG = {
    "de": "Menschen unter 25 Jahren",
    "de-simple": "Menschen unter 25 Jahren",
    "en": "People under 25",
    "uk": "Люди до 25 років",
    "ar": "من هم دون 25 عامًا",
    "tr": "25 yaşın altındakiler",
    "fa": "افراد زیر ۲۵ سال",
    "ru": "Люди до 25 лет",
    "fr": "Personnes de moins de 25 ans",
}
