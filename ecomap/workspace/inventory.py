"""The asset inventory of a project: tables of who is where and does what, brought in, written out, edited, merged.

One function per thing a planner does: a project in, a project out. Where nothing changes, the same project comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import INVENTORY_ROLES, TABLES, table_spec
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from ecomap.model.units import format_number
from ecomap.workspace.inventory_review import Answered, answered, standing_decisions, with_questions
from ecomap.workspace.inventory_tables import (
    frame_of,
    inventory_layer,
    inventory_rows,
    project_schools,
    project_terms,
    surroundings,
    table_texts,
    with_changes,
    with_organisations_linked,
    with_rows,
)

if TYPE_CHECKING:
    from ecomap.io.inventory import Incoming, MergeItem, Settled, Surroundings, Texts

_ORDER = (v.TERM, v.ORGANISATION, *(spec.role for spec in TABLES if spec.role not in (v.TERM, v.ORGANISATION)))


@frozen
class InventoryReport:
    """What happened to a file on its way into the inventory.

    Parameters
    ----------
    tables : tuple of ImportReport
        One per table; read = kept (new rows) + merged (said already) + dropped.
    items : tuple of MergeItem
        The review list: every row, what it was taken for, and cells that say something else.
    """

    file_name: str
    format: str
    tables: tuple[ImportReport, ...]
    items: tuple[MergeItem, ...]
    notes: tuple[ReportLine, ...] = ()

    @property
    def adds_up(self) -> bool:
        return all(report.adds_up for report in self.tables)

    @property
    def waiting(self) -> tuple[MergeItem, ...]:
        """What a person should look at: rows only likely the same, and cells said otherwise that were not taken."""
        return tuple(item for item in self.items if item.waiting)

    @property
    def sentence(self) -> Said:
        read = sum(report.read for report in self.tables)
        new = sum(report.kept for report in self.tables)
        changed = sum(1 for item in self.items if any(change.taken for change in item.changes))
        told = {"file": kept(self.file_name), "format": kept(self.format), "read": format_number(read), "new": format_number(new),
                "changed": format_number(changed)}
        if not self.waiting:
            return say("{file} ({format}): read {read} rows, {new} new, {changed} changed.", **told)
        return say("{file} ({format}): read {read} rows, {new} new, {changed} changed, {waiting} to look at.",
                   waiting=format_number(len(self.waiting)), **told)


@frozen
class Decided:
    """What people decided: just now, for good on a row of a file, and on which of its words."""

    now: Mapping[str, str]
    standing: Mapping[str, str]
    before: Answered

    def settles(self, item: MergeItem) -> bool:
        """True if a person decided on the item: just now, or on the same words of the same row before."""
        word = self.now.get(item.key, "")
        if word:
            return item.kind != "certain" or word != "merge"
        if self.standing.get(item.key) == "skip":
            return True
        before = self.before.get((item.role, item.row_id), frozenset())
        return item.kind == "certain" and {(c.column, c.after) for c in item.changes if not c.taken} <= before


def import_inventory(
    project: Project, path: Path | str, *, decisions: Mapping[str, str] | None = None, sheet: str = "",
    progress: Progress | None = None,
) -> tuple[Project, InventoryReport]:
    """Bring a file into the inventory: a template, an Open Referral directory, or a partner's list of services.

    Rows are matched with the project's by codes, then by words. What is certainly the same fills gaps; what is only
    likely the same is added as a row of its own and told, unless a decision says otherwise; where both say something
    else the project's word stays and is told. What is told waits on the project's review list
    (`ecomap.workspace.inventory_review`). The same file a second time changes nothing and asks nothing again.

    Parameters
    ----------
    decisions : mapping, optional
        Key of an item of the review list -> merge, take, keep, new or skip (see `ecomap.io.inventory.MergeItem`).
    sheet : str
        Sheet of a partner's workbook.

    Returns
    -------
    tuple of Project and InventoryReport
        The report of every table adds up.
    """
    from ecomap.io.inventory.opening import read_inventory  # heavy

    progress = progress or silent()
    progress.at(0.0, say("Reading"))
    incoming = read_inventory(path, sheet=sheet)
    progress.at(0.4, say("Looking at the rows"))
    after, report = with_incoming(project, incoming, decisions=decisions, progress=progress.part(0.4, 1.0))
    return with_questions(after, report.items, incoming.file_name, decisions or {}), report


@frozen
class InventoryPeek:
    """What a file made for the inventory holds, before it is brought in: (table, rows found) and its notes."""

    file_name: str
    format: str
    tables: tuple[tuple[str, int], ...]
    notes: tuple[ReportLine, ...] = ()


def peek_inventory(path: Path | str) -> InventoryPeek | None:
    """What a template of EcoMap or an Open Referral directory holds; None for any other file."""
    from ecomap.io.inventory.opening import made_for_inventory  # heavy

    incoming = made_for_inventory(Path(path))
    if incoming is None:
        return None
    tables = tuple((table_spec(raw.role).title, raw.read) for raw in incoming.tables)
    return InventoryPeek(incoming.file_name, incoming.format, tables, incoming.notes)


def review_inventory(project: Project, path: Path | str, *, sheet: str = "", progress: Progress | None = None) -> InventoryReport:
    """What an import would do, without doing it: for the review list before a decision."""
    return import_inventory(project, path, sheet=sheet, progress=progress)[1]


def with_incoming(
    project: Project, incoming: Incoming, *, decisions: Mapping[str, str] | None = None, progress: Progress | None = None
) -> tuple[Project, InventoryReport]:
    """Put what was read from a file to the project's tables."""
    from ecomap.io.inventory import settle  # heavy

    progress = progress or silent()
    decided = Decided(decisions or {}, standing_decisions(project), answered(project))
    project = _in_fitting_crs(project, incoming)
    by_role: dict[str, Settled] = {}
    around = surroundings(project)
    for number, role in enumerate(_ORDER):
        for raw in incoming.tables:
            if raw.role == role and raw.read:
                progress.at(0.5 * number / len(_ORDER), kept(table_spec(role).title))
                by_role[role] = settle(table_spec(role), raw, around)
        if role == v.TERM and role in by_role:
            around = surroundings(project, _own_words(by_role[role].texts))
    reports: list[ImportReport] = []
    items: list[MergeItem] = []
    source = Source(kept(incoming.title or incoming.file_name), vintage=say("not stated"), file_name=incoming.file_name, sha256=incoming.sha256)
    renamed: dict[str, str] = {}
    ids: dict[str, str] = {}
    for number, (role, settled) in enumerate(by_role.items()):
        progress.at(0.5 + 0.5 * number / len(by_role), kept(table_spec(role).title))
        settled = _with_references(settled, renamed, ids)
        project, report, said, places = _merged(project, settled, incoming, source, around, decided)
        reports.append(report)
        items += said
        if role == v.ORGANISATION:
            renamed, ids = _where_organisations_went(settled, places, project)
    project = with_organisations_linked(project)
    progress.at(1.0, say("Done"))
    return project, InventoryReport(incoming.file_name, incoming.format, tuple(reports), tuple(items), incoming.notes)


def _own_words(texts: Texts) -> list[tuple[str, str, str, str]]:
    return list(zip(texts[v.VOCABULARY], texts[v.CODE], texts[v.LABEL], texts[v.PARENT]))


def _merged(
    project: Project, settled: Settled, incoming: Incoming, source: Source, around: Surroundings, decided: Decided
) -> tuple[Project, ImportReport, tuple[MergeItem, ...], tuple[str, ...]]:
    """One table of a file put to the project's: rows, report, review list, and where each row went."""
    from ecomap.io.inventory import match_rows, merge_texts  # heavy

    spec = settled.spec
    theirs = table_texts(project, spec.role)
    matches = match_rows(spec, settled.texts, settled.given, theirs)
    merged = merge_texts(settled, matches, theirs, as_exported=incoming.as_exported.get(spec.role), decisions={**decided.standing, **decided.now})
    if merged.added or merged.changed:
        added = {name: [column[n] for n in merged.added] for name, column in settled.texts.items()}
        frame = with_changes(project, spec, theirs, merged.changed, added, around.terms)
        project = with_rows(project, spec.role, frame, source)
    layer = inventory_layer(project, spec.role)
    lines = list(settled.lines)
    if merged.matched:
        lines.append(ReportLine("merged", say("Rows that the project has already."), merged.matched))
    if merged.skipped:
        lines.append(ReportLine("dropped", say("Rows left out by decision."), merged.skipped))
    items = tuple(evolve(item, settled=decided.settles(item)) for item in merged.items)
    lines += _review_lines(items)
    report = ImportReport(
        incoming.file_name, spec.role, layer.id if layer else spec.layer_id, layer.name if layer else kept(spec.title),
        settled.read, len(merged.added), tuple(lines), sha256=incoming.sha256,
    )
    return project, report, items, merged.ids


def _review_lines(items: Sequence[MergeItem]) -> list[ReportLine]:
    changed = [item for item in items if any(change.taken for change in item.changes)]
    other = [item for item in items if not item.settled and any(not change.taken for change in item.changes)]
    likely = [item for item in items if not item.settled and item.kind == "likely" and item.decision == "new"]
    lines = []
    for found, kind, text in (
        (changed, "note", say("Rows of the project in which gaps were filled or newer words taken.")),
        (other, "caution", say("Rows that say something else than the project; the project's words stay until somebody decides.")),
        (likely, "caution",
         say("Rows that are likely in the project already under other words; added as rows of their own until somebody decides.")),
    ):
        if found:
            lines.append(ReportLine(kind, text, len(found), tuple(item.name for item in found[:5])))
    return lines


def _in_fitting_crs(project: Project, incoming: Incoming) -> Project:
    """A project without places yet measures in a system that fits the places of the file."""
    if any(layer.geometry != NO_GEOMETRY for layer in project.layers):
        return project
    from ecomap.io.inventory import settle  # heavy
    from ecomap.workspace.arrivals import fitting_crs

    for raw in incoming.tables:
        if raw.role == v.SERVICE and raw.read:
            spec = table_spec(v.SERVICE)
            frame = frame_of(spec, settle(spec, raw, surroundings(project)).texts, project)
            fitting = fitting_crs(project, frame)
            return project if fitting == project.crs else evolve(project, crs=fitting)
    return project


def _where_organisations_went(settled: Settled, places: Sequence[str], project: Project) -> tuple[dict[str, str], dict[str, str]]:
    """(name as compared -> name in the project, id in the file -> id in the project) for matched organisations."""
    from ecomap.io.inventory.settling import key_text  # heavy

    rows = inventory_rows(project, v.ORGANISATION)
    names = dict(zip(rows[v.ID], rows[v.NAME]))
    renamed = {key_text(v.NAME, name): names[place] for name, place in zip(settled.texts[v.NAME], places) if place in names}
    return renamed, dict(zip(settled.texts[v.ID], places))


def _with_references(settled: Settled, renamed: Mapping[str, str], ids: Mapping[str, str]) -> Settled:
    """Organisations named as the project names them."""
    from ecomap.io.inventory.matching import references  # heavy

    columns = {
        field.name: references(renamed, settled.texts[field.name]) for field in settled.spec.fields if field.refers == "organisation"
    }
    if settled.spec.has(v.ORGANISATION_ID):
        columns[v.ORGANISATION_ID] = [ids.get(own, own) for own in settled.texts[v.ORGANISATION_ID]]
    return settled.with_texts(**columns) if columns else settled


def export_template(project: Project | None, path: Path | str, *, empty: bool = False) -> int:
    """Write the template as .xlsx, or as a folder of CSV files if the path has no ending; returns its number of rows.

    Parameters
    ----------
    project : Project or None
        Its rows are written into the template, and its schools, organisations and words into the drop-down lists.
    empty : bool
        Leave the rows out; the lists stay.

    Raises
    ------
    InputError
        If the path has another ending.
    """
    from ecomap.io.template import write_template_folder  # heavy
    from ecomap.io.template_workbook import TemplateLists, write_template_workbook

    path = Path(path)
    tables = {} if project is None or empty else {role: table_texts(project, role) for role in INVENTORY_ROLES}
    tables = {role: texts for role, texts in tables.items() if texts[v.ID]}
    if path.suffix.lower() == ".xlsx":
        lists = TemplateLists()
        if project is not None:
            indicators = sorted({one.column for layer in project.layers_of(v.NEED_AREA) for one in layer.indicators})
            names = [str(name) for name in inventory_rows(project, v.ORGANISATION)[v.NAME]]
            lists = TemplateLists(project_schools(project), names, indicators, project_terms(project))
        write_template_workbook(tables, path, lists=lists, title=say("{project}: who is where", project=kept(project.title)) if project else NOTHING)
    elif path.suffix == "":
        write_template_folder(tables, path)
    else:
        raise InputError(say("A template cannot be written as {suffix}.", suffix=kept(path.suffix)), say("Use a name that ends with .xlsx, or a folder for CSV."))
    return sum(len(texts[v.ID]) for texts in tables.values())
