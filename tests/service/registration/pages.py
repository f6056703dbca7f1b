"""Pages as a browser sees them: opening, filling in and sending forms."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

BROWSER = {"Accept": "text/html", "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}


async def open_page(client: httpx.AsyncClient, address: str) -> str:
    """The page, which has to be there."""
    answer = await client.get(address, headers=BROWSER)
    assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:2000]}"
    return answer.text


async def send(
    client: httpx.AsyncClient, page: str, data: dict[str, Any], action: str = "", files: dict[str, Any] | None = None
) -> httpx.Response:
    """Fill in the form of `page` that is sent to `action` (default: the page itself): its entries, overridden by `data`."""
    shown = await open_page(client, page)
    form = next(
        part
        for part in re.findall(r"<form method=\"post\"(.*?)</form>", shown, re.S)
        if f'action="{action}"' in part and "form_token" in part
    )
    entries: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and (("checkbox" not in tag and "radio" not in tag and "file" not in tag) or " checked" in tag):
            entries.setdefault(html.unescape(name[1]), []).append(html.unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.S):
        entries[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        entries[name] = chosen[1] if chosen else ""
    return await client.post(action or page, data={**entries, **data}, files=files, headers=BROWSER)
