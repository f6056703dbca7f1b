"""The repositories of all features: everything that talks to MongoDB."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from chassis.service_definition import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.registration.audit.repository import AuditRepository
from services.registration.calls.repository import CallRepository
from services.registration.erasures.repository import ErasureRepository, KnownPeople
from services.registration.gatherings.repository import GatheringRepository
from services.registration.gazetteer.repository import GazetteerRepository
from services.registration.interface_languages.repository import CatalogueWordsRepository
from services.registration.late_messages.repository import LateMessageRepository
from services.registration.legal_texts.repository import LegalTextRepository
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.needs.repository import OrderRepository
from services.registration.peer_visits.repository import AcceptedVisits
from services.registration.public_plans.repository import PublicPlans
from services.registration.questions.repository import QuestionSetRepository
from services.registration.registrations.repository import RegistrationRepository
from services.registration.retention.repository import RetentionRepository
from services.registration.seats.repository import SeatLedgers
from services.registration.settings.repository import CrestRepository
from services.registration.tenant_offboarding.repository import OffboardingReceipts


@dataclass(frozen=True, kw_only=True)
class Repositories:
    """All of the service's collections; see `repositories_of`."""

    municipalities: MunicipalityRepository
    crests: CrestRepository
    legal_texts: LegalTextRepository
    catalogue_words: CatalogueWordsRepository
    question_sets: QuestionSetRepository
    gazetteer: GazetteerRepository
    gatherings: GatheringRepository
    ledgers: SeatLedgers
    registrations: RegistrationRepository
    calls: CallRepository
    late_messages: LateMessageRepository
    orders: OrderRepository
    audit: AuditRepository
    accepted_visits: AcceptedVisits
    public_plans: PublicPlans
    erasures: ErasureRepository
    known_people: KnownPeople
    retention: RetentionRepository
    offboarding_receipts: OffboardingReceipts

    async def ensure_indexes(self) -> None:
        """Create all indexes that are missing."""
        indexed = (
            self.municipalities,
            self.gazetteer,
            self.gatherings,
            self.ledgers,
            self.registrations,
            self.calls,
            self.late_messages,
            self.orders,
            self.audit,
            self.accepted_visits,
            self.public_plans,
            self.erasures,
            self.retention,
        )
        await asyncio.gather(*(repository.ensure_indexes() for repository in indexed))


def repositories_of(context: ServiceContext) -> Repositories:
    """Build all repositories on the service's database."""
    database = context.database

    def aggregates(collection: str, followed: str | None = None) -> Aggregates:
        return Aggregates(database, collection, lambda: context.wake_relay(), followed=followed)

    gatherings = aggregates("gatherings")
    return Repositories(
        municipalities=MunicipalityRepository(aggregates("municipalities")),
        crests=CrestRepository(database),
        legal_texts=LegalTextRepository(database),
        catalogue_words=CatalogueWordsRepository(database),
        question_sets=QuestionSetRepository(database),
        gazetteer=GazetteerRepository(aggregates("gazetteer")),
        gatherings=GatheringRepository(gatherings),
        ledgers=SeatLedgers(gatherings, database, context.clock, context.metrics),
        registrations=RegistrationRepository(aggregates("registrations", followed="answers"), context.metrics),
        calls=CallRepository(database),
        late_messages=LateMessageRepository(database),
        orders=OrderRepository(database),
        audit=AuditRepository(database),
        accepted_visits=AcceptedVisits(database),
        public_plans=PublicPlans(database),
        erasures=ErasureRepository(database, aggregates("erasures")),
        known_people=KnownPeople(database),
        retention=RetentionRepository(database),
        offboarding_receipts=OffboardingReceipts(database),
    )
