"""What follows from a registration's names and addresses: its contact as the other services learn of it, and what it is found by."""

from __future__ import annotations

from chassis.ids import Secrets
from chassis.mongo import Document
from contracts.contacts import ContactRecorded
from services.registration.domain.door_code import door_code
from services.registration.domain.likeness import keys


def codes_of(secrets: Secrets, id: str) -> dict[str, str]:
    """What only the holder may have: the code of their link, and the one that lets them in at the door."""
    return {"manage": secrets.code("manage", id), "door": door_code(secrets.derived("door", id))}


def found_by(registration: Document, codes: dict[str, str]) -> list[str]:
    """The keys of `domain.likeness` of a registration as it is stored; new ones with every change of a name or an address."""
    helper = registration.get("helper")
    contacts = [registration["contact"], *([helper["contact"]] if helper else [])]
    phones, emails = [one.get("phone") for one in contacts], [one.get("email") for one in contacts]
    return keys([registration["name"], *registration["party"]], phones, emails, codes["door"])


def recorded(id: str, registration: Document, codes: dict[str, str]) -> ContactRecorded:
    """The whole contact of a registration as it is stored; the newest takes the place of every former one.

    Who has no address of their own is reached through their helper.
    """
    contact, helper = registration["contact"], registration.get("helper")
    through = helper["contact"] if helper else {}
    return ContactRecorded(
        contact_id=id, kind="registration", for_id=id, name=registration["name"], language=registration["language"],
        email=contact.get("email") or through.get("email"), phone=contact.get("phone") or through.get("phone"), post=contact.get("post"),
        helper=helper["name"] if helper else None, codes=codes,
    )  # fmt: skip
