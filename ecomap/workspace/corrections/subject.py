"""What a correction is about, found in the project as it is now."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.correction import Correction
from ecomap.model.layer import NO_GEOMETRY, POINT, Layer
from ecomap.model.project import Project
from ecomap.model.said import Said
from ecomap.render.words.card import place_name
from ecomap.render.words.language import language, languages


@frozen
class Subject:
    """A row of a layer: where it stands in its frame, and what it is called now."""

    layer: Layer
    row: str
    position: int
    name: Said


def subject_of(project: Project, one: Correction) -> Subject | None:
    """The row that a correction is about; None where it is about none, or the project has it no longer.

    What was said of a place in an answer's layer is about the place itself. A row of a layer that is gone is looked for by its id
    and name together, since a short id alone may be anybody's.
    """
    if not one.feature:
        return None
    for layer in _layers_meant(project, one):
        row = one.feature.removeprefix(f"{layer.id}/")
        if (position := _position(project.frame(layer.id), row)) >= 0:
            return _found(project, layer, row, position)
    held = [(layer, position) for layer in project.layers if not layer.result_id and layer.geometry != NO_GEOMETRY and layer.role != v.GROUND
            and (position := _position(project.frame(layer.id), one.feature)) >= 0]
    named = [(layer, position) for layer, position in held if _is_called(project.frame(layer.id), position, one.about)]
    of_answer = project.has_layer(one.layer) and bool(project.layer(one.layer).result_id)
    for layer, position in named or (held if of_answer and len(held) == 1 else []):
        return _found(project, layer, one.feature, position)
    return None


def _is_called(frame: Any, position: int, about: str) -> bool:
    """Whether a row has the name that a page called it by, in whichever language."""
    name = place_name(frame[v.NAME].iloc[position]) if v.NAME in frame else ""
    return bool(about) and any(language(code).say(name).casefold() == about.casefold() for code in languages())


def place_of(project: Project, one: Correction) -> tuple[float, float] | None:
    """Where a correction points to, else where what it is about stands; in the project's coordinate system."""
    if one.place is not None:
        return one.place
    found = subject_of(project, one)
    shape = project.frame(found.layer.id).geometry.iloc[found.position] if found is not None and found.layer.geometry != NO_GEOMETRY else None
    if shape is None or shape.is_empty:
        return None
    inside = shape.representative_point()
    return float(inside.x), float(inside.y)


def layer_missing_from(project: Project, one: Correction) -> Layer | None:
    """The layer of points that what is missing would be a row of; None where the correction names none that stands."""
    if not one.layer or not project.has_layer(one.layer):
        return None
    layer = project.layer(one.layer)
    return layer if layer.geometry == POINT and not layer.result_id else None


def _layers_meant(project: Project, one: Correction) -> list[Layer]:
    if not project.has_layer(one.layer):
        return []
    layer = project.layer(one.layer)
    if not layer.result_id:
        return [layer]
    borrowed = layer.view.layers if layer.view is not None else ()
    return [project.layer(other) for other in borrowed if project.has_layer(other) and not project.layer(other).result_id]


def _position(frame: Any, row: str) -> int:
    from ecomap.analysis.scenarios.rows import position_of  # heavy

    return position_of(frame, row)


def _found(project: Project, layer: Layer, row: str, position: int) -> Subject:
    frame = project.frame(layer.id)
    called = frame[v.NAME].iloc[position] if v.NAME in frame else row
    return Subject(layer, row, position, place_name(called))
