"""Need areas: polygons that carry indicators, or indicators that join such polygons by their census code."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import padding_counted, with_padding_marked
from ecomap.io.importers.columns.guessing import is_count, is_geoid, is_number, is_tract_name
from ecomap.io.importers.columns.need.census import CARRY_OVER, CENSUSES, SAME_CENSUS, with_census
from ecomap.io.importers.columns.need.counties import with_codes_of_names
from ecomap.io.importers.columns.need.people import with_children_of_ages, with_margins
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import clean_geoid
from ecomap.io.table.keys import GEOID_NAMES
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
    NAME,
    NEED_AREA,
    POPULATION,
)


def prepare(draft: Draft) -> Draft:
    """Census codes of one length; rows of another kind (a city's total) left out; margins beside their counts."""
    lines = list(draft.lines)
    frame = draft.frame
    if ID in frame.columns:
        frame, said = _coded(frame, draft)
        lines.extend(said)
    draft = evolve(draft, frame=frame, lines=tuple(lines))
    return with_children_of_ages(with_margins(draft))


def _coded(frame: Any, draft: Draft) -> tuple[Any, list[ReportLine]]:
    cells = frame[ID].dropna()
    if is_tract_name(cells):
        return with_codes_of_names(frame, draft)
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


def finish(draft: Draft) -> Draft:
    return with_census(padding_counted(draft, say("Census codes that had lost their leading zero.")))


IMPORTER = Importer(
    role=NEED_AREA,
    fields=(
        FieldSpec(
            ID, say("Area code"), "code", aliases=(
                "geoid", "geoid10", "geoid20", "geo_id", "geoid_data", "fips", "tractfips", "tract_fips", "geoid11", "geocode",
                "external_id", "external_i", "tract", "census_tract", "ct20", "ct10", "tract_geoid", "ctuid", "dauid",
                "codigo", "clave", "bg_geoid", "id",
            ), patterns=(r"geo_?id", r"fips", r"tract"), test=lambda cells: is_geoid(cells) or is_tract_name(cells),
            help=say("Code of the census tract, block group, data zone or cell."),
            loose=("geoid", "geo_id", "fips", "ctuid", "dauid", "cvegeo", "codigo", "clave", "datazone", "data_zone", "lsoa_code", "lsoa21cd",
                   "lsoa11cd", "cusec", "cve_ageb", "clave_ageb", "ageb", "seccion", "codigo_seccion", "seccion_censal", "code_iris", "iris", "dcomiris",
                   "insee_com", "code_insee", "ags", "cd_setor", "cd_geocodi", "geocodigo", "buurtcode", "wijkcode", "zone_code", "area_code", "area_num", "area_id", "area_number", "cell", "cell_id", "gss_code", "code", "id"),
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
                "name", "location", "namelsad", "community", "community_area_name", "community_name", "community_area", "neighborhood_name", "neighborhood",
                "neighbourhood", "neighbourhood_name", "pri_neigh", "nhood", "ward_name", "dz_name", "datazone_name", "tract_name", "label", "geographic_area_name", "tract", "nombre", "nbhd_name",
                "approximate_location", "nomgeo", "nombre_del_barrio", "barrio", "colonia", "distrito", "nom_iris", "lib_iris", "libelle", "nom", "nom_quartier",
                "quartier", "stadtteil", "ortsteil", "stadtbezirk", "bairro", "nome_bairro", "nome", "denominazione", "buurtnaam", "wijknaam",
            ), patterns=(r"(^|_)name(_|$)", r"nombre"), test=lambda cells: not is_number(cells, 0.9) and (cells.nunique() > 1 or len(cells) == 1),
        ),
        FieldSpec(
            POPULATION, say("Residents"), "number", aliases=(
                "population", "e_totpop", "total_population", "total_pop", "totpop", "pop", "b01003_001e", "b01003_001", "b01003001",
                "b01001_001e", "b01001001", "dp05_0001e", "s0101_c01_001e", "poblacion", "poblacion_total", "pop2000", "pop2010", "pop2020",
                "pop_total", "pop_tot", "residents", "total_residents", "usual_residents", "total_popn", "totalpop", "totalpopulation", "totalpopul", "total_popu",
                "persons", "total_persons", "people", "inhabitants", "p1_001n", "p001001", "acstotpop", "population_total", "tot_pop", "habitants", "einwohner",
                "pobtot", "pob_total", "pob_tot", "habitantes", "total_habitantes", "populacao", "populacao_total", "population_municipale",
                "einwohnerzahl", "einwohner_gesamt", "bevolkerung", "bevoelkerung", "inwoners", "aantal_inwoners", "popolazione", "popolazione_residente",
            ), patterns=(r"^(tot|total)_?pop(ulation)?(_\d{4}|_est\w*)?$", r"(^|_)pop(ulation)?_?(total|\d{4})?$", r"^est\w*_pop"), test=is_count, unit="count",
        ),
        FieldSpec(
            CHILDREN, say("Children under 18"), "number", aliases=(
                "children", "e_age17", "under_18", "under18", "pop_under_18", "b09001_001e", "b09001_001", "b09001001", "dp05_0019e", "s0101_c01_022e", "ninos",
                "menores", "ninos_menores_18", "age_0_17", "ages_0_17", "aged_0_17", "pop_u18", "popu18", "pop_under18", "population_under_18", "u18", "kids", "child_pop",
                "child_population", "childpop", "children_0_17", "children_under_18", "age_under_18", "age_u18", "minors", "children_0_15", "pop_0_17", "total_children",
                "num_children", "n_children", "children_total", "age0_17", "age_0_15", "youth_0_17", "youth_under_18", "under_18_population", "persons_under_18",
                "enfants", "p_0a17", "p_0_17", "pob_0_17", "poblacion_0_17", "ninos_0_17", "menores_18", "menores_de_18", "menores_de_18_anos", "moins_de_18_ans",
                "kinder_unter_18", "unter_18", "einwohner_unter_18", "criancas", "criancas_e_adolescentes", "minori",
            ), patterns=(r"^(?!.*(pct|percent|rate|share|pov|insur|disab|male|boy|girl)).*(under_?18|(^|_|age)0_(to_)?17)(?!\d)(?!.*(pct|percent|rate|share|pov|insur|disab|male))",
                         r"menores"), test=is_count, unit="count",
        ),
        FieldSpec(
            ENROLLMENT, say("Pupils"), "number", aliases=(
                "pupils", "students", "resident_pupils", "resident_students", "pupils_resident", "students_resident", "alumnos",
            ), test=is_count, unit=PUPILS, help=say("Pupils who live in the area; they stand in where children are not counted."),
        ),
        FieldSpec(
            HOUSEHOLDS, say("Households"), "number", aliases=(
                "households", "total_households", "tot_households", "totalhouseholds", "num_households", "hogares", "menages", "haushalte", "huishoudens", "famiglie",
            ), test=is_count, unit="count", help=say("They stand in where neither children, pupils nor residents are counted."),
        ),
    ),
    style=LayerStyle(fill="#DADAEB", fill_opacity=0.9, line="#FFFFFF", line_width=0.5),
    prepare=prepare,
    finish=finish,
    joins=NEED_AREA,
    join_key=ID,
)
