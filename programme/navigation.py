"""Navigation of the staff pages of all services: what each role may open, and where it begins."""

from __future__ import annotations

from chassis.identity.sign_in import local_path
from chassis.ids import Secrets
from chassis.programme import Area
from chassis.text.translations import mark

SIGN_IN, SIGN_OUT = "/registration/sign-in", "/registration/sign-out"
AREAS = (
    Area(mark("Today"), "/registration/{tenant}/today", frozenset({"coordinator", "intake"})),
    Area(mark("Desk"), "/registration/{tenant}/desk", frozenset({"coordinator", "intake"})),
    Area(mark("Selbstcheck"), "/selfcheck/{tenant}/", frozenset({"coordinator", "moderator", "decision_maker"})),
    Area(mark("Messages"), "/notifications/{tenant}/", frozenset({"coordinator", "intake"})),
    Area(mark("Report"), "/reporting/{tenant}/", frozenset({"coordinator", "intake", "moderator", "decision_maker"})),
    Area(mark("Settings"), "/registration/{tenant}/settings", frozenset({"coordinator"})),
    Area(mark("Municipalities"), "/registration/office", frozenset({"programme_office"})),
    Area(mark("Questionnaires"), "/selfcheck/questionnaires", frozenset({"programme_office"})),
    Area(mark("Programme"), "/reporting/programme", frozenset({"programme_office"})),
    Area(mark("What got stuck"), "/registration/{tenant}/dead-letters", frozenset({"coordinator"})),
    Area(mark("What got stuck"), "/registration/dead-letters", frozenset({"operator"})),
)


def home_of(tenant: str, role: str) -> str:
    """The page someone with this role begins on."""
    if tenant == "-":
        return "/reporting/programme" if role == "programme_office" else "/"
    return {
        "coordinator": f"/registration/{tenant}/today",
        "intake": f"/registration/{tenant}/today",
        "moderator": f"/selfcheck/{tenant}/",
        "decision_maker": f"/reporting/{tenant}/",
    }[role]


def local_address(tenant: str, role: str) -> str:
    """The e-mail address of who signs in with a role on a laptop; the coordinator's is the one with which the demo's applied."""
    return f"{'integration' if role == 'coordinator' else role}@{tenant}.example.org"


def local_sign_in(secrets: Secrets, tenant: str, role: str) -> str:
    """The path of the sign-in link of a role on a laptop; tenant `-` for a platform-wide role."""
    return local_path(SIGN_IN, secrets, tenant, role)
