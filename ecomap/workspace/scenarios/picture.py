"""A comparison on the map: the need areas coloured by who gains and who loses, and each side with the ground that nothing reaches."""

from __future__ import annotations

import math
from typing import Any, Final

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.style import CATEGORISED, GRADUATED, SINGLE, LayerStyle
from ecomap.model.units import format_number
from ecomap.workspace.scenarios.comparing import Comparison
from ecomap.workspace.scenarios.sides import Side

Placed = tuple[Layer, Any]
CHANGE: Final = "change_class"
SIGN: Final = "change_sign"
GAP_SUFFIX: Final = ":gap"      # after the id of the need layer: the ground out of reach on one side
_HALF: Final = 0.5              # of a person: less is no change
# Brown to teal by lightness and hue (ColorBrewer BrBG): told apart with every kind of colour vision.
_LOSING: Final = ("#8C510A", "#C58C3F", "#EBD3A0")
_GAINING: Final = ("#B7DDD7", "#4FA79C", "#01665E")
_SAME: Final = "#F2F3F4"


def difference_layer(project: Project, comparison: Comparison) -> Placed | None:
    """The need areas coloured by their net change, hatched where it is not known; + and - are written on them.

    The layer keeps the id of the need layer, in whose place it stands, so that a click on it is a click on the area.
    """
    layer = _need_layer(project)
    if layer is None:
        return None
    table = comparison.table("areas").frame
    net = dict(zip(table[v.ID].astype(str), table["net"].astype(float)))
    frame = project.frame(layer.id)
    values = [net.get(key, math.nan) for key in frame[v.ID].astype(str)]
    low, high = _steps([abs(value) for value in values if abs(value) >= _HALF])
    words = _class_words(low, high)
    told = [_class_of(value, low, high, words) for value in values]
    signs = ["" if value != value or abs(value) < _HALF else "+" if value > 0 else "−" for value in values]
    shown = frame.assign(**{CHANGE: _messages(told, frame.index), SIGN: signs})
    most = sorted(range(len(values)), key=lambda row: -abs(values[row]) if values[row] == values[row] else 0.0)  # signs are written as long as there is room
    shown = shown.iloc[most].reset_index(drop=True)
    colours = (*_LOSING, _SAME, *_GAINING)
    style = LayerStyle(
        kind=CATEGORISED, column=CHANGE, fill="white", line="#FFFFFF", line_width=0.5, fill_opacity=0.94, label_column=SIGN,
        symbols=tuple((str(word), colour, "") for word, colour in zip(words, colours)))
    who = comparison.a.counted.who
    called = say("Change in how many {who} have it in reach", who=who)
    return evolve(layer, name=called, style=style, visible=True, indicators=(), boundary=""), shown


def side_layers(project: Project, side: Side) -> tuple[Placed, ...]:
    """What one side has of its own on a map: the ground out of reach as a surface; where that is not known by ground, its areas by share."""
    layer, counted = _need_layer(project), side.counted
    if layer is None:
        return ()
    frame = project.frame(layer.id)
    place = {key: row for row, key in enumerate(counted.ids)}
    rows = [place.get(key, -1) for key in frame[v.ID].astype(str)]
    if counted.gap is not None and counted.ground is not None:
        gap = frame[[one for one in (v.ID, v.NAME) if one in frame]].assign(**{v.GEOMETRY: [counted.gap[row] if row >= 0 else None for row in rows]})
        import geopandas as gpd  # heavy

        held = gpd.GeoDataFrame(gap, geometry=v.GEOMETRY, crs=frame.crs)
        held = held[~(held.geometry.isna() | held.geometry.is_empty)].reset_index(drop=True)
        style = LayerStyle(kind=SINGLE, fill="result", fill_opacity=0.1, pattern="lines", line="result", line_width=0.0)
        return ((Layer(layer.id + GAP_SUFFIX, say("No {target} in reach", target=counted.what), v.RESULT, POLYGON, style=style), held),)
    out = [1.0 - float(counted.served[row]) if row >= 0 else math.nan for row in rows]
    style = LayerStyle(
        kind=GRADUATED, column=CHANGE, palette="magentas", scheme="fixed", breaks=(0.2, 0.4, 0.6, 0.8, 1.0), line="#FFFFFF", line_width=0.5, fill_opacity=0.9,
        class_labels=tuple(say("{low}-{high} %", low=low, high=low + 20) for low in range(0, 100, 20)))
    return ((evolve(layer, name=say("Without it"), style=style, visible=True, indicators=(), boundary=""), frame.assign(**{CHANGE: out})),)


def pictures_of(project: Project, comparison: Comparison) -> dict[int, Any]:
    """The layers that a comparison is drawn by: -1 the difference, 0 and 1 what its sides have of their own."""
    return {-1: difference_layer(project, comparison), 0: side_layers(project, comparison.a), 1: side_layers(project, comparison.b)}


def of_side(project: Project, side: Side, layer: Layer) -> Any:
    """The rows of a layer as a side has them."""
    return side.project.frames[layer.id] if side.project.has_layer(layer.id) else project.frame(layer.id)


def without_words(comparison: Comparison, which: int) -> Said:
    """How many of those counted have it on A (0) or B (1), in a line."""
    figure = next((one for one in comparison.result.figures if one.name == ("in_reach_before", "in_reach_after")[which]), None)
    if figure is None or figure.value is None:
        return NOTHING
    return say("{n} {who} have it in reach", n=format_number(figure.value), who=comparison.a.counted.who)


def _need_layer(project: Project) -> Layer | None:
    return next((one for one in project.layers_of(v.NEED_AREA) if not one.result_id), None)


def _steps(changes: list[float]) -> tuple[float, float]:
    """Two round numbers that part the changes into thirds."""
    if not changes:
        return 1.0, 2.0
    ordered = sorted(changes)
    low, high = (_round(ordered[min(int(len(ordered) * share), len(ordered) - 1)]) for share in (1 / 3, 2 / 3))
    return low, max(high, low + 1.0)


def _round(value: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten, at least 1."""
    if value <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return min((1.0, 2.0, 5.0, 10.0), key=lambda step: abs(step * power - value)) * power


def _class_words(low: float, high: float) -> tuple[Said, ...]:
    """From most lost to most gained."""
    one, other = format_number(low), format_number(high)
    return (
        say("loses more than {high}", high=other), say("loses {low} to {high}", low=one, high=other), say("loses up to {low}", low=one), say("no change"),
        say("gains up to {low}", low=one), say("gains {low} to {high}", low=one, high=other), say("gains more than {high}", high=other),
    )


def _class_of(value: float, low: float, high: float, words: tuple[Said, ...]) -> Said | None:
    if value != value:
        return None
    if abs(value) < _HALF:
        return words[3]
    step = 1 if abs(value) <= low else 2 if abs(value) <= high else 3
    return words[3 + step] if value > 0 else words[3 - step]


def _messages(told: list[Said | None], index: Any) -> Any:
    """A column of messages that stay messages."""
    import pandas as pd  # heavy

    return pd.Series(told, index=index, dtype=object)
