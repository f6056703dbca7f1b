"""kill -9 of workers and the mail server while mails go out."""

from __future__ import annotations

from pathlib import Path

from chassis.settings import Settings
from services.notifications.mail.server import CONNECTIONS
from tests.load.mail_kills import killed

KILLS = 20


async def test_no_mail_is_lost_and_only_what_was_in_flight_goes_out_twice(settings: Settings, tmp_path: Path) -> None:
    found = await killed(settings, tmp_path, KILLS, seed=15)
    assert found.lost == 0
    assert found.doubled <= KILLS * CONNECTIONS
