"""Frames for analyses, from the small town and from random ones."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from ecomap.analysis import registry
from ecomap.analysis.release.door import released
from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.source import Source
from tests import small_project as town

POVERTY = Indicator("poverty", "Children in poverty", "share", 1, town.CENSUS, moe_column="poverty_moe")
ROLES = {"areas": "need_area", "attendance": "attendance_area", "services": "service", "sites": "site", "zones": "zone",
         "schools": "school", "references": "reference", "spending": "spending", "allocation": "allocation", "positions": "position",
         "participations": "participation", "roles": "staff_role", "funding": "funding", "practices": "practice",
         "need_links": "need_link", "outcomes": "outcome", "system_indicators": "system_indicator", "terms": "term", "ties": "tie",
         "organisations": "organisation", "lines": "district"}
TABLES = ("spending", "allocation", "positions", "participations", "roles", "funding", "practices", "need_links", "outcomes",
          "system_indicators", "terms", "ties", "organisations")


def described(name: str, indicators: tuple[Indicator, ...] = (POVERTY,)) -> Layer:
    return Layer(
        f"{name}-layer", name.capitalize(), ROLES[name],
        "none" if name in TABLES else "point" if name in ("services", "sites", "schools") else "polygon",
        indicators=indicators if name == "areas" else (), sources=(Source(f"{name} source"),),
        boundary="estimated" if name == "attendance" else "",
    )


def frames(indicators: tuple[Indicator, ...] = (POVERTY,), **changed: Any) -> Frames:
    """The small town; an input given as None is not there."""
    rows = {"areas": town.need_areas(), "attendance": town.attendance_areas(), "services": town.services(),
            "sites": town.sites(), "schools": town.schools(), **changed}
    rows = {name: frame for name, frame in rows.items() if frame is not None}
    return Frames(rows, {name: described(name, indicators) for name in rows})


def money_tables() -> dict[str, pd.DataFrame]:
    """The town's money: West spends 2.0 million at the site, Middle did not report, East has no row at all."""
    west, middle, east = town.schools()["id"]
    spending = pd.DataFrame({
        "id": [f"{west}:2024-25", f"{middle}:2024-25"], "name": ["West School", "Middle School"], "school_id": [west, middle],
        "year": "2024-25", "scope": "school", "membership": [300.0, 310.0], "filed_as": "per_pupil",
        "site_federal_usd": [100_000.0, np.nan], "site_state_local_usd": [2_000_000.0, np.nan],
        "central_federal_usd": [50_000.0, np.nan], "central_state_local_usd": [850_000.0, np.nan],
        "site_state_local_usd_reason": ["", "not_reported"],
    })
    allocation = pd.DataFrame({
        "id": [f"{west}:2024-25:SENI", f"{east}:2024-25:SENI"], "name": ["West School", "East School"],
        "school_id": [west, east], "year": "2024-25", "program": "SENI", "amount_usd": [60_000.0, 0.0], "scope": "school",
    })
    positions = pd.DataFrame({
        "id": ["p1", "p2"], "name": ["West School", "East School"], "school_id": [west, east], "year": "2024-25",
        "title": "Teacher", "fte": [10.0, 10.0], "salary_usd": [74_000.0, 97_000.0], "average_salary_usd": 86_000.0,
    })
    return {"spending": spending, "allocation": allocation, "positions": positions}


def outcome_tables() -> dict[str, pd.DataFrame]:
    """The town's outcomes: West and Middle over three years, one number of Middle too small to show; East has no row."""
    west, middle, _ = town.schools()["id"]
    rows = [(school, year, share, of) for school, shares in ((west, (0.30, 0.28, 0.20)), (middle, (0.25, 0.24, np.nan)))
            for year, share, of in zip(("2017-18", "2018-19", "2019-20"), shares, (300.0, 310.0, 9.0 if school == middle else 290.0), strict=True)]
    return {"outcomes": pd.DataFrame({
        "id": [f"{school}:{year}" for school, year, _, _ in rows], "name": [school for school, *_ in rows], "school_id": [school for school, *_ in rows],
        "year": [year for _, year, _, _ in rows], "chronic_absence": [share for *_, share, _ in rows], "chronic_absence_of": [of for *_, of in rows],
        "chronic_absence_reason": ["suppressed" if np.isnan(share) else "" for *_, share, _ in rows],
    })}


def asset_tables() -> dict[str, pd.DataFrame]:
    """The town's inventory: two coordinators at Middle School, one grant that ends, one practice; East School is silent."""
    west, middle, _ = town.schools()["id"]
    roles = pd.DataFrame({
        "id": ["r1", "r2", "r3"], "name": ["", "", ""], "school_id": [middle, middle, west],
        "title": ["Coordinator", "Site lead", "Counselor"], "function": ["coordination", "coordination", "college_career"],
        "approach": ["community_school", "linked_learning", ""], "employer": ["Helpers", "Town schools", "Town schools"],
        "fte": [1.0, 0.5, np.nan], "start": ["2020", "2021-22", ""], "end": ["", "", ""], "contact": ["", "", ""],
    })
    funding = pd.DataFrame({
        "id": ["f1", "f2"], "name": ["", ""], "funder": ["Foundation", "State"], "recipient": ["Helpers", "Town schools"],
        "school_id": [middle, ""], "approach": ["community_school", ""], "function": ["", ""],
        "amount_usd": [100_000.0, np.nan], "start": ["2024-07-01", ""], "end": ["2999-06-30", ""],
    })
    practices = pd.DataFrame({"id": ["n1"], "name": [""], "school_id": [middle], "title": ["Family centre"], "approach": [""],
                              "function": ["family_engagement"], "since": ["2021"], "evidence": ["Survey"], "contact": [""]})
    return {
        "roles": roles, "funding": funding, "practices": practices,
        "participations": pd.DataFrame({"id": ["t1"], "name": [""], "school_id": [west], "approach": ["linked_learning"],
                                        "status": ["active"], "start": ["2019"], "end": [""], "lead_organisation": ["Town schools"]}),
        "need_links": pd.DataFrame({"id": ["k1"], "name": [""], "indicator": ["poverty"], "function": ["mental_health"],
                                    "weight": [1.0]}),
        "system_indicators": pd.DataFrame({"id": ["y1"], "name": [""], "indicator": ["research_partners"], "year": ["2024"],
                                    "value": [3.0], "unit": ["projects"], "source": ["Minutes"]}),
        "ties": pd.DataFrame({
            "id": ["i1", "i2"], "name": ["", ""], "from_organisation": ["Helpers", "Town schools"], "to_organisation": ["Clinic", "Food bank"],
            "kind": ["referral", "planning"], "school_id": [middle, ""], "start": ["2022", ""], "end": ["", ""], "trust": ["4", ""], "quality": ["3", ""],
            "stated_by": ["Helpers", ""]}),
        "organisations": pd.DataFrame({"id": ["o1", "o2"], "name": ["Helpers", "Town schools"], "kind": ["community_organisation", "district"],
                                       "status": ["", ""], "start": ["", ""], "end": ["", ""]}),
        "terms": pd.DataFrame({"id": ["w1"], "name": [""], "vocabulary": ["function"], "code": ["gardening"],
                               "label": ["School garden"], "parent": [""]}),
    }


def ask(name: str, given: Frames, progress: Progress | None = None, **params: Any) -> Result:
    return registry.run(name, given, build_params(registry.analysis(name).params, params), progress=progress)


def finding(result: Result) -> str:
    """What an answer found, without how much of it is known, the day and the years that its sentence ends with."""
    found, _, day = result.sentence.rpartition(" As of ")
    assert found
    assert day
    assert found.endswith(result.rests_on)
    return found.removesuffix(result.rests_on).rstrip()


def as_it_leaves(result: Result) -> Result:
    """An answer on its own, with small groups of pupils hidden as in every file it is written to."""
    return released(Project(crs=town.CRS).with_result(result)).results[0]


def table(result: Result, name: str) -> Any:
    return result.output(name).frame.set_index("id")


def services_at(*places: tuple[float, float], category: str = "Food") -> gpd.GeoDataFrame:
    """Services at places in kilometres from the south-west corner of the town."""
    return gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(len(places))], "name": [f"Service {n}" for n in range(len(places))],
         "category": [category] * len(places), "organisation": [f"Helpers {n}" for n in range(len(places))]},
        geometry=[Point(town.LEFT + x * town.SIDE, town.BOTTOM + y * town.SIDE) for x, y in places], crs=town.CRS,
    )


def random_town(seed: int, missing: bool = False) -> gpd.GeoDataFrame:
    """A 5 x 5 town with random children and poverty."""
    generator = np.random.default_rng(seed)
    cells = [(x, y) for y in range(5) for x in range(5)]
    children = generator.integers(0, 400, 25).astype(float)
    if missing:
        children[generator.integers(0, 25, 3)] = np.nan
    return gpd.GeoDataFrame(
        {"id": [f"t{n:02d}" for n in range(25)], "name": [f"Tract {n}" for n in range(25)], "children": children,
         "children_moe": generator.integers(5, 60, 25).astype(float), "poverty": generator.random(25),
         "poverty_moe": np.full(25, 0.05)},
        geometry=[box(town.LEFT + x * town.SIDE, town.BOTTOM + y * town.SIDE, town.LEFT + (x + 1) * town.SIDE,
                      town.BOTTOM + (y + 1) * town.SIDE) for x, y in cells], crs=town.CRS,
    )
