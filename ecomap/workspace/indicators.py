"""Which way an indicator of need runs, as a person says it: +1, a higher value means more need; -1, less."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, name, say
from ecomap.model.source import Source

_UNITS = ("share", "usd", "per_10000", "ug_m3", "score", "count")


def with_directions(project: Project, layer_id: str, directions: Mapping[str, int]) -> Project:
    """The project with columns of a layer counted as indicators of need, each in the direction that was said.

    Parameters
    ----------
    directions : mapping
        Column (as in the file or in the layer) -> +1, a higher value means more need, or -1, less.

    Raises
    ------
    InputError
        If there is no such column of numbers, or a direction is neither.
    """
    layer = project.layer(layer_id)
    found = {one.column: one for one in layer.indicators}
    for wanted, direction in directions.items():
        if direction not in (1, -1):
            raise InputError(say("'{column}' cannot run in the direction {direction}.", column=name(wanted), direction=name(direction)),
                             say("Say 1 where a higher value means more need, -1 where it means less."))
        column = _column(project, layer, wanted)
        known = found.get(column)
        found[column] = evolve(known, direction=direction) if known else _indicator(layer, column, direction)
    return project.with_layer_changed(evolve(layer, indicators=tuple(found.values())))


def _column(project: Project, layer: Layer, wanted: str) -> str:
    numbers = [str(column) for column in project.frame(layer.id).select_dtypes("number", exclude="bool").columns]
    meant = [column for column in numbers if _plain(wanted) in (_plain(column), _plain(layer.column(column).label))]
    if not meant:
        raise InputError(say("'{layer}' has no column of numbers called '{column}'.", layer=layer.name, column=name(wanted)),
                         say("Columns of numbers: {columns}.", columns=joined(numbers, ", ")), {"column": wanted})
    return meant[0]


def _indicator(layer: Layer, column: str, direction: int) -> Indicator:
    described = layer.column(column)
    label: Said = described.label
    return Indicator(
        column=column, label=label, unit=described.unit if described.unit in _UNITS else "score", direction=direction,
        source=layer.sources[0] if layer.sources else Source(layer.name), moe_column=described.moe,
    )


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text).strip("_").casefold()
