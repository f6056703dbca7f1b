"""What a registration becomes by a change: pure functions of the registration as it is stored and of what was entered."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from chassis.http.problems import FieldError, invalid
from contracts.registration import AnsweredFrom
from services.registration.contact_confirmation.contacts import messages_go_to
from services.registration.interface_languages.spoken import Spoken
from services.registration.questions.answering import changed_answers, for_party
from services.registration.registrations.documents import ContactWays, Given, Helper, PendingChange, Registration
from services.registration.registrations.reach_first import unmet
from services.registration.registrations.registering import stored_contact
from services.registration.registrations.schemas import RegistrationChange

Whose = Literal["helper"] | None
"""Whose address: that of who helps, or the person's own."""


def given_by(body: RegistrationChange, spoken: Spoken | None) -> Given:
    """What a request gives, as it is stored; None where it gives nothing."""
    helper = body.helper
    return Given(
        name=body.name,
        contact=stored_contact(body.contact) if body.contact else None,
        reach_first=body.reach_first,
        language=spoken.language if spoken else None,
        added_language=spoken.added if spoken else None,
        party=tuple(body.party) if body.party is not None else None,
        support=tuple(body.support) if body.support is not None else None,
        helper=Helper(name=helper.name, contact=stored_contact(helper.contact)) if helper else None,
    )


def companions_after(registration: Registration, given: Given) -> tuple[str, ...]:
    """Who comes along after the change."""
    return registration.party if given.party is None else given.party


def changed_registration(registration: Registration, pending: PendingChange) -> Registration:
    """Apply a pending change to the registration as it stands now.

    Raises: Problem 422.
    """
    given = pending.given
    contact, helper = given.contact or registration.contact, given.helper or registration.helper
    if (given.contact or given.helper) and not (contact.reachable or (helper and helper.contact.reachable)):
        place = "/contact" if given.contact else "/helper/contact"
        raise invalid(FieldError(place, "Give an e-mail address, a telephone number or a postal address."))
    waits: dict[Whose, str | None] = {}
    if given.contact:
        waits[None] = _to_confirm(contact, registration.contact, pending.staff)
        contact = replace(contact, email=registration.contact.email) if waits[None] else contact
    if given.helper and helper:
        waits["helper"] = _to_confirm(helper.contact, registration.helpers_contact, pending.staff)
        if waits["helper"]:
            helper = replace(helper, contact=replace(helper.contact, email=registration.helpers_contact.email))
    to_confirm = [(whose, email) for whose, email in waits.items() if email]
    if len(to_confirm) > 1:
        raise invalid(
            FieldError("/helper/contact/email", "Change one e-mail address first; when it is confirmed, the other one.")
        )
    new_email_of, new_email = registration.new_email_of, registration.new_email
    if to_confirm:
        new_email_of, new_email = to_confirm[0]
    elif registration.new_email_of in waits:
        new_email_of = new_email = None
    party = companions_after(registration, given)
    # Who came along when the answers were given may not be who does now: another change may have been faster.
    answers = for_party(given.answers or (), party if given.companions is None else given.companions, party)
    after = replace(
        registration,
        answers=changed_answers(for_party(registration.answers, registration.party, party), answers),
        name=registration.name if given.name is None else given.name,
        language=registration.language if given.language is None else given.language,
        added_language=registration.added_language if given.language is None else given.added_language or "",
        party=party,
        support=registration.support if given.support is None else given.support,
        contact=contact,
        reach_first=registration.reach_first if given.reach_first is None else given.reach_first,
        helper=helper,
        new_email=new_email,
        new_email_of=new_email_of,
    )
    return replace(after, answered=_answered(registration, after, pending.staff))


def check_reach_first(before: Registration, after: Registration) -> None:
    """Check that the person can still be reached the way they prefer; a preference that was wrong before and is not touched stays.

    Raises: Problem 422.
    """

    def wrong(registration: Registration) -> list[FieldError]:
        ways = messages_go_to(registration)
        return unmet(registration.reach_first, replace(ways, email=ways.email or registration.new_email))

    if (mistakes := wrong(after)) and (after.reach_first != before.reach_first or not wrong(before)):
        raise invalid(*mistakes)


def _answered(before: Registration, after: Registration, by_staff: bool) -> dict[AnsweredFrom, bool]:
    """From which address and number somebody has answered, after the change: not from one that is new. What staff enter of somebody
    they registered themselves counts as it did at first: nothing is known of it."""
    answered, was, now = dict(before.answered), messages_go_to(before), messages_go_to(after)
    numbers = [contact.phone_e164 or contact.phone for contact in (was, now)]
    ways: dict[AnsweredFrom, list[str | None]] = {"email": [was.email, now.email], "phone": numbers}
    for way, (former, present) in ways.items():
        if present is None or (former != present and by_staff and not before.unconfirmed):
            answered.pop(way, None)
        elif former != present:
            answered[way] = False
    return answered


def _to_confirm(new: ContactWays, old: ContactWays, by_staff: bool) -> str | None:
    """The new e-mail address that has to be confirmed before messages go there; None where it is the old one, or staff entered it."""
    return new.email if new.email != old.email and not by_staff else None


def needs_new_link(before: Registration, after: Registration, by_staff: bool) -> bool:
    """Whether the former link may be in other hands: staff corrected where it was sent to, or somebody else helps."""
    helper_moved = _moved(before.helpers_contact, after.helpers_contact)
    if by_staff:
        return helper_moved or _moved(before.contact, after.contact)
    return helper_moved and _helper_name(before) != _helper_name(after)


def _moved(before: ContactWays, after: ContactWays) -> bool:
    """Whether somebody is not reached any more where they were."""
    return any(old and old != new for old, new in zip(before.all, after.all, strict=True))


def _helper_name(registration: Registration) -> str | None:
    return registration.helper.name if registration.helper else None


def touches_seats(before: Registration, after: Registration) -> bool:
    """Whether the seat ledger has to decide on the change. Other names of as many people are none of its business."""
    return (before.size, before.support, before.language) != (after.size, after.support, after.language)


def contact_facts(registration: Registration) -> tuple[object, ...]:
    """All that the event about a contact (`ContactRecorded`) tells; another one is published when this changes."""
    it = registration
    return it.name, it.contact, it.reach_first, it.language, it.helper, it.new_email, it.new_email_of, it.link
