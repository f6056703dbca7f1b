"""Pages of the desk as a browser without scripts sends them."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.support.page_forms import form_of

DESK = "/registration/wilhelmshaven/desk"
CALLER = {"name": "Olena Kovalenko", "phone": "04421 1234", "language": "uk", "read_out": "yes"}


async def send(
    client: httpx.AsyncClient, page: str, ends: str = "", holding: str = "form_token", **entered: Any
) -> httpx.Response:
    """Open a page, fill in its form that ends like this, send it; the page that follows."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    action = next(one for one in re.findall(r'<form[^>]* action="([^"]*)"', shown.text) if one.endswith(ends))
    fields = {**form_of(shown.text, ends, holding), **entered}
    sent = await client.post(action or page, data={name: value for name, value in fields.items() if value is not None})
    if sent.status_code != 303:
        return sent
    where = sent.headers["location"]
    return await client.get(where, params=dict(httpx.URL(where).params))
