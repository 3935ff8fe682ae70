"""How a file is to be read: its role, its columns, its coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

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
from ecomap.model.roles import MONEY_ROLES, ROLE_LABELS, ROLES
from ecomap.model.said import say
from ecomap.model.vocabulary import SERVICE
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.workspace import inventory, operations

ROLE_HELP = {
    "need_area": "Neighbourhoods with numbers: tracts, block groups",
    "attendance_area": "Areas that send their pupils to a school",
    "district": "Districts and board districts",
    "zone": "Promise Neighborhoods and other zones",
    "school": "Schools, one row each",
    "site": "Where an approach is at work",
    "service": "Services and where they are given",
    "reference": "Anything else to see on the map",
    "street": "Lines that people walk along",
    "travel_cost": "Minutes or metres from need areas to places",
    "tract_relationship": "A table: how the tracts of 2010 and 2020 overlap",
    "spending": "The state's per-pupil file, or a district's site budget",
    "allocation": "What a district allots (SENI), or the state's LCFF summary",
    "position": "Positions of schools, charged and actual pay",
    "funding_rate": "Base grants by year and grades",
    "inventory": "A filled template, a directory, a list of services",
}
ROLE_NAMES = {
    "need_area": "Need areas", "attendance_area": "Attendance areas", "district": "Districts", "zone": "Zones",
    "school": "Schools", "site": "Approach sites", "service": "Services", "reference": "Reference",
    "street": "Streets", "travel_cost": "Travel times", "spending": "Money spent", "allocation": "Published allocations",
    "position": "Staff positions", "funding_rate": "State funding rates", "inventory": "Who is where",
}
INVENTORY = "inventory"  # not a role of a layer: the file goes into the tables of the inventory
COMMON_CRS = (
    ("", "Choose…"), ("EPSG:4326", "Longitude and latitude (WGS 84)"), ("EPSG:4269", "Longitude and latitude (NAD83)"),
    ("EPSG:2229", "California zone 5, feet (EPSG 2229)"), ("EPSG:3310", "California Albers, metres (EPSG 3310)"),
    ("EPSG:26911", "UTM zone 11 north, metres (EPSG 26911)"), ("EPSG:3857", "Web Mercator (EPSG 3857)"),
)
NOT_THERE = "not in this file"


@frozen
class Preview:
    """What was found in a file, for one role and one of its tables."""

    role: str
    found: Any

    @classmethod
    def of(cls, path: Path, progress: Progress, role: str = "", sublayer: str = "") -> Preview:
        """Look into a file (on the worker)."""
        progress.at(0.1, say("Reading {name}", name=path.name))
        made = inventory.peek_inventory(path) if role in ("", INVENTORY) else None
        if made is not None:
            return cls(INVENTORY, made)
        if role == INVENTORY:
            return cls(INVENTORY, operations.preview_import(path, SERVICE, sublayer=sublayer))
        role = role or operations.guess_role(path)
        progress.at(0.5, say("Guessing the columns"))
        return cls(role, operations.preview_import(path, role, sublayer=sublayer))


def _role_words(role: str) -> str:
    name, about = ROLE_NAMES.get(role, ROLE_LABELS.get(role, role)), ROLE_HELP.get(role, "")
    return f"{name}: {about[:1].lower()}{about[1:]}" if about else name


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
        self.setWindowTitle(f"Import {path.name}")
        self.desk, self.path, self.preview, self.receive = desk, path, preview, receive
        self.boxes: dict[str, QComboBox] = {}
        self.about = label("", "quiet")
        self.role = QComboBox()
        for role in (*ROLES, *MONEY_ROLES, *([INVENTORY] if receive else [])):
            if role in (MONEY_ROLES[0], INVENTORY):
                self.role.insertSeparator(self.role.count())
            self.role.addItem(_role_words(role), role)
        named(self.role, "What is it?", "The part the file plays; it decides which columns are needed")
        self.table = QComboBox()
        named(self.table, "Table or sheet", "The file holds several; choose the one to read")
        self.name = QLineEdit(path.stem.replace("_", " "))
        named(self.name, "Name of the layer", "How it is called in the layer tree")
        self.crs = QComboBox()
        self.crs.setEditable(True)
        for code, words in COMMON_CRS:
            self.crs.addItem(words, code)
        named(self.crs, "Coordinate system", "Ask whoever made the file; or type a code such as EPSG:2229")
        self._crs_row = column(
            label("The file does not say in which coordinates it is.", "label"),
            label("Ask whoever made it. Most files from Los Angeles are in one of the first four.", "quiet"), self.crs,
            spacing=5,
        )
        self._crs_box = QFrame()
        self._crs_box.setProperty("box", "caution")
        self._crs_box.setLayout(column(self._crs_row, margins=(12, 10, 12, 12)))
        self._table_box = QWidget()
        self._table_box.setLayout(column(label("Which table of the file?", "label"), self.table, spacing=5))
        self._name_box = QWidget()
        self._name_box.setLayout(column(label("Name of the layer", "label"), self.name, spacing=5))
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
        named(self.rows, "First rows of the file")
        self.notes = QVBoxLayout()
        self.go = button("Import", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._import)
        leave = button("Cancel")
        leave.clicked.connect(self.reject)
        left = column(
            label(path.name, "title"), self.about, 4, column(label("What is it?", "label"), self.role, spacing=5),
            self._table_box, self._name_box, self._crs_box,
            self.notes, -1, spacing=10,
        )
        right = column(
            label("Which column says what?", "label"),
            label("This is a guess from the names and the cells; correct it where it is wrong.", "quiet"),
            Scroll(fields, "Columns"), 4, label("The first rows", "label"), self.rows, spacing=6,
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
        self.sides.addWidget(Scroll(whole, "What the file holds"))
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
        self.go.setText("Read into the inventory" if into_inventory else "Import")
        if into_inventory:
            self._fill_inventory()
        else:
            self._fill_columns()

    def _fill_inventory(self) -> None:
        """What goes into which table of the inventory; nothing needs to be mapped."""
        found = self.preview.found
        made = isinstance(found, inventory.InventoryPeek)
        tables = found.tables if made else ((ROLE_NAMES[SERVICE], found.rows),)
        self.about.setText(found.format if made else f"{found.format}, a list of services under its own headings")
        self._list_tables(() if made else found.sublayers, "" if made else found.sublayer)
        self._crs_box.hide()
        clear(self.tables)
        self.tables.addWidget(label("What goes into the inventory", "label"))
        for title, rows in [(title, rows) for title, rows in tables if rows]:
            self.tables.addLayout(row(label(title, "strong"), -1, label(f"{rows:,} row{'' if rows == 1 else 's'}", wrap=False)))
        if not any(rows for _, rows in tables):
            self.tables.addWidget(label("No rows yet: the file is not filled in."))
        self.tables.addWidget(label(
            "Rows that the project has already are recognised and fill gaps. What is only likely the same, or said "
            "otherwise, comes up in the review list; nothing is merged unless you say so.", "quiet"))
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
        shape = {"polygon": "areas", "line": "lines", "point": "points", "none": "no places of its own"}
        where = f", {found.crs}" if found.crs else ""
        placed = "places from longitude and latitude" if "longitude" in found.mapping else shape["none"]
        shape["none"] = placed
        rows = f"{found.rows:,} row{'' if found.rows == 1 else 's'}"
        self.about.setText(f"{found.format}, {rows}, {shape.get(found.geometry, found.geometry)}{where}")
        self._list_tables(found.sublayers, found.sublayer)
        self._crs_box.setVisible(not found.crs and found.geometry != "none")
        clear(self.fields)
        self.boxes.clear()
        found_first = sorted(found.fields, key=lambda spec: not spec.required and spec.name not in found.mapping)
        for place, spec in enumerate(found_first):
            name = label(spec.label + (" (needed)" if spec.required else ""), "strong" if spec.required else "")
            name.setToolTip(spec.help)
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
            box.addItem("no" if spec.decision else NOT_THERE, "")
            for source in () if spec.decision else found.columns:
                sample = f"   {source.samples[0][:24]}" if source.samples else ""
                box.addItem(f"{source.name}{sample}", source.name)
            for value in spec.choices:
                box.addItem(value if spec.decision else f"every row: {value}", f"={value}")
            box.setCurrentIndex(max(box.findData(found.mapping.get(spec.name, "")), 0))
            named(box, f"Column for {spec.label}", spec.help)
            self.fields.addWidget(name, place, 0)
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
            f"Reading {self.path.name}", lambda progress: Preview.of(self.path, progress, role, table),
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
