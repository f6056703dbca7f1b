"""The form in which a coordinator names who passes invitations on: what it shows, and the invitations it becomes in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.pages.forms import Form
from services.registration.domain.questions import free_id
from services.registration.domain.terms import MOST_SEATS
from services.registration.planning.staff_plan_form import entry, moment

SentInvitation = dict[str, Any]
FIELDS = ("name", "quota", "uses", "until")


def filled(invitations: Sequence[SentInvitation]) -> dict[str, Any]:
    """What the form shows of a gathering's invitations: nothing of those withdrawn; the fields of a new one are empty."""
    shown: dict[str, Any] = {}
    for invitation in invitations:
        if invitation["withdrawn"]:
            continue
        id = invitation["id"]
        shown |= {f"{name}.{id}": invitation[name] for name in ("name", "quota", "uses")}
        shown[f"until.{id}"] = entry(invitation["until"])
    return shown


def invitations(form: Form, sent_invitations: Sequence[SentInvitation]) -> list[SentInvitation]:
    """The invitations as entered, with the new one where anything of it was. `sent_invitations`: as they are, with times as such; of those withdrawn
    nothing changes. Notes what is wrong; they are complete where the form then is ok."""
    entered = [one if one["withdrawn"] else _entered(form, f".{one['id']}", one) for one in sent_invitations]
    if any(form.value(f"{name}.") for name in FIELDS):
        new = _entered(form, ".", {"until": None, "withdrawn": False})
        entered.append({**new, "id": free_id(new["name"], [one["id"] for one in sent_invitations], "invitation")})
    return entered


def places(invitations: Sequence[SentInvitation], sent_invitations: Sequence[SentInvitation]) -> dict[str, str]:
    """The fields of the form by the places that the API names when something is wrong."""
    ids = {invitation["id"] for invitation in sent_invitations}
    names = {"/invitations": ""}
    for index, invitation in enumerate(invitations):
        key, place = invitation["id"] if invitation["id"] in ids else "", f"/invitations/{index}"
        names |= {f"{place}/{name}": f"{name}.{key}" for name in FIELDS} | {f"{place}/id": f"name.{key}"}
    return names


def _entered(form: Form, key: str, stored: Mapping[str, Any]) -> SentInvitation:
    form.require(f"name{key}")
    return {
        "id": stored.get("id"),
        "name": form.value(f"name{key}"),
        "quota": form.value(f"quota{key}") or None,
        "uses": form.whole_number(f"uses{key}", 1, MOST_SEATS),
        "until": moment(form, f"until{key}", stored["until"]),
        "withdrawn": stored["withdrawn"],
    }
