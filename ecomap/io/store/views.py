"""The rows of a result layer, made of its answer's table and the layers that the answer speaks of: one recipe for map and file.

The geometries are those of the joined layers and the columns those of the answer's table: nothing is copied that matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import is_
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve

from ecomap.io.store.columns import encode_column
from ecomap.model.layer import NO_GEOMETRY, Layer, ViewOf
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import as_data, has_identity
from ecomap.model.vocabulary import GEOMETRY, ID, NAME, RANK

Owner = tuple[str, str, str]  # layer id, result id, output name

MOST_JOINED = 15  # layers: SQLite joins 64 tables, and each is joined twice
SEPARATOR = "/"  # between the id of a layer and that of its row, where an answer speaks of several layers


def placed_rows(frame: pd.DataFrame, places: Sequence[tuple[str, Any]], crs: str) -> Any:
    """A table joined by key to the places it speaks of: their geometry, and their name where the table has none.

    Rows without a place are left out. Of several layers a row may be named by its id alone or as ``layer/id``; the first
    place of that name is meant.

    Parameters
    ----------
    frame : DataFrame
        With a unique column ``id``.
    places : sequence of (layer id, GeoDataFrame)
    crs : str
        Of the project.

    Raises
    ------
    ValueError
        If two rows have the same key.
    """
    if frame[ID].duplicated().any():
        raise ValueError("A table that is laid on a map has two rows of one key.")
    keys, shapes, names = _every_place(places)
    where = keys.get_indexer(pd.Index(_objects(frame[ID])))
    rows = pd.DataFrame(frame.drop(columns=GEOMETRY, errors="ignore"), copy=False)
    if (where < 0).any():
        rows, where = rows[where >= 0], where[where >= 0]
    rows = rows.set_axis(pd.RangeIndex(len(rows)))
    added: dict[str, Any] = {GEOMETRY: gpd.array.GeometryArray(shapes[where], crs=crs or None)}
    if NAME not in rows:
        added[NAME] = names.take(where).array
    return gpd.GeoDataFrame(rows.assign(**added), geometry=GEOMETRY, crs=crs or None, copy=False)


def first_ranks(rows: Any, top: int) -> Any:
    """The rows of the first ranks, in their order; all of them where ``top`` is 0."""
    return rows[rows[RANK] <= top].sort_values([RANK, ID]).reset_index(drop=True) if top else rows


def rows_of(view: ViewOf, output: Output, frames: Mapping[str, Any], crs: str) -> Any | None:
    """The rows that a result layer has; None where they cannot be made because a layer, a column or a key is missing."""
    rows = output.frame
    if ID not in rows or rows[ID].duplicated().any() or (view.top and RANK not in rows):
        return None
    if not view.layers:
        return first_ranks(rows, view.top) if isinstance(rows, gpd.GeoDataFrame) else None
    places = [(layer_id, frames.get(layer_id)) for layer_id in view.layers]
    if any(not isinstance(place, gpd.GeoDataFrame) or ID not in place or (NAME not in place and NAME not in rows) for _, place in places):
        return None
    return first_ranks(placed_rows(rows, places, crs), view.top)


def rows_of_views(layers: Iterable[Layer], results: Iterable[Result], frames: Mapping[str, Any], crs: str) -> dict[str, Any]:
    """The rows of all result layers that have none yet, by layer; those that cannot be made are left out.

    A layer may be laid on another result layer, which is then made before it.
    """
    outputs = {(result.id, output.name): output for result in results for output in result.outputs}
    waiting = [layer for layer in layers if layer.view is not None and layer.id not in frames]
    made: dict[str, Any] = {}
    while waiting:
        left = []
        for layer in waiting:
            assert layer.view is not None
            output = outputs.get((layer.result_id, layer.view.output))
            rows = None if output is None else rows_of(layer.view, output, {**frames, **made}, crs)
            if rows is None:
                left.append(layer)
            else:
                made[layer.id] = rows
        if len(left) == len(waiting):
            break
        waiting = left
    return made


def views_of(project: Project) -> dict[str, ViewOf]:
    """The result layers whose rows can be made again exactly from what else the project holds, and how."""
    outputs = {(result.id, output.name): output for result in project.results for output in result.outputs}
    found: dict[str, ViewOf] = {}
    for layer in project.layers:
        for view in _candidates(project, layer):
            output = outputs.get((layer.result_id, view.output))
            if output is not None and _makes(view, output, project, layer):
                found[layer.id] = view
                break
    return {layer_id: view for layer_id, view in found.items() if not _circular(layer_id, found)}


def borrowed_shapes(project: Project) -> dict[Owner, tuple[str, ...]]:
    """The tables of answers whose shapes are, key by key, just those of layers that are no answers: whose they are."""
    known: dict[tuple[str, ...], tuple[pd.Index, Any]] = {}
    found: dict[Owner, tuple[str, ...]] = {}
    for result in project.results:
        layers = {layer.id: layer for layer in project.layers if layer.result_id == result.id}
        tables: list[tuple[Owner, Any, Output | None]] = [
            (("", result.id, output.name), output.frame, output) for output in result.outputs]
        tables += [((layer_id, "", ""), project.frames[layer_id], None) for layer_id in layers]
        by_layer = {layer_id_of(result, output): output for output in result.outputs}
        for owner, rows, output in tables:
            output = output or by_layer.get(owner[0])
            if output is None or not isinstance(rows, gpd.GeoDataFrame) or ID not in rows or not _joinable(rows[ID]):
                continue
            for lenders in _lenders(project, result, output):
                if _has_shapes_of(rows, lenders, project, known):
                    found[owner] = lenders
                    break
    return found


def with_shared_rows(project: Project) -> Project:
    """The project with each shape held once: answers take those of the layers they speak of, wherever they are just the same."""
    borrowed = borrowed_shapes(project)
    results = tuple(
        evolve(result, outputs=tuple(
            evolve(output, frame=_with_shapes_of(output.frame, borrowed["", result.id, output.name], project.frames))
            if ("", result.id, output.name) in borrowed else output for output in result.outputs))
        for result in project.results
    )
    views = views_of(project)
    layers = tuple(evolve(layer, view=views[layer.id]) if layer.id in views else layer for layer in project.layers)
    frames = {layer_id: rows for layer_id, rows in project.frames.items() if layer_id not in views}
    frames |= {
        layer: _with_shapes_of(frames[layer], lenders, project.frames)
        for (layer, _, _), lenders in borrowed.items() if layer and layer in frames
    }
    frames |= rows_of_views(layers, results, frames, project.crs)
    return evolve(project, results=results, layers=layers, frames=frames) if len(frames) == len(project.frames) else project


def shapes_by_key(keys: Any, lenders: Sequence[str], frames: Mapping[str, Any], count: int) -> tuple[Any, Any]:
    """For each key the shape of the row that it names in these layers, and whether there is such a row."""
    shapes = np.full(count, None, dtype=object)
    places = [(layer_id, frames[layer_id]) for layer_id in lenders if isinstance(frames.get(layer_id), gpd.GeoDataFrame)]
    if not places or not len(keys):
        return shapes, np.zeros(count, dtype=bool)
    index, every = _keyed(places, len(lenders) > 1)
    where = index.get_indexer(pd.Index(np.asarray(keys, dtype=object)))
    shapes[where >= 0] = every[where[where >= 0]]
    return shapes, where >= 0


def same_rows(one: Any, other: Any) -> bool:
    """Whether two tables would be written as the very same rows: names, kinds, values, messages and geometries in their order."""
    if one is other:
        return True
    if len(one) != len(other) or list(one.columns) != list(other.columns):
        return False
    geometry = getattr(one, "_geometry_column_name", None)
    if geometry != getattr(other, "_geometry_column_name", None):
        return False
    for name in one.columns:
        if name == geometry:
            if str(one.crs) != str(other.crs) or not _same_shapes(np.asarray(one[name].array), np.asarray(other[name].array)):
                return False
        elif not _same_column(one[name], other[name]):
            return False
    return True


def _every_place(places: Sequence[tuple[str, Any]]) -> tuple[pd.Index, Any, pd.Series]:
    """Key, geometry and name of every place, each key once."""
    several = len(places) > 1
    index, shapes = _keyed(places, several)
    names = [place[NAME] if NAME in place else place[ID] for _, place in places for _ in range(2 if several else 1)]
    key = np.concatenate(_keys(places, several))
    return index, shapes, pd.concat(names, ignore_index=True)[~pd.Index(key).duplicated()]


def _keyed(places: Sequence[tuple[str, Any]], several: bool) -> tuple[pd.Index, Any]:
    """Key and geometry of every place, each key once."""
    key = pd.Index(np.concatenate(_keys(places, several)))
    shapes = [np.asarray(place.geometry.array, dtype=object) for _, place in places for _ in range(2 if several else 1)]
    first = ~key.duplicated()
    return key[first], np.concatenate(shapes)[first]


def _keys(places: Sequence[tuple[str, Any]], several: bool) -> list[Any]:
    keys = []
    for layer_id, place in places:
        keys.append(_objects(place[ID]))
        if several:
            keys.append(_objects(layer_id + SEPARATOR + place[ID].astype(str)))
    return keys


def _objects(values: pd.Series) -> Any:
    return values.to_numpy(dtype=object)


def _candidates(project: Project, layer: Layer) -> Iterable[ViewOf]:
    """How the rows of a layer may have been made: as it says itself, or for a layer of an earlier EcoMap as its answer says."""
    if layer.view is not None:
        yield layer.view
        return
    result = next((result for result in project.results if result.id == layer.result_id), None) if layer.result_id else None
    if result is None:
        return
    output = next((one for one in result.outputs if layer_id_of(result, one) == layer.id), None)
    if output is None:
        return
    rows = project.frames[layer.id]
    top = int(rows[RANK].max()) if RANK in rows and 0 < len(rows) < len(output.frame) else 0
    if output.geometry != NO_GEOMETRY:
        yield ViewOf(output.name, (), top)
        return
    for layers in _spoken_of(project, result, output):
        yield ViewOf(output.name, layers, top)


def _spoken_of(project: Project, result: Result, output: Output) -> Iterable[tuple[str, ...]]:
    """Layers that a table may speak of: those it names, those of the role it names, and what the answer was made from."""
    roles = {one.id: one.role for one in project.layers if one.geometry != NO_GEOMETRY}
    used = [layer_id for layer_id, _ in result.provenance.inputs] if result.provenance else []
    named = [layer_id for layer_id in output.joins.split("+") if layer_id in roles]
    of_role = [layer_id for layer_id in used if roles.get(layer_id) == output.joins]
    every = [layer_id for layer_id in used if layer_id in roles]
    for layers in dict.fromkeys(map(tuple, (named, of_role, *([one] for one in every), every))):
        if layers:
            yield layers


def _lenders(project: Project, result: Result, output: Output) -> Iterable[tuple[str, ...]]:
    """Layers whose shapes a table may have: never answers, which have none of their own."""
    answers = {layer.id for layer in project.layers if layer.result_id}
    return (layers for layers in _spoken_of(project, result, output) if not answers.intersection(layers) and len(layers) <= MOST_JOINED)


def _has_shapes_of(rows: Any, lenders: tuple[str, ...], project: Project, known: dict[tuple[str, ...], tuple[pd.Index, Any]]) -> bool:
    frames = [project.frames[layer_id] for layer_id in lenders]
    if not all(isinstance(frame, gpd.GeoDataFrame) and ID in frame and str(frame.crs) == str(rows.crs) for frame in frames):
        return False
    if lenders not in known:
        if not all(_joinable(frame[ID]) for frame in frames):
            return False
        known[lenders] = _keyed(list(zip(lenders, frames)), len(lenders) > 1)
    index, shapes = known[lenders]
    where = index.get_indexer(pd.Index(_objects(rows[ID])))
    return bool((where >= 0).all()) and _same_shapes(shapes[where], np.asarray(rows.geometry.array, dtype=object))


def _with_shapes_of(rows: Any, lenders: tuple[str, ...], frames: Mapping[str, Any]) -> Any:
    shapes, _ = shapes_by_key(rows[ID], lenders, frames, len(rows))
    return rows.set_geometry(gpd.array.GeometryArray(shapes, crs=rows.crs))


def layer_id_of(result: Result, output: Output) -> str:
    """The id of the layer that shows an output on the map."""
    return f"{result.id}-{output.name}".replace("_", "-")


def _makes(view: ViewOf, output: Output, project: Project, layer: Layer) -> bool:
    """Whether a recipe gives the rows of the layer, and tells its places apart by keys that every program can join."""
    if len(view.layers) > MOST_JOINED:
        return False
    keys = [output.frame, *(project.frames[layer_id] for layer_id in view.layers if layer_id in project.frames)]
    if layer.id in view.layers or not all(ID in frame and _joinable(frame[ID]) for frame in keys):
        return False
    rows = rows_of(view, output, project.frames, project.crs)
    return rows is not None and same_rows(rows, project.frames[layer.id])


def _joinable(keys: pd.Series) -> bool:
    return bool(keys.is_unique) and all(isinstance(key, str) for key in keys)


def _circular(layer_id: str, views: Mapping[str, ViewOf]) -> bool:
    """Whether the rows of a layer are, by some way, made of themselves."""
    seen: set[str] = set()
    waiting = list(views[layer_id].layers)
    while waiting:
        one = waiting.pop()
        if one == layer_id:
            return True
        if one not in seen and one in views:
            seen.add(one)
            waiting += views[one].layers
    return False


def _same_shapes(one: Any, other: Any) -> bool:
    if all(map(is_, one, other)):
        return True
    if not np.array_equal(shapely.get_num_coordinates(one), shapely.get_num_coordinates(other)):
        return False
    return bool(np.array_equal(shapely.to_wkb(one, flavor="iso"), shapely.to_wkb(other, flavor="iso")))


def _same_column(one: pd.Series, other: pd.Series) -> bool:
    if one.dtype != other.dtype:
        return False
    if isinstance(one.dtype, np.dtype) and one.dtype.kind in "fiub":
        if one.to_numpy().tobytes() == other.to_numpy().tobytes():
            return True
    elif one.dtype == object and all(map(is_, one, other)):
        return True
    record, cells = encode_column(one, "")
    again, others = encode_column(other, "")
    return record == again and cells == others and _messages(one) == _messages(other)


def _messages(values: pd.Series) -> list[Any]:
    return [as_data(cell) for cell in values if has_identity(cell)] if values.dtype == object else []
