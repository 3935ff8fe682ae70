"""Support staff of schools as roles with full-time equivalents, as the schools' own report cards state them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from attrs import evolve, frozen

from ecomap.io.inventory import RawTable, Surroundings, frame_of_texts, settle
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import table_spec
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.terms import shipped_terms
from tools.starter.geometry import CRS
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

SAID = "California Department of Education, School Accountability Report Card 2024-25"


@frozen
class Role:
    """One kind of support staff: what the file calls it, the title, and the function where the title says one."""

    dimension: str
    title: str
    function: str = ""


# No two share a function: staff of one school are no two organisations that do the same.
ROLES = (
    Role("counselor", "Counselor", "college_career"),
    Role("psychologist", "Psychologist", "mental_health"),
    Role("social_worker", "Social worker", "case_management"),
    Role("nurse", "Nurse", "physical_health"),
    Role("library_media_teacher", "Library media teacher", "academic_support"),
    Role("speech_language_hearing_specialist", "Speech, language and hearing specialist"),
    Role("other", "Other support staff, not teaching"),
)


def compile_staff_roles(originals: Originals, schools: Any) -> Compiled:
    """One row per school and kind of support staff that its report states."""
    table = pd.read_csv(originals.path("support_staff"), dtype=str, keep_default_na=False)
    table = table[(table["metric"] == "support_staff_fte") & table["cds"].isin(schools[v.ID])]
    unknown = set(table["dimension"]) - {role.dimension for role in ROLES}
    if unknown:
        raise InputError(f"The report cards name staff of the kind {sorted(unknown)[0]!r}, which has no title.", "Add it to the roles.")
    known = {role.dimension: role for role in ROLES}
    stated = table[table["value"].astype(float) > 0].sort_values(["cds", "dimension"])
    rows = [{v.ID: f"role:{cds}:{kind}", v.SCHOOL_ID: cds, v.TITLE: known[kind].title, v.FUNCTION: known[kind].function, v.FTE: value,
             v.SOURCE: SAID} for cds, kind, value in zip(stated["cds"], stated["dimension"], stated["value"])]
    spec = table_spec(v.STAFF_ROLE)
    raw = RawTable(spec.role, {name: [row.get(name, "") for row in rows] for name in spec.names}, len(rows))
    settled = settle(spec, raw, Surroundings(CRS, shipped_terms(), dict(zip(schools[v.ID], schools[v.NAME]))))
    if wrong := [line for line in settled.lines if line.kind != "note"]:
        raise InputError(f"Support staff: {wrong[0].text}", "Look at the file of report cards.")
    frame = frame_of_texts(spec, settled.texts, CRS, shipped_terms())
    with_any = frame[v.SCHOOL_ID].nunique()
    total = {role.title: float(frame.loc[frame[v.TITLE] == role.title, v.FTE].sum()) for role in ROLES}
    layer = Layer(spec.layer_id, spec.title, spec.role, NO_GEOMETRY, sources=(originals.source("support_staff"),), visible=False, group="Inventory", notes=(
        f"{len(frame):,} roles at {with_any} schools, in full-time equivalents as the schools' report cards of 2024-25 state them.",
        f"{len(schools) - with_any} schools state none: that is not reported, not nobody.",
        "Who employs them and since when is not stated. What the other support staff do is not stated, so they have no function.",
        "Full-time equivalents in all: " + ", ".join(f"{title} {fte:,.1f}" for title, fte in total.items()) + ".",
    ))
    columns = tuple(column for column in spec.columns if column.name in frame.columns)
    return Compiled(evolve(layer, columns=columns), frame, (f"{len(table):,} rows read, {len(table) - len(stated)} of them 0",))
