"""What a person means by a name, an id or a pair of coordinates: rows and places for changes that are typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.said import joined, name, say
from ecomap.model.scenario import CHANGES_ROLES

_LATITUDE_LONGITUDE: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,;]\s*([-+]?\d+(?:\.\d+)?)\s*")
_FAR_M: Final = 500_000.0  # a place this far from everything on the map is a mistake
_LISTED: Final = 5


def row_meant(project: Project, text: str, roles: Sequence[str] = CHANGES_ROLES) -> tuple[str, str]:
    """(layer, id) of the school, site or service that a person names: "LAYER/ID", an id, or a name in any capitals.

    Raises
    ------
    InputError
        If there is none, or several.
    """
    layers = [layer for layer in project.layers if layer.role in roles and not layer.result_id]
    layer_id, slash, row = text.partition("/")
    if slash and any(layer.id == layer_id for layer in layers) and row in set(project.frame(layer_id)[v.ID].astype(str)):
        return layer_id, row
    wanted = text.strip().casefold()
    for column in (v.ID, v.NAME):
        found = [(layer.id, str(key)) for layer in layers if column in project.frame(layer.id)
                 for key in project.frame(layer.id).loc[project.frame(layer.id)[column].astype(str).str.casefold() == wanted, v.ID]]
        if len(found) == 1:
            return found[0]
        if (school := _school_of_them(project, found)) is not None:
            return school
        if found:
            shown = [name("/".join(one)) for one in found[:_LISTED]]
            raise InputError(say("'{text}' may be {count} rows.", text=name(text), count=len(found)), say("Say which, for example: {rows}.", rows=joined(shown, ", ")))
    raise InputError(say("There is no school, approach site or service called '{text}'.", text=name(text)), say("Give its name as the map shows it, or its id."))


def _school_of_them(project: Project, found: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The one school among rows of a name, where the others are its own sites, which are called after it."""
    schools = [one for one in found if project.layer(one[0]).role == v.SCHOOL]
    if len(schools) != 1:
        return None
    for layer, row in found:
        frame = project.frame(layer)
        if (layer, row) != schools[0] and not (v.SCHOOL_ID in frame and (frame.loc[frame[v.ID].astype(str) == row, v.SCHOOL_ID].astype(str) == schools[0][1]).all()):
            return None
    return schools[0]


def place_meant(project: Project, text: str) -> tuple[float, float] | None:
    """The place of a latitude and a longitude in degrees ("34.05,-118.24"), in the project's coordinate system; None where it is no such pair.

    Raises
    ------
    InputError
        If it lies nowhere, or far from everything on the map.
    """
    match = _LATITUDE_LONGITUDE.fullmatch(text)
    if match is None:
        return None
    from pyproj import Transformer  # heavy

    latitude, longitude = float(match[1]), float(match[2])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(say("'{text}' is no place: latitude comes first, then longitude, in degrees.", text=name(text)), say("For example 34.05,-118.24."))
    x, y = Transformer.from_crs("EPSG:4326", project.crs, always_xy=True).transform(longitude, latitude)
    if not _near_the_map(project, x, y):
        raise InputError(say("'{text}' lies far from everything on the map.", text=name(text)), say("Latitude comes first, then longitude, in degrees: 34.05,-118.24."))
    return float(x), float(y)


def _near_the_map(project: Project, x: float, y: float) -> bool:
    import numpy as np  # heavy

    bounds = [project.frame(layer.id).total_bounds for layer in project.layers if layer.geometry != "none" and not layer.result_id and len(project.frame(layer.id))]
    known = np.array([one for one in bounds if np.isfinite(one).all()])
    if not len(known):
        return bool(np.isfinite([x, y]).all())
    left, bottom = np.median(known[:, :2], axis=0) - _FAR_M
    right, top = np.median(known[:, 2:], axis=0) + _FAR_M
    return bool(left <= x <= right and bottom <= y <= top)
