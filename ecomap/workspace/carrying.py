"""What a file that leaves a project carries: the record of its answers, and where there is room the rows these rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from ecomap.model.correction import ACCEPTED, Correction
from ecomap.model.files import write_whole
from ecomap.model.project import Project
from ecomap.model.record import BESIDE, Carried, Made, Record, record_to_json
from ecomap.model.said import Said, say
from ecomap.workspace.record import record_of

if TYPE_CHECKING:
    from ecomap.render.typeset.document import Attachment


def carried(
    project: Project, whole: Project, people: tuple[Said, ...], made: Made, *, answers: Collection[str] | None = None, layers: Collection[str] = (),
    held: Mapping[str, str] | None = None, rows: bool = True, pins: bool = False,
) -> Carried:
    """The record of a project as it leaves, and its rows.

    Parameters
    ----------
    project, whole : Project
        As it leaves, and before small groups were hidden.
    people : tuple of Said
        What was protected of the people in it.
    answers : collection of str, optional
        Ids of the answers in the file; default all.
    layers : collection of str
        Ids of layers in the file beside those of its answers.
    held : mapping
        ``layer/ID`` or ``RESULT/OUTPUT`` -> name of the table in the file.
    rows : bool
        Whether the rows come along.
    pins : bool
        Whether the notes pinned on places are in the file.
    """
    from ecomap.io.carried.parcel import digest_of, pack  # heavy

    record = record_as_shown(project, answers, layers=layers, whole=whole, people=people, made=made)
    record = evolve(record.with_held(held) if held else record, notes=project.notes if pins else ())
    packed = pack(only_rows(project, record)) if rows else b""
    return Carried(record_to_json(evolve(record, data=digest_of(packed) if packed else "")), packed)


def record_as_shown(
    project: Project, answers: Collection[str] | None = None, *, made: Made, layers: Collection[str] = (), whole: Project | None = None, people: tuple[Said, ...] = (),
) -> Record:
    """The record with what was agreed and what became of corrections; where these came from and who wrote them stays in the project."""
    record = record_of(project, answers, layers=layers, whole=whole, people=people, made=made)
    agreed = tuple(evolve(one, origin="", came="") for one in project.commitments)
    return evolve(record, commitments=agreed, corrections=_as_shown(project.corrections))


def attached(record: Record) -> tuple[Attachment, ...]:
    """The record to go along in a paper, for programs and for `ecomap.workspace.rebuilding`."""
    from ecomap.render.typeset.document import Attachment  # heavy

    return (Attachment("ecomap-record.json", record_to_json(record), say("The settings, sources and cautions that this paper was made with")),)


def _as_shown(corrections: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """Corrections as a file tells of them: how many wait, and what became of the others; who wrote them and in which words stays in the project."""
    numbered = sorted(corrections, key=lambda one: one.id)
    shown = []
    for number, one in enumerate(numbered):
        bare = evolve(one, id=f"{number:06d}", text="", author="", origin="", language="", place=None, about=one.about if one.state == ACCEPTED else "")
        shown.append(Correction(bare.id, one.kind) if one.waits else bare)
    return tuple(shown)


def only_rows(project: Project, record: Record) -> Project:
    """The layers that the record tells checksums of, with their rows, and nothing else: no answers, notes, ledger, scenarios or recipes."""
    wanted = {one.layer.id for one in record.layers if one.checksum}
    kept = tuple(layer for layer in project.layers if layer.id in wanted)
    return Project(title=project.title, crs=project.crs, layers=kept, frames={layer.id: project.frames[layer.id] for layer in kept}, meta=record.meta,
                   day=project.day, day_from=project.day_from)


def answers_in(project: Project, held: Collection[str]) -> list[str]:
    """Ids of the answers among layers and answers that a file holds: those themselves, and those that layers were made by."""
    made = {layer.result_id for layer in project.layers if layer.id in held}
    return [result.id for result in project.results if result.id in held or result.id in made]


def write_beside(path: Path, kept: Carried) -> None:
    """The record in a side file, for kinds of files without room for it."""
    write_whole(path.with_name(path.name + BESIDE), kept.record.encode("utf-8"))
