"""Areas that only have codes are called after their neighbourhood or city: "South Park, tract 2397.02". What their publisher called them is kept."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import (
    CITY_NAME,
    GROUND,
    ID,
    KIND,
    NAME,
    NAME_GIVEN,
    NEED_AREA,
    NEIGHBOURHOOD,
)

MOSTLY: Final = 0.9   # of the names that must be codes
_GROUP_IN_WORDS: Final = re.compile(r"(?i)^block group (\d)\b.*?tract (\d+(?:\.\d+)?)")
_TRACT_IN_WORDS: Final = re.compile(r"(?i)^(?:census )?tract (\d+(?:\.\d+)?)\b(?!.*block)")
_CENSUS_CODE: Final = re.compile(r"^(?:1[45]0\d{4}US)?(?:\d{5})(\d{6})(\d?)$")
_OTHER_CODE: Final = re.compile(r"^(?=.*\d)[A-Za-z]{0,4}[-_ ]?[\d.\-]+[A-Za-z]?$")


@frozen
class Code:
    """The part of a name that only numbers an area: of a census tract, of a block group in it, or any other."""

    tract: str = ""
    group: str = ""
    other: str = ""


def code_of(text: str) -> Code | None:
    """The code that a name is made of; None where it is more than that.

    >>> code_of("Census Tract 2397.02, Los Angeles County, California"), code_of("060372397021"), code_of("S01006506").other
    (Code(tract='2397.02', group='', other=''), Code(tract='2397.02', group='1', other=''), 'S01006506')
    >>> code_of("Boyle Heights") is None
    True
    """
    text = text.strip()
    if found := _GROUP_IN_WORDS.match(text):
        return Code(found.group(2), found.group(1))
    if found := _TRACT_IN_WORDS.match(text):
        return Code(found.group(1))
    if found := _CENSUS_CODE.match(text):
        number = found.group(1)
        return Code(f"{int(number[:4])}.{number[4:]}" if number[4:] != "00" else str(int(number[:4])), found.group(2))
    return Code(other=text) if _OTHER_CODE.match(text) else None


def _in(place: str, code: Code) -> Said:
    if code.group:
        return say("{place}, tract {number}, block group {group}", place=named(place), number=named(code.tract), group=named(code.group))
    if code.tract:
        return say("{place}, tract {number}", place=named(place), number=named(code.tract))
    return say("{place}, {code}", place=named(place), code=named(code.other))


def _near(place: str, code: Code) -> Said:
    if code.group:
        return say("Near {place}, tract {number}, block group {group}", place=named(place), number=named(code.tract), group=named(code.group))
    if code.tract:
        return say("Near {place}, tract {number}", place=named(place), number=named(code.tract))
    return say("Near {place}, {code}", place=named(place), code=named(code.other))


def named_by_place(project: Project, *layer_ids: str) -> tuple[Project, tuple[ReportLine, ...]]:
    """Call the areas of these layers of need areas (all, if none is given) after the neighbourhoods and cities of the ground.

    Only layers whose names are codes; an area that no neighbourhood and no city holds is called after the nearest city, as
    near it, or keeps its name. Every name stays different from every other.
    """
    lines: list[ReportLine] = []
    layers = [layer for layer in project.layers_of(NEED_AREA) if not layer_ids or layer.id in layer_ids]
    places = _places(project) if layers else None
    for layer in layers:
        frame = project.frame(layer.id)
        codes = _codes(frame)
        if places is None or codes is None or NAME_GIVEN in frame.columns:
            continue
        names = _names(frame, codes, *places)
        changed = sum(new is not old for new, old in zip(names, frame[NAME].tolist()))
        if not changed:
            continue
        project = _with_names(project, layer, frame, names)
        lines.append(ReportLine("note", plural(
            "{n} area of '{layer}' is called after its neighborhood or city; what its publisher calls it is kept.",
            "{n} areas of '{layer}' are called after their neighborhoods and cities; what their publisher calls them is kept.", changed, layer=layer.name)))
    return project, tuple(lines)


def as_published(project: Project, layer_id: str) -> Project:
    """Call the areas of a layer again as their publisher does."""
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    if NAME_GIVEN not in frame.columns:
        return project
    rows = frame.assign(**{NAME: frame[NAME_GIVEN]}).drop(columns=NAME_GIVEN)
    return project.with_layer(evolve(layer, columns=tuple(column for column in layer.columns if column.name != NAME_GIVEN)), rows)


def _codes(frame: Any) -> list[Code | None] | None:
    """The code of every row's name, None where it has a name of its own; None altogether where most rows have."""
    if NAME not in frame.columns or not len(frame) or not hasattr(type(frame), "crs"):
        return None
    codes = [code_of(str(text)) for text in frame[NAME]]
    return codes if sum(code is not None for code in codes) >= MOSTLY * len(codes) else None


def _places(project: Project) -> tuple[list[str], Any, list[str], Any] | None:
    """Names and shapes of the neighbourhoods, and of the cities, of all grounds; None where there are none."""
    found: dict[str, list[tuple[str, Any]]] = {NEIGHBOURHOOD: [], CITY_NAME: []}
    for layer in project.layers_of(GROUND):
        frame = project.frame(layer.id)
        rows = frame[frame[KIND].isin(list(found)) & (frame[NAME].astype(str) != "") & frame.geometry.notna()]
        for kind, name, shape in zip(rows[KIND], rows[NAME], rows.geometry):
            found[kind].append((str(name), shape))
    if not any(found.values()):
        return None
    finer, coarser = found[NEIGHBOURHOOD], found[CITY_NAME]
    return [name for name, _ in finer], [shape for _, shape in finer], [name for name, _ in coarser], [shape for _, shape in coarser]


def _names(frame: Any, codes: list[Code | None], finer: list[str], finer_shapes: Any, coarser: list[str], coarser_shapes: Any) -> list[Any]:
    from ecomap.analysis.ground.within import placed_in  # heavy

    found = placed_in(frame.geometry.to_numpy(), finer_shapes, coarser_shapes)
    called = [*finer, *coarser]
    old = frame[NAME].tolist()
    out = [old[row] if code is None or place < 0 else (_near if near else _in)(called[place], code)
           for row, (code, place, near) in enumerate(zip(codes, found.place.tolist(), found.near.tolist()))]
    twice = {text for text, count in Counter(map(str, out)).items() if count > 1}
    return [say("{name} ({code})", name=name, code=named(str(key))) if str(name) in twice and name is not before else name
            for name, before, key in zip(out, old, frame[ID])]


def _with_names(project: Project, layer: Layer, frame: Any, names: list[Any]) -> Project:
    import pandas as pd  # heavy

    columns = list(frame.columns)
    columns.insert(columns.index(NAME) + 1, NAME_GIVEN)
    rows = frame.assign(**{NAME_GIVEN: frame[NAME], NAME: pd.Series(names, index=frame.index, dtype=object)})[columns]
    described = Column(NAME_GIVEN, say("As its publisher calls it"))
    return project.with_layer(evolve(layer, columns=(*layer.columns, described)), rows)


