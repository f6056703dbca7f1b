"""AsyncAPI 3.0 of a service: the topics it reads and writes with the schemas of their events.

Made from the topic registry and the event models, because both say more than the broker's subscriber does: one batch
handler reads everything there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from contracts.catalogue import EVENTS
from contracts.envelope import TYPE_PREFIX, Topic
from contracts.topics import TOPICS

HEADERS = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_tenant", "ce_sequence")


def document(service: str) -> dict[str, Any]:
    """The document as JSON-able data. Channel names are topics without the deployment's prefix."""
    topics = [topic for topic in TOPICS.values() if service in topic.producers | topic.consumers]
    operations: dict[str, Any] = {}
    for topic in topics:
        for action, who in (("send", topic.producers), ("receive", topic.consumers)):
            if service in who:
                channel = {"$ref": f"#/channels/{topic.name}"}
                operations[f"{action}-{topic.name}"] = {"action": action, "channel": channel}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Weltoffene Kommune: {service}",
            "version": "1",
            "description": f"What {service} tells and hears.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": operations,
        "components": {
            "messages": {name: _message(name) for topic in topics for name in _types(topic)},
            "schemas": {key: part for topic in topics for name in _types(topic) for key, part in _parts(name).items()},
        },
    }


def _types(topic: Topic) -> list[str]:
    return [name for name, model in EVENTS.items() if model.topic == topic.name]


def _channel(topic: Topic) -> dict[str, Any]:
    kept = "the latest of each key" if topic.compacted else "all events"
    personal = " Holds personal data." if topic.personal_data else ""
    return {
        "address": topic.name,
        "description": f"Keyed by {topic.key}; keeps {kept}.{personal}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _types(topic)},
        "bindings": {"kafka": {"partitions": topic.partitions, "topic": topic.name, "bindingVersion": "0.5.0"}},
    }


def _message(name: str) -> dict[str, Any]:
    model = EVENTS[name]
    return {
        "name": TYPE_PREFIX + name,
        "description": " ".join((model.__doc__ or "").split()),
        "headers": {
            "type": "object",
            "required": list(HEADERS),
            "properties": {h: {"type": "string"} for h in HEADERS},
        },
        "payload": {key: part for key, part in _schema(name).items() if key != "$defs"},
    }


@cache
def _schema(name: str) -> dict[str, Any]:
    """Of an event; what it is made of is found among the components of the document."""
    return EVENTS[name].model_json_schema(ref_template=f"#/components/schemas/{name}.{{model}}")


def _parts(name: str) -> dict[str, Any]:
    return {f"{name}.{part}": schema for part, schema in _schema(name).get("$defs", {}).items()}
