"""What somebody looks for on a page of the practice library."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from chassis.text.languages import LANGUAGES
from chassis.text.numbers import whole_number
from services.reporting.domain.practice import SIZES
from services.reporting.practices.search import Filters


def budget(cost: str) -> int | None:
    """The euros that somebody typed; what is no number filters nothing."""
    try:
        return min(whole_number(cost), 10**9) if cost else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class LibrarySearch:
    """What somebody looks for on a page of the library, as it stands in the address; what is none of the choices filters nothing."""

    q: str
    field: str
    size: str
    cost: str
    language: str

    def filters(self, public: bool = False) -> Filters:
        size = self.size if self.size in SIZES else None
        language = self.language if self.language in LANGUAGES else None
        return Filters(self.field or None, size, language, public, budget(self.cost))

    def onward(self, cursor: str | None) -> str | None:
        """The address of the next page."""
        entries = {**asdict(self), "cursor": cursor or ""}
        return "?" + urlencode({name: value for name, value in entries.items() if value}) if cursor else None


def endonyms() -> dict[str, str]:
    """Languages by what they are called by those who speak them."""
    return {code: language.endonym for code, language in LANGUAGES.items()}
