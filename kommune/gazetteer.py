"""`kommune gazetteer import`: the official list of municipalities into registration's database."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import typer

from chassis.clock import SystemClock
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import connect
from services.registration.gazetteer.gazetteer import DayToCome, Gazetteer, Imported, OlderList, PartOfList
from services.registration.gazetteer.official_list import Entry, NotTheList, read
from services.registration.gazetteer.repository import GazetteerRepository


def run(settings: Settings, file: Path, as_of: date) -> int:
    """Import the list in this file; the exit code. What is new is published by registration's worker."""
    try:
        entries = read(file.read_bytes())
        imported = asyncio.run(import_entries(settings, entries, as_of))
    except NotTheList as error:
        typer.echo(str(error), err=True)
        return 1
    except DayToCome:
        typer.echo(
            "This day is still to come: name the day that the list is of, as its file or Destatis' page says.", err=True
        )
        return 1
    except OlderList:
        typer.echo("A list of a later day was imported already.", err=True)
        return 1
    except PartOfList as error:
        typer.echo(
            f"{error.missing} of {error.known} municipalities that are known are missing: this is only a part of the list.",
            err=True,
        )
        return 1
    typer.echo(
        f"{imported.added} added, {imported.changed} changed, {imported.ended} ended, {imported.unchanged} as before"
    )
    for name in imported.gone:
        typer.echo(f"ended: {name}")
    if imported.untouched:
        typer.echo(
            f"left as they were, since no municipality of theirs stands in the file: {', '.join(imported.untouched)}"
        )
    return 0


async def import_entries(settings: Settings, entries: list[Entry], as_of: date) -> Imported:
    """Write the entries of a list into registration's database."""
    database = connect(settings, "registration", patient=True)
    try:
        repository = GazetteerRepository(Aggregates(database, "gazetteer"))
        await repository.ensure_indexes()
        return await Gazetteer(repository, SystemClock()).import_entries(entries, as_of)
    finally:
        await database.close()
