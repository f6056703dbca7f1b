"""Commands for the platform on one machine: starting it, signing in to it, and its demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kommune.commands.options import LOCAL_STATE, PlatformUrl, StateFolder, TenantOrPlatform

app = typer.Typer()


@app.command()
def up(state: Annotated[Path, typer.Option(help="Folder for data, logs and what was fetched.")] = LOCAL_STATE) -> None:
    """Everything on this machine: MongoDB, Kafka, mail sink and all services, until Ctrl-C."""
    from kommune.up import run

    raise typer.Exit(run(state))


@app.command()
def token(
    tenant: TenantOrPlatform,
    role: Annotated[
        str, typer.Option(help="coordinator, intake, moderator, decision_maker, programme_office or operator.")
    ],
    state: StateFolder = LOCAL_STATE,
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
    tenant: TenantOrPlatform,
    role: Annotated[str, typer.Option(help="As for `token`.")],
    state: StateFolder = LOCAL_STATE,
) -> None:
    """Print the address where a browser signs in with this role (local environment only)."""
    from chassis.ids import Secrets
    from kommune.up import local_environment
    from programme.navigation import local_sign_in

    environment = local_environment(state)
    typer.echo(environment["public_url"] + local_sign_in(Secrets(environment["secret_key"]), tenant, role))


@app.command()
def demo(
    url: PlatformUrl = "",
    state: StateFolder = LOCAL_STATE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Tell the story of a model municipality against a running `kommune up`; telling it again changes nothing."""
    from kommune.demo.cli import run

    raise typer.Exit(run(url, state, as_json))
