"""The product's own texts, by language and kind (`defaults/<language>.json`)."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

from chassis.text.languages import pick
from services.notifications.wording.rendered_text import Template

FOLDER = Path(__file__).parent / "defaults"


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """Subjects and bodies by language and kind."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))}


@lru_cache(maxsize=2048)
def default(kind: str, language: str) -> Template:
    """The product's own text of a kind, in the nearest language there is."""
    codes = {code: code for code, kinds in texts().items() if kind in kinds}
    code = pick(codes, language)[1]
    text = texts()[code][kind]
    return Template(text["subject"], text["body"], code, text.get("sms"))
