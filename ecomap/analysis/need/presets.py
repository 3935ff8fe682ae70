"""Need indexes as others define them: how they add up, among whom they rank, and whose method it is.

None is invented here. A published index whose weights are not public (LAUSD's Student Equity Need Index, the Child
Opportunity Index) has no preset: bring in its published scores and show them beside your own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.analysis.need.scaling import percentile_rank
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.said import NOTHING, Said, joined, name, say

FLAG_FROM = 0.90
SVI_DIGITS = 4


@frozen
class Preset:
    """A need index with a name: what it is made of and how.

    Parameters
    ----------
    universe : str
        Among which places its percentiles compare.
    citation : str
        Whose method it is.
    themes : tuple of (str, tuple of str)
        Themes or domains and their columns; ids of indicators for the presets of published indexes.
    scaling, aggregation : str
        As `ecomap.analysis.need.recipe.Recipe` takes them, where the method can be written so; else "".
    minimum_present : float
        Share (0-1) of the columns an area must have.
    digits : int or None
        Decimals of the percentile ranks.
    prefix : str
        Before the names of the columns in the publisher's file.
    reversed_columns : tuple of str
        Of which a high value means less need.
    """

    name: str
    title: Said
    universe: Said
    citation: Said
    method: Said
    themes: tuple[tuple[str, tuple[str, ...]], ...]
    scaling: str = ""
    aggregation: str = ""
    caution: Said = NOTHING
    minimum_present: float = 0.75
    digits: int | None = None
    prefix: str = ""
    reversed_columns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for _, columns in self.themes for column in columns)


SVI_THEMES = (
    ("THEME1", ("POV150", "UNEMP", "HBURD", "NOHSDP", "UNINSUR")),
    ("THEME2", ("AGE65", "AGE17", "DISABL", "SNGPNT", "LIMENG")),
    ("THEME3", ("MINRTY",)),
    ("THEME4", ("MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ")),
)

# Names that EcoMap's importer gives to the percentages of a vulnerability file.
SVI_IMPORTED: Mapping[str, str] = {
    "POV": "poverty", "POV150": "poverty_150", "UNEMP": "unemployment", "PCI": "per_capita_income",
    "HBURD": "housing_cost_burden", "NOHSDP": "no_high_school_diploma", "UNINSUR": "uninsured", "DISABL": "disability",
    "SNGPNT": "single_parent", "LIMENG": "limited_english", "MUNIT": "many_unit_buildings", "MOBILE": "mobile_homes",
    "CROWD": "crowding", "NOVEH": "no_vehicle", "GROUPQ": "group_quarters",
}
# What they are called where nothing else describes them.
LABELS: Mapping[str, Said] = {
    "POV": say("Living below the poverty line"), "POV150": say("Living below 150 % of the poverty line"), "UNEMP": say("Unemployed"),
    "PCI": say("Income per person"), "HBURD": say("Burdened by housing costs"), "NOHSDP": say("No high school diploma"),
    "UNINSUR": say("No health insurance"), "AGE65": say("Aged 65 or over"), "AGE17": say("Under 18"),
    "DISABL": say("Living with a disability"), "SNGPNT": say("Single-parent households"), "LIMENG": say("Speaks English less than well"),
    "MINRTY": say("People of colour"), "MUNIT": say("Homes in buildings with ten or more units"), "MOBILE": say("Mobile homes"),
    "CROWD": say("Crowded homes"), "NOVEH": say("No vehicle"), "GROUPQ": say("Living in group quarters"),
    "exposures": say("Exposures"), "environmental_effects": say("Environmental effects"),
    "sensitive_populations": say("Sensitive populations"), "socioeconomic_factors": say("Socioeconomic factors"),
}

SVI = Preset(
    "svi", say("Social Vulnerability Index, method of 2020 and 2022"),
    universe=say("the areas given, ranked among each other (CDC publishes a version within each state and one for the nation)"),
    citation=name("CDC/ATSDR (2022). Social Vulnerability Index documentation 2020 and 2022"),
    method=say("16 percentages; percentile of each; sum per theme and its percentile; sum of the four sums and its percentile."),
    themes=SVI_THEMES, scaling="percentile", aggregation="arithmetic", minimum_present=1.0, digits=SVI_DIGITS, prefix="EP_",
    caution=say("Each indicator weighs the same, so the theme of race and language, with one indicator, is a sixteenth."),
)
SVI_2018 = Preset(
    "svi_2018", say("Social Vulnerability Index, method of 2018"),
    universe=SVI.universe, citation=name("CDC/ATSDR (2020). Social Vulnerability Index 2018 documentation"),
    method=say("15 percentages and incomes; percentile of each, income reversed; sum per theme and its percentile; sum of the four "
           "sums and its percentile."),
    themes=(
        ("THEME1", ("POV", "UNEMP", "PCI", "NOHSDP")),
        ("THEME2", ("AGE65", "AGE17", "DISABL", "SNGPNT")),
        ("THEME3", ("MINRTY", "LIMENG")),
        ("THEME4", ("MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ")),
    ),
    scaling="percentile", aggregation="arithmetic", minimum_present=1.0, digits=SVI_DIGITS, prefix="EP_",
    reversed_columns=("PCI",),
    caution=say("Not comparable with later years: its indicators and themes changed in 2020."),
)
CALENVIROSCREEN = Preset(
    "calenviroscreen", say("CalEnviroScreen score, component variant"),
    universe=say("census tracts of California (percentiles must come from the state, not from a part of it)"),
    citation=name("OEHHA (2021). CalEnviroScreen 4.0"),
    method=say("Pollution burden = (exposures + half of environmental effects) / 1.5, population = mean of sensitive "
           "populations and socioeconomic factors; each scaled to a maximum of 10; score = their product."),
    themes=((say("pollution"), ("exposures", "environmental_effects")),
            (say("population"), ("sensitive_populations", "socioeconomic_factors"))),
    minimum_present=1.0,
    caution=say("It averages over components, as the published scores of version 4.0 do; some descriptions average over single "
            "indicators. Prefer the published score; recompute only to see what a change would do."),
)
# What CalEnviroScreen's components are means of: the percentiles among the tracts of the state that its file publishes.
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "exposures": ("ozone", "pm2_5", "diesel_pm", "drinking_water", "lead", "pesticides", "tox_release", "traffic"),
    "environmental_effects": ("cleanup_sites", "groundwater_threats", "haz_waste", "imp_water_bodies", "solid_waste"),
    "sensitive_populations": ("asthma", "low_birth_weight", "cardiovascular_disease"),
    "socioeconomic_factors": ("education", "linguistic_isolation", "poverty", "unemployment", "housing_burden"),
}
NOT_IN_3: frozenset[str] = frozenset({"lead"})  # version 3.0 does not publish it
CHILDREN = Preset(
    "children", say("Children's need"),
    universe=say("the need areas of the project"),
    citation=say("EcoMap; percentile ranks as CDC/ATSDR, equal weights as the neutral choice"),
    method=say("Percentile rank of every indicator, arithmetic mean with equal weights, at least three quarters present."),
    themes=(
        (say("money"), ("poverty", "unemployment", "per_capita_income")),
        (say("family and school"), ("no_high_school_diploma", "single_parent")),
        (say("language"), ("limited_english", "linguistic_isolation")),
        (say("health"), ("uninsured", "disability", "asthma", "low_birth_weight")),
        (say("housing and transport"), ("no_vehicle", "crowding", "housing_burden")),
        (say("environment"), ("pm25",)),
    ),
    scaling="percentile", aggregation="arithmetic",
    caution=say("Residents by census area, not pupils. Equal weights are a choice: see how far ranks depend on them."),
)
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in (CHILDREN, SVI, SVI_2018, CALENVIROSCREEN)}


def preset(wanted: str) -> Preset:
    """One preset by name.

    Raises
    ------
    ParameterError
        If there is none of that name.
    """
    if wanted not in PRESETS:
        raise ParameterError(say("There is no need index called '{index}'.", index=name(wanted)),
                             say("Known: {known}.", known=joined(map(name, PRESETS), ", ")))
    return PRESETS[wanted]


def held_columns(areas: pd.DataFrame, preset: Preset) -> dict[str, str]:
    """Column of the areas for every name of a preset: with its prefix, in any case.

    Where some of the publisher's own names are there, his file was imported, and the names that the importer gave to the
    others are taken as well; a column called "poverty" alone could be anybody's.

    Raises
    ------
    InputError
        Naming those that are not there.
    """
    held = {str(column).casefold(): str(column) for column in areas.columns}
    own = {short: held.get((preset.prefix + short).casefold(), "") for short in preset.columns}
    imported = bool(preset.prefix) and any(own.values())
    found = {short: column or (held.get(SVI_IMPORTED.get(short, ""), "") if imported else "") for short, column in own.items()}
    found = {short: column for short, column in found.items() if column}
    missing = [preset.prefix + short for short in preset.columns if short not in found]
    if missing:
        raise InputError(say("{title} needs columns that the need areas do not have: {columns}.", title=preset.title,
                             columns=joined(map(name, missing), ", ")),
                         say("Import need areas that carry them, or choose something else."), {"missing": missing})
    return found


def with_components(areas: Any) -> Any:
    """The areas with CalEnviroScreen's four components, where they hold the percentiles of its file (``ozone_pctl`` ...).

    A component is the mean of its percentiles that are present: so made, pollution burden and population characteristics are
    those of the published file of version 4.0. Version 3.0 has no lead: its file is known by its score and does without. Areas that have components, or lack a percentile, are given back as they are.
    """
    held = {re.sub(r"[^a-z0-9]+", "_", str(name).casefold()).strip("_"): name for name in areas.columns}
    wanted = {name: [f"{one}_pctl" for one in ones] for name, ones in COMPONENTS.items()}
    lacking = {one for ones in wanted.values() for one in ones if one not in held}
    of_3 = {f"{name}_pctl" for name in NOT_IN_3}
    if all(name in held for name in COMPONENTS) or (lacking and not (lacking == of_3 and "ces_3_0_percentile" in held)):
        return areas
    wanted = {name: [one for one in ones if one not in lacking] for name, ones in wanted.items()}
    return areas.assign(**{name: areas[[held[one] for one in ones]].astype(float).mean(axis=1) for name, ones in wanted.items()})


def svi(
    frame: pd.DataFrame, *, prefix: str = "EP_", themes: Sequence[tuple[str, Sequence[str]]] = SVI_THEMES,
    reversed_columns: Sequence[str] = (), counted: Any = None, digits: int | None = SVI_DIGITS,
) -> pd.DataFrame:
    """The Social Vulnerability Index of areas ranked among each other (CDC/ATSDR 2020 and 2022 method).

    ``EPL = (minimum rank - 1) / (N - 1)`` of each percentage, rounded to four decimals; SPL_THEME is the sum of the EPL of
    a theme, SPL_THEMES the sum of the four sums; RPL is the percentile of each sum by the same formula. F_ = 1 from the
    90th percentile on.

    Parameters
    ----------
    frame : DataFrame
        One row per area of the universe; columns `prefix` + name. Missing as NaN: -999 is a mark for it, and refused.
    reversed_columns : sequence of str
        Names of which a high value means less vulnerability (per-capita income before 2019).
    counted : Series or sequence of bool, optional
        Which areas are ranked; CDC leaves out those without residents.
    digits : int or None
        Decimals of EPL; None: not rounded.

    Returns
    -------
    DataFrame
        Index kept: EPL_<name>, F_<name>, SPL_/RPL_/F_<theme>, SPL_THEMES, RPL_THEMES, F_TOTAL. An area that lacks a value
        of a theme has no sum of it and no total: it is missing, not low.
    """
    names = [short for _, columns in themes for short in columns]
    absent = [prefix + short for short in names if prefix + short not in frame]
    if absent:
        raise InputError(say("There is no column '{column}'.", column=name(absent[0])),
                         say("Name the columns with their prefix, such as EP_POV150."))
    values = frame[[prefix + short for short in names]].astype(float)
    if (values == -999).any().any():
        raise InputError(say("-999 means no data and cannot be ranked."),
                         say("Import the file as need areas; -999 becomes missing."))
    if counted is not None:
        values.loc[~np.asarray(counted, dtype=bool)] = np.nan
    result = pd.DataFrame(index=frame.index)
    total = pd.Series(0.0, index=frame.index)
    flags = pd.Series(0.0, index=frame.index)
    for theme, columns in themes:
        for short in columns:
            ranked = percentile_rank(values[prefix + short])
            ranked = 1 - ranked if short in reversed_columns else ranked
            result[f"EPL_{short}"] = ranked if digits is None else ranked.round(digits)
            result[f"F_{short}"] = (result[f"EPL_{short}"] >= FLAG_FROM).astype(float).where(ranked.notna())
        result[f"SPL_{theme}"] = result[[f"EPL_{short}" for short in columns]].sum(axis=1, skipna=False)
        result[f"RPL_{theme}"] = _percentile_of_sum(result[f"SPL_{theme}"])
        result[f"F_{theme}"] = result[[f"F_{short}" for short in columns]].sum(axis=1, skipna=False)
        total, flags = total + result[f"SPL_{theme}"], flags + result[f"F_{theme}"]
    return result.assign(SPL_THEMES=total, RPL_THEMES=_percentile_of_sum(total), F_TOTAL=flags)


def calenviroscreen(exposures: Any, effects: Any, sensitive: Any, socioeconomic: Any) -> pd.DataFrame:
    """The CalEnviroScreen score from its four components (component variant).

    ``PB = (E + 0.5 EE) / 1.5``, ``PC = (S + SE) / 2``, each times 10 / its maximum, ``CES = PB x PC``: so made from the
    published percentiles it is the published score of version 4.0. The state's pages also describe averages over single
    indicators; the two differ.

    Parameters
    ----------
    exposures, effects, sensitive, socioeconomic : Series or sequence
        Mean percentiles (0-100) of each component among the tracts of the state.

    Returns
    -------
    DataFrame
        pollution_burden and population (0-10), score (0-100), percentile: the share (0-1) of scored areas that are
        lower. Missing where a component is missing.

    >>> calenviroscreen([60, 80, 40], [50, 90, 30], [70, 95, 20], [65, 90, 40])["score"].round(2).tolist()
    [49.62, 100.0, 14.27]
    """
    parts = pd.DataFrame({"e": exposures, "ee": effects, "s": sensitive, "se": socioeconomic}, dtype=float)
    if ((parts < 0) | (parts > 100)).any().any():
        raise InputError(say("A component lies outside 0 to 100."), say("Give mean percentiles."))
    pollution = (parts["e"] + 0.5 * parts["ee"]) / 1.5
    population = (parts["s"] + parts["se"]) / 2
    scored = pd.DataFrame({"pollution_burden": 10 * pollution / pollution.max(),
                           "population": 10 * population / population.max()})
    scored["score"] = scored["pollution_burden"] * scored["population"]
    return scored.assign(percentile=percentile_rank(scored["score"]))


def _percentile_of_sum(sums: pd.Series) -> pd.Series:
    """Percentile of sums of rounded numbers: sums that differ in the last bit only are equal."""
    return percentile_rank(sums.round(9)).round(SVI_DIGITS)
