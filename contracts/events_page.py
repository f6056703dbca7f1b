"""`docs/events.md`, made from the registry: who tells what, who hears it, and how long it is kept.

`python -m contracts.events_page` writes it; a test fails while it is not current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.catalogue import EVENTS
from contracts.envelope import DAY_MS, Topic
from contracts.topics import TOPICS

FILE = Path(__file__).parents[1] / "docs" / "events.md"
INTRODUCTION = """# Events

What the services tell each other over Kafka, made from `contracts/` by `python -m contracts.events_page`. Each event is a CloudEvent in
binary mode (headers `ce_…`) with a JSON body; its schema stands in `contracts/golden/` and in the AsyncAPI document of every service that
tells or hears it (`/{service}/asyncapi.json`). Types only grow by optional fields; what is different gets a new version.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(line for topic in TOPICS.values() for line in _topic(topic))])


def _topic(topic: Topic) -> Iterator[str]:
    personal = " It is the only one that holds personal data." if topic.personal_data else ""
    yield f"## {topic.name}"
    yield ""
    yield f"Told by {_named(topic.producers)}, heard by {_named(topic.consumers)}. Keyed by {topic.key}; {_kept(topic)}.{personal}"
    yield ""
    yield "| event | what it says |"
    yield "|---|---|"
    for name, model in EVENTS.items():
        if model.topic == topic.name:
            yield f"| `{name}` | {' '.join((model.__doc__ or '').split()).replace('|', '/')} |"
    yield ""


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return "the latest of each key is kept, what is erased goes within days"
    if topic.retention_ms < 0:
        return "kept for ever, so that a new reader can begin at the first"
    return f"kept for {topic.retention_ms // DAY_MS} days"


def _named(services: frozenset[str]) -> str:
    *others, last = sorted(services)
    return f"{', '.join(others)} and {last}" if others else last


if __name__ == "__main__":
    FILE.write_text(page())
