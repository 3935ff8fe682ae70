"""Need areas: polygons that carry indicators, or indicators that join such polygons by their census code."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.census import CARRY_OVER, CENSUSES, SAME_CENSUS, with_census
from ecomap.io.importers.columns.fields import original_name, padding_counted, with_padding_marked
from ecomap.io.importers.columns.guessing import is_count, is_geoid, is_number, is_tract_name, plain
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import clean_geoid, parse_numbers, text_of
from ecomap.io.table.keys import GEOID_NAMES
from ecomap.model.layer import Column
from ecomap.model.pupils import PUPILS
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import (
    CENSUS,
    CHILDREN,
    ENROLLMENT,
    HOUSEHOLDS,
    ID,
    MOE_SUFFIX,
    NAME,
    NEED_AREA,
    POPULATION,
)

# County code of counties in and around Los Angeles, for files that name the tract but give no code.
COUNTY_CODES = {
    "los angeles": "06037", "orange": "06059", "ventura": "06111", "kern": "06029", "riverside": "06065",
    "san bernardino": "06071", "san diego": "06073", "santa barbara": "06083",
}


def prepare(draft: Draft) -> Draft:
    """Census codes of one length; rows of another kind (a city's total) left out; margins beside their counts."""
    lines = list(draft.lines)
    frame = draft.frame
    if ID in frame.columns:
        frame, said = _coded(frame, draft)
        lines.extend(said)
    draft = evolve(draft, frame=frame, lines=tuple(lines))
    return _with_margins(draft)


def _coded(frame: Any, draft: Draft) -> tuple[Any, list[ReportLine]]:
    cells = frame[ID].dropna()
    if is_tract_name(cells):
        return _from_tract_names(frame, draft)
    if not is_geoid(cells):
        return frame, []
    codes = clean_geoid(frame[ID])
    lines = []
    kind = GEOID_NAMES.get(codes.length, say("area"))
    frame = frame.assign(**{ID: codes.values})
    if codes.padded:
        frame = with_padding_marked(frame, codes.marks)
    others = codes.others.to_numpy()
    if others.any():
        called = frame[NAME] if NAME in frame.columns else frame[ID]
        names = tuple(str(name) for name in called[others].head(5))
        lines.append(ReportLine(
            "dropped", say("Rows that are no {kind} but another place, such as a total; counting them would count twice.", kind=kind),
            int(others.sum()), names,
        ))
        frame = frame[~others]
    return frame, lines


def _from_tract_names(frame: Any, draft: Draft) -> tuple[Any, list[ReportLine]]:
    """Codes made of "Census Tract 5709.02" and the county's name beside it."""
    county = next((c for c in draft.rest if plain(original_name(c)) in ("county", "county_name", "countyname")), None)
    if county is None:
        return frame, []
    counties = text_of(frame[county]).fillna("").str.lower().str.replace(r"\s+county$", "", regex=True)
    tracts = frame[ID].fillna("").str.extract(r"(\d{1,4})(?:\.(\d{2}))?")
    codes = counties.map(COUNTY_CODES) + tracts[0].str.zfill(4) + tracts[1].fillna("00")
    made = codes.notna()
    line = ReportLine(
        "mended", say("The file names tracts without giving their code; codes were made of the tract's number and county."),
        int(made.sum()), tuple(f"{old} -> {new}" for old, new in zip(frame[ID][made].head(2), codes[made].head(2))),
    )
    name = frame[NAME] if NAME in frame.columns else frame[ID]
    return frame.assign(**{NAME: name, ID: codes.where(made, frame[ID]).astype("str")}), [line] if made.any() else []


def _with_margins(draft: Draft) -> Draft:
    """Margins of error of residents and children, taken from the columns beside them."""
    frame, columns, rest = draft.frame, list(draft.columns), list(draft.rest)
    for field in (POPULATION, CHILDREN):
        source = plain(draft.mapping.get(field, ""))
        if field not in frame.columns or not source:
            continue
        wanted = {f"m_{source[2:]}" if source.startswith("e_") else "", re.sub(r"e$", "m", source), f"{source}_error", f"{source}_moe"}
        column = next((c for c in rest if plain(original_name(c)) in wanted - {"", source}), None)
        if column is None:
            continue
        margin = parse_numbers(frame[column]).values
        frame = frame.drop(columns=column).assign(**{field + MOE_SUFFIX: margin.where(margin >= 0)})
        rest.remove(column)
        columns = [evolve(c, moe=field + MOE_SUFFIX) if c.name == field else c for c in columns]
        columns.append(Column(field + MOE_SUFFIX, say("Population: margin of error (90 %)" if field == POPULATION else "Children: margin of error (90 %)"), "count", hidden=True))
    return evolve(draft, frame=frame, columns=tuple(columns), rest=tuple(rest))


def finish(draft: Draft) -> Draft:
    return with_census(padding_counted(draft, say("Census codes that had lost their leading zero.")))


IMPORTER = Importer(
    role=NEED_AREA,
    fields=(
        FieldSpec(
            ID, say("Census code (GEOID)"), "code", aliases=(
                "geoid", "geoid10", "geoid20", "geo_id", "geoid_data", "fips", "tractfips", "tract_fips", "geoid11", "geocode",
                "external_id", "external_i", "tract", "census_tract", "ct20", "ct10", "tract_geoid", "ctuid", "dauid",
                "codigo", "clave", "bg_geoid", "id",
            ), patterns=(r"geo_?id", r"fips", r"tract"), test=lambda cells: is_geoid(cells) or is_tract_name(cells),
            help=say("Code of the census tract or block group."),
            loose=("geoid", "geo_id", "fips", "ctuid", "dauid", "cvegeo", "codigo", "clave", "datazone", "data_zone", "lsoa_code", "lsoa21cd",
                   "lsoa11cd", "zone_code", "area_code", "area_num", "area_id", "area_number", "cell", "cell_id", "gss_code", "code", "id"),
        ),
        FieldSpec(
            CENSUS, say("Census of the tract codes"), choices=CENSUSES, aliases=("census", "census_year"),
            test=lambda cells: bool(cells.str.removesuffix(".0").isin(CENSUSES).mean() > 0.9),
            help=say("2010 or 2020; left open, it is told by codes that only one census has, or by names and years in the file."),
        ),
        FieldSpec(
            SAME_CENSUS, say("Codes are of the map's census"), choices=("yes",), decision=True,
            help=say("Say yes if the file's tract codes are of the same census (2010 or 2020) as the areas on the map."),
        ),
        FieldSpec(
            CARRY_OVER, say("Carry over to the map's census"), choices=("yes",), decision=True,
            help=say("Say yes to share the numbers out over the tracts on the map, by a relationship table of the project; the report "
                 "says what was split, merged and lost."),
        ),
        FieldSpec(
            NAME, say("Name"), aliases=(
                "name", "location", "namelsad", "tract_name", "label", "geographic_area_name", "tract", "nombre", "nbhd_name",
                "approximate_location",
            ), patterns=(r"(^|_)name(_|$)", r"nombre"), test=lambda cells: not is_number(cells) and (cells.nunique() > 1 or len(cells) == 1),
        ),
        FieldSpec(
            POPULATION, say("Residents"), "number", aliases=(
                "population", "e_totpop", "total_population", "total_pop", "totpop", "pop", "b01003_001e", "b01003001",
                "poblacion", "poblacion_total", "pop2000", "pop2010", "pop2020",
            ), patterns=(r"^(tot|total)_?pop", r"(^|_)pop_?(total|\d{4})?$", r"_pop_"), test=is_count, unit="count",
        ),
        FieldSpec(
            CHILDREN, say("Children under 18"), "number", aliases=(
                "children", "e_age17", "under_18", "under18", "pop_under_18", "b09001_001e", "b09001001", "ninos", "menores",
                "ninos_menores_18", "age_0_17",
            ), patterns=(r"under_?18", r"0_(to_)?17", r"menores"), test=is_count, unit="count",
        ),
        FieldSpec(
            ENROLLMENT, say("Pupils"), "number", aliases=(
                "pupils", "students", "resident_pupils", "resident_students", "pupils_resident", "students_resident", "alumnos",
            ), test=is_count, unit=PUPILS, help=say("Pupils who live in the area; they stand in where children are not counted."),
        ),
        FieldSpec(
            HOUSEHOLDS, say("Households"), "number", aliases=(
                "households", "total_households", "tot_households", "totalhouseholds", "num_households", "hogares",
            ), test=is_count, unit="count", help=say("They stand in where neither children, pupils nor residents are counted."),
        ),
    ),
    style=LayerStyle(fill="#DADAEB", fill_opacity=0.9, line="#FFFFFF", line_width=0.5),
    prepare=prepare,
    finish=finish,
    joins=NEED_AREA,
    join_key=ID,
)
