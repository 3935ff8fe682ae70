"""The tables under the map: results first, then the layers that were asked for; linked with the map both ways."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
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
from ecomap.ui.icons import pixmap
from ecomap.ui.models.cells import BAND_WIDTH, ROW_HEIGHT, CellDelegate
from ecomap.ui.models.table import BANDED, BARRED, FrameModel, Sheet, layer_sheet
from ecomap.ui.parts import ElidedLabel, column, follow_theme, keep_width, label, row
from ecomap.ui.theme import look, named, text_width

WIDEST = 430
TAB_LETTERS = 32


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
        self._result = ""             # whose tables stand first
        self._following = False
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        named(self.tabs, "Tables")
        self.summary = label("", "quiet", wrap=False)
        self.summary.setToolTip("A row that is chosen here lights up on the map, and the other way round.")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter rows")
        self.filter.setClearButtonEnabled(True)
        keep_width(self.filter, 138)
        named(self.filter, "Filter rows", "Keep the rows in whose names and words all of these occur")
        self.view = _table_view()
        self.empty = ElidedLabel("Run a step on the right, or open a layer's table from its menu.", "quiet")
        empty = QWidget()
        empty.setLayout(column(self.empty, -1, margins=(16, 14, 16, 14)))
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(self.view)
        head = row(self.tabs, self.summary, self.filter, margins=(4, 0, 12, 0), spacing=12)
        head.setStretch(0, 1)
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
        sheets = [*result_sheets(project, self._result), *(layer_sheet(project.layer(i), project.frame(i)) for i in self._asked)]
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
            place = self.tabs.addTab(_short(sheet.title))
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
        key = ""
        if layer.result_id:
            self._result = layer.result_id
            sheets = result_sheets(project, layer.result_id)
            key = next((sheet.key for sheet in sheets if sheet.layer_ids[:1] == (layer_id,)), "")
        if not key:
            if layer_id not in self._asked:
                self._asked.insert(0, layer_id)
            key = f"layer:{layer_id}"
        self._rebuild(key)
        self.show_sheet(key)

    def show_result(self, result_id: str) -> None:
        """Go to the main table of a result."""
        self._result = result_id
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
            first = next((n for n, c in enumerate(model.columns) if c.unit == "rank" or c.name == NAME), -1)
            if first >= 0:
                model.sort(first)
        self.view.setModel(model)
        self.view.scrollToTop()
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
        self.summary.setText(model.summary if model else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.summary.setVisible(event.size().width() > look().px(560))
        self.filter.setVisible(event.size().width() > look().px(340))

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
            top, bottom = self.view.rowAt(0), self.view.rowAt(self.view.viewport().height() - look().px(ROW_HEIGHT))
            if not top <= rows[0] < (bottom if bottom >= 0 else len(model.ids)):
                self.view.scrollTo(model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._following = False

    def _zoom(self, index: QModelIndex) -> None:
        model = self.model()
        if model is not None:
            self.desk.zoom_asked.emit(self._layer_for(model.sheet), (model.id_at(index.row()),))


def result_sheets(project: Project, result_id: str) -> list[Sheet]:
    """The tables of one result, of the latest one if that is gone."""
    found = next((result for result in project.results if result.id == result_id), None)
    result = found or (project.results[-1] if project.results else None)
    return [_output_sheet(project, result, output) for output in result.outputs] if result else []


def _output_sheet(project: Project, result: Result, output: Output) -> Sheet:
    own = [layer.id for layer in project.layers if layer.result_id == result.id and layer.name == output.title]
    joined = [layer.id for layer in project.layers if output in outputs_about(layer, (result,))]
    return Sheet(
        f"result:{result.id}:{output.name}", output.title, output.frame, output.columns, (*own, *joined),
        ", ".join(source.citation for source in result.provenance.sources[:3]) if result.provenance else "",
    )


def _short(title: str) -> str:
    """A tab's word: cut at a comma, then at a length that leaves room for the others."""
    first = title.split(",")[0]
    return first if len(first) <= TAB_LETTERS else first[: TAB_LETTERS - 1].rstrip() + "…"


def _two_lines(text: str) -> tuple[str, str]:
    """A heading broken near its middle."""
    words = text.split()
    if len(words) < 2 or len(text) < 14:
        return text, ""
    cuts = [" ".join(words[:n]) for n in range(1, len(words))]
    first = min(cuts, key=lambda part: abs(len(part) - len(text) / 2))
    return first, text[len(first) + 1 :]


class _Header(QHeaderView):
    """Column headings on up to two lines, with the sign of the sorted one."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), look().px(40))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if model is None or not rect.isValid():
            return
        now = look()
        painter.save()
        painter.fillRect(rect, now.colour("surface"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        side = Qt.AlignmentFlag(model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole))
        right = bool(side & Qt.AlignmentFlag.AlignRight)
        sorted_here = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        inside = rect.adjusted(now.px(8), 0, -now.px(8), 0)
        if sorted_here:
            size = now.px(12)
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            mark = pixmap("chevron-up" if up else "chevron-down", now.tokens.text, 32)
            after = inside.left() + text_width(max(_two_lines(text), key=len), now.font(11.5, 600)) + 4
            left = inside.left() if right else min(after, inside.right() - size)
            place = QRect(left, inside.center().y() - size // 2, size, size)
            painter.drawPixmap(place, mark)
            inside.adjust(size + 2 if right else 0, 0, 0 if right else -size - 2, 0)
        painter.setFont(now.font(11.5, 600 if sorted_here else 500))
        painter.setPen(now.colour("text" if sorted_here else "quiet"))
        lines = [part for part in _two_lines(text) if part]
        if painter.fontMetrics().horizontalAdvance(text) <= inside.width():
            lines = [text]
        step = painter.fontMetrics().height()
        top = inside.center().y() - step * len(lines) // 2 + 1
        for number, part in enumerate(lines):
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, inside.width())
            place = QRect(inside.left(), top + number * step, inside.width(), step)
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


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
