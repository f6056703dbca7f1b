"""Signatures of Standard Webhooks: HMAC-SHA-256 over id, time and payload."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from chassis.ids import Secrets
from services.notifications.webhooks.documents import Webhook

OLD_SECRET_HOLDS = timedelta(hours=24)
"""For how long deliveries are signed with the former secret as well, after it was changed."""
MOST_FORMER = 5
"""Former secrets that sign at once."""
PREFIX = "whsec_"


def secret_key(secrets: Secrets, webhook: str, generation: int) -> bytes:
    """The signing key of an endpoint, derived from its generation."""
    return secrets.derived("webhook", f"{webhook}:{generation}")


def shown_secret(secrets: Secrets, webhook: Webhook) -> str:
    """The secret as its receiver configures it."""
    return PREFIX + base64.b64encode(secret_key(secrets, webhook.id, webhook.generation)).decode()


def oldest_signing(webhook: Webhook, now: datetime) -> int:
    """The generation of the oldest secret that still signs, so that also two changes in a day leave the receiver a day's time."""
    if webhook.changed_at is None or now - webhook.changed_at >= OLD_SECRET_HOLDS:
        return webhook.generation
    return max(webhook.former or webhook.generation - 1, webhook.generation - MOST_FORMER)


def signed_headers(secrets: Secrets, webhook: Webhook, id: str, payload: bytes, now: datetime) -> dict[str, str]:
    """The headers of a delivery, with one signature for each secret that is valid, the current one first."""
    stamp = str(int(now.timestamp()))
    generations = range(webhook.generation, oldest_signing(webhook, now) - 1, -1)
    content = f"{id}.{stamp}.".encode() + payload
    signatures = [
        hmac.digest(secret_key(secrets, webhook.id, generation), content, hashlib.sha256) for generation in generations
    ]
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(signature).decode()}" for signature in signatures),
    }
