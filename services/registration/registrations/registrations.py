"""Registrations as they stand: for their holders, for staff, and for the use cases that change them."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.registration.domain.door_code import door_code
from services.registration.domain.ledger import Ledger
from services.registration.domain.questions import Question
from services.registration.questions.answering import questions_of_state, sees_special
from services.registration.registrations.documents import Registration
from services.registration.registrations.links import holds_link, link_code
from services.registration.registrations.person_views import person
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import registration_state
from services.registration.seats.repository import SeatLedgers


class Registrations:
    """Reads registrations: what a person gave from the repository, how it stands from the seat ledger."""

    def __init__(
        self, repository: RegistrationRepository, ledgers: SeatLedgers, secrets: Secrets, public_url: str
    ) -> None:
        self._repository = repository
        self._ledgers = ledgers
        self._secrets = secrets
        self._public_url = public_url

    async def get(self, caller: Caller, registration_id: str) -> Answer:
        """A registration as it stands, for its holder or staff."""
        registration = await self.get_stored(caller, registration_id)
        status = await self.status(caller.scope, registration)
        return {
            "id": registration_id,
            "gathering": registration.gathering,
            **status,
            **await self.declared(caller, registration),
            **person(registration, sees_special(caller)),
        }

    async def get_stored(self, caller: Caller, registration_id: str) -> Registration:
        """The registration as it is stored, for its holder or staff. Raises Problem 404, also for a wrong link."""
        registration = await self._repository.get_unerased(caller.scope, registration_id)
        if registration is None or not (caller.is_staff or holds_link(self._secrets, registration, caller.link)):
            raise not_found("registration")
        return registration

    async def status(self, scope: TenantScope, registration: Registration) -> Answer:
        """How a registration stands now."""
        return (await self.states(scope, registration.gathering, [registration.id]))[registration.id]

    async def states(self, scope: TenantScope, gathering_id: str, ids: Sequence[str]) -> dict[str, Answer]:
        """How each of these registrations of one gathering stands now, by id."""

        def read(ledger: Ledger) -> Answer:
            return {id: registration_state(ledger, id) for id in ids}

        return await self._ledgers.view(scope, gathering_id, read, about=ids)

    async def declared(self, caller: Caller, registration: Registration) -> Answer:
        """The `quota` that a group declared and the name of the `invitation` it came by, as long as they count. Only the seat ledger
        knows them: they are for the person's eyes, not for whoever opens a link that staff know as well."""
        if caller.is_staff or registration.link_known:
            return {}

        def read(ledger: Ledger) -> Answer:
            claim = ledger.claims.get(registration.id)
            if claim is None:
                return {}
            invitations = {
                invitation["id"]: invitation["name"] for invitation in ledger.state.facts.get("invitations") or ()
            }
            declared = {"quota": claim.quota, "invitation": invitations.get(claim.invitation)}
            return {name: value for name, value in declared.items() if value}

        return await self._ledgers.view(caller.scope, registration.gathering, read)

    async def questions(self, scope: TenantScope, gathering_id: str) -> dict[str, Question]:
        """A gathering's own questions by id, for forms. They are read from this process's copy of the seat ledger, which another process
        may have left behind; `Registering.register` reads them anew before it refuses an answer. Raises Problem 404."""
        return questions_of_state(await self._ledgers.state(scope, gathering_id))

    def door_code(self, registration_id: str) -> str:
        """The code by which the group is let in at the door."""
        return door_code(self._secrets.derived("door", registration_id))

    def manage_url(self, tenant: str, registration_id: str, generation: int = 0) -> str:
        """The link of a registration: the first one, or a later generation."""
        code = link_code(self._secrets, registration_id, generation)
        return f"{self._public_url}/registration/{tenant}/my/{registration_id}/{code}"
