"""Streets: lines that people travel along, as open street data and the census roads have them."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
from attrs import evolve

from ecomap.io.importers.columns.guessing import is_number
from ecomap.io.importers.columns.places import id_field, name_field
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.style import LayerStyle
from ecomap.model.units import format_number

KM_PER_MILE = 1.609344
UNNAMED: Final = say("Unnamed street")
JOIN_M = 0.5  # vertices in one cell of this size are one place
NO_WALKING = frozenset({
    "motorway", "motorway_link", "construction", "proposed", "planned", "abandoned", "razed", "raceway", "bus_guideway",
    "rest_area", "services", "s1100", "s1630", "s1740", "s1750",
})
FORBIDDEN = frozenset({"no", "private", "false", "0", "n"})
ALLOWED = frozenset({"yes", "designated", "permissive", "official", "true", "1", "y", "public"})
_TIGER = re.compile(r"s\d{4}")
_CENSUS_FEATURE = re.compile(r"[a-z]\d{4}")
_FOOT, _ACCESS, _BRIDGE, _TUNNEL, _SPEED_TEXT = "foot", "access", "bridge", "tunnel", "speed_text"


def prepare(draft: Draft) -> Draft:
    """Speeds in km/h, levels as whole numbers, and where people can walk; lines that are no streets are left out."""
    frame, lines = draft.frame, list(draft.lines)
    kind = _words(frame, v.STREET_CLASS)
    if v.STREET_CLASS in frame.columns:
        other = (kind == "") | (kind.str.fullmatch(_CENSUS_FEATURE) & ~kind.str.fullmatch(_TIGER))
        if other.all():
            raise InputError(say("{file} says of no line what kind of street it is.", file=named(draft.raw.path.name)),
                             say("Choose another column for 'Kind of street', or none."), {"field": v.STREET_CLASS})
        if other.any():
            lines.append(ReportLine("dropped", say("Lines that are no streets: rivers, railways, barriers and lines without a "
                                    "kind of street."), int(other.sum())))
        frame = frame[~other]
    frame = frame.assign(**{v.WALK: _walkable(frame), v.STREET_LEVEL: _levels(frame)})
    frame = frame.assign(**{v.NAME: frame[v.NAME].astype(object).fillna(UNNAMED) if v.NAME in frame.columns else UNNAMED})
    columns = [column for column in draft.columns if column.name in (v.ID, v.NAME, v.STREET_CLASS, v.ONE_WAY)]
    if _SPEED_TEXT in frame.columns:
        frame = frame.assign(**{v.SPEED: frame[_SPEED_TEXT].map(speed_of).astype(float)})
        columns.append(Column(v.SPEED, say("Speed"), "", say("km/h, as the source has it; people on foot do not need it.")))
    columns += [Column(v.WALK, say("People can walk here"), "flag"),
                Column(v.STREET_LEVEL, say("Level"), "", say("0 is the ground; bridges are above, tunnels below."))]
    gone = [name for name in (_FOOT, _ACCESS, _BRIDGE, _TUNNEL, _SPEED_TEXT) if name in frame.columns]
    return evolve(draft, frame=frame.drop(columns=gone), lines=tuple(lines), columns=tuple(columns))


def finish(draft: Draft) -> Draft:
    """Say how many lines there are, where nobody walks, and into how many parts the streets fall."""
    frame, lines = draft.frame, list(draft.lines)
    walk = frame[v.WALK].to_numpy(dtype=bool)
    if not walk.any():
        raise InputError(say("{file} has no street that people can walk along.", file=named(draft.raw.path.name)),
                         say("Choose a file with local streets, not only freeways."))
    length = np.asarray(frame.geometry.length, dtype=float)
    lines.append(ReportLine("note", plural("{n} line, {length} km.", "{n} lines, {length} km.", len(frame), length=format_number(length.sum() / 1000))))
    if (~walk).any():
        lines.append(ReportLine("note", say("Freeways, ramps and private ways: kept on the map, nobody walks along them."),
                                int((~walk).sum())))
    parts, largest = connected(np.asarray(frame.geometry)[walk], frame[v.STREET_LEVEL].to_numpy()[walk])
    if parts == 1:
        lines.append(ReportLine("note", say("The streets hang together: one can walk from each to every other.")))
    else:
        lines.append(ReportLine("caution", plural(
            "The streets fall into {n} part that no street connects; the largest holds {share} of their length. Nobody gets from one part to another.",
            "The streets fall into {n} parts that no street connects; the largest holds {share} of their length. Nobody gets from one part to another.",
            parts, share=format_number(largest, "share", 1))))
    return evolve(draft, lines=tuple(lines))


def connected(shapes: np.ndarray, level: np.ndarray) -> tuple[int, float]:
    """Into how many parts lines fall that share no vertex with each other, and the largest part's share of the length.

    Lines of different levels count as connected only where one of them ends.
    """
    import pandas as pd  # heavy
    import shapely  # heavy
    from scipy.sparse import coo_matrix  # heavy
    from scipy.sparse.csgraph import connected_components  # heavy

    single, row = shapely.get_parts(shapes, return_index=True)
    xy, line = shapely.get_coordinates(single, return_index=True)
    grid = np.round((xy - xy.min(axis=0)) / JOIN_M).astype(np.int64)
    place, _ = pd.factorize(grid[:, 0] * (int(grid[:, 1].max()) + 1) + grid[:, 1])
    edge_of_line = np.r_[True, line[1:] != line[:-1]] | np.r_[line[1:] != line[:-1], True]
    inner, _ = pd.factorize(pd.MultiIndex.from_arrays([place, np.where(edge_of_line, 10**6, level[row][line])]))
    # Nodes: the lines, then the inner vertices by level, then the ends by place; an end joins all that is at its place.
    lines, vertices = len(single), int(inner.max()) + 1
    join = coo_matrix((np.ones(2 * len(line)), (
        np.r_[line, line], np.r_[lines + inner, np.where(_has_end(place, edge_of_line), lines + vertices + place, line)],
    )), shape=(lines + vertices + int(place.max()) + 1,) * 2)
    _, part = connected_components(join, directed=False)
    size = np.bincount(part[:lines], shapely.length(single))
    count = len(np.unique(part[:lines]))
    return count, float(size.max() / size.sum())


def _has_end(place: np.ndarray, is_end: np.ndarray) -> np.ndarray:
    """For every vertex, whether some line ends at its place."""
    return np.bincount(place, is_end)[place] > 0


def speed_of(text: object) -> float:
    """km/h from "25 mph", "40", "50 km/h" or "25 mph;35 mph" (the lowest); NaN where there is no number.

    >>> speed_of("25 mph"), speed_of("50"), speed_of("signals")
    (40.2336, 50.0, nan)
    """
    if not isinstance(text, str):
        return float("nan")
    found = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]
    speed = min(found) if found else float("nan")
    return round(speed * KM_PER_MILE, 4) if "mph" in text.lower() else speed


def _walkable(frame: Any) -> Any:
    """By the kind of street, unless the line says itself that people on foot may or may not go there."""
    foot, access = _words(frame, _FOOT), _words(frame, _ACCESS)
    kind = ~_words(frame, v.STREET_CLASS).isin(NO_WALKING) & ~access.isin(FORBIDDEN)
    return ((kind | foot.isin(ALLOWED)) & ~foot.isin(FORBIDDEN)).astype(bool)


def _levels(frame: Any) -> Any:
    """Whole numbers; where there are none, bridges are 1 and tunnels -1."""
    import pandas as pd  # heavy

    given = pd.to_numeric(_words(frame, v.STREET_LEVEL).str.split(";").str[0], errors="coerce")
    bridge = (~_words(frame, _BRIDGE).isin({"", *FORBIDDEN})).astype(int)
    tunnel = (~_words(frame, _TUNNEL).isin({"", *FORBIDDEN})).astype(int)
    return given.fillna(bridge - tunnel).clip(-99, 99).round().astype(float)


def _words(frame: Any, column: str) -> Any:
    import pandas as pd  # heavy

    if column not in frame.columns:
        return pd.Series("", index=frame.index, dtype=object)
    return text_of(frame[column]).fillna("").astype(str).str.strip().str.lower()


def is_street_class(cells: Any) -> bool:
    """Words of open street data or census feature codes."""
    known = r"(?i)^(s\d{4}|motorway|trunk|primary|secondary|tertiary|residential|service|unclassified|footway|path|living)"
    return len(cells) > 0 and bool(cells.str.match(known).any())


IMPORTER = Importer(
    role=v.STREET,
    fields=(
        name_field("fullname", "street_name", "st_name", "streetname", "road_name", "rd_name"),
        id_field("osm_id", "linearid", "tlid", "full_id", "assetid"),
        FieldSpec(v.STREET_CLASS, say("Kind of street"), aliases=("highway", "fclass", "mtfcc", "road_class", "street_class", "class"),
                  test=is_street_class, help=say("Like residential or S1400; freeways and ramps are not walked along.")),
        FieldSpec(v.ONE_WAY, say("One-way"), aliases=("oneway", "one_way", "dir_travel"),
                  help=say("Kept; people on foot go both ways.")),
        FieldSpec(_SPEED_TEXT, say("Speed"), aliases=("maxspeed", "speed_limit", "speedlimit", "speed", "speed_kmh"),
                  help=say("km/h, or with mph.")),
        FieldSpec(_FOOT, say("Walking allowed"), aliases=("foot", "walk", "walking", "pedestrian", "walkable"),
                  help=say("Yes or no; goes before the kind of street.")),
        FieldSpec(_ACCESS, say("Access"), aliases=("access",), help=say("Private ways are not walked along.")),
        FieldSpec(v.STREET_LEVEL, say("Level"), aliases=("layer", "level", "street_level", "z_level", "zlevel"), test=is_number,
                  help=say("Lines of different levels meet only where one of them ends.")),
        FieldSpec(_BRIDGE, say("Bridge"), aliases=("bridge",)),
        FieldSpec(_TUNNEL, say("Tunnel"), aliases=("tunnel",)),
    ),
    style=LayerStyle(line="#8A94A0", line_width=0.8, min_scale_px_per_m=0.04),
    prepare=prepare,
    finish=finish,
)
