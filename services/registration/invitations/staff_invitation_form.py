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
    for one in invitations:
        if one["withdrawn"]:
            continue
        id = one["id"]
        shown |= {f"name.{id}": one["name"], f"quota.{id}": one["quota"], f"uses.{id}": one["uses"]}
        shown[f"until.{id}"] = entry(one["until"])
    return shown


def invitations(form: Form, sent_invitations: Sequence[SentInvitation]) -> list[SentInvitation]:
    """The invitations as entered, with the new one where anything of it was. `sent_invitations`: as they are, with times as such; of those withdrawn
    nothing changes. Notes what is wrong; they are complete where the form then is ok."""
    found = [one if one["withdrawn"] else _entered(form, f".{one['id']}", one) for one in sent_invitations]
    if any(form.value(f"{name}.") for name in FIELDS):
        made = _entered(form, ".", {"until": None, "withdrawn": False})
        found.append({**made, "id": free_id(made["name"], [one["id"] for one in sent_invitations], "invitation")})
    return found


def places(invitations: Sequence[SentInvitation], sent_invitations: Sequence[SentInvitation]) -> dict[str, str]:
    """Where the form shows what the API finds wrong."""
    ids = {one["id"] for one in sent_invitations}
    names = {"/invitations": ""}
    for index, one in enumerate(invitations):
        key, place = one["id"] if one["id"] in ids else "", f"/invitations/{index}"
        names |= {f"{place}/{name}": f"{name}.{key}" for name in FIELDS} | {f"{place}/id": f"name.{key}"}
    return names


def _entered(form: Form, key: str, known: Mapping[str, Any]) -> SentInvitation:
    form.require(f"name{key}")
    return {
        "id": known.get("id"),
        "name": form.value(f"name{key}"),
        "quota": form.value(f"quota{key}") or None,
        "uses": form.whole_number(f"uses{key}", 1, MOST_SEATS),
        "until": moment(form, f"until{key}", known["until"]),
        "withdrawn": known["withdrawn"],
    }
