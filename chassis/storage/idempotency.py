"""Idempotency keys: a repeated POST with the same `Idempotency-Key` gets the first answer.

The key's fingerprint and the first answer are stored in the very write that has the effect, inside the document that
changes, so there is no moment in which one exists without the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel

from chassis.http.problems import FieldError, Problem
from chassis.ids import Secrets, new_id
from chassis.storage.documents import Part
from chassis.storage.mongo import Document

KEY_REUSED = "idempotency-key-reused"
KEEP = timedelta(hours=48)
"""How long transitions of a document remember their keys; creations remember theirs as long as the document lives."""


class FirstRequest(Part, frozen=True, kw_only=True):
    """The request that made a document, as the document keeps it: the hash of its body and its first answer."""

    fingerprint: str = msgspec.field(name="f", default="")
    """Empty where the request had no key, and so is never repeated."""
    answer: Any = msgspec.field(name="a")
    at: datetime | None = msgspec.field(name="t", default=None)
    key: str | None = None
    """Where one document is made by several requests."""


def _mismatch() -> Problem:
    return Problem(
        422,
        KEY_REUSED,
        "The key was used for another request",
        "This Idempotency-Key belongs to an earlier request with other content. Use a new key.",
        [FieldError("/Idempotency-Key", "Use a new key for a new request.")],
    )


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The `Idempotency-Key` of one POST with a fingerprint of its body. `key` None: the caller sent none."""

    key: str | None
    fingerprint: str

    @classmethod
    def of(cls, secrets: Secrets, scope: str, idempotency_key: str | None, body: Any) -> IdempotencyKey:
        """`scope` says what the key is unique within (tenant, operation, caller); `body` is a model or any JSON-able value."""
        if not idempotency_key:
            return cls(None, "")
        if isinstance(body, BaseModel):
            body = body.model_dump(mode="json")
        fingerprint = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return cls(secrets.derived_id("idempotency", f"{scope}\0{idempotency_key}"), fingerprint)

    def new_document_id(self) -> str:
        """The id of the document this request creates: the same for every repeat."""
        return self.key or new_id()

    def record(self, answer: Any, now: datetime) -> Document:
        """Record of the request that is stored with its effect."""
        return {"f": self.fingerprint, "a": answer, "t": now}

    def first(self, answer: Any, now: datetime, keyed: bool = False) -> FirstRequest:
        """Record of the request for a typed document, which keeps it as its `FirstRequest`."""
        return FirstRequest(fingerprint=self.fingerprint, answer=answer, at=now, key=self.key if keyed else None)

    def replay(self, recorded: FirstRequest) -> Any:
        """The first answer. Raises Problem 422 when that request had another body."""
        if recorded.fingerprint != self.fingerprint:
            raise _mismatch()
        return recorded.answer

    def replay_of_creation(self, document: Document) -> Any:
        """The first answer, from the document an earlier request created.

        Raises:
            Problem: 422 when that request had another body.
        """
        recorded = document.get("request")
        if recorded is None:  # a kind of document that did not keep it when this one was made
            return None
        if recorded["f"] != self.fingerprint:
            raise _mismatch()
        return recorded["a"]

    def replay_in(self, document: Document) -> tuple[bool, Any]:
        """(True, first answer) when this request changed the document before, else (False, None).

        Raises:
            Problem: 422 when the key was used with another body.
        """
        recorded = (document.get("requests") or {}).get(self.key) if self.key else None
        if recorded is None:
            return False, None
        if recorded["f"] != self.fingerprint:
            raise _mismatch()
        return True, recorded["a"]


def expired_keys(document: Document, now: datetime) -> list[str]:
    """Keys in a document's `requests` that may be dropped with the next write."""
    return [key for key, record in (document.get("requests") or {}).items() if now - record["t"] > KEEP]
