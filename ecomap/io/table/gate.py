"""The gate every file passes once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ecomap.io.table.keys import slug, text_of
from ecomap.io.table.parts import put_together
from ecomap.io.table.places import earth
from ecomap.io.table.places.placing import Surroundings, place
from ecomap.io.table.shapes import containers, lonely, mend_shapes
from ecomap.model.errors import InputError
from ecomap.model.layer import LINE, MIXED, POINT, POLYGON
from ecomap.model.progress import Progress, silent
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt
from ecomap.model.vocabulary import GEOMETRY, ID


@frozen
class Checked:
    """A table that has passed the gate.

    Parameters
    ----------
    frame : GeoDataFrame
        Unique text column ``id``; sound geometry of one kind in the target CRS (None only where allowed);
        a fresh index without meaning.
    geometry : str
        "polygon", "line", "point" or "mixed".
    crs : str
        The source's system and how it is known.
    lines : tuple of ReportLine
        "dropped" and "merged" counts account for every row that is not in `frame`.
    """

    frame: Any = field(repr=False, eq=False)
    geometry: str
    crs: Said
    read: int
    lines: tuple[ReportLine, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def kept(self) -> int:
        return len(self.frame)


def check_table(
    frame: Any,
    *,
    target_crs: str,
    shapes: Sequence[str] = (POLYGON,),
    mixed: bool = False,
    key: str = "",
    name: str = "",
    found_crs: Any = None,
    given_crs: str = "",
    longitude: str = "",
    latitude: str = "",
    same: Sequence[str] = (),
    alike: Sequence[str] | None = None,
    placeless: Any = None,
    file_name: str = "The file",
    answers: Mapping[str, str] | None = None,
    expected: tuple[float, float, float, float] | None = None,
    fit: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Let a table pass the gate, mending what can be mended and counting everything.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        As read; not changed.
    shapes : sequence of str
        Kinds of geometry accepted ("polygon", "line", "point").
    mixed : bool
        Whether all of them may stand beside each other; otherwise those of the kind that most rows have are kept.
    key, name : str
        Columns that identify and name a row; "" makes an id from the name.
    found_crs, given_crs
        The source's system as the file states it (the frame's own, if not given), and as the planner states it,
        which wins.
    longitude, latitude : str
        Columns to make points of, where there is no geometry.
    same : sequence of str
        Rows equal in these columns and in place are one row; all columns if empty.
    alike : sequence of str, optional
        Areas with one code that agree in these columns are parts of one area; None leaves them as they are.
    placeless : Series of bool, optional
        Rows that may pass without a place (services offered online only).
    answers : mapping, optional
        Code of a doubt -> what a person said.
    expected : tuple, optional
        West, south, east, north in degrees of the places the project has already.
    fit : bool
        Choose a system that fits the rows where they do not lie in the area of use of `target_crs`: for a project
        without places.

    Raises
    ------
    InputError
        If there is no place at all, the system cannot be told, or no row is left.
    """
    progress = progress or silent()
    read = len(frame)
    lines: list[ReportLine] = []
    if not hasattr(type(frame), "crs") or GEOMETRY not in frame.columns:
        frame, said = earth.points_from_columns(frame, longitude, latitude)
        lines.extend(said)
    elif found_crs is None:
        found_crs = frame.crs
    frame = frame.reset_index(drop=True)
    names = _names(frame, name or key)
    if placeless is not None and all(placeless) and frame.geometry.isna().all():
        return _nowhere(frame, target_crs, same, key, name, read, lines)
    progress.at(0.1, say("Finding where it lies"))
    coordinates = [column for column in (longitude, latitude) if column]
    put = place(frame, names, Surroundings(target_crs, fit, expected, answers or {}, found_crs, given_crs, file_name, tuple(coordinates)))
    frame, crs_text = put.frame, put.crs
    lines.extend(put.lines)
    progress.at(0.4, say("Mending shapes"))
    frame, kind, said = _sound(frame, names, () if mixed else tuple(shapes), placeless, put.strays, file_name, lines)
    lines.extend(said)
    progress.at(0.7, say("Looking for duplicates"))
    frame, said = _merged(frame, same, name or key)
    lines.extend(said)
    if alike is not None and key and kind == POLYGON:
        frame, said = put_together(frame, key, alike)
        lines.extend(said)
    frame, said = _keyed(frame, key, name)
    lines.extend(said)
    lines.extend(_oddities(frame, kind, name or key))
    progress.at(1.0, say("Checked"))
    return Checked(frame, kind, crs_text, read, tuple(lines), put.doubts)


def _nowhere(frame: Any, target_crs: str, same: Sequence[str], key: str, name: str, read: int, lines: Sequence[ReportLine]) -> Checked:
    """Rows none of which has a place, where each may be without one."""
    frame = frame.set_crs(target_crs, allow_override=True)
    note = ReportLine("note", say("Rows without a place that may be without one: kept in the table, off the map."), len(frame))
    frame, merged = _merged(frame, same, name or key)
    frame, keyed = _keyed(frame, key, name)
    return Checked(frame, POINT, say("no coordinates in the file"), read, (*lines, note, *merged, *keyed))


class _Names:
    """What rows are called in a report: by their names, or their numbers; worked out for the few that are shown."""

    def __init__(self, texts: Any, rows: Any) -> None:
        self._texts, self._rows = texts, rows

    def __getitem__(self, chosen: Any) -> _Names:
        return _Names(self._texts, self._rows[chosen])

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        for row in self._rows:
            text = None if self._texts is None else self._texts[row]
            yield text if isinstance(text, str) else say("row {number}", number=int(row) + 1)


def _names(frame: Any, column: str) -> _Names:
    import numpy as np

    texts = text_of(frame[column]).to_numpy(dtype=object) if column and column in frame.columns else None
    return _Names(texts, np.arange(len(frame)))


def _sound(
    frame: Any, names: Any, shapes: tuple[str, ...], placeless: Any, strays: Any, file_name: str, so_far: Sequence[ReportLine]
) -> tuple[Any, str, list[ReportLine]]:
    import numpy as np
    import shapely

    mended = mend_shapes(frame[GEOMETRY].to_numpy(), names, shapes)
    unfit = np.asarray(mended.unfit, dtype=bool)
    without = shapely.is_missing(mended.values) & ~unfit
    allowed = np.zeros(len(frame), dtype=bool) if placeless is None else np.asarray(placeless, dtype=bool)
    allowed = allowed | strays
    lines = list(mended.notes)
    if (unfit | without).all() and unfit.any():
        raise InputError(
            _none_of_kind(mended.kind, named(file_name)),
            say("Choose another role for it, or another file."),
        )
    if unfit.any():
        lines.append(ReportLine("dropped", _UNFIT[mended.kind], int(unfit.sum()), tuple(names[unfit][:5])))
    dropped = without & ~allowed
    if dropped.any():
        lines.append(ReportLine("dropped", say("Rows without a place (no coordinates or no shape)."), int(dropped.sum()), tuple(names[dropped][:5])))
    kept = without & allowed & ~strays
    if kept.any():
        lines.append(ReportLine("note", say("Rows without a place that may be without one: kept in the table, off the map."), int(kept.sum()), tuple(names[kept][:5])))
    keep = ~(unfit | dropped)
    if not keep.any():
        why = next((line for line in so_far if line.kind == "caution" and line.examples), None)
        raise InputError(
            say("{file} has no row with a usable place.", file=named(file_name)) if why is None else
            say("{file} has no row with a usable place: {reason} ({example}).", file=named(file_name), reason=why.text.bare().small(), example=named(why.examples[0])),
            say("Check which columns hold longitude and latitude, and correct the coordinates in the file."),
        )
    out = frame.assign(**{GEOMETRY: mended.values}).set_geometry(GEOMETRY, crs=frame.crs)
    return out[keep].reset_index(drop=True), mended.kind, lines


_UNFIT = {
    POINT: say("Rows whose shapes are not points."), LINE: say("Rows whose shapes are not lines."),
    POLYGON: say("Rows whose shapes are not areas."), MIXED: say("Rows whose shapes are neither areas, lines nor points."),
}


def _none_of_kind(kind: str, file: Said) -> Said:
    if kind == POINT:
        return say("{file} holds no points, which this role needs.", file=file)
    if kind == LINE:
        return say("{file} holds no lines, which this role needs.", file=file)
    return say("{file} holds no areas, which this role needs.", file=file)


def _merged(frame: Any, same: Sequence[str], name: str) -> tuple[Any, list[ReportLine]]:
    """One row for several that say the same; blanks of the first are filled from the others."""
    import pandas as pd  # heavy
    import shapely

    shapes = frame[GEOMETRY].to_numpy()
    if not pd.DataFrame(shapely.bounds(shapes)).duplicated().any():  # shapes that are the same have the same box, which is quicker to see
        return frame, []
    place = pd.Series(shapely.to_wkb(shapes), index=frame.index).map(lambda wkb: wkb or b"")
    if not place.duplicated().any():
        return frame, []
    columns = list(same) or [column for column in frame.columns if column != GEOMETRY]
    marks = frame[columns].astype(object).map(lambda cell: "" if cell is None or cell != cell else str(cell).strip().casefold())
    marks = marks.assign(**{"\x00place": place})
    repeated = marks.duplicated()
    if not repeated.any():
        return frame, []
    names = _names(frame, name)
    if same:
        group = marks.groupby(list(marks.columns), sort=False).ngroup()
        rest = [column for column in frame.columns if column != GEOMETRY]
        filled = frame[rest].groupby(group, sort=False).transform("first")
        frame = frame.assign(**{column: frame[column].where(frame[column].notna(), filled[column]) for column in rest})
    text = say("Rows that say the same as an earlier one.")
    if same:
        text = say("Rows with the same {columns} and place as an earlier one; blanks of the first were filled from them.",
                   columns=joined(map(named, columns), ", "))
    line = ReportLine("merged", text, int(repeated.sum()), tuple(dict.fromkeys(names[repeated.to_numpy()]))[:5])
    return frame[~repeated].reset_index(drop=True), [line]


def _keyed(frame: Any, key: str, name: str) -> tuple[Any, list[ReportLine]]:
    """A unique text column ``id`` in front; nothing is lost when a code occurs twice."""
    lines: list[ReportLine] = []
    if key:
        ids = text_of(frame[key])
        blank = ids.isna()
        if blank.any():
            lines.append(ReportLine("mended", say("Rows without a code were given one."), int(blank.sum())))
        ids = ids.where(~blank, [f"row-{n + 1}" for n in range(len(frame))])
    else:
        import pandas as pd  # heavy

        texts = text_of(frame[name]) if name else pd.Series("", index=frame.index, dtype="str")
        if not name:
            lines.append(ReportLine("caution", say("No column has names or codes for the rows; they are called by their place in the file, such as row-1.")))
        ids = texts.map(lambda text: slug(text) if isinstance(text, str) else "").astype("str")
        ids = ids.where(ids != "", [f"row-{n + 1}" for n in range(len(frame))])
    ids, repeated = unique_ids(ids)
    if repeated and key:
        lines.append(ReportLine(
            "caution", say("Codes that occur in several differing rows: all rows kept, the later ones numbered -2, -3 ..."),
            len(repeated), tuple(repeated[:5]),
        ))
    others = [column for column in frame.columns if column != ID]
    return frame.assign(**{ID: ids})[[ID, *others]], lines


def unique_ids(ids: Any) -> tuple[Any, list[str]]:
    """Ids with -2, -3 ... put behind those that were there before, and the original ids of those."""
    if ids.is_unique:
        return ids.astype("str"), []
    taken: set[str] = set()
    every = set(ids)
    out, repeated = [], []
    for text in ids:
        wanted, number = text, 2
        while wanted in taken or (wanted != text and wanted in every):
            wanted, number = f"{text}-{number}", number + 1
        if wanted != text:
            repeated.append(text)
        taken.add(wanted)
        out.append(wanted)
    return type(ids)(out, index=ids.index, dtype="str"), repeated


def _oddities(frame: Any, kind: str, name: str) -> list[ReportLine]:
    import numpy as np
    import shapely

    values = np.asarray(frame[GEOMETRY], dtype=object)
    there = ~shapely.is_missing(values)
    names = _names(frame, name)
    if kind == MIXED:  # a coast and a freeway reach far beyond everything else
        return []
    lines = lonely(values[there], names[there])
    if kind == POLYGON:
        lines.extend(containers(values[there], names[there])[1])
    return lines
