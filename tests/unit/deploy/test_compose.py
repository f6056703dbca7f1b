"""The compose file is sound, hardened, and passes what the services' settings ask for."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from chassis.settings import KafkaSettings, Settings
from tests.support import waiting
from tests.unit.deploy.compose import FILE, ROOT, SERVICES, Unset, containers, example, ours, raw, resolved

ONE_SHOT = {"topics", "mongodb-init"}


def environment(name: str) -> dict[str, str]:
    return dict(resolved(example())["services"][name]["environment"])


def settings(variables: dict[str, str]) -> Settings:
    return Settings(**{key.lower(): value for key, value in variables.items()})  # type: ignore[arg-type]


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


@pytest.mark.parametrize("name", sorted(set(ours()) - {"topics"}))
def test_what_is_required_is_passed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    built = settings(environment(name))
    assert built.environment == "production"
    assert built.oidc_issuer
    assert built.host == "0.0.0.0"
    assert (built.kafka_security, built.kafka_user) == ("SASL_PLAINTEXT", name.partition("-")[0])
    assert built.email_key is not None
    assert built.session_public_key is not None


def test_topics_are_made_by_the_administrator_who_knows_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    variables = environment("topics")
    built = KafkaSettings(**{key.lower(): value for key, value in variables.items()})  # type: ignore[arg-type]
    assert (built.kafka_security, built.kafka_user) == ("SASL_PLAINTEXT", "admin")
    assert set(variables) <= {field.upper() for field in KafkaSettings.model_fields}


SHARED = {"EMAIL_KEY", "SESSION_PUBLIC_KEY"}


def secrets(name: str) -> set[str]:
    """What a container is given and has no default for."""
    values = " ".join(map(str, containers()[name]["environment"].values()))
    return set(re.findall(r"(?<!\$)\$\{(\w+):\?", values))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_no_secret_of_another(service: str) -> None:
    """Whoever takes one container gets what that service has, and the key of the pseudonyms."""
    own = secrets(f"{service}-api") | secrets(f"{service}-worker")
    others = {secret for other in SERVICES if other != service for secret in secrets(f"{other}-api")}
    assert own & others == SHARED
    assert {f"SECRET_KEY_{service.upper()}", f"KAFKA_PASSWORD_{service.upper()}"} <= own
    only_registration = {"SESSION_KEY", "OIDC_CLIENT_SECRET"}
    assert own & only_registration == (only_registration if service == "registration" else set())


def test_what_fills_in_secrets_fills_in_all_and_changes_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text((ROOT / ".env.example").read_text())

    def filled() -> dict[str, str]:
        done = waiting.run(["bash", str(ROOT / "deploy/fill-env.sh"), str(file)])
        assert done.returncode == 0, done.stderr
        return dict(line.split("=", 1) for line in file.read_text().splitlines() if re.match(r"[A-Z_]+=", line))

    values = filled()
    assert set(values) == set(example())
    assert all(len(value) >= 32 for value in values.values())
    assert len(set(values.values())) == len(values)
    assert filled() == values
    assert file.stat().st_mode & 0o077 == 0
    private, public = (base64.b64decode(values[name]) for name in ("SESSION_KEY", "SESSION_PUBLIC_KEY"))
    assert OKPKey.import_key(private).as_dict(private=False) == OKPKey.import_key(public).as_dict()


def test_prometheus_and_grafana_reach_neither_kafka_nor_mongodb() -> None:
    inner = {name for name, one in containers().items() if "platform" in one["networks"]}
    assert inner == {*ours(), "kafka", "mongodb", "mongodb-init"}
    watched = {name for name, one in containers().items() if "watching" in one["networks"]}
    assert watched == {*ours(), "prometheus", "grafana"} - {"topics"}
    assert raw()["networks"]["watching"] == {"internal": True}


def test_kafka_starts_as_it_is_tested_and_its_health_check_logs_in() -> None:
    kafka = containers()["kafka"]
    assert kafka["entrypoint"] == ["bash", "/etc/kommune/start.sh"]
    script = (ROOT / "deploy/kafka/start.sh").read_text()
    passwords = {name for name in kafka["environment"] if name.startswith("KAFKA_PASSWORD_")}
    assert passwords == {f"KAFKA_PASSWORD_{user.upper()}" for user in ("admin", *SERVICES)}
    listed = re.search(r"^services=\((.+)\)$", script, re.MULTILINE)
    assert listed is not None
    assert listed[1].split() == list(SERVICES)
    test = kafka["healthcheck"]["test"]
    assert test[test.index("--command-config") + 1] == "/run/kafka/client.properties"
    assert "folder=${KAFKA_FOLDER:-/run/kafka}" in script


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
    passed = containers()["mongodb-init"]["environment"]
    assert passed["NAMESPACE"] == environment("registration-api")["NAMESPACE"]
    for service in SERVICES:
        password = f"MONGODB_PASSWORD_{service.upper()}"
        assert f"{service}:${{{password}:?" in containers()[f"{service}-api"]["environment"]["MONGODB_URI"]
        assert passed[password] == f"${{{password}}}"
    assert "MONGODB_PASSWORD_${service.toUpperCase()}" in (ROOT / "deploy/mongodb/init.js").read_text()


def test_only_four_doors_and_all_on_loopback() -> None:
    doors = {name: container["ports"] for name, container in containers().items() if "ports" in container}
    assert set(doors) == {"caddy", "grafana", "mailpit", "notifications-worker"}
    assert all(port.startswith("127.0.0.1:") for ports in doors.values() for port in ports)
    assert raw()["networks"]["platform"] == {"internal": True}
    for name in ("kafka", "mongodb"):
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
