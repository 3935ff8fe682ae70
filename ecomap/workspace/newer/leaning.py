"""What leans on the rows of a layer: links, sites and rows of the inventory that name them by their codes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from ecomap.model.project import Project
from ecomap.model.vocabulary import (
    AREA_ID,
    AREA_LINK,
    ATTENDANCE_AREA,
    FROM_ID,
    ID,
    NEED_AREA,
    SCHOOL,
    SCHOOL_ID,
    SERVICE,
    SITE,
    TO_ID,
    TRAVEL_COST,
)
from ecomap.workspace.newer.news import Leaning

# Columns by which rows of other layers name the rows of a role; those of travel times are not named after what they name.
_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    SCHOOL: (SCHOOL_ID,), ATTENDANCE_AREA: (AREA_ID,),
}
_TRAVELLED: Final[Mapping[str, tuple[str, ...]]] = {
    NEED_AREA: (FROM_ID,), SCHOOL: (TO_ID,), SITE: (TO_ID,), SERVICE: (TO_ID,),
}


def leaning_on(project: Project, layer_id: str, gone: Set[str], recoded: Mapping[str, str]) -> tuple[Leaning, ...]:
    """Rows of other layers that name a row which is gone or has another code now.

    Parameters
    ----------
    gone : set of str
        Ids that the newer list no longer has.
    recoded : mapping
        Former id -> the id of the same thing in the newer list.
    """
    of = project.layer(layer_id).role
    found = []
    for layer in project.layers:
        if layer.id == layer_id or layer.result_id:
            continue
        columns = _TRAVELLED.get(of, ()) if layer.role == TRAVEL_COST else _NAMED_BY.get(of, ())
        frame = project.frame(layer.id)
        rows = [
            (str(key), str(points), recoded.get(str(points), ""))
            for column in columns if column in frame
            for key, points in zip(frame[ID], frame[column].fillna("").astype(str))
            if points in gone or points in recoded
        ]
        if rows:
            found.append(Leaning(layer.id, layer.name, tuple(sorted(rows))))
    return tuple(found)


def with_links_kept(before: Project, after: Project) -> Project:
    """The links that name an area or a school that is gone, put back: nothing that a person or a file linked is dropped."""
    import pandas as pd  # heavy

    for layer in before.layers_of(AREA_LINK):
        if not after.has_layer(layer.id):
            after = after.with_layer(layer, before.frame(layer.id), len(after.layers))
            continue
        former, now = before.frame(layer.id), after.frame(layer.id)
        lost = former[~former[ID].isin(now[ID]) & _dangles(former, after)]
        if len(lost):
            after = after.with_layer(after.layer(layer.id), pd.concat([now, lost], ignore_index=True))
    return after


def _dangles(links: Any, project: Project) -> Any:
    """Links one end of which is in no layer of the project."""
    ends = ((AREA_ID, ATTENDANCE_AREA), (SCHOOL_ID, SCHOOL))
    known = [{key for layer in project.layers_of(of) for key in project.frame(layer.id)[ID].astype(str)} for _, of in ends]
    return ~links[AREA_ID].astype(str).isin(known[0]) | ~links[SCHOOL_ID].astype(str).isin(known[1])
