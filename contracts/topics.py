"""The topic registry: every topic there is, who writes it, who reads it, and how Kafka keeps it.

`kommune topics apply` creates them; nothing else does (brokers refuse auto-creation).
"""

from __future__ import annotations

from contracts.envelope import Topic

ALL = frozenset({"registration", "selfcheck", "notifications", "reporting"})

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("registration.v1", "aggregate id", frozenset({"registration"}), ALL),
        Topic(
            "contacts.v1",
            "contact id",
            frozenset({"registration", "selfcheck"}),
            frozenset({"notifications"}),
            personal_data=True,
            compacted=True,
        ),
        Topic(
            "selfcheck.v1",
            "aggregate id",
            frozenset({"selfcheck"}),
            frozenset({"notifications", "reporting", "registration"}),
        ),
        Topic(
            "notifications.v1", "aggregate id", frozenset({"notifications"}), frozenset({"registration", "reporting"})
        ),
        Topic("reporting.v1", "aggregate id", frozenset({"reporting"}), frozenset({"registration", "notifications"})),
    )
}
