"""Roles: for one municipality, as registration grants them, or for the whole platform, as the identity provider says."""

from __future__ import annotations

from chassis.text.translations import mark

TENANT_ROLES = {
    "coordinator": mark("Coordination"),
    "intake": mark("Sign-up desk"),
    "moderator": mark("Moderation"),
    "decision_maker": mark("Decision-making"),
}
PLATFORM_ROLES = {"programme_office": mark("Programme office"), "operator": mark("Operation")}
ANY_STAFF = tuple(TENANT_ROLES)
"""All roles that there are in a municipality."""
