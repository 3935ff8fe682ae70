"""Codes of tracts that a file only names: from its columns of state and county codes, else from the county's name beside them."""

from __future__ import annotations

import csv
import functools
from typing import Any

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import Draft
from ecomap.io.table import text_of
from ecomap.model.assets import resources_dir
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.vocabulary import ID, NAME

_COUNTY_NAMES = ("county", "county_name", "countyname", "cnty_name", "namelsadco")
_STATE_NAMES = ("state", "state_abbr", "st_abbr", "stusps", "state_name", "st")
_STATE_CODES = ("statefp", "statefp10", "statefp20", "state_fips", "statefips", "state_code", "state")
_COUNTY_CODES = ("countyfp", "countyfp10", "countyfp20", "county_fips", "countyfips", "county_code", "stcnty", "county")
_TRACT = r"(\d{1,4})(?:\.(\d{2}))?"


def with_codes_of_names(frame: Any, draft: Draft) -> tuple[Any, list[ReportLine]]:
    """Rows called "Census Tract 5709.02" with the code that their county and number make; as they are where it is not told.

    A county's name is enough only where no other state has a county so called, or the state is told.
    """
    counties = _counties(draft)
    if counties is None:
        return frame, []
    tracts = frame[ID].fillna("").str.extract(_TRACT)
    codes = counties.reindex(frame.index) + tracts[0].str.zfill(4) + tracts[1].fillna("00")
    made = codes.notna()
    line = ReportLine(
        "mended", say("The file names tracts without giving their code; codes were made of the tract's number and county."),
        int(made.sum()), tuple(f"{old} -> {new}" for old, new in zip(frame[ID][made].head(2), codes[made].head(2))),
    )
    name = frame[NAME] if NAME in frame.columns else frame[ID]
    return frame.assign(**{NAME: name, ID: codes.where(made, frame[ID]).astype("str")}), [line] if made.any() else []


def _counties(draft: Draft) -> Any:
    """County codes of five digits of every row, missing where they are not told; None if no column tells any."""
    plain_names = {plain(original_name(column)): column for column in draft.rest}
    states = next((codes for name in _STATE_CODES if name in plain_names and (codes := _digits(draft.frame[plain_names[name]], 2)) is not None), None)
    for name in _COUNTY_CODES:
        cells = draft.frame[plain_names[name]] if name in plain_names else None
        if cells is not None and (whole := _digits(cells, 5)) is not None:
            return whole
        if cells is not None and states is not None and (part := _digits(cells, 3)) is not None:
            return states + part
    column = next((plain_names[name] for name in _COUNTY_NAMES if name in plain_names), None)
    if column is None:
        return None
    names = text_of(draft.frame[column]).fillna("").str.lower().str.replace(r"\s+county$", "", regex=True)
    state = next((text_of(draft.frame[plain_names[name]]).str.upper() for name in _STATE_NAMES if name in plain_names), None)
    return _by_name(names, state)


def _by_name(names: Any, states: Any) -> Any:
    listed = {(row["state"], row["county"]): row for row in _listed()}
    alone = {row["county"]: row["code"] for row in _listed() if row["alone"] == "yes"}
    if states is not None:
        spelt = {row["state_name"].upper(): row["state"] for row in _listed()}
        keys = zip(states.fillna("").map(lambda state: spelt.get(state, state)), names)
        found = [listed[key]["code"] if key in listed else None for key in keys]
        return names.mask(names.notna(), found).where([code is not None for code in found])
    codes = names.map(alone)
    told = set(names[names.isin(alone)])
    if told:  # beside a county that only one state has, the others of the file are of that state
        codes = codes.fillna(names.map({row["county"]: row["code"] for row in _listed()}))
    return codes


def _digits(cells: Any, length: int) -> Any:
    """Codes with their lost zeros put back; None if the cells are none of this length."""
    texts = text_of(cells)
    known = texts.dropna()
    if not len(known) or not known.str.fullmatch(r"\d+").all() or int(known.str.len().max()) > length or (length == 5 and int(known.str.len().min()) < 4):
        return None
    return texts.str.zfill(length)


@functools.cache
def _listed() -> tuple[dict[str, str], ...]:
    with (resources_dir() / "census" / "county_codes.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))
