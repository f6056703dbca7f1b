"""Structured logs: one JSON object a line, without personal data.

What may be logged is named here; any other key is dropped, so that a careless `log.info(..., name=name)` leaks nothing.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from chassis.operations import trace

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
        "trace",
    ]
)


def _only_allowed(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


def _trace(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    found = trace.trace_id(event.get("trace") or trace.current())
    return event | {"trace": found} if found else event


def _error_type(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Exceptions appear as type and place; their message may quote input."""
    info = event.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else sys.exc_info()[1]
        if error is not None:
            event["error"] = type(error).__name__
            if isinstance(code := getattr(error, "code", None), int):
                event["code"] = code  # which of its many errors MongoDB means
            frames = []
            at = error.__traceback__
            while at:
                frames.append(f"{at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}")
                at = at.tb_next
            event["stack"] = frames[-6:]
    return event


def configure_logs(level: str, service: str) -> None:
    """Set up structlog and route the standard library's loggers (FastStream, aiokafka, uvicorn) through it at WARNING."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _error_type,
        _trace,
        _only_allowed,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers = [_ToStructlog()]
    root.setLevel(logging.WARNING)


class _ToStructlog(logging.Handler):
    """Libraries' records: the message template without its arguments, which may hold input."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger().bind(logger=record.name)
        log.log(record.levelno, str(record.msg)[:300], exc_info=record.exc_info[1] if record.exc_info else None)


def get_logger() -> Any:
    """A structlog logger."""
    return structlog.get_logger()
