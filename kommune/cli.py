"""The `kommune` command. Exit codes: 0 done, 1 could not be done, 2 wrong usage, 78 the configuration is wrong.

A command imports what it runs when it is run: of what there is, most need little.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from chassis.settings import Settings

app = typer.Typer(
    help="Weltoffene Kommune: the platform of the model municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Loaded = TypeVar("Loaded")
topics_app = typer.Typer(help="Kafka topics.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")
gazetteer_app = typer.Typer(help="The official list of municipalities.", no_args_is_help=True)
app.add_typer(gazetteer_app, name="gazetteer")


def _settings() -> Settings:
    from chassis.settings import load_settings

    return _loaded(load_settings)


def _loaded(load: Callable[[], Loaded]) -> Loaded:
    from chassis.settings import SettingsError

    try:
        return load()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(78) from None


def _names(value: str) -> str:
    from kommune.services import NAMES

    if value not in (*NAMES, "all"):
        raise typer.BadParameter(f"choose one of {', '.join(NAMES)}, or all")
    return value


Name = Annotated[
    str, typer.Argument(help="registration, selfcheck, notifications or reporting; all: together", callback=_names)
]


@app.command()
def serve(
    name: Name,
    laptop: Annotated[bool, typer.Option(hidden=True, help="With the mail sink and the worker's metrics.")] = False,
) -> None:
    """Answer HTTP for one service (PORT)."""
    _run(name, works=False, laptop=laptop)


@app.command()
def work(name: Name) -> None:
    """Do one service's background work: events, relay, due work. Health and metrics on WORKER_PORT."""
    _run(name, works=True)


@app.command()
def up(
    state: Annotated[Path, typer.Option(help="Folder for data, logs and what was fetched.")] = Path(".local"),
) -> None:
    """Everything on this machine: MongoDB, Kafka, mail sink and all services, until Ctrl-C."""
    from kommune.up import run

    raise typer.Exit(run(state))


@app.command()
def token(
    tenant: Annotated[str, typer.Option(help="Slug of the municipality, or - for a platform-wide role.")],
    role: Annotated[
        str, typer.Option(help="coordinator, intake, moderator, decision_maker, programme_office or operator.")
    ],
    state: Annotated[Path, typer.Option(help="Folder of `kommune up`.")] = Path(".local"),
) -> None:
    """Print a bearer token of the built-in issuer (local environment only)."""
    from chassis.identity.tokens import LocalIssuer
    from chassis.settings import Settings
    from programme.roles import ANY_STAFF, PLATFORM_ROLES

    allowed = PLATFORM_ROLES if tenant == "-" else set(ANY_STAFF)
    if role not in allowed:
        raise typer.BadParameter(f"for this tenant choose one of {', '.join(sorted(allowed))}", param_hint="--role")
    from kommune.up import local_environment

    typer.echo(LocalIssuer(Settings(**local_environment(state))).issue(tenant, role))  # type: ignore[arg-type]


@app.command("sign-in")
def sign_in(
    tenant: Annotated[str, typer.Option(help="Slug of the municipality, or - for a platform-wide role.")],
    role: Annotated[str, typer.Option(help="As for `token`.")],
    state: Annotated[Path, typer.Option(help="Folder of `kommune up`.")] = Path(".local"),
) -> None:
    """Print the address where a browser signs in with this role (local environment only)."""
    from chassis.ids import Secrets
    from kommune.up import local_environment
    from programme.navigation import local_sign_in

    environment = local_environment(state)
    typer.echo(environment["public_url"] + local_sign_in(Secrets(environment["secret_key"]), tenant, role))


@app.command()
def demo(
    url: Annotated[str, typer.Option(help="Where the platform answers.")] = "",
    state: Annotated[Path, typer.Option(help="Folder of `kommune up`.")] = Path(".local"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Tell the story of a model municipality against a running `kommune up`; telling it again changes nothing."""
    from kommune.demo.cli import run

    raise typer.Exit(run(url, state, as_json))


@app.command()
def lottery(
    seed: Annotated[str, typer.Argument(help="The seed that the draw revealed, hexadecimal.")],
    commitment: Annotated[str, typer.Option(help="What was published before the draw; checked when given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Compute a lottery again: ids of registrations on standard input, one per line; the drawn order on standard output."""
    from services.registration.domain import lottery as rule

    try:
        raw = bytes.fromhex(seed)
    except ValueError:
        raise typer.BadParameter("this is not hexadecimal", param_hint="SEED") from None
    if commitment and rule.commitment(raw) != commitment.lower():
        typer.echo("The seed is not the one that was committed to.", err=True)
        raise typer.Exit(1)
    order = rule.drawn_order(raw, [line.strip() for line in sys.stdin if line.strip()])
    typer.echo(json.dumps(order) if as_json else "\n".join(order))


@app.command()
def audit(
    file: Annotated[
        typer.FileText,
        typer.Argument(help="The trail of a gathering as downloaded (…/audit.jsonl); - for standard input."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Check every decision about the seats of a gathering again. Exit codes: 0 all follow from the rules, 1 one does not, 2 no trail."""
    from kommune import audit as trail

    try:
        entries = trail.read(file)
    except trail.NoTrail as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    verdict = trail.check(entries)
    typer.echo(trail.report(verdict, len(entries), as_json))
    raise typer.Exit(1 if verdict.findings else 0)


@gazetteer_app.command("import")
def import_gazetteer(
    file: Annotated[Path, typer.Argument(help="CSV of Destatis' GV-ISys.", exists=True, dir_okay=False)],
    as_of: Annotated[datetime, typer.Option(help="The day that the list is of.", formats=["%Y-%m-%d"])],
) -> None:
    """Store the official list and publish what is new in it; importing it again changes nothing."""
    from kommune.gazetteer import run

    raise typer.Exit(run(_settings(), file, as_of.date()))


@app.command("export-person")
def export_person(
    tenant: Annotated[str, typer.Option(help="Slug of the municipality.")],
    person: Annotated[str, typer.Option(help="Id of the registration, of the respondent or of another contact.")],
    url: Annotated[str, typer.Option(help="Where the platform answers.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write into this file, which only its owner can read.")] = None,
    state: Annotated[Path, typer.Option(help="Folder of `kommune up`.")] = Path(".local"),
    as_json: Annotated[bool, typer.Option("--json", help="Nothing but JSON, also where it fails.")] = False,
) -> None:
    """What all services hold about a person, as JSON. KOMMUNE_TOKEN is the bearer token of a coordinator (not needed on a laptop)."""
    from kommune.export_person import NotExported, token_for, written
    from kommune.export_person import export_person as run

    address, bearer = token_for(state, tenant)
    try:
        exported = asyncio.run(run(url or address, bearer, tenant, person))
    except NotExported as error:
        typer.echo(json.dumps({"error": str(error)}) if as_json else f"Not exported: {error}.", err=not as_json)
        raise typer.Exit(1) from None
    typer.echo(written(exported, out) or (json.dumps({"file": str(out)}) if as_json else f"written to {out}"))


@app.command()
def scrub(
    oplog_megabytes: Annotated[
        int, typer.Option(help="Overwrite an oplog of up to so many megabytes, and the journal; 0 leaves them.")
    ] = 1024,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Overwrite what MongoDB has let go of and still holds in its files. Needs the rights of an administrator (MONGODB_URI)."""
    from pymongo.errors import PyMongoError

    from chassis.storage.scrub import OplogTooLarge
    from kommune.scrub import scrub as run

    try:
        done = asyncio.run(run(_settings(), oplog_megabytes, lambda line: None if as_json else typer.echo(line)))
    except (OplogTooLarge, TimeoutError, PyMongoError) as error:
        typer.echo(
            f"Not everything was overwritten: {str(error) or 'MongoDB did not shorten its oplog in time'}.", err=True
        )
        raise typer.Exit(1) from None
    typer.echo(json.dumps(done) if as_json else f"overwritten in {done['seconds']} s")


@app.command("rekey-staff")
def rekey_staff(as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False) -> None:
    """Let staff be known by the EMAIL_KEY of now, after it was changed (settings of registration). Repeating it changes nothing."""
    from kommune.rekey_staff import rekey_staff as run

    changed = asyncio.run(run(_settings()))
    typer.echo(json.dumps({"changed": changed}) if as_json else f"known by another key: {changed}")


@app.command()
def rebuild(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False
) -> None:
    """Make a service's read model anew from all events, beside the present one, and swap them; what the service owns is kept."""
    from chassis.messaging.rebuild import MissingTopics
    from kommune.rebuild import NothingToRebuild
    from kommune.rebuild import rebuild as run

    def tell(read: int, all: int, speed: float) -> None:
        if not as_json:
            typer.echo(f"{read:,} of {all:,} records ({100 * read // max(all, 1)} %), {speed:,.0f} a second")

    try:
        done = asyncio.run(run(_settings(), name, tell))
    except NothingToRebuild:
        typer.echo(
            "Choose reporting, or registration for the contacts it knows: the other services own what they hold.",
            err=True,
        )
        raise typer.Exit(1) from None
    except MissingTopics as error:
        typer.echo(f"Nothing was changed: {error}.", err=True)
        raise typer.Exit(1) from None
    figures = {"records": done.records, "seconds": round(done.seconds, 1), "paused": round(done.paused, 1)}
    typer.echo(
        json.dumps(figures)
        if as_json
        else f"{done.records:,} records read in {done.seconds:.1f} s; consuming paused for {done.paused:.1f} s"
    )


@topics_app.command("apply")
def topics_apply(as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False) -> None:
    """Create the topics of the registry and update the settings of existing ones."""
    from chassis.settings import load_kafka_settings
    from kommune.topics import apply

    created = asyncio.run(apply(_loaded(load_kafka_settings)))
    typer.echo(
        json.dumps({"created": created}) if as_json else f"created: {', '.join(created) or 'nothing, all were there'}"
    )


def _run(name: str, works: bool, laptop: bool = False) -> None:
    """A service's process, to its end."""
    gc.disable()  # until `server` turns it on: nothing that is imported is garbage, and looking for it takes a tenth of a start
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # there are none, and all packages are asked for them
    import uvloop

    from chassis.operations.logs import configure_logs

    settings = _settings()
    configure_logs(settings.log_level, name)
    uvloop.run(_serve(name, settings, works, laptop))


async def _serve(name: str, settings: Settings, works: bool, laptop: bool) -> None:
    from kommune.http import combine_services, server
    from kommune.services import NAMES, build

    services = [build(one, settings) for one in (NAMES if name == "all" else (name,))]
    port = settings.worker_port if works else settings.port
    if not laptop:
        await server(combine_services(services, works), settings, port).serve()
        return
    from kommune.mail_sink import MailSink

    mails = MailSink(settings.smtp_url)
    mails.start()
    await server(combine_services(services, works, mails.routes(), settings.worker_port), settings, port).serve()


if __name__ == "__main__":
    sys.exit(app())
