"""Approach sites: which school takes part in which approach, since when, led by whom."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_code
from ecomap.io.importers.columns.keys.school_codes import as_schools, with_school_codes
from ecomap.io.importers.columns.known import KNOWN_FIELDS
from ecomap.io.importers.columns.places import (
    ADDRESS,
    CITY,
    LATITUDE,
    LONGITUDE,
    SCHOOL_CODES,
    id_field,
    name_field,
)
from ecomap.io.importers.columns.status import status_counted, status_fields, with_status
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.terms import shipped_terms
from ecomap.model.understanding import Doubt, Option
from ecomap.model.vocabulary import (
    APPROACH,
    APPROACH_LABELS,
    APPROACHES,
    DETAIL,
    LEAD_ORGANISATION,
    NAME,
    SCHOOL,
    SCHOOL_ID,
    SITE,
)

SYMBOLS = (
    ("community_school", "#0072B2", "circle"),
    ("linked_learning", "#E69F00", "diamond"),
    ("promise_neighborhood", "#007A66", "square"),
)
# Approaches of a place of its own, in the order of their names.
_OWN_LOOKS = (("#CC79A7", "triangle"), ("#56B4E9", "circle"), ("#8A5A00", "square"), ("#5B4FA2", "diamond"))
_APPROACH_WORDS = (
    ("community_school", r"community[ _-]?school|escuelas? comunitaria|^cs$"),
    ("linked_learning", r"linked[ _-]?learning|aprendizaje|^ll$"),
    ("promise_neighborhood", r"promise[ _-]?neighbo|vecindario|^pn$"),
)

_TAKEN_AS = {
    "community_school": say("Taken as sites of community schools, by the file's name."),
    "linked_learning": say("Taken as sites of linked learnings, by the file's name."),
    "promise_neighborhood": say("Taken as sites of promise neighborhoods, by the file's name."),
}


def approach_of(text: str) -> str:
    """The approach a word means, "" if none.

    >>> approach_of("Community Schools"), approach_of("linked_learning"), approach_of("other")
    ('community_school', 'linked_learning', '')
    """
    return next((name for name, pattern in _APPROACH_WORDS if re.search(pattern, text.strip().lower())), "")


def as_approaches(frame: Any) -> tuple[Any, tuple[str, ...]]:
    """The rows with their approach as a code; an approach that EcoMap does not know keeps its own name, and is named."""
    codes = {text: approach_of(text) or shipped_terms().code("approach", text) or text.strip() for text in frame[APPROACH].dropna().unique()}
    values = frame[APPROACH].map(lambda text: codes.get(text, "") if isinstance(text, str) else "").astype("str")
    own = tuple(dict.fromkeys(code for code in values if code and code not in APPROACHES and not approach_of(code)))
    return frame.assign(**{APPROACH: values}), own


def own_approaches_line(own: tuple[str, ...]) -> ReportLine:
    """That a file brings approaches of its own."""
    return ReportLine("note", plural("{n} approach that EcoMap does not ship: kept under its own name.",
                                     "{n} approaches that EcoMap does not ship: kept under their own names.", len(own)), None, own[:5])


def are_approaches(cells: Any) -> bool:
    """True if most cells are approaches that EcoMap knows, or names that few rows share."""
    known = bool((cells.map(approach_of) != "").mean() > 0.5)
    return known or (len(cells) > 1 and len(set(cells)) <= max(2, len(cells) // 3) and bool((cells.str.len() <= 60).all()))


def prepare(draft: Draft) -> Draft:
    """Approach and status in EcoMap's words; school codes mended; points taken from the schools where there are none."""
    lines = list(draft.lines)
    frame = draft.frame
    if APPROACH not in frame.columns:
        answer = draft.answers.get("approach", "")
        guess = answer or approach_of(draft.raw.path.stem.replace("_", " ").replace("-", " "))
        if not guess:
            raise InputError(
                say("{file} does not say which approach its sites belong to.", file=named(draft.raw.path.name)),
                say("Say which one all its rows belong to."), {"field": APPROACH, "example": APPROACHES[0]},
                doubts=(Doubt("approach", say("Which approach do the sites belong to?"),
                              options=tuple(Option(code, APPROACH_LABELS[code]) for code in APPROACHES),
                              needed=True),),
            )
        frame = frame.assign(**{APPROACH: guess})
        lines += [] if answer else [ReportLine("note", _TAKEN_AS[guess])]
    frame, own = as_approaches(frame)
    lines += [own_approaches_line(own)] if own else []
    blank = (frame[APPROACH] == "").to_numpy()
    if blank.any():
        lines.append(ReportLine("dropped", say("Rows that name no approach."), int(blank.sum())))
        frame = frame[~blank]
    draft = with_status(evolve(draft, frame=frame, lines=tuple(lines)))
    frame, lines = draft.frame, list(draft.lines)
    if SCHOOL_ID in frame.columns:
        frame, told = with_school_codes(frame)
        lines.extend(told)
        frame, told = as_schools(frame, SCHOOL_ID, draft.project)
        lines.extend(told)
    draft = evolve(draft, frame=frame, lines=tuple(lines))
    placed = "geometry" in frame.columns or "longitude" in draft.mapping
    return draft if placed or SCHOOL_ID not in frame.columns else _at_schools(draft)


def _at_schools(draft: Draft) -> Draft:
    """Points of the project's schools for rows that name a school by its code."""
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    layers = draft.project.layers_of(SCHOOL) if draft.project is not None else ()
    if draft.project is None or not layers:
        raise InputError(
            say("{file} has school codes but no coordinates, and the project has no schools yet.", file=named(draft.raw.path.name)),
            say("Import the schools first; their points are used for the sites."),
        )
    schools = pd.concat([draft.project.frame(layer.id)[["id", "name", "geometry"]] for layer in layers]).drop_duplicates("id")
    known = draft.frame[SCHOOL_ID].isin(schools["id"]).to_numpy()
    lines = list(draft.lines)
    if not known.any():
        raise InputError(
            say("None of the school codes in {file} is a school of the project.", file=named(draft.raw.path.name)),
            say("Check which column holds the school codes."),
        )
    if (~known).any():
        missed = draft.frame[~known]
        lines.append(ReportLine(
            "dropped", say("Rows whose school code no school of the project has."), int((~known).sum()),
            tuple(str(code) for code in missed[NAME if NAME in missed.columns else SCHOOL_ID].head(5)),
        ))
    lines.append(ReportLine("note", say("The sites stand at the points of their schools."), int(known.sum())))
    frame = draft.frame[known]
    by_id = schools.set_index("id")
    points = by_id["geometry"].reindex(frame[SCHOOL_ID])
    if NAME not in frame.columns:
        frame = frame.assign(**{NAME: by_id["name"].reindex(frame[SCHOOL_ID]).to_numpy()})
    located = gpd.GeoDataFrame(frame, geometry=points.to_numpy(), crs=draft.project.crs)
    return evolve(draft, frame=located, lines=tuple(lines))


def finish(draft: Draft) -> Draft:
    """One approach: its colour and shape; several: one symbol each."""
    draft = status_counted(draft)
    found = set(draft.frame[APPROACH])
    present = [symbol for symbol in SYMBOLS if symbol[0] in found]
    own = sorted(found - {symbol[0] for symbol in SYMBOLS} - {""})
    present += [(code, *_OWN_LOOKS[n % len(_OWN_LOOKS)]) for n, code in enumerate(own)]
    if len(present) == 1:
        style = LayerStyle(fill=present[0][1], line="#FFFFFF", line_width=1.0, shape=present[0][2], size=9.0)
    else:
        style = LayerStyle(kind=CATEGORISED, column=APPROACH, symbols=tuple(present), line="#FFFFFF", line_width=1.0, size=9.0)
    return evolve(draft, layer={**draft.layer, "style": style})


IMPORTER = Importer(
    role=SITE,
    fields=(
        FieldSpec(SCHOOL_ID, say("School code"), "code", aliases=("school_id", *SCHOOL_CODES, "school_code", "codigo_escuela"),
                  patterns=(r"cds", r"ncessch"), test=is_code),
        name_field("school", "school_name", "site", "site_name", "escuela", "pathway", "nombre", "plantel", "centro", "centro_educativo", "ecole", "etablissement", "schule", "escola"),
        FieldSpec(APPROACH, say("Approach"), aliases=("approach", "initiative", "enfoque", "program", "strategy", "model", "programa", "iniciativa", "programme", "programm", "ansatz"),
                  test=are_approaches),
        id_field("site_id"),
        *status_fields("certification", start=("start", "start_date", "start_year", "cohort_year", "since", "inicio", "year"),
                       end=("end", "end_date", "end_year", "fin")),
        FieldSpec(LEAD_ORGANISATION, say("Lead organisation"), aliases=(
            "lead_organisation", "lead_organization", "lead_agency", "lead_org", "lead_partner", "organizacion_lider", "entidad_responsable", "entidad_lider",
        ), patterns=(r"^lead",)),
        FieldSpec(DETAIL, say("Detail"), aliases=("detail", "cohort", "pathway_name", "notes", "description")),
        LONGITUDE, LATITUDE, ADDRESS, CITY, *KNOWN_FIELDS,
    ),
    style=LayerStyle(fill="#0072B2", line="#FFFFFF", line_width=1.0, size=9.0),
    prepare=prepare,
    finish=finish,
    same=(NAME, APPROACH, SCHOOL_ID, DETAIL),
)
