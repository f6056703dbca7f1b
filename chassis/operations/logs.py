"""Structured logs: one JSON object a line, without personal data.

What may be logged is named here; any other key is dropped, so that a careless `log.info(..., name=name)` leaks nothing.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from chassis.operations import trace

OURS = "kommune"

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "service",
        "tenant",
        "route",
        "method",
        "status",
        "seconds",
        "request_id",
        "event_id",
        "event_type",
        "topic",
        "partition",
        "offset",
        "sequence",
        "queue",
        "kind",
        "reason",
        "error",
        "code",
        "count",
        "lag",
        "attempt",
        "attempts",
        "due",
        "port",
        "address",
        "version",
        "pid",
        "stack",
        "aggregate",
        "place",
        "fields",
        "template",
        "trace",
    ]
)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: what happened, the allowed fields, and where an exception came from.

    Of libraries' records it takes the template without its arguments, which may hold input.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = getattr(record, "fields", {"logger": record.name})
        trace_id = trace.trace_id(fields.get("trace") or trace.current())
        line = {
            "service": self._service,
            **{key: value for key, value in fields.items() if key in ALLOWED and key != "trace"},
            **_error(record),
            **({"trace": trace_id} if trace_id else {}),
            "event": str(record.msg)[:300],
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        return json.dumps(line, default=repr)


class FieldLogger(logging.LoggerAdapter[logging.Logger]):
    """Takes fields as keywords: `log.warning("not ready", error="ServerSelectionTimeoutError")`."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        exc_info = kwargs.pop("exc_info", None)
        return msg, {"exc_info": exc_info, "extra": {"fields": dict(kwargs)}}


def configure_logs(level: str, service: str) -> None:
    """Write our records from this level on, and those of libraries (FastStream, aiokafka, uvicorn) from WARNING on, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)


def get_logger() -> FieldLogger:
    """The logger of all our code."""
    return FieldLogger(logging.getLogger(OURS))


def _error(record: logging.LogRecord) -> dict[str, Any]:
    """Describe an exception by type and place; its message may quote input."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    frames = []
    traceback = error.__traceback__
    while traceback:
        frames.append(f"{traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    described: dict[str, Any] = {"error": type(error).__name__, "stack": frames[-6:]}
    if isinstance(code := getattr(error, "code", None), int):
        described["code"] = code  # which of its many errors MongoDB means
    return described
