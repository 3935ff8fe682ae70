"""Zones: Promise Zones, Promise Neighborhood footprints and other place-based areas."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.importers.columns.places import id_field, name_field
from ecomap.io.importers.roles.site import approach_of, as_approaches, status_of
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model.layer import Column
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import (
    APPROACH,
    APPROACHES,
    BOUNDARIES,
    BOUNDARY,
    DETAIL,
    END,
    LEAD_ORGANISATION,
    START,
    STATUS,
    ZONE,
)


def prepare(draft: Draft) -> Draft:
    frame = draft.frame
    if APPROACH in frame.columns:
        frame = as_approaches(frame)
    if STATUS in frame.columns:
        frame = frame.assign(**{STATUS: frame[STATUS].map(lambda text: status_of(text) if isinstance(text, str) else "").astype("str")})
    return evolve(draft, frame=frame)


def finish(draft: Draft) -> Draft:
    """A zone's boundary is as the file says; a file that says nothing is taken at its word as official."""
    frame = draft.frame
    known = frame[BOUNDARY].isin(BOUNDARIES) if BOUNDARY in frame.columns else None
    values = frame[BOUNDARY].where(known, "official") if known is not None else "official"
    frame = frame.assign(**{BOUNDARY: values})
    kinds = set(frame[BOUNDARY])
    boundary = next((b for b in ("estimated", "approximate") if b in kinds), "official")
    promise = APPROACH in frame.columns and set(frame[APPROACH]) == {"promise_neighborhood"}
    colour = "#007A66" if promise else "#7A5C00"
    style = LayerStyle(line=colour, line_width=2.0, dash=boundary != "official", fill=colour if promise else "", fill_opacity=0.08)
    columns = (*draft.columns, Column(BOUNDARY, say("Boundary")))
    return evolve(draft, frame=frame, columns=columns, layer={**draft.layer, "boundary": boundary, "style": style})


IMPORTER = Importer(
    role=ZONE,
    fields=(
        name_field("pz_name", "zone", "zone_name", "zona"),
        id_field("app_id", "zone_id"),
        FieldSpec(LEAD_ORGANISATION, say("Lead organisation"), aliases=(
            "lead_organisation", "lead_organization", "lead_org", "lead_agency", "grantee", "organizacion_lider",
        ), patterns=(r"lead_", r"grantee")),
        FieldSpec(START, say("Start"), "date", aliases=("start", "start_date", "yr", "year", "designated", "inicio", "award_year")),
        FieldSpec(END, say("End"), "date", aliases=("end", "end_date", "fin", "ended")),
        FieldSpec(STATUS, say("Status"), aliases=("status", "estado"), test=lambda cells: bool((cells.map(status_of) != "").mean() > 0.8)),
        FieldSpec(APPROACH, say("Approach"), aliases=("approach",), choices=APPROACHES,
                  test=lambda cells: bool((cells.map(approach_of) != "").mean() > 0.5)),
        FieldSpec(BOUNDARY, say("Boundary"), aliases=("boundary",), choices=BOUNDARIES,
                  test=lambda cells: bool(cells.isin(BOUNDARIES).mean() > 0.8)),
        FieldSpec(DETAIL, say("Detail"), aliases=("detail", "description", "notes", "descripcion")),
    ),
    style=LayerStyle(line="#7A5C00", line_width=2.0),
    prepare=prepare,
    finish=finish,
)
