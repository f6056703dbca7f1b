"""Arguments and options that several commands take, and the settings they read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from chassis.settings import Settings

Loaded = TypeVar("Loaded")


def _check_name(value: str) -> str:
    from kommune.services import NAMES

    if value not in (*NAMES, "all"):
        raise typer.BadParameter(f"choose one of {', '.join(NAMES)}, or all")
    return value


Name = Annotated[
    str, typer.Argument(help="registration, selfcheck, notifications or reporting; all: together", callback=_check_name)
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
StateFolder = Annotated[Path, typer.Option("--state", help="Folder of `kommune up`.")]
PlatformUrl = Annotated[str, typer.Option("--url", help="Where the platform answers.")]
TenantOrPlatform = Annotated[
    str, typer.Option("--tenant", help="Slug of the municipality, or - for a platform-wide role.")
]
LOCAL_STATE = Path(".local")


def read_settings() -> Settings:
    """The settings of a service, from the environment; ends the command with code 78 where they are wrong."""
    from chassis.settings import load_settings

    return load_or_exit(load_settings)


def load_or_exit(load: Callable[[], Loaded]) -> Loaded:
    """What `load` reads from the environment; ends the command with code 78 where that is wrong."""
    from chassis.settings import SettingsError

    try:
        return load()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(78) from None
