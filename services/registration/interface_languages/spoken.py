"""The language somebody registers with: one of ours, or one that the municipality added, with ours in which messages go out."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.http.problems import FieldError
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.registration.municipalities.tenant_registry import OwnTenantRegistry

NOT_HERE = mark("Please choose one of %(choices)s.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language that somebody chose to be written and spoken to in. `language` is of ours; `added`: of the municipality's own,
    where it was chosen. `wrong`: it is neither."""

    language: str
    added: str = ""
    wrong: FieldError | None = None


class SpokenLanguages:
    """Looks up the languages that people of a municipality can choose from, in the tenant registry."""

    def __init__(self, tenant_registry: OwnTenantRegistry) -> None:
        self._tenants = tenant_registry

    async def get(self, scope: TenantScope, code: str) -> Spoken:
        """Look up what a code stands for in this municipality."""
        if code in LANGUAGES:
            return Spoken(code)
        facts = await self._tenants.tenant(scope.tenant)
        added = {one["code"]: one["falls_back_to"] for one in facts["added_languages"]} if facts else {}
        if code in added:
            return Spoken(added[code], code)
        return Spoken(code, wrong=FieldError("/language", NOT_HERE, {"choices": ", ".join([*LANGUAGES, *added])}))
