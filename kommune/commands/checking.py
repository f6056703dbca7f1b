"""Commands with which anybody checks what the platform decided: a lottery, and the audit trail of a gathering's seats."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from kommune.commands.options import AsJson

app = typer.Typer()


@app.command()
def lottery(
    seed: Annotated[str, typer.Argument(help="The seed that the draw revealed, hexadecimal.")],
    commitment: Annotated[str, typer.Option(help="What was published before the draw; checked when given.")] = "",
    as_json: AsJson = False,
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
    as_json: AsJson = False,
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
