"""The built-in issuer of a local environment."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings


def _start(folder: Path) -> str:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
        state_dir=folder,
    )
    LocalIssuer(settings)
    return (folder / "issuer.json").read_text()


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        for number in range(10):
            folder = tmp_path / str(number)
            keys = set(pool.map(_start, [folder] * 4))
            assert len(keys) == 1
            assert [file.name for file in folder.iterdir()] == ["issuer.json"]
