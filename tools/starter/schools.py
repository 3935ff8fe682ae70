"""Schools of the district: public and charter, with grades, levels, enrolment and meal eligibility."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, on_grid
from tools.starter.inputs import Originals
from tools.starter.reviewed import read_reviewed
from tools.starter.writing import Compiled

DISTRICT_CDS = "1964733"
LEVEL_RULE = (
    "Levels come from the grades served in 2019-20: elementary if grade 4 or below is served, middle if grade 7 or 8, "
    "high if any of grades 9 to 12. Without grades they come from the school category of the county's file."
)
INTAKE_RULE = (
    "A school is taken to have a residential intake if it is district-run and the state lists it as traditional; "
    "magnet schools and centers for enriched studies (by name), charter, continuation, alternative, community day, "
    "opportunity, special education and adult schools are taken to have none."
)
_GRADES = {"P": -1, "K": 0, **{str(grade): grade for grade in range(1, 13)}}
_BY_CATEGORY = {
    "Elementary Schools": "elementary",
    "Intermediate/Middle/Junior High Schools": "middle",
    "High Schools": "high",
    "Elementary-High Combination Schools": "elementary+middle+high",
}
_TYPES = {
    "Traditional": "traditional",
    "Alternative School of Choice": "alternative school of choice",
    "Community Day School": "community day school",
    "Continuation School": "continuation school",
    "Opportunity School": "opportunity school",
    "Special Education School": "special education school",
}
_MAGNET = re.compile(r"\bMag(net)?s?\b|Center for Enriched Studies", re.IGNORECASE)


CORRECTIONS_TABLE = "point_corrections_reviewed.csv"


def compile_schools(originals: Originals, reviewed: Path, boards: Any) -> Compiled:
    """Public and charter schools of the district.

    `reviewed` is the folder of the reviewed tables, `boards` gives each school its board district (EPSG:3310).
    """
    read = gpd.read_file(originals.path("schools"))
    ours = read[read["source_id"].astype(str).str.startswith(DISTRICT_CDS)]
    public = ours[ours["cat3"] != "Private Schools"].sort_values("source_id").reset_index(drop=True).to_crs(CRS)
    meals = _meals(originals).reindex(public["source_id"]).reset_index(drop=True)
    nces = _nces(originals).reindex(public["source_id"]).reset_index(drop=True)
    frame = _described(public, meals, nces)
    corrections = read_reviewed(reviewed / CORRECTIONS_TABLE)
    points = gpd.GeoSeries(on_grid(_corrected(public, corrections)), crs=CRS)
    frame[v.BOARD_DISTRICT] = _board_of(points, boards)
    rows = gpd.GeoDataFrame(frame, geometry=points)
    doubts = tuple(f"{row['school_name']}: {row['note']}" for row in corrections)
    return Compiled(_layer(originals, rows, meals, doubts), rows, (
        f"{len(ours):,} features with a district code read, {len(ours) - len(public):,} private schools left out",
        f"{int(rows[v.ENROLLMENT].isna().sum())} schools without a 2019-20 row (not reported)",
        f"{int((rows[v.LEVELS] == '').sum())} adult schools, which have no level",
        f"{int((rows[v.BOARD_DISTRICT] == '').sum())} schools outside every board district",
        *doubts,
    ))


def _corrected(public: Any, corrections: list[dict[str, str]]) -> Any:
    """The schools' points, with the reviewed corrections in place of what was published."""
    better = [row for row in corrections if row["longitude"]]
    places = gpd.GeoSeries(
        gpd.points_from_xy([float(row["longitude"]) for row in better], [float(row["latitude"]) for row in better]),
        crs="EPSG:4326",
    ).to_crs(CRS)
    found = dict(zip((row["school_id"] for row in better), places))
    return [found.get(school, point) for school, point in zip(public["source_id"], public.geometry)]


def _meals(originals: Originals) -> Any:
    table = pd.read_excel(originals.path("frpm"), sheet_name=1, header=1, dtype=str)
    table.columns = [" ".join(str(name).split()) for name in table.columns]
    table = table[(table["County Code"] == "19") & (table["District Code"] == "64733")]
    return table.set_index(DISTRICT_CDS + table["School Code"], verify_integrity=True)


def _nces(originals: Originals) -> Any:
    table = pd.read_excel(originals.path("directory"), header=None, dtype=str)
    header = int(table.index[table[0] == "CDSCode"][0])
    table.columns = list(table.loc[header])
    table = table.loc[header + 1:].dropna(subset=["CDSCode"]).set_index("CDSCode", verify_integrity=True)
    known = (table["NCESDist"] != "No Data") & (table["NCESSchool"] != "No Data")
    return (table["NCESDist"] + table["NCESSchool"]).where(known, "")


def _described(public: Any, meals: Any, nces: Any) -> Any:
    charter = public["cat3"] == "Charter Schools"
    names = public["label"].str.strip()
    low, high = meals["Low Grade"].fillna(""), meals["High Grade"].fillna("")
    types = [_school_type(*row) for row in zip(names, public["cat2"], meals["Educational Option Type"])]
    enrolled = pd.to_numeric(meals["Enrollment (K-12)"]).to_numpy(float)
    eligible = pd.to_numeric(meals["FRPM Count (K-12)"]).to_numpy(float)
    share = np.divide(eligible, enrolled, out=np.full(len(enrolled), np.nan), where=enrolled > 0)
    reason = np.where(np.isnan(enrolled), "not_reported", "")
    return pd.DataFrame({
        v.ID: public["source_id"].astype(str),
        v.NAME: names,
        v.LEVELS: [_levels(*row) for row in zip(low, high, public["cat2"])],
        v.GRADES_LOW: low, v.GRADES_HIGH: high,
        v.GOVERNANCE: np.where(charter, "charter", "district"),
        v.SCHOOL_TYPE: types,
        v.RESIDENTIAL_INTAKE: [not c and t == "traditional" for c, t in zip(charter, types)],
        v.ENROLLMENT: enrolled, v.ENROLLMENT + v.REASON_SUFFIX: reason,
        v.FRPM_COUNT: eligible, v.FRPM_COUNT + v.REASON_SUFFIX: reason,
        v.FRPM_SHARE: np.round(share, 4), v.FRPM_SHARE + v.REASON_SUFFIX: reason,
        v.ADDRESS: public["addrln1"].fillna("").str.strip(),
        v.CITY: public["city"].fillna("").str.strip(),
        v.POSTCODE: public["zip"].fillna("").str[:5],
        "nces_id": nces.fillna(""),
    })


def _school_type(name: str, category: str, option: Any) -> str:
    if category == "Adult Education Schools":
        return "adult school"
    if not isinstance(option, str):
        return "not reported"
    if option == "Traditional" and _MAGNET.search(name):
        return "magnet"
    return _TYPES[option]


def _levels(low: str, high: str, category: str) -> str:
    if category == "Adult Education Schools":
        return ""
    if low not in _GRADES or high not in _GRADES:
        return _BY_CATEGORY[category]
    first, last = _GRADES[low], _GRADES[high]
    serves = {"elementary": first <= 4, "middle": first <= 8 and last >= 7, "high": last >= 9}
    return "+".join(level for level in v.SCHOOL_LEVELS if serves[level])


def _board_of(points: Any, boards: Any) -> list[str]:
    numbers = [""] * len(points)
    index, board = boards.sindex.query(points, predicate="intersects")
    for row, which in sorted(zip(index.tolist(), board.tolist()), reverse=True):
        numbers[row] = boards["number"].iloc[which]
    return numbers


def _layer(originals: Originals, rows: Any, meals: Any, doubts: tuple[str, ...]) -> Layer:
    adult = rows[v.SCHOOL_TYPE] == "adult school"
    unmatched = rows[v.ENROLLMENT].isna()
    local = int((meals["Charter Funding Type"] == "Locally funded").sum())
    columns = (
        Column(v.LEVELS, "Levels"), Column(v.GRADES_LOW, "Lowest grade"), Column(v.GRADES_HIGH, "Highest grade"),
        Column(v.GOVERNANCE, "Run by", help="district or charter"), Column(v.SCHOOL_TYPE, "Type"),
        Column(v.RESIDENTIAL_INTAKE, "Takes pupils by home address", "flag", INTAKE_RULE),
        Column(v.ENROLLMENT, "Pupils, 2019-20", "count", "Enrolled in kindergarten to grade 12 on Census Day 2019."),
        Column(v.FRPM_COUNT, "Pupils eligible for free or reduced-price meals, 2019-20", "count"),
        Column(v.FRPM_SHARE, "Eligible for free or reduced-price meals, 2019-20", "share",
               "Share of pupils. Not the same as living below the poverty line."),
        Column(v.BOARD_DISTRICT, "Board district"), Column(v.ADDRESS, "Address"), Column(v.CITY, "City"),
        Column(v.POSTCODE, "ZIP code"), Column("nces_id", "NCES school id", hidden=True),
        *(Column(name + v.REASON_SUFFIX, "Why it is missing", hidden=True)
          for name in (v.ENROLLMENT, v.FRPM_COUNT, v.FRPM_SHARE)),
    )
    return Layer(
        "schools", "Schools", v.SCHOOL, POINT, columns, (),
        tuple(originals.source(key) for key in ("schools", "frpm", "directory")),
        LayerStyle(fill="#8A96A3", line="#FFFFFF", line_width=0.8, shape="circle", size=5.0), visible=True,
        group="Sites",
        notes=(
            f"{len(rows):,} public and charter schools of Los Angeles Unified as the county listed them in March "
            f"2025, {int(adult.sum())} of them adult schools without a level; private schools are left out.",
            f"{int(unmatched.sum())} schools have no 2019-20 row, {int((unmatched & ~adult).sum())} of them serving "
            "children: enrolment and meals are not reported for these.",
            LEVEL_RULE, INTAKE_RULE,
            f"{local} charter schools are locally funded (affiliated) charters that may also take pupils by home "
            "address; they are treated as charters and have no estimated area.",
            *(f"{doubt}." for doubt in doubts),
        ),
    )
