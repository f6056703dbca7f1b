"""The codes of invitations. They follow from the service's secret, the gathering and the invitation, so none is stored, a copy of a
gathering has others, and what is typed is compared with all of the gathering in constant time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from chassis.ids import Secrets, same_code
from services.registration.domain.door_code import door_code, read_code
from services.registration.domain.invitations import Invitation


def code_of(secrets: Secrets, gathering_id: str, invitation_id: str) -> str:
    """The code of an invitation: eight letters and digits, as at the door: easy to read aloud, and too many to be guessed at the rate the service answers."""
    return door_code(secrets.derived("invitation", f"{gathering_id}\0{invitation_id}"))


def invitation_of(
    secrets: Secrets, gathering_id: str, invitations: Iterable[Invitation], entry: str
) -> Invitation | None:
    """The invitation whose code was typed, with capitals or not, in groups or not, with digits of any script, or as the whole link."""
    code, match = read_code(_western(entry)), None
    for invitation in invitations:
        if same_code(code_of(secrets, gathering_id, invitation.id), code):
            match = invitation
    return match


def _western(entry: str) -> str:
    """Fullwidth letters and the digits of Arabic, Persian and other scripts as they stand in codes."""
    written = unicodedata.normalize("NFKC", entry)
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in written)
