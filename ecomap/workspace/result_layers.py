"""A result on the map: which of its tables become layers, where they stand and what they push aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED, SINGLE, LayerStyle
from ecomap.model.vocabulary import GEOMETRY, ID, NAME, RESULT
from ecomap.workspace.inputs import SEVERAL

GAP_COLOUR = "#B3005E"
GROUPS: Mapping[str, str] = {"need": "Need", "gaps": "Gaps", "plan": "Plan", "assets": "Assets", "money": "Money"}
# Which other answers' points and outlines a new one switches off; a plan builds on its gaps, so both stay together.
_PUSHED: Mapping[str, tuple[str, ...]] = {
    "gaps": ("assets", "money"),
    "plan": ("assets", "money"),
    "assets": ("gaps", "plan", "assets", "money"),
    "money": ("gaps", "plan", "assets", "money"),
}


def with_result_layers(
    project: Project, result: Result, inputs: Mapping[str, Sequence[Layer]], step: str, top: int
) -> Project:
    """The project with a result and its map layers; what they supersede is switched off, never removed.

    Parameters
    ----------
    inputs : mapping
        Input name -> layers the analysis was given, to find the places that a table without geometry speaks of.
    step : str
        The step of the order of work; gives the heading in the layer tree.
    top : int
        How many rows of a ranked list of places are drawn.
    """
    from ecomap.analysis.columns import RANK  # heavy

    before = {layer.id for layer in project.layers if layer.result_id == result.id}
    project = _step_back(project, result)
    project = project.with_result(result)
    made: set[str] = set()
    for output in result.outputs:
        placed = _placed(project, output, inputs)
        if placed is None:
            continue
        frame, geometry, joined = placed
        layer = _layer(result, output, geometry, joined, GROUPS.get(step, "Results"))
        layer = evolve(layer, visible=_shown(project, output, layer, step, made))
        if RANK in frame and geometry == POINT:
            frame = frame[frame[RANK] <= top].sort_values([RANK, ID]).reset_index(drop=True)
        if project.has_layer(layer.id):
            layer = evolve(layer, style=project.layer(layer.id).style, visible=True if layer.visible else
                           project.layer(layer.id).visible)
        made.add(layer.id)
        project = project.with_layer(layer, frame, _position(project, layer, joined))
        if layer.visible and _filled(layer) and joined:
            project = _hide(project, joined)
    for gone in before - made:
        project = project.without_layer(gone)
    return _alone(project, result, step, made)


def _step_back(project: Project, result: Result) -> Project:
    """Switch off the layers of earlier answers to the same question."""
    same = {old.id for old in project.results if old.analysis == result.analysis and old.id != result.id}
    return _hide(project, [layer for layer in project.layers if layer.result_id in same])


def _alone(project: Project, result: Result, step: str, made: set[str]) -> Project:
    """One answer at a time over the need map: a new one that shows something switches off what lies beside it."""
    if not any(project.layer(layer_id).visible for layer_id in made):
        return project
    pushed = {GROUPS[other] for other in _PUSHED.get(step, ())}
    return _hide(project, [
        layer for layer in project.layers
        if layer.result_id and layer.result_id != result.id and layer.group in pushed and not _filled(layer)
    ])


def _hide(project: Project, layers: Sequence[Layer]) -> Project:
    for layer in layers:
        current = project.layer(layer.id)
        if current.visible:
            project = project.with_layer_changed(evolve(current, visible=False))
    return project


def _placed(
    project: Project, output: Output, inputs: Mapping[str, Sequence[Layer]]
) -> tuple[Any, str, tuple[Layer, ...]] | None:
    """The rows of an output with their geometry, its kind, and the layers it was taken from."""
    joined = _joined(project, output, inputs)
    if output.geometry != NO_GEOMETRY:
        return output.frame, output.geometry, joined
    if not joined:
        return None
    return _with_geometry(project, output.frame, joined), joined[0].geometry, joined


def _joined(project: Project, output: Output, inputs: Mapping[str, Sequence[Layer]]) -> tuple[Layer, ...]:
    """The layers an output shares its ids with: ``joins`` is a layer id, several joined by "+", an input or a role."""
    if output.joins in inputs:
        named = [layer.id for layer in inputs[output.joins]]
    else:
        named = output.joins.split(SEVERAL)
        named += [layer.id for layers in inputs.values() for layer in layers if layer.role == output.joins]
    layers = [project.layer(layer_id) for layer_id in dict.fromkeys(named) if project.has_layer(layer_id)]
    return tuple(layer for layer in layers if layer.geometry != NO_GEOMETRY)


def placed_frame(project: Project, output: Output) -> Any:
    """The rows of an output with the places they speak of, as far as the project still has them."""
    placed = _placed(project, output, {})
    return output.frame if placed is None else placed[0]


def _with_geometry(project: Project, frame: Any, joined: Sequence[Layer]) -> Any:
    """Join by key: geometry, and the name where the output has none. Rows without a place are left out."""
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    columns = [ID, GEOMETRY] + ([NAME] if NAME not in frame else [])
    places = []
    for layer in joined:
        place = project.frame(layer.id)
        place = place.rename_geometry(GEOMETRY) if place.geometry.name != GEOMETRY else place
        places.append(place[columns])
        if len(joined) > 1:
            places.append(place[columns].assign(**{ID: layer.id + "/" + place[ID].astype(str)}))
    every = pd.concat(places, ignore_index=True).drop_duplicates(ID)
    left = frame.drop(columns=GEOMETRY, errors="ignore")
    rows = left.merge(every, on=ID, how="inner", validate="one_to_one")
    return gpd.GeoDataFrame(rows, geometry=GEOMETRY, crs=project.crs)


def _layer(result: Result, output: Output, geometry: str, joined: Sequence[Layer], group: str) -> Layer:
    provenance = result.provenance
    sources: tuple[Source, ...] = provenance.sources if provenance else ()
    boundary = output.boundary or next((layer.boundary for layer in joined if layer.boundary), "")
    return Layer(
        id=f"{result.id}-{output.name}".replace("_", "-"),
        name=output.title,
        role=RESULT,
        geometry=geometry,
        columns=_columns(output),
        sources=sources,
        style=output.style or _plain_style(geometry),
        boundary=boundary,
        group=group,
        result_id=result.id,
        notes=(result.sentence,),
    )


def _columns(output: Output) -> tuple[Column, ...]:
    named = {column.name for column in output.columns}
    return (*(() if NAME in named else (Column(NAME, "Name"),)), *output.columns)


def _plain_style(geometry: str) -> LayerStyle:
    if geometry == POLYGON:
        return LayerStyle(kind=SINGLE, line=GAP_COLOUR, line_width=1.6)
    return LayerStyle(kind=SINGLE, fill=GAP_COLOUR, line="#FFFFFF", size=10.0)


def _filled(layer: Layer) -> bool:
    return layer.geometry == POLYGON and (layer.style.kind == GRADUATED or bool(layer.style.fill))


def _shown(project: Project, output: Output, layer: Layer, step: str, made: set[str]) -> bool:
    """Outlines and points are read over the need map and are shown; a second fill would cover it and waits.

    The need step brings the fill itself; elsewhere a fill shows only where no other fill does.
    """
    if not _filled(layer):
        return True
    if step == "need":
        return not any(_filled(project.layer(i)) and project.layer(i).visible for i in made)
    return not any(_filled(other) and other.visible for other in project.layers)


def _position(project: Project, layer: Layer, joined: Sequence[Layer]) -> int:
    """Points on top, outlines over every area, fills right above the layer they colour."""
    order = [other.id for other in project.layers]
    if layer.geometry == POINT:
        return 0
    if _filled(layer):
        places = [order.index(other.id) for other in joined if other.id in order]
        if places:
            return min(places)
    areas = [n for n, other in enumerate(project.layers) if other.geometry == POLYGON]
    return min(areas) if areas else len(order)
