"""Where schools stand: the state's points checked against the county's, every far move decided by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from tools.starter.geometry import CRS
from tools.starter.reviewed import read_reviewed

CORRECTIONS_TABLE = "point_corrections_reviewed.csv"
MOVES_TABLE = "point_moves_reviewed.csv"
FAR_M = 500.0
STATE, FORMER = "state", "former"


def decided_points(reviewed: Path, schools: Any, state: Any, county: Any) -> tuple[list[Any], tuple[str, ...]]:
    """One point per school (EPSG:3310), in the order of `schools`, and what is in doubt.

    The county's points, corrected where a person found them wrong, are the former ones. A move of more than `FAR_M` needs
    a row in the reviewed table, which says whose point is right and why; other moves are the state's word.
    """
    corrections = read_reviewed(reviewed / CORRECTIONS_TABLE)
    former = dict(zip(county.index, county.geometry)) | _corrected(corrections)
    listed = dict(zip(state.index, _points(state["longitude"], state["latitude"])))
    moved = {school: point.distance(former[school]) for school, point in listed.items() if school in former}
    decisions = {row["school_id"]: row for row in read_reviewed(reviewed / MOVES_TABLE)}
    far = {school for school, metres in moved.items() if metres > FAR_M}
    if wrong := far ^ set(decisions):
        raise InputError(f"{MOVES_TABLE} and the lists disagree about {sorted(wrong)[0]}.",
                         f"The table has one row for every school whose point moved by more than {FAR_M:.0f} m.")
    places = [listed[school] if school in listed and decisions.get(school, {}).get("decision") != FORMER else former[school]
              for school in schools[v.ID]]
    kept = sum(row["decision"] == FORMER for row in decisions.values())
    doubts = (f"{len(far)} points moved by more than {FAR_M:.0f} m: {len(far) - kept} are now the state's, {kept} stayed",
              *(f"{row['school_name']}: {row['note']}" for row in corrections))
    return places, doubts


def _corrected(corrections: list[dict[str, str]]) -> dict[str, Any]:
    better = [row for row in corrections if row["longitude"]]
    return dict(zip((row["school_id"] for row in better),
                    _points([row["longitude"] for row in better], [row["latitude"] for row in better])))


def _points(longitude: Any, latitude: Any) -> Any:
    points = gpd.points_from_xy([float(degrees) for degrees in longitude], [float(degrees) for degrees in latitude])
    return gpd.GeoSeries(points, crs="EPSG:4326").to_crs(CRS)
