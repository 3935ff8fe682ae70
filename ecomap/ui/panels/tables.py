"""The tables under the map: results first, then the layers that were asked for; linked with the map both ways."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QWidget,
)

from ecomap.model.change import Change
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.vocabulary import ID, NAME, NEED_AREA, SCHOOL
from ecomap.ui.commands.pinning import school_actions
from ecomap.ui.desk import Desk, RowFilter
from ecomap.ui.look.controls import Tabs
from ecomap.ui.look.flow import Flow
from ecomap.ui.look.lines import in_halves
from ecomap.ui.look.parts import (
    button,
    column,
    follow_theme,
    icon_button,
    keep_width,
    label,
    row,
)
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.cells import ROW_HEIGHT
from ecomap.ui.models.result_sheets import (
    ROWS,
    first_order,
    output_sheet,
    result_sheets,
    result_tables,
    row_of_bar,
)
from ecomap.ui.models.table import FrameModel, Sheet, layer_sheet, row_count
from ecomap.ui.panels.answer import NEWER
from ecomap.ui.panels.table_view import fit_columns, table_view
from ecomap.ui.speech import spoken
from ecomap.ui.views.table import ViewModel, ViewTable
from ecomap.workspace.known import told_of_layer

TAB_LETTERS = 26       # a longer title of a table takes two lines
LEAST_ROWS = 132       # px: headings and some rows
LEAST_TABS = 160       # px for the tabs; the others then go into a second line
ROOM_FOR_ORDER = 1000  # px from which the order is written beside the number of rows; the heading shows it anyway

LINKED: Final = say("A row that is chosen here lights up on the map, and the other way round.")


class TablePanel(QWidget):
    """Tabs of tables with a filter; a row that is chosen lights up on the map, and the other way round."""

    shown = Signal(str)            # key of the sheet
    rows_asked = Signal(object, str)  # Said: what was counted, references of the rows

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.desk = desk
        self.sheets: dict[str, Sheet] = {}
        self._models: dict[str, FrameModel] = {}
        self._asked: list[str] = []   # layers whose table the planner opened
        self._before_peek: tuple[str, str] | None = None  # whose tables stood first, and which, before an answer was looked at
        self._result = ""             # whose tables stand first
        self._following = False
        self._answers: dict[str, tuple[Result, Output]] = {}  # key of a sheet -> what it is a table of
        self._views: dict[str, ViewModel] = {}
        self._plain: set[str] = set()  # sheets the planner wants to see as a table
        self.tabs = Tabs()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        named(self.tabs, say("Tables"))
        self.summary = label(NOTHING, "quiet", wrap=False)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(spoken(say("Filter rows")))
        self.filter.setClearButtonEnabled(True)
        keep_width(self.filter, 138)
        named(self.filter, say("Filter rows"), say("Keep the rows in whose names and words all of these occur"))
        self.view = table_view()
        self.empty = label(say("Run a step on the right, or open a layer's table from its menu."), "quiet")
        empty = QWidget()
        empty.setLayout(column(self.empty, -1, margins=(16, 14, 16, 14)))
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(self.view)
        self.picture = ViewTable()
        self.caption = label(NOTHING, "quiet")
        pictured = QWidget()
        pictured.setLayout(column(row(self.caption, margins=(12, 5, 12, 2)), self.picture, spacing=0))
        self.pages.addWidget(pictured)
        self.behind = button(say("Rows behind it…"), "plain", say("Rows behind the chosen row"),
                             say("Which records the chosen row counts (Return)"))
        self.as_table = icon_button("table", say("As a table"), say("Show this answer as a table, or as a picture again"))
        self.as_table.setCheckable(True)
        self.larger = icon_button("enlarge", say("More room for tables"), say("More room for tables, or for the map again"))
        self.larger.setCheckable(True)
        head = Flow(self.tabs, self.summary, self.behind, self.as_table, self.larger, self.filter, margins=(4, 0, 12, 0))
        line = QFrame()
        line.setProperty("box", "line")
        line.setFixedHeight(1)
        self.called = label(NOTHING, "strong")
        self.rests_on = label(NOTHING, "quiet")
        self.newer = button(NEWER, "plain", help_text=say("Opens the way to this year's figures"))
        self.newer.clicked.connect(desk.newer_asked)
        below = row(column(self.called, self.rests_on, spacing=1), self.newer, margins=(12, 4, 12, 4), spacing=8)
        below.setStretch(0, 1)
        self.told = QFrame()
        self.told.setLayout(below)
        self.told.hide()
        self.setLayout(column(head, line, self.told, self.pages, spacing=0))
        self.tabs.currentChanged.connect(self._show_tab)
        self.filter.textChanged.connect(self._filter)
        self.view.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._say())
        self.view.doubleClicked.connect(self._zoom)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)  # the key of the menu asks for it as well
        self.view.customContextMenuRequested.connect(self._offer)
        self.view.activated.connect(lambda _index: self._show_behind())
        self.picture.chosen.connect(self._choose_school)
        self.picture.opened.connect(lambda row, cell: self.rows_asked.emit(cell.tip or row.cells[0].text, cell.refs))
        self.behind.clicked.connect(self._show_behind)
        self.as_table.clicked.connect(self._switch)
        desk.replaced.connect(self.refresh_all)
        desk.asked_otherwise.connect(lambda *_: self._say())
        desk.changed.connect(self._on_change)
        desk.selected.connect(self._follow_selection)
        desk.table_asked.connect(self.open_layer)
        desk.answered.connect(lambda result: self.show_result(result.id))
        desk.bar_asked.connect(self.show_bar)
        desk.peeked.connect(self._peeked)
        desk.looking.compared.connect(self._compared)
        desk.unfilter_asked.connect(self.filter.clear)
        follow_theme(self, self._dress)
        self._dress()

    # --- which tables there are ----------------------------------------------------------------------------------

    def refresh_all(self) -> None:
        self._asked = [layer.id for role in (SCHOOL, NEED_AREA) for layer in self.desk.shown.layers_of(role)][:2]
        self._rebuild("")

    def _on_change(self, change: Change) -> None:
        if change.removed or change.rows or change.results or change.described or change.added:
            self._rebuild(self.current_key())

    def _rebuild(self, wanted: str) -> None:
        project = self.desk.shown
        self._asked = [layer_id for layer_id in self._asked if project.has_layer(layer_id)]
        laid = self.desk.looking.laid
        if laid is not None and self._result == laid.id:
            project = project.with_result(laid)
        self._answers = result_tables(project, self._result)
        sheets = [*(output_sheet(project, *answer) for answer in self._answers.values()), *(layer_sheet(project.layer(i), project.frame(i)) for i in self._asked)]
        fresh = {sheet.key: sheet for sheet in sheets}
        for key in list(self._models):
            known = self.sheets.get(key)
            same = known is not None and key in fresh and fresh[key].frame is known.frame
            if not same or (known is not None and fresh[key].columns != known.columns):
                self._let_go(self.view, self._models.pop(key))
                self._let_go(self.picture, self._views.pop(key, None))
        for key in list(self._views):
            if key not in fresh or key not in self.sheets or fresh[key].frame is not self.sheets[key].frame:
                self._let_go(self.picture, self._views.pop(key))
        unchanged = [(s.key, s.full_title) for s in self.sheets.values()] == [(s.key, s.full_title) for s in sheets]
        self.sheets = fresh
        if unchanged and self.current_key() in self._models:
            return
        answers: set[Said] = set()
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for sheet in sheets:
            words = sheet.title if sheet.answer in answers or not sheet.answer else sheet.answer  # the first of an answer bears its name
            answers.add(sheet.answer)
            place = self.tabs.addTab(in_halves(spoken(words), TAB_LETTERS))
            self.tabs.setTabData(place, sheet.key)
            rows = joined([sheet.full_title, row_count(len(sheet.frame), len(sheet.frame))], ": ")
            self.tabs.setTabToolTip(place, spoken(joined([rows, sheet.sources], "\n")))
        self.tabs.blockSignals(blocked)
        self.show_sheet(wanted if wanted in fresh else next(iter(fresh), ""))

    @staticmethod
    def _let_go(view: QTableView, model: QAbstractItemModel | None) -> None:
        """A model that nobody will show again: its parent would keep it, and the rows in it, as long as the window is open."""
        if model is None:
            return
        if view.model() is model:
            view.setModel(None)
        model.deleteLater()

    def current_key(self) -> str:
        return str(self.tabs.tabData(self.tabs.currentIndex()) or "")

    def open_layer(self, layer_id: str) -> None:
        """Open a layer's own table, or go to it."""
        project = self.desk.shown
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
        self._result, self._before_peek = result_id, None
        self._rebuild(self.current_key())
        own = [key for key in self.sheets if key.startswith(f"result:{result_id}:")]
        pictured = [key for key in own if self._has_view(key)]
        self.show_sheet(next(iter(pictured or own), ""))

    def follow(self, result: Result) -> None:
        """Show the numbers of an answer that follows the hand in the table on screen, where that is one of the same question."""
        answer, model = self._answers.get(self.current_key()), self.model()
        if answer is None or model is None or answer[0].analysis != result.analysis:
            return
        output = next((one for one in result.outputs if one.name == answer[1].name), None)
        if output is not None:
            model.follow(output.frame)
            self._say()

    def unfollow(self) -> None:
        """Forget the numbers that followed the hand."""
        for key in [key for key, model in self._models.items() if key in self._answers and model.is_following]:
            self._let_go(self.view, self._models.pop(key))
        self._show_tab(self.tabs.currentIndex())

    def _peeked(self, result: Result | None) -> None:
        """An answer is looked at that is not kept, or no longer."""
        if result is not None:
            self._before_peek = self._before_peek or (self._result, self.current_key())
            name = self.current_key().rpartition(":")[2]
            self._result = result.id
            self._rebuild(f"result:{result.id}:{name}")
        elif self._before_peek is not None:
            (self._result, key), self._before_peek = self._before_peek, None
            self._rebuild(key)

    def _compared(self) -> None:
        """The tables of the two sides that are laid beside each other, or no longer."""
        laid = self.desk.looking.laid
        if laid is None:
            self._result = ""
            self._rebuild(self.current_key())
        elif self._result != laid.id:
            self.show_result(laid.id)

    def show_bar(self, result: Result, words: Said) -> None:
        """Go to the row that a bar of an answer's chart stands for, and open the records behind it where it has any."""
        table, row_id = row_of_bar(result, words)
        self._result = result.id
        self._rebuild(self.current_key())
        self.filter.clear()
        if not table:
            self.show_sheet(f"result:{result.id}:{result.main.name}")
            return
        self.show_sheet(f"result:{result.id}:{table}")
        if self.pictured() is not None:
            self.picture.go_to(row_id)
        elif (model := self.model()) is not None and (place := model.row_of(row_id)) >= 0:
            self.view.selectRow(place)
            self.view.scrollTo(model.index(place, 0))
        frame = result.output(table).frame
        if ROWS in frame and (refs := str(frame.loc[frame[ID].astype(str) == row_id, ROWS].iloc[0] or "")):
            self.rows_asked.emit(words, refs)

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
        self._tell(key)
        if sheet is None:
            return
        if sheet.is_answer and not len(sheet.frame):
            self._say_empty(sheet)
            return
        pictured = self._has_view(key)
        self.as_table.setVisible(pictured)
        self.as_table.setChecked(key in self._plain)
        self.behind.setVisible(not pictured or key in self._plain)
        if pictured and key not in self._plain:
            self._show_picture(key)
        else:
            self._show_table(key, sheet)
        if self.pages.currentIndex() == 0:
            return
        self._say()
        self._share_filter()
        self._follow_selection(*self.desk.selection)
        self.shown.emit(key)

    def _say_empty(self, sheet: Sheet, why: Said = NOTHING) -> None:
        """A table of an answer without rows says so."""
        self.empty.setText(spoken(why or say(
            "“{table}”: no rows. What the answer says on the right tells why, or what has to be written down first.",
            table=sheet.title)))
        self.pages.setCurrentIndex(0)
        self.view.setModel(None)
        for control in (self.as_table, self.behind):
            control.hide()
        self._say()
        self.shown.emit(sheet.key)

    def _tell(self, key: str) -> None:
        """Above a table: of which answer it is, how much of who is there it knows by name, and what in it is old."""
        answer, layer_id = self._answers.get(key), key.removeprefix("layer:")
        if answer is not None:
            known, old = answer[0].rests_on, answer[0].old
        else:
            stated = self.desk.shown.has_layer(layer_id) and bool(self.desk.shown.layer(layer_id).known_of)
            known, old = told_of_layer(self.desk.shown, layer_id) if stated else NOTHING, NOTHING
        called = self.sheets[key].full_title if answer is not None else NOTHING
        for line, words in ((self.called, called), (self.rests_on, joined([known, old]))):
            line.setText(spoken(words))
            line.setVisible(bool(words))
        self.newer.setVisible(bool(old))
        self.told.setVisible(bool(called or known or old))

    def _show_table(self, key: str, sheet: Sheet) -> None:
        model = self._models.get(key)
        if model is None:
            model = self._models[key] = FrameModel(sheet, self)
            model.sort(*first_order(model))
        if model is not self.view.model():
            self.view.setModel(model)
            self.view.selectionModel().selectionChanged.connect(self._on_rows)
            self.view.horizontalScrollBar().setValue(0)
            self.view.scrollToTop()
        blocked = self.view.horizontalHeader().blockSignals(True)
        place = model.columns.index(model.sorted_by) if model.sorted_by in model.columns else -1
        self.view.horizontalHeader().setSortIndicator(place, model.direction)
        self.view.horizontalHeader().blockSignals(blocked)
        self.view.keep(next((n for n, described in enumerate(model.columns) if described.name == NAME), -1))
        self.pages.setCurrentIndex(1)
        fit_columns(self.view, model)
        model.set_filter(self.filter.text())
        self.behind.setVisible(ROWS in sheet.frame)

    # --- answers that are more than a table ------------------------------------------------------------------------

    def _has_view(self, key: str) -> bool:
        answer = self._answers.get(key)
        if answer is None:
            return False
        from ecomap.ui.views.choosing import has_view  # heavy

        return has_view(answer[0].analysis, answer[1].name) and len(answer[1].frame) > 0

    def _show_picture(self, key: str) -> None:
        if key not in self._views:
            from ecomap.ui.views.choosing import view_sheet  # heavy

            made = view_sheet(*self._answers[key])
            if made is None:
                self._plain.add(key)
                self._show_table(key, self.sheets[key])
                return
            self._views[key] = ViewModel(made, self)
        model = self._views[key]
        if not model.sheet.rows:
            self._say_empty(self.sheets[key], model.sheet.caption)
            return
        self.picture.show_sheet(model)
        self.caption.setText(spoken(model.sheet.caption))
        self.pages.setCurrentIndex(2)
        model.set_filter(self.filter.text())

    def _switch(self) -> None:
        """The same answer as a table or as a picture."""
        self._plain.symmetric_difference_update({self.current_key()})
        self._show_tab(self.tabs.currentIndex())

    def on_screen(self) -> QWidget:
        """The table or view that is seen now, for the keyboard; the tabs where a table is empty."""
        return (self.tabs, self.view, self.picture)[self.pages.currentIndex()]

    def pictured(self) -> ViewModel | None:
        """The view on screen, if one is."""
        return self.picture.view_model() if self.pages.currentIndex() == 2 else None

    def _choose_school(self, school: str) -> None:
        schools = self.desk.shown.layers_of(SCHOOL)
        here = [layer.id for layer in schools if (self.desk.shown.frame(layer.id)[ID].astype(str) == school).any()]
        if here and not self._following:
            self.desk.select(here[0], (school,))

    def _show_behind(self) -> None:
        """Open the records that the chosen row counts."""
        model = self.model()
        rows = self.view.selectionModel().selectedRows() if model is not None else []
        if model is None or not rows or ROWS not in model.sheet.frame:
            return
        wanted = model.id_at(rows[0].row())
        frame = model.sheet.frame
        found = frame.loc[frame[ID].astype(str) == wanted, ROWS]
        names = frame.loc[frame[ID].astype(str) == wanted, NAME] if NAME in frame else found
        if len(found) and found.iloc[0]:
            self.rows_asked.emit(name(names.iloc[0]), str(found.iloc[0]))

    def _filter(self, words: str) -> None:
        model = self.pictured() or self.model()
        if model is not None:
            model.set_filter(words)
            self._say()
        self._share_filter()

    def _share_filter(self) -> None:
        """Tell the map which rows the table keeps."""
        model, words = self.model() if self.pages.currentIndex() == 1 else None, self.filter.text().strip()
        layer_id = self._layer_for(model.sheet) if model is not None and words else ""
        self.desk.keep_rows(RowFilter(layer_id, model.kept, len(model.ids), words) if layer_id and model is not None else None)

    def _say(self) -> None:
        model = self.pictured() or self.model()
        wide = self.width() > look().px(ROOM_FOR_ORDER)
        counted = (model.summary if wide else model.count) if model else NOTHING
        answer = self._answers.get(self.current_key())
        otherwise = self.desk.otherwise.get(answer[0].id, NOTHING) if answer is not None else NOTHING
        self.summary.setText(spoken(joined([one for one in (otherwise, counted) if one], "\n")))  # wider, it would move the map
        left_out = model.left_out if isinstance(model, FrameModel) else ()
        lines = [LINKED, *(say("Left out, for no row has it: {column}.", column=one) for one in left_out)]
        self.summary.setToolTip(spoken(joined(lines, "\n")))

    def minimumSizeHint(self) -> QSize:
        """What stands above a table takes the lines it needs, and leaves room for some rows."""
        least, layout = super().minimumSizeHint(), self.layout()
        tall = layout.minimumHeightForWidth(max(self.width(), least.width())) if layout is not None else least.height()
        return QSize(least.width(), tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self._say()
        if (model := self.model()) is not None and self.pages.currentIndex() == 1:
            fit_columns(self.view, model)

    def _dress(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(look().px(ROW_HEIGHT))
        self.tabs.setMinimumWidth(look().px(LEAST_TABS))
        self.pages.setMinimumHeight(look().px(LEAST_ROWS))

    # --- the link with the map -----------------------------------------------------------------------------------

    def _on_rows(self, _on: QItemSelection, _off: QItemSelection) -> None:
        model = self.model()
        if self._following or model is None:
            return
        ids = [model.id_at(index.row()) for index in self.view.selectionModel().selectedRows()]
        self.desk.select(self._layer_for(model.sheet), ids)

    def _layer_for(self, sheet: Sheet) -> str:
        """The layer in which a sheet's rows light up: the first that is on the map and switched on."""
        here = [i for i in sheet.layer_ids if self.desk.shown.has_layer(i)]
        seen = [i for i in here if self.desk.shown.layer(i).visible]
        return next(iter(seen or here), "")

    def _follow_selection(self, layer_id: str, ids: object) -> None:
        if self.pictured() is not None:
            self._following = True
            self.picture.follow(str(ids[0]) if isinstance(ids, tuple) and len(ids) == 1 else "")
            self._following = False
            return
        model = self.model()
        if model is None:
            return
        wanted = tuple(ids) if isinstance(ids, tuple) and layer_id in model.sheet.layer_ids else ()
        chosen = self.view.selectionModel()
        rows = [place for place in map(model.row_of, wanted) if place >= 0]
        now = chosen.selection()
        if {row_ for n in range(now.size()) for row_ in range(now.at(n).top(), now.at(n).bottom() + 1)} == set(rows):
            return
        self._following = True
        selection = QItemSelection()
        for first, last in _runs(rows):
            selection.append(QItemSelectionRange(model.index(first, 0), model.index(last, model.columnCount() - 1)))
        chosen.blockSignals(True)  # Qt compares thousands of rows that were chosen with thousands that are, and nobody here asks
        chosen.reset()
        chosen.select(selection, QItemSelectionModel.SelectionFlag.Select)
        chosen.blockSignals(False)
        self.view.viewport().update()
        if rows:
            chosen.setCurrentIndex(model.index(rows[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            top, bottom = self.view.rowAt(0), self.view.rowAt(self.view.viewport().height() - look().px(ROW_HEIGHT))
            if not top <= rows[0] < (bottom if bottom >= 0 else len(model.ids)):
                self.view.scrollTo(model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._following = False

    def menu(self, row: int) -> QMenu | None:
        """What can be done with the school of a row; None where it is none."""
        model = self.model()
        actions = [] if model is None or not 0 <= row < model.rowCount() else school_actions(self.desk, model.id_at(row))
        if not actions:
            return None
        menu = QMenu(self)
        for words, do in actions:
            menu.addAction(spoken(words)).triggered.connect(lambda _=False, do=do: do())
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _offer(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        row = index.row() if index.isValid() else self.view.currentIndex().row()
        menu = self.menu(row)
        if menu is not None:
            menu.popup(self.view.viewport().mapToGlobal(at))

    def _zoom(self, index: QModelIndex) -> None:
        model = self.model()
        if model is not None:
            self.desk.zoom_asked.emit(self._layer_for(model.sheet), (model.id_at(index.row()),))


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Rows as ranges: thousands of chosen ones are few ranges, which Qt takes at once.

    >>> _runs([5, 1, 2, 3])
    [(1, 3), (5, 5)]
    """
    found: list[tuple[int, int]] = []
    for row_ in sorted(rows):
        if found and found[-1][1] == row_ - 1:
            found[-1] = (found[-1][0], row_)
        else:
            found.append((row_, row_))
    return found
