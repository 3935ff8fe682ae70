"""Small projects for the tests of the project file."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import MultiPolygon, Point, Polygon, box

from ecomap.io.store import fingerprint
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project, View
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED, LayerStyle

CRS = "EPSG:3310"
SVI = Source("Social Vulnerability Index", publisher="CDC/ATSDR", vintage="2018", universe="residents")


def areas_frame() -> gpd.GeoDataFrame:
    """Four need areas with every kind of number and of no number."""
    return gpd.GeoDataFrame(
        {
            "id": ["06037101110", "06037101122", "06037101210", "06037101220"],
            "name": ["Tujunga", "Sunland", None, ""],
            "Name": ["only capitals differ", "b", "c", "d"],
            "fid": [7, 7, 7, 7],
            "children": [1012.0, 0.0, np.nan, 310.0],
            "children_reason": pd.Series([None, None, "suppressed", None], dtype=object),
            "distance_m": [0.0, np.inf, -np.inf, np.nan],
            "covered": [True, False, True, False],
            "teachers": pd.array([1, None, 3, 2**62 + 1], dtype="Int64"),
            "open_late": pd.array([True, None, False, None], dtype="boolean"),
            "small": np.array([1, 2, 3, 4], dtype="int16"),
            "half": np.array([1.1, np.nan, 2.0, 3.0], dtype="float32"),
            "mixed": pd.Series([1, None, float("nan"), [1, "two", (3.5,)]], dtype=object),
            "start": pd.to_datetime(["2020-01-01", None, "2021-05-06 01:02:03.123456789", "2020-01-01"], format="ISO8601"),
            "seen": pd.to_datetime(["2020-01-01", None, "2021-05-06", "2020-01-01"]).tz_localize("America/Los_Angeles"),
            "kind": pd.Categorical(["a", "b", None, "a"], categories=["b", "a", "never"], ordered=True),
            "geometry": [
                box(0, 0, 1000, 1000),
                MultiPolygon([box(1000, 0, 2000, 1000)]),
                MultiPolygon([box(0, 1000, 500, 2000), box(600, 1000, 1000, 2000)]),
                box(1000, 1000, 2000, 2000),
            ],
            "postcode": ["00501", "90001", "90002", "90003"],
        },
        crs=CRS,
    )


def sites_frame(count: int = 3) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": [f"{number:03d}" for number in range(count)], "name": [f"Site {number}" for number in range(count)]},
        geometry=[Point(100.5 * number, 200) for number in range(count)],
        crs=CRS,
    )


def links_frame() -> pd.DataFrame:
    return pd.DataFrame({"id": ["1", "2"], "area_id": ["a", "b"], "share": [0.25, np.inf]})


def project() -> Project:
    """A project with a layer of each kind, an empty one, one whose name is taken, and a result with two tables."""
    areas = Layer(
        "need_areas", "Need areas", "need_area", "polygon",
        columns=(Column("children", "Children", "count"), Column("distance_m", "Distance", "m")),
        indicators=(Indicator("children", "Children", "count", 1, SVI),),
        sources=(SVI,),
        style=LayerStyle(kind=GRADUATED, column="children", breaks=(1.0, 2.5), symbols=(("a", "#112233", "circle"),)),
        boundary="official", notes=("2010 vintage",),
    )
    frame = areas_frame()
    sites = Layer("gpkg_sites", "Need areas", "site", "point", sources=(SVI,), visible=False)
    built = (
        Project(title="Los Ángeles", crs=CRS, view=View(10.5, 20.25, 0.03), meta=(("starter", "los-angeles"),))
        .with_layer(areas, frame)
        .with_layer(sites, sites_frame())
        .with_layer(Layer("Zones", "Zones", "zone", "polygon", sources=(SVI,)), frame.iloc[:0])
        .with_layer(Layer("links", "Links", "area_link", "none", sources=(SVI,)), links_frame())
    )
    answer = Result(
        "coverage-gap-1", "coverage-gap", "Coverage gap", "Half of the children have nothing in reach.",
        outputs=(
            Output("areas", "Areas", frame[["id", "distance_m"]], (Column("distance_m", "Distance", "m"),),
                   joins="need_areas", style=LayerStyle(column="distance_m")),
            Output("gaps", "Gaps", gpd.GeoDataFrame({"id": ["g"]}, geometry=[Polygon()], crs=CRS), geometry="polygon"),
        ),
        figures=(KeyFigure("children", "Children", 1322.0, moe=12.5), KeyFigure("far", "Farthest", float("inf"), "m")),
        notes=(Note("count", "One area has no number.", 1),),
        bars=(("Covered", 0.5, None), ("Out of reach", 0.5, 0.02)),
        provenance=Provenance(
            "coverage-gap", "0.1/1", {"radius_m": 1609.344, "weights": [["poverty", 2.0]], "category": None},
            (("need_areas", fingerprint(frame)),), (SVI,), "2024-01-02T03:04:05+00:00",
        ),
    )
    return built.with_result(answer)


def numbered(number: int, sites: int = 40) -> Project:
    """A project in which the title and two layers all say one number, so that a mixture of two shows."""
    frame = sites_frame(sites).assign(number=number)
    return (
        Project(title=str(number), crs=CRS)
        .with_layer(Layer("one", "One", "site", "point", sources=(SVI,)), frame)
        .with_layer(Layer("two", "Two", "area_link", "none", sources=(SVI,)), pd.DataFrame(frame.drop(columns="geometry")))
    )


def number_of(opened: Project) -> int:
    """The number such a project says, after checking that all its parts say the same."""
    said = {int(opened.title), *(int(n) for frame in opened.frames.values() for n in frame["number"].unique())}
    assert len(said) == 1, f"a mixture of {sorted(said)}"
    return said.pop()
