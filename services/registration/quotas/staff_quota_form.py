"""The form in which a coordinator says for which groups seats are kept: what it shows, and the quotas it becomes in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.pages.forms import Form
from services.registration.domain.questions import free_id
from services.registration.domain.terms import MOST_SEATS
from services.registration.planning.staff_plan_form import entry, moment, texts

SentQuota = dict[str, Any]


def filled(quotas: Sequence[SentQuota]) -> dict[str, Any]:
    """What the form shows of a gathering's quotas: nothing of those released; the fields of a new one are empty."""
    shown: dict[str, Any] = {}
    for quota in quotas:
        if quota["released"]:
            continue
        shown |= {f"label.{quota['id']}.{code}": words for code, words in quota["label"].items()}
        shown |= {f"seats.{quota['id']}": quota["seats"], f"until.{quota['id']}": entry(quota["until"])}
        shown[f"by_invitation.{quota['id']}"] = "yes" if quota["by_invitation"] else None
    return shown


def quotas(
    form: Form, languages: Sequence[str], sent_quotas: Sequence[SentQuota], released: Sequence[str]
) -> list[SentQuota]:
    """The quotas as entered, with the new one where it has a name. `sent_quotas`: as they are, with times as such; `released`: ids of all that
    ended, which are not given again; of these nothing changes. Notes what is wrong; they are complete where the form then is ok."""
    entered = [one if one["id"] in released else _entered(form, languages, f".{one['id']}", one) for one in sent_quotas]
    if any(form.value(name) for name in (f"label..{languages[0]}", "seats.", "until.")):
        new = _entered(form, languages, ".", {"label": {}, "until": None})
        words = new["label"].get(languages[0], "")
        entered.append({**new, "id": free_id(words, [*released, *(one["id"] for one in sent_quotas)], "group")})
    return entered


def places(quotas: Sequence[SentQuota], sent_quotas: Sequence[SentQuota], language: str) -> dict[str, str]:
    """The fields of the form by the places that the API names when something is wrong."""
    ids = {quota["id"] for quota in sent_quotas}
    names = {"/quotas": ""}
    for index, quota in enumerate(quotas):
        key = quota["id"] if quota["id"] in ids else ""
        place = f"/quotas/{index}"
        names |= {f"{place}/label": f"label.{key}.{language}", f"{place}/id": f"label.{key}.{language}"}
        names |= {f"{place}/seats": f"seats.{key}", f"{place}/until": f"until.{key}"}
    return names


def _entered(form: Form, languages: Sequence[str], key: str, stored: Mapping[str, Any]) -> SentQuota:
    form.require(f"label{key}.{languages[0]}", f"seats{key}")
    return {
        "id": stored.get("id"),
        "label": texts(form, f"label{key}", languages, stored["label"]),
        "seats": form.whole_number(f"seats{key}", 1, MOST_SEATS),
        "until": moment(form, f"until{key}", stored["until"]),
        "by_invitation": bool(form.value(f"by_invitation{key}")),
    }
