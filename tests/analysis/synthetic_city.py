"""A made-up city in which everything worth finding was planted, and next to each a twin that only looks like it.

Thirty schools stand 5 km apart on a grid, each in the middle of a need area of its own with 1,000 children. On the day asked
about, 1 July 2026, who does what is known because it was put there: see `City`.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import frozen
from shapely.geometry import Point, box

from ecomap.model.frames import Frames
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Layer
from ecomap.model.source import Source

CRS, STEP, DAY = "EPSG:3310", 5_000.0, "2026-07-01"
SOURCE = Source("Made up", "Nobody", "2026")
POVERTY = Indicator("poverty", "Children in poverty", "share", 1, SOURCE)
ROLES = {"schools": "school", "areas": "need_area", "services": "service", "sites": "site", "zones": "zone",
         "participations": "participation", "roles": "staff_role", "funding": "funding"}


@frozen
class City:
    """The frames and what was planted in them.

    ``duplicates``: (school, function) with two organisations; ``silent``: schools nobody wrote a word about;
    ``clashes``: (school, function) that two approaches or employers hold; ``ended`` and ``ending``: grants that are over, and
    that end within a year; ``taking_part``: school -> approaches.
    """

    frames: Frames
    duplicates: frozenset[tuple[str, str]]
    silent: frozenset[str]
    clashes: frozenset[tuple[str, str]]
    ended: frozenset[str]
    ending: frozenset[str]
    paying: frozenset[str]
    taking_part: dict[str, frozenset[str]]


def synthetic_city(seed: int = 0) -> City:
    """Plant everything at schools drawn by the seed."""
    generator = np.random.default_rng(seed)
    ids = [f"1964733{n:07d}" for n in range(30)]
    drawn = [ids[n] for n in generator.permutation(30)]
    silent, twice, clash, team, quiet = drawn[:4], drawn[4:8], drawn[8:11], drawn[11:13], drawn[13:]
    place = {one: (n % 6 * STEP, n // 6 * STEP) for n, one in enumerate(ids)}
    services, duplicates = _services(twice, quiet, place)
    roles, clashes = _roles(clash, team, quiet)
    sites, participations, zones, part = _approaches(quiet, place)
    funding = _funding(quiet)
    rows = {
        "schools": gpd.GeoDataFrame(
            {"id": ids, "name": [f"School {n}" for n in range(30)], "levels": "elementary",
             "enrollment": [300.0 + 10 * n for n in range(30)], "frpm_share": [(n + 1) / 31 for n in range(30)]},
            geometry=[Point(place[one]) for one in ids], crs=CRS),
        "areas": gpd.GeoDataFrame(
            {"id": [f"a{n}" for n in range(30)], "name": [f"Area {n}" for n in range(30)], "children": 1000.0,
             "poverty": [(n + 1) / 31 for n in range(30)]},
            geometry=[box(x - STEP / 2, y - STEP / 2, x + STEP / 2, y + STEP / 2) for x, y in place.values()], crs=CRS),
        "services": services, "sites": sites, "zones": zones, "participations": participations, "roles": roles, "funding": funding,
    }
    layers = {name: Layer(f"{name}-layer", name.capitalize(), ROLES[name], "none" if "geometry" not in frame else
                          "polygon" if name in ("areas", "zones") else "point", sources=(SOURCE,),
                          indicators=(POVERTY,) if name == "areas" else ()) for name, frame in rows.items()}
    return City(Frames(rows, layers), frozenset(duplicates), frozenset(silent), frozenset(clashes), frozenset({"g-over", "g-today"}),
                frozenset({"g-soon", "g-month"}), frozenset({"g-soon", "g-month", "g-late", "g-open"}), part)


def _services(twice: list[str], quiet: list[str], place: dict[str, tuple[float, float]]) -> tuple[gpd.GeoDataFrame, set]:
    rows = []

    def add(organisation: str, function: str, school: str, away: float = 500.0, **more: object) -> None:
        x, y = place[school]
        rows.append({"id": f"s{len(rows)}", "name": f"{organisation} {function}", "organisation": organisation, "function": function,
                     "category": "", "school_id": "", "status": "active", "start": "2020", "end": "", "online_only": False,
                     "available": 50.0, "capacity": 100.0, "geometry": Point(x + away, y), **more})

    for school in twice:  # two organisations tutor within reach: the duplicates
        add("North Tutors", "academic_support", school)
        add("South Tutors", "academic_support", school, away=-700.0)
    add("North Tutors", "academic_support", quiet[0])                       # one alone
    add("Grocer", "food", quiet[1])                                        # the same organisation twice, written differently
    add("GROCER ", "food", quiet[1], away=300.0)
    add("Clinic", "physical_health", quiet[2])                              # another that closed the day before
    add("Old Clinic", "physical_health", quiet[2], status="active", end="2026-06-30")
    add("Lawyers", "legal", quiet[3])                                      # another that is only planned
    add("New Lawyers", "legal", quiet[3], status="planned", start="")
    add("Shelter", "housing", quiet[4])                                    # another too far away
    add("Far Shelter", "housing", quiet[4], away=2_200.0)
    add("Counsel", "mental_health", quiet[5])                               # another online only
    add("Net Counsel", "mental_health", quiet[5], online_only=True)
    add("Mentors", "youth_development", quiet[6])                           # two different functions are no duplicate
    add("Parents", "family_engagement", quiet[6])
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS)
    return frame, {(school, "academic_support") for school in twice}


def _roles(clash: list[str], team: list[str], quiet: list[str]) -> tuple[pd.DataFrame, set]:
    rows: list[dict] = []

    def add(school: str, function: str, employer: str, approach: str = "", title: str = "Coordinator", end: str = "") -> None:
        rows.append({"id": f"r{len(rows)}", "name": title, "school_id": school, "title": title, "function": function,
                     "approach": approach, "employer": employer, "fte": 1.0, "contact": "", "start": "2021", "end": end})

    add(clash[0], "coordination", "Partners", "community_school")          # two approaches
    add(clash[0], "coordination", "Partners", "linked_learning", title="Site lead")
    add(clash[1], "college_career", "Partners")                            # two employers
    add(clash[1], "college_career", "District", title="Ambassador")
    add(clash[2], "case_management", "Partners", "community_school")       # both
    add(clash[2], "case_management", "District", "promise_neighborhood")
    add(team[0], "coordination", "Partners", "community_school")           # a team: one employer, one approach
    add(team[0], "coordination", "partners", "community_school")
    add(team[1], "coordination", "Partners", "community_school")           # the one before has left
    add(team[1], "coordination", "District", "linked_learning", end="2026-06-30")
    add(quiet[7], "coordination", "Partners", title="Coordinator")         # one person, two functions
    add(quiet[7], "college_career", "Partners", title="Coordinator")
    add(quiet[8], "coordination", "District", end="2024")                  # reported once, nobody now
    return pd.DataFrame(rows), {(clash[0], "coordination"), (clash[1], "college_career"), (clash[2], "case_management")}


def _approaches(quiet: list[str], place: dict[str, tuple[float, float]]) -> tuple:
    lead = {"lead_organisation": "District", "status": "active", "start": "2019", "end": ""}
    participations = pd.DataFrame([
        {"id": "t0", "name": "", "school_id": quiet[9], "approach": "community_school", **lead},
        {"id": "t1", "name": "", "school_id": quiet[9], "approach": "linked_learning", **lead},
        {"id": "t2", "name": "", "school_id": quiet[10], "approach": "linked_learning", **lead, "end": "2025-26"},
    ])
    sites = gpd.GeoDataFrame([
        {"id": "c0", "name": "", "school_id": quiet[9], "approach": "community_school", **lead},  # says the same as t0
        {"id": "c1", "name": "", "school_id": quiet[11], "approach": "community_school", **lead},
        {"id": "c2", "name": "", "school_id": quiet[12], "approach": "community_school", **lead, "status": "planned"},
    ], geometry=[Point(place[quiet[n]]) for n in (9, 11, 12)], crs=CRS)
    x, y = place[quiet[9]]
    ended = place[quiet[13]]
    zones = gpd.GeoDataFrame([
        {"id": "z0", "name": "Zone", "approach": "promise_neighborhood", **lead},
        {"id": "z1", "name": "Old zone", "approach": "promise_neighborhood", **lead, "status": "ended", "end": "2019-10-25"},
    ], geometry=[Point(x, y).buffer(900), Point(ended).buffer(900)], crs=CRS)
    part = {quiet[9]: frozenset({"community_school", "linked_learning", "promise_neighborhood"}),
            quiet[11]: frozenset({"community_school"})}
    return sites, participations, zones, part


def _funding(quiet: list[str]) -> pd.DataFrame:
    def grant(key: str, funder: str, amount: float, start: str, end: str, school: str = "") -> dict:
        return {"id": key, "name": "", "funder": funder, "recipient": "Partners", "school_id": school, "approach": "", "function": "",
                "amount_usd": amount, "start": start, "end": end}

    return pd.DataFrame([
        grant("g-over", "Foundation", 1_000.0, "2020", "2025"), grant("g-today", "Foundation", 1_000.0, "2020", DAY),
        grant("g-soon", "Foundation", 73_050.0, "2025-07-01", "2027-06-30", quiet[0]),  # 730 days: 36,550.03... a year
        grant("g-month", "State", 30_000.0, "2026-01-01", "2026-12", quiet[1]), grant("g-late", "State", 10_000.0, "2026", "2030"),
        grant("g-open", "foundation", np.nan, "2026", ""), grant("g-planned", "State", 5_000.0, "2027", "2029"),
    ])
