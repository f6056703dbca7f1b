"""Sample messages for previews, with invented people and gatherings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.text.languages import BERLIN
from services.notifications.domain.facts import Contact, Gathering, Group, Offer
from services.notifications.domain.messages import CONTENTS, About, Content, content_of

NAMES = {
    "de": "Mara Musterfrau", "de-simple": "Mara Musterfrau", "en": "Alex Sample", "uk": "Олена Приклад", "ar": "ليلى مثال",
    "tr": "Ayşe Örnek", "fa": "مریم نمونه", "ru": "Анна Пример", "fr": "Camille Exemple",
    "fa-AF": "فرشته نمونه", "ku": "Berfîn Mînak", "ti": "ሰላም ኣብነት",
}  # fmt: skip
TITLES = {
    "de": "Offener Abend im Rathaus", "en": "Open evening at the town hall", "uk": "Відкритий вечір у ратуші",
    "ar": "أمسية مفتوحة في دار البلدية", "tr": "Belediye binasında açık akşam", "fa": "شب باز در شهرداری",
    "ru": "Открытый вечер в ратуше", "fr": "Soirée ouverte à la mairie",
    "fa-AF": "شب باز در شاروالی", "ku": "Êvara vekirî li şaredariyê", "ti": "ክፉት ምሸት ኣብ ምምሕዳር ከተማ",
}  # fmt: skip


def sample(kind: str, language: str, tenant: str, name: dict[str, str], now: datetime) -> tuple[Content, About]:
    """A sample message of a kind to an invented person."""
    starts = (now + timedelta(days=14)).astimezone(BERLIN).replace(hour=18, minute=0, second=0, microsecond=0)
    ends = starts + timedelta(hours=2)
    content = content_of(kind, _sample_values(starts, ends, name))
    status = next(iter(CONTENTS[kind].matters_while or ("confirmed",)))
    contact = Contact(
        id="beispiel",
        name=NAMES.get(language, NAMES["en"]),
        language=language,
        email="beispiel@example.org",
        phone="0123 456789",
        codes=dict.fromkeys(("manage", "answer", "address", "application", "reached"), "beispiel")
        | {"door": "BEISPIEL"},
    )
    gathering = Gathering(
        id="beispiel",
        title=TITLES,
        starts_at=starts,
        ends_at=ends,
        place="Rathaus, Saal 2, Musterstraße 1",
        mode="onsite",
        support=(Offer("sprachmittlung", {"de": "Sprachmittlung", "en": "Interpreter"}),),
        thanks={"de": "Die Ergebnisse stehen auf unserer Seite.", "en": "The results are on our page."},
    )
    group = Group(id="beispiel", gathering="beispiel", status=status, size=2, until=_until(kind, starts))
    return content, About(tenant, contact, gathering, group)


def _until(kind: str, starts: datetime) -> datetime | None:
    return starts - timedelta(days=10) if CONTENTS[kind].answered else None


def _sample_values(starts: datetime, ends: datetime, name: dict[str, str]) -> dict[str, Any]:
    hour = timedelta(hours=1)
    return {
        "position": 3,
        "days_before": 7,
        "changes": {"when": [[starts - hour, ends - hour], [starts, ends]], "where": ["Bürgerhaus", "Rathaus, Saal 2"]},
        "reason": {"de": "Der Saal ist gesperrt.", "en": "The hall is closed."},
        "municipality": name,
        "day": starts,
        "until": starts,
        "measure": "Wegweiser in neun Sprachen",
        "joint": {"de": "Selbstcheck im Landkreis", "en": "Self-check of the district"},
        "joint_id": "beispiel",
        "support": "sprachmittlung",
        "groups": 4,
        "people": 9,
        "registrations": 12,
        "waiting": 3,
        "calls": 2,
        "letters": 1,
        "address": "stadt.example",
    }
