"""The compose file is sound, hardened, and passes what the services' settings ask for."""

from __future__ import annotations

import re
import sys

import pytest
from pydantic import ValidationError

from chassis.settings import Settings
from tests.support import waiting
from tests.unit.deploy.compose import FILE, ROOT, SERVICES, Unset, containers, example, ours, raw, resolved

ONE_SHOT = {"topics", "mongodb-init"}


def environment(name: str) -> dict[str, str]:
    return dict(resolved(example())["services"][name]["environment"])


def settings(variables: dict[str, str]) -> Settings:
    return Settings(_env_file=None, **{key.lower(): value for key, value in variables.items()})  # type: ignore[call-arg, arg-type]


def test_keeps_to_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = waiting.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_has_an_api_and_a_worker() -> None:
    commands = {name: container["command"] for name, container in ours().items()}
    expected = {f"{s}-api": ["serve", s] for s in SERVICES} | {f"{s}-worker": ["work", s] for s in SERVICES}
    assert commands == {**expected, "topics": ["topics", "apply"]}


@pytest.mark.parametrize("name", ours())
def test_what_is_passed_is_a_setting(name: str) -> None:
    known = {field.upper() for field in Settings.model_fields}
    assert set(containers()[name]["environment"]) <= known


@pytest.mark.parametrize("name", ours())
def test_what_is_required_is_passed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    built = settings(environment(name))
    assert built.environment == "production"
    assert built.oidc_issuer
    assert built.host == "0.0.0.0"


@pytest.mark.parametrize(
    "missing", ["SECRET_KEY", "MONGODB_URI", "KAFKA_BOOTSTRAP", "OIDC_ISSUER", "OIDC_CLIENT_SECRET"]
)
def test_leaving_a_setting_out_would_be_seen(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    variables = environment("registration-api")
    del variables[missing]
    with pytest.raises(ValidationError):
        settings(variables)


def test_settings_for_production_can_be_overridden_from_the_env_file() -> None:
    own = {"PUBLIC_URL": "https://weltoffen.example.org", "OIDC_ISSUER": "https://login.example.org"}
    variables = resolved(example() | own)["services"]["reporting-worker"]["environment"]
    built = settings(variables)
    assert (built.public_url, built.oidc_issuer) == (own["PUBLIC_URL"], own["OIDC_ISSUER"])


@pytest.mark.parametrize("secret", example())
def test_no_secret_has_a_default(secret: str) -> None:
    with pytest.raises(Unset, match=secret):
        resolved({**example(), secret: ""})


def test_the_example_holds_every_variable() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", FILE.read_text()))
    offered = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == offered


@pytest.mark.parametrize("name", containers())
def test_images_are_pinned(name: str) -> None:
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*", containers()[name]["image"])


@pytest.mark.parametrize("name", containers())
def test_runs_within_limits_and_comes_back(name: str) -> None:
    container = containers()[name]
    limits = container["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert container["restart"] == ("on-failure" if name in ONE_SHOT else "unless-stopped")
    assert container["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(containers()) - ONE_SHOT))
def test_has_a_health_check(name: str) -> None:
    check = containers()[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)


@pytest.mark.parametrize("service", SERVICES)
def test_health_checks_ask_the_own_service_on_its_own_port(service: str) -> None:
    for role, port in (
        ("api", Settings.model_fields["port"].default),
        ("worker", Settings.model_fields["worker_port"].default),
    ):
        address = containers()[f"{service}-{role}"]["healthcheck"]["test"][-1]
        assert address == f"http://127.0.0.1:{port}/{service}/health/ready"


@pytest.mark.parametrize("name", ours())
def test_ours_run_without_rights(name: str) -> None:
    container = containers()[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    user = container["user"]
    assert user.split(":")[0] != "0"
    assert f"USER {user}" in (ROOT / "deploy/image/Dockerfile").read_text()


def test_a_service_reaches_its_own_database_only() -> None:
    for service in SERVICES:
        for role in ("api", "worker"):
            assert environment(f"{service}-{role}")["MONGODB_URI"].startswith(f"mongodb://{service}:")
    created = re.search(r"of \[([^\]]+)\]", (ROOT / "deploy/mongodb/init.js").read_text())
    assert created is not None
    assert re.findall(r"\w+", created[1]) == list(SERVICES)
    assert containers()["mongodb-init"]["environment"]["NAMESPACE"] == environment("registration-api")["NAMESPACE"]


def test_only_three_doors_and_all_on_loopback() -> None:
    doors = {name: container["ports"] for name, container in containers().items() if "ports" in container}
    assert set(doors) == {"caddy", "grafana", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for ports in doors.values() for port in ports)
    assert raw()["networks"]["platform"] == {"internal": True}
    for name in ("kafka", "mongodb", "prometheus"):
        assert containers()[name]["networks"] == ["platform"]


def test_mounted_files_exist() -> None:
    for container in containers().values():
        for volume in container.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in raw()["volumes"]


def test_what_is_waited_for_exists_and_can_be_waited_for() -> None:
    for container in containers().values():
        for name, wait in container.get("depends_on", {}).items():
            expected = "service_completed_successfully" if name in ONE_SHOT else "service_healthy"
            assert wait["condition"] == expected
            assert name in containers()
