"""What was agreed, laid on a page: where on the earth each stands, and the words around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecomap.model import vocabulary as v
from ecomap.model.commitment import STATES
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.project import Project
from ecomap.model.said import joined, name
from ecomap.render.words.agreed import HERE, by_words, state_words, who_words
from ecomap.workspace import commitments

if TYPE_CHECKING:
    from ecomap.render.map_page import Flag
    from ecomap.render.page.agreed import Agreed
    from ecomap.render.words.card import CardRow


def spots(project: Project) -> dict[str, tuple[float, float]]:
    """Id -> a point within the school or area that it is for, in the project's coordinate system."""
    wanted: dict[str, set[str]] = {}
    for one in project.commitments:
        if one.feature and project.has_layer(one.layer) and project.layer(one.layer).geometry != NO_GEOMETRY:
            wanted.setdefault(one.layer, set()).add(one.feature)
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for layer, features in wanted.items():
        frame = project.frame(layer)
        rows = frame[frame[v.ID].astype(str).isin(features)]
        for key, shape in zip(rows[v.ID].astype(str), rows.geometry):
            if shape is not None and not shape.is_empty:
                inside = shape.representative_point()
                found[layer, key] = (float(inside.x), float(inside.y))
    return {one.id: found[one.layer, one.feature] for one in project.commitments if (one.layer, one.feature) in found}


def flags_of(project: Project) -> tuple[Flag, ...]:
    """A flag for every place that something was agreed for; it stands for what is open there, else for what is done."""
    from ecomap.render.map_page import Flag  # heavy

    if not project.commitments:
        return ()
    at = spots(project)
    here: dict[tuple[str, str], list[str]] = {}
    where: dict[tuple[str, str], tuple[float, float]] = {}
    for one in project.commitments:
        if one.id in at:
            here.setdefault((one.layer, one.feature), []).append(one.state)
            where[one.layer, one.feature] = at[one.id]
    found = []
    for key, states in here.items():
        state = next(one for one in STATES if one in states)
        found.append(Flag(*key, *where[key], state, states.count(state)))
    return tuple(found)


def agreed_part(project: Project) -> Agreed | None:
    """The part of a meeting file that says what was agreed; none where nothing was."""
    if not project.commitments:
        return None
    from ecomap.render.page.agreed import Agreed  # heavy

    return Agreed(project.commitments, _on_earth(project, spots(project)), commitments.approaches(project), commitments.as_of(project))


def _on_earth(project: Project, at: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    from pyproj import Transformer  # heavy

    if not at:
        return {}
    change = Transformer.from_crs(project.crs, "EPSG:4326", always_xy=True)
    return {key: (round(east, 6), round(north, 6)) for key, (east, north) in ((key, change.transform(*place)) for key, place in at.items())}



def agreed_rows(project: Project, layer: str, feature: str) -> tuple[CardRow, ...]:
    """The lines of a card that say what was agreed for its place, above everything else."""
    from ecomap.render.words.card import CardRow  # heavy

    day = commitments.as_of(project)
    return tuple(CardRow(name(one.what), state_words(one, day), joined([by_words(one), who_words(one)], " · "), answer=HERE)
                 for one in commitments.at_place(project, layer, feature))
