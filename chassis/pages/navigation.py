"""The way through the staff pages of all services, for the frame: what each role may open."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.text.translations import mark

AREAS = (
    (mark("Desk"), "/registration/{tenant}/desk", {"coordinator", "intake"}),
    (mark("Selbstcheck"), "/selfcheck/{tenant}/", {"coordinator", "moderator", "decision_maker"}),
    (mark("Messages"), "/notifications/{tenant}/", {"coordinator", "intake"}),
    (mark("Report"), "/reporting/{tenant}/", {"coordinator", "intake", "moderator", "decision_maker"}),
    (mark("Settings"), "/registration/{tenant}/settings", {"coordinator"}),
    (mark("Municipalities"), "/registration/office", {"programme_office"}),
    (mark("Questionnaires"), "/selfcheck/questionnaires", {"programme_office"}),
    (mark("Programme"), "/reporting/programme", {"programme_office"}),
)
ROLES = {
    "coordinator": mark("Coordination"),
    "intake": mark("Sign-up desk"),
    "moderator": mark("Moderation"),
    "decision_maker": mark("Decision-making"),
    "programme_office": mark("Programme office"),
    "operator": mark("Operation"),
}


def areas(tenant: str | None, roles: Iterable[str]) -> list[tuple[str, str]]:
    """(label, address) of each area that one of these roles may open, in a tenant or on the whole platform."""
    held = set(roles)
    open_to = [(label, path) for label, path, allowed in AREAS if held & allowed]
    return [(label, path.format(tenant=tenant)) for label, path in open_to if tenant or "{tenant}" not in path]
