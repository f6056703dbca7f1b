"""On a laptop the API and the worker of a service are two processes behind one port; a scrape shows them as one."""

from __future__ import annotations

from collections.abc import Iterable

import httpx
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import Response

from chassis.operations.logs import get_logger
from chassis.service import Service

log = get_logger()

OF_ONE_PROCESS = ("process_", "python_")


class _Families:
    """What `generate_latest` reads."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> list[Metric]:
        return self._families


def merged(own: str, others: str) -> bytes:
    """Two scrapes as one: samples of the same name and labels are added up; what describes a process stays the first's."""
    families = {family.name: family for family in text_string_to_metric_families(own)}
    for family in text_string_to_metric_families(others):
        if family.name.startswith(OF_ONE_PROCESS):
            continue
        total = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        samples = {(s.name, frozenset(s.labels.items())): s for s in total.samples}
        for sample in family.samples:
            place = sample.name, frozenset(sample.labels.items())
            earlier = samples.get(place)
            samples[place] = sample if earlier is None else sample._replace(value=earlier.value + sample.value)
        total.samples = list(samples.values())
    return generate_latest(_Families(families.values()))


class Scrape:
    """Answers `/{service}/metrics` for this process and the worker on a port beside it."""

    def __init__(self, services: Iterable[Service], worker_port: int) -> None:
        self._services = {service.name: service for service in services}
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{worker_port}", timeout=2)

    async def answer(self, request: Request) -> Response:
        name = request.path_params["service"]
        content = self._services[name].context.metrics.render()
        try:
            content = merged(content.decode(), (await self._http.get(f"/{name}/metrics")).text)
        except httpx.TransportError as error:
            log.warning("the worker's metrics are missing from this scrape", service=name, error=type(error).__name__)
        return Response(content, media_type="text/plain; version=0.0.4; charset=utf-8")
