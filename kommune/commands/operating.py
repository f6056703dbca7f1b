"""Commands of whoever operates the platform: its topics, its stored data and its keys."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from kommune.commands.options import AsJson, Name, load_or_exit, read_settings

app = typer.Typer()
topics_app = typer.Typer(help="Kafka topics.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")


@app.command()
def scrub(
    oplog_megabytes: Annotated[
        int, typer.Option(help="Overwrite an oplog of up to so many megabytes, and the journal; 0 leaves them.")
    ] = 1024,
    as_json: AsJson = False,
) -> None:
    """Overwrite what MongoDB has let go of and still holds in its files. Needs the rights of an administrator (MONGODB_URI)."""
    from pymongo.errors import PyMongoError

    from chassis.storage.scrub import OplogTooLarge
    from kommune.scrub import scrub as run

    try:
        figures = asyncio.run(run(read_settings(), oplog_megabytes, lambda line: None if as_json else typer.echo(line)))
    except (OplogTooLarge, TimeoutError, PyMongoError) as error:
        typer.echo(
            f"Not everything was overwritten: {str(error) or 'MongoDB did not shorten its oplog in time'}.", err=True
        )
        raise typer.Exit(1) from None
    typer.echo(json.dumps(figures) if as_json else f"overwritten in {figures['seconds']} s")


@app.command("rekey-staff")
def rekey_staff(as_json: AsJson = False) -> None:
    """Let staff be known by the EMAIL_KEY of now, after it was changed (settings of registration). Repeating it changes nothing."""
    from kommune.rekey_staff import rekey_staff as run

    changed = asyncio.run(run(read_settings()))
    typer.echo(json.dumps({"changed": changed}) if as_json else f"known by another key: {changed}")


@app.command()
def rebuild(name: Name, as_json: AsJson = False) -> None:
    """Make a service's read model anew from all events, beside the present one, and swap them; what the service owns is kept."""
    from chassis.messaging.rebuild import MissingTopics
    from kommune.rebuild import NothingToRebuild
    from kommune.rebuild import rebuild as run

    def tell(read: int, all: int, speed: float) -> None:
        if not as_json:
            typer.echo(f"{read:,} of {all:,} records ({100 * read // max(all, 1)} %), {speed:,.0f} a second")

    try:
        rebuilt = asyncio.run(run(read_settings(), name, tell))
    except NothingToRebuild:
        typer.echo(
            "Choose reporting, or registration for the contacts it knows: the other services own what they hold.",
            err=True,
        )
        raise typer.Exit(1) from None
    except MissingTopics as error:
        typer.echo(f"Nothing was changed: {error}.", err=True)
        raise typer.Exit(1) from None
    figures = {"records": rebuilt.records, "seconds": round(rebuilt.seconds, 1), "paused": round(rebuilt.paused, 1)}
    typer.echo(
        json.dumps(figures)
        if as_json
        else f"{rebuilt.records:,} records read in {rebuilt.seconds:.1f} s; consuming paused for {rebuilt.paused:.1f} s"
    )


@topics_app.command("apply")
def topics_apply(as_json: AsJson = False) -> None:
    """Create the topics of the registry and update the settings of existing ones."""
    from chassis.settings import load_kafka_settings
    from kommune.topics import apply

    created = asyncio.run(apply(load_or_exit(load_kafka_settings)))
    typer.echo(
        json.dumps({"created": created}) if as_json else f"created: {', '.join(created) or 'nothing, all were there'}"
    )
