"""Typed parts of a registration's document."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from chassis.storage.mongo import Document


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change of a registration that the seat ledger still has to decide.

    `given`: the fields as they were sent, which are resolved against the registration when it becomes what was wanted: it may
    have changed meanwhile. `key` and `fingerprint`: of the request; the ledger decides it once. `settled`: stored by a version
    that resolved the fields beforehand.
    """

    given: Document
    key: str
    fingerprint: str
    by_staff: bool
    settled: bool = False


def to_pending(registration: Document) -> PendingChange | None:
    """The pending change of a registration, if there is one."""
    stored = registration.get("wanted")
    if not stored:
        return None
    settled = "fields" in stored
    given = stored["fields"] if settled else stored["given"]
    return PendingChange(given, stored["key"], stored["fingerprint"], stored["staff"], settled)


def from_pending(pending: PendingChange) -> Document:
    stored = asdict(pending)
    return {
        "given": stored["given"],
        "key": stored["key"],
        "fingerprint": stored["fingerprint"],
        "staff": stored["by_staff"],
    }
