"""Which census the tract codes of a file are of: stated, by codes that only one census has, or by name and year."""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import Draft
from ecomap.io.reading import quoted
from ecomap.model.assets import resources_dir
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import CENSUS, GEOMETRY, ID, NEED_AREA

CENSUSES = ("2010", "2020")
SAME_CENSUS = "same_census"  # the field by which a planner vouches for the codes
CARRY_OVER = "carry_over"    # the field by which she asks for the numbers to be carried over
AS_STATED: Final = say("as stated")
_TRACT_DIGITS = 11
_OF_COLUMN = (
    (re.compile(r"^(geoid|geo_id|ct|tract|tractce|fips|tract_fips|census_tract|bg|block|gisjoin)_?(20)?10$"), "2010"),
    (re.compile(r"^(geoid|geo_id|ct|tract|tractce|fips|tract_fips|census_tract|bg|block|gisjoin)_?(20)?20$"), "2020"),
)
_YEAR = re.compile(r"(?<!\d)(20[12]\d)(?!\d)")


@frozen
class Census:
    """A census ("2010", "2020", "" where nothing tells), how it is known, and whether that is certain."""

    value: str = ""
    why: Said = NOTHING
    sure: bool = False


@functools.cache
def codes_of_one_census() -> dict[str, str]:
    """Tract code -> the one census that has it, for the counties EcoMap ships a list of."""
    path = resources_dir() / "census" / "tract_codes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["tract"]: row["census"] for row in csv.DictReader(file)}


@frozen
class Redrawn:
    """Counties that a state has redrawn: what the file's are, what the map's are, and since when the new ones count."""

    state: str
    year: int
    file_counties: Said
    map_counties: Said


@functools.cache
def _redrawn() -> dict[str, tuple[str, str, int]]:
    """County code -> (state, "old" or "new", first year of the new ones)."""
    path = resources_dir() / "census" / "redrawn_counties.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["county"]: (row["state"], row["era"], int(row["since"])) for row in csv.DictReader(file)}


def redrawn_counties(codes: Iterable[str], on_map: Iterable[str]) -> Redrawn | None:
    """Whether a file and a map have the counties of one state in its old and its new form; None if not."""
    here = {_redrawn()[code[:5]] for code in codes if code[:5] in _redrawn()}
    there = {_redrawn()[code[:5]] for code in on_map if code[:5] in _redrawn()}
    for state, era, year in sorted(here):
        if (state, "old" if era == "new" else "new", year) in there:
            words = {"old": say("the old counties"), "new": say("the planning regions")}
            return Redrawn(state, year, words[era], words["old" if era == "new" else "new"])
    return None


def census_of_codes(codes: Any) -> Census:
    """The census of tract, block group or block codes, by those that exist in one census only."""
    tracts = {code[:_TRACT_DIGITS] for code in codes.dropna().astype(str).tolist() if len(code) >= _TRACT_DIGITS and code.isdigit()}
    listed = codes_of_one_census()
    found = Counter(map(listed.get, tracts))
    most, least = sorted(CENSUSES, key=lambda census: -found[census])
    if not found[most] or found[most] < 10 * found[least]:
        return Census()
    return Census(most, plural("{n} of its tract codes exists in that census only", "{n} of its tract codes exist in that census only", found[most]), True)


def census_of_draft(draft: Draft) -> Census:
    """The census of a file's codes: as it says, by its codes, by the name of its code column, else by its year."""
    if draft.has(CENSUS):
        stated = sorted({str(value).removesuffix(".0") for value in draft.frame[CENSUS].dropna().unique()})
        return Census(stated[0], AS_STATED, True) if len(stated) == 1 else Census()
    found = census_of_codes(draft.frame[ID])
    if found.value:
        return found
    column = plain(draft.mapping.get(ID, ""))
    told = next((census for pattern, census in _OF_COLUMN if pattern.match(column)), "")
    if told:
        return Census(told, say("by the name of its column {column}", column=named(draft.mapping[ID])), True)
    year = _year_of(draft)
    return Census("2020" if year >= 2020 else "2010", say("guessed from its year {year}", year=year)) if year else Census()


def census_of_areas(frame: Any) -> Census:
    """The census of a layer of the project: as its column says, else by its codes."""
    if CENSUS in frame:
        stated = sorted({str(value).removesuffix(".0") for value in frame[CENSUS].dropna().unique()} - {""})
        if len(stated) == 1:
            return Census(stated[0], AS_STATED, True)
    return census_of_codes(frame[ID])


def with_census(draft: Draft) -> Draft:
    """The census beside every area, in the report and among the notes of the layer; nothing where it is not known."""
    if not draft.has(ID) or not draft.frame[ID].dropna().astype(str).str.fullmatch(r"\d{11,15}").mean() > 0.5:
        return draft
    found = census_of_draft(draft)
    if not found.value:
        return draft
    text = census_sentence(found)
    lines = [ReportLine("note", text), *_others(draft, found)]
    columns = [column for column in draft.columns if column.name != CENSUS]
    notes = (*draft.layer.get("notes", ()), text)
    return evolve(
        draft, frame=draft.frame.assign(**{CENSUS: found.value}), lines=(*draft.lines, *lines),
        columns=(*columns, census_column()), layer={**draft.layer, "notes": notes},
    )


def census_column() -> Column:
    """Whose boundaries the areas have; kept in files, not shown in tables."""
    return Column(CENSUS, say("Census of the boundaries"), hidden=True)


def without_census(draft: Draft) -> tuple[Draft, Said]:
    """For rows that join a layer: the boundaries are the layer's, so only the sentence on the file's codes is kept."""
    if CENSUS not in draft.frame.columns:
        return draft, NOTHING
    columns = tuple(column for column in draft.columns if column.name != CENSUS)
    said = joined(draft.layer.get("notes", ()))
    return evolve(draft, frame=draft.frame.drop(columns=CENSUS), columns=columns), said


def census_sentence(census: Census) -> Said:
    """``Tracts of the 2020 census (498 of its tract codes exist in that census only).``"""
    return say("Tracts of the {census} census ({why}).", census=named(census.value), why=census.why)


def _others(draft: Draft, found: Census) -> list[ReportLine]:
    """A caution where areas with places arrive beside areas of another census."""
    layers = draft.project.layers_of(NEED_AREA) if draft.project is not None and GEOMETRY in draft.frame.columns else ()
    other = [layer.name for layer in layers if draft.project is not None
             and census_of_areas(draft.project.frame(layer.id)).value not in ("", found.value)]
    if not other:
        return []
    return [ReportLine("caution", say("{layers} is of the other census: the same code can mean other ground, and the two "
                       "are not put together unless one is carried over.", layers=joined(map(quoted, other), ", ")))]


def _year_of(draft: Draft) -> int:
    """The one year of a column of years, else the year in the file's name; 0 if there is none."""
    column = next((c for c in draft.rest if plain(original_name(c)) in ("year", "acs_year", "yr")), None)
    if column is not None:
        years = {found[-1] for cell in draft.frame[column].dropna().astype(str).unique() if (found := _YEAR.findall(cell[:9]))}
        if len(years) == 1:
            return int(years.pop())
    found = _YEAR.findall(draft.raw.path.stem)
    return int(found[-1]) if found else 0
