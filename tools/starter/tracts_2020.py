"""Tracts of 2020 with income, rent burden and languages of 2019-23: a layer of its own, never mixed with the tracts of 2010."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ecomap.analysis.statistics.error import moe_of_proportion, moe_of_sum
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Column, Layer
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import HOUSEHOLDS, ID, MOE_SUFFIX, NAME, NEED_AREA, REASON_SUFFIX
from tools.starter.geometry import CRS, shared_coverage, simplified_coverage, without_cracks
from tools.starter.inputs import Originals
from tools.starter.need import CRACK_M, RULE, TOLERANCE_M
from tools.starter.writing import Compiled

ACS = "ACS 2019-23 5-year"
_ALL, _NOT_COMPUTED = "B25070_001", "B25070_011"
_OVER_30 = ("B25070_007", "B25070_008", "B25070_009", "B25070_010")
_OVER_50 = ("B25070_010",)
_LANGUAGES = (
    ("limited_english_spanish", "lep_spanish", "Spanish"),
    ("limited_english_asian_pacific", "lep_asian_pacific_island", "Asian and Pacific Island languages"),
    ("limited_english_indo_european", "lep_other_indo_european", "other Indo-European languages"),
    ("limited_english_other", "lep_other", "other languages"),
)


def compile_tracts_2020(originals: Originals, district: Any) -> Compiled:
    """Tracts of the 2020 vintage inside the district (full-resolution outline, EPSG:3310) with figures of 2019-23."""
    tracts = gpd.read_file(originals.path("tracts_2020"), columns=["tract"])
    interior = tracts.geometry.representative_point().to_crs(CRS)
    inside = tracts[interior.within(district).to_numpy()].to_crs(CRS).sort_values("tract").reset_index(drop=True)
    frame = pd.DataFrame({ID: inside["tract"].astype(str)})
    number = frame[ID].str[5:9].str.lstrip("0") + "." + frame[ID].str[9:]
    frame[NAME] = ("Census tract " + number).str.removesuffix(".00")
    frame = frame.assign(**_households(_by_tract(originals, "languages", "tract"), frame[ID]))
    frame = frame.assign(**_income(_by_tract(originals, "income", "GEO_ID"), frame[ID]))
    rent = _by_tract(originals, "rent", "GEO_ID")
    for column, cells in (("rent_burden", _OVER_30), ("severe_rent_burden", _OVER_50)):
        frame = frame.assign(**_rent(rent, frame[ID], column, cells))
    shapes = without_cracks(simplified_coverage(shared_coverage(inside.geometry), TOLERANCE_M), CRACK_M)
    rows = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return Compiled(_layer(originals, rows), rows, (
        f"{len(tracts):,} tracts of 2020 read, {len(rows):,} inside the district",
        *(f"{i}: {int(rows[i].isna().sum())} missing" for i in ("median_household_income", "rent_burden", "limited_english_households")),
    ))


def _by_tract(originals: Originals, key: str, code: str) -> Any:
    """The rows of a table by tract, each once: copies that repeat a tract for every place it touches say the same each time."""
    table = pd.read_csv(originals.path(key), dtype={code: str})
    table = table.assign(**{code: table[code].str.zfill(11)})
    return table.drop_duplicates(code).set_index(code)


def _reason(listed: Any, known: Any, otherwise: str) -> Any:
    return np.where(known, "", np.where(listed, otherwise, "not_reported"))


def _households(table: Any, tracts: Any) -> dict[str, Any]:
    rows, listed = table.reindex(tracts), tracts.isin(table.index).to_numpy()
    households, limited = (rows[name].to_numpy(float) for name in ("households", "limited_english_households"))
    some = households > 0
    share = np.divide(limited, households, out=np.full(len(rows), np.nan), where=some)
    return {
        HOUSEHOLDS: households, HOUSEHOLDS + REASON_SUFFIX: _reason(listed, ~np.isnan(households), "blank"),
        "limited_english_households": np.round(share, 4),
        "limited_english_households" + REASON_SUFFIX: _reason(listed, some, "not_applicable"),
        **{column: rows[field].to_numpy(float) for column, field, _ in _LANGUAGES},
    }


def _income(table: Any, tracts: Any) -> dict[str, Any]:
    rows, listed = table.reindex(tracts), tracts.isin(table.index).to_numpy()
    value, margin = rows["B19013_001E"].to_numpy(float), rows["B19013_001M"].to_numpy(float)
    known = ~np.isnan(value) & ~np.isnan(margin)
    return {
        "median_household_income": np.where(known, value, np.nan), "median_household_income" + MOE_SUFFIX: np.where(known, margin, np.nan),
        "median_household_income" + REASON_SUFFIX: _reason(listed, known, "blank"),
    }


def _rent(table: Any, tracts: Any, column: str, cells: tuple[str, ...]) -> dict[str, Any]:
    """The share of renters who pay so much, of those whose share is computed; margins as the Census Bureau puts them together."""
    rows, listed = table.reindex(tracts), tracts.isin(table.index).to_numpy()
    part = rows[[f"{cell}E" for cell in cells]].sum(axis=1).to_numpy(float)
    part_moe = _margins(rows, cells)
    whole = (rows[f"{_ALL}E"] - rows[f"{_NOT_COMPUTED}E"]).to_numpy(float)
    whole_moe = _margins(rows, (_ALL, _NOT_COMPUTED))
    known = whole > 0
    share = np.divide(part, whole, out=np.full(len(rows), np.nan), where=known)
    margin = moe_of_proportion(part, part_moe, whole, whole_moe)
    return {
        column: np.round(share, 4), column + MOE_SUFFIX: np.where(known, np.round(margin, 4), np.nan),
        column + REASON_SUFFIX: _reason(listed, known, "not_applicable"),
    }


def _margins(rows: Any, cells: tuple[str, ...]) -> Any:
    """The margin of the sum (or difference) of some cells, row by row."""
    estimates, margins = (rows[[f"{cell}{kind}" for cell in cells]].to_numpy(float) for kind in "EM")
    return np.array([moe_of_sum(*row) for row in zip(estimates, margins, strict=True)])


def _layer(originals: Originals, rows: Any) -> Layer:
    tracts, income, rent, languages = (originals.source(key) for key in ("tracts_2020", "income", "rent", "languages"))
    indicators = (
        Indicator("median_household_income", "Median household income", "usd", -1, income, "median_household_income" + MOE_SUFFIX,
                  universe=f"households, in 2023 dollars; {ACS}", help="A lower income counts as more need.", domain="economy"),
        Indicator("rent_burden", "Rent takes 30 % of income or more", "share", 1, rent, "rent_burden" + MOE_SUFFIX,
                  universe=f"renter households whose share is computed; {ACS}", help="Renter households that pay 30 % of their income or more.",
                  domain="housing and transport"),
        Indicator("severe_rent_burden", "Rent takes half of income or more", "share", 1, rent, "severe_rent_burden" + MOE_SUFFIX,
                  universe=f"renter households whose share is computed; {ACS}", help="Renter households that pay half of their income or more.",
                  domain="housing and transport"),
        Indicator("limited_english_households", "Limited-English households", "share", 1, languages, "",
                  universe=f"households; {ACS}", help="Households where no one aged 14 or over speaks English very well. The copy used has no margin.",
                  domain="language"),
    )
    columns = [Column(HOUSEHOLDS, "Households", "count", f"All households of the tract; {ACS}")]
    for one in indicators:
        digits = 0 if one.unit == "usd" else 1
        columns.append(Column(one.column, one.label, one.unit, one.help, digits, one.moe_column))
        if one.moe_column:
            columns.append(Column(one.moe_column, f"{one.label}: margin of error (90 %)", one.unit, digits=digits, hidden=True))
    columns += [Column(name, f"Limited-English households: {label}", "count") for name, _, label in _LANGUAGES]
    columns += [Column(name + REASON_SUFFIX, "Why it is missing", hidden=True) for name in (HOUSEHOLDS, *(one.column for one in indicators))]
    missing = {one.label: int(rows[one.column].isna().sum()) for one in indicators}
    return Layer(
        "tracts_2020", "Tracts of 2020: income, rent, languages (2019-23)", NEED_AREA, POLYGON, tuple(columns), indicators,
        (income, rent, languages, tracts),
        LayerStyle(line="#7D8893", line_width=0.5), visible=False, boundary="official", group="Need",
        notes=(
            f"{len(rows):,} tracts of the 2020 vintage. {RULE}",
            "A layer of its own: the need areas are tracts of 2010 with figures of 2014-18. One code can mean two places, so nothing is carried "
            "from one to the other. To ask a question of these tracts, choose this layer.",
            "Nobody counts children here: the copy used holds households.",
            "Missing values: " + ", ".join(f"{label} {count}" for label, count in missing.items() if count) + ".",
            f"Outlines are generalised (about {TOLERANCE_M:.0f} m) and drawn on a one-metre grid.",
        ),
    )
