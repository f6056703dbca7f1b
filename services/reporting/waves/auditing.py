"""Puts together what an audit has to know, and has it done in a child process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Collection, Mapping, Sequence

import msgspec

from chassis.http.problems import busy
from disclosure.linked_waves import Cell, Contribution
from disclosure.wave_figures import figures_of
from services.reporting.domain.wave import belongs
from services.reporting.domain.wave_settling import FieldToAudit, Settled
from services.reporting.waves.audit_child import Job, Verdict
from services.reporting.waves.documents import Wave, WaveFigures
from services.reporting.waves.words_staff import AUDIT_TOO_LONG

SECONDS = 600.0
"""For one audit; who takes longer is ended."""


class Auditor:
    """One audit at a time: each takes a core."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def audit(self, fields: Sequence[FieldToAudit], suppress: bool) -> Sequence[Settled]:
        """Audit fields in a child process, and return what may be told of each. Raises Problem 503: it was ended."""
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.reporting.waves.audit_child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            )
            try:
                async with asyncio.timeout(SECONDS):
                    output, _ = await child.communicate(msgspec.json.encode(Job(fields, suppress)))
            except TimeoutError:
                raise busy(AUDIT_TOO_LONG) from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if child.returncode != 0:
            raise RuntimeError(f"the audit ended with code {child.returncode}")
        return msgspec.json.decode(output, type=Verdict).fields


class _Frozen:
    """A wave with what was given to it, read once."""

    def __init__(self, wave: Wave, wave_figures: Sequence[WaveFigures]) -> None:
        self.wave = wave
        self.wave_figures = wave_figures
        self.scores = {one.assessment: one.by_field() for one in wave_figures}
        self._inside = {group.id: [one for one in wave_figures if belongs(group, one.facts)] for group in wave.groups}

    def inside(self, group: str, field: str) -> list[WaveFigures]:
        return [one for one in self._inside.get(group, ()) if field in self.scores[one.assessment]]


def fields_to_audit(
    wave: Wave,
    wave_figures: Sequence[WaveFigures],
    earlier: Sequence[tuple[Wave, Sequence[WaveFigures]]],
    marked: Mapping[str, Collection[str]] | None = None,
    fields: Collection[str] | None = None,
) -> list[FieldToAudit]:
    """List by field what is to be published of a frozen wave (or was, of a published one), and what earlier waves published.

    A figure given to two waves from one self-check is one. `marked`: self-checks by field whose band everybody may know;
    `fields`: only these.
    """
    frozen, frozen_earlier = _Frozen(wave, wave_figures), [_Frozen(*frozen_wave) for frozen_wave in earlier]
    prepared = []
    known_fields = {field for scores in frozen.scores.values() for field in scores}
    for field in sorted(known_fields & set(fields) if fields is not None else known_fields):
        cells = _published_cells(frozen, field) if wave.published_at else _cells_to_publish(frozen, field)
        earlier_cells = [cell for frozen_wave in frozen_earlier for cell in _published_cells(frozen_wave, field)]
        contributions: dict[str, Contribution] = {}
        for frozen_wave in (frozen, *frozen_earlier):
            _contribute(contributions, frozen_wave, field, (marked or {}).get(field, ()))
        used = {key for cell in (*cells, *earlier_cells) for key in cell.members}
        prepared.append(FieldToAudit(field, [contributions[key] for key in sorted(used)], cells, earlier_cells))
    return prepared


def _contribute(contributions: dict[str, Contribution], frozen: _Frozen, field: str, marked: Collection[str]) -> None:
    """Add what a wave's municipalities gave of a field, by self-check; one that is known by name in a wave stays so."""
    for figures in frozen.wave_figures:
        score = frozen.scores[figures.assessment].get(field)
        if score is None:
            continue
        contribution = contributions.get(figures.assessment)
        named_in = contribution.named_in if contribution else frozenset[str]()
        if figures.named:
            named_in |= {frozen.wave.id}
        contributions[figures.assessment] = Contribution(
            figures.assessment, figures.tenant, score, named_in, figures.assessment in marked
        )


def _cells_to_publish(frozen: _Frozen, field: str) -> list[Cell]:
    cells = []
    for group in frozen.wave.groups:
        inside = frozen.inside(group.id, field)
        scores = [frozen.scores[one.assessment][field] for one in inside]
        published = figures_of(scores, sum(one.named for one in inside), frozen.wave.minimum)
        if published is not None:
            members = frozenset(one.assessment for one in inside)
            cells.append(Cell(frozen.wave.id, group.id, members, published))
    return cells


def _published_cells(frozen: _Frozen, field: str) -> list[Cell]:
    """The figures of a field that are published. Of a municipality that left nothing is kept: it counts as departed."""
    cells = []
    for figure in frozen.wave.figures:
        if figure.field == field:
            inside = frozenset(one.assessment for one in frozen.inside(figure.group, field))
            departed = figure.municipalities - len(inside)
            cells.append(Cell(frozen.wave.id, figure.group, inside, figure.published(), departed))
    return cells
