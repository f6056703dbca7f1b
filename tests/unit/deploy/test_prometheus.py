"""Prometheus scrapes every process, and its alerts fire when they should."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from chassis.settings import Settings
from tests.unit.deploy.compose import ROOT, SERVICES, ours
from tests.unit.deploy.programs import run
from tests.unit.deploy.promql import MADE_BY_PROMETHEUS, asked, exposed

FOLDER = ROOT / "deploy/prometheus"


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def test_configuration_is_valid() -> None:
    assert "SUCCESS" in run("promtool", "check", "config", FOLDER / "prometheus.yml")


@pytest.mark.slow
def test_alerts_fire_when_they_should_and_not_before() -> None:
    assert "SUCCESS" in run("promtool", "test", "rules", FOLDER / "alerts.test.yml")


def test_every_alert_is_tested() -> None:
    tested = set(re.findall(r'alertname(?:="|: )(\w+)', (FOLDER / "alerts.test.yml").read_text()))
    assert {alert["alert"] for alert in alerts()} == tested


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(alert: dict[str, Any]) -> None:
    assert set(alert["annotations"]) == {"summary", "runbook"}
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert len(alert["annotations"]["runbook"]) > 60


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_asks_for_metrics_that_exist(alert: dict[str, Any]) -> None:
    wanted = asked(alert["expr"])
    assert wanted
    assert wanted <= exposed() | MADE_BY_PROMETHEUS


def test_every_process_is_scraped_where_it_listens() -> None:
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    ports = {role: Settings.model_fields[field].default for role, field in (("api", "port"), ("worker", "worker_port"))}
    found = {
        target: (entry["labels"]["service"], entry["labels"]["role"], entry["labels"]["__metrics_path__"])
        for job in jobs
        if job["job_name"] == "kommune"
        for entry in job["static_configs"]
        for target in entry["targets"]
    }
    assert found == {f"{s}-{r}:{p}": (s, r, f"/{s}/metrics") for s in SERVICES for r, p in ports.items()}
    assert {target.split(":")[0] for target in found} == set(ours()) - {"topics"}


def test_a_metric_that_is_gone_would_be_seen() -> None:
    assert asked('sum by (a, b) (rate(kommune_gone_total{x="y",z=~"kommune_.*"}[5m])) > 0 or vector(0)') == {
        "kommune_gone_total"
    }
    assert "kommune_gone_total" not in exposed()
    assert {"kommune_http_requests_total", "kommune_http_request_seconds_bucket", "kommune_stuck"} <= exposed()
