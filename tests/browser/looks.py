"""What every page has to be: without findings of axe, and nothing cut off."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def looks_right(page: Page, name: str) -> None:
    """Fails with what axe found, or with how much is cut off. `SCREENSHOTS=folder` keeps a picture under the name."""
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    too_wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{too_wide} px are cut off"
