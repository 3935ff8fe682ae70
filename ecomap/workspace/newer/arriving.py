"""The newer list as it would stand in the place of a layer: a file understood as any other, or another layer of the project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.model.roles import MADE, TABLE, role
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.model.vocabulary import ALLOCATION_SUFFIX, MOE_SUFFIX, REASON_SUFFIX
from ecomap.workspace import operations
from ecomap.workspace.newer.news import Arrival, Options

if TYPE_CHECKING:
    from ecomap.io.understanding import Understood

_SUFFIXES = (MOE_SUFFIX, REASON_SUFFIX, ALLOCATION_SUFFIX)


def understand_newer(project: Project, layer_id: str, path: Path | str, *, progress: Progress | None = None, **settled: Any) -> Understood:
    """What EcoMap makes of a newer file of the kind of a layer; the settings are those of `operations.understand`.

    A table without places is understood beside the layer without its numbers, so that the newer ones take their names.
    """
    progress = progress or silent()
    layer = comparable(project, layer_id)
    settled = {**settled, "role": layer.role}
    found = operations.understand(project, path, progress=progress.part(0.0, 0.5), **settled)
    if found.imported is None or not found.imported.joins:
        return found
    if found.imported.joins != layer_id:
        raise InputError(
            say("The rows of {file} belong to '{other}', not to '{layer}'.", file=kept(Path(path).name),
                other=project.layer(found.imported.joins).name, layer=layer.name), say("Compare it with that layer."))
    return operations.understand(without_numbers(project, layer_id), path, progress=progress.part(0.5, 1.0), **settled)


def comparable(project: Project, layer_id: str) -> Layer:
    """The layer, if it is one that a file or another layer can be newer than."""
    layer = project.layer(layer_id)
    made = {one.code for one in TABLE if one.part == MADE}
    if layer.result_id or layer.role in made:
        raise InputError(say("'{layer}' was made by EcoMap: there is no newer list of it.", layer=layer.name),
                         say("Compare a layer that came from a file; then ask the question again."))
    if not role(layer.role).shapes:
        raise InputError(say("'{layer}' is a table without places; only layers of the map can be compared.", layer=layer.name),
                         say("Import the newer table, and look at both."))
    return layer


def numbers_of(frame: Any) -> list[str]:
    """The columns of numbers of a layer, without their margins and other companions."""
    import pandas as pd  # heavy

    return [str(column) for column in frame.columns
            if pd.api.types.is_float_dtype(frame[column].dtype) and not str(column).endswith(_SUFFIXES)]


def companions(frame: Any, column: str) -> list[str]:
    """A column with its margin, its reasons and its error of spreading, as far as they are there."""
    return [one for one in (column, *(column + suffix for suffix in _SUFFIXES)) if one in frame.columns]


def without_numbers(project: Project, layer_id: str) -> Project:
    """The project with a layer that has kept its rows, codes and words only."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    gone = {one for column in numbers_of(frame) for one in companions(frame, column)}
    bare = evolve(layer, columns=tuple(column for column in layer.columns if column.name not in gone), indicators=())
    return project.with_layer(bare, frame.drop(columns=sorted(gone)))


def arrival_of_file(project: Project, layer_id: str, understood: Understood, options: Options) -> Arrival:
    """The rows of a file as they would stand in the place of a layer.

    Raises
    ------
    InputError
        If it could not be brought in as it stood.
    """
    imported = understood.imported
    if imported is None:
        raise understood.problem or InputError(understood.view.problem, understood.view.hint)
    old = comparable(project, layer_id)
    layer, frame = _same_measures(old, imported.layer, imported.frame, options.measures)
    brought = frozenset(map(str, frame.columns)) if imported.joins else None
    if brought is not None:
        layer, frame = _beside_former(old, project.frame(layer_id), layer, frame)
    layer = _dated(layer, options.vintage, old if brought is not None else None)
    layer = _counted_as_before(old, evolve(layer, id=layer_id, name=old.name))
    return Arrival(evolve(imported, layer=layer, frame=frame, joins=""), understood, brought=brought)


def arrival_of_layer(project: Project, layer_id: str, other_id: str, options: Options) -> Arrival:
    """Another layer of the project as it would stand in the place of this one."""
    from ecomap.io.importers import Imported

    old, other = comparable(project, layer_id), comparable(project, other_id)
    if other_id == layer_id or other.role != old.role:
        raise InputError(say("'{layer}' can be compared with another layer of {role} only.", layer=old.name, role=role(old.role).rows),
                         say("Choose a file, or another layer."))
    frame = project.frame(other_id)
    report = ImportReport("", old.role, layer_id, old.name, len(frame), len(frame))
    layer, frame = _same_measures(old, other, frame, options.measures)
    layer = _counted_as_before(old, evolve(_dated(layer, options.vintage, None), id=layer_id, name=other.name))
    return Arrival(Imported(layer, frame, report), None, other_id)


def _same_measures(old: Layer, new: Layer, frame: Any, measures: Mapping[str, str]) -> tuple[Layer, Any]:
    """The newer columns under the names of the layer's that measure the same: as a person says, else by EcoMap's dictionary."""
    said = {ours: theirs for theirs, ours in measures.items()}
    known = {one.measure: one.column for one in new.indicators if one.measure}
    names: dict[str, str] = {}
    for one in old.indicators:
        theirs = said.get(one.column) or (known.get(one.measure, "") if one.measure and one.column not in frame else "")
        if theirs in frame and theirs != one.column:
            names |= {column: one.column + column.removeprefix(theirs) for column in companions(frame, theirs)}
    for ours, theirs in said.items():
        if theirs in frame and theirs != ours:
            names |= {column: ours + column.removeprefix(theirs) for column in companions(frame, theirs)}
    if not names:
        return new, frame
    frame = frame.drop(columns=[column for column in names.values() if column in frame.columns and column not in names]).rename(columns=names)

    def called(column: str) -> str:
        return names.get(column, column)

    columns = tuple(evolve(one, name=called(one.name), moe=called(one.moe)) for one in new.columns if one.name in names or one.name not in names.values())
    indicators = tuple(evolve(one, column=called(one.column), moe_column=called(one.moe_column)) for one in new.indicators)
    return evolve(new, columns=columns, indicators=indicators), frame


def _beside_former(old: Layer, before: Any, new: Layer, frame: Any) -> tuple[Layer, Any]:
    """A table's numbers, with the layer's own columns that the table does not have, each of its own year."""
    left = [str(column) for column in before.columns if column not in frame.columns and _owner(str(column)) not in frame.columns]
    frame = frame.assign(**{column: before[column].to_numpy() for column in left})
    columns = (*new.columns, *(one for one in old.columns if one.name in left))
    indicators = (*new.indicators, *(one for one in old.indicators if one.column in left))
    return evolve(new, columns=columns, indicators=indicators), frame


def _owner(column: str) -> str:
    """The column that a margin or a reason belongs to; any other is its own."""
    return next((column.removesuffix(suffix) for suffix in _SUFFIXES if column.endswith(suffix)), column)


def _counted_as_before(old: Layer, new: Layer) -> Layer:
    """What was counted as need before is counted again where its column is there, as of the newer source."""
    there = {column.name for column in new.columns}
    counted = {one.column for one in new.indicators}
    source = new.sources[-1] if new.sources else None
    again = tuple(evolve(one, source=source) for one in old.indicators
                  if source is not None and one.column in there and one.column not in counted)
    return evolve(new, indicators=(*new.indicators, *again)) if again else new


def _dated(layer: Layer, vintage: str, old: Layer | None) -> Layer:
    """The newer sources with the period that a person states; those the layer had before keep theirs."""
    if not vintage:
        return layer
    before = set(old.sources) if old is not None else set()
    sources = tuple(source if source in before else evolve(source, vintage=kept(vintage)) for source in layer.sources)
    indicators = tuple(one if one.source in before or (old is not None and old.indicator(one.column) == one)
                       else evolve(one, source=evolve(one.source, vintage=kept(vintage))) for one in layer.indicators)
    return evolve(layer, sources=sources, indicators=indicators)
