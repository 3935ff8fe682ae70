"""What the columns of a layer say of people on their way out: as somebody judged them, or judged now where nobody has looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from attrs import evolve

from ecomap.model import people
from ecomap.model import vocabulary as v
from ecomap.model.judgement import COUNT, NOBODY, PERSON, SHARE, Judgement
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from ecomap.model.people import Cells
from ecomap.model.project import Project
from ecomap.model.pupils import PUPILS
from ecomap.model.said import NOTHING

_BESIDE: Final = (v.REASON_SUFFIX, v.MOE_SUFFIX, v.ALLOCATION_SUFFIX)
_KEPT: Final = frozenset({v.ID, v.NAME, v.GEOMETRY, v.SCHOOL_ID, v.AREA_ID})
_LOOKED_AT: Final = 400
_KNOWN: Final = "person"  # how an indicator was settled that a person chose


def judgements_of(layer: Layer, frame: Any) -> dict[str, Judgement]:
    """Column -> what it says of people, for the columns of a layer that were brought in; none for EcoMap's own answers."""
    if layer.result_id:
        return {}
    role = _role(layer, frame)
    open_, found = {}, {}
    for name in (str(name) for name in frame.columns if name not in _KEPT):
        column = layer.column(name)
        if column.judgement is not None:
            found[name] = column.judgement
        elif (layer.role, name) in people.OF_PERSONS:
            found[name] = Judgement(PERSON)
        elif column.unit == PUPILS:
            found[name] = Judgement(COUNT)
        elif not column.label.key and not _beside(name, frame):
            open_[name] = column
    if not open_:
        return found
    cells = {name: _cells(frame, name) for name in open_}
    among = any(one.holds == COUNT for one in found.values()) or any(people.PEOPLE in people.kinds_of(heading_of(column)) and cells[name].numbers
                                                                     for name, column in open_.items())
    return found | {name: _judged(layer, frame, column, cells[name], role, among) for name, column in open_.items()}


def heading_of(column: Column) -> str:
    """What a column is called by others; by EcoMap, where its label is a message."""
    return f"{column.label}" if column.label != NOTHING and not column.label.key else column.name


def with_counts_as_numbers(project: Project) -> Project:
    """The project with counts that stand among words as numbers, so that they are protected; the words stay as their reasons."""
    for layer in project.layers:
        frame = project.frame(layer.id)
        texts = [name for name, one in judgements_of(layer, frame).items()
                 if one.holds in (COUNT, SHARE) and name in frame and not _is_numeric(frame[name])]
        changes: dict[str, Any] = {}
        for name in texts:
            cells = frame[name].astype(object).where(frame[name].notna(), "").astype(str)
            numbers = pd.Series([people.number_in(text) for text in cells.tolist()], index=frame.index, dtype=float)
            if numbers.notna().any():
                changes |= {name: numbers, name + v.REASON_SUFFIX: cells.where(numbers.isna(), "")}
        if changes:
            known = {column.name for column in layer.columns}
            more = tuple(evolve(layer.column(name.removesuffix(v.REASON_SUFFIX)), name=name, unit="", judgement=None, hidden=True)
                         for name in changes if name.endswith(v.REASON_SUFFIX) and name not in known)
            project = project.with_layer(evolve(layer, columns=(*layer.columns, *more)), frame.assign(**changes))
    return project


def _role(layer: Layer, frame: Any) -> str:
    """The role its rows speak of: tables by school speak of schools."""
    return v.SCHOOL if layer.geometry == NO_GEOMETRY and v.SCHOOL_ID in frame and layer.role not in people.SILENT else layer.role


def _judged(layer: Layer, frame: Any, column: Column, cells: Cells, role: str, among: bool) -> Judgement:
    heading, name = heading_of(column), column.name
    words = heading if people.kinds_of(heading) else name
    if people.judged_person(words, _texts(frame[name]), role, _is_numeric(frame[name])):
        return Judgement(PERSON)
    indicator = layer.indicator(name)
    published = indicator is not None and indicator.settled_by != _KNOWN and people.PEOPLE not in people.kinds_of(words)
    margin = bool(column.moe) or name + v.MOE_SUFFIX in frame
    return people.judged_number(words, cells, role, unit=column.unit, margin=margin, published=published, among_people=among) or Judgement(NOBODY)


def _beside(name: str, frame: Any) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in frame for end in _BESIDE)


def _is_numeric(values: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype)) and not pd.api.types.is_bool_dtype(values.dtype)


def _texts(values: Any) -> list[str]:
    told = values.dropna().head(_LOOKED_AT)
    return [f"{value:.0f}" for value in told] if _is_numeric(values) else [str(value) for value in told]


def _cells(frame: Any, name: str) -> Cells:
    values = frame[name]
    if pd.api.types.is_bool_dtype(values.dtype):
        return Cells()
    enrolled = frame[v.ENROLLMENT].astype(float) if v.ENROLLMENT in frame and _is_numeric(frame[v.ENROLLMENT]) else None
    if _is_numeric(values):
        return people.cells_of(values.astype(float), enrolled)
    if not people.counted_texts([str(value) for value in values.dropna().iloc[::-(-len(values) // _LOOKED_AT) or 1]]):
        return Cells()
    return people.cells_of(pd.Series([people.number_in(str(text)) for text in values.dropna().tolist()], dtype=float))


def parts_of(judged: Mapping[str, Judgement]) -> frozenset[str]:
    """The columns with parts of counted people."""
    return frozenset(name for name, one in judged.items() if one.holds == SHARE)
