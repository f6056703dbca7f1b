"""Passes: signed tokens for the holder of a link, so that another service can answer them without knowing how links are made."""

from __future__ import annotations

from chassis.http.problems import Problem
from chassis.identity.signatures import Signatures

PURPOSE = "pass"
SECONDS = 300


def pass_for(signatures: Signatures, tenant: str, person_id: str) -> str:
    """Make a pass, good for five minutes, to ask in this tenant what is held about this person."""
    return signatures.sign(PURPOSE, SECONDS, {"sub": person_id, "tenant": tenant})


def holds_pass(signatures: Signatures, tenant: str, person_id: str, presented: str | None) -> bool:
    """Whether somebody presents a pass for exactly this."""
    if presented is None:
        return False
    try:
        claims = signatures.read(PURPOSE, presented)
    except Problem:
        return False
    return (claims.get("tenant"), claims.get("sub")) == (tenant, person_id)
