"""What staff see of a gathering's invitations, and what the code that somebody has opens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.registration.domain.invitations import Count, InvitationCounts, add_shown, count_by_invitation, refusal
from services.registration.domain.ledger import Ledger
from services.registration.domain.refused import Mistake
from services.registration.invitations.codes import code_of, invitation_of
from services.registration.json_values import as_json
from services.registration.seats.documents import Answer
from services.registration.seats.repository import SeatLedgers


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opens: nothing, with what is `wrong`; or signing up, and the seats of a `quota`."""

    code: str
    quota: str = ""
    wrong: Mistake | None = None


class Invitations:
    """Reads invitations with their codes; they are changed with their gathering (`planning.change`)."""

    def __init__(self, ledgers: SeatLedgers, secrets: Secrets, clock: Clock, public_url: str) -> None:
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url

    async def list_with_codes(self, scope: TenantScope, gathering_id: str) -> list[dict[str, Any]]:
        """List the invitations of a gathering, with codes, links and counts. Raises Problem 404."""
        derived = await self._ledgers.derived(scope, gathering_id, _facts_and_counts)
        now, shown_invitations = self._clock.now(), []
        for facts, invitation in zip(derived["facts"], derived["invitations"], strict=True):
            code = code_of(self._secrets, gathering_id, facts["id"])
            used, counts = derived["used"].get(facts["id"], 0), derived["counts"][facts["id"]]
            status = invitation.status(used, now)
            url = f"{self._public_url}/registration/{scope.tenant}/gatherings/{gathering_id}?code={code}"
            shown_invitations.append({**as_json(facts), "code": code, "url": url, "standing": status, **counts})
        return shown_invitations

    async def opened(self, scope: TenantScope, gathering_id: str, entry: str) -> Opened:
        """Look up what a code opens for one more person. Stores nothing. Raises Problem 404."""
        now = self._clock.now()

        def read(ledger: Ledger) -> Answer:
            invitation = invitation_of(self._secrets, gathering_id, ledger.terms.invitations, entry)
            used = ledger.counts.people_by_invitation[invitation.id] if invitation else 0
            wrong = refusal(invitation, used, 1, now)
            if invitation is None or wrong is not None:
                return {"opened": Opened(entry, wrong=wrong)}
            quota = invitation.quota if invitation.quota in {one.id for one in ledger.open_quotas} else ""
            return {"opened": Opened(code_of(self._secrets, gathering_id, invitation.id), quota)}

        opened: Opened = (await self._ledgers.view(scope, gathering_id, read))["opened"]
        return opened


def _facts_and_counts(ledger: Ledger) -> Answer:
    invitations = ledger.state.facts.get("invitations") or ()
    now, earlier = count_by_invitation(ledger.claims.values()), ledger.state.came_by
    counts: dict[str, Any] = {}
    for invitation in invitations:
        id, uses = invitation["id"], invitation["uses"]
        shown_counts = add_shown(earlier.get(id), now.get(id, InvitationCounts()).shown())
        used, registered = ledger.counts.people_by_invitation[id], shown_counts["registered"]
        left = None if uses is None or registered is None else max(0, uses - used)
        counts[id] = {name: _shown(count) for name, count in shown_counts.items()} | {"left": left}
    return {
        "facts": invitations,
        "invitations": ledger.terms.invitations,
        "counts": counts,
        "used": dict(ledger.counts.people_by_invitation),
    }


def _shown(count: Count | None) -> dict[str, int] | None:
    return None if count is None else asdict(count)
