"""Measures whose publishers' column names are known: CDC SVI, CalEnviroScreen, ACS tables."""

from __future__ import annotations

import re

from attrs import frozen

from ecomap.model.said import NOTHING, Said, say

SVI = "CDC/ATSDR Social Vulnerability Index"
CES = "CalEnviroScreen"
ACS = "American Community Survey"


@frozen
class Measure:
    """What a known column says. ``divide`` turns the publisher's unit into EcoMap's (percent -> share: 100)."""

    name: str
    label: Said
    unit: str = "share"
    direction: int = 1
    domain: Said = NOTHING
    divide: float = 1.0
    digits: int = 0
    publisher: str = ""
    moe: str = ""            # plain name of the margin's column


_SVI = (
    ("pov", "poverty", say("Living below the poverty line"), say("economy")),
    ("pov150", "poverty_150", say("Living below 150 % of the poverty line"), say("economy")),
    ("unemp", "unemployment", say("Unemployed"), say("economy")),
    ("hburd", "housing_cost_burden", say("Burdened by housing costs"), say("housing and transport")),
    ("nohsdp", "no_high_school_diploma", say("No high school diploma"), say("education")),
    ("uninsur", "uninsured", say("No health insurance"), say("health")),
    ("disabl", "disability", say("Living with a disability"), say("health")),
    ("sngpnt", "single_parent", say("Single-parent households"), say("family")),
    ("limeng", "limited_english", say("Speaks English less than well"), say("language")),
    ("munit", "many_unit_buildings", say("Homes in buildings with ten or more units"), say("housing and transport")),
    ("mobile", "mobile_homes", say("Mobile homes"), say("housing and transport")),
    ("crowd", "crowding", say("Crowded homes"), say("housing and transport")),
    ("noveh", "no_vehicle", say("No vehicle"), say("housing and transport")),
    ("groupq", "group_quarters", say("Living in group quarters"), say("housing and transport")),
    ("noint", "no_internet", say("No internet at home"), say("housing and transport")),
)
_CES = {
    "ces_4_0_score": Measure("ces_score", say("CalEnviroScreen score"), "score", 1, say("environment"), digits=1),
    "ces_3_0_score": Measure("ces_score", say("CalEnviroScreen score"), "score", 1, say("environment"), digits=1),
    "pm2_5": Measure("pm25", say("Fine dust in the air (PM2.5)"), "ug_m3", 1, say("environment"), digits=1),
    "ozone": Measure("ozone", say("Ozone in the air"), "score", 1, say("environment"), digits=3),
    "diesel_pm": Measure("diesel_pm", say("Diesel soot in the air"), "score", 1, say("environment"), digits=2),
    "drinking_water": Measure("drinking_water", say("Drinking water contaminants"), "score", 1, say("environment")),
    "lead": Measure("lead", say("Lead risk from housing"), "score", 1, say("environment")),
    "pesticides": Measure("pesticides", say("Pesticide use"), "score", 1, say("environment")),
    "tox_release": Measure("toxic_releases", say("Toxic releases"), "score", 1, say("environment")),
    "traffic": Measure("traffic", say("Traffic density"), "score", 1, say("environment")),
    "cleanup_sites": Measure("cleanup_sites", say("Cleanup sites"), "score", 1, say("environment")),
    "groundwater_threats": Measure("groundwater_threats", say("Groundwater threats"), "score", 1, say("environment")),
    "haz_waste": Measure("hazardous_waste", say("Hazardous waste"), "score", 1, say("environment")),
    "imp_water_bodies": Measure("impaired_waters", say("Impaired waters"), "score", 1, say("environment")),
    "solid_waste": Measure("solid_waste", say("Solid waste sites"), "score", 1, say("environment")),
    "asthma": Measure("asthma", say("Asthma emergency visits"), "per_10000", 1, say("health"), digits=1),
    "cardiovascular_disease": Measure("heart_attacks", say("Heart attack emergency visits"), "per_10000", 1, say("health"), digits=1),
    "low_birth_weight": Measure("low_birth_weight", say("Low birth weight"), "share", 1, say("health"), 100, 1),
    "education": Measure("no_high_school_diploma", say("No high school diploma"), "share", 1, say("education"), 100),
    "linguistic_isolation": Measure("linguistic_isolation", say("Linguistic isolation"), "share", 1, say("language"), 100),
    "poverty": Measure("poverty_200", say("Living below twice the poverty line"), "share", 1, say("economy"), 100),
    "unemployment": Measure("unemployment", say("Unemployed"), "share", 1, say("economy"), 100),
    "housing_burden": Measure("housing_burden", say("Housing-burdened low-income households"), "share", 1, say("housing and transport"), 100),
}
_ACS = {
    "b19013_001": Measure("median_household_income", say("Median household income"), "usd", -1, say("economy")),
    "b19301_001": Measure("per_capita_income", say("Income per person"), "usd", -1, say("economy")),
    "b25064_001": Measure("median_gross_rent", say("Median gross rent"), "usd", 1, say("housing and transport")),
    "b25071_001": Measure("rent_share_of_income", say("Median rent as a share of income"), "share", 1, say("housing and transport"), 100),
    "b19083_001": Measure("gini_index", say("Income inequality (Gini)"), "score", 1, say("economy"), digits=2),
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
        return Measure("per_capita_income", say("Income per person"), "usd", -1, say("economy"), 1, 0, SVI, "mp_pci") \
            if plain_name == "ep_pci" else None
    for code, name, label, domain in _SVI:
        if plain_name == f"ep_{code}":
            return Measure(name, label, "share", 1, domain, 100, 0, SVI, f"mp_{code}")
    return None


def svi_label(plain_name: str) -> Said:
    """A label for the other columns of an SVI file, "" if unknown."""
    kind, _, code = plain_name.partition("_")
    what = _SVI_WORDS.get(code)
    if what is None:
        return NOTHING
    return {
        "e": say("{measure}, number", measure=what), "m": say("{measure}, margin", measure=what),
        "ep": say("{measure}, share", measure=what), "mp": say("{measure}, margin of the share", measure=what),
        "epl": say("{measure}, published percentile rank", measure=what), "spl": say("Published sum of ranks, {measure}", measure=what),
        "rpl": say("Published SVI rank, {measure}", measure=what), "f": say("Published flag, {measure}", measure=what),
    }.get(kind, NOTHING)


_SVI_WORDS = {code: label for code, _, label, _ in _SVI} | {
    "totpop": say("Residents"), "hu": say("Homes"), "hh": say("Households"), "age65": say("Aged 65 or over"),
    "age17": say("Under 18"), "minrty": say("People of colour"), "daypop": say("Daytime population"),
    "pci": say("Income per person"), "theme1": say("theme 1 (socioeconomic)"), "theme2": say("theme 2 (household)"),
    "theme3": say("theme 3 (minority and language)"), "theme4": say("theme 4 (housing and transport)"),
    "themes": say("all themes"), "total": say("all flags"),
}
