"""The link by which somebody without an account shows that a registration is theirs.

Its code is derived, never stored, from the registration and the generation of its link (`link`, 0 at first). The generation rises
where somebody else may hold the former link: a new address was confirmed, staff corrected how somebody is reached, another person
helps, or staff ask for it. Then former links open nothing any more.
"""

from __future__ import annotations

from chassis.ids import Secrets
from services.registration.registrations.documents import Registration


def link_code(secrets: Secrets, registration_id: str, generation: int = 0) -> str:
    """The code of the link of this generation."""
    return secrets.code("manage", _subject(registration_id, generation))


def holds_link(secrets: Secrets, registration: Registration, code: str | None) -> bool:
    """Whether `code` is that of the registration's present link."""
    return secrets.matches("manage", _subject(registration.id, registration.link), code)


def _subject(registration_id: str, generation: int) -> str:
    return f"{registration_id}\0{generation}" if generation else registration_id
