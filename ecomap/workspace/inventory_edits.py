"""Rows of the inventory added, changed, ended, attached to a school, merged and taken out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.dates import first_day
from ecomap.model.errors import InputError
from ecomap.model.inventory import LATITUDE, LONGITUDE, TABLES, TableSpec, table_spec
from ecomap.model.project import Project
from ecomap.workspace.inventory_tables import (
    inventory_rows,
    project_schools,
    surroundings,
    table_texts,
    with_changes,
    with_organisations_linked,
    with_rows,
)

if TYPE_CHECKING:
    from ecomap.io.inventory import Texts


@frozen
class PossibleDuplicate:
    """Two rows of a table that may be the same thing; only a person can say."""

    role: str
    first: str
    second: str
    first_name: str
    second_name: str
    score: float
    why: str


def add_row(project: Project, role: str, values: Mapping[str, Any]) -> tuple[Project, str]:
    """Add a row; returns the project and the row's id.

    Parameters
    ----------
    values : mapping
        Column -> value; what is not given is empty.

    Raises
    ------
    InputError
        If a needed value is missing, or one cannot stand in its column.
    """
    spec = table_spec(role)
    texts = _settled(project, spec, dict.fromkeys(spec.names, ""), values)
    known = set(inventory_rows(project, role)[v.ID])
    row_id, number = texts[v.ID][0], 2
    while texts[v.ID][0] in known:
        texts[v.ID], number = [f"{row_id}-{number}"], number + 1
    return _with(project, spec, {}, texts), texts[v.ID][0]


def change_row(project: Project, role: str, row_id: str, values: Mapping[str, Any]) -> Project:
    """Change columns of a row; an organisation's new name is taken over wherever it is named.

    Raises
    ------
    InputError
        If there is no such row, or a value cannot stand in its column.
    """
    spec = table_spec(role)
    texts = table_texts(project, role)
    n = _position(spec, texts, row_id)
    before = {name: texts[name][n] for name in spec.names}
    if str(values.get(v.ID, row_id)) != row_id:
        raise InputError("The id of a row cannot be changed.", "Add a new row and take this one out.")
    after = _settled(project, spec, before, values)
    changes = {name: after[name][0] for name in spec.names if after[name][0] != before[name]}
    if not changes:
        return project
    project = _with(project, spec, {n: changes}, {})
    if role == v.ORGANISATION and v.NAME in changes:
        project = _renamed(project, before[v.NAME], changes[v.NAME])
    return project


def end_row(project: Project, role: str, row_id: str, end: str) -> Project:
    """Say when something ended; it stays in the inventory and counts as ended once that day is past."""
    if not table_spec(role).has(v.END):
        raise InputError(f"Rows of {table_spec(role).title.lower()!r} have no end.", "Take the row out instead.")
    return change_row(project, role, row_id, {v.END: end})


def remove_rows(project: Project, role: str, row_ids: Iterable[str]) -> Project:
    """Take rows out for good: for mistakes. What has ended is better ended than taken out."""
    wanted = set(row_ids)
    frame = inventory_rows(project, role)
    missing = wanted - set(frame[v.ID])
    if missing:
        raise _no_row(table_spec(role), min(missing))
    return with_rows(project, role, frame[~frame[v.ID].isin(wanted)].reset_index(drop=True)) if wanted else project


def attach_to_school(project: Project, role: str, row_ids: Iterable[str], school_id: str) -> Project:
    """Say that rows belong to a school; a service without a place is then at the school.

    Raises
    ------
    InputError
        If the project has no such school, or the table has no column for one.
    """
    spec = table_spec(role)
    if not spec.has(v.SCHOOL_ID):
        raise InputError(f"Rows of {spec.title.lower()!r} do not belong to schools.", "Choose another table.")
    if school_id and school_id not in project_schools(project):
        raise InputError(f"The project has no school {school_id!r}.", "Choose one of the map, or import the schools first.")
    texts = table_texts(project, role)
    place = _school_place(project, school_id) if spec.has(LONGITUDE) else {}
    changed = {}
    for row_id in row_ids:
        n = _position(spec, texts, row_id)
        changed[n] = {v.SCHOOL_ID: school_id} | ({} if not place or texts[LONGITUDE][n] else place)
    return _with(project, spec, changed, {}) if changed else project


def possible_duplicates(project: Project, role: str) -> tuple[PossibleDuplicate, ...]:
    """Pairs of rows that may be the same thing, the likeliest first. Nothing is merged."""
    from ecomap.io.inventory import likely_pairs  # heavy

    spec, texts = table_spec(role), table_texts(project, role)
    named = v.NAME if spec.has(v.NAME) else spec.named[-1]
    return tuple(
        PossibleDuplicate(role, texts[v.ID][a], texts[v.ID][b], texts[named][a], texts[named][b], score, why)
        for a, b, score, why in likely_pairs(spec, texts)
    )


def merge_rows(project: Project, role: str, keep_id: str, other_id: str) -> Project:
    """Make two rows one: the kept row's gaps are filled from the other, which leaves; its codes and mentions go along."""
    spec, texts = table_spec(role), table_texts(project, role)
    keep, other = _position(spec, texts, keep_id), _position(spec, texts, other_id)
    if keep == other:
        raise InputError("A row cannot be merged with itself.", "Name two rows.")
    changes = {
        name: texts[name][other] for name in spec.names
        if name not in (v.ID, v.IDENTIFIERS) and texts[name][other] and not texts[name][keep]
    }
    if spec.has(v.IDENTIFIERS):
        codes = {code.strip() for n in (keep, other) for code in texts[v.IDENTIFIERS][n].split(";") if code.strip()}
        changes[v.IDENTIFIERS] = "; ".join(sorted(codes | {f"id:{other_id}"}))
    names = (texts[v.NAME][other], texts[v.NAME][keep]) if role == v.ORGANISATION else ("", "")
    project = remove_rows(_with(project, spec, {keep: changes}, {}), role, [other_id])
    return _renamed(project, *names, (other_id, keep_id)) if role == v.ORGANISATION else project


def _settled(project: Project, spec: TableSpec, before: Mapping[str, str], values: Mapping[str, Any]) -> Texts:
    """One row as texts, checked; a value that cannot stand in its column is refused, not dropped."""
    from ecomap.io.inventory import RawTable, settle  # heavy

    unknown = [name for name in values if name not in spec.names]
    if unknown:
        raise InputError(f"{spec.title!r} has no column {unknown[0]!r}.", "Columns: " + ", ".join(spec.names) + ".", {"column": unknown[0]})
    said = {name: _as_text(value) for name, value in values.items()}
    settled = settle(spec, RawTable(spec.role, {name: [{**before, **said}[name]] for name in spec.names}, 1), surroundings(project))
    if not len(settled):
        raise InputError(f"{settled.lines[-1].text}", "Fill in the needed columns: " + ", ".join(
            field.name for field in spec.fields if field.required) + ".")
    for name, text in said.items():
        field, kept = spec.field(name), settled.texts[name][0]
        if text and (not kept or (field.kind == "date" and first_day(kept) is None)) and field.kind != "flag":
            raise InputError(f"{field.label!r} cannot be {text!r}.", field.help or ", ".join(field.choices), {"column": name})
    return settled.texts


def _as_text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value).strip()


def _with(project: Project, spec: TableSpec, changed: Mapping[int, Mapping[str, str]], added: Texts) -> Project:
    rows = with_changes(project, spec, table_texts(project, spec.role), changed, added, surroundings(project).terms)
    project = with_rows(project, spec.role, rows)
    return with_organisations_linked(project) if spec.role in (v.ORGANISATION, v.SERVICE) else project


def _position(spec: TableSpec, texts: Texts, row_id: str) -> int:
    try:
        return texts[v.ID].index(row_id)
    except ValueError:
        raise _no_row(spec, row_id) from None


def _no_row(spec: TableSpec, row_id: str) -> InputError:
    return InputError(f"{spec.title!r} has no row {row_id!r}.", "See its rows with: ecomap assets list PROJECT " + spec.layer_id + ".")


def _school_place(project: Project, school_id: str) -> dict[str, str]:
    from ecomap.io.inventory.texts import degree_texts  # heavy

    for layer in project.layers_of(v.SCHOOL):
        frame = project.frame(layer.id)
        here = frame[frame[v.ID] == school_id]
        if len(here) and here.geometry.iloc[0] is not None:
            point = here.geometry.iloc[0]
            longitude, latitude = degree_texts([point.x], [point.y], project.crs)
            return {LONGITUDE: longitude[0], LATITUDE: latitude[0]}
    return {}


def _renamed(project: Project, old: str, new: str, ids: tuple[str, str] = ("", "")) -> Project:
    """An organisation's name, and its id where it was merged, changed wherever it is mentioned: tables, sites, zones."""
    columns = {spec.role: [f.name for f in spec.fields if f.refers == "organisation"] for spec in TABLES}
    columns |= {role: [v.LEAD_ORGANISATION] for role in (v.SITE, v.ZONE)}
    for layer in project.layers:
        frame = project.frame(layer.id)
        written = {}
        for name in columns.get(layer.role, ()):
            if old and old != new and name in frame.columns and (frame[name] == old).any():
                written[name] = frame[name].where(frame[name] != old, new)
        if ids[0] and v.ORGANISATION_ID in frame.columns and (frame[v.ORGANISATION_ID] == ids[0]).any():
            written[v.ORGANISATION_ID] = frame[v.ORGANISATION_ID].where(frame[v.ORGANISATION_ID] != ids[0], ids[1])
        if written:
            project = project.with_layer(layer, frame.assign(**written))
    return project
