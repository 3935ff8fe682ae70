"""How a file is to be read: its role, its columns, its coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.roles import MONEY_ROLES, ROLE_LABELS, ROLES
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.vocabulary import SERVICE
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.table import row_count
from ecomap.ui.speech import spoken
from ecomap.workspace import inventory, operations
from ecomap.workspace.places import place_of

ROLE_HELP = {
    "need_area": say("Neighbourhoods with numbers: tracts, block groups"),
    "attendance_area": say("Areas that send their pupils to a school"),
    "district": say("Districts and board districts"),
    "zone": say("Promise Neighborhoods and other zones"),
    "school": say("Schools, one row each"),
    "site": say("Where an approach is at work"),
    "service": say("Services and where they are given"),
    "reference": say("Anything else to see on the map"),
    "street": say("Lines that people walk along"),
    "travel_cost": say("Minutes or metres from need areas to places"),
    "tract_relationship": say("A table: how the tracts of 2010 and 2020 overlap"),
    "spending": say("The state's per-pupil file, or a district's site budget"),
    "allocation": say("What a district allots (SENI), or the state's LCFF summary"),
    "position": say("Positions of schools, charged and actual pay"),
    "funding_rate": say("Base grants by year and grades"),
    "inventory": say("A filled template, a directory, a list of services"),
}
ROLE_NAMES = {
    "need_area": say("Need areas"), "attendance_area": say("Attendance areas"), "district": say("Districts"), "zone": say("Zones"),
    "school": say("Schools"), "site": say("Approach sites"), "service": say("Services"), "reference": say("Reference"),
    "street": say("Streets"), "travel_cost": say("Travel times"), "spending": say("Money spent"), "allocation": say("Published allocations"),
    "position": say("Staff positions"), "funding_rate": say("State funding rates"), "inventory": say("Who is where"),
}
INVENTORY = "inventory"  # not a role of a layer: the file goes into the tables of the inventory
COMMON_CRS = (
    ("", say("Choose…")), ("EPSG:4326", say("Longitude and latitude (WGS 84)")), ("EPSG:4269", say("Longitude and latitude (NAD83)")),
    ("EPSG:2229", say("California zone 5, feet (EPSG 2229)")), ("EPSG:3310", say("California Albers, metres (EPSG 3310)")),
    ("EPSG:26911", say("UTM zone 11 north, metres (EPSG 26911)")), ("EPSG:3857", say("Web Mercator (EPSG 3857)")),
)
OF_CALIFORNIA: Final = ("EPSG:2229", "EPSG:3310", "EPSG:26911")
NOT_THERE: Final = say("not in this file")


def _systems(project: Project, californian: bool) -> list[tuple[str, Said]]:
    """The coordinate systems to choose from: those of California only there, elsewhere that of the project."""
    found = [(code, words) for code, words in COMMON_CRS if californian or code not in OF_CALIFORNIA]
    if project.layers and not californian:
        found.append((project.crs, say("As in this project ({crs})", crs=name(project.crs))))
    return found


_SHAPES = {"polygon": say("areas"), "line": say("lines"), "point": say("points"), "none": say("no places of its own")}


@frozen
class Preview:
    """What was found in a file, for one role and one of its tables."""

    role: str
    found: Any

    @classmethod
    def of(cls, path: Path, progress: Progress, role: str = "", sublayer: str = "") -> Preview:
        """Look into a file (on the worker)."""
        progress.at(0.1, say("Reading {file}", file=name(path.name)))
        made = inventory.peek_inventory(path) if role in ("", INVENTORY) else None
        if made is not None:
            return cls(INVENTORY, made)
        if role == INVENTORY:
            return cls(INVENTORY, operations.preview_import(path, SERVICE, sublayer=sublayer))
        role = role or operations.guess_role(path)
        progress.at(0.5, say("Guessing the columns"))
        return cls(role, operations.preview_import(path, role, sublayer=sublayer))


def _role_words(role: str) -> Said:
    called, about = ROLE_NAMES.get(role) or name(ROLE_LABELS.get(role, role)), ROLE_HELP.get(role, NOTHING)
    return joined([called, about.small()], ": ")


def needed(words: Said) -> Said:
    """The words before a field that has to be filled."""
    return say("{field} (needed)", field=words)


class ImportDialog(QDialog):
    """Shows the guess and lets the planner correct it; "Import" starts the work.

    Parameters
    ----------
    receive : callable, optional
        Brings a file (and the sheet of it) into the inventory; without it the inventory is not offered.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, path: Path, preview: Preview,
        receive: Callable[[Path, str], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Import {file}", file=name(path.name))))
        self.desk, self.path, self.preview, self.receive = desk, path, preview, receive
        self.boxes: dict[str, QComboBox] = {}
        self.about = label(NOTHING, "quiet")
        self.role = QComboBox()
        for role in (*ROLES, *MONEY_ROLES, *([INVENTORY] if receive else [])):
            if role in (MONEY_ROLES[0], INVENTORY):
                self.role.insertSeparator(self.role.count())
            self.role.addItem(spoken(_role_words(role)), role)
        named(self.role, say("What is it?"), say("The part the file plays; it decides which columns are needed"))
        self.table = QComboBox()
        named(self.table, say("Table or sheet"), say("The file holds several; choose the one to read"))
        self.name = QLineEdit(path.stem.replace("_", " "))
        named(self.name, say("Name of the layer"), say("How it is called in the layer tree"))
        self.crs = QComboBox()
        self.crs.setEditable(True)
        californian = place_of(desk.project).californian
        for code, words in _systems(desk.project, californian):
            self.crs.addItem(spoken(words), code)
        named(self.crs, say("Coordinate system"), say("Ask whoever made the file; or type a code such as EPSG:4326"))
        self._crs_row = column(
            label(say("The file does not say in which coordinates it is."), "label"),
            label(say("Ask whoever made it. Most files from Los Angeles are in one of the first four.") if californian else
                  say("Ask whoever made it, or type a code such as EPSG:4326."), "quiet"), self.crs,
            spacing=5,
        )
        self._crs_box = QFrame()
        self._crs_box.setProperty("box", "caution")
        self._crs_box.setLayout(column(self._crs_row, margins=(12, 10, 12, 12)))
        self._table_box = QWidget()
        self._table_box.setLayout(column(label(say("Which table of the file?"), "label"), self.table, spacing=5))
        self._name_box = QWidget()
        self._name_box.setLayout(column(label(say("Name of the layer"), "label"), self.name, spacing=5))
        self.fields = QGridLayout()
        self.fields.setVerticalSpacing(6)
        self.fields.setHorizontalSpacing(12)
        fields = QWidget()
        fields.setLayout(column(self.fields, -1, margins=(2, 2, 8, 2)))
        self.rows = QTableWidget()
        self.rows.setObjectName("preview")
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.setShowGrid(False)
        self.rows.verticalHeader().hide()
        self.rows.verticalHeader().setDefaultSectionSize(look().px(24))
        self.rows.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        named(self.rows, say("First rows of the file"))
        self.notes = QVBoxLayout()
        self.go = button(say("Import"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._import)
        leave = button(say("Cancel"))
        leave.clicked.connect(self.reject)
        left = column(
            label(name(path.name), "title"), self.about, 4, column(label(say("What is it?"), "label"), self.role, spacing=5),
            self._table_box, self._name_box, self._crs_box,
            self.notes, -1, spacing=10,
        )
        right = column(
            label(say("Which column says what?"), "label"),
            label(say("This is a guess from the names and the cells; correct it where it is wrong."), "quiet"),
            Scroll(fields, say("Columns")), 4, label(say("The first rows"), "label"), self.rows, spacing=6,
        )
        right.setStretch(2, 3)
        right.setStretch(5, 2)
        columns = QWidget()
        columns.setLayout(right)
        self.tables = QVBoxLayout()
        whole = QWidget()
        whole.setLayout(column(self.tables, -1, margins=(0, 0, 8, 0)))
        self.sides = QStackedWidget()
        self.sides.addWidget(columns)
        self.sides.addWidget(Scroll(whole, say("What the file holds")))
        halves = row(left, self.sides, spacing=28)
        halves.setStretch(0, 4)
        halves.setStretch(1, 6)
        places = column(halves, row(-1, leave, self.go), margins=(22, 20, 22, 18), spacing=16)
        places.setStretch(0, 1)
        self.setLayout(places)
        self.resize(look().px(960), look().px(660))
        self.role.activated.connect(self._look_again)
        self.table.activated.connect(self._look_again)
        self._fill()

    def _fill(self) -> None:
        into_inventory = self.preview.role == INVENTORY
        self.role.setCurrentIndex(self.role.findData(self.preview.role))
        self._name_box.setVisible(not into_inventory)
        self.sides.setCurrentIndex(int(into_inventory))
        self.go.setText(spoken(say("Read into the inventory") if into_inventory else say("Import")))
        if into_inventory:
            self._fill_inventory()
        else:
            self._fill_columns()

    def _fill_inventory(self) -> None:
        """What goes into which table of the inventory; nothing needs to be mapped."""
        found = self.preview.found
        made = isinstance(found, inventory.InventoryPeek)
        tables = found.tables if made else ((ROLE_NAMES[SERVICE], found.rows),)
        self.about.setText(spoken(
            name(found.format) if made else say("{format}, a list of services under its own headings", format=name(found.format))))
        self._list_tables(() if made else found.sublayers, "" if made else found.sublayer)
        self._crs_box.hide()
        clear(self.tables)
        self.tables.addWidget(label(say("What goes into the inventory"), "label"))
        for title, rows in [(title, rows) for title, rows in tables if rows]:
            self.tables.addLayout(row(label(name(title), "strong"), -1, label(row_count(rows, rows), wrap=False)))
        if not any(rows for _, rows in tables):
            self.tables.addWidget(label(say("No rows yet: the file is not filled in.")))
        self.tables.addWidget(label(
            say("Rows that the project has already are recognised and fill gaps. What is only likely the same, or said "
            "otherwise, comes up in the review list; nothing is merged unless you say so."), "quiet"))
        clear(self.notes)
        for note in found.notes[:3]:
            self.notes.addWidget(label(note.text, "quiet"))

    def _list_tables(self, names: Sequence[str], chosen: str) -> None:
        self.table.clear()
        self.table.addItems(list(names))
        self.table.setCurrentText(chosen)
        self._table_box.setVisible(len(names) > 1)

    def _fill_columns(self) -> None:
        found = self.preview.found
        placed = found.geometry == "none" and "longitude" in found.mapping
        shape = say("places from longitude and latitude") if placed else _SHAPES.get(found.geometry) or name(found.geometry)
        about = [name(found.format), row_count(found.rows, found.rows), shape, name(found.crs or "")]
        self.about.setText(spoken(joined(about, ", ")))
        self._list_tables(found.sublayers, found.sublayer)
        self._crs_box.setVisible(not found.crs and found.geometry != "none")
        clear(self.fields)
        self.boxes.clear()
        found_first = sorted(found.fields, key=lambda spec: not spec.required and spec.name not in found.mapping)
        for place, spec in enumerate(found_first):
            words = label(needed(name(spec.label)) if spec.required else name(spec.label), "strong" if spec.required else "")
            words.setToolTip(spoken(name(spec.help)))
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
            box.addItem(spoken(say("no") if spec.decision else NOT_THERE), "")
            for source in () if spec.decision else found.columns:
                sample = f"   {source.samples[0][:24]}" if source.samples else ""
                box.addItem(f"{source.name}{sample}", source.name)
            for value in spec.choices:
                box.addItem(spoken(name(value) if spec.decision else say("every row: {value}", value=name(value))), f"={value}")
            box.setCurrentIndex(max(box.findData(found.mapping.get(spec.name, "")), 0))
            named(box, say("Column for {field}", field=name(spec.label)), name(spec.help))
            self.fields.addWidget(words, place, 0)
            self.fields.addWidget(box, place, 1)
            self.boxes[spec.name] = box
        self.fields.setColumnStretch(1, 1)
        self._fill_rows(found)
        clear(self.notes)
        for note in found.notes[:3]:
            self.notes.addWidget(label(note.text, "quiet"))

    def _fill_rows(self, found: Any) -> None:
        columns = [source for source in found.columns if source.samples][:24]
        self.rows.clear()
        self.rows.setColumnCount(len(columns))
        self.rows.setRowCount(max((len(source.samples) for source in columns), default=0))
        self.rows.setHorizontalHeaderLabels([source.name for source in columns])
        for place, source in enumerate(columns):
            for line, sample in enumerate(source.samples):
                self.rows.setItem(line, place, QTableWidgetItem(sample))
            self.rows.setColumnWidth(place, look().px(112))

    def _look_again(self) -> None:
        """Another role or another table: guess again in the background."""
        role, table = str(self.role.currentData()), self.table.currentText()
        self.go.setEnabled(False)

        def done(preview: Preview) -> None:
            self.preview = preview
            self._fill()
            self.go.setEnabled(True)

        def refused(problem: EcoMapError) -> None:
            self.desk.say_problem(problem)
            done(self.preview)

        self.desk.worker.start(
            say("Reading {file}", file=name(self.path.name)), lambda progress: Preview.of(self.path, progress, role, table),
            done=done, failed=refused,
        )

    def mapping(self) -> dict[str, str]:
        """Field -> column where the planner changed the guess; "" where a guess was taken away."""
        guessed = self.preview.found.mapping
        chosen = {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        return {name: source for name, source in chosen.items() if source != guessed.get(name, "")}

    def _import(self) -> None:
        if self.preview.role == INVENTORY and self.receive is not None:
            several = self.table.count() > 1
            self.accept()
            self.receive(self.path, self.table.currentText() if several else "")
            return
        chosen: dict[str, Any] = {"name": self.name.text().strip(), "mapping": self.mapping()}
        if self._crs_box.isVisibleTo(self):
            place = self.crs.currentIndex()
            known = self.crs.itemText(place) == self.crs.currentText()
            chosen["crs"] = str(self.crs.itemData(place) or "") if known else self.crs.currentText().strip()
        if len(self.preview.found.sublayers) > 1:
            chosen["sublayer"] = self.table.currentText()
        self.desk.import_file(self.path, str(self.role.currentData()), chosen)
        self.desk.step_asked.emit("data")
        self.accept()
