"""Which of several tables or layers in a file is read: the one asked for, or the one that fits best, and it is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from ecomap.io.reading.raw import Sublayer, quoted
from ecomap.model.errors import InputError
from ecomap.model.layer import LINE, MIXED, NO_GEOMETRY, POINT, POLYGON
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

CODE: Final = "layer"
MAP_LAYER: Final = "map layer"   # the column that says in which layer of the file a row stands, where all were read
TOGETHER: Final = (MIXED,)       # wanted: all layers with shapes, one under the other
CLOSE: Final = 0.25   # a table with fewer cells than this share of the fullest one is no rival
SHOWN: Final = 8
_KINDS = {"Point": POINT, "LineString": LINE, "Polygon": POLYGON, "GeometryCollection": MIXED, "CompoundCurve": LINE, "MultiCurve": LINE,
          "CurvePolygon": POLYGON, "MultiSurface": POLYGON, "LinearRing": LINE, "PolyhedralSurface": POLYGON, "TIN": POLYGON}


def all_together(prefer: Sequence[str] | None) -> bool:
    """Whether all layers with shapes are wanted, and not one of them."""
    return prefer is not None and tuple(prefer) == TOGETHER


@frozen
class Choice:
    """The layer that is read, what the report says of it, and what only a person can say."""

    layer: Sublayer
    notes: tuple[ReportLine, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def kind_of_shape(text: str | None) -> str:
    """EcoMap's word for a kind of shape as GDAL names it; "" where it says nothing.

    >>> kind_of_shape("MultiPolygon Z"), kind_of_shape("Unknown"), kind_of_shape(None)
    ('polygon', '', 'none')
    """
    if text is None:
        return NO_GEOMETRY
    plain = text.replace("2.5D ", "").removesuffix(" ZM").removesuffix(" Z").removesuffix(" M").removesuffix("ZM").removesuffix("Z")
    return _KINDS.get(plain, _KINDS.get(plain.removeprefix("Multi"), ""))


def choose(names: Sequence[str], sublayer: str, path: Path) -> str:
    """The named table, forgiving about case, blanks and the ending of a file."""
    wanted = sublayer.strip().lower()
    for name in names:
        if name.strip().lower() == wanted:
            return name
    for name in names:
        if Path(name).stem.lower() == wanted or Path(name).name.lower() == wanted:
            return name
    raise InputError(
        say("{file} has no table called '{table}'.", file=named(path.name), table=named(sublayer)), say("It has: {names}.", names=joined(map(quoted, names[:20]), ", "))
    )


def choice_of(layers: Sequence[Sublayer], sublayer: str, prefer: Sequence[str] | None, path: Path) -> Choice:
    """The layer to read.

    Parameters
    ----------
    layers : sequence of Sublayer
        At least one.
    sublayer : str
        As asked for; "" leaves it to the file.
    prefer : sequence of str, optional
        The shapes that are wanted; empty for a table without shapes, None where nothing is known of what is wanted.

    Raises
    ------
    InputError
        If there is no layer of the name asked for.
    """
    if sublayer:
        name = choose([one.name for one in layers], sublayer, path)
        return Choice(next(one for one in layers if one.name == name))
    if len(layers) == 1:
        return Choice(layers[0])
    best = max(layers, key=lambda one: (_fit(one, prefer), _weight(one)))
    others = [one for one in layers if one is not best]
    note = ReportLine("note", _said_of(best, others))
    return Choice(best, (note,), _doubts(best, others, prefer, path))


def _fit(layer: Sublayer, prefer: Sequence[str] | None) -> int:
    """3 the shapes that are wanted, 2 perhaps, 1 a table that may hold places or be joined, 0 other shapes or no rows."""
    if layer.rows == 0:
        return -1
    if prefer is None:
        return 1 if layer.geometry != NO_GEOMETRY else 0
    if not prefer:
        return 3 if layer.geometry == NO_GEOMETRY else 1
    if layer.geometry in prefer:
        return 3
    return {MIXED: 2, "": 2, NO_GEOMETRY: 1}.get(layer.geometry, 0)


def _weight(layer: Sublayer) -> int:
    rows = 1 if layer.rows is None else layer.rows
    return rows * max(layer.columns, 1) if layer.geometry == NO_GEOMETRY else rows


def _said_of(best: Sublayer, others: Sequence[Sublayer]) -> Said:
    return say("Read the layer '{layer}'; not read: {others}.", layer=named(best.name.strip()), others=listed_layers(others))


def listed_layers(layers: Sequence[Sublayer]) -> Said:
    """The first few layers by their names, with how many more there are."""
    shown = [described(one) for one in layers[:SHOWN]]
    if len(layers) > SHOWN:
        shown.append(plural("{n} more", "{n} more", len(layers) - SHOWN))
    return joined(shown, ", ")


def described(layer: Sublayer) -> Said:
    """A layer by its name, with how much it holds."""
    if layer.rows is None:
        return quoted(layer.name.strip())
    called = named(layer.name.strip())
    kinds = {
        POLYGON: plural("'{layer}' ({n} area)", "'{layer}' ({n} areas)", layer.rows, layer=called),
        LINE: plural("'{layer}' ({n} line)", "'{layer}' ({n} lines)", layer.rows, layer=called),
        POINT: plural("'{layer}' ({n} point)", "'{layer}' ({n} points)", layer.rows, layer=called),
    }
    return kinds.get(layer.geometry, plural("'{layer}' ({n} row)", "'{layer}' ({n} rows)", layer.rows, layer=called))


def _doubts(best: Sublayer, others: Sequence[Sublayer], prefer: Sequence[str] | None, path: Path) -> tuple[Doubt, ...]:
    """A question where another layer fits as well as the one that is read."""
    if prefer is None:
        return ()
    rivals = [one for one in others if _fit(one, prefer) == _fit(best, prefer) and _fit(one, prefer) > 0
              and (one.geometry != NO_GEOMETRY or _weight(one) >= CLOSE * _weight(best))]
    if not rivals:
        return ()
    options = tuple(Option(one.name, described(one)) for one in (best, *rivals[:SHOWN]))
    return (Doubt(CODE, say("Which layer of {file} is meant?", file=named(path.name)),
                  (say("{n} of its layers fit; the largest was taken.", n=len(rivals) + 1),), options, best.name),)


def no_layer(file: str, hint: Said = NOTHING) -> InputError:
    return InputError(say("{file} holds no layer with rows.", file=named(file)), hint or say("Choose another file, or export it again."))
