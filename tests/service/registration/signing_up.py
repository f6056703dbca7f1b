"""The pages of somebody who signs up, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from services.registration.registrations.links import link_code
from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page

PERSON_ENTRIES = {"name": "Olena", "language": "uk", "email": "", "phone": "04421 1234", "consent": "yes"}


def public_page(id: str) -> str:
    return f"/registration/wilhelmshaven/gatherings/{id}"


def own_page(people: People, id: str) -> str:
    return f"/registration/wilhelmshaven/my/{id}/{link_code(people.service.context.secrets, id, 0)}"


async def sign_up(people: People, id: str, **entries: Any) -> httpx.Response:
    """As somebody who took some seconds to fill in the form."""
    page = await open_page(people.public, public_page(id))
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    people.move(timedelta(seconds=30))
    return await people.public.post(
        public_page(id), data={"form_token": token, "questions_shown": "yes", **PERSON_ENTRIES, **entries}
    )
