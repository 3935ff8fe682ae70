"""The tables under the map: results first, then the layers that were asked for; linked with the map both ways."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QTableView,
    QWidget,
)

from ecomap.model.change import Change
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.vocabulary import NAME, NEED_AREA, SCHOOL
from ecomap.render.card import outputs_about
from ecomap.ui.desk import Desk
from ecomap.ui.models.cells import BAND_WIDTH, ROW_HEIGHT, CellDelegate
from ecomap.ui.models.table import BANDED, BARRED, FrameModel, Sheet, layer_sheet
from ecomap.ui.parts import ElidedLabel, column, follow_theme, label, row
from ecomap.ui.theme import look, named

WIDEST = 320


class TablePanel(QWidget):
    """Tabs of tables with a filter; a row that is chosen lights up on the map, and the other way round."""

    shown = Signal(str)  # key of the sheet

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.desk = desk
        self.sheets: dict[str, Sheet] = {}
        self._models: dict[str, FrameModel] = {}
        self._asked: list[str] = []   # layers whose table the planner opened
        self._following = False
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        named(self.tabs, "Tables")
        self.summary = label("", "quiet", wrap=False)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter rows")
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(170)
        named(self.filter, "Filter rows", "Keep the rows in whose names and words all of these occur")
        self.view = _table_view()
        self.empty = ElidedLabel("Run a step on the right, or open a layer's table from its menu.", "quiet")
        empty = QWidget()
        empty.setLayout(column(self.empty, -1, margins=(16, 14, 16, 14)))
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(self.view)
        head = row(self.tabs, -1, self.summary, self.filter, margins=(4, 0, 12, 0), spacing=12)
        line = QFrame()
        line.setProperty("box", "line")
        line.setFixedHeight(1)
        self.setLayout(column(head, line, self.pages, spacing=0))
        self.tabs.currentChanged.connect(self._show_tab)
        self.filter.textChanged.connect(self._filter)
        self.view.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._say())
        self.view.doubleClicked.connect(self._zoom)
        desk.replaced.connect(self.refresh_all)
        desk.changed.connect(self._on_change)
        desk.selected.connect(self._follow_selection)
        desk.table_asked.connect(self.open_layer)
        desk.answered.connect(lambda result: self.show_result(result.id))
        follow_theme(self, self._dress)
        self._dress()

    # --- which tables there are ----------------------------------------------------------------------------------

    def refresh_all(self) -> None:
        self._asked = [layer.id for role in (SCHOOL, NEED_AREA) for layer in self.desk.project.layers_of(role)][:2]
        self._rebuild("")

    def _on_change(self, change: Change) -> None:
        if change.removed or change.rows or change.results or change.described or change.added:
            self._rebuild(self.current_key())

    def _rebuild(self, wanted: str) -> None:
        project = self.desk.project
        self._asked = [layer_id for layer_id in self._asked if project.has_layer(layer_id)]
        sheets = [*result_sheets(project), *(layer_sheet(project.layer(i), project.frame(i)) for i in self._asked)]
        fresh = {sheet.key: sheet for sheet in sheets}
        for key in list(self._models):
            known = self.sheets.get(key)
            same = known is not None and key in fresh and fresh[key].frame is known.frame
            if not same or (known is not None and fresh[key].columns != known.columns):
                del self._models[key]
        unchanged = [(s.key, s.title) for s in self.sheets.values()] == [(s.key, s.title) for s in sheets]
        self.sheets = fresh
        if unchanged and self.current_key() in self._models:
            return
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for sheet in sheets:
            place = self.tabs.addTab(sheet.title)
            self.tabs.setTabData(place, sheet.key)
            self.tabs.setTabToolTip(place, f"{sheet.title}: {len(sheet.frame):,} rows\n{sheet.sources}".strip())
        self.tabs.blockSignals(blocked)
        self.show_sheet(wanted if wanted in fresh else next(iter(fresh), ""))

    def current_key(self) -> str:
        return str(self.tabs.tabData(self.tabs.currentIndex()) or "")

    def open_layer(self, layer_id: str) -> None:
        """Open a layer's own table, or go to it."""
        project = self.desk.project
        layer = project.layer(layer_id)
        key = next((s.key for s in result_sheets(project) if layer.result_id and s.layer_ids[0] == layer_id), "")
        if not key:
            if layer_id not in self._asked:
                self._asked.insert(0, layer_id)
            key = f"layer:{layer_id}"
        self._rebuild(key)
        self.show_sheet(key)

    def show_result(self, result_id: str) -> None:
        """Go to the main table of a result."""
        self._rebuild(self.current_key())
        self.show_sheet(next((key for key in self.sheets if key.startswith(f"result:{result_id}:")), ""))

    def show_sheet(self, key: str) -> None:
        for place in range(self.tabs.count()):
            if self.tabs.tabData(place) == key:
                blocked = self.tabs.blockSignals(True)
                self.tabs.setCurrentIndex(place)
                self.tabs.blockSignals(blocked)
                self._show_tab(place)
                return
        if not self.sheets:
            self.pages.setCurrentIndex(0)
            self.summary.setText("")

    # --- one table -----------------------------------------------------------------------------------------------

    def model(self) -> FrameModel | None:
        found = self.view.model()
        return found if isinstance(found, FrameModel) else None

    def _show_tab(self, _place: int) -> None:
        key = self.current_key()
        sheet = self.sheets.get(key)
        if sheet is None:
            return
        model = self._models.get(key)
        if model is None:
            model = self._models[key] = FrameModel(sheet, self)
            first = next((n for n, c in enumerate(model.columns) if c.unit == "rank"), -1)
            if first >= 0:
                model.sort(first)
        self.view.setModel(model)
        self.view.selectionModel().selectionChanged.connect(self._on_rows)
        blocked = self.view.horizontalHeader().blockSignals(True)
        place = model.columns.index(model.sorted_by) if model.sorted_by in model.columns else -1
        self.view.horizontalHeader().setSortIndicator(place, Qt.SortOrder.AscendingOrder)
        self.view.horizontalHeader().blockSignals(blocked)
        self._widths(model)
        self.pages.setCurrentIndex(1)
        model.set_filter(self.filter.text())
        self._say()
        self._follow_selection(*self.desk.selection)
        self.shown.emit(key)

    def _widths(self, model: FrameModel) -> None:
        """Column widths from the header and the first rows, measured once per table."""
        now = look()
        sizes = self.view.fontMetrics()
        for n, described in enumerate(model.columns):
            head = max(sizes.horizontalAdvance(part) for part in _two_lines(described.label)) + now.px(34)
            texts = [model.text(r, n) for r in range(min(model.rowCount(), 40))]
            body = max((sizes.horizontalAdvance(text) for text in texts), default=0) + now.px(26)
            kind = model.kind(n)
            if kind == BANDED:
                body = now.px(BAND_WIDTH + 130)
            elif kind == BARRED:
                body = now.px(126)
            elif described.moe:
                body += now.px(54)
            widest = now.px(WIDEST if described.name != NAME else 260)
            self.view.setColumnWidth(n, min(max(head, body, now.px(64)), widest))

    def _filter(self, words: str) -> None:
        model = self.model()
        if model is not None:
            model.set_filter(words)
            self._say()

    def _say(self) -> None:
        model = self.model()
        self.summary.setText(f"{model.summary} · linked with the map" if model else "")

    def _dress(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(look().px(ROW_HEIGHT))

    # --- the link with the map -----------------------------------------------------------------------------------

    def _on_rows(self, _on: QItemSelection, _off: QItemSelection) -> None:
        model = self.model()
        if self._following or model is None:
            return
        ids = [model.id_at(index.row()) for index in self.view.selectionModel().selectedRows()]
        self.desk.select(self._layer_for(model.sheet), ids)

    def _layer_for(self, sheet: Sheet) -> str:
        """The layer in which a sheet's rows light up: the first that is on the map and switched on."""
        here = [i for i in sheet.layer_ids if self.desk.project.has_layer(i)]
        seen = [i for i in here if self.desk.project.layer(i).visible]
        return next(iter(seen or here), "")

    def _follow_selection(self, layer_id: str, ids: object) -> None:
        model = self.model()
        if model is None:
            return
        wanted = tuple(ids) if isinstance(ids, tuple) and layer_id in model.sheet.layer_ids else ()
        chosen = self.view.selectionModel()
        rows = [place for place in map(model.row_of, wanted) if place >= 0]
        if {index.row() for index in chosen.selectedRows()} == set(rows):
            return
        self._following = True
        selection = QItemSelection()
        for place in rows:
            selection.select(model.index(place, 0), model.index(place, model.columnCount() - 1))
        chosen.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            chosen.setCurrentIndex(model.index(rows[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(model.index(rows[0], 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self._following = False

    def _zoom(self, index: QModelIndex) -> None:
        model = self.model()
        if model is not None:
            self.desk.zoom_asked.emit(self._layer_for(model.sheet), (model.id_at(index.row()),))


def result_sheets(project: Project) -> list[Sheet]:
    """The tables of the latest answer to each question, latest question first."""
    latest: dict[str, Result] = {result.analysis: result for result in project.results}
    newest = [result for result in reversed(project.results) if latest[result.analysis] is result]
    return [_output_sheet(project, result, output) for result in newest for output in result.outputs]


def _output_sheet(project: Project, result: Result, output: Output) -> Sheet:
    own = [layer.id for layer in project.layers if layer.result_id == result.id and layer.name == output.title]
    joined = [layer.id for layer in project.layers if output in outputs_about(layer, (result,))]
    return Sheet(
        f"result:{result.id}:{output.name}", output.title, output.frame, output.columns, (*own, *joined),
        ", ".join(source.citation for source in result.provenance.sources[:3]) if result.provenance else "",
    )


def _two_lines(text: str) -> tuple[str, str]:
    """A heading broken near its middle."""
    words = text.split()
    if len(words) < 2 or len(text) < 14:
        return text, ""
    cuts = [" ".join(words[:n]) for n in range(1, len(words))]
    first = min(cuts, key=lambda part: abs(len(part) - len(text) / 2))
    return first, text[len(first) + 1 :]


class _Header(QHeaderView):
    """Column headings on up to two lines."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        self.setSectionsMovable(True)


def _table_view() -> QTableView:
    view = QTableView()
    view.setHorizontalHeader(_Header())
    view.setItemDelegate(CellDelegate(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSortingEnabled(True)
    view.setCornerButtonEnabled(False)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.setTabKeyNavigation(False)
    named(view, "Table", "")
    return view
