"""A municipality's profile: names, languages, telephone, colour and crest, who is responsible, how long data is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.registration import MunicipalityChanged
from services.registration.applications.applying import OTHER_PLACE
from services.registration.applications.documents import Facts
from services.registration.domain.profile import ENFORCEMENT, enforcement_of, missing_translations
from services.registration.domain.refused import ADD_DEFAULT
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.municipalities import words_of
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.settings import crest as crests
from services.registration.settings.documents import Profile
from services.registration.settings.repository import CrestRepository
from services.registration.settings.schemas import ProfileChange

FACTS = ("name", "kind", "state", "inhabitants", "languages", "ags")
NEVER_EMPTY = ("name", "kind", "state", "inhabitants", "languages", "retention")
OF_OFFICE = ("kind", "ags")
Answer = dict[str, Any]


class Profiles:
    """The profiles of all municipalities. They stand in their documents: `facts` is what they applied with, `profile` the rest."""

    def __init__(
        self,
        municipalities: MunicipalityRepository,
        pictures: CrestRepository,
        tenant_registry: OwnTenantRegistry,
        gazetteer: Gazetteer,
        clock: Clock,
    ) -> None:
        self._gazetteer = gazetteer
        self._all = municipalities
        self._pictures = pictures
        self._tenant_registry = tenant_registry
        self._clock = clock

    async def get_public(self, scope: TenantScope) -> Answer:
        """Everything the public may know, with defaults filled in. Raises Problem 404."""
        facts = await self._tenant_registry.tenant(scope.tenant)
        if facts is None:
            raise not_found("municipality")
        return _profile_json(scope.tenant, facts)

    async def change(self, scope: TenantScope, body: ProfileChange, by_office: bool = False) -> Answer:
        """Set the fields that were sent.

        Raises:
            Problem: 422 what would not fit together, and a change of kind by others than the programme office.
        """
        sent = {name: value for name, value in body.model_dump(mode="json").items() if name in body.model_fields_set}
        left_empty = [
            FieldError(f"/{name}", "This can be changed, but not left empty.")
            for name in NEVER_EMPTY
            if name in sent and sent[name] is None
        ]
        if left_empty:
            raise invalid(*left_empty)
        if by_office and sent.get("ags") is not None:
            await self._check_key(scope, sent["ags"], sent.get("state"))

        def decide(municipality: Municipality) -> Decision[Municipality] | None:
            current = as_json(municipality.facts)
            refused_names = (
                []
                if by_office
                else [name for name in OF_OFFICE if sent.get(name, current.get(name)) != current.get(name)]
            )
            if refused_names:
                raise invalid(
                    *(
                        FieldError(f"/{name}", "The programme office changes this; please write to it.")
                        for name in refused_names
                    )
                )
            facts = current | {name: sent[name] for name in FACTS if name in sent}
            profile = as_json(municipality.profile) | {name: sent[name] for name in sent if name not in FACTS}
            return self._decide(municipality, msgspec.convert(facts, Facts), msgspec.convert(profile, Profile))

        return await self._execute(scope, decide)

    async def _check_key(self, scope: TenantScope, ags: str, state: str | None) -> None:
        """Raises Problem 422: the official list has no such municipality in its state."""
        if not await self._gazetteer.has(ags, state or (await self.get_public(scope))["state"]):
            raise invalid(FieldError("/ags", OTHER_PLACE))

    async def set_crest(self, scope: TenantScope, content: bytes | None) -> Answer:
        """Set the crest of a municipality, or remove it.

        Raises:
            Problem: 422 it is no picture that can be shown.
        """
        name = None
        if content is not None:
            try:
                picture, kind = crests.checked(content)
            except crests.NotACrest as refused:
                raise invalid(FieldError("/", str(refused))) from None
            name = f"{hashlib.sha256(picture).hexdigest()[:16]}.{kind}"
            await self._pictures.upsert(scope, name, picture)

        def decide(municipality: Municipality) -> Decision[Municipality] | None:
            return self._decide(municipality, municipality.facts, replace(municipality.profile, crest=name))

        return await self._execute(scope, decide)

    async def crest(self, scope: TenantScope, name: str) -> bytes:
        """The picture of this name. Raises Problem 404."""
        picture = await self._pictures.content(scope, name)
        if picture is None:
            raise not_found("picture")
        return picture

    def _decide(self, municipality: Municipality, facts: Facts, profile: Profile) -> Decision[Municipality] | None:
        after = replace(municipality, facts=facts, profile=profile, words=words_of(facts))
        pointers = missing_translations(after.public)
        if pointers:
            raise invalid(*(FieldError(pointer, ADD_DEFAULT, {"language": facts.languages[0]}) for pointer in pointers))
        if (facts, profile) == (municipality.facts, municipality.profile):
            return None
        return Decision(after, [MunicipalityChanged(**after.public)])

    async def _execute(
        self, scope: TenantScope, decide: Callable[[Municipality], Decision[Municipality] | None]
    ) -> Answer:
        now: datetime = self._clock.now()
        if await self._all.change(scope, scope.tenant, decide, now) is None:
            raise not_found("municipality")
        self._tenant_registry.drop(scope.tenant)
        return await self.get_public(scope)


def _profile_json(slug: str, facts: Mapping[str, Any]) -> Answer:
    crest = f"/registration/{slug}/crest/{facts['crest']}" if facts.get("crest") else None
    accessibility = {
        "barriers": (facts.get("accessibility") or {}).get("barriers"),
        "enforcement": enforcement_of(facts),
        "enforcement_is_default": facts.get("state") in ENFORCEMENT
        and not (facts.get("accessibility") or {}).get("enforcement"),
    }
    added = [
        {name: one[name] for name in ("code", "name", "direction", "falls_back_to")} for one in facts["added_languages"]
    ]
    return {**facts, "crest": crest, "accessibility": accessibility, "added_languages": added}
