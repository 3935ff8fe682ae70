"""Schools of the district in 2025-26: the state's list, and what the county's list holds that the state's does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.judgement import SHARE, Judgement
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.pupils import PUPILS
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, on_grid
from tools.starter.inputs import Originals
from tools.starter.outcomes import LATEST, latest_columns, with_latest
from tools.starter.points import decided_points
from tools.starter.reviewed import read_reviewed
from tools.starter.writing import Compiled

DISTRICT_CDS = "1964733"
YEAR = "2025-26"
UNLISTED_TABLE = "schools_unlisted_reviewed.csv"
ADULT = "adult school"
LEVEL_RULE = (
    "Levels come from the grades served in 2025-26: elementary if grade 4 or below is served, middle if grade 7 or 8, "
    "high if any of grades 9 to 12. Without grades they come from the school category of the county's file."
)
INTAKE_RULE = (
    "A school is taken to have a residential intake if it is district-run and the state lists it as an ordinary school, in "
    "2025-26 and in the meal file of 2023-24; magnet schools and centers for enriched studies (by name, in the state's or the "
    "county's list), charter, continuation, alternative, community day, opportunity, special education and adult schools are "
    "taken to have none."
)
GRADES = {"P": -1, "K": 0, **{str(grade): grade for grade in range(1, 13)}}
_BY_CATEGORY = {
    "Elementary Schools": "elementary",
    "Intermediate/Middle/Junior High Schools": "middle",
    "High Schools": "high",
    "Elementary-High Combination Schools": "elementary+middle+high",
    "Early Childhood Education and Head Start": "elementary",
}
TYPES = {
    "Elementary": "traditional", "Middle": "traditional", "High": "traditional", "K-12": "traditional",
    "Alternative Schools of Choice": "alternative school of choice",
    "Community Day": "community day school",
    "Continuation": "continuation school",
    "Opportunity": "opportunity school",
    "Special Education": "special education school",
    "County Community": "county community school",
    "Juvenile Court": "juvenile court school",
    "State Special": "state special school",
}
_OPTIONS = {
    "Traditional": "traditional",
    "Alternative School of Choice": "alternative school of choice",
    "Community Day School": "community day school",
    "Continuation School": "continuation school",
    "Opportunity School": "opportunity school",
    "Special Education School": "special education school",
}
INSTRUCTION = {"N": "", "C": "primarily in classrooms", "V": "primarily virtual", "F": "virtual only"}
MAGNET = re.compile(r"\bMag(net)?s?\b|Center for Enriched Studies", re.IGNORECASE)
# column of the starter -> heading in the state's list, what it is called, whether the count or the share is shown
GROUPS = (
    ("english_learner", "English Learner", "English learners", SHARE),
    ("foster", "Foster", "Foster youth", PUPILS),
    ("homeless", "Homeless", "Homeless pupils", PUPILS),
    ("disability", "Students with Disabilities", "Pupils with disabilities", SHARE),
)


def compile_schools(originals: Originals, reviewed: Path, boards: Any) -> Compiled:
    """Public and charter schools of the district.

    `reviewed` is the folder of the reviewed tables, `boards` gives each school its board district (EPSG:3310).
    """
    county, left_out = _county(originals)
    state = _state(originals)
    meals = _meals(originals)
    unlisted = county.loc[county.index.difference(state.index)]
    decisions = _decisions(reviewed, unlisted)
    frame = pd.concat([_listed(state, county, meals), _unlisted(unlisted, decisions, meals)], ignore_index=True)
    frame["nces_id"] = _nces(originals).reindex(frame[v.ID]).fillna("").to_numpy()
    frame = with_latest(frame, originals)
    points, doubts = decided_points(reviewed, frame, state, county)
    points = gpd.GeoSeries(on_grid(points), crs=CRS)
    frame[v.BOARD_DISTRICT] = _board_of(points, boards)
    rows = gpd.GeoDataFrame(frame, geometry=points).sort_values(v.ID, kind="stable").reset_index(drop=True)
    told = tuple(f"{row['school_name']}: {row['reason']}" for row in decisions.values() if row["kind"] != "adult school")
    return Compiled(_layer(originals, rows, meals, (*doubts, *told)), rows, (
        f"{len(state):,} schools of the state's list, {int(state['enrollment'].astype(int).sum()):,} pupils",
        f"{left_out} private schools of the county's list left out",
        f"{len(unlisted)} schools of the county's list that the state's does not have: {', '.join(sorted({r['kind'] for r in decisions.values()}))}",
        f"{int((rows[v.LEVELS] == '').sum())} adult schools, which have no level",
        f"{int((rows[v.BOARD_DISTRICT] == '').sum())} schools outside every board district",
        *doubts, *told,
    ))


def _county(originals: Originals) -> tuple[Any, int]:
    read = gpd.read_file(originals.path("schools"))
    ours = read[read["source_id"].astype(str).str.startswith(DISTRICT_CDS)]
    public = ours[ours["cat3"] != "Private Schools"].to_crs(CRS)
    return public.assign(source_id=public["source_id"].astype(str)).set_index("source_id", verify_integrity=True), len(ours) - len(public)


def _state(originals: Originals) -> Any:
    table = pd.read_csv(originals.path("state_schools"), dtype=str, keep_default_na=False)
    table = table[table["districtId"] == f"{DISTRICT_CDS}0000000"]
    return table.set_index("id", verify_integrity=True).sort_index()


def _meals(originals: Originals) -> Any:
    table = pd.read_excel(originals.path("frpm"), sheet_name=1, header=1, dtype=str, engine="openpyxl")
    table.columns = [" ".join(str(name).split()) for name in table.columns]
    table = table[(table["County Code"] == "19") & (table["District Code"] == "64733")]
    return table.set_index(DISTRICT_CDS + table["School Code"], verify_integrity=True)


def _nces(originals: Originals) -> Any:
    table = pd.read_excel(originals.path("directory"), header=None, dtype=str, engine="openpyxl")
    header = int(table.index[table[0] == "CDSCode"][0])
    table.columns = list(table.loc[header])
    table = table.loc[header + 1:].dropna(subset=["CDSCode"]).set_index("CDSCode", verify_integrity=True)
    known = (table["NCESDist"] != "No Data") & (table["NCESSchool"] != "No Data")
    return (table["NCESDist"] + table["NCESSchool"]).where(known, "")


def _decisions(reviewed: Path, unlisted: Any) -> dict[str, dict[str, str]]:
    table = {row["school_id"]: row for row in read_reviewed(reviewed / UNLISTED_TABLE)}
    if unknown := set(unlisted.index) ^ set(table):
        raise InputError(f"{UNLISTED_TABLE} and the lists disagree about {sorted(unknown)[0]}.",
                         "The table has one row for every school of the county's list that the state's list does not have.")
    return table


def _listed(state: Any, county: Any, meals: Any) -> Any:
    enrolled = state["enrollment"].astype(float).to_numpy()
    span = [grades_of(text) for text in state["gradeSpan"]]
    charter = (state["charter"] == "True").to_numpy()
    types = [_school_type(*row) for row in zip(
        zip(state["name"], county["label"].reindex(state.index).fillna("")), state["schoolType"],
        meals["Educational Option Type"].reindex(state.index))]
    return pd.DataFrame({
        v.ID: state.index.astype(str), v.NAME: spaced(state["name"]).to_numpy(),
        v.LEVELS: [levels_of(low, high) for low, high in span],
        v.GRADES_LOW: [low for low, _ in span], v.GRADES_HIGH: [high for _, high in span],
        v.GOVERNANCE: np.where(charter, "charter", "district"),
        v.SCHOOL_TYPE: types,
        "magnet": (state["magnet"] == "True").to_numpy(),
        "instruction": state["virtualType"].map(INSTRUCTION).to_numpy(),
        v.RESIDENTIAL_INTAKE: [not c and t == "traditional" for c, t in zip(charter, types)],
        v.STATUS: "", v.DETAIL: "",
        **counted_pupils(enrolled, state["Free/Reduced Meal Eligible count"].astype(float).to_numpy()),
        **group_columns({name: state[f"{heading} count"].astype(float).to_numpy() for name, heading, *_ in GROUPS}, enrolled),
        v.ADDRESS: spaced(state["street"]).to_numpy(), v.CITY: spaced(state["addr_city"]).to_numpy(),
        v.POSTCODE: state["zip"].str[:5].to_numpy(),
    })


def counted_pupils(enrolled: Any, eligible: Any) -> dict[str, Any]:
    """Pupils and those eligible for meals, with the reason where they are not known."""
    share = np.divide(eligible, enrolled, out=np.full(len(enrolled), np.nan), where=enrolled > 0)
    reason = np.where(np.isnan(enrolled), "not_reported", "")
    meals = np.where(np.isnan(eligible), "not_reported", "")
    return {
        v.ENROLLMENT: enrolled, v.ENROLLMENT + v.REASON_SUFFIX: reason,
        v.FRPM_COUNT: eligible, v.FRPM_COUNT + v.REASON_SUFFIX: meals,
        v.FRPM_SHARE: np.round(share, 4), v.FRPM_SHARE + v.REASON_SUFFIX: meals,
    }


def group_columns(counts: dict[str, Any], enrolled: Any) -> dict[str, Any]:
    """Count, share and reason of each group of pupils."""
    columns: dict[str, Any] = {}
    for name, count in counts.items():
        reason = np.where(np.isnan(count), "not_reported", "")
        share = np.divide(count, enrolled, out=np.full(len(enrolled), np.nan), where=enrolled > 0)
        columns |= {f"{name}_count": count, f"{name}_count{v.REASON_SUFFIX}": reason,
                    f"{name}_share": np.round(share, 4), f"{name}_share{v.REASON_SUFFIX}": reason}
    return columns


def _unlisted(unlisted: Any, decisions: dict[str, dict[str, str]], meals: Any) -> Any:
    """Schools that only the county lists: adult schools, a program without grades, and schools that have left the list."""
    unlisted = unlisted.sort_index()
    rows = [decisions[school] for school in unlisted.index]
    last = meals.reindex(unlisted.index)
    low, high = last["Low Grade"].fillna("").to_numpy(), last["High Grade"].fillna("").to_numpy()
    nobody = np.full(len(unlisted), np.nan)
    adult = (unlisted["cat2"] == "Adult Education Schools").to_numpy()
    option = last["Educational Option Type"].map(_OPTIONS).fillna("not reported").to_numpy()
    return pd.DataFrame({
        v.ID: unlisted.index.astype(str), v.NAME: spaced(unlisted["label"]).to_numpy(),
        v.LEVELS: ["" if is_adult else levels_of(*span) or _BY_CATEGORY[category]
                   for is_adult, span, category in zip(adult, zip(low, high), unlisted["cat2"])],
        v.GRADES_LOW: low, v.GRADES_HIGH: high,
        v.GOVERNANCE: np.where(unlisted["cat3"] == "Charter Schools", "charter", "district"),
        v.SCHOOL_TYPE: np.where(adult, ADULT, option),
        "magnet": False, "instruction": "", v.RESIDENTIAL_INTAKE: False,
        v.STATUS: [row["status"] for row in rows], v.DETAIL: [row["reason"] for row in rows],
        **counted_pupils(nobody, nobody), **group_columns({name: nobody for name, *_ in GROUPS}, nobody),
        v.ADDRESS: unlisted["addrln1"].fillna("").str.strip().to_numpy(), v.CITY: unlisted["city"].fillna("").str.strip().to_numpy(),
        v.POSTCODE: unlisted["zip"].fillna("").str[:5].to_numpy(),
    })


def _school_type(names: tuple[str, str], listed: str, option: Any) -> str:
    if TYPES[listed] != "traditional":
        return TYPES[listed]
    if isinstance(option, str) and _OPTIONS.get(option, "traditional") != "traditional":
        return _OPTIONS[option]
    return "magnet" if any(MAGNET.search(name) for name in names) else "traditional"


def spaced(texts: Any) -> Any:
    """Texts with single blanks and none at the ends."""
    return texts.str.split().str.join(" ")


def grades_of(span: str) -> tuple[str, str]:
    """The lowest and the highest grade of a span as the state writes it; "AD" (adults) is no grade.

    >>> grades_of("K–5"), grades_of("12"), grades_of("PK–12"), grades_of("9–AD"), grades_of("AD")
    (('K', '5'), ('12', '12'), ('P', '12'), ('9', '12'), ('', ''))
    """
    low, _, high = span.replace("PK", "P").partition("–")
    high = high or low
    if low == "AD":
        return "", ""
    return low, "12" if high == "AD" else high


def levels_of(low: str, high: str) -> str:
    """The school levels that a span of grades serves, "" where the grades are not known."""
    if low not in GRADES or high not in GRADES:
        return ""
    first, last = GRADES[low], GRADES[high]
    serves = {"elementary": first <= 4, "middle": first <= 8 and last >= 7, "high": last >= 9}
    return "+".join(level for level in v.SCHOOL_LEVELS if serves[level])


def _board_of(points: Any, boards: Any) -> list[str]:
    numbers = [""] * len(points)
    index, board = boards.sindex.query(points, predicate="intersects")
    for row, which in sorted(zip(index.tolist(), board.tolist()), reverse=True):
        numbers[row] = boards["number"].iloc[which]
    return numbers


def group_descriptions(names: set[str]) -> tuple[Column, ...]:
    """What the columns of groups of pupils say."""
    columns: list[Column] = []
    for name, _, label, shown in GROUPS:
        if f"{name}_share" not in names:
            continue
        if f"{name}_count" in names:
            columns.append(Column(f"{name}_count", f"{label}, {YEAR}", PUPILS, hidden=shown != PUPILS))
        columns.append(Column(f"{name}_share", f"{label}, share of pupils, {YEAR}", "share", hidden=shown != SHARE, judgement=Judgement(SHARE)))
    return (*columns, *(Column(column.name + v.REASON_SUFFIX, "Why it is missing", hidden=True) for column in columns))


def identity_columns() -> tuple[Column, ...]:
    """What every list of schools of the state says of a school."""
    return (
        Column(v.LEVELS, "Levels"), Column(v.GRADES_LOW, "Lowest grade"), Column(v.GRADES_HIGH, "Highest grade"),
        Column(v.GOVERNANCE, "Run by", help="district or charter"), Column(v.SCHOOL_TYPE, "Type"),
        Column("magnet", "Has a magnet program", "flag"),
        Column("instruction", "Virtual instruction", help="As the state lists it. Empty: not virtual. The pupils of a virtual school need not live near its address."),
        Column(v.RESIDENTIAL_INTAKE, "Takes pupils by home address", "flag", INTAKE_RULE),
        Column(v.STATUS, "Status"), Column(v.DETAIL, "Detail"),
        Column(v.ENROLLMENT, f"Pupils, {YEAR}", "count", "Enrolled in kindergarten to grade 12 on Census Day 2025."),
    )


def _layer(originals: Originals, rows: Any, meals: Any, doubts: tuple[str, ...]) -> Layer:
    adult = rows[v.SCHOOL_TYPE] == ADULT
    listed = rows[v.ENROLLMENT].notna()
    gone = rows[v.STATUS] == "ended"
    local = int((meals["Charter Funding Type"] == "Locally funded").sum())
    columns = (
        *identity_columns(),
        Column(v.FRPM_COUNT, f"Pupils eligible for free or reduced-price meals, {YEAR}", "count"),
        Column(v.FRPM_SHARE, f"Eligible for free or reduced-price meals, {YEAR}", "share",
               "Share of pupils. Not the same as living below the poverty line."),
        *group_descriptions(set(rows.columns)), *latest_columns(),
        Column(v.BOARD_DISTRICT, "Board district"), Column(v.ADDRESS, "Address"), Column(v.CITY, "City"),
        Column(v.POSTCODE, "ZIP code"), Column("nces_id", "NCES school id", hidden=True),
        *(Column(name + v.REASON_SUFFIX, "Why it is missing", hidden=True)
          for name in (v.ENROLLMENT, v.FRPM_COUNT, v.FRPM_SHARE)),
    )
    return Layer(
        "schools", "Schools", v.SCHOOL, POINT, columns, (),
        tuple(originals.source(key) for key in ("state_schools", "schools")),
        LayerStyle(fill="#8A96A3", line="#FFFFFF", line_width=0.8, shape="circle", size=5.0), visible=True,
        group="Sites",
        notes=(
            f"{int(listed.sum()):,} district and charter schools of Los Angeles Unified as the state lists them in {YEAR}, with "
            f"{int(rows[v.ENROLLMENT].sum()):,} pupils.",
            f"{int((~listed).sum())} more are in the county's list of March 2025 alone, with no pupils reported: {int(adult.sum())} adult schools "
            f"without a level, {int((~listed & ~adult & ~gone).sum())} program without grades, and {int(gone.sum())} schools that have left the "
            "district's list. These stay on the map and count in no answer.",
            "Points are the state's, which were checked against the county's of March 2025: every move of more than 500 m was decided one by one "
            "(point_moves_reviewed.csv).",
            LEVEL_RULE, INTAKE_RULE,
            f"Outcomes are of {LATEST}, chronic absence of three years, from the table Outcomes of schools: numerator, denominator and reliability of "
            "all years are there.",
            "How charter schools are funded and the kind of a school in 2023-24 are from the state's meal file of 2023-24 (frpm2324.xlsx); the federal "
            "codes (NCES) from the state's directory of 5 October 2021.",
            f"{local} charter schools are locally funded (affiliated) charters, as of 2023-24, that may also take pupils by home "
            "address; they are treated as charters and have no estimated area.",
            *(f"{doubt.removesuffix('.')}." for doubt in doubts),
        ),
    )
