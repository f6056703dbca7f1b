"""Kinds of support that the planning page offers to choose from, with their labels for residents. The API takes others too."""

from __future__ import annotations

from chassis.text.languages import LANGUAGES

INTERPRETED = ("uk", "ar", "tr", "fa", "ru", "fr", "en", "fa-AF", "ku", "ti")
_INTERPRETING = {
    "de": "Dolmetschen",
    "de-simple": "Jemand übersetzt",
    "en": "Interpreting",
    "uk": "Усний переклад",
    "ar": "ترجمة شفوية",
    "tr": "Sözlü çeviri",
    "fa": "ترجمهٔ شفاهی",
    "ru": "Устный перевод",
    "fr": "Interprétation",
    "fa-AF": "ترجمانی",
    "ku": "Wergerandin",
    "ti": "ትርጉም",
}

KINDS: dict[str, dict[str, str]] = {
    **{
        f"interpreter:{code}": {
            language: f"{word}: {LANGUAGES[code].endonym}" for language, word in _INTERPRETING.items()
        }
        for code in INTERPRETED
    },
    "sign-language": {
        "de": "Gebärdensprache",
        "de-simple": "Gebärden-Sprache",
        "en": "Sign language",
        "uk": "Жестова мова",
        "ar": "لغة الإشارة",
        "tr": "İşaret dili",
        "fa": "زبان اشاره",
        "ru": "Жестовый язык",
        "fr": "Langue des signes",
        "fa-AF": "زبان اشاره",
        "ku": "Zimanê îşaretan",
        "ti": "ቋንቋ ምልክት",
    },
    "childcare": {
        "de": "Kinderbetreuung",
        "de-simple": "Jemand passt auf die Kinder auf",
        "en": "Childcare",
        "uk": "Догляд за дітьми",
        "ar": "رعاية الأطفال",
        "tr": "Çocuk bakımı",
        "fa": "مراقبت از کودکان",
        "ru": "Присмотр за детьми",
        "fr": "Garde d’enfants",
        "fa-AF": "مراقبت از اطفال",
        "ku": "Lênêrîna zarokan",
        "ti": "ክንክን ህጻናት",
    },
    "step-free": {
        "de": "Zugang ohne Stufen",
        "de-simple": "Ein Weg ohne Treppen",
        "en": "Step-free access",
        "uk": "Вхід без сходів",
        "ar": "مدخل بلا درج",
        "tr": "Basamaksız giriş",
        "fa": "ورودی بدون پله",
        "ru": "Вход без ступеней",
        "fr": "Accès de plain-pied",
        "fa-AF": "ورودی بدون زینه",
        "ku": "Ketina bê derince",
        "ti": "መእተዊ ብዘይ መደያይቦ",
    },
    "travel": {
        "de": "Hilfe bei der Anfahrt",
        "de-simple": "Hilfe auf dem Weg",
        "en": "Help with travel",
        "uk": "Допомога з дорогою",
        "ar": "مساعدة في الوصول",
        "tr": "Ulaşım desteği",
        "fa": "کمک برای رفت‌وآمد",
        "ru": "Помощь с дорогой",
        "fr": "Aide pour le trajet",
        "fa-AF": "کمک در رفت‌وآمد",
        "ku": "Alîkarî ji bo rê",
        "ti": "ሓገዝ ንመገሻ",
    },
}
"""Labels by language, by the id that registrations name."""
