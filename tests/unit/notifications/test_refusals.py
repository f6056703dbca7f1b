"""What a municipality's own mail server says of a recipient is told apart from what it says of who sends."""

from __future__ import annotations

import re

import pytest

from services.notifications.mail.refusals import REFERS_TO, refers_to
from services.notifications.mail.smtp_session import Answer

EVERY_STATUS = [f"{subject}.{detail}" for subject in range(8) for detail in range(40)]


@pytest.mark.parametrize(
    ("code", "status", "refers"),
    [
        (550, "5.1.1", "recipient"),
        (550, "5.1.8", "sender"),
        (552, "5.2.2", "recipient"),
        (554, "5.7.1", "either"),
        (550, "5.7.13", "sender"),
        (550, "5.7.18", "recipient"),
        (550, "5.7.600", "either"),
        (450, "4.7.1", "recipient"),
        (550, "", "either"),
        (552, "", "recipient"),
    ],
)
def test_a_refusal_names_who_it_is_about(code: int, status: str, refers: str) -> None:
    assert refers_to(Answer(code, status)) == refers


def test_only_what_names_the_sender_is_said_of_the_sender_by_one_refusal_alone() -> None:
    of_sender = {one for one in EVERY_STATUS if refers_to(Answer(550, f"5.{one}")) == "sender"}
    assert of_sender == {one for one, refers in REFERS_TO.items() if refers == "sender"}
    assert all(refers_to(Answer(450, f"4.{one}")) == "recipient" for one in EVERY_STATUS), "it is tried again"


def test_the_table_holds_statuses_as_servers_write_them() -> None:
    assert [one for one in REFERS_TO if not re.fullmatch(r"[0-7]\.\d{1,3}", one)] == []
