"""Step 1: what the project holds, how to bring a file in, and what happened to the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.roles import ROLE_LABELS, role
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import AREA_LINK, NEED_AREA, SCHOOL, SERVICE
from ecomap.render.words.understanding import use_in_words
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Fold, button, clear, column, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.table import row_count
from ecomap.ui.panels.step import StepPanel
from ecomap.ui.speech import spoken
from ecomap.workspace.contents import HeldLayer, contents
from ecomap.workspace.pages import cautions

KINDS: Final = say("Maps, tables, streets, travel times, money files, filled templates, directories of services: GeoJSON, GeoPackage, shapefile, geodatabase, KML, CSV, Excel and many more, several at once. Before anything is kept you see what EcoMap makes of it. Your file is only read, never changed.")

PUBLIC: Final = say("The census survey with its margins, boundaries, schools, stops, city and county open data: from their publishers, when you ask for it. Otherwise EcoMap works offline.")

BASIS: dict[str, Said] = {  # what most questions stand on, and what for
    NEED_AREA: say("Areas with counts of children or residents, such as census tracts or wards: where need is"),
    SCHOOL: say("Schools: where things are, and where they could come next"),
    SERVICE: say("Partner services: what is in reach. None yet? Then everyone is out of reach, and the question is which schools first"),
}


class DataPanel(StepPanel):
    """What is on the table, and the door for more."""

    asked_import = Signal()
    asked_new = Signal()
    asked_fetch = Signal()
    asked_district = Signal()
    asked_newer = Signal(str)  # id of the layer that is to be compared with a newer list

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("What is on the table?"), say("The layers of this project, where they are from and what to know."))
        drop = QFrame()
        drop.setProperty("box", "drop")
        bring = button(say("Import a file…"), "primary", say("Import a file"),
                       say("Ctrl+I, or drop a file on the window"))
        bring.clicked.connect(self.asked_import)
        drop.setLayout(
            column(label(say("Bring in your own data"), "strong"), label(KINDS, "quiet"), bring,
                   margins=(14, 12, 14, 14), spacing=8)
        )
        public = QFrame()
        public.setProperty("box", "drop")
        fetch = button(say("Get public data…"), name=say("Get public data"), help_text=say("Ctrl+Shift+G; you see what is asked of whom before it is asked"))
        fetch.clicked.connect(self.asked_fetch)
        district = button(say("New project for a district…"), "plain", say("New project for a district"))
        district.clicked.connect(self.asked_district)
        public.setLayout(
            column(label(say("Get public data"), "strong"), label(PUBLIC, "quiet"), fetch, district, margins=(14, 12, 14, 14), spacing=8))
        self.report = QVBoxLayout()
        self.report.setSpacing(8)
        self.held = QVBoxLayout()
        self.held.setSpacing(8)
        onward = button(joined([say("Where is need greatest?"), name("→")], "  "),
                        name=say("Go on to step 2: where is need greatest?"))
        onward.clicked.connect(lambda: desk.step_asked.emit("need"))
        self.body.addWidget(drop)
        self.body.addWidget(public)
        self.body.addLayout(self.report)
        self.body.addLayout(self.held)
        self.body.addWidget(onward)
        desk.imported.connect(self.show_report)
        self._stale = True
        self._told: tuple[object, ...] | None = None

    def refresh_all(self) -> None:
        self.show_report(None)
        self._stale = True
        self._catch_up()

    def refresh(self, change: Change) -> None:
        if self.desk.last_import is not None and self.desk.last_import.layer_id in change.removed:
            self.desk.last_import = None
            self.show_report(None)
        if change.added or change.removed or change.rows or change.described:
            self._stale = True
            self._catch_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        """List the layers again, if the list is in sight and no longer true."""
        if not self._stale or not self.isVisible():
            return
        self._stale = False
        told = tuple((x.id, x.name, x.boundary, x.known_of, id(self.desk.project.frame(x.id))) for x in self.desk.project.layers)
        if told != self._told:
            self._told = told
            self._show_held()

    def show_report(self, report: ImportReport | None) -> None:
        """Say what was read, mended and left out, in numbers that add up."""
        self.show_reports(() if report is None else (report,))

    def show_reports(self, reports: Sequence[ImportReport], sentence: Said = NOTHING) -> None:
        """The same for every table of one file, under what happened to the file as a whole."""
        clear(self.report)
        if not reports:
            return
        self.report.addWidget(label(say("Last import"), "heading"))
        if sentence:
            self.report.addWidget(label(sentence))
        for report in reports:
            self.report.addWidget(_report_box(report))

    def _show_held(self) -> None:
        clear(self.held)
        if self.desk.empty:
            self.held.addWidget(label(say("Nothing here yet. Bring in files of your own place, or look around in an example: Los Angeles."), "quiet"))
            start = button(say("Open the Los Angeles starter"))
            start.clicked.connect(self.asked_new)
            self.held.addWidget(start)
            self._show_missing()
            return
        layers = [layer for layer in contents(self.desk.project).layers if layer.role != AREA_LINK]
        self.held.addWidget(label(say("In this project"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for place, layer in enumerate(layer for layer in layers if not layer.result_id):
            words = label(name(layer.name))
            words.setToolTip(spoken(joined(map(name, (ROLE_LABELS.get(layer.role, ""), *layer.sources, *layer.notes)), "\n")))
            count = label(format_number(layer.rows), "quiet", wrap=False)
            count.setToolTip(spoken(row_count(layer.rows, layer.rows)))
            grid.addWidget(words, place * 3, 0)
            grid.addWidget(count, place * 3, 1, Qt.AlignmentFlag.AlignRight)
            about = label(_about(layer), "quiet")
            grid.addWidget(about, place * 3 + 1, 0)
            if role(layer.role).shapes:
                newer = button(say("What is new?…"), "plain", say("What is new in {layer}?", layer=name(layer.name)),
                               say("Lay a newer list beside it, before anything is replaced"))
                newer.clicked.connect(lambda _=False, layer_id=layer.id: self.asked_newer.emit(layer_id))
                grid.addWidget(newer, place * 3 + 1, 1, Qt.AlignmentFlag.AlignRight)
            grid.setRowMinimumHeight(place * 3 + 1, look().px(20))
            if layer.known:
                grid.addWidget(self._how_complete(layer), place * 3 + 2, 0, 1, 2)
        self.held.addLayout(grid)
        self._show_missing()

    def _how_complete(self, layer: HeldLayer) -> QWidget:
        """How much of reality a list of who is there holds, with the way to say so."""
        told = label(layer.known, "quiet")
        change = button(say("Change") if self.desk.project.layer(layer.id).known_of else say("Say it"), "plain",
                        say("Say how complete “{layer}” is", layer=name(layer.name)))
        change.setObjectName(f"known-{layer.id}")
        change.clicked.connect(lambda: self.desk.known_asked.emit(layer.id))
        line = row(told, change, spacing=6)
        line.setStretch(0, 1)
        line.setAlignment(change, Qt.AlignmentFlag.AlignTop)
        made = QWidget()
        made.setLayout(line)
        return made

    def _show_missing(self) -> None:
        """What most questions stand on and the project does not hold yet; nothing where it holds all."""
        lacking = [words for role, words in BASIS.items() if not self.desk.project.layers_of(role)]
        if not lacking:
            return
        self.held.addWidget(label(say("Still to bring in"), "heading"))
        for words in lacking:
            self.held.addWidget(label(words))
        found = cautions(self.desk.project)
        if found:
            box = QFrame()
            box.setProperty("box", "raised")
            box.setLayout(
                column(label(say("Keep in mind"), "strong"), *(label(name(text), "quiet") for text in found[:4]),
                       margins=(12, 10, 12, 10), spacing=5)
            )
            self.held.addWidget(box)


def _report_box(report: ImportReport) -> QFrame:
    box = QFrame()
    box.setProperty("box", "raised")
    lines: list[QWidget] = [label(name(report.layer_name), "strong"), _numbers(report)]
    for line in sorted(report.lines, key=lambda line: _WEIGHT.index(line.kind) if line.kind in _WEIGHT else 9):
        lines += [rule(), _report_line(line)]
    if report.crs:
        lines += [rule(), label(say("Coordinates: {crs}", crs=name(report.crs)), "quiet")]
    answered = dict(report.answers)
    for doubt in report.doubts:
        if doubt.code not in answered:
            lines += [rule(), label(say("Not said yet: {doubt}", doubt=doubt.text), "quiet")]
    if report.columns:
        lines += [rule(), _column_fold(report)]
    box.setLayout(column(*lines, margins=(12, 10, 12, 10), spacing=6))
    named(box, say("Last import: {sentence}", sentence=name(report.sentence)))
    return box


def _column_fold(report: ImportReport) -> Fold:
    """What became of every column, one level down."""
    inside = QWidget()
    words = [label(say("{column}: {use}", column=name(use.column), use=use_in_words(use)), "quiet") for use in report.columns]
    inside.setLayout(column(*words, spacing=3))
    return Fold(say("What became of every column"), inside)


def _about(layer: HeldLayer) -> Said:
    """Where a layer is from, in a line."""
    parts = [_BOUNDARIES[layer.boundary]] if layer.boundary in _BOUNDARIES else []
    parts += [name(source) for source in layer.sources[:1]]
    if len(layer.indicators) > 1:
        parts.append(plural("{n} indicator", "{n} indicators", len(layer.indicators)))
    if len(layer.sources) > 1:
        parts.append(plural("and {n} more source", "and {n} more sources", len(layer.sources) - 1))
    return joined(parts, " · ") or say("source not stated")


_BOUNDARIES = {"approximate": say("approximate"), "estimated": say("estimated")}  # official ones are as expected
_WEIGHT = ("dropped", "merged", "mended", "caution", "note")  # what cost rows comes first


def _numbers(report: ImportReport) -> QWidget:
    """Read, kept, merged, left out: they add up, and mended rows are among the kept."""
    counts = [(say("read", context="rows"), report.read), (say("kept", context="rows"), report.kept), (say("merged", context="rows"), report.count("merged")),
              (say("left out", context="rows"), report.count("dropped")), (say("mended", context="rows"), report.count("mended"))]
    strip = QWidget()
    places = row(spacing=16)
    for word, count in counts:
        places.addLayout(column(label(format_number(count), "strong", wrap=False), label(word, "quiet", wrap=False), spacing=0))
    places.addStretch(1)
    strip.setLayout(places)
    named(strip, name(report.sentence), name(report.sentence))
    return strip


_KIND_WORDS = {
    "dropped": say("Left out"), "merged": say("Merged"), "mended": say("Mended"), "caution": say("Caution"), "note": say("Note"),
}


def _report_line(told: ReportLine) -> QWidget:
    line = QWidget()
    count = label(NOTHING if told.count is None else format_number(told.count), "strong", wrap=False)
    head = row(label(_KIND_WORDS.get(told.kind) or name(told.kind), "label"), -1, count)
    words: list[QWidget] = [label(told.text, "quiet")]
    if told.examples:
        examples = joined([name(one) for one in told.examples], ", ")
        words.append(label(say("For example {examples}", examples=examples), "quiet"))
    line.setLayout(column(head, *words, spacing=2))
    return line

