"""Newer numbers on the areas of another census, carried over to the areas of a layer with the project's table of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.roles import role
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.model.vocabulary import ID, MOE_SUFFIX, REASON_SUFFIX, TRACT_RELATIONSHIP
from ecomap.workspace.newer.arriving import numbers_of
from ecomap.workspace.newer.news import Arrival, OtherCensus
from ecomap.workspace.vintages import carry_over

if TYPE_CHECKING:
    from ecomap.io.importers.steps.carrying_over import Numbers


def carried(project: Project, layer_id: str, arrival: Arrival, census: OtherCensus) -> Arrival:
    """The newer list as columns of the layer's own areas, with what was split, merged and lost in its report.

    Raises
    ------
    InputError
        If no table of the project leads from the one census to the other.
    """
    from ecomap.io.importers.steps.carrying_over import (
        left_out,
        nothing_carried,
        numbers_among,
        related,
        with_quotients,
    )

    found = related(project, census.new, census.old)
    if found is None:
        raise InputError(say("The project has no table that leads from tracts of {old} to those of {new}.", old=kept(census.new), new=kept(census.old)),
                         say("Import a relationship file of the Census Bureau first, as '{role}'.", role=role(TRACT_RELATIONSHIP).label))
    old, frame = project.layer(layer_id), project.frame(layer_id)
    newer, described = arrival.imported.frame, arrival.imported.layer
    told = _told_of(newer)
    columns = {column: described.column(column) for column in told}
    what = numbers_among(told, columns)
    import pandas as pd  # heavy

    rows = pd.DataFrame({ID: newer[ID].astype(str), **{column: newer[column] for column in what.with_margins}}).reset_index(drop=True)
    pairs = found[1][found[1].iloc[:, 0].isin(rows[ID])].reset_index(drop=True)
    here = frozenset(frame[ID].astype(str))
    values, lines = carry_over(rows, pairs, to=census.old, on=here, extensive=what.extensive, intensive=what.intensive, margins=what.margins,
                               people=what.people, labels={column: columns[column].label for column in what.names})
    values = with_quotients(values, what, described.indicators)
    layer, table = _on_areas_of(old, frame, described, values.set_index(ID), what)
    said = (*lines, *left_out(told, columns, what), *nothing_carried(len(here - set(values[ID]))))
    report = evolve(arrival.imported.report, lines=(*arrival.imported.report.lines, *said))
    return evolve(arrival, imported=evolve(arrival.imported, layer=layer, frame=table, report=report), brought=frozenset(what.names))


def _told_of(newer: Any) -> dict[str, Any]:
    """The columns of numbers of the newer list, each with its margin."""
    numbers = numbers_of(newer)
    return {column: newer[column] for column in (*numbers, *(one + MOE_SUFFIX for one in numbers)) if column in newer}


def _on_areas_of(old: Layer, frame: Any, new: Layer, values: Any, what: Numbers) -> tuple[Layer, Any]:
    """The layer's areas with the carried numbers in the place of those of the same name; the others stay, of their own year."""
    at = values.reindex(frame[ID].astype(str))
    columns = {}
    for column in what.names:
        columns[column] = at[column].to_numpy()
        columns[column + REASON_SUFFIX] = at[column].isna().map({True: "not_reported", False: ""}).astype("str").to_numpy()
        if column in what.margins:
            columns[what.margins[column]] = at[what.margins[column]].to_numpy()
    taken = set(columns)
    described = (*(one for one in old.columns if one.name not in taken), *(one for one in new.columns if one.name in taken))
    indicators = (*(one for one in old.indicators if one.column not in taken), *(one for one in new.indicators if one.column in taken))
    layer = evolve(new, id=old.id, columns=described, indicators=indicators, sources=tuple(dict.fromkeys((*old.sources, *new.sources))),
                   style=old.style, boundary=old.boundary)
    return layer, frame.assign(**columns)
