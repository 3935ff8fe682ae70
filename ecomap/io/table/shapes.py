"""Shapes made sound: valid, flat, of one kind; and what is odd about where they lie."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from ecomap.model.layer import LINE, MIXED, POINT, POLYGON
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

DIMENSION = {POINT: 0, LINE: 1, POLYGON: 2}
KIND = {value: key for key, value in DIMENSION.items()}

FAR_M = 20_000.0   # "far from all others"
CELL_M = 2_000.0   # coordinates are snapped to this for finding lonely ones
MANY_COORDINATES = 3_000_000


@frozen
class Shapes:
    """Sound shapes (None where there is none), their one kind, and what was done."""

    values: Any = field(eq=False, repr=False)
    kind: str = ""
    notes: tuple[ReportLine, ...] = ()
    unfit: Any = field(eq=False, repr=False, default=None)  # mask: a shape was there, but not of this kind


def mend_shapes(shapes: Any, names: Any, wanted: tuple[str, ...]) -> Shapes:
    """Make shapes valid, and of one kind where one is wanted.

    Parameters
    ----------
    shapes : array of shapely geometries or None
    names : sequence of str
        What each row is called, for examples.
    wanted : tuple of str
        Kinds accepted, best first ("polygon", "line", "point"). A point stands in for an area where only points
        are wanted. Where several are wanted, the kind that most rows have is taken; where none is, each row keeps its own.
    """
    import numpy as np
    import shapely

    values = shapely.force_2d(np.asarray(shapes, dtype=object))
    values[shapely.is_empty(values)] = None
    notes: list[ReportLine] = []
    there = ~shapely.is_missing(values)
    broken = there & ~shapely.is_valid(values)
    if broken.any():
        values, note = _made_valid(values, broken, names)
        notes.append(note)
    if not wanted:
        return _each_of_its_kind(values, tuple(notes))
    kind = _kind(values[there], wanted)
    values, unfit, kind_notes = _of_kind(values, kind, names, wanted)
    return Shapes(values, kind, (*notes, *kind_notes), unfit)


def _made_valid(values: Any, broken: Any, names: Any) -> tuple[Any, ReportLine]:
    import shapely

    values = values.copy()
    before = values[broken]
    reasons = shapely.is_valid_reason(before)
    mended = shapely.make_valid(before, method="structure", keep_collapsed=False)
    lost = shapely.is_empty(mended)
    mended[lost] = shapely.make_valid(before[lost])
    values[broken] = mended
    examples = tuple(
        say("{row}: {fault}", row=named(name), fault=named(str(reason).split("[")[0].lower())) for name, reason in list(zip(names[broken], reasons))[:5]
    )
    return values, ReportLine("mended", say("Shapes that crossed or touched themselves were made sound."), int(broken.sum()), examples)


def _kind(values: Any, wanted: tuple[str, ...]) -> str:
    import numpy as np
    import shapely

    if not len(values):
        return wanted[0]
    dimensions = shapely.get_dimensions(values)
    if len(wanted) == 1:
        return wanted[0]
    return KIND.get(int(np.bincount(dimensions[dimensions >= 0], minlength=3).argmax()), wanted[0])


def _of_kind(values: Any, kind: str, names: Any, wanted: tuple[str, ...]) -> tuple[Any, Any, list[ReportLine]]:
    import numpy as np
    import shapely

    dimension = DIMENSION[kind]
    values = values.copy()
    there = ~shapely.is_missing(values)
    types = shapely.get_type_id(values)
    notes = []
    mixed = there & (types == shapely.GeometryType.GEOMETRYCOLLECTION)
    if mixed.any() and kind != POINT:
        values[mixed] = [_parts_of(shape, dimension) for shape in values[mixed]]
        notes.append(ReportLine(
            "mended", say("Shapes of mixed kinds: their areas were kept, stray points and lines left out." if kind == POLYGON
                else "Shapes of mixed kinds: their lines were kept, stray points and lines left out."),
            int(mixed.sum()), tuple(names[mixed][:5]),
        ))
    if kind == POINT:
        single = there & (types == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(values) == 1)
        values[single] = shapely.get_geometry(values[single], 0)  # a point in another wrapping
        several = there & (types == shapely.GeometryType.MULTIPOINT) & ~single
        if several.any():
            values[several] = shapely.point_on_surface(values[several])
            notes.append(ReportLine("mended", say("Rows with several points are shown at one of them."), int(several.sum()), tuple(names[several][:5])))
        inside = there & (types != shapely.GeometryType.POINT) & ~single & ~several
        if inside.any():
            values[inside] = shapely.point_on_surface(values[inside])
            notes.append(ReportLine(
                "mended", say("Shapes that are no single point are shown by a point inside them."), int(inside.sum()),
                tuple(names[inside][:5]),
            ))
    values[shapely.is_empty(values)] = None
    unfit = there & (shapely.is_missing(values) | (shapely.get_dimensions(values) != dimension))
    values[np.asarray(unfit)] = None
    return values, unfit, notes


def _each_of_its_kind(values: Any, notes: tuple[ReportLine, ...]) -> Shapes:
    """Areas, lines and points as they are; of a collection its areas, else its lines, else its points."""
    import shapely

    collections = shapely.get_type_id(values) == shapely.GeometryType.GEOMETRYCOLLECTION
    values = values.copy()
    values[collections] = [_parts_of(shape, shapely.get_dimensions(shape)) for shape in values[collections]]
    return Shapes(values, MIXED, notes, collections & shapely.is_missing(values))


def _parts_of(collection: Any, dimension: int) -> Any:
    import shapely

    parts = [part for part in _leaves(collection) if shapely.get_dimensions(part) == dimension]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _leaves(shape: Any) -> list[Any]:
    parts = getattr(shape, "geoms", None)
    return [leaf for part in parts for leaf in _leaves(part)] if parts is not None else [shape]


def lonely(shapes: Any, names: Any) -> list[ReportLine]:
    """Cautions about rows, or parts of rows, more than about 20 km from everything else (metres in)."""
    import numpy as np
    import shapely

    if len(shapes) < 8 or shapely.get_num_coordinates(shapes).sum() > MANY_COORDINATES:
        return []
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    cells, cell_of = np.unique(np.floor(coordinates / CELL_M).astype(np.int64), axis=0, return_inverse=True)
    group = _groups(cells)[cell_of.ravel()]
    rows_in = [np.unique(row[group == g]) for g in range(group.max() + 1)]
    main = int(np.argmax([len(rows) for rows in rows_in]))
    if len(rows_in[main]) < 0.8 * len(shapes):
        return []
    few = max(1, int(0.01 * len(shapes)))
    far = [rows for g, rows in enumerate(rows_in) if g != main and len(rows) <= few]
    strayed = np.unique(np.concatenate(far)) if far else np.array([], dtype=int)
    partly = np.isin(strayed, rows_in[main])
    notes = []
    for picked, text in (
        (strayed[~partly], say("Rows more than about 20 km away from all others; kept, look at them on the map.")),
        (strayed[partly], say("Areas with a stray part more than about 20 km away from all others; kept as the source draws them.")),
    ):
        if len(picked):
            notes.append(ReportLine("caution", text, len(picked), tuple(names[picked][:5])))
    return notes


def _groups(cells: Any) -> Any:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(cells).query_pairs(FAR_M / CELL_M, output_type="ndarray")
    size = len(cells)
    graph = coo_matrix(([True] * len(pairs), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return connected_components(graph, directed=False)[1]


def containers(shapes: Any, names: Any) -> tuple[Any, list[ReportLine]]:
    """Areas that are nothing but the sum of other areas in the same file: counting both counts twice.

    Returns
    -------
    mask : array of bool
    notes : list of ReportLine
    """
    import numpy as np
    import shapely

    whole = np.zeros(len(shapes), dtype=bool)
    if not 3 <= len(shapes) <= 3_000 or shapely.get_num_coordinates(shapes).sum() > MANY_COORDINATES:
        return whole, []
    tree = shapely.STRtree(shapely.point_on_surface(shapes))
    areas = shapely.area(shapes)
    outer, inner = tree.query(shapes, predicate="contains")
    for position in np.unique(outer):
        inside = inner[(outer == position) & (inner != position) & (areas[inner] < 0.98 * areas[position])]
        if len(inside) < 2 or areas[inside].sum() < 0.95 * areas[position]:
            continue
        covered = shapely.area(shapely.intersection(shapely.union_all(shapes[inside]), shapes[position]))
        whole[position] = covered >= 0.98 * areas[position]
    if not whole.any():
        return whole, []
    return whole, [ReportLine(
        "caution", say("Areas that are the sum of other areas in this file: adding up all rows would count them twice."),
        int(whole.sum()), tuple(names[whole][:5]),
    )]
