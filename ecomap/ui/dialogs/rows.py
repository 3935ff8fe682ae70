"""The rows behind a number: which records it counts, table by table."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from ecomap.model.inventory import TABLES
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import GEOMETRY, ID, NAME, SCHOOL_ID
from ecomap.render.words import cells
from ecomap.ui.dialogs.reading import Page
from ecomap.ui.look.parts import Scroll, button, column, label, row, rule
from ecomap.ui.look.theme import named
from ecomap.workspace import inventory_tables

MOST = 200   # rows listed; the rest are counted
Told = dict[tuple[str, str], Said]  # column, code -> words
Edit = Callable[[str, str], None]  # layer id, row id


def rows_behind(project: Project, refs: str) -> list[tuple[Layer, list[dict[str, object]]]]:
    """The records that "role/id; role/id" names, by layer, in the order given; what the project no longer has is left out."""
    wanted: dict[str, list[str]] = {}
    for ref in filter(None, (part.strip() for part in refs.split(";"))):
        role, _, key = ref.partition("/")
        wanted.setdefault(role, []).append(key)
    found = []
    for role, keys in wanted.items():
        for layer in project.layers_of(role):
            frame = project.frame(layer.id)
            own = [key.removeprefix(f"{layer.id}/") for key in keys]
            here = frame[frame[ID].astype(str).isin(own)].drop(columns=GEOMETRY, errors="ignore")
            if len(here):
                found.append((layer, here.to_dict("records")))
    return found


def rows_at_school(project: Project, school: str) -> str:
    """References of every row of the inventory that names a school."""
    refs = []
    for spec in TABLES:
        for layer in project.layers_of(spec.role):
            frame = project.frame(layer.id)
            if SCHOOL_ID in frame:
                refs += [f"{spec.role}/{key}" for key in frame.loc[frame[SCHOOL_ID].astype(str) == school, ID]]
    return "; ".join(refs)


def words_for_codes(project: Project) -> Told:
    """What people say for the codes of schools, functions and the other lists."""
    said: Told = {(SCHOOL_ID, key): name(school) for key, school in inventory_tables.project_schools(project).items()}
    terms = inventory_tables.project_terms(project)
    for spec in TABLES:
        for field in spec.fields:
            if field.vocabulary:
                said |= {(field.name, term.code): term.label for term in terms.of(field.vocabulary)}
    return said


class RowsDialog(Page):
    """Which records a cell counts; records of the inventory can be changed from here."""

    def __init__(self, parent: QWidget, project: Project, title: Said, refs: str, edit: Edit | None = None,
                 editable: Callable[[Layer], bool] = lambda _layer: False) -> None:
        lines: list[QWidget] = []
        left = MOST
        found = rows_behind(project, refs)
        told = words_for_codes(project)
        for layer, records in found:
            lines.append(label(joined([name(ROLE_LABELS.get(layer.role, layer.name)), format_number(len(records))], ": "), "heading"))
            for record in records[: max(left, 0)]:
                action = edit if edit is not None and editable(layer) else None
                lines.append(_record(layer, record, told, action))
            left -= len(records)
        total = sum(len(records) for _, records in found)
        if total > MOST:
            lines.append(label(plural("and {n} more", "and {n} more", total - MOST), "quiet"))
        if not found:
            lines.append(label(say("The project no longer holds these rows. Ask again.") if refs else say("Nothing is written down yet."), "quiet"))
        inside = QWidget()
        inside.setLayout(column(*lines, -1, spacing=8, margins=(0, 0, 8, 0)))
        super().__init__(parent, title, Scroll(inside, say("Rows")), 520, 560)


def _record(layer: Layer, record: dict[str, object], told: Told, edit: Edit | None) -> QWidget:
    """One record: its name, then what is known, each with its word."""
    box = QFrame()
    box.setProperty("box", "raised")
    called = record.get(NAME)
    title = say("without a name") if cells.is_missing(called) or not called else name(called)
    head: QLabel = label(title, "strong")
    said: list[Said] = []
    for described in layer.columns:
        value = record.get(described.name)
        if described.hidden or described.name in (NAME, ID) or cells.is_missing(value) or value == "":
            continue
        text = told.get((described.name, str(value))) or cells.format_value(value, described)
        said.append(joined([described.label, text], ": "))
    top = row(head, spacing=8)
    top.setStretch(0, 1)
    if edit is not None:
        change = button(say("Change…"), "plain", say("Change {what}", what=title))

        def go() -> None:
            box.window().close()
            edit(layer.id, str(record[ID]))

        change.clicked.connect(go)
        top.addWidget(change)
    box.setLayout(column(top, *([rule(), label(joined(said, "\n"), "quiet")] if said else []), margins=(12, 8, 10, 10), spacing=5))
    named(box, joined([title, joined(said, "; ")], ". "))
    return box
