"""What a change of a published gathering brings about, looked over before it is made."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from chassis.pages.forms import Form
from chassis.text.translations import mark
from services.registration.page_context import PageContext

FIELD_NAMES = {
    "title": mark("Title"),
    "description": mark("What is it about?"),
    "kind": mark("Kind"),
    "starts_at": mark("Begins"),
    "ends_at": mark("Ends"),
    "mode": mark("Where"),
    "place": mark("Place"),
    "join_url": mark("Address of the online meeting"),
    "capacity": mark("Seats"),
    "party_max": mark("Largest group that signs up together"),
    "allocation": mark("How seats are given out"),
    "opens_at": mark("Signing up opens"),
    "closes_at": mark("Signing up closes"),
    "offer_hours": mark("Hours to accept an offered seat"),
    "confirm_minutes": mark("Minutes to confirm an e-mail address"),
    "support": mark("Support"),
    "reconfirm": mark("Asking once more who comes"),
    "open_to": mark("For whom"),
    "reminders": mark("Reminders"),
    "questions": mark("Questions"),
    "meetings": mark("Dates"),
    "quotas": mark("Seats kept for groups"),
    "invitations": mark("Invitations"),
    "thanks": mark("Thanks, for those who were there"),
}


def review(page: PageContext, gathering: dict[str, Any], form: Form, preview: dict[str, Any]) -> Response:
    """Show what a change will do and ask to confirm it. `preview`: as `Planning.preview` gives it."""
    entered = [(name, value) for name in sorted(form.names - {"form_token"}) for value in form.chosen(name)]
    return page.render(
        "staff/plan_review.html",
        gathering=gathering,
        form=form,
        entered=entered,
        preview=preview,
        changed=[FIELD_NAMES[name] for name in FIELD_NAMES if name in preview["changed"]],
    )
