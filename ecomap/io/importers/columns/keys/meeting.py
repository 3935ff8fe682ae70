"""How many codes of a column the project has already: evidence of what the column is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ecomap.io.importers.columns.guessing import Meets
from ecomap.io.importers.columns.keys.matching import code_columns
from ecomap.io.importers.spec import Importer
from ecomap.io.table import text_of
from ecomap.io.table.keys import bare_code
from ecomap.model import vocabulary as v
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named

# Role -> the field whose codes are those of other layers, and the roles of these.
_POINTERS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    v.ATTENDANCE_AREA: ((v.SCHOOL_ID, (v.SCHOOL,)),),
    v.SITE: ((v.SCHOOL_ID, (v.SCHOOL,)),),
    v.SPENDING: ((v.SCHOOL_ID, (v.SCHOOL,)),),
    v.ALLOCATION: ((v.SCHOOL_ID, (v.SCHOOL,)),),
    v.POSITION: ((v.SCHOOL_ID, (v.SCHOOL,)),),
    v.TRAVEL_COST: ((v.FROM_ID, (v.NEED_AREA,)), (v.TO_ID, (v.SERVICE, v.SITE, v.SCHOOL))),
}


def meets_of(importer: Importer, project: Project | None) -> dict[str, Meets]:
    """Field of a role -> how many cells of a column are codes of the layers that the field points to."""
    if project is None:
        return {}
    found: dict[str, Meets] = {}
    for name, roles in _POINTERS.get(importer.role, ()):
        if name in importer.field_names:
            layers = [layer for role in roles for layer in project.layers_of(role) if not layer.result_id]
            if layers:
                found[name] = _counter(partial(_codes_of, project, layers))
    if importer.role == v.SCHOOL and project.layers_of(v.ATTENDANCE_AREA):
        found[v.ID] = _counter(partial(_schools_of_areas, project))
    return found


def _counter(known: Callable[[], list[tuple[Said, frozenset[str]]]]) -> Meets:
    """Counts the codes of a column among those of each column of the layers, which are gathered once."""
    gathered: list[tuple[Said, frozenset[str]]] = []

    def count(cells: Any) -> tuple[int, int, Said]:
        if not gathered:
            gathered.extend(known())
        codes = {bare_code(str(code)) for code in cells.unique()}
        best = max(((len(codes & there), what) for what, there in gathered), key=lambda one: one[0], default=(0, NOTHING))
        return best[0], len(codes), best[1]

    return count


def _codes_of(project: Project, layers: list[Layer]) -> list[tuple[Said, frozenset[str]]]:
    found = []
    for layer in layers:
        frame = project.frame(layer.id)
        columns = code_columns(frame) + ((v.SCHOOL_ID,) if v.SCHOOL_ID in frame and v.SCHOOL_ID not in code_columns(frame) else ())
        found += [(_called(layer, column), _bare(frame[column])) for column in columns]
    return found


def _schools_of_areas(project: Project) -> list[tuple[Said, frozenset[str]]]:
    """The codes by which attendance areas name their schools, where they name any."""
    layers = [layer for layer in project.layers_of(v.ATTENDANCE_AREA) if v.SCHOOL_ID in project.frame(layer.id)]
    return [(_called(layer, v.SCHOOL_ID), _bare(project.frame(layer.id)[v.SCHOOL_ID])) for layer in layers]


def _called(layer: Layer, column: str) -> Said:
    if column == v.ID:
        return say("the codes of '{layer}'", layer=layer.name)
    return say("column {column} of '{layer}'", column=named(column), layer=layer.name)


def _bare(values: Any) -> frozenset[str]:
    return frozenset(bare_code(text) for text in text_of(values).dropna().unique())
