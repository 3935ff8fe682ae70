"""Zones: Promise Zones, Promise Neighborhood footprints and other place-based areas."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.importers.columns.known import KNOWN_FIELDS
from ecomap.io.importers.columns.names import with_names
from ecomap.io.importers.columns.places import id_field, name_field
from ecomap.io.importers.columns.status import status_counted, status_fields, with_status
from ecomap.io.importers.roles.site import are_approaches, as_approaches, own_approaches_line
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model.layer import Column
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import (
    APPROACH,
    BOUNDARIES,
    BOUNDARY,
    DETAIL,
    LEAD_ORGANISATION,
    ZONE,
)


def prepare(draft: Draft) -> Draft:
    """Names, approach and status in EcoMap's words."""
    draft = with_names(draft)
    if APPROACH in draft.frame.columns:
        frame, own = as_approaches(draft.frame)
        draft = evolve(draft, frame=frame, lines=(*draft.lines, *([own_approaches_line(own)] if own else [])))
    return with_status(draft)


def finish(draft: Draft) -> Draft:
    """A zone's boundary is as the file says; a file that says nothing is taken at its word as official."""
    draft = status_counted(draft)
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
        *status_fields(start=("start", "start_date", "yr", "year", "designated", "inicio", "award_year"), end=("end", "end_date", "fin", "ended")),
        FieldSpec(APPROACH, say("Approach"), aliases=("approach", "initiative", "enfoque"), test=are_approaches),
        FieldSpec(BOUNDARY, say("Boundary"), aliases=("boundary",), choices=BOUNDARIES,
                  test=lambda cells: bool(cells.isin(BOUNDARIES).mean() > 0.8)),
        FieldSpec(DETAIL, say("Detail"), aliases=("detail", "description", "notes", "descripcion")), *KNOWN_FIELDS,
    ),
    style=LayerStyle(line="#7A5C00", line_width=2.0),
    prepare=prepare,
    finish=finish,
)
