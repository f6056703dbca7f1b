"""The checker of the promises looks into every outbox there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.settings import Settings
from kommune.services import NAMES, build
from tests.support.promises import OUTBOXES


@pytest.mark.parametrize("name", NAMES)
async def test_every_outbox_is_looked_into(name: str, tmp_path: Path) -> None:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        state_dir=tmp_path,
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
    )
    service = build(name, settings)
    assert sorted(service.definition.outboxes) == sorted(OUTBOXES[name])
    await service.context.database.close()
