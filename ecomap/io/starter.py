"""The starter projects that ship with EcoMap: plain CSV files and a description, read without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, fields, has

from ecomap.io.districts import District, find_district, read_districts
from ecomap.io.importers.columns.fields import margin_label, reason_label
from ecomap.model.assets import boundaries_dir
from ecomap.model.errors import ProjectError
from ecomap.model.indicator import Indicator
from ecomap.model.judgement import Judgement
from ecomap.model.known import KnownOf
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project, View
from ecomap.model.said import Said, joined, say, shipped
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import CENSUS, GEOMETRY, MOE_SUFFIX, NEED_AREA, REASON_SUFFIX

DESCRIPTION = "starter.json"
FORMAT = 1


def starters() -> tuple[str, ...]:
    """The names of the starter projects that ship with EcoMap."""
    folder = boundaries_dir()
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{DESCRIPTION}")))


def load_starter(name: str, *, district: str = "", progress: Progress | None = None) -> Project:
    """A new project with the layers of a starter.

    Parameters
    ----------
    name : str
        One of `starters`, for example "los-angeles".
    district : str
        Of a starter that holds a whole state, the district to take: its name or a code (see `ecomap.io.districts`).
    progress : Progress, optional
        Told the name of each layer as it is read.

    Returns
    -------
    Project
        Untouched and unsaved. Frames are in EPSG:3310 (metres), sorted by id, with text, number and flag columns;
        a missing number is NaN and its ``_reason`` column says why; a row without a place has no geometry.

    Raises
    ------
    ProjectError
        If there is no such starter or district, or its files are not whole.
    """
    if name not in starters():
        raise ProjectError(
            say("There is no starter called '{starter}'.", starter=named(name)),
            say("Starters: {starters}.", starters=joined(map(named, starters()), ", ") or say("none")),
        )
    progress = progress or Progress()
    folder = boundaries_dir() / name
    document = _description(folder)
    cut = document.get("cut", {})
    chosen = _district_of(name, folder, cut, district)
    layers, frames = [], {}
    for number, entry in enumerate(document["layers"]):
        layer = layer_from_plain(entry)
        progress.at(number / len(document["layers"]), layer.name)
        rows = _rows(_file_of(folder, layer.id), layer, entry, document["crs"])
        if chosen is not None:
            rows = rows[rows[cut["by"]] == chosen.code].reset_index(drop=True)
        layer, frames[layer.id] = _with_census(layer, rows)
        layers.append(layer)
    view = document.get("view", {})
    progress.at(1.0, say("Ready"))
    return Project(
        title=shipped(document["title"]) if chosen is None else named(chosen.name), crs=document["crs"], layers=tuple(layers), frames=frames,
        view=View(float(view.get("x", 0.0)), float(view.get("y", 0.0)), view.get("px_per_m")),
        meta=(("starter", name), ("starter_format", str(document["format"])), *((("district", chosen.code),) if chosen is not None else ())),
    )


def _district_of(name: str, folder: Path, cut: Mapping[str, str], text: str) -> District | None:
    """The district that a starter of a whole state is cut to; None for a starter that is one place."""
    if cut:
        return find_district(read_districts(folder / cut["districts"]), text)
    if text:
        raise ProjectError(say("The starter '{starter}' is one place and takes no district.", starter=named(name)),
                           say("Leave the district out, or choose a starter of a whole state."))
    return None


def _file_of(folder: Path, layer_id: str) -> Path:
    """The rows of a layer: packed where there are many."""
    packed = folder / f"{layer_id}.csv.gz"
    return packed if packed.is_file() else folder / f"{layer_id}.csv"


def layer_from_plain(entry: Mapping[str, Any]) -> Layer:
    """A layer description from plain JSON values; fields that are not part of a layer are passed over.

    What EcoMap says in it (labels, notes, periods, licences) are messages; titles and publishers are names.
    """
    simple = {
        field: entry[field]
        for field in ("id", "role", "geometry", "visible", "boundary", "level", "result_id")
        if field in entry
    }
    labels = {plain["name"]: shipped(plain["label"]) for plain in entry.get("columns", ())}
    return Layer(
        **simple, name=shipped(entry["name"]), group=shipped(entry.get("group", "")),
        columns=tuple(_column(plain, labels) for plain in entry.get("columns", ())),
        indicators=tuple(
            Indicator(**{**plain, "source": _source(plain["source"])} | _said(plain, ("label", "help", "domain", "universe")))
            for plain in entry.get("indicators", ())
        ),
        sources=tuple(map(_source, entry.get("sources", ()))),
        style=LayerStyle(**{name: _frozen(value) for name, value in entry.get("style", {}).items()}),
        notes=tuple(map(shipped, entry.get("notes", ()))),
        known_of=tuple(KnownOf(**{**plain, "source": named(plain.get("source", ""))}) for plain in entry.get("known_of", ())),
    )


def texts_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Every text of a description file that is said in the reader's language, for translators."""
    return tuple(dict.fromkeys(_texts(layer_from_plain(entry)))) + tuple(
        template for templates in entry.get("templates", {}).values() for template in templates)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Said):
        if value.key and not value.values:
            yield value.key
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif has(type(value)):
        for part in fields(type(value)):
            yield from _texts(getattr(value, part.name))


def _said(plain: Mapping[str, Any], names: Sequence[str]) -> dict[str, Said]:
    return {name: shipped(plain[name]) for name in names if name in plain}


def _source(plain: Mapping[str, Any]) -> Source:
    kept = {name: named(plain[name]) for name in ("title", "publisher") if name in plain}
    return Source(**{**plain, **kept, **_said(plain, ("vintage", "licence", "universe", "note"))})


def _column(plain: Mapping[str, Any], labels: Mapping[str, Said]) -> Column:
    """A column; beside a measure, its margin and its reasons are called after it."""
    judged = {"judgement": Judgement(**plain["judgement"])} if "judgement" in plain else {}
    column = Column(**{**plain, **judged, **_said(plain, ("label", "help"))})
    for suffix in (MOE_SUFFIX, REASON_SUFFIX):
        measure = labels.get(column.name.removesuffix(suffix))
        if column.name.endswith(suffix) and measure is not None:
            label = margin_label(measure) if suffix == MOE_SUFFIX else reason_label(measure)
            return evolve(column, label=label) if label == column.label else column
    return column


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _description(folder: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ProjectError(
            say("The starter '{starter}' has no readable description.", starter=named(folder.name)), say("Install EcoMap again."), {"why": str(problem)}
        ) from problem
    if document.get("format") != FORMAT:
        raise ProjectError(
            say("The starter '{starter}' is written in format {found}, this EcoMap reads {known}.", starter=named(folder.name), found=named(document.get('format')), known=FORMAT),
            say("Install EcoMap again."),
        )
    return document


def _with_census(layer: Layer, rows: Any) -> tuple[Layer, Any]:
    """Census tracts say whose boundaries they have, told by codes that only one census has, as for any imported file."""
    from ecomap.io.importers.columns.need.census import census_column, census_of_areas  # heavy

    found = census_of_areas(rows) if layer.role == NEED_AREA and CENSUS not in rows else None
    if found is None or not found.value:
        return layer, rows
    ordered = [*(name for name in rows.columns if name != GEOMETRY), CENSUS, GEOMETRY]
    return evolve(layer, columns=(*layer.columns, census_column())), rows.assign(**{CENSUS: found.value})[ordered]


def _rows(path: Path, layer: Layer, entry: dict[str, Any], crs: str) -> Any:
    """The rows of one layer, typed as the description says."""
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy
    import shapely  # heavy

    types: dict[str, str] = entry["types"]
    numbers = [column for column, kind in types.items() if kind == "number"]
    dtypes = {column: "float64" if kind == "number" else "str" for column, kind in types.items()}
    try:
        table = pd.read_csv(
            path, dtype={**dtypes, GEOMETRY: "str"}, keep_default_na=False, na_values={name: [""] for name in numbers},
            encoding="utf-8",
        )
    except (OSError, ValueError) as problem:
        raise ProjectError(
            say("The starter's layer '{layer}' cannot be read.", layer=layer.name), say("Install EcoMap again."), {"why": str(problem)}
        ) from problem
    flags = {column: table[column] == "yes" for column, kind in types.items() if kind == "flag"}
    table = table.assign(**flags)
    if len(table) != entry["rows"] or table["id"].duplicated().any():
        raise ProjectError(say("The starter's layer '{layer}' is not whole.", layer=layer.name), say("Install EcoMap again."))
    table = table.assign(**{
        column: pd.Series(_all_worded(table[column].tolist(), templates), index=table.index, dtype=object)
        for column, templates in entry.get("templates", {}).items()
    })
    if layer.geometry == NO_GEOMETRY:
        return table
    shapes = shapely.from_wkt([text or None for text in table[GEOMETRY]])
    return gpd.GeoDataFrame(table.drop(columns=GEOMETRY), geometry=shapes, crs=crs)


def _all_worded(texts: Sequence[str], templates: Sequence[str]) -> list[Said]:
    """Every cell of a column as its message; cells that say the same are one."""
    said = {text: worded(text, templates) for text in dict.fromkeys(texts)}
    return [said[text] for text in texts]


def worded(text: str, templates: Sequence[str]) -> Said:
    """A cell that was written by one of the description's templates, as that message again; any other is a name.

    >>> made = worded("Census tract 1011.10", ["Census tract {number}"])
    >>> made, made.key, made.values["number"]
    ('Census tract 1011.10', 'Census tract {number}', '1011.10')
    """
    for template in templates:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, text):
            return shipped(template, **{blank: named(value) for blank, value in found.groupdict().items()})
    return named(text)
