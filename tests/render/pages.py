"""A small made-up town as a map page: every kind of layer, every kind of missing number, a hostile name."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import evolve
from shapely.geometry import LineString, Point, box

from ecomap.model.layer import Column, Layer
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.source import Source
from ecomap.model.style import CATEGORISED, GRADUATED, LayerStyle
from ecomap.render.map_page import MapPage, PageLayer
from tests.grounds import made_up_ground

CRS = "EPSG:3310"
LEFT, BOTTOM, SIDE = 150_000.0, -440_000.0, 1_200.0
HOSTILE = "<img src=x onerror=window.hacked=1>"
HOSTILE_END = "</script><script>window.hacked=1</script>"

ACS = Source("American Community Survey", "US Census Bureau", vintage="2014-18", licence="public domain")
CDE = Source("Public schools", "California Department of Education", vintage="2019-20")
TOWN = Source("Reviewed list", "Town of Example", vintage="2020")


def cells(columns: int, rows: int, step: float = SIDE) -> list[Any]:
    """A coverage of warped squares: neighbours share wavy borders exactly."""
    def warp(c: Any) -> Any:
        x, y = c[:, 0], c[:, 1]
        return np.c_[
            LEFT + step * (x + 0.16 * np.sin(2.3 * y) + 0.05 * np.sin(9 * y)),
            BOTTOM + step * (y + 0.16 * np.sin(1.9 * x) + 0.05 * np.cos(8 * x)),
        ]
    squares = [box(i, j, i + 1, j + 1) for j in range(rows) for i in range(columns)]
    return [shapely.transform(shapely.segmentize(square, 0.05), warp) for square in squares]


def need_layer(columns: int, rows: int) -> PageLayer:
    areas = cells(columns, rows)
    count = len(areas)
    spin = np.random.default_rng(7)
    across = np.arange(count) % columns / columns
    score = np.round(np.clip(0.85 * across + 0.15 * spin.random(count), 0, 1), 3)
    score[5:8] = np.nan
    frame = gpd.GeoDataFrame(
        {
            "id": [f"0603700{n:04d}" for n in range(count)],
            "name": [f"Tract {1000 + n}" for n in range(count)],
            "children": spin.integers(100, 2000, count).astype(float),
            "children_moe": spin.integers(20, 200, count).astype(float),
            "score": score,
            "score_reason": ["suppressed" if np.isnan(s) else None for s in score],
        },
        geometry=areas, crs=CRS,
    )
    layer = Layer(
        "need", "Children's need index", "need_area", "polygon", group="Need", sources=(ACS,),
        columns=(Column("children", "Residents under 18", "count", moe="children_moe"),
                 Column("score", "Need index", "score", digits=2)),
        style=LayerStyle(kind=GRADUATED, column="score", palette="need", line="#FFFFFF", line_width=0.6,
                         class_labels=("lowest fifth", "low", "middle", "high", "highest fifth")),
    )
    return PageLayer(layer, frame)


def attendance_layer(columns: int, rows: int) -> PageLayer:
    small = cells(columns, rows)
    areas = []
    for j in range(0, rows - 1, 2):
        for i in range(0, columns - 1, 2):
            four = [small[jj * columns + ii] for jj in (j, j + 1) for ii in (i, i + 1)]
            areas.append(shapely.union_all(four))
    frame = gpd.GeoDataFrame(
        {"id": [f"a{n}" for n in range(len(areas))], "name": [f"School {n} area" for n in range(len(areas))],
         "level": "elementary"}, geometry=areas, crs=CRS,
    )
    layer = Layer(
        "attendance-elementary", "Attendance areas, elementary", "attendance_area", "polygon", group="Areas",
        boundary="estimated", level="elementary", sources=(TOWN,), visible=False,
        columns=(Column("level", "Level"),), style=LayerStyle(line="#26323F", line_width=1.2, dash=True),
    )
    return PageLayer(layer, frame)


def outline_layers(columns: int, rows: int) -> list[PageLayer]:
    small = cells(columns, rows)
    whole = shapely.union_all(small)
    zone = shapely.union_all([small[j * columns + i] for j in (2, 3, 4) for i in (3, 4, 5, 6)])
    district = gpd.GeoDataFrame({"id": ["d"], "name": ["Example Unified"]}, geometry=[whole], crs=CRS)
    zones = gpd.GeoDataFrame(
        {"id": ["z"], "name": ["Example Promise Neighborhood"], "status": ["ended"], "start": ["2012"], "end": ["2019"],
         "boundary": ["approximate"]}, geometry=[zone], crs=CRS,
    )
    corners = [(LEFT + SIDE * x, BOTTOM + SIDE * y) for x, y in ((0, 1), (columns / 2, rows / 2), (columns, 1))]
    rail = gpd.GeoDataFrame({"id": ["r"], "name": ["Example Line"], "kind": ["Light rail"]},
                            geometry=[LineString(corners)], crs=CRS)
    return [
        PageLayer(Layer("rail", "Rail lines", "reference", "line", group="Reference", sources=(TOWN,),
                        columns=(Column("kind", "Kind"),), style=LayerStyle(line="#B3005E", line_width=3.0)), rail),
        PageLayer(Layer("zones", "Promise Neighborhoods", "zone", "polygon", group="Areas", boundary="approximate",
                        sources=(TOWN,), columns=(Column("status", "Status"), Column("start", "Start", "date"),
                                                  Column("end", "End", "date")),
                        style=LayerStyle(line="#007A66", line_width=2.2, dash=True)), zones),
        PageLayer(Layer("district", "School district", "district", "polygon", group="Areas", sources=(TOWN,),
                        style=LayerStyle(line="#26323F", line_width=1.8, label_column="name")), district),
    ]


def school_layer(columns: int, rows: int, count: int) -> PageLayer:
    spin = np.random.default_rng(3)
    x = LEFT + SIDE * columns * spin.random(count)
    y = BOTTOM + SIDE * rows * spin.random(count)
    names = [f"School {n}" for n in range(count)]
    names[1], names[2], names[3] = HOSTILE, "Peña Elementary", HOSTILE_END
    pupils = spin.integers(80, 2500, count).astype(float)
    pupils[4] = np.nan
    nearest = np.round(spin.random(count) * 4000)
    nearest[:3] = np.inf
    geometry: list[Any] = [Point(a, b) for a, b in zip(x, y)]
    geometry[6] = None
    frame = gpd.GeoDataFrame(
        {"id": [f"{n:014d}" for n in range(count)], "name": names, "levels": "elementary", "governance": "district",
         "enrollment": pupils, "enrollment_reason": ["not_reported" if np.isnan(p) else None for p in pupils],
         "nearest_m": nearest}, geometry=geometry, crs=CRS,
    )
    layer = Layer(
        "schools", "Schools", "school", "point", group="Sites", sources=(CDE,),
        columns=(Column("levels", "Level"), Column("governance", "Run by"), Column("enrollment", "Pupils", "count"),
                 Column("nearest_m", "Nearest mental health", "m")),
        style=LayerStyle(fill="#FFFFFF", line="#26323F", line_width=1.2, size=6),
    )
    return PageLayer(layer, frame)


def site_layer(schools: PageLayer) -> PageLayer:
    some = schools.frame.iloc[8:26].reset_index(drop=True)
    approaches = ["community_school", "linked_learning"] * 9
    frame = gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(len(some))], "name": some["name"], "school_id": some["id"],
         "approach": approaches, "status": "active", "start": "2019"}, geometry=list(some.geometry), crs=CRS,
    )
    layer = Layer(
        "sites", "Approach sites", "site", "point", group="Sites", sources=(TOWN,),
        columns=(Column("approach", "Approach"), Column("status", "Status"), Column("start", "Since", "date")),
        style=LayerStyle(kind=CATEGORISED, column="approach", size=11,
                         symbols=(("community_school", "#0072B2", "circle"), ("linked_learning", "#E69F00", "diamond"))),
    )
    return PageLayer(layer, frame)


def ranking(schools: PageLayer, rows: int) -> Result:
    some = schools.frame.iloc[:rows]
    rank = np.arange(1, rows + 1)
    frame = pd.DataFrame(
        {"id": some["id"].to_numpy(), "name": some["name"].to_numpy(), "rank": rank,
         "low": np.maximum(rank - 2, 1), "high": np.minimum(rank + 4, rows),
         "reached": np.round(np.linspace(2400, 100, rows)), "reached_moe": 120.0,
         "need": np.round(np.linspace(0.97, 0.1, rows), 3), "nearest_m": some["nearest_m"].to_numpy(),
         "why": ["No service in reach"] * rows},
    )
    columns = (
        Column("rank", "Rank", "rank", low="low", high="high"), Column("name", "School"),
        Column("reached", "Children reached", "count", help="Children out of reach today.", moe="reached_moe"),
        Column("need", "Need", "score"), Column("nearest_m", "Nearest site", "m"), Column("why", "Why"),
    )
    return Result(
        "priority-1", "priority", "Schools to expand to next",
        "24 schools would reach 31,400 children who have nothing in reach today.",
        (Output("schools", "Ranked schools", frame, columns, joins="school"),),
        figures=(KeyFigure("reached", "children out of reach", 31_400.0, "count", 2_100.0, "21 % of all"),
                 KeyFigure("share", "in the highest-need fifth", 0.33, "share")),
        notes=(Note("method", "Straight line times 1.3."), Note("caution", "Two areas have fewer than 50 children.")),
        bars=(("Highest need", 0.33, 0.03), ("Middle", 0.19, 0.02), ("Lowest need", 0.11, None)),
        bars_title="Share of children out of reach, by need",
        provenance=Provenance("priority", "1", {"radius_m": 1609.344}, (), (ACS,)),
    )


def town_page(columns: int = 14, rows: int = 10, *, schools: int = 60, language: str = "en") -> MapPage:
    """The town: need, estimated areas, outlines, schools (one without a place), sites and a ranking."""
    school = school_layer(columns, rows, schools)
    return MapPage(
        title="Where children have nothing in reach",
        subtitle="Which schools should offer mental-health care next?",
        crs=CRS,
        layers=(site_layer(school), school, *outline_layers(columns, rows), attendance_layer(columns, rows),
                need_layer(columns, rows)),
        results=(ranking(school, min(40, schools)),),
        sources=("Need: US Census Bureau, ACS 2014-18", "Schools: CDE 2019-20"),
        cautions=("Elementary attendance areas are estimated, not official boundaries.",),
        made_on="2026-11-21",
        language=language,
    )


def town_on_ground(*, language: str = "en", names: bool = True, visible: bool = True) -> MapPage:
    """The town on a made-up ground: a bay, freeways, neighbourhoods, and places with hostile names."""
    layer, frame = made_up_ground(west=LEFT + 3_000, south=BOTTOM + 1_000)
    hostile = gpd.GeoDataFrame(
        {"id": ["h1", "h2"], "name": [HOSTILE, HOSTILE_END], "kind": "city", "shield": "", "rank": 1, "name_es": ""},
        geometry=[Point(LEFT + 2_000, BOTTOM + 3_000), Point(LEFT + 14_500, BOTTOM + 2_500)], crs=CRS)
    page = town_page(language=language)
    whole = PageLayer(evolve(layer, visible=visible), pd.concat([frame, hostile], ignore_index=True))
    return evolve(page, layers=(*page.layers, whole), names=names)


def unfolded(data: Any) -> Any:
    """The data of a page with what the script reads only when it is looked at."""
    for layer in data["layers"]:
        layer["cards"]["rows"] = json.loads(layer["cards"]["rows"])
    for result in data["results"]:
        result["tables"] = json.loads(result["tables"])
    return data


def findings_page(*, language: str = "en") -> MapPage:
    """The town with three findings, two of them plans that say much the same of the same schools; the planner tells the last one first."""
    page = town_page(language=language)
    schools = page.layers[1]
    first = ranking(schools, 40)
    other = first.main.frame.assign(reached=first.main.frame["reached"].where(first.main.frame["rank"] % 3 != 0, 1_000.0))
    second = evolve(first, id="priority-2", title="Schools to expand to next, 2 mi", sentence="12 schools would reach 15,000 children.",
                    outputs=(evolve(first.main, frame=other.iloc[5:].reset_index(drop=True)),),
                    figures=(evolve(first.figures[0], value=15_000.0), first.figures[1]), notes=())
    plain = pd.DataFrame({"id": schools.frame["id"], "name": schools.frame["name"], "reached": 7.0})
    third = Result("roles-3", "roles", "Who does what", "Seven everywhere.",
                   (Output("schools", "Roles", plain, (Column("name", "School"), Column("reached", "Children reached", "count")), joins="school"),))
    layers = [PageLayer(evolve(schools.layer, id=f"{result.id}-schools", name=f"{result.title} · Ranked schools", what="Ranked schools", role="result",
                               group=result.title, columns=result.main.columns, result_id=result.id, visible=False,
                               style=LayerStyle(fill=fill, line="#FFFFFF", size=12)),
                        schools.frame[["id", "name", "geometry"]].merge(result.main.frame.drop(columns="name"), on="id"))
              for result, fill in ((first, "#B3005E"), (second, "#8C5E00"))]
    own = [one.layer.id for one in page.layers if one.layer.visible]
    return evolve(page, subtitle="", layers=(*layers, *page.layers), results=(first, second, third), order=("roles-3", "priority-1", "priority-2"),
                  views={"priority-1": (*own, "priority-1-schools"), "priority-2": (*own, "priority-2-schools"), "roles-3": tuple(own)})
