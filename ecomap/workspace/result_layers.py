"""A result on the map: which of its tables become layers, where they stand and what they push aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column, Layer, ViewOf
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import Said, say
from ecomap.model.source import Source
from ecomap.model.style import CATEGORISED, GRADUATED, SINGLE, LayerStyle
from ecomap.model.vocabulary import ID, NAME, NEED_AREA, RANK, RESULT
from ecomap.workspace.inputs import SEVERAL
from ecomap.workspace.map_order import grouped, heading

GAP_COLOUR = "#B3005E"
GAP_OPACITY = 0.1  # of the fill between the lines
GROUPS: Mapping[str, Said] = {
    "need": say("Need"), "gaps": say("Gaps"), "plan": say("Plan"), "assets": say("Assets"), "money": say("Money"),
}
NEED_INDEX = "need-index"  # the fill that every other answer is read over
GAPS = "coverage-gap"      # what a plan that was asked the same builds on
# How the states of an answer look where its own style does not say: magenta for what it points at, greys for "no", and never
# the colour and shape of an approach.
_STATE_LOOKS: Mapping[str, tuple[str, str]] = {
    "gap": (GAP_COLOUR, "square"), "in every set": (GAP_COLOUR, "square"), "some held by several": (GAP_COLOUR, "square"),
    "contested": ("#8C5E00", "triangle"), "too uncertain to call": ("#8C5E00", "triangle"), "nobody now": ("#8C5E00", "triangle"),
    "one holder each": ("#3D4853", "square"), "no gap": ("#B8C0C8", "square"), "in no set": ("#B8C0C8", "square"),
    "too few to call": ("#7F8A95", "cross"), "no children counted": ("#7F8A95", "plus"), "no pupils counted": ("#7F8A95", "plus"), "no households counted": ("#7F8A95", "plus"),
    "no residents counted": ("#7F8A95", "plus"), "not reported": ("#B8C0C8", "square"),
}
_OTHER_LOOKS = ((GAP_COLOUR, "square"), ("#8C5E00", "triangle"), ("#3D4853", "cross"), ("#8E6BB0", "plus"), ("#B8C0C8", "square"))


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
    from ecomap.io.store.views import first_ranks  # heavy

    before = {layer.id for layer in project.layers if layer.result_id == result.id}
    project = _step_back(project, result)
    project = project.with_result(result)
    made: set[str] = set()
    for output in result.outputs:
        placed = _placed(project, output, inputs)
        if placed is None:
            continue
        frame, geometry, joined = placed
        layer = _layer(result, output, geometry, joined, GROUPS.get(step, say("Results")))
        layer = evolve(layer, group=_heading(layer, step))
        layer = evolve(layer, visible=_shown(project, result, output, layer, step, made))
        ranked = top if RANK in frame and geometry == POINT and len(frame) > top else 0
        frame = first_ranks(frame, ranked)
        borrowed = joined if output.geometry == NO_GEOMETRY else ()
        layer = evolve(layer, view=ViewOf(output.name, tuple(one.id for one in borrowed), ranked))
        if project.has_layer(layer.id):
            layer = evolve(layer, style=project.layer(layer.id).style, visible=True if layer.visible else
                           project.layer(layer.id).visible)
        made.add(layer.id)
        project = project.with_layer(layer, frame, _position(project, layer, joined))
        if layer.visible and _filled(layer) and joined:
            project = _hide(project, [*joined, *_coloured(inputs)])
    for gone in before - made:
        project = project.without_layer(gone)
    return _alone(project, result, step, made)


def shown_again(project: Project, result: Result, step: str) -> Project:
    """The project with an earlier answer back on the map in place of what came after it; nothing is computed.

    Its points, outlines and states come back; of its other fills only the main one, where the colours are the answer or it has
    none of those.
    """
    own = [layer for layer in project.layers if layer.result_id == result.id]
    wanted = [layer for layer in own if not _filled(layer) or (step != "need" and layer.style.kind == CATEGORISED)
              or (step != "need" and layer.what == result.main.title and not _outlined(result))]
    wanted = wanted or [layer for layer in own if layer.what == result.main.title] or own[:1]
    for layer in wanted:
        project = project.with_layer_changed(evolve(layer, visible=True))
    if any(_filled(layer) for layer in wanted):
        kept = {layer.id for layer in wanted}
        project = _hide(project, [layer for layer in project.layers if layer.id not in kept and _colours_areas(layer)])
    project = _step_back(project, result)
    return _alone(project, result, step, {layer.id for layer in wanted})


def _step_back(project: Project, result: Result) -> Project:
    """Switch off the layers of earlier answers to the same question."""
    same = {old.id for old in project.results if old.analysis == result.analysis and old.id != result.id}
    return _hide(project, [layer for layer in project.layers if layer.result_id in same])


def _alone(project: Project, result: Result, step: str, made: set[str]) -> Project:
    """One answer at a time over the need map: a new one that shows something switches off what earlier ones drew.

    The need index stays below every answer that does not bring a fill of its own, and comes back below it.
    """
    shown = [project.layer(layer_id) for layer_id in made if project.layer(layer_id).visible]
    if not shown:
        return project
    asked = {answer.id: answer.analysis for answer in project.results}
    stays = {other.id for other in project.results if _stays_beside(other, result, step)}
    covered = any(_filled(layer) for layer in shown)

    def is_base(layer: Layer) -> bool:
        return asked.get(layer.result_id) == NEED_INDEX and _filled(layer) and not covered

    others = [layer for layer in project.layers if layer.result_id and layer.result_id != result.id]
    project = _hide(project, [layer for layer in others if not is_base(layer)
                              and (layer.result_id not in stays or (covered and _filled(layer)))])
    if not any(_colours_areas(layer) and layer.visible for layer in project.layers):
        project = _show_base(project, [layer for layer in others if is_base(layer)])
    return project


def _stays_beside(other: Result, new: Result, step: str) -> bool:
    """Whether an answer stays on the map beside a new one: a plan builds on the gaps of the same question, and all but other maps of
    need are read over a new need index. Gaps that were asked otherwise are another question's."""
    if new.analysis == NEED_INDEX:
        from ecomap.analysis import registry  # heavy

        return registry.analysis(other.analysis).step != "need"
    if step != "plan" or other.analysis != GAPS or other.provenance is None or new.provenance is None:
        return False
    before, now = other.provenance.params, new.provenance.params
    return all(before[setting] == now[setting] for setting in before.keys() & now.keys())


def _show_base(project: Project, bases: Sequence[Layer]) -> Project:
    """The fill of the latest need index comes back, or without one that of the need areas themselves."""
    order = {answer.id: place for place, answer in enumerate(project.results)}
    own = next((layer for layer in project.layers_of(NEED_AREA) if _filled(layer) and not layer.result_id), None)
    latest = max(bases, key=lambda layer: order[layer.result_id], default=own)
    return project if latest is None else project.with_layer_changed(evolve(project.layer(latest.id), visible=True))


def _coloured(inputs: Mapping[str, Sequence[Layer]]) -> list[Layer]:
    """Areas an answer was made from that are coloured by a number: two such fills over each other cannot be read."""
    return [layer for layers in inputs.values() for layer in layers if layer.geometry == POLYGON and layer.style.kind == GRADUATED]


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


def all_placed(project: Project, output: Output) -> Any:
    """All rows of an output with the places they speak of, as far as the project still has them; a row without one has no shape."""
    placed = _placed(project, output, {})
    if placed is None:
        return output.frame
    if len(placed[0]) == len(output.frame):
        return placed[0]
    import geopandas as gpd  # heavy

    by_id, keys = placed[0].set_index(ID), output.frame[ID]
    named = {} if NAME in output.frame else {NAME: by_id[NAME].reindex(keys).array}
    return gpd.GeoDataFrame(output.frame.assign(**named), geometry=by_id.geometry.reindex(keys).array, crs=placed[0].crs)


def _with_geometry(project: Project, frame: Any, joined: Sequence[Layer]) -> Any:
    """Join by key: geometry, and the name where the output has none. Rows without a place are left out."""
    from ecomap.io.store.views import placed_rows  # heavy

    return placed_rows(frame, [(layer.id, project.frame(layer.id)) for layer in joined], project.crs)


def _layer(result: Result, output: Output, geometry: str, joined: Sequence[Layer], group: Said) -> Layer:
    provenance = result.provenance
    sources: tuple[Source, ...] = provenance.sources if provenance else ()
    boundary = output.boundary or next((layer.boundary for layer in joined if layer.boundary), "")
    return Layer(
        id=f"{result.id}-{output.name}".replace("_", "-"),
        name=output.title,
        what=output.title,
        role=RESULT,
        geometry=geometry,
        columns=_columns(output),
        sources=sources,
        style=_style(output, geometry),
        boundary=boundary,
        group=group,
        result_id=result.id,
        notes=(result.sentence,),
    )


def _columns(output: Output) -> tuple[Column, ...]:
    named = {column.name for column in output.columns}
    return (*(() if NAME in named else (Column(NAME, say("Name")),)), *output.columns)


def _style(output: Output, geometry: str) -> LayerStyle:
    """The style an answer asks for; its states get looks of their own where it names none."""
    style = output.style
    if style is None:
        return _plain_style(geometry)
    if style.kind != CATEGORISED or style.symbols or style.column not in output.frame:
        return style
    found = sorted({str(value) for value in output.frame[style.column].dropna() if str(value)})
    unknown = [value for value in found if value not in _STATE_LOOKS]
    looks = dict(_STATE_LOOKS) | {value: _OTHER_LOOKS[n % len(_OTHER_LOOKS)] for n, value in enumerate(unknown)}
    return evolve(style, symbols=tuple((value, *looks[value]) for value in sorted(found, key=list(looks).index)))


def _plain_style(geometry: str) -> LayerStyle:
    if geometry == POLYGON:
        return LayerStyle(kind=SINGLE, fill=GAP_COLOUR, fill_opacity=GAP_OPACITY, pattern="lines", line=GAP_COLOUR, line_width=1.6)
    return LayerStyle(kind=SINGLE, fill=GAP_COLOUR, line="#FFFFFF", size=10.0)


def _filled(layer: Layer) -> bool:
    return layer.geometry == POLYGON and (layer.style.kind == GRADUATED or (bool(layer.style.fill) and not layer.style.pattern))


def _colours_areas(layer: Layer) -> bool:
    """Whether a layer is a fill that answers are read over: of the need areas or of an answer, not of a zone."""
    return _filled(layer) and bool(layer.result_id or layer.role == NEED_AREA)


def _shown(project: Project, result: Result, output: Output, layer: Layer, step: str, made: set[str]) -> bool:
    """Outlines and points are read over the need map and are shown; a second fill would cover it and waits.

    The need step brings the fill itself; elsewhere a fill shows only where no other fill does, unless it colours states
    (in reach, full, out of reach) or is the main thing an answer without outlines says: then the colours are the answer.
    """
    if not _filled(layer) or (step != "need" and layer.style.kind == CATEGORISED):
        return True
    if step == "need":
        return not any(_filled(project.layer(i)) and project.layer(i).visible for i in made)
    if output is result.main and not _outlined(result):
        return True
    return not any(_colours_areas(other) and other.visible for other in project.layers)


def _outlined(result: Result) -> bool:
    """Whether an answer has areas that are seen through, so that its fill is not all it says on the map."""
    return any(one.geometry == POLYGON and one.style is not None and one.style.kind == SINGLE and (not one.style.fill or one.style.pattern)
               for one in result.outputs)


def covered_by_others(project: Project, result: Result, shown: Project) -> bool:
    """Whether a fill of an answer that comes back with it (in ``shown``) is off now, because another's is on."""
    own = [layer for layer in shown.layers if layer.result_id == result.id and layer.visible and _filled(layer)]
    return any(not project.layer(layer.id).visible for layer in own) and any(
        _colours_areas(layer) and layer.visible and layer.result_id not in ("", result.id) for layer in project.layers)


def _heading(layer: Layer, step: str) -> Said:
    """What a layer of an answer stands under: its points, what is read over other areas, and its fills lie apart on the map, so
    they stand apart in the list, which has the order of the map."""
    if layer.geometry != POLYGON or (step == "need" and _filled(layer)):
        return layer.group
    return say("{step}: areas in colour", step=layer.group) if _filled(layer) else say("{step}: ground", step=layer.group)


def _position(project: Project, layer: Layer, joined: Sequence[Layer]) -> int:
    """Points on top (of one answer its first at the very top), what is seen through over every area but under the points, fills right
    above the map of need, under all outlines.

    A heading stands where its first layer stands, so a new one is put before a heading, not into the middle of it.
    """
    order = [other.id for other in project.layers]
    if not order:
        return 0
    if layer.geometry == POINT:
        return max((n + 1 for n, other in enumerate(project.layers) if other.result_id == layer.result_id and other.geometry == POINT), default=0)
    places: dict[Said, int] = {}
    for number, other in enumerate(project.layers):
        places.setdefault(heading(other), number)
    if _filled(layer):
        below = [other for other in project.layers if other.role == NEED_AREA or other.group == GROUPS["need"]] or joined
        if layer.group in places:
            return places[layer.group]
        if below:
            return min(places[heading(other)] for other in below)
    return next((places[words] for words, layers in grouped(project) if any(other.geometry != POINT for other in layers)), len(order))
