"""The legal texts of a municipality: every version is kept for ever, because consents name the one they were given to.

Version 1 of each is the platform's own text (in the templates and their catalogues); what a municipality writes counts from 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.registration.domain.refused import ADD_DEFAULT
from services.registration.legal_texts.documents import TextInForce
from services.registration.legal_texts.repository import LegalTextRepository
from services.registration.legal_texts.schemas import NewText, Subject
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry

STANDARD = "1"
Answer = dict[str, Any]


class LegalTexts:
    """A version is a document of its own that never changes; the municipality's document names those in force (`texts`)."""

    def __init__(
        self,
        municipalities: MunicipalityRepository,
        texts: LegalTextRepository,
        tenant_registry: OwnTenantRegistry,
        clock: Clock,
    ) -> None:
        self._all = municipalities
        self._texts = texts
        self._tenant_registry = tenant_registry
        self._clock = clock

    async def publish(
        self, scope: TenantScope, subject: Subject, body: NewText, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Publish a new version, in force from now on; (answer, replayed).

        Raises:
            Problem: 422 the default language is missing, 409 somebody else published at the same moment.
        """
        municipality = await self._municipality(scope)
        replayed, earlier = await self._all.repeats(scope, request)
        if replayed:
            return earlier, True
        default = municipality.facts.languages[0]
        if default not in body.text:
            raise invalid(FieldError("/text", ADD_DEFAULT, {"language": default}))
        version = await self._store(scope, subject, dict(body.text), municipality.texts.get(subject, ()))
        now = self._clock.now()
        answer = {"subject": subject, "version": version, "in_force_from": rfc3339(now)}

        def decide(municipality: Municipality) -> Decision[Municipality]:
            versions = municipality.texts.get(subject, ())
            if versions and int(versions[-1].version) >= int(version):
                raise conflict(
                    "published-meanwhile", "Somebody else published a version at the same moment. Look at it first."
                )
            texts = {**municipality.texts, subject: (*versions, TextInForce(version=version, at=now))}
            return Decision(replace(municipality, texts=texts), answer=answer)

        result = await self._all.change(scope, scope.tenant, decide, now, request)
        if result is None:
            raise not_found("municipality")
        self._tenant_registry.drop(scope.tenant)
        return result

    async def versions(self, scope: TenantScope, subject: Subject) -> list[Answer]:
        """List the versions that were ever in force, the newest first; the platform's own text came before all."""
        own_versions = (await self._municipality(scope)).texts.get(subject, ())
        listed = [{"version": one.version, "in_force_from": rfc3339(one.at)} for one in reversed(own_versions)]
        return [*listed, {"version": STANDARD, "in_force_from": None}]

    async def get(self, scope: TenantScope, subject: Subject, version: str | None = None) -> Answer:
        """A version (None: the one in force): its text by language, None where it is the platform's own. Raises Problem 404."""
        municipality = await self._municipality(scope)
        own_versions = {one.version: one for one in municipality.texts.get(subject, ())}
        chosen_version = version or next(reversed(own_versions), STANDARD)
        if chosen_version == STANDARD:
            return {"subject": subject, "version": STANDARD, "in_force_from": None, "text": None}
        text = await self._texts.text(scope, subject, chosen_version) if chosen_version in own_versions else None
        if text is None:
            raise not_found("version")
        return {
            "subject": subject,
            "version": chosen_version,
            "in_force_from": rfc3339(own_versions[chosen_version].at),
            "text": text,
        }

    async def in_force(self, scope: TenantScope, subject: Subject, facts: Mapping[str, Any]) -> dict[str, str] | None:
        """The text in force by language, from a municipality's public facts; None: the platform's own."""
        version = facts["texts"].get(subject)
        return await self._texts.text(scope, subject, version) if version else None

    async def _store(
        self, scope: TenantScope, subject: Subject, text: dict[str, str], own: Sequence[TextInForce]
    ) -> str:
        """Store the text under the next free number: one that a crash kept from coming into force stays unused."""
        number = int(own[-1].version) if own else int(STANDARD)
        for _ in range(100):
            number += 1
            if await self._texts.add(scope, subject, str(number), text):
                return str(number)
        raise Problem(
            503,
            "busy",
            "Try again shortly",
            "Many people are publishing this text at the same moment. Please try again.",
        )

    async def _municipality(self, scope: TenantScope) -> Municipality:
        municipality = await self._all.get(scope, scope.tenant)
        if municipality is None:
            raise not_found("municipality")
        return municipality
