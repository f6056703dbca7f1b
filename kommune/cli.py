"""The `kommune` command. Exit codes: 0 done, 1 could not be done, 2 wrong usage, 78 the configuration is wrong."""

from __future__ import annotations

import sys

import typer

from kommune.commands import checking, laptop, operating, records, serving

app = typer.Typer(
    help="Weltoffene Kommune: the platform of the model municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for group in (serving, laptop, checking, records, operating):
    app.add_typer(group.app)


if __name__ == "__main__":
    sys.exit(app())
