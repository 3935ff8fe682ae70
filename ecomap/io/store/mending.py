"""A sound copy of a damaged project: what can be read, and what was lost as the last earlier version has it whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from attrs import evolve, frozen

from ecomap.io.store.contents import Content
from ecomap.io.store.earlier import EarlierVersions, owner_of
from ecomap.io.store.files import earlier_versions
from ecomap.io.store.opening import content_of, quiet_content
from ecomap.io.store.records import Owner
from ecomap.io.store.saving import save_project
from ecomap.io.store.schema import LAYERS, META, RESULTS
from ecomap.io.store.views import rows_of_views, shapes_by_key
from ecomap.model.errors import ProjectError
from ecomap.model.fault import DOUBTED, NEWER, Fault
from ecomap.model.files import resolved
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.said import Said, say
from ecomap.model.said import name as kept
from ecomap.model.vocabulary import ID

_ENDING: Final = ".ecomap.gpkg"
_PARTS: Final = {"title": "title", "view": "view", "meta": "meta", "recipes": "recipes", "releases": "releases", "book": "book",
                 "scenarios": "scenarios", "bookmarks": "bookmarks", "notes": "notes",
                 "commitments": "commitments", "corrections": "corrections"}


@frozen
class Mended:
    """A sound copy.

    Parameters
    ----------
    path : Path
        Where it was written.
    taken : tuple of Said
        What was taken from which earlier version, one sentence each.
    left : tuple of Fault
        What no earlier version has whole: it is not in the copy.
    """

    path: Path
    taken: tuple[Said, ...] = ()
    left: tuple[Fault, ...] = ()


def mend_project(path: Path | str, out: Path | str | None = None, *, progress: Progress | None = None) -> Mended:
    """Write a sound copy of a project file; the file itself stays as it is.

    Parameters
    ----------
    path : Path
        The damaged file.
    out : Path, optional
        Where to write; by default ``NAME.mended.ecomap.gpkg`` beside it. A file that is there is never written over.

    Raises
    ------
    ProjectError
        If there is a file already, or neither the file nor an earlier version can be read.
    """
    path, progress = resolved(path), progress or silent()
    out = resolved(out) if out is not None else mended_path(path)
    if out.exists():
        raise ProjectError(say("{path} exists already.", path=kept(out)), say("Choose another name for the mended copy."), {"path": str(out)})
    with EarlierVersions(earlier_versions(path), quiet_content) as earlier:
        try:
            content, _ = content_of(path, progress.part(0.0, 0.4))
        except ProjectError as problem:
            project, taken, left = _whole_version(earlier, problem)
        else:
            project, taken, left = _mended(content, earlier)
    save_project(evolve(project, faults=()), out, progress=progress.part(0.5, 1.0))
    return Mended(out, tuple(taken), tuple(left))


def mended_path(path: Path) -> Path:
    """Where the mended copy of a file goes if nobody says where.

    >>> mended_path(Path("la.ecomap.gpkg")).name
    'la.mended.ecomap.gpkg'
    """
    stem = path.name.removesuffix(_ENDING) if path.name.endswith(_ENDING) else path.stem
    return path.with_name(f"{stem}.mended{_ENDING}")


def _whole_version(earlier: EarlierVersions, problem: ProjectError) -> tuple[Project, list[Said], list[Fault]]:
    """The last earlier version that can be read, a sound one if there is one."""
    readable = [(path, content) for path in earlier.paths if (content := earlier.content(path)) is not None]
    if not readable:
        raise problem
    path, content = next((one for one in readable if not any(fault.loses for fault in one[1].faults)), readable[0])
    told = say("Nothing in the file can be read, so that everything was taken from {file}, as it stood there.", file=kept(path.name))
    return content.project, [told], [fault for fault in content.faults if fault.loses]


def _mended(content: Content, earlier: EarlierVersions) -> tuple[Project, list[Said], list[Fault]]:
    project, taken, left = content.project, [], []
    for fault in _in_order(content.faults):
        if _is_inherited(content, fault):
            continue  # made again of what it is made of, at the end
        owner = owner_of(fault, content)
        found = earlier.with_whole(fault, owner)
        if found is None:
            left.append(fault)
            continue
        path, was = found
        after = _with(project, content, was, fault, owner)
        if after is not project:
            taken.append(_told(fault, path))
            project = after
    return _made_again(project, content), taken, left


def _is_inherited(content: Content, fault: Fault) -> bool:
    """Whether a fault is that of another table: it is about a layer that shows an answer's rows, or about shapes that are a layer's."""
    if fault.table in (META, LAYERS, RESULTS) or fault.column or fault.kind != DOUBTED:
        return False
    if fault.layer and (fault.layer, "", "") not in content.records:
        return content.project.has_layer(fault.layer)
    return any(record.table == fault.table and record.borrows for record in content.records.values())


def _made_again(project: Project, content: Content) -> Project:
    """The project with the answers that have shapes of layers, or are laid on them, as the mended tables and layers give them."""
    lenders = {owner: record.borrows for owner, record in content.records.items() if record.borrows}
    results = tuple(
        evolve(result, outputs=tuple(evolve(output, frame=_with_shapes(output.frame, lenders["", result.id, output.name], project))
                                     if ("", result.id, output.name) in lenders else output for output in result.outputs))
        for result in project.results)
    own = {layer: _with_shapes(project.frames[layer], borrowed, project) for (layer, _, _), borrowed in lenders.items() if layer in project.frames}
    project = evolve(project, results=results, frames={**project.frames, **own})
    shown = {layer.id for layer in project.layers if layer.view is not None and (layer.id, "", "") not in content.records}
    frames = {layer_id: frame for layer_id, frame in project.frames.items() if layer_id not in shown}
    return evolve(project, frames={**project.frames, **rows_of_views(project.layers, project.results, frames, project.crs)})


def _with_shapes(frame: Any, lenders: tuple[str, ...], project: Project) -> Any:
    if ID not in frame or not hasattr(frame, "geometry") or not all(project.has_layer(layer) for layer in lenders):
        return frame
    shapes, _ = shapes_by_key(frame[ID], lenders, project.frames, len(frame))
    return frame.set_geometry(_like(shapes, frame.geometry, frame))


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    """What was lost, answers first: their layers come with them."""
    losing = [fault for fault in faults if fault.loses and fault.kind != NEWER]
    return sorted(losing, key=lambda fault: not fault.result)


def _with(project: Project, now: Content, was: Content, fault: Fault, owner: Owner | None) -> Project:
    """The project with what one fault has lost, as it was."""
    if fault.table == META:
        part = _PARTS.get(fault.column)
        return evolve(project, **{part: getattr(was.project, part)}) if part else project
    if fault.result:
        return _with_result(project, now, was, fault, owner)
    layer_id = fault.layer
    if not layer_id or not was.project.has_layer(layer_id):
        return project
    if not project.has_layer(layer_id):
        return _with_layer(project, was, layer_id)
    if owner is None:
        return project.with_layer_changed(was.project.layer(layer_id))
    frame = _with_cells(project.frames[layer_id], now, was, owner, fault)
    return evolve(project, frames={**project.frames, layer_id: frame})


def _with_layer(project: Project, was: Content, layer_id: str) -> Project:
    """The project with a layer of an earlier version, where it stood among the others; with its answer, if it is of one."""
    layer = was.project.layer(layer_id)
    if layer.result_id and not any(result.id == layer.result_id for result in project.results):
        return project
    before = [one.id for one in was.project.layers[: was.project.layers.index(layer)]]
    place = sum(project.has_layer(one) for one in before)
    return project.with_layer(layer, was.project.frames[layer_id], place)


def _with_result(project: Project, now: Content, was: Content, fault: Fault, owner: Owner | None) -> Project:
    result = next((one for one in was.project.results if one.id == fault.result), None)
    if result is None:
        return project
    held = next((one for one in project.results if one.id == fault.result), None)
    if held is not None and owner is not None:
        outputs = tuple(
            evolve(output, frame=_with_cells(output.frame, now, was, owner, fault)) if output.name == owner[2] else output for output in held.outputs)
        return _in_place(project, evolve(held, outputs=outputs))
    project = _in_place(project, result)
    for layer in was.project.layers:
        if layer.result_id == result.id and not project.has_layer(layer.id):
            project = _with_layer(project, was, layer.id)
    return project


def _in_place(project: Project, result: Any) -> Project:
    """The project with an answer where it stands, or after the others."""
    if any(one.id == result.id for one in project.results):
        return evolve(project, results=tuple(result if one.id == result.id else one for one in project.results))
    return evolve(project, results=(*project.results, result))


def _with_cells(frame: Any, now: Content, was: Content, owner: Owner, fault: Fault) -> Any:
    """A frame with its doubted cells, or the rows that were left out, as an earlier version has them by key."""
    before = was.rows[owner].frame
    read = now.rows.get(owner)
    if read is None or read.frame is None or ID not in frame or ID not in before or not before[ID].is_unique:
        return frame  # taken as a whole already, or without keys to tell its rows by
    if fault.column == ID:
        gone = set(_left_out(now, was, owner))
        missing = before[[number in gone for number in was.rows[owner].numbers]]
        missing = missing[~missing[ID].isin(frame[ID])]
        return _concatenated(frame, missing)
    keys = list(frame[ID])
    before = before.set_index(ID)
    place_of = {number: place for place, number in enumerate(read.numbers)}
    for column, numbers in read.doubted.items():
        if column in before and column in frame and column != ID:
            cells = np.asarray(frame[column].array, dtype=object).copy()
            for place in (place_of[number] for number in numbers if number in place_of):
                if place >= len(keys) or keys[place] not in before.index:
                    continue
                cells[place] = before.at[keys[place], column]
            frame = frame.assign(**{column: _like(cells, before[column], frame)})
    return frame


def _like(cells: Any, column: Any, frame: Any) -> Any:
    import geopandas as gpd  # heavy
    import pandas as pd

    if str(column.dtype) == "geometry":
        return gpd.GeoSeries(cells, index=frame.index, crs=column.crs)
    try:
        return pd.Series(cells, index=frame.index).astype(column.dtype)
    except (TypeError, ValueError):  # a cell stays missing in a column of whole numbers
        return pd.Series(cells, index=frame.index, dtype=object).astype("Int64" if column.dtype.kind in "iu" else object)


def _concatenated(frame: Any, more: Any) -> Any:
    import pandas as pd  # heavy

    return pd.concat([frame, more], ignore_index=True) if len(more) else frame


def _left_out(now: Content, was: Content, owner: Owner) -> list[int]:
    """Numbers of the rows that an earlier version has and that were left out for want of a key."""
    held = set(now.rows[owner].numbers)
    left_out = set(now.rows[owner].left_out)
    return [number for number in was.rows[owner].numbers if number not in held and number in left_out]


def _told(fault: Fault, path: Path) -> Said:
    file = kept(path.name)
    if fault.table == META:
        return say("What the project says of itself ({what}) was taken from {file}.", what=kept(fault.column), file=file)
    what = kept(fault.layer or fault.result)
    if fault.column and fault.table not in (LAYERS, RESULTS):
        return say("'{what}': the cells of '{column}' that were lost were taken from {file}, row by row by their keys.", what=what,
                   column=kept(fault.column), file=file)
    if fault.table in (LAYERS, RESULTS):
        return say("'{what}': its description was taken from {file}, and what was lost with it.", what=what, file=file)
    return say("'{what}' was taken from {file}, as it stood there.", what=what, file=file)
