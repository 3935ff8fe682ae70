"""Measures whose publishers' column names are known: CDC SVI, CalEnviroScreen, ACS tables."""

from __future__ import annotations

import re

from attrs import frozen

SVI = "CDC/ATSDR Social Vulnerability Index"
CES = "CalEnviroScreen"
ACS = "American Community Survey"


@frozen
class Measure:
    """What a known column says. ``divide`` turns the publisher's unit into EcoMap's (percent -> share: 100)."""

    name: str
    label: str
    unit: str = "share"
    direction: int = 1
    domain: str = ""
    divide: float = 1.0
    digits: int = 0
    publisher: str = ""
    moe: str = ""            # plain name of the margin's column


_SVI = (
    ("pov", "poverty", "Living below the poverty line", "economy"),
    ("pov150", "poverty_150", "Living below 150 % of the poverty line", "economy"),
    ("unemp", "unemployment", "Unemployed", "economy"),
    ("hburd", "housing_cost_burden", "Burdened by housing costs", "housing and transport"),
    ("nohsdp", "no_high_school_diploma", "No high school diploma", "education"),
    ("uninsur", "uninsured", "No health insurance", "health"),
    ("disabl", "disability", "Living with a disability", "health"),
    ("sngpnt", "single_parent", "Single-parent households", "family"),
    ("limeng", "limited_english", "Speaks English less than well", "language"),
    ("munit", "many_unit_buildings", "Homes in buildings with ten or more units", "housing and transport"),
    ("mobile", "mobile_homes", "Mobile homes", "housing and transport"),
    ("crowd", "crowding", "Crowded homes", "housing and transport"),
    ("noveh", "no_vehicle", "No vehicle", "housing and transport"),
    ("groupq", "group_quarters", "Living in group quarters", "housing and transport"),
    ("noint", "no_internet", "No internet at home", "housing and transport"),
)
_CES = {
    "ces_4_0_score": Measure("ces_score", "CalEnviroScreen score", "score", 1, "environment", digits=1),
    "ces_3_0_score": Measure("ces_score", "CalEnviroScreen score", "score", 1, "environment", digits=1),
    "pm2_5": Measure("pm25", "Fine dust in the air (PM2.5)", "ug_m3", 1, "environment", digits=1),
    "ozone": Measure("ozone", "Ozone in the air", "score", 1, "environment", digits=3),
    "diesel_pm": Measure("diesel_pm", "Diesel soot in the air", "score", 1, "environment", digits=2),
    "drinking_water": Measure("drinking_water", "Drinking water contaminants", "score", 1, "environment"),
    "lead": Measure("lead", "Lead risk from housing", "score", 1, "environment"),
    "pesticides": Measure("pesticides", "Pesticide use", "score", 1, "environment"),
    "tox_release": Measure("toxic_releases", "Toxic releases", "score", 1, "environment"),
    "traffic": Measure("traffic", "Traffic density", "score", 1, "environment"),
    "cleanup_sites": Measure("cleanup_sites", "Cleanup sites", "score", 1, "environment"),
    "groundwater_threats": Measure("groundwater_threats", "Groundwater threats", "score", 1, "environment"),
    "haz_waste": Measure("hazardous_waste", "Hazardous waste", "score", 1, "environment"),
    "imp_water_bodies": Measure("impaired_waters", "Impaired waters", "score", 1, "environment"),
    "solid_waste": Measure("solid_waste", "Solid waste sites", "score", 1, "environment"),
    "asthma": Measure("asthma", "Asthma emergency visits", "per_10000", 1, "health", digits=1),
    "cardiovascular_disease": Measure("heart_attacks", "Heart attack emergency visits", "per_10000", 1, "health", digits=1),
    "low_birth_weight": Measure("low_birth_weight", "Low birth weight", "share", 1, "health", 100, 1),
    "education": Measure("no_high_school_diploma", "No high school diploma", "share", 1, "education", 100),
    "linguistic_isolation": Measure("linguistic_isolation", "Linguistic isolation", "share", 1, "language", 100),
    "poverty": Measure("poverty_200", "Living below twice the poverty line", "share", 1, "economy", 100),
    "unemployment": Measure("unemployment", "Unemployed", "share", 1, "economy", 100),
    "housing_burden": Measure("housing_burden", "Housing-burdened low-income households", "share", 1, "housing and transport", 100),
}
_ACS = {
    "b19013_001": Measure("median_household_income", "Median household income", "usd", -1, "economy"),
    "b19301_001": Measure("per_capita_income", "Income per person", "usd", -1, "economy"),
    "b25064_001": Measure("median_gross_rent", "Median gross rent", "usd", 1, "housing and transport"),
    "b25071_001": Measure("rent_share_of_income", "Median rent as a share of income", "share", 1, "housing and transport", 100),
    "b19083_001": Measure("gini_index", "Income inequality (Gini)", "score", 1, "economy", digits=2),
}


def known_measure(plain_name: str, family: str) -> Measure | None:
    """The measure behind a column, or None.

    Parameters
    ----------
    plain_name : str
        Column name in plain small letters.
    family : {"svi", "ces", "acs", ""}
        Whose file it is; the same word means different things in different files.
    """
    if family == "svi":
        return _svi_measure(plain_name)
    if family == "ces":
        return _CES.get(plain_name)
    code = acs_code(plain_name)
    if code and code[1] == "e":
        measure = _ACS.get(code[0])
        return measure and Measure(
            measure.name, measure.label, measure.unit, measure.direction, measure.domain, measure.divide,
            measure.digits, ACS, f"{code[0]}m",
        )
    return None


def family_of(plain_names: set[str]) -> str:
    """Whose file this is, by its column names."""
    if sum(name.startswith(("ep_", "mp_", "epl_")) for name in plain_names) >= 3:
        return "svi"
    if any(re.match(r"ces_\d_0_(score|percentile)", name) for name in plain_names):
        return "ces"
    if any(acs_code(name) for name in plain_names):
        return "acs"
    return ""


def acs_code(plain_name: str) -> tuple[str, str] | None:
    """(table and line, "e" or "m") of an ACS column: B19013_001E, DP03_0062M, "B01003001, Error".

    >>> acs_code("b19013_001e"), acs_code("b01003001"), acs_code("b01003001_error"), acs_code("b")
    (('b19013_001', 'e'), ('b01003_001', 'e'), ('b01003_001', 'm'), None)
    """
    match = re.fullmatch(r"((?:[bc]\d{5}[a-z]{0,3}|dp\d\d|s\d{4}(?:_c\d\d)?)_\d{3,4})(pe|pm|e|m)", plain_name)
    if match:
        return match[1], match[2][-1] if match[2] in ("e", "m") else match[2]
    match = re.fullmatch(r"([bc]\d{5}[a-z]?)(\d{3})(_error)?", plain_name)
    return (f"{match[1]}_{match[2]}", "m" if match[3] else "e") if match else None


def _svi_measure(plain_name: str) -> Measure | None:
    if plain_name in ("ep_pci", "e_pci"):
        return Measure("per_capita_income", "Income per person", "usd", -1, "economy", 1, 0, SVI, "mp_pci") \
            if plain_name == "ep_pci" else None
    for code, name, label, domain in _SVI:
        if plain_name == f"ep_{code}":
            return Measure(name, label, "share", 1, domain, 100, 0, SVI, f"mp_{code}")
    return None


def svi_label(plain_name: str) -> str:
    """A label for the other columns of an SVI file, "" if unknown."""
    parts = plain_name.split("_", 1)
    if len(parts) != 2:
        return ""
    words = {code: label for code, _, label, _ in _SVI} | {
        "totpop": "Residents", "hu": "Homes", "hh": "Households", "age65": "Aged 65 or over", "age17": "Under 18",
        "minrty": "People of colour", "daypop": "Daytime population", "pci": "Income per person",
        "theme1": "theme 1 (socioeconomic)", "theme2": "theme 2 (household)", "theme3": "theme 3 (minority and language)",
        "theme4": "theme 4 (housing and transport)", "themes": "all themes", "total": "all flags",
    }
    kinds = {"e": "{}, number", "m": "{}, margin", "ep": "{}, share", "mp": "{}, margin of the share",
             "epl": "{}, published percentile rank", "spl": "Published sum of ranks, {}",
             "rpl": "Published SVI rank, {}", "f": "Published flag, {}"}
    return kinds[parts[0]].format(words[parts[1]]) if parts[0] in kinds and parts[1] in words else ""
