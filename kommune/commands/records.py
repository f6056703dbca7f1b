"""Commands that bring data in and out: the official list of municipalities, and what is stored of a person."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kommune.commands.options import LOCAL_STATE, PlatformUrl, StateFolder, read_settings

app = typer.Typer()
gazetteer_app = typer.Typer(help="The official list of municipalities.", no_args_is_help=True)
app.add_typer(gazetteer_app, name="gazetteer")


@gazetteer_app.command("import")
def import_gazetteer(
    file: Annotated[Path, typer.Argument(help="CSV of Destatis' GV-ISys.", exists=True, dir_okay=False)],
    as_of: Annotated[datetime, typer.Option(help="The day that the list is of.", formats=["%Y-%m-%d"])],
) -> None:
    """Store the official list and publish what is new in it; importing it again changes nothing."""
    from kommune.gazetteer import run

    raise typer.Exit(run(read_settings(), file, as_of.date()))


@app.command("export-person")
def export_person(
    tenant: Annotated[str, typer.Option(help="Slug of the municipality.")],
    person: Annotated[str, typer.Option(help="Id of the registration, of the respondent or of another contact.")],
    url: PlatformUrl = "",
    out: Annotated[Path | None, typer.Option(help="Write into this file, which only its owner can read.")] = None,
    state: StateFolder = LOCAL_STATE,
    as_json: Annotated[bool, typer.Option("--json", help="Nothing but JSON, also where it fails.")] = False,
) -> None:
    """What all services hold about a person, as JSON. KOMMUNE_TOKEN is the bearer token of a coordinator (not needed on a laptop)."""
    from kommune import export_person as export

    address, bearer = export.token_for(state, tenant)
    try:
        exported = asyncio.run(export.export_person(url or address, bearer, tenant, person))
    except export.NotExported as error:
        typer.echo(json.dumps({"error": str(error)}) if as_json else f"Not exported: {error}.", err=not as_json)
        raise typer.Exit(1) from None
    if out is None:
        typer.echo(export.as_json(exported))
    else:
        export.save(exported, out)
        typer.echo(json.dumps({"file": str(out)}) if as_json else f"written to {out}")
