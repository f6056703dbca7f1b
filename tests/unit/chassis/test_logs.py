from __future__ import annotations

import ast
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import datetime
from io import StringIO

from chassis.operations import trace
from chassis.operations.logs import ALLOWED, configure_logs, get_logger
from tests.support.sources import calls, parsed


@contextmanager
def _logging() -> Iterator[StringIO]:
    """Log as a service does, into what is handed over; afterwards as before."""
    root, ours = logging.getLogger(), logging.getLogger("kommune")
    handlers, level, our_level = root.handlers, root.level, ours.level
    with redirect_stderr(StringIO()) as written:
        configure_logs("INFO", "reporting")
    try:
        yield written
    finally:
        root.handlers = handlers
        root.setLevel(level)
        ours.setLevel(our_level)
        trace.begin(None)


def _lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_fields() -> None:
    with _logging() as written:
        get_logger().warning("not ready", error="TimeoutError", count=3)
    (line,) = _lines(written)
    assert datetime.fromisoformat(str(line.pop("timestamp"))).tzinfo
    assert line == {
        "service": "reporting",
        "event": "not ready",
        "level": "warning",
        "error": "TimeoutError",
        "count": 3,
    }


def _logged_fields(tree: ast.Module) -> set[str | None]:
    return {
        given.arg
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for given in call.keywords
    }


def test_no_code_logs_a_field_that_would_be_dropped() -> None:
    files = parsed("chassis", "programme", "services", "kommune", with_any_of=("log.",))
    logged = {path: _logged_fields(tree) - ALLOWED - {"exc_info"} for path, tree in files}
    assert {file: fields for file, fields in logged.items() if fields} == {}


def test_a_field_that_is_not_named_is_dropped() -> None:
    with _logging() as written:
        get_logger().warning("signed up", name="Zahra Ahmadi", email="zahra@example.org")
    assert "signed up" in written.getvalue()
    assert "ahra" not in written.getvalue()


def test_an_exception_is_described_by_type_and_place() -> None:
    with _logging() as written:
        try:
            raise ValueError("zahra@example.org is no number")
        except ValueError:
            get_logger().exception("handler failed", topic="registration.v1", offset=7)
    (line,) = _lines(written)
    assert (line["error"], line["level"], line["topic"], line["offset"]) == (
        "ValueError",
        "error",
        "registration.v1",
        7,
    )
    assert str(line["stack"]).startswith(f"['{__name__}:")
    assert "zahra" not in json.dumps(line)


def test_an_exception_can_be_handed_over_with_its_code() -> None:
    error = RuntimeError("secret")
    error.code = 11000  # type: ignore[attr-defined]
    with _logging() as written:
        get_logger().error("database error", exc_info=error)
    (line,) = _lines(written)
    assert (line["error"], line["code"], line["stack"]) == ("RuntimeError", 11000, [])


def test_libraries_are_heard_from_warning_on_and_without_their_arguments() -> None:
    library = logging.getLogger("aiokafka.client")
    with _logging() as written:
        library.info("connected to %s", "kafka")
        library.warning("cannot send to %s", "zahra@example.org")
    (line,) = _lines(written)
    assert (line["logger"], line["event"]) == ("aiokafka.client", "cannot send to %s")


def test_levels_below_the_chosen_one_are_left_out() -> None:
    with _logging() as written:
        get_logger().debug("tried")
        get_logger().info("done")
    assert [line["event"] for line in _lines(written)] == ["done"]


def test_the_request_that_caused_it_is_shown() -> None:
    with _logging() as written:
        trace.begin("00-" + "a" * 32 + "-" + "b" * 16 + "-00")
        get_logger().info("done")
        get_logger().info("carried along", trace="00-" + "c" * 32 + "-" + "d" * 16 + "-00")
    assert [line["trace"] for line in _lines(written)] == ["a" * 32, "c" * 32]


def test_what_json_does_not_know_is_written_as_python_shows_it() -> None:
    with _logging() as written:
        get_logger().info("done", count={1})
    assert _lines(written)[0]["count"] == "{1}"
