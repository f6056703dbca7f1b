"""What every page has to be: without findings of axe, nothing cut off and no text squeezed."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

SQUEEZED = """() => [...document.querySelectorAll('dt, dd, th, td, li, p, label, legend, h1, h2, h3')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.visually-hidden, .skip, .elsewhere'))
  .filter(e => e.innerText.trim().length > 4 && e.clientWidth && e.clientWidth < 2 * parseFloat(getComputedStyle(e).fontSize))
  .map(e => e.innerText.trim().slice(0, 40))"""
"""Texts in a column that is narrower than two letters are wide."""


async def looks_right(page: Page, name: str) -> None:
    """Fails with what axe found, or with how much is cut off. `SCREENSHOTS=folder` keeps a picture under the name."""
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    too_wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{too_wide} px are cut off"
    squeezed = await page.evaluate(SQUEEZED)
    assert not squeezed, f"letters stand one below the other: {squeezed}"
