"""`kommune demo` and the seeding of `kommune up`: who prints what."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import date
from pathlib import Path

from rich.console import Console

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from kommune.demo.platform import DemoError, Platform
from kommune.demo.seed import seed
from kommune.demo.story import Story
from kommune.up import local_environment


def run(url: str, state: Path, as_json: bool) -> int:
    """Seed, then tell the story. The exit code: 1 where the platform did not do what the story says."""
    settings = Settings(**local_environment(state))  # type: ignore[arg-type]
    console = Console(highlight=False)
    started = time.monotonic()

    def tell(step: str, text: str, seconds: float) -> None:
        if as_json:
            print(
                json.dumps({"step": step, "text": text, "seconds": round(seconds, 3)}, ensure_ascii=False), flush=True
            )
        else:
            console.print(f"[bold]{step:<15}[/bold] {text} [dim]({seconds:.2f} s)[/dim]", soft_wrap=True)

    async def seed_and_tell() -> None:
        async with Platform(url or settings.public_url, LocalIssuer(settings)) as platform:
            await seed(platform, lambda line: tell("0 Neighbours", line, time.monotonic() - started), date.today())
            await Story(platform, tell, date.today()).run()

    try:
        asyncio.run(seed_and_tell())
    except DemoError as error:
        if as_json:
            print(json.dumps({"error": str(error)}, ensure_ascii=False), flush=True)
        else:
            console.print(f"[red]{error}[/red]", soft_wrap=True)
        return 1
    return 0
