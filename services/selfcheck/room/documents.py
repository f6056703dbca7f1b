"""Ballots as they are stored: collection `ballots`, one for each device in each vote."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument


class Ballot(StoredDocument, frozen=True, kw_only=True):
    """A ballot knows its device by its id alone, a hash. `network`: stands for the address it came from, in this vote."""

    vote: str
    assessment: str
    ranking: tuple[str, ...]
    network: str | None = None
