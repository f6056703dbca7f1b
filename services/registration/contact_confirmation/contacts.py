"""Derives from a registration's names and addresses its contact event and its search keys.

Who gets the messages: the person, by their own address or number. Where they gave none, their helper, who is told whom it is
about. Nobody gets a copy: what is sent twice is answered twice.
"""

from __future__ import annotations

from chassis.ids import Secrets
from chassis.text.mailboxes import mailbox
from contracts.contacts import ContactRecorded
from services.registration.domain.door_code import door_code
from services.registration.domain.likeness import keys
from services.registration.registrations.documents import ContactWays, Registration
from services.registration.registrations.links import link_code


def codes_of(secrets: Secrets, registration: Registration) -> dict[str, str]:
    """The codes that only the holder may have: the code of their link, and the one that lets them in at the door. `address` goes to a new
    address that is to be confirmed, `reached` to a number or a letter box; each proves that who holds it is reached there."""
    id = registration.id
    codes = {"manage": link_code(secrets, id, registration.link), "door": door_code(secrets.derived("door", id))}
    if to_reach := to_be_reached(registration):
        codes["reached"] = secrets.code("reached", _mailbox(id, to_reach))
    if registration.new_email:
        codes["address"] = secrets.code("address", _mailbox(id, registration.new_email))
    return codes


def to_be_reached(registration: Registration) -> str | None:
    """The number or letter box where somebody who gave no e-mail address is to be reached before their seat is theirs."""
    if not registration.to_reach:
        return None
    ways = [way for contact in registration.contacts for way in (contact.phone, contact.post)]
    return next((way for way in ways if way), None)


def was_reached(secrets: Secrets, registration: Registration, code: str) -> bool:
    """Whether `code` was sent to where the person of this registration is to be reached."""
    contact_way = to_be_reached(registration)
    return contact_way is not None and secrets.matches("reached", _mailbox(registration.id, contact_way), code)


def code_matches(secrets: Secrets, id: str, email: str, code: str) -> bool:
    """Whether `code` was mailed to this address for this registration."""
    return secrets.matches("address", _mailbox(id, email), code)


def _mailbox(id: str, email: str) -> str:
    return f"{id}\0{email}"


def search_keys_of(registration: Registration, codes: dict[str, str]) -> tuple[str, ...]:
    """The keys of `domain.likeness` of a registration as it is stored; new ones with every change of a name or an address."""
    phones = [one.phone_e164 or one.phone for one in registration.contacts]
    emails = [one.email for one in registration.contacts]
    return tuple(keys([registration.name, *registration.party], phones, emails, codes["door"]))


def ways_of(registration: Registration) -> list[str]:
    """Addresses and numbers of a registration in a form in which spellings of one are alike."""
    contacts = registration.contacts
    emails = [mailbox(one.email) for one in contacts if one.email]
    phones = [one.phone_e164 or one.phone for one in contacts if one.phone]
    return list(dict.fromkeys([*emails, *phones]))


def recorded_anew(secrets: Secrets, registration: Registration) -> ContactRecorded:
    """Build the contact event (`recorded`) with the registration's codes."""
    return recorded(registration, codes_of(secrets, registration))


def recorded(registration: Registration, codes: dict[str, str]) -> ContactRecorded:
    """Build the event with the whole contact of a registration; the newest takes the place of every former one.

    `codes` with an `address` tell of the new address that waits to be confirmed.
    """
    helper, ways = registration.helper, messages_go_to(registration)
    return ContactRecorded(
        contact_id=registration.id,
        kind="registration",
        for_id=registration.id,
        name=registration.name,
        language=registration.language,
        email=ways.email,
        phone=ways.phone,
        post=ways.post,
        helper=helper.name if helper else None,
        codes=codes,
        phone_e164=ways.phone_e164,
        via_helper=_via_helper(registration),
        new_email=registration.new_email if "address" in codes else None,
        reach_first=registration.reach_first,
        answered=registration.answered,
    )


def messages_go_to(registration: Registration) -> ContactWays:
    """The ways by which the person, or who helps them, gets messages."""
    return registration.helpers_contact if _via_helper(registration) else registration.contact


def _via_helper(registration: Registration) -> bool:
    return registration.helper is not None and not registration.contact.reachable
