"""The rules of changing a gathering: what may become different once people have signed up, and what they are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.registration import GatheringChanged
from services.registration.domain import seating
from services.registration.domain.commands import ChangeGathering
from services.registration.domain.gathering import described, mistakes
from services.registration.domain.invitations import lost_mistakes
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.meetings import change_mistakes as meeting_change_mistakes
from services.registration.domain.questions import change_mistakes, former_questions, known_questions
from services.registration.domain.quotas import reuse_mistakes
from services.registration.domain.refused import AlreadyCancelled, Invalid
from services.registration.domain.terms import terms_of


def change_gathering(ledger: Ledger, command: ChangeGathering, now: datetime) -> Steps[tuple[str, ...]]:
    """Change facts of a gathering; the names of those that are different then. Raises: AlreadyCancelled, Invalid."""
    before = ledger.state
    if before.status == "cancelled":
        raise AlreadyCancelled
    facts = {**before.facts, **command.changes}
    changed = tuple(sorted(name for name in command.changes if facts[name] != before.facts.get(name)))
    quotas_taken_out = _quota_ids(before.facts) - _quota_ids(facts)
    wrong = mistakes(facts, command.default_language, before.released | quotas_taken_out)
    if "quotas" not in changed:
        wrong = [("/capacity" if place == "/quotas" else place, words, values) for place, words, values in wrong]
    if "starts_at" in changed and facts["starts_at"] <= now:
        wrong.append(("/starts_at", "The start must be in the future.", {}))
    if "meetings" in changed:
        wrong += meeting_change_mistakes(before.facts, facts, before.published, now)
    if "allocation" in changed and before.status != "draft":
        wrong.append(("/allocation", "How seats are given out can't change once the gathering is published.", {}))
    former = before.former_questions
    if "questions" in changed and before.published:
        asked_so_far = known_questions(before.facts.get("questions") or (), former)
        former = former_questions(former, before.facts.get("questions") or (), facts["questions"])
        wrong += change_mistakes(asked_so_far, former, facts["questions"])
    if "quotas" in changed:
        wrong += reuse_mistakes(before.facts.get("quotas") or (), facts["quotas"], before.released)
    if "invitations" in changed and before.published:
        wrong += lost_mistakes(before.facts.get("invitations") or (), facts["invitations"])
    if wrong:
        raise Invalid(*wrong)
    lottery = facts["allocation"] == "lottery"
    step = ledger.with_state(
        facts=facts,
        revision=before.revision + bool(changed),
        changed_at=now if changed else before.changed_at,
        withdrawn=_withdrawn(ledger, facts) if "support" in changed and before.published else before.withdrawn,
        former_questions=former,
        seed_commitment=command.commitment if lottery else before.seed_commitment,
    )
    yield step
    if before.published and changed:
        yield GatheringChanged(
            gathering=described(ledger.id, step.after),
            changed=changed,
            before=described(ledger.id, before),
            revision=step.after.revision,
        )
    yield from seating.adopt(ledger, terms_of(facts), now)
    return changed


def _quota_ids(facts: Mapping[str, Any]) -> set[str]:
    return {quota["id"] for quota in facts.get("quotas") or ()}


def _withdrawn(ledger: Ledger, facts: dict[str, Any]) -> tuple[Any, ...]:
    """Support that was offered at some time and is not any more; the newest label of each."""
    offers = {offer["id"]: offer for offer in (*ledger.state.withdrawn, *ledger.state.facts["support"])}
    offered = {offer["id"] for offer in facts["support"]}
    return tuple(offer for id, offer in offers.items() if id not in offered)
