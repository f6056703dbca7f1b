"""Commands that are the processes of services: answering HTTP, and background work."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Annotated

import typer

from kommune.commands.options import Name, read_settings

if TYPE_CHECKING:
    from chassis.settings import Settings

app = typer.Typer()


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


def _run(name: str, works: bool, laptop: bool = False) -> None:
    """Run the process of a service, or of all together, to its end."""
    gc.disable()  # until `server` turns it on: nothing that is imported is garbage, and looking for it takes a tenth of a start
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # there are none, and all packages are asked for them
    import uvloop

    from chassis.operations.logs import configure_logs

    settings = read_settings()
    configure_logs(settings.log_level, name)
    uvloop.run(_serve(name, settings, works, laptop))


async def _serve(name: str, settings: Settings, works: bool, laptop: bool) -> None:
    from kommune.http import combine_services, server
    from kommune.services import NAMES, build

    services = [build(service, settings) for service in (NAMES if name == "all" else (name,))]
    port = settings.worker_port if works else settings.port
    if not laptop:
        await server(combine_services(services, works), settings, port).serve()
        return
    from kommune.mail_sink import MailSink

    mails = MailSink(settings.smtp_url)
    mails.start()
    await server(combine_services(services, works, mails.routes(), settings.worker_port), settings, port).serve()
