"""One stack per folder, and none of our own where servers are given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local.stack import AlreadyRunning, LocalStack


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://db.example/")
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "kafka.example:9092")


def test_given_servers_are_used_and_nothing_is_fetched(tmp_path: Path) -> None:
    said: list[str] = []
    with LocalStack(tmp_path, said.append) as stack:
        assert (stack.mongodb_uri, stack.kafka_bootstrap) == ("mongodb://db.example/", "kafka.example:9092")
        assert (stack.mongo, stack.kafka) == (None, None)
    assert said == []
    assert [file.name for file in tmp_path.iterdir()] == ["lock"]


def test_a_second_start_names_process_and_address_in_one_sentence(tmp_path: Path) -> None:
    with LocalStack(tmp_path) as stack:
        stack.announce("http://127.0.0.1:8000")
        with pytest.raises(AlreadyRunning) as caught, LocalStack(tmp_path):
            pass
    message = str(caught.value)
    assert f"process {os.getpid()}, http://127.0.0.1:8000" in message
    assert message.count(".") - message.count("127.0.0.1") * 3 == 1


def test_the_folder_is_free_again_after_the_stop(tmp_path: Path) -> None:
    for _ in range(2):
        with LocalStack(tmp_path):
            pass
