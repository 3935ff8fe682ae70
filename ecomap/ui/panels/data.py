"""Step 1: what the project holds, how to bring a file in, and what happened to the last one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ecomap.model.change import Change
from ecomap.model.report import ImportReport
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.vocabulary import AREA_LINK, NEED_AREA, SCHOOL, SERVICE
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import ElidedLabel, button, clear, column, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.panels.step import StepPanel
from ecomap.workspace.contents import HeldLayer, contents
from ecomap.workspace.pages import cautions

KINDS = "Maps, tables, streets, travel times, money files, filled templates, directories of services: GeoJSON, GeoPackage, shapefile, CSV, Excel or JSON. Your file is only read, never changed."

BASIS: dict[str, str] = {  # what most questions stand on, and what for
    NEED_AREA: "areas with counts of children, such as census tracts: where need is",
    SCHOOL: "schools: where things are, and where they could come next",
    SERVICE: "partner services: what is in reach",
}


class DataPanel(StepPanel):
    """What is on the table, and the door for more."""

    asked_import = Signal()
    asked_new = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "What is on the table?", "The layers of this project, where they are from and what to know.")
        drop = QFrame()
        drop.setProperty("box", "drop")
        bring = button("Import a file…", "primary", "Import a file", "Ctrl+I, or drop a file on the window")
        bring.clicked.connect(self.asked_import)
        drop.setLayout(
            column(label("Bring in your own data", "strong"), label(KINDS, "quiet"), bring,
                   margins=(14, 12, 14, 14), spacing=8)
        )
        self.report = QVBoxLayout()
        self.report.setSpacing(8)
        self.held = QVBoxLayout()
        self.held.setSpacing(8)
        onward = button("Where is need greatest?  →", name="Go on to step 2: where is need greatest?")
        onward.clicked.connect(lambda: desk.step_asked.emit("need"))
        self.body.addWidget(drop)
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
        told = tuple((x.id, x.name, x.boundary, id(self.desk.project.frame(x.id))) for x in self.desk.project.layers)
        if told != self._told:
            self._told = told
            self._show_held()

    def show_report(self, report: ImportReport | None) -> None:
        """Say what was read, mended and left out, in numbers that add up."""
        self.show_reports(() if report is None else (report,))

    def show_reports(self, reports: Sequence[ImportReport], sentence: str = "") -> None:
        """The same for every table of one file, under what happened to the file as a whole."""
        clear(self.report)
        if not reports:
            return
        self.report.addWidget(label("Last import", "heading"))
        if sentence:
            self.report.addWidget(label(sentence))
        for report in reports:
            self.report.addWidget(_report_box(report))

    def _show_held(self) -> None:
        clear(self.held)
        if self.desk.empty:
            self.held.addWidget(label("Nothing here yet. Import a file, or start from Los Angeles.", "quiet"))
            start = button("Open the Los Angeles starter")
            start.clicked.connect(self.asked_new)
            self.held.addWidget(start)
            self._show_missing()
            return
        layers = [layer for layer in contents(self.desk.project).layers if layer.role != AREA_LINK]
        self.held.addWidget(label("In this project", "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for place, layer in enumerate(layer for layer in layers if not layer.result_id):
            name = label(layer.name)
            name.setToolTip("\n".join((ROLE_LABELS.get(layer.role, ""), *layer.sources, *layer.notes)))
            count = label(f"{layer.rows:,}", "quiet", wrap=False)
            count.setToolTip(f"{layer.rows:,} rows")
            grid.addWidget(name, place * 2, 0)
            grid.addWidget(count, place * 2, 1, Qt.AlignmentFlag.AlignRight)
            about = ElidedLabel(_about(layer), "quiet")
            grid.addWidget(about, place * 2 + 1, 0, 1, 2)
            grid.setRowMinimumHeight(place * 2 + 1, look().px(20))
        self.held.addLayout(grid)
        self._show_missing()

    def _show_missing(self) -> None:
        """What most questions stand on and the project does not hold yet; nothing where it holds all."""
        lacking = [words for role, words in BASIS.items() if not self.desk.project.layers_of(role)]
        if not lacking:
            return
        self.held.addWidget(label("Still to bring in", "heading"))
        for words in lacking:
            self.held.addWidget(label(words[:1].upper() + words[1:]))
        found = cautions(self.desk.project)
        if found:
            box = QFrame()
            box.setProperty("box", "raised")
            box.setLayout(
                column(label("Keep in mind", "strong"), *(label(text, "quiet") for text in found[:4]),
                       margins=(12, 10, 12, 10), spacing=5)
            )
            self.held.addWidget(box)


def _report_box(report: ImportReport) -> QFrame:
    box = QFrame()
    box.setProperty("box", "raised")
    lines: list[QWidget] = [label(report.layer_name, "strong"), _numbers(report)]
    for line in sorted(report.lines, key=lambda line: _WEIGHT.index(line.kind) if line.kind in _WEIGHT else 9):
        lines += [rule(), _report_line(line.kind, line.text, line.count, line.examples)]
    if report.crs:
        lines += [rule(), label(f"Coordinates: {report.crs}", "quiet")]
    box.setLayout(column(*lines, margins=(12, 10, 12, 10), spacing=6))
    named(box, f"Last import: {report.sentence}")
    return box


def _about(layer: HeldLayer) -> str:
    """Where a layer is from, in a line."""
    parts = [layer.boundary] if layer.boundary and layer.boundary != "official" else []
    parts += list(layer.sources[:1])
    if len(layer.indicators) > 1:
        parts.append(f"{len(layer.indicators)} indicators")
    if len(layer.sources) > 1:
        parts.append(f"and {len(layer.sources) - 1} more source{'s' if len(layer.sources) > 2 else ''}")
    return " · ".join(parts) or "source not stated"


_WEIGHT = ("dropped", "merged", "mended", "caution", "note")  # what cost rows comes first


def _numbers(report: ImportReport) -> QWidget:
    """Read, kept, merged, left out: they add up, and mended rows are among the kept."""
    counts = [("read", report.read), ("kept", report.kept), ("merged", report.count("merged")),
              ("left out", report.count("dropped")), ("mended", report.count("mended"))]
    strip = QWidget()
    places = row(spacing=16)
    for word, count in counts:
        places.addLayout(column(label(f"{count:,}", "strong", wrap=False), label(word, "quiet", wrap=False), spacing=0))
    places.addStretch(1)
    strip.setLayout(places)
    named(strip, report.sentence, report.sentence)
    return strip


_KIND_WORDS = {"dropped": "Left out", "merged": "Merged", "mended": "Mended", "caution": "Caution", "note": "Note"}


def _report_line(kind: str, text: str, count: int | None, examples: tuple[str, ...]) -> QWidget:
    line = QWidget()
    number = label(f"{count:,}" if count is not None else "", "strong", wrap=False)
    head = row(label(_KIND_WORDS.get(kind, kind), "label"), -1, number)
    words: list[QWidget] = [label(text, "quiet")]
    if examples:
        words.append(label("For example " + ", ".join(examples), "quiet"))
    line.setLayout(column(head, *words, spacing=2))
    return line

