"""What has to hold for a page that was opened: no finding of axe, nothing cut off, its own language, nothing from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import ConsoleMessage, Page, Request

from chassis.text.catalogues import read
from chassis.text.languages import LANGUAGES
from tests.browser.looks import RULES
from tests.browser.walk.visits import Visit

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
ROOT = Path(__file__).parents[3]
NARROW, WIDE = {"width": 320, "height": 740}, {"width": 1280, "height": 800}
AXE_OPTIONS = RULES | {"resultTypes": ["violations"], "preload": False, "iframes": False}
WITHOUT_CONTRAST = AXE_OPTIONS | {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST_IN = ("de", "ar")
"""Colours don't depend on the language, and measuring them takes two thirds of the time: once in each direction."""
LOOK = """async options => {
  const page = document.documentElement, found = await axe.run(document, options);
  const target = e => (e.type == 'radio' || e.type == 'checkbox') && e.closest('.choice') || e;
  const inText = e => e.tagName == 'A' && getComputedStyle(e).display == 'inline';
  const small = e => { const box = target(e).getBoundingClientRect(); return box.width < 24 || box.height < 24; };
  const seen = e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.skip, .elsewhere');
  const words = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.replace(/\\s+/g, ' ').trim(), at = walker.currentNode.parentElement;
    if (text && at.closest('[lang]').lang == page.lang && !at.closest('[translate=no], script, style, code, noscript, template, svg')) words.push(text);
  }
  return {
    axe: found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | ')),
    cutOff: page.scrollWidth - page.clientWidth,
    small: [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea')]
      .filter(e => seen(e) && !inText(e) && small(e)).map(e => e.outerHTML.slice(0, 200)),
    frame: [page.lang, page.dir], headings: document.querySelectorAll('h1').length,
    languages: [...document.querySelectorAll('.languages li a')].map(a => a.lang), words,
  };
}"""
"""All in one call. `small`: targets below 24 by 24 px (WCAG 2.2, 2.5.8), but for links in a sentence; `words`: what stands on
the page in the page's own language, piece by piece."""


def english() -> dict[str, frozenset[str]]:
    """By language: the English messages of all catalogues that read otherwise in it."""
    folders = [
        ROOT / "chassis",
        ROOT / "programme",
        *sorted(file.parent for file in (ROOT / "services").glob("*/__init__.py")),
    ]
    found = {}
    for code in LANGUAGES:
        if code != "en":
            messages = [one for folder in folders for one in read(folder, code) if isinstance(one.id, str) and one.id]
            found[code] = frozenset(str(one.id) for one in messages if one.string and one.string != one.id)
    return found


class Watch:
    """Hears what goes wrong on a page besides what one sees."""

    def __init__(self, page: Page, address: str) -> None:
        self._address = address
        self._wrong: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        page.on("request", self._asked)

    def heard(self) -> list[str]:
        """What went wrong since the last time."""
        found, self._wrong[:] = list(self._wrong), []
        return found

    def _said(self, message: ConsoleMessage) -> None:
        refused_page = (
            "the server responded with a status" in message.text and "/static/" not in message.location["url"]
        )
        if message.type in ("error", "warning") and not refused_page:
            self._wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self._wrong.append(f"request to another house: {request.url}")


async def flaws(page: Page, visit: Visit, code: str, untranslated: frozenset[str]) -> list[str]:
    """What is wrong with the page that is open, in words."""
    seen: dict[str, Any] = await page.evaluate(LOOK, AXE_OPTIONS if code in CONTRAST_IN else WITHOUT_CONTRAST)
    found = [f"axe {one}" for one in seen["axe"]]
    if seen["cutOff"] > 0:
        found.append(f"{seen['cutOff']} px are cut off")
    found += [f"too small to hit: {one}" for one in seen["small"]]
    if seen["frame"] != [code, LANGUAGES[code].direction]:
        found.append(f"language and direction: {seen['frame']}")
    if seen["headings"] != 1:
        found.append(f"{seen['headings']} headings of the first rank")
    if not set(visit.languages) <= set(seen["languages"]):
        found.append(f"offers {seen['languages']}")
    found += [f"stayed English: {words}" for words in seen["words"] if words in untranslated]
    await _picture(page, visit, code)
    return found


async def _picture(page: Page, visit: Visit, code: str) -> None:
    """`SCREENSHOTS=folder` keeps how the page looks on a phone and on a desk, in `SCREENSHOT_LANGUAGES` (`de,fa`)."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder or code not in os.environ.get("SCREENSHOT_LANGUAGES", "de,fa").split(","):
        return
    for name, size in (("phone", {"width": 360, "height": 740}), ("desk", WIDE)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.screenshot(path=Path(folder) / f"{visit.name}.{code}.{name}.png", full_page=True)
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
