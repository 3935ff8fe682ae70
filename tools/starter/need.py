"""Need areas: census tracts with children, indicators and their margins."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from attrs import frozen

from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.source import Source
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.vocabulary import CHILDREN, ID, MOE_SUFFIX, NAME, NEED_AREA, POPULATION, REASON_SUFFIX
from tools.starter.geometry import CRS, shared_coverage, simplified_coverage, without_cracks
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

NO_DATA = -999.0
CRACK_M = 25.0
TOLERANCE_M = 12.0
RULE = (
    "A tract belongs to Los Angeles Unified if its interior point (a point inside the full-resolution polygon, "
    "taken in longitude and latitude as published) lies inside the district."
)
ACS = "ACS 2014-18 5-year"


@frozen
class Measure:
    """One indicator: where it is found and what it says."""

    column: str
    label: str
    field: str                 # SVI suffix after EP_/MP_, or the CalEnviroScreen column
    unit: str
    direction: int
    universe: str
    domain: str
    help: str
    scale: float = 1.0         # published value / scale = column


SVI_MEASURES = (
    Measure("poverty", "Living below the poverty line", "POV", "share", 1,
            f"people for whom poverty status is determined; {ACS}", "economy",
            "Share of residents below the federal poverty line. Not the same as free or reduced-price meals.", 100),
    Measure("unemployment", "Unemployed", "UNEMP", "share", 1,
            f"civilian labour force aged 16 and over; {ACS}", "economy",
            "Share of the civilian labour force without a job.", 100),
    Measure("per_capita_income", "Income per person", "PCI", "usd", -1,
            f"residents of the tract, income of the past 12 months in 2018 dollars; {ACS}", "economy",
            "A lower income counts as more need."),
    Measure("no_high_school_diploma", "No high school diploma", "NOHSDP", "share", 1,
            f"residents aged 25 and over; {ACS}", "education",
            "Share of adults without a high school diploma.", 100),
    Measure("limited_english", "Speaks English less than well", "LIMENG", "share", 1,
            f"residents aged 5 and over; {ACS}", "language",
            "Share of residents who speak English less than well.", 100),
    Measure("single_parent", "Single-parent households", "SNGPNT", "share", 1,
            f"households; {ACS}", "family",
            "Single-parent households with children under 18, as a share of all households.", 100),
    Measure("no_vehicle", "No vehicle", "NOVEH", "share", 1,
            f"occupied housing units; {ACS}", "housing and transport",
            "Share of households without a vehicle.", 100),
    Measure("crowding", "Crowded homes", "CROWD", "share", 1,
            f"occupied housing units; {ACS}", "housing and transport",
            "Share of homes with more people than rooms.", 100),
    Measure("uninsured", "No health insurance", "UNINSUR", "share", 1,
            f"civilian residents not living in institutions; {ACS}", "health",
            "Share of residents without health insurance.", 100),
    Measure("disability", "Living with a disability", "DISABL", "share", 1,
            f"civilian residents not living in institutions; {ACS}", "health",
            "Share of residents with a disability.", 100),
)
CES_MEASURES = (
    Measure("asthma", "Asthma emergency visits", "Asthma", "per_10000", 1,
            "residents of the tract, emergency department visits for asthma 2015-17, age-adjusted", "health",
            "Visits per 10,000 people a year, modelled from ZIP codes. No margin is published."),
    Measure("low_birth_weight", "Low birth weight", "Low_Birth_Weight", "share", 1,
            "live births 2009-15, singletons", "health",
            "Share of babies born under 2,500 g. No margin is published.", 100),
    Measure("pm25", "Fine dust in the air (PM2.5)", "PM2.5", "ug_m3", 1,
            "annual mean concentration 2015-17", "environment",
            "Micrograms per cubic metre. No margin is published."),
    Measure("housing_burden", "Housing-burdened low-income households", "Housing Burden", "share", 1,
            "households; HUD CHAS 2013-17", "housing and transport",
            "Low-income households that pay more than half their income for housing. No margin is published.", 100),
    Measure("linguistic_isolation", "Linguistic isolation", "Linguistic Isolation", "share", 1,
            "limited-English-speaking households; ACS 2015-19 5-year", "language",
            "Share of households where no one aged 14 or over speaks English very well. No margin is published.", 100),
)


def compile_need_areas(originals: Originals, district: Any) -> Compiled:
    """Tracts inside the district (full-resolution outline, EPSG:3310) with their indicators."""
    tracts = gpd.read_file(originals.path("tracts"), columns=["external_id"])
    interior = tracts.geometry.representative_point().to_crs(CRS)
    inside = tracts[interior.within(district).to_numpy()].to_crs(CRS).sort_values("external_id")
    inside = inside.reset_index(drop=True)
    frame = pd.DataFrame({ID: inside["external_id"].astype(str)})
    frame[NAME] = "Census tract " + frame[ID].str[5:9].str.lstrip("0") + "." + frame[ID].str[9:]
    frame[NAME] = frame[NAME].str.removesuffix(".00")
    frame = _with_svi(frame, _svi(originals))
    frame = _with_calenviroscreen(frame, _calenviroscreen(originals))
    shapes = without_cracks(simplified_coverage(shared_coverage(inside.geometry), TOLERANCE_M), CRACK_M)
    rows = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS))
    missing = {m.column: int(rows[m.column].isna().sum()) for m in (*SVI_MEASURES, *CES_MEASURES)}
    empty = int((rows[POPULATION] == 0).sum())
    layer = _layer(originals, len(rows), empty, missing)
    return Compiled(layer, rows, (
        f"{len(tracts):,} tracts read, {len(rows):,} inside the district, {empty} of them without residents",
        *(f"{column}: {count} missing" for column, count in missing.items() if count),
    ))


def _svi(originals: Originals) -> Any:
    table = pd.read_csv(originals.path("svi"), dtype={"FIPS": str})
    table["FIPS"] = table["FIPS"].str.zfill(11)
    return table.set_index("FIPS", verify_integrity=True)


def _calenviroscreen(originals: Originals) -> Any:
    table = pd.read_csv(originals.path("calenviroscreen"), dtype=str, encoding="utf-8-sig")
    return table.set_index(table["tract"].str.zfill(11), verify_integrity=True)


def _with_svi(frame: Any, svi: Any) -> Any:
    rows = svi.reindex(frame[ID])
    added = {
        CHILDREN: rows["E_AGE17"].to_numpy(float), CHILDREN + MOE_SUFFIX: rows["M_AGE17"].to_numpy(float),
        POPULATION: rows["E_TOTPOP"].to_numpy(float), POPULATION + MOE_SUFFIX: rows["M_TOTPOP"].to_numpy(float),
    }
    for measure in SVI_MEASURES:
        estimate = rows[f"EP_{measure.field}"].to_numpy(float)
        margin = rows[f"MP_{measure.field}"].to_numpy(float)
        # A share of nobody is published as 0 with a margin of -999: it is missing, not zero.
        known = (estimate != NO_DATA) & (margin != NO_DATA) & ~np.isnan(estimate)
        added[measure.column] = np.where(known, np.round(estimate / measure.scale, 4), np.nan)
        added[measure.column + MOE_SUFFIX] = np.where(known, np.round(margin / measure.scale, 4), np.nan)
        added[measure.column + REASON_SUFFIX] = np.where(known, "", "no_data_code")
    return frame.assign(**added)


def _with_calenviroscreen(frame: Any, table: Any) -> Any:
    rows = table.reindex(frame[ID])
    listed = frame[ID].isin(table.index).to_numpy()
    added = {}
    for measure in CES_MEASURES:
        values = pd.to_numeric(rows[measure.field], errors="coerce").to_numpy(float)
        known = ~np.isnan(values) & (values != NO_DATA)
        added[measure.column] = np.where(known, np.round(values / measure.scale, 4), np.nan)
        added[measure.column + REASON_SUFFIX] = np.where(known, "", np.where(listed, "blank", "not_reported"))
    return frame.assign(**added)


def _layer(originals: Originals, rows: int, empty: int, missing: dict[str, int]) -> Layer:
    tracts, svi, ces = (originals.source(key) for key in ("tracts", "svi", "calenviroscreen"))
    columns = [
        Column(CHILDREN, "Children under 18", "count", moe=CHILDREN + MOE_SUFFIX,
               help=f"Children under 18 resident in the tract; {ACS}"),
        Column(POPULATION, "Residents", "count", moe=POPULATION + MOE_SUFFIX,
               help=f"All residents of the tract; {ACS}"),
    ]
    columns += [_margin(name, label, "count") for name, label in
                ((CHILDREN, "Children under 18"), (POPULATION, "Residents"))]
    indicators = []
    for measure in (*SVI_MEASURES, *CES_MEASURES):
        from_acs = measure in SVI_MEASURES
        moe = measure.column + MOE_SUFFIX if from_acs else ""
        digits = 0 if measure.unit == "usd" else 1
        columns.append(Column(measure.column, measure.label, measure.unit, measure.help, digits, moe))
        if moe:
            columns.append(_margin(measure.column, measure.label, measure.unit, digits))
        columns.append(Column(measure.column + REASON_SUFFIX, f"{measure.label}: why it is missing", hidden=True))
        indicators.append(_indicator(measure, svi if from_acs else ces, moe))
    return Layer(
        "need_areas", "Need areas (census tracts)", NEED_AREA, POLYGON, tuple(columns), tuple(indicators),
        (svi, ces, tracts),
        LayerStyle(kind=GRADUATED, column="poverty", palette="need", scheme="quantiles", classes=5,
                   line="#FFFFFF", line_width=0.5, fill_opacity=0.9),
        visible=True, boundary="official", group="Need",
        notes=(
            f"{rows:,} tracts of the 2010 vintage. {RULE}",
            f"Children are children under 18 resident in the tract; {ACS}. Residents are not pupils.",
            f"{empty} tracts have no residents; their indicators are marked as no data.",
            "Missing values: " + ", ".join(f"{name} {count}" for name, count in missing.items() if count) + ".",
            f"Outlines are generalised (about {TOLERANCE_M:.0f} m) and drawn on a one-metre grid.",
        ),
    )


def _margin(name: str, label: str, unit: str, digits: int = 0) -> Column:
    return Column(name + MOE_SUFFIX, f"{label}: margin of error (90 %)", unit, digits=digits, hidden=True)


def _indicator(measure: Measure, source: Source, moe: str) -> Indicator:
    return Indicator(measure.column, measure.label, measure.unit, measure.direction, source, moe,
                     universe=measure.universe, help=measure.help, domain=measure.domain)
