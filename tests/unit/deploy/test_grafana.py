"""Dashboards ask only for what is measured, in PromQL that Prometheus understands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.deploy.compose import ROOT, containers
from tests.unit.deploy.programs import run
from tests.unit.deploy.promql import MADE_BY_PROMETHEUS, asked, exposed

FOLDER = ROOT / "deploy/grafana"
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))


def panels(file: Path) -> list[dict[str, Any]]:
    return list(json.loads(file.read_text())["panels"])


def expressions(file: Path) -> list[str]:
    return [target["expr"] for panel in panels(file) for target in panel["targets"]]


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_asks_for_metrics_that_exist(file: Path) -> None:
    for expression in expressions(file):
        assert asked(expression) <= exposed() | MADE_BY_PROMETHEUS, expression


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_prometheus_understands_every_expression(file: Path, tmp_path: Path) -> None:
    # Recording rules make promtool parse expressions; Grafana's own variables stand for a duration.
    plain = [expression.replace("$__range", "1h") for expression in expressions(file)]
    rules = [{"record": f"check:{number}", "expr": expression} for number, expression in enumerate(plain)]
    scratch = tmp_path / "rules.yml"
    scratch.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", scratch)


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_panels_are_told_apart_explained_and_do_not_overlap(file: Path) -> None:
    found = panels(file)
    assert len({panel["id"] for panel in found}) == len(found)
    taken: set[tuple[int, int]] = set()
    for panel in found:
        assert panel["title"]
        assert panel["description"]
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_the_overview_shows_what_an_operator_looks_for_first() -> None:
    shown = {name for expression in expressions(FOLDER / "dashboards/overview.json") for name in asked(expression)}
    assert {
        "kommune_http_requests_total",
        "kommune_http_request_seconds_bucket",
        "kommune_outbox_oldest_seconds",
        "kommune_consumer_lag",
        "kommune_events_parked",
        "kommune_due_oldest_seconds",
        "kommune_stuck",
    } <= shown


def test_provisioned_from_where_compose_mounts_it() -> None:
    mounted = dict(volume.split(":")[:2] for volume in containers()["grafana"]["volumes"])
    provider = yaml.safe_load((FOLDER / "provisioning/dashboards/kommune.yml").read_text())["providers"][0]
    assert provider["options"]["path"] == mounted["./deploy/grafana/dashboards"]
    source = yaml.safe_load((FOLDER / "provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    used = {panel["datasource"]["uid"] for file in DASHBOARDS for panel in panels(file)}
    assert used == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"
