"""The schools of every district of California, and the list of its districts: a starter that is cut to one district."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.judgement import SHARE, Judgement
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, on_grid
from tools.starter.inputs import Originals
from tools.starter.schools import (
    INSTRUCTION,
    INTAKE_RULE,
    LEVEL_RULE,
    MAGNET,
    TYPES,
    YEAR,
    grades_of,
    identity_columns,
    levels_of,
    spaced,
)
from tools.starter.writing import Compiled, write_description, write_layer, write_table

NAME = "california"
TITLE = "California"
DISTRICT_CODE = "district_code"
_SHARES = (("english_learner_share", "el_pct", "English learners"), (v.DISADVANTAGED, "sed_pct", "Socioeconomically disadvantaged pupils"),
           ("disability_share", "swd_pct", "Pupils with disabilities"))
_INTAKE = INTAKE_RULE.replace(", in 2025-26 and in the meal file of 2023-24", "").replace(" (by name, in the state's or the county's list)", " (by name)")


def write_state_districts(originals: Originals, out: Path) -> Compiled:
    """Write the schools of California with their districts' codes, and the table of districts, below a folder."""
    read = pd.read_csv(originals.path("california_schools"), dtype=str, keep_default_na=False)
    closed = read["status"] != "active"
    frame = _schools(read[~closed].sort_values("id").reset_index(drop=True))
    compiled = Compiled(_layer(originals, frame, int(closed.sum())), frame, (
        f"{len(read):,} schools read, {int(closed.sum())} closed left out, {read['districtId'].nunique():,} districts",))
    folder = out / NAME
    folder.mkdir(parents=True, exist_ok=True)
    write_layer(compiled, folder, packed=True)
    write_table(_districts(read[~closed], originals), folder / "districts.csv")
    write_description(TITLE, [compiled], {"x": 0.0, "y": 0.0}, folder, {"by": DISTRICT_CODE, "districts": "districts.csv", "title": "{district}"})
    return compiled


def _districts(read: Any, originals: Originals) -> Any:
    """Every district: code, name, county, federal code where it is known, schools and pupils."""
    funding = pd.read_csv(originals.path("district_funding"), dtype=str, usecols=["ncesid", "state_leaid"], keep_default_na=False)
    funding = funding[funding["state_leaid"].str.fullmatch(r"CA-\d{7}")]
    federal = dict(zip(funding["state_leaid"].str[3:], funding["ncesid"]))
    pupils = read["enrollment"].astype(int).groupby(read["districtId"]).sum()
    one = read.drop_duplicates("districtId").sort_values(["district", "districtId"])
    code = one["districtId"].str[:7]
    return pd.DataFrame({"code": code, "name": spaced(one["district"]), "county": one["county"], "nces_id": code.map(federal).fillna(""),
                         "schools": one["districtId"].map(read["districtId"].value_counts()), "pupils": one["districtId"].map(pupils)})


def _schools(read: Any) -> Any:
    enrolled = read["enrollment"].astype(float).to_numpy()
    charter = (read["charter"] == "True").to_numpy()
    span = [grades_of(text) for text in read["gradeSpan"]]
    names = spaced(read["name"])
    types = [kind if kind != "traditional" or not MAGNET.search(name) else "magnet" for kind, name in zip(read["schoolType"].map(TYPES), names)]
    points = gpd.points_from_xy(read["longitude"].astype(float), read["latitude"].astype(float), crs="EPSG:4326")
    return gpd.GeoDataFrame({
        v.ID: read["id"], v.NAME: names, DISTRICT_CODE: read["districtId"].str[:7],
        v.LEVELS: [levels_of(*one) for one in span], v.GRADES_LOW: [low for low, _ in span], v.GRADES_HIGH: [high for _, high in span],
        v.GOVERNANCE: np.where(charter, "charter", "district"), v.SCHOOL_TYPE: types, "magnet": read["magnet"] == "True",
        "instruction": read["virtualType"].map(INSTRUCTION),
        v.RESIDENTIAL_INTAKE: [not c and t == "traditional" for c, t in zip(charter, types)],
        v.ENROLLMENT: enrolled, **{name: np.round(read[field].astype(float).to_numpy() / 100, 4) for name, field, _ in _SHARES},
        v.ADDRESS: spaced(read["street"]), v.CITY: spaced(read["addr_city"]), v.POSTCODE: read["zip"].str[:5],
    }, geometry=on_grid(gpd.GeoSeries(points).to_crs(CRS)), crs=CRS)


def _layer(originals: Originals, frame: Any, closed: int) -> Layer:
    identity = tuple(evolve(column, help=_INTAKE) if column.name == v.RESIDENTIAL_INTAKE else column
                     for column in identity_columns() if column.name in frame.columns)
    return Layer(
        "schools", "Schools", v.SCHOOL, POINT, (
            *identity, *(Column(name, f"{label}, share of pupils, {YEAR}", "share", judgement=Judgement(SHARE)) for name, _, label in _SHARES),
            Column(v.ADDRESS, "Address"), Column(v.CITY, "City"), Column(v.POSTCODE, "ZIP code"),
            Column(DISTRICT_CODE, "District code", hidden=True),
        ), (), (originals.source("california_schools"),),
        LayerStyle(fill="#8A96A3", line="#FFFFFF", line_width=0.8, shape="circle", size=6.0), visible=True, group="Sites",
        notes=(
            f"The district and charter schools that the state lists for this district in {YEAR}, with their pupils; adult schools are not in the list.",
            "Points are the state's and were not checked one by one.",
            LEVEL_RULE.partition(" Without")[0], _INTAKE,
            f"{closed} schools of the state that the list calls closed are left out.",
        ),
    )
