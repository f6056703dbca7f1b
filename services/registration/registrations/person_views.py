"""What is answered of a registration's person."""

from __future__ import annotations

from msgspec.structs import asdict

from services.registration.questions.answering import plain_answers, withheld
from services.registration.registrations.documents import ContactWays, Registration
from services.registration.seats.documents import Answer


def person(registration: Registration, special: bool = False) -> Answer:
    """The part of a response that says who somebody is. `special`: with answers of a special kind; else they are named as `withheld`. `new_email`: an address that its owner still has to confirm, of the person or, with
    `new_email_of`, of the helper. `to_reach`: they gave none when they signed up themselves; while unconfirmed they are called and
    asked whether they come."""
    helper = registration.helper
    shown: Answer = {
        "name": registration.name,
        "contact": _ways(registration.contact),
        "reach_first": registration.reach_first,
        "language": registration.language,
        "party": list(registration.party),
        "support": list(registration.support),
        "channel": registration.channel,
        "helper": {"name": helper.name, "contact": _ways(helper.contact)} if helper else None,
        "answers": plain_answers(registration.answers, special),
    }
    if not special and (hidden := withheld(registration.answers)):
        shown["withheld"] = hidden
    if registration.added_language:
        shown["added_language"] = registration.added_language
    if registration.to_reach:
        shown["to_reach"] = True
    if registration.walk_in:
        shown["walk_in"] = True
    if registration.new_email:
        shown["new_email"] = registration.new_email
    if registration.new_email_of:
        shown["new_email_of"] = registration.new_email_of
    return shown


def _ways(contact: ContactWays) -> Answer:
    return asdict(contact)
