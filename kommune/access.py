"""Access control lists (ACLs) of Kafka, made from the topic registry: one user per service, called like it.

A service writes the topics it produces, reads those it consumes, and commits offsets as its own consumer group. Nobody else may
do anything, except super users (`admin` in docker-compose.yml), who need no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest
from aiokafka.protocol.api import Request, Response

from chassis.messaging.connection import connection
from chassis.settings import KafkaSettings
from contracts.topics import ALL, TOPICS

# Numbers of the protocol (org.apache.kafka.common.resource.ResourceType, …acl.AclOperation, …).
TOPIC, GROUP = 2, 3
READ, WRITE, DESCRIBE = 3, 4, 8
ANY, LITERAL, ALLOW = 1, 3, 3


class Rule(NamedTuple):
    """One ACL: this user may do this to the topic or consumer group of exactly this name."""

    resource: int
    name: str
    principal: str
    operation: int


def rules(namespace: str) -> set[Rule]:
    """Everything that services may do in the topics of one deployment."""
    return set(_rules(namespace))


def _rules(namespace: str) -> Iterator[Rule]:
    for topic in TOPICS.values():
        name = f"{namespace}.{topic.name}"
        for service in topic.producers:
            yield Rule(TOPIC, name, f"User:{service}", WRITE)
        for service in topic.consumers:
            yield Rule(TOPIC, name, f"User:{service}", READ)
        for service in topic.producers | topic.consumers:
            yield Rule(TOPIC, name, f"User:{service}", DESCRIBE)
    for service in ALL:
        yield Rule(GROUP, f"{namespace}.{service}", f"User:{service}", READ)


async def apply_rules(settings: KafkaSettings) -> int:
    """Make the rules of this deployment what the registry says: add what is missing, take away what is too much. How many changed.

    Raises:
        KafkaError: the user may not change ACLs, or the cluster keeps none.
    """
    client = AIOKafkaClient(**connection(settings), client_id="kommune-access")
    await client.bootstrap()
    try:
        intended, existing = rules(settings.namespace), await _existing(client, settings.namespace)
        for rule in intended - existing:
            await _ask(client, CreateAclsRequest(*_as_acl(rule)))
        for rule in existing - intended:
            await _ask(client, DeleteAclsRequest(*_as_acl(rule)))
    finally:
        await client.close()
    return len(intended ^ existing)


def _as_acl(rule: Rule) -> tuple[int, str, int, str, str, int, int]:
    return rule.resource, rule.name, LITERAL, rule.principal, "*", rule.operation, ALLOW


async def _existing(client: AIOKafkaClient, namespace: str) -> set[Rule]:
    """The rules for topics and groups of this deployment, whoever made them and for whom."""
    existing = set()
    for resource in (TOPIC, GROUP):
        response = await _ask(client, DescribeAclsRequest(resource, None, ANY, None, None, ANY, ANY))
        for kind, name, _, acls in response.resources:
            if name.startswith(f"{namespace}."):
                existing |= {Rule(kind, name, principal, operation) for principal, _, operation, _ in acls}
    return existing


async def _ask(client: AIOKafkaClient, request: Request[object]) -> Response:
    response: Response = await client.send(client.get_random_node(), request)
    outcomes = getattr(response, "creation_responses", None) or getattr(response, "filter_responses", None)
    for code, message, *_ in outcomes or [(getattr(response, "error_code", 0), getattr(response, "error_message", ""))]:
        if code:
            raise for_code(code)(message)
    return response
