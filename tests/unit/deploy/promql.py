"""Which metrics there are, and which ones a PromQL expression asks for."""

from __future__ import annotations

import importlib
import inspect
import re
from importlib.util import find_spec

from prometheus_client import CollectorRegistry

from chassis.operations.metrics import Metrics
from tests.unit.deploy.compose import SERVICES

MADE_BY_PROMETHEUS = {"up", "ALERTS"}
_WORDS = {
    "and",
    "or",
    "unless",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "inf",
    "nan",
}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def exposed() -> set[str]:
    """Names of all series of all services, technical and business."""
    found: set[str] = set()
    for service in SERVICES:
        metrics = Metrics(service)
        module = f"services.{service}.metrics"
        if find_spec(module) is not None:
            for name, kind in inspect.getmembers(importlib.import_module(module), inspect.isclass):
                if name.endswith("Metrics") and kind is not Metrics:
                    kind(metrics)
        found |= _series(metrics.registry)
    return found


def _series(registry: CollectorRegistry) -> set[str]:
    return {family.name + suffix for family in registry.collect() for suffix in _SUFFIXES.get(family.type, ("",))}


def asked(expression: str) -> set[str]:
    """Metric names in an expression: what is neither function, keyword, label, duration nor text."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", bare)
    bare = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    names = re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()", bare)
    return {name for name in names if name.lower() not in _WORDS}
