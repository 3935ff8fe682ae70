"""How a file is understood: what every column is taken for and why, where the rows lie, and what only the planner can say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
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
from ecomap.model.layer import NO_GEOMETRY
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.roles import MONEY_ROLES, ROLES, role
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.source import Source
from ecomap.model.understanding import FieldUse
from ecomap.model.vocabulary import SERVICE
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.columns import ColumnTable
from ecomap.ui.dialogs.doubts import DoubtCards, doubts_heading
from ecomap.ui.dialogs.people import remember_name
from ecomap.ui.look.controls import Choices, FormDialog, TabPages
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.models.table import row_count
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import declaring, fetching, inventory, operations
from ecomap.workspace.newer.arriving import understand_newer

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Landed

INVENTORY: Final = "inventory"  # not a role of a layer: the file goes into the tables of the inventory
INVENTORY_LABEL: Final = say("Who is where")
INVENTORY_HELP: Final = say("a filled template, a directory, a list of services")
NOT_THERE: Final = say("not in this file")
_SHAPES: Final = {"polygon": say("areas"), "line": say("lines"), "point": say("points"), "none": say("no places of its own")}
_AGAIN_MS: Final = 250  # a second choice soon after the first is looked at together with it


@frozen
class Settlements:
    """What the planner settled in the dialog."""

    role: str = ""
    sublayer: str = ""
    mapping: Mapping[str, str] = field(factory=dict)
    answers: Mapping[str, str] = field(factory=dict)
    indicators: Mapping[str, int] = field(factory=dict)
    crs: str = ""
    name: Said = NOTHING
    origin: Source | None = None    # where the file is from, of one that was fetched
    key: str = ""


@frozen
class Preview:
    """What was found in a file, for one role and one of its tables: an understanding, or a look into an inventory."""

    role: str
    found: Any
    settled: Settlements = field(factory=Settlements)

    @classmethod
    def of(cls, path: Path, progress: Progress, role: str = "", sublayer: str = "", *, project: Project | None = None,
           settled: Settlements | None = None, newer_than: str = "") -> Preview:
        """Look into a file (on the worker); ``newer_than`` is the layer that it may be a newer list for."""
        settled = settled or Settlements(role, sublayer)
        progress.at(0.05, say("Reading {file}", file=name(path.name)))
        if newer_than and project is not None:
            newer = understand_newer(project, newer_than, path, mapping=settled.mapping, indicators=settled.indicators, answers=settled.answers,
                                     crs=settled.crs, sublayer=settled.sublayer, progress=progress.part(0.1, 1.0))
            return cls(newer.view.role, newer, settled)
        made = inventory.peek_inventory(path) if settled.role in ("", INVENTORY) else None
        if made is not None:
            return cls(INVENTORY, made, settled)
        into = SERVICE if settled.role == INVENTORY else settled.role
        understood = operations.understand(
            project or Project(), path, into, name=settled.name, mapping=settled.mapping, indicators=settled.indicators,
            answers=settled.answers, crs=settled.crs, sublayer=settled.sublayer, key=settled.key, origin=settled.origin, progress=progress.part(0.1, 1.0),
        )
        return cls(INVENTORY if settled.role == INVENTORY else understood.view.role, understood, settled)

    @property
    def view(self) -> Any:
        """The understanding, for a planner's eyes."""
        return self.found.view


def _role_words(code: str) -> Said:
    if code == INVENTORY:
        return joined([INVENTORY_LABEL, INVENTORY_HELP], ": ")
    return joined([role(code).label, role(code).help.small()], ": ")


def _title(path: Path, turn: tuple[int, int] | None) -> Said:
    if turn is None:
        return say("Import {file}", file=name(path.name))
    return say("Import {file} ({place} of {count})", file=name(path.name), place=turn[0], count=turn[1])


def settled_of(landed: Landed) -> Settlements:
    """What the source of a file that was fetched knows of it."""
    known = fetching.known_of(landed)
    mapping = {**known["mapping"], **{field: f"={value}" for field, value in known["constants"].items()}}
    return Settlements(known["role"], known["sublayer"], mapping, known["answers"], known["indicators"], known["crs"], known["name"],
                       fetching.origin_of(landed), known["key"])


def _came_from(origin: Source) -> Said:
    """Where a file that was fetched is from, and what its source has to say of it."""
    return joined([say("From {publisher}, fetched on {day}.", publisher=origin.publisher or origin.title, day=name(origin.retrieved)), origin.note])


def needed(words: Said) -> Said:
    """The words before a field that has to be filled."""
    return say("{field} (needed)", field=words)


class ImportDialog(FormDialog):
    """Shows what EcoMap makes of a file, asks what it is unsure of, and keeps the rows once the planner says "Import".

    Parameters
    ----------
    receive : callable, optional
        Brings a file (and the sheet of it) into the inventory; without it the inventory is not offered.
    turn : tuple, optional
        Which file of how many, where several were dropped together; then one can be passed over, or all that wait.
    stop : callable, optional
        Leaves out the files that wait.
    newer_than : str
        Id of the layer that the file is compared with; "" for a file that is brought in.
    compare : callable, optional
        Is given the file as it was understood, in place of bringing it in.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, path: Path, preview: Preview,
        receive: Callable[[Path, str], None] | None = None, *, turn: tuple[int, int] | None = None,
        stop: Callable[[], None] | None = None, newer_than: str = "", compare: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(_title(path, turn)))
        self.desk, self.path, self.preview, self.receive = desk, path, preview, receive
        self.newer_than, self.compare = newer_than, compare
        self.settled = preview.settled
        self.boxes: dict[str, QComboBox] = {}
        self._pending, self._wanted = False, False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AGAIN_MS)
        self._later.timeout.connect(self._look_again)
        self._make_left(path)
        self._make_right()
        self.go = button(say("Import"), "primary")
        self.go.clicked.connect(self._import)
        self.several = turn is not None and turn[0] < turn[1]
        leave = button(say("Leave this one out") if self.several else say("Cancel"))
        leave.clicked.connect(self.reject)
        self.halt = button(say("Stop here"), "plain")
        self.halt.setVisible(self.several)
        if stop is not None:
            self.halt.clicked.connect(stop)
        self.halt.clicked.connect(self.reject)
        self.working = label(NOTHING, "quiet", wrap=False)
        left = column(
            label(name(path.name), "title"), self.about, 2, column(label(say("What is it?"), "label"), self.role, self.role_why, spacing=5),
            self._table_box, self._name_box, self._crs_box, self.map, self.place, self.notes, -1, spacing=9,
        )
        left.setStretchFactor(self.map, 3)
        halves = row(left, self.sides, spacing=26)
        halves.setStretch(0, 5)
        halves.setStretch(1, 8)
        places = column(halves, row(self.working, -1, self.halt, leave, self.go), margins=(22, 18, 22, 16), spacing=14)
        places.setStretch(0, 1)
        self.setLayout(places)
        sized(self, 1140, 710)
        self.role.activated.connect(self._role_chosen)
        self.table.activated.connect(self._table_chosen)
        self._fill()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _make_left(self, path: Path) -> None:
        self.about, self.role_why, self.place = label(NOTHING, "quiet"), label(NOTHING, "quiet"), label(NOTHING, "quiet")
        self.role = Choices()
        self.role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.role.setMinimumContentsLength(18)
        for code in (*ROLES, *MONEY_ROLES, *([INVENTORY] if self.receive else [])):
            if code in (MONEY_ROLES[0], INVENTORY):
                self.role.insertSeparator(self.role.count())
            self.role.addItem(spoken(_role_words(code)), code)
        named(self.role, say("What is it?"), say("The part the file plays; it decides which columns are needed"))
        self.table = Choices()
        named(self.table, say("Table or sheet"), say("The file holds several; choose the one to read"))
        self.name = QLineEdit(spoken(self.settled.name) or path.stem.replace("_", " "))
        named(self.name, say("Name of the layer"), say("How it is called in the layer tree"))
        self.crs = Choices()
        self.crs.setEditable(True)
        named(self.crs, say("Coordinate system"), say("Ask whoever made the file; or type a code such as EPSG:4326"))
        self.crs.activated.connect(lambda _: self._crs_said())
        typed = self.crs.lineEdit()
        if typed is not None:
            typed.editingFinished.connect(self._crs_said)
        self._crs_box = QFrame()
        self._crs_box.setProperty("box", "caution")
        self._crs_box.setLayout(column(
            label(say("The file does not say in which coordinates it is."), "label"),
            label(say("Whoever made it knows. Choose one, or type its number."), "quiet"), self.crs, margins=(12, 10, 12, 12), spacing=5))
        self._table_box, self._name_box = QWidget(), QWidget()
        self._table_box.setLayout(column(label(say("Which table of the file?"), "label"), self.table, spacing=5))
        self._name_box.setLayout(column(label(say("Name of the layer"), "label"), self.name, spacing=5))
        self.map = MapCanvas()
        self.map.setMinimumHeight(look().px(140))
        self.map.setMaximumHeight(look().px(300))
        self.notes = QVBoxLayout()

    def _make_right(self) -> None:
        self.problem = QFrame()
        self.problem.setProperty("box", "caution")
        self._problem_words, self._problem_hint = label(NOTHING, "strong"), label(NOTHING)
        self.problem.setLayout(column(self._problem_words, self._problem_hint, margins=(12, 10, 12, 12), spacing=5))
        self.doubts = DoubtCards(self._answered)
        self.doubts_heading = label(NOTHING, "label")
        self.who = QLineEdit(declaring.your_name())
        named(self.who, say("Your name"), say("Kept with what you declare of numbers of people, and said in every file"))
        self.who.editingFinished.connect(lambda: remember_name(self.who.text().strip(), self.parentWidget()))
        self._who_box = QWidget()
        self._who_box.setLayout(column(label(say("Your name, for what you declare of numbers of people"), "label"), self.who, spacing=5))
        asked = QWidget()
        asked.setLayout(column(self.problem, self.doubts_heading, self.doubts, self._who_box, -1, margins=(0, 0, 8, 0), spacing=8))
        self.asked = Scroll(asked, say("What only you can say"))
        self.columns = ColumnTable(self._directed, lambda column, said: self._answered(f"people:{column}", said))
        self.fields = QGridLayout()
        self.fields.setVerticalSpacing(6)
        self.fields.setHorizontalSpacing(12)
        fields = QWidget()
        fields.setLayout(column(
            label(say("Correct it where EcoMap took the wrong column, or say what is the same in every row."), "quiet"),
            self.fields, -1, margins=(2, 8, 8, 2)))
        self.rows = QTableWidget()
        self.rows.setObjectName("preview")
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.setShowGrid(False)
        self.rows.verticalHeader().hide()
        self.rows.verticalHeader().setDefaultSectionSize(look().px(24))
        self.rows.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        named(self.rows, say("First rows of the file"))
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        for widget, words in ((self.columns, say("Every column")), (Scroll(fields, say("Columns")), say("Correct")),
                              (self.rows, say("The first rows"))):
            self.tabs.addTab(widget, spoken(words))
        named(self.tabs, say("What EcoMap makes of the file"))
        right = QWidget()
        halves = column(self.asked, self.tabs, spacing=8)
        halves.setStretch(0, 3)
        halves.setStretch(1, 5)
        right.setLayout(halves)
        self.tables = QVBoxLayout()
        whole = QWidget()
        whole.setLayout(column(self.tables, -1, margins=(0, 0, 8, 0)))
        self.sides = QStackedWidget()
        self.sides.addWidget(right)
        self.sides.addWidget(Scroll(whole, say("What the file holds")))

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        into_inventory = self.preview.role == INVENTORY
        self.role.setCurrentIndex(self.role.findData(self.preview.role))
        for widget in (self._name_box, self.map, self.place):
            widget.setVisible(not into_inventory)
        self.role.setEnabled(not self.newer_than)
        self.sides.setCurrentIndex(int(into_inventory))
        self.go.setText(spoken(say("Read into the inventory") if into_inventory else say("Compare") if self.newer_than else say("Import")))
        if into_inventory:
            self._fill_inventory()
        else:
            self._fill_understanding()

    def _fill_inventory(self) -> None:
        """What goes into which table of the inventory; nothing needs to be mapped."""
        found = self.preview.found
        made = isinstance(found, inventory.InventoryPeek)
        tables = found.tables if made else ((role(SERVICE).label, found.view.rows),)
        self.about.setText(spoken(name(found.format) if made else say(
            "{format}, a list of services under its own headings", format=name(found.view.format))))
        self.role_why.setText("")
        self._list_tables(() if made else found.view.sublayers, "" if made else found.view.sublayer)
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
        self._say_notes([note.text for note in (found.notes if made else found.view.lines)][:3])

    def _list_tables(self, names: Sequence[str], chosen: str) -> None:
        self.table.clear()
        if names and not chosen:  # all of them were read together
            self.table.addItem(spoken(say("All together")), "")
        for one in names:
            self.table.addItem(one, one)
        self.table.setCurrentIndex(max(self.table.findData(chosen), 0))
        self._table_box.setVisible(len(names) > 1)

    def _fill_understanding(self) -> None:
        view = self.preview.view
        placed = view.geometry == "none" and "longitude" in view.mapping
        shape = say("places from longitude and latitude") if placed else _SHAPES.get(view.geometry) or name(view.geometry)
        self.about.setText(spoken(joined([name(view.format), row_count(view.rows, view.rows), shape], ", ")))
        self.role_why.setText(spoken(view.role_why))
        self._list_tables(view.sublayers, view.sublayer)
        self._fill_systems(any(doubt.code == "crs" for doubt in view.doubts) or bool(self.settled.crs))
        self._fill_doubts()
        self._fill_fields()
        imported = self.preview.found.imported
        self._name_box.setVisible(not self.newer_than and (imported is None or not imported.joins))
        ways = {} if imported is None else {one.column: one.direction for one in imported.layer.indicators}
        self.columns.show_uses(view.columns, view.samples, ways)
        self._fill_rows()
        self._fill_map()
        told = [line.text for line in view.lines if line.kind in ("caution", "mended")]
        if self.settled.origin is not None:
            told = [_came_from(self.settled.origin), *told]
        self._say_notes([*([view.recipe] if view.recipe else []), *told][:4])
        self.go.setEnabled(not view.problem)

    def _fill_systems(self, asked: bool) -> None:
        self._crs_box.setVisible(asked)
        if not asked:
            return
        self.crs.clear()
        self.crs.addItem(spoken(say("Choose…")), "")
        likely = [(one.value, one.label) for doubt in self.preview.view.doubts if doubt.code == "crs" for one in doubt.options]
        for code, words in likely:
            self.crs.addItem(spoken(words), code)
        for code, words in operations.common_systems(self.desk.project):
            if code in dict(likely):
                continue
            self.crs.addItem(spoken(say("{words} ({code})", words=words, code=name(code))), code)
        place = self.crs.findData(self.settled.crs)
        if place >= 0:
            self.crs.setCurrentIndex(place)
        elif self.settled.crs:
            self.crs.setCurrentText(self.settled.crs)

    def _fill_doubts(self) -> None:
        view = self.preview.view
        doubts = [doubt for doubt in view.doubts if doubt.code != "crs"]  # asked on the left, where any number can be typed
        self.problem.setVisible(bool(view.problem))
        self._problem_words.setText(spoken(view.problem))
        self._problem_hint.setText(spoken(view.hint))
        self.doubts.show_doubts(doubts, self.settled.answers)
        self.doubts_heading.setVisible(bool(doubts))
        self.doubts_heading.setText(spoken(doubts_heading(sum(doubt.code not in self.settled.answers for doubt in doubts))))
        of_people = any(code.partition(":")[0] == declaring.PEOPLE for code in (*(doubt.code for doubt in doubts), *self.settled.answers))
        self._who_box.setVisible(of_people)
        self.asked.setVisible(bool(doubts or view.problem or of_people))

    def _fill_fields(self) -> None:
        view = self.preview.view
        clear(self.fields)
        self.boxes.clear()
        wanted = set(view.problem_fields)
        asked = [use for use in view.fields if use.choices or not use.decision]  # what is said in words of a whole list, its layer's menu asks
        found_first = sorted(asked, key=lambda use: (use.field not in wanted, not use.required and use.field not in view.mapping))
        for place, use in enumerate(found_first):
            strong = use.required or use.field in wanted
            words = label(needed(name(use.label)) if strong else name(use.label), "strong" if strong else "")
            words.setToolTip(spoken(use.why or use.help))
            self.fields.addWidget(words, place, 0)
            self.fields.addWidget(self._field_box(use), place, 1)
        self.fields.setColumnStretch(1, 1)
        if wanted & set(self.boxes):
            self.tabs.setCurrentIndex(1)

    def _field_box(self, use: FieldUse) -> QComboBox:
        view = self.preview.view
        box = Choices()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        box.addItem(spoken(say("no") if use.decision else NOT_THERE), "")
        for source in () if use.decision else view.samples:
            cells = view.samples[source]
            box.addItem(f"{source}   {cells[0][:24]}" if cells else source, source)
        for value in use.choices:
            box.addItem(spoken(name(value) if use.decision else say("every row: {value}", value=name(value))), f"={value}")
        box.setCurrentIndex(max(box.findData(view.mapping.get(use.field, "")), 0))
        named(box, say("Column for {field}", field=name(use.label)), use.help)
        box.activated.connect(lambda _: self._again())
        self.boxes[use.field] = box
        return box

    def _fill_rows(self) -> None:
        samples = {source: cells for source, cells in self.preview.view.samples.items() if cells}
        shown = list(samples)[:40]
        self.rows.clear()
        self.rows.setColumnCount(len(shown))
        self.rows.setRowCount(max((len(samples[source]) for source in shown), default=0))
        self.rows.setHorizontalHeaderLabels(shown)
        for place, source in enumerate(shown):
            for line, sample in enumerate(samples[source]):
                self.rows.setItem(line, place, QTableWidgetItem(sample))
            self.rows.setColumnWidth(place, look().px(112))

    def _fill_map(self) -> None:
        """Where the rows lie, over what the project has already."""
        imported = self.preview.found.imported
        there = imported is not None and imported.layer.geometry != NO_GEOMETRY
        self.map.setVisible(there)
        self.place.setVisible(there)
        if not there:
            return
        ours = self.desk.project
        crs = str(imported.frame.crs)
        around = [(evolve(layer, visible=True), ours.frame(layer.id)) for layer in ours.layers
                  if layer.geometry == "polygon" and not layer.result_id and layer.id != imported.joins][:1] if crs == ours.crs else []
        self.map.set_layers([(evolve(imported.layer, visible=True), imported.frame), *around], crs)
        QTimer.singleShot(0, self, self.map.fit)  # once it has its size
        self.place.setText(spoken(self.preview.view.crs))

    def _say_notes(self, notes: Sequence[Said]) -> None:
        clear(self.notes)
        for note in notes:
            self.notes.addWidget(label(note, "quiet"))

    # --- what the planner says ---------------------------------------------------------------------------------------

    def mapping(self) -> dict[str, str]:
        """Field -> column where the planner changed the guess; "" where a guess was taken away."""
        if self.preview.role == INVENTORY:
            return {}
        shown = self.preview.view.mapping
        chosen = {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        return {**self.settled.mapping, **{name: source for name, source in chosen.items() if source != shown.get(name, "")}}

    def _role_chosen(self) -> None:
        self.settled = Settlements(str(self.role.currentData()), self.settled.sublayer, name=self.settled.name, origin=self.settled.origin)
        self._again(at_once=True)

    def _table_chosen(self) -> None:
        self.settled = Settlements(str(self.role.currentData()), str(self.table.currentData() or ""), name=self.settled.name, origin=self.settled.origin)
        self._again(at_once=True)

    def _answered(self, code: str, answer: str) -> None:
        others = {key: value for key, value in self.settled.answers.items() if key != code}
        kind, _, of = code.partition(":")
        if kind == "direction":
            self.settled = evolve(self.settled, indicators={key: way for key, way in self.settled.indicators.items() if key != of})
        self.settled = evolve(self.settled, answers={**others, code: answer} if answer else others)
        self._again()

    def _directed(self, column: str, way: int) -> None:
        self.settled = evolve(self.settled, indicators={**self.settled.indicators, column: way})
        self._again()

    def _crs_said(self) -> None:
        place = self.crs.currentIndex()
        known = place >= 0 and self.crs.itemText(place) == self.crs.currentText()
        said = str(self.crs.itemData(place) or "") if known else self.crs.currentText().strip()
        if said != self.settled.crs:
            self.settled = evolve(self.settled, crs=said)
            self._again()

    def _again(self, *, at_once: bool = False) -> None:
        """Something was settled: understand the file again, in the background."""
        self._pending = True
        self.working.setText(spoken(say("Looking again…")))
        if at_once:
            self._look_again()
        else:
            self._later.start()

    def _look_again(self) -> None:
        if self.desk.worker.busy:
            self._later.start()
            return
        known = self.preview.role != INVENTORY and str(self.role.currentData()) == self.preview.role
        self.settled = evolve(self.settled, role=str(self.role.currentData()), mapping=self.mapping() if known else {})
        settled, project = self.settled, self.desk.project
        self._pending = False

        def done(preview: Preview) -> None:
            self.working.setText("")
            self.preview = preview
            self._fill()
            if self._wanted and not self._pending:
                self._import()

        def refused(problem: EcoMapError) -> None:
            self.working.setText("")
            self._wanted = False
            self.asked.setVisible(True)
            self.problem.setVisible(True)
            self._problem_words.setText(spoken(problem.message))
            self._problem_hint.setText(spoken(problem.hint))

        self.desk.worker.start(
            say("Reading {file}", file=name(self.path.name)),
            lambda progress: Preview.of(self.path, progress, project=project, settled=settled, newer_than=self.newer_than), done=done, failed=refused,
        )

    def _import(self) -> None:
        if self.preview.role == INVENTORY and self.receive is not None:
            several = self.table.count() > 1
            self.accept()
            self.receive(self.path, str(self.table.currentData() or "") if several else "")
            return
        called = self.name.text().strip()
        if called == spoken(self.settled.name):
            called = self.settled.name  # a name of ours stays one in every language
        if self._pending or self._later.isActive() or self.mapping() != dict(self.settled.mapping):
            self._wanted = True
            self._later.stop()
            self._look_again()
            return
        self._wanted = False
        if self.preview.view.problem:
            return
        if self.compare is not None:
            self.accept()
            self.compare(self.preview.found)
            return
        self.desk.keep_understood(self.path, self.preview.found, called)
        self.desk.step_asked.emit("data")
        self.accept()
