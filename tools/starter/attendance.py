"""Estimated attendance areas per level, and the links between areas and schools."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ecomap.analysis.ground.attendance import (
    SHARED_WITH,
    estimate_attendance_areas,
    links_of,
    schools_with_area,
)
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POLYGON, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import shared_coverage
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled, counted

RULE = (
    "Estimated: the land nearest in a straight line to a district-run school of the level that takes pupils by home "
    "address, cut at the district boundary. The district's own areas differ."
)
# How much of one official area (around ZIP 90033) the best estimated area covers: the only official areas at hand.
COMPARED = {"elementary": 0.83, "middle": 0.46, "high": 0.52}


def compile_attendance(originals: Originals, schools: Any, outline: Any) -> list[Compiled]:
    """One layer of estimated areas per level, then the layer of links."""
    sources = (originals.source("state_schools"), originals.source("frpm"), originals.source("board_districts"))
    layers = [_level(schools, outline, level, sources) for level in v.SCHOOL_LEVELS]
    links = links_of(pd.concat([compiled.frame for compiled in layers], ignore_index=True))
    link_layer = Layer(
        "area_links", "Which school serves which area", v.AREA_LINK, NO_GEOMETRY,
        (Column(v.AREA_ID, "Area"), Column(v.SCHOOL_ID, "School"), Column(v.LEVEL, "Level"),
         Column(v.KIND, "Kind of link")),
        (), sources, visible=False, boundary="estimated", group="Areas",
        notes=(RULE, "Schools at the same address share one area. Zones of Choice and schools without an area are "
                     "not in this table: bring in the district's own list to add them."),
    )
    return [*layers, Compiled(link_layer, links)]


def _level(schools: Any, outline: Any, level: str, sources: tuple[Any, ...]) -> Compiled:
    areas = estimate_attendance_areas(schools, outline, level=level)
    areas = areas.set_geometry(shared_coverage(areas.geometry, outline), crs=areas.crs)
    eligible = len(schools_with_area(schools, level))
    sharing = areas[areas[SHARED_WITH] != ""]
    served = len(links_of(areas))
    notes = (
        f"{len(areas):,} areas for {eligible:,} schools. {RULE}",
        f"{counted(len(sharing), 'area is', 'areas are')} shared by schools at the same address "
        f"({counted(served - len(areas), 'further school')}).",
        "Charter, magnet, continuation, alternative, special education and adult schools have none.",
        f"Where one official area could be compared (around ZIP 90033), the best estimated area covers "
        f"{COMPARED[level]:.0%} of it: bring in the district's own areas before deciding about a single school.",
        *(("Primary centers, which stop at grade 1 or 2, count as elementary schools.",)
          if level == "elementary" else ()),
    )
    layer = Layer(
        f"attendance_{level}", f"{v.LEVEL_LABELS[level]} attendance areas (estimated)", v.ATTENDANCE_AREA, POLYGON,
        (Column(v.SCHOOL_ID, "School"), Column(v.LEVEL, "Level"), Column(v.BOUNDARY, "Boundary"),
         Column(SHARED_WITH, "Schools that share the area")),
        (), sources, LayerStyle(line="#7D8893", line_width=1.0, dash=True), visible=False, boundary="estimated",
        level=level, group="Areas", notes=notes,
    )
    return Compiled(layer, areas, (
        f"{counted(eligible, 'school')}, {counted(len(areas), 'area')}, {len(sharing)} of them shared by schools at "
        f"one point, {counted(eligible - served, 'school')} outside the district without an area",
    ))
