"""Languages that a municipality adds to its residents' pages, by catalogues that it uploads.

A version is uploaded, looked at, published and withdrawn; it never changes. The municipality's document says which versions there are and
which is read (`interface_languages`), so every process knows it with the other facts of a tenant.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from chassis.text.added_languages import Words, direction_of, language_tag, own_name
from chassis.text.languages import LANGUAGES
from services.registration.interface_languages.documents import CatalogueVersion, InterfaceLanguage, LanguageStep
from services.registration.interface_languages.mistakes_staff import (
    NO_NAME,
    NO_SUCH_TAG,
    NOTHING,
    OURS_ALREADY,
    TOO_MANY_LANGUAGES,
)
from services.registration.interface_languages.po_files import WrongFile, check, without_placeholders
from services.registration.interface_languages.repository import CatalogueWordsRepository
from services.registration.interface_languages.schemas import NewCatalogue
from services.registration.interface_languages.template import sentences, template
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry

MOST_LANGUAGES = 20
MOST_VERSIONS = 20
"""Of a language. The oldest gives way, but never the one that is read."""
MOST_STEPS = 100
Answer = dict[str, Any]


class InterfaceLanguages:
    """The added languages of all municipalities."""

    def __init__(
        self,
        municipalities: MunicipalityRepository,
        words: CatalogueWordsRepository,
        tenant_registry: OwnTenantRegistry,
        clock: Clock,
    ) -> None:
        self._all = municipalities
        self._words = words
        self._tenant_registry = tenant_registry
        self._clock = clock

    async def list_all(self, scope: TenantScope) -> list[Answer]:
        """List the added languages, each with its versions, the newest first, and what was done with it."""
        municipality = await self._municipality(scope)
        return [_language_json(code, language) for code, language in municipality.interface_languages.items()]

    async def get(self, scope: TenantScope, code: str) -> Answer:
        """A language with its versions and what was done with it. Raises Problem 404."""
        return _language_json(
            code, (await self._municipality(scope)).interface_languages.get(code) or _raise_not_found()
        )

    async def names(self, scope: TenantScope) -> dict[str, str]:
        """The names of staff who may have done something with a language, by the key that `by` of a step holds."""
        return {key: person.name or person.email for key, person in (await self._municipality(scope)).people.items()}

    async def template(self, scope: TenantScope, code: str) -> bytes:
        """The template to translate, filled with the newest version, if there is one. Raises Problem 422."""
        tag = _tag(code)
        language = (await self._municipality(scope)).interface_languages.get(tag)
        newest = language.versions[-1].number if language and language.versions else None
        words = await self._words.words(scope, tag, newest) if newest else None
        return template(tag, words.messages if words else {})

    async def words(self, scope: TenantScope, code: str, number: int) -> Words:
        """The words of a version. Raises Problem 404."""
        return await self._words.words(scope, code, number) or _raise_not_found("version")

    async def version(self, scope: TenantScope, code: str, number: int) -> Answer:
        """A version with all sentences: the source in English and German, and the translation. Raises Problem 404."""
        language = (await self._municipality(scope)).interface_languages.get(code) or _raise_not_found()
        catalogue_version = language.version(number) or _raise_not_found("version")
        words = await self.words(scope, code, number)
        messages = [
            {
                "source": [*sentence.sources],
                "german": [*sentence.german],
                "translation": [*words.messages.get(sentence.message, ())],
            }
            for sentence in sentences().values()
        ]
        return {"code": code, **_version_json(catalogue_version, language), "messages": messages}

    async def upload(
        self, scope: TenantScope, code: str, body: NewCatalogue, by: str, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Store a new version, which nobody reads before it is published; (answer, replayed).

        Raises:
            Problem: 422 naming everything that is wrong with the file, 409 there are too many languages.
        """
        replayed, earlier = await self._all.repeats(scope, request)
        if replayed:
            return earlier, True
        tag = _tag(code)
        name = body.name or own_name(tag)
        if not name:
            raise invalid(FieldError("/name", NO_NAME))
        try:
            checked = await asyncio.to_thread(check, body.catalogue, tag, sentences())
        except WrongFile as wrong:
            raise invalid(
                *(
                    FieldError(f"/catalogue/{mistake.line}", mistake.message, mistake.values)
                    for mistake in wrong.mistakes
                )
            ) from None
        if not checked.words.messages:
            raise invalid(FieldError("/catalogue", NOTHING))
        languages = (await self._municipality(scope)).interface_languages
        if tag not in languages and len(languages) >= MOST_LANGUAGES:
            raise conflict("too-many-languages", TOO_MANY_LANGUAGES, {"most": MOST_LANGUAGES})
        number = await self._store(scope, tag, languages.get(tag, InterfaceLanguage()), checked.words)
        translations = (without_placeholders(form) for forms in checked.words.messages.values() for form in forms)
        version = CatalogueVersion(
            number=number,
            name=name,
            direction=direction_of(translations),
            falls_back_to=body.falls_back_to,
            digest=_digest(checked.words),
            translated=len(checked.words.messages),
            sentences=len(sentences()),
        )
        dropped: list[int] = []

        def add_version(interface_language: InterfaceLanguage) -> InterfaceLanguage:
            versions = sorted((*interface_language.versions, version), key=lambda one: one.number)
            spare = [one.number for one in versions if one.number != interface_language.in_force]
            dropped[:] = spare[: max(0, len(versions) - MOST_VERSIONS)]
            return replace(interface_language, versions=tuple(one for one in versions if one.number not in dropped))

        findings = {"missing": [*checked.missing], "fuzzy": checked.fuzzy, "unknown": checked.unknown}
        result = await self._step(scope, tag, add_version, "uploaded", number, by, request, findings, create=True)
        if dropped:
            await self._words.remove(scope, tag, dropped)
        return result

    async def publish(
        self, scope: TenantScope, code: str, number: int, by: str, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Publish a version: residents can read in it from now on; (answer, replayed). Raises Problem 404."""

        def put_in_force(interface_language: InterfaceLanguage) -> InterfaceLanguage:
            return replace(
                interface_language, in_force=(interface_language.version(number) or _raise_not_found("version")).number
            )

        return await self._step(scope, code, put_in_force, "published", number, by, request)

    async def withdraw(self, scope: TenantScope, code: str, by: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Withdraw a language: nobody reads in it from now on; (answer, replayed). Raises Problem 404."""
        return await self._step(
            scope,
            code,
            lambda interface_language: replace(interface_language, in_force=None),
            "withdrawn",
            None,
            by,
            request,
        )

    async def _step(
        self,
        scope: TenantScope,
        code: str,
        change: Callable[[InterfaceLanguage], InterfaceLanguage],
        step: Any,
        number: int | None,
        by: str,
        request: IdempotencyKey,
        findings: Answer | None = None,
        create: bool = False,
    ) -> tuple[Answer, bool]:
        """Change a language and note the step that was taken; (answer, replayed). `findings`: of the uploaded file, which the
        answer adds to what it says of the version; `create`: the language may be new."""
        now = self._clock.now()

        def decide(municipality: Municipality) -> Decision[Municipality]:
            before = municipality.interface_languages.get(code) or (
                InterfaceLanguage() if create else _raise_not_found()
            )
            after = change(before)
            if after != before:
                taken_step = LanguageStep(step=step, version=number or before.in_force or 0, at=now, by=by)
                after = replace(after, steps=(*after.steps, taken_step)[-MOST_STEPS:])
            answer = _language_json(code, after)
            if findings:
                answer = {**next(one for one in answer["versions"] if one["version"] == number), **findings}
            languages = {**municipality.interface_languages, code: after}
            return Decision(replace(municipality, interface_languages=languages), answer={"code": code, **answer})

        result = await self._all.change(scope, scope.tenant, decide, now, request)
        if result is None:
            raise not_found("municipality")
        self._tenant_registry.drop(scope.tenant)
        return result

    async def _store(self, scope: TenantScope, code: str, interface_language: InterfaceLanguage, words: Words) -> int:
        """Store the words under the next free number: one that a crash kept from becoming a version stays unused."""
        number = max((version.number for version in interface_language.versions), default=0) + 1
        while not await self._words.add(scope, code, number, words):
            number += 1
        return number

    async def _municipality(self, scope: TenantScope) -> Municipality:
        return await self._all.get(scope, scope.tenant) or _raise_not_found("municipality")


def _tag(code: str) -> str:
    tag = language_tag(code)
    if tag is None:
        raise invalid(FieldError("/language", NO_SUCH_TAG))
    if tag in LANGUAGES:
        raise invalid(FieldError("/language", OURS_ALREADY))
    return tag


def _raise_not_found(what: str = "language") -> Any:
    raise not_found(what)


def _digest(words: Words) -> str:
    return hashlib.sha256(msgspec.json.encode([sorted(words.messages.items()), words.plural])).hexdigest()[:32]


def _language_json(code: str, language: InterfaceLanguage) -> Answer:
    return {
        "code": code,
        "in_force": language.in_force,
        "versions": [_version_json(one, language) for one in reversed(language.versions)],
        "steps": [
            {"step": one.step, "version": one.version, "at": rfc3339(one.at), "by": one.by}
            for one in reversed(language.steps)
        ],
    }


def _version_json(version: CatalogueVersion, language: InterfaceLanguage) -> Answer:
    return {
        "version": version.number,
        "name": version.name,
        "direction": version.direction,
        "falls_back_to": version.falls_back_to,
        "translated": version.translated,
        "sentences": version.sentences,
        "status": "published" if version.number == language.in_force else "draft",
    }
