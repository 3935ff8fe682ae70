"""Rows of the inventory added, changed, ended, attached to a school, merged and taken out by hand."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.dates import first_day
from ecomap.model.errors import InputError
from ecomap.model.inventory import LATITUDE, LONGITUDE, TABLES, TableSpec, table_spec
from ecomap.model.project import Project
from ecomap.model.said import joined, say
from ecomap.model.said import name as kept
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
        raise InputError(say("The id of a row cannot be changed."), say("Add a new row and take this one out."))
    after = _settled(project, spec, before, values)
    changes = {name: after[name][0] for name in spec.names if after[name][0] != before[name]}
    if not changes:
        return project
    project = _with(project, spec, {n: changes}, {})
    if role == v.ORGANISATION and v.NAME in changes:
        project = with_names(project, {before[v.NAME]: changes[v.NAME]}, {})
    return project


def end_row(project: Project, role: str, row_id: str, end: str) -> Project:
    """Say when something ended; it stays in the inventory and counts as ended once that day is past."""
    if not table_spec(role).has(v.END):
        raise InputError(say("Rows of '{title}' have no end.", title=kept(table_spec(role).title).small()), say("Take the row out instead."))
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
        raise InputError(say("Rows of '{title}' do not belong to schools.", title=kept(spec.title).small()), say("Choose another table."))
    if school_id and school_id not in project_schools(project):
        raise InputError(say("The project has no school '{school_id}'.", school_id=kept(school_id)), say("Choose one of the map, or import the schools first."))
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
    if _position(spec, texts, keep_id) == _position(spec, texts, other_id):
        raise InputError(say("A row cannot be merged with itself."), say("Name two rows."))
    return merge_pairs(project, role, [(keep_id, other_id)])


def merge_pairs(
    project: Project, role: str, pairs: Iterable[tuple[str, str]], *, newer: Container[str] = frozenset()
) -> Project:
    """Make the rows of each pair (id that stays, id that leaves) one row.

    Parameters
    ----------
    newer : container of str
        Ids of leaving rows whose words count where both rows say something; elsewhere the staying row's do.
    """
    spec, texts = table_spec(role), table_texts(project, role)
    place = {row_id: n for n, row_id in enumerate(texts[v.ID])}
    now = {name: list(column) for name, column in texts.items()}
    changed: dict[int, dict[str, str]] = {}
    gone: dict[str, str] = {}
    for keep_id, other_id in pairs:
        keep_id, other_id = _followed(gone, keep_id), _followed(gone, other_id)
        for missing in {keep_id, other_id} - place.keys():
            raise _no_row(spec, missing)
        if keep_id == other_id:
            continue
        brought = _brought(spec, now, place[keep_id], place[other_id], other_id in newer)
        for name, text in brought.items():
            now[name][place[keep_id]] = text
        changed.setdefault(place[keep_id], {}).update(brought)
        gone[other_id] = keep_id
    if not gone:
        return project
    staying = {n: columns for n, columns in changed.items() if texts[v.ID][n] not in gone}
    project = remove_rows(_with(project, spec, staying, {}), role, list(gone))
    if role != v.ORGANISATION:
        return project
    ends = {row_id: _followed(gone, row_id) for row_id in gone}
    met = {**ends, **{row_id: row_id for row_id in ends.values()}}
    names = {texts[v.NAME][place[old]]: now[v.NAME][place[new]] for old, new in met.items()}
    return with_names(project, names, ends)


def _followed(gone: Mapping[str, str], row_id: str) -> str:
    while row_id in gone:
        row_id = gone[row_id]
    return row_id


def _brought(spec: TableSpec, texts: Texts, keep: int, other: int, newer: bool) -> dict[str, str]:
    """What one row brings to another: words for its gaps, or in place of its words, and its codes."""
    brought = {
        name: texts[name][other] for name in spec.names
        if name not in (v.ID, v.IDENTIFIERS) and texts[name][other] and (newer or not texts[name][keep])
    }
    if spec.has(v.IDENTIFIERS):
        codes = {code.strip() for n in (keep, other) for code in texts[v.IDENTIFIERS][n].split(";") if code.strip()}
        brought[v.IDENTIFIERS] = "; ".join(sorted(codes | {f"id:{texts[v.ID][other]}"}))
    return brought


def _settled(project: Project, spec: TableSpec, before: Mapping[str, str], values: Mapping[str, Any]) -> Texts:
    """One row as texts, checked; a value that cannot stand in its column is refused, not dropped."""
    from ecomap.io.inventory import RawTable, settle  # heavy

    unknown = [name for name in values if name not in spec.names]
    if unknown:
        raise InputError(say("'{title}' has no column '{unknown}'.", title=kept(spec.title), unknown=kept(unknown[0])),
                         say("Columns: {names}.", names=joined(spec.names, ", ")), {"column": unknown[0]})
    said = {name: _as_text(value) for name, value in values.items()}
    settled = settle(spec, RawTable(spec.role, {name: [{**before, **said}[name]] for name in spec.names}, 1), surroundings(project))
    if not len(settled):
        raise InputError(settled.lines[-1].text, say(
            "Fill in the needed columns: {names}.", names=joined((field.name for field in spec.fields if field.required), ", ")))
    for name, text in said.items():
        field, found = spec.field(name), settled.texts[name][0]
        if text and (not found or (field.kind == "date" and first_day(found) is None)) and field.kind != "flag":
            raise InputError(say("'{label}' cannot be '{text}'.", label=kept(field.label), text=kept(text)),
                             kept(field.help) or joined(field.choices, ", "), {"column": name})
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
    return InputError(say("'{title}' has no row '{row_id}'.", title=kept(spec.title), row_id=kept(row_id)), say("It may have been taken out or merged meanwhile."))


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


def with_names(project: Project, names: Mapping[str, str], ids: Mapping[str, str]) -> Project:
    """Organisations' names, and ids where they were merged, changed wherever they are mentioned: tables, sites, zones."""
    names = {old: new for old, new in names.items() if old and old != new}
    columns = {spec.role: [f.name for f in spec.fields if f.refers == "organisation"] for spec in TABLES}
    columns |= {role: [v.LEAD_ORGANISATION] for role in (v.SITE, v.ZONE)}
    for layer in project.layers:
        frame = project.frame(layer.id)
        written = {}
        for column, better in (*((name, names) for name in columns.get(layer.role, ())), (v.ORGANISATION_ID, ids)):
            if column in frame.columns and frame[column].isin(list(better)).any():
                written[column] = frame[column].where(~frame[column].isin(list(better)), frame[column].map(better)).astype(frame[column].dtype)
        if written:
            project = project.with_layer(layer, frame.assign(**written))
    return project
