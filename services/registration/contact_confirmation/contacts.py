"""What follows from a registration's names and addresses: its contact as the other services learn of it, and what it is found by.

Who gets the messages: the person, by their own address or number. Where they gave none, their helper, who is told whom it is
about. Nobody gets a copy: what is sent twice is answered twice.
"""

from __future__ import annotations

import re

from chassis.ids import Secrets
from chassis.storage.mongo import Document
from contracts.contacts import ContactRecorded
from services.registration.domain.door_code import door_code
from services.registration.domain.likeness import email_key, keys
from services.registration.registrations.links import generation_of, link_code


def codes_of(secrets: Secrets, id: str, registration: Document) -> dict[str, str]:
    """What only the holder may have: the code of their link, and the one that lets them in at the door. `address` goes to a new
    address that is to be confirmed, `reached` to a number or a letter box; each proves that who holds it is reached there."""
    codes = {
        "manage": link_code(secrets, id, generation_of(registration)),
        "door": door_code(secrets.derived("door", id)),
    }
    if to_reach := to_be_reached(registration):
        codes["reached"] = secrets.code("reached", _mailbox(id, to_reach))
    if new_email := registration.get("new_email"):
        codes["address"] = secrets.code("address", _mailbox(id, new_email))
    return codes


def to_be_reached(registration: Document) -> str | None:
    """The number or letter box where somebody who gave no e-mail address is to be reached before their seat is theirs."""
    if not registration.get("to_reach"):
        return None
    helper = registration.get("helper")
    ways = [registration["contact"], *([helper["contact"]] if helper else [])]
    return next((one[way] for one in ways for way in ("phone", "post") if one.get(way)), None)


def was_reached(secrets: Secrets, id: str, registration: Document, code: str) -> bool:
    """Whether `code` was sent to where the person of this registration is to be reached."""
    where = to_be_reached(registration)
    return where is not None and secrets.holds("reached", _mailbox(id, where), code)


def reads(secrets: Secrets, id: str, email: str, code: str) -> bool:
    """Whether `code` was mailed to this address for this registration."""
    return secrets.holds("address", _mailbox(id, email), code)


def _mailbox(id: str, email: str) -> str:
    return f"{id}\0{email}"


def found_by(registration: Document, codes: dict[str, str]) -> list[str]:
    """The keys of `domain.likeness` of a registration as it is stored; new ones with every change of a name or an address."""
    helper = registration.get("helper")
    contacts = [registration["contact"], *([helper["contact"]] if helper else [])]
    phones = [one.get("phone_e164") or one.get("phone") for one in contacts]
    emails = [one.get("email") for one in contacts]
    return keys([registration["name"], *registration["party"]], phones, emails, codes["door"])


def ways_of(registration: Document) -> list[str]:
    """Addresses and numbers of a registration in a form in which spellings of one are alike; what stands behind a + in an
    e-mail address is no other address."""
    helper = registration.get("helper")
    contacts = [registration["contact"], *([helper["contact"]] if helper else [])]
    emails = [re.sub(r"\+[^@]*(?=@)", "", email_key(one["email"])) for one in contacts if one.get("email")]
    phones = [one.get("phone_e164") or one["phone"] for one in contacts if one.get("phone")]
    return list(dict.fromkeys([*emails, *phones]))


def reachable(contact: Document) -> bool:
    """Whether there is any way to somebody, as their contact is stored."""
    return any(contact.get(way) for way in ("email", "phone", "post"))


def recorded(id: str, registration: Document, codes: dict[str, str]) -> ContactRecorded:
    """The whole contact of a registration as it is stored; the newest takes the place of every former one.

    `codes` with an `address` tell of the new address that waits to be confirmed.
    """
    own, helper = registration["contact"], registration.get("helper")
    via_helper = helper is not None and not reachable(own)
    ways = helper["contact"] if helper is not None and via_helper else own
    return ContactRecorded(
        contact_id=id,
        kind="registration",
        for_id=id,
        name=registration["name"],
        language=registration["language"],
        email=ways.get("email"),
        phone=ways.get("phone"),
        post=ways.get("post"),
        helper=helper["name"] if helper else None,
        codes=codes,
        phone_e164=ways.get("phone_e164"),
        via_helper=via_helper,
        new_email=registration.get("new_email") if "address" in codes else None,
    )
