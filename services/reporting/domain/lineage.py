"""Which question of one questionnaire version goes on as which of another: threads through the versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a version, and which one it goes on from. `continues`: the question of the version before, with `same` or
    `comparable`."""

    id: str
    field: str
    title: Texts
    weight: float
    continues: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Version:
    """A questionnaire version as its event describes it. `treatment`: how `unsure` and unanswered count, None if the event does not say."""

    name: str
    follows: str | None
    fields: Sequence[tuple[str, Texts]]
    questions: Mapping[str, Question]
    treatment: tuple[str, str] | None


class Lineage:
    """All known versions. What continues a version that is not known begins anew."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self._versions = {version.name: version for version in versions}

    def thread(self, version: Version, question: str) -> str:
        """What stays the same while a question is carried from version to version: where it came from."""
        first, id, _ = self._path(version, question)[-1]
        return f"{first} {id}"

    def changed(self, earlier: Version, earlier_question: str, later: Version, later_question: str) -> bool:
        """Whether two questions of one thread are merely comparable: on the way from one to the other a version said so. The two are
        named by a version and a question's id in it."""
        earlier_path, later_path = self._path(earlier, earlier_question), self._path(later, later_question)
        shared = {(version, id) for version, id, _ in earlier_path} & {(version, id) for version, id, _ in later_path}
        unshared = [step for path in (earlier_path, later_path) for step in path if step[:2] not in shared]
        return any(relation == "comparable" for _, _, relation in unshared)

    def _path(self, version: Version, question: str) -> list[tuple[str, str, str | None]]:
        """The question and those it goes back to, each with its relation to the one before it."""
        path: list[tuple[str, str, str | None]] = []
        current: Version | None = version
        while current is not None and question in current.questions:
            link = current.questions[question].continues
            before = self._versions.get(current.follows) if current.follows else None
            goes_on = link is not None and before is not None and link[0] in before.questions
            path.append((current.name, question, link[1] if link and goes_on else None))
            if link is None or not goes_on:
                break
            current, question = before, link[0]
        return path
