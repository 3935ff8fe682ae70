"""The rows that a file's answers rest on: out of the file, out of the starter that they came with, or out of a project that has them, told by checksum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.record import Carried, LayerRecord, Record
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.workspace.rebuilding.found import ROWS, WITH_THE_PROJECT, Difference, names_of
from ecomap.workspace.record import checksum_of

_SHOWN: Final = 12  # letters of a checksum in a sentence; ``details`` has it whole


@frozen
class Rows:
    """The rows by layer, what is wrong with them, where they came from, and the layers whose hidden numbers nobody could fill in."""

    frames: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()
    notes: tuple[Said, ...] = ()
    not_whole: tuple[LayerRecord, ...] = ()


def rows_of(record: Record, carried: Carried, given: Sequence[Project] = (), progress: Progress | None = None) -> Rows:
    """The rows of every layer that the record tells a checksum of.

    Parameters
    ----------
    given : sequence of Project
        Projects that may have rows that are not in the file.

    Raises
    ------
    InputError
        If rows are neither in the file nor anywhere else; the sentence names them, ``details`` their checksums.
    """
    inside = _inside(record, carried, progress)
    frames: dict[str, Any] = {}
    wrong: list[Difference] = []
    fetched: list[LayerRecord] = []
    absent: list[LayerRecord] = []
    not_whole: list[LayerRecord] = []
    elsewhere = list(given)
    starter = _starters(record)
    for one in (layer for layer in record.layers if layer.checksum):
        own = inside.frames.get(one.layer.id) if inside is not None else None
        if own is None or one.kept_back:
            whole = _fitting(one, elsewhere) if elsewhere else None
            if whole is None and (started := next(starter, None)) is not None:
                elsewhere.append(started)
                whole = _fitting(one, elsewhere)
            if whole is not None:
                frames[one.layer.id] = whole
                fetched += [one] if own is None else []
                continue
        if own is None:
            absent.append(one)
            continue
        frames[one.layer.id] = own
        if one.kept_back:
            not_whole.append(one)
        if checksum_of(own, one.kept_back) != one.checksum:
            wrong.append(Difference(ROWS, one.layer.name, reason=say("They were changed after the file was made.")))
    if absent:
        raise _asked_for(tuple(absent))
    notes = (say("The file holds no rows; they were told by their checksums and found in what ships with EcoMap or in the project you gave: {layers}.",
                 layers=names_of(tuple(fetched))),) if fetched else ()
    return Rows(frames, tuple(wrong), notes, tuple(not_whole))


def _inside(record: Record, carried: Carried, progress: Progress | None) -> Project | None:
    if not carried.rows:
        return None
    from ecomap.io.carried.parcel import unpack  # heavy

    return unpack(carried.rows, progress)


def _starters(record: Record) -> Iterator[Project]:
    """The starter that the project began with, if this EcoMap has it; loaded only where it is asked for."""
    meta = dict(record.meta)
    if not meta.get("starter"):
        return
    from ecomap.workspace.operations import new_project  # heavy

    try:
        yield new_project(meta["starter"], district=meta.get("district", ""))
    except EcoMapError:  # another EcoMap ships others
        return


def _fitting(one: LayerRecord, projects: Sequence[Project]) -> Any:
    """Whole rows of a layer whose checksum is the one told, in any project; None where none has them."""
    for project in projects:
        named = [layer.id for layer in project.layers if layer.id == one.layer.id]
        others = [layer.id for layer in project.layers if layer.role == one.layer.role and layer.id != one.layer.id]
        for layer_id in (*named, *others):
            frame = project.frames[layer_id]
            if len(frame) == one.rows and checksum_of(frame, one.kept_back) == one.checksum:
                return frame
    return None


def _asked_for(absent: tuple[LayerRecord, ...]) -> InputError:
    return InputError(
        say("The file does not hold the rows that its answers rest on: {layers}.", layers=listed(map(_told_by, absent))),
        say("Give the project that has them; they are told by their checksums."),
        {"rows_wanted": [{"layer": one.layer.id, "name": str(one.layer.name), "rows": one.rows, "checksum": one.checksum, "without": list(one.kept_back),
                   "files": [source.file_name for source in one.layer.sources if source.file_name],
                   "sha256": [source.sha256 for source in one.layer.sources if source.sha256]} for one in absent]},
    )


def _told_by(one: LayerRecord) -> Said:
    """A layer by its name, and what its rows are told by."""
    return plural("{layer} ({n} row, checksum {checksum})", "{layer} ({n} rows, checksum {checksum})", one.rows, layer=one.layer.name, checksum=name(one.checksum[:_SHOWN]))


def with_rows(record: Record, rows: Rows) -> Project:
    """The project that the answers are asked of: the layers as they were described, with their rows."""
    layers = tuple(evolve(one.layer, view=None) for one in record.layers if one.layer.id in rows.frames)
    return Project(title=record.title, crs=record.crs, layers=layers, frames=dict(rows.frames), meta=record.meta, day=record.day, day_from=record.day_from,
                   commitments=record.commitments, notes=record.notes, corrections=record.corrections)


def unfilled(rows: Rows) -> Said:
    """Which layers have hidden numbers that nobody could fill in; "" where none has."""
    if not rows.not_whole:
        return NOTHING
    return joined([say("Small groups are hidden in {layers}, so answers that count them can come out otherwise.", layers=names_of(rows.not_whole)),
                   WITH_THE_PROJECT])


