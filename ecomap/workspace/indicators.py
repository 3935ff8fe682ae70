"""What counts as need and which way it runs, as a person says it: +1, a higher value means more need; -1, less; 0, not counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from ecomap.model.errors import InputError
from ecomap.model.indicator import BY_PERSON, Indicator
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED
from ecomap.model.understanding import ColumnUse
from ecomap.model.vocabulary import CHILDREN, ID, MOE_SUFFIX, NEED_AREA, POPULATION

_UNITS = ("share", "usd", "per_10000", "ug_m3", "score", "count", "min")
COUNTED, OFFERED, PLAIN = "counted", "offered", "plain"
_DIRECTIONS = (1, -1, 0)


@frozen
class OfferedColumn:
    """A column of numbers of a layer that counts as need or could.

    Parameters
    ----------
    state : {"counted", "offered", "plain"}
        Offered: it could measure need, and nobody has said which way; plain: a count, a rank, who lives there.
    direction : {1, -1, 0}
        0 where it is not counted.
    settled_by : {"dictionary", "name", "person", ""}
    why : Said
        Why it is or is not counted.
    hint : Said
        How it runs against what is counted; a hint never decides.
    """

    column: str
    label: Said
    unit: str
    state: str
    direction: int = 0
    settled_by: str = ""
    why: Said = NOTHING
    hint: Said = NOTHING


def with_directions(project: Project, layer_id: str, directions: Mapping[str, int]) -> Project:
    """The project with columns of a layer counted as indicators of need, each in the direction that was said, or no more.

    Parameters
    ----------
    directions : mapping
        Column (as in the file or in the layer) -> +1, a higher value means more need; -1, less; 0, not counted.

    Raises
    ------
    InputError
        If there is no such column of numbers, or a direction is none of these.
    """
    layer = project.layer(layer_id)
    found = {one.column: one for one in layer.indicators}
    for wanted, direction in directions.items():
        if direction not in _DIRECTIONS:
            raise InputError(say("'{column}' cannot run in the direction {direction}.", column=name(wanted), direction=name(direction)),
                             say("Say 1 where a higher value means more need, -1 where it means less, 0 where it does not count."))
        column = _column(project, layer, wanted)
        known = found.get(column)
        if not direction:
            found.pop(column, None)
        else:
            found[column] = evolve(known, direction=direction, settled_by=BY_PERSON) if known else _indicator(layer, column, direction)
    return project.with_layer_changed(_drawn(evolve(layer, indicators=tuple(found.values()))))


def with_indicator_named(project: Project, layer_id: str, column: str, label: str) -> Project:
    """The project with a column of a layer called otherwise, as an indicator too where it is one.

    Raises
    ------
    InputError
        If there is no such column of numbers, or the name is empty.
    """
    if not label.strip():
        raise InputError(say("A column needs a name."), say("Give it a name that the others at the table will understand."))
    layer, called = project.layer(layer_id), name(label.strip())
    column = _column(project, layer, column)
    described = any(one.name == column for one in layer.columns)
    columns = layer.columns if described else (*layer.columns, layer.column(column))
    return project.with_layer_changed(evolve(
        layer, columns=tuple(evolve(one, label=called) if one.name == column else one for one in columns),
        indicators=tuple(evolve(one, label=called) if one.column == column else one for one in layer.indicators)))


def offered(project: Project, layer_id: str) -> tuple[OfferedColumn, ...]:
    """Every column of numbers of a layer of need areas: whether it counts, which way and by whose word, or why not.

    Those that count come first, then those that could, then the rest.
    """
    from ecomap.io.importers.columns.need.open_columns import hint_of, need_of  # heavy

    layer, frame = project.layer(layer_id), project.frame(layer_id)
    need = need_of(project, layer_id)
    found = []
    for column in _numbers(project, layer):
        if column.endswith(MOE_SUFFIX) or column in (POPULATION, CHILDREN):
            continue
        one = _offered(layer, column, frame[column])
        if one.state == OFFERED and need is not None:
            one = evolve(one, hint=hint_of(frame[column].set_axis(frame[ID].to_numpy()), need))
        found.append(one)
    order = (COUNTED, OFFERED, PLAIN)
    return tuple(sorted(found, key=lambda one: order.index(one.state)))


def _offered(layer: Layer, column: str, values: Any) -> OfferedColumn:
    from ecomap.io.importers.columns.need.verdicts import KEPT, direction_words, not_said, verdict_of  # heavy

    described, counted = layer.column(column), layer.indicator(column)
    if counted is not None:
        return OfferedColumn(column, counted.label, counted.unit, COUNTED, counted.direction, counted.settled_by, direction_words(counted.direction))
    verdict = verdict_of(column, values.astype(float), (), {})
    state = PLAIN if verdict.kind == KEPT else OFFERED
    return OfferedColumn(column, described.label, described.unit, state, why=verdict.why if state == PLAIN else not_said())


def _drawn(layer: Layer) -> Layer:
    """A layer that is drawn in one plain colour is drawn by its first indicator from now on."""
    if not layer.indicators or layer.style.kind == GRADUATED or layer.role != NEED_AREA:
        return layer
    first = layer.indicators[0]
    return evolve(layer, style=evolve(layer.style, kind=GRADUATED, column=first.column, least_is_darkest=first.direction < 0, palette="need",
                                      scheme="quantiles", classes=5))


def columns_meant(directions: Mapping[str, int], uses: Sequence[ColumnUse]) -> dict[str, int]:
    """Directions by the names that the columns of a file got in the layer; a name that is none of the file's stays."""
    became = {_plain(use.column): use.field for use in uses if use.field}
    return {became.get(_plain(wanted), wanted): direction for wanted, direction in directions.items()}


def _column(project: Project, layer: Layer, wanted: str) -> str:
    numbers = _numbers(project, layer)
    meant = [column for column in numbers if _plain(wanted) in (_plain(column), _plain(layer.column(column).label))]
    if not meant:
        raise InputError(say("'{layer}' has no column of numbers called '{column}'.", layer=layer.name, column=name(wanted)),
                         say("Columns of numbers: {columns}.", columns=joined(numbers, ", ")), {"column": wanted})
    return meant[0]


def _numbers(project: Project, layer: Layer) -> list[str]:
    return [str(column) for column in project.frame(layer.id).select_dtypes("number", exclude="bool").columns]


def _indicator(layer: Layer, column: str, direction: int) -> Indicator:
    described = layer.column(column)
    label: Said = described.label
    return Indicator(
        column=column, label=label, unit=described.unit if described.unit in _UNITS else "score", direction=direction,
        source=layer.sources[0] if layer.sources else Source(layer.name), moe_column=described.moe,
        settled_by=BY_PERSON,
    )


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text).strip("_").casefold()
