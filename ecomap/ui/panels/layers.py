"""The layers on the left: what is on the map, in which order, with its legend."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from ecomap.model.project import Project
from ecomap.model.said import NOTHING, say
from ecomap.ui.look.parts import follow_theme
from ecomap.ui.look.theme import look, named
from ecomap.ui.models.layer_lines import LayerLineDelegate
from ecomap.ui.models.layers import (
    ANSWER,
    EARLIER,
    GROUP,
    HEADING,
    KIND,
    LAYER,
    LAYER_ID,
    RESULTS,
    LayerModel,
    Legends,
)
from ecomap.ui.speech import spoken

MenuFor = Callable[[str], QMenu]
DRAG_FROM = 6  # px before a press becomes a drag


class LayerTree(QTreeView):
    """The tree: tick to show, drag to reorder, right click or the menu key for the rest.

    Dragging is done with plain mouse events: a line shows where the layer would go, Escape leaves it where it was.
    """

    chosen = Signal(str)                # layer id the planner is at
    dropped = Signal(str, str)          # layer id, id of the layer it stands before now ("" = last of its heading)
    heading_dropped = Signal(str, str)  # heading, heading it stands before now ("" = last)
    zoom_asked = Signal(str)
    earlier_removed = Signal(object)    # results that the planner wants to be rid of

    def __init__(self, menu_for: MenuFor) -> None:
        super().__init__()
        self._menu_for = menu_for
        self.remembered = ""  # the layer the planner was at last time
        self.lines = LayerLineDelegate(self)
        self.layers = LayerModel(self)
        self.setModel(self.layers)
        self.setItemDelegate(self.lines)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        named(self, say("Layers"), NOTHING)
        self.setAccessibleDescription(
            spoken(say("Space shows or hides a layer, Alt with up or down moves it, the menu key offers the rest."))
        )
        self._pressed: QModelIndex | None = None
        self._press_at = QPoint()
        self._dragging = False
        self._drop: tuple[int, str] | None = None  # y of the line, what it would stand before
        self._folded: dict[str, bool] = {}  # what the planner folded or opened; else legends of shown layers are open
        self._opened: set[str] = set()      # headings whose earlier answers the planner opened
        self.selectionModel().currentChanged.connect(self._on_current)
        follow_theme(self, self.doItemsLayout)

    def show_layers(self, project: Project, legends: Legends) -> None:
        """Draw the tree again; what was folded, chosen and scrolled to stays so."""
        current, scrolled = self.current_layer() or self.remembered, self.verticalScrollBar().value()
        self.layers.show_project(project, legends, _earlier(project))
        for place in range(self.layers.rowCount()):
            self.expand(self.layers.index(place, 0))
        self._fold()
        for item in self.layers.layer_items():
            if item.data(LAYER_ID) == current:
                blocked = self.selectionModel().blockSignals(True)
                self.setCurrentIndex(item.index())
                self.selectionModel().blockSignals(blocked)
        self.doItemsLayout()  # else there is nothing to scroll yet, and the list jumps to its top
        self.updateGeometries()
        self.verticalScrollBar().setValue(scrolled)

    def show_ticks(self, project: Project) -> None:
        """Only what is shown or hidden changed."""
        self.layers.show_ticks(project)
        self._fold()

    def _fold(self) -> None:
        """Legends of layers that are switched off are closed, unless the planner opened them."""
        for item in self.layers.layer_items():
            hidden = item.checkState() != Qt.CheckState.Checked
            self.setExpanded(item.index(), not self._folded.get(item.data(LAYER_ID), hidden))
        for line in self._earlier_lines():
            self._fold_earlier(line)

    def _earlier_lines(self) -> list[QModelIndex]:
        """The lines that earlier answers stand under, one at most under each heading."""
        heads = [self.layers.index(place, 0) for place in range(self.layers.rowCount())]
        inside = [self.layers.index(place, 0, head) for head in heads for place in range(self.layers.rowCount(head))]
        return [index for index in inside if index.data(KIND) == EARLIER]

    def _fold_earlier(self, line: QModelIndex) -> None:
        """Earlier answers are out of sight, unless the planner opened them or one of them is on the map."""
        head = line.parent()
        below = range(line.row() + 1, self.layers.rowCount(head))
        shown = any(self.layers.itemFromIndex(self.layers.index(place, 0, head)).checkState() == Qt.CheckState.Checked for place in below)
        for place in below:
            self.setRowHidden(place, head, not shown and str(head.data(HEADING)) not in self._opened)

    def turn_earlier(self, heading: str) -> None:
        """Show or hide the earlier answers under a heading."""
        self._opened ^= {heading}
        for line in self._earlier_lines():
            self._fold_earlier(line)
        self.viewport().update()

    def _turn(self, index: QModelIndex) -> None:
        self._folded[index.data(LAYER_ID)] = self.isExpanded(index)
        self.setExpanded(index, not self.isExpanded(index))

    def current_layer(self) -> str:
        """The layer the planner is at, or ""."""
        index = self.currentIndex()
        return str(index.data(LAYER_ID) or "") if index.isValid() else ""

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and current.data(KIND) == LAYER:
            self.chosen.emit(current.data(LAYER_ID))

    # --- mouse ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed, self._dragging, self._drop = None, False, None
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        if index.data(KIND) == LAYER:
            if self.lines.box_rect(index).adjusted(-6, -6, 6, 6).contains(event.position()):
                self.setCurrentIndex(index)
                self._tick(index)
                return
            if self.layers.rowCount(index) and self.lines.fold_rect(index).adjusted(-3, -4, 3, 4).contains(
                event.position()
            ):
                self._turn(index)
                return
        if index.data(KIND) == EARLIER:
            self.setCurrentIndex(index)
            self.turn_earlier(str(index.parent().data(HEADING)))
            return
        self._pressed, self._press_at = index, event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed is not None and (self._dragging or (at - self._press_at).manhattanLength() >= DRAG_FROM):
            if self._pressed.data(KIND) in (LAYER, GROUP):
                self._dragging = True
                self._drop = self._drop_at(at)
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.viewport().update()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, drop, dragging = self._pressed, self._drop, self._dragging
        self._stop_drag()
        if dragging and pressed is not None:
            if drop is not None and pressed.data(KIND) == LAYER:
                self.dropped.emit(pressed.data(LAYER_ID), drop[1])
            elif drop is not None:
                self.heading_dropped.emit(str(pressed.data(HEADING)), drop[1])
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.data(LAYER_ID) and not self.lines.box_rect(index).contains(event.position()):
            self.zoom_asked.emit(index.data(LAYER_ID))

    def _stop_drag(self) -> None:
        self._pressed, self._dragging, self._drop = None, False, None
        self.unsetCursor()
        self.viewport().update()

    def _drop_at(self, at: QPoint) -> tuple[int, str] | None:
        """Where the line goes and what the dragged thing would stand before, among its own kind."""
        assert self._pressed is not None
        layers = self._pressed.data(KIND) == LAYER
        parent = self._pressed.parent()
        bottom = 0
        for place in range(self.layers.rowCount(parent)):
            index = self.layers.index(place, 0, parent)
            if index.data(KIND) in (EARLIER, ANSWER) or self.isRowHidden(place, parent):
                continue
            top = self.visualRect(index).top()
            bottom = self._bottom(index)
            if at.y() < (top + bottom) / 2:
                return top, str(index.data(LAYER_ID) if layers else index.data(HEADING))
        return bottom, ""

    def _bottom(self, index: QModelIndex) -> int:
        while self.isExpanded(index) and self.layers.rowCount(index):
            index = self.layers.index(self.layers.rowCount(index) - 1, 0, index)
        return self.visualRect(index).bottom()

    # --- keyboard, menu, paint -------------------------------------------------------------------------------------

    def _tick(self, index: QModelIndex) -> None:
        """Ask for the layer to be shown or hidden; its box follows. (A box that changed first would be gone in the middle of
        changing where the list is drawn again.)"""
        ticked = self.layers.itemFromIndex(index).checkState() == Qt.CheckState.Checked
        self.layers.ticked.emit(str(index.data(LAYER_ID)), not ticked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        opens = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._stop_drag()
        elif index.isValid() and index.data(KIND) == EARLIER and event.key() in opens:
            self.turn_earlier(str(index.parent().data(HEADING)))
        elif index.isValid() and index.data(KIND) == LAYER and event.key() == Qt.Key.Key_Space:
            self._tick(index)
        elif index.isValid() and index.data(KIND) == LAYER and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if self.isExpanded(index) == (event.key() == Qt.Key.Key_Left):
                self._turn(index)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def move_current(self, by: int) -> None:
        """Move the current layer one place up (-1) or down (1) under its heading."""
        index = self.currentIndex()
        place = index.row() + by
        rows = self.layers.rowCount(index.parent()) if index.isValid() else 0
        if not index.isValid() or index.data(KIND) != LAYER or not 0 <= place < rows:
            return
        if index.sibling(place, 0).data(KIND) != LAYER:
            return
        before = index.siblingAtColumn(0).sibling(place if by < 0 else place + 1, 0)
        self.dropped.emit(index.data(LAYER_ID), str(before.data(LAYER_ID) or "") if before.isValid() else "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        layer_id = str(index.data(LAYER_ID) or "") if index.isValid() else ""
        if index.isValid() and index.data(KIND) == EARLIER:
            self.setCurrentIndex(index)
            self.earlier_menu(index).popup(event.globalPos())
        elif layer_id:
            item = self.layers.layer_item(layer_id)
            if item is not None:
                self.setCurrentIndex(item.index())
            self._menu_for(layer_id).popup(event.globalPos())

    def earlier_menu(self, line: QModelIndex) -> QMenu:
        """What can be done with the earlier answers under a line."""
        results, heading = tuple(line.data(RESULTS)), str(line.parent().data(HEADING))
        menu = QMenu(self)
        menu.addAction(spoken(say("Show or hide them in this list"))).triggered.connect(lambda: self.turn_earlier(heading))
        menu.addAction(spoken(say("Remove them from the project"))).triggered.connect(lambda: self.earlier_removed.emit(results))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]
        """Nothing: the delegate draws the sign that folds."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop is None:
            return
        now = look()
        painter = QPainter(self.viewport())
        painter.setPen(QPen(now.colour("focus"), 2))
        y = self._drop[0]
        painter.drawLine(now.px(10), y, self.viewport().width() - now.px(10), y)


def _earlier(project: Project) -> frozenset[str]:
    """Layers of answers that a later one to the same question took the place of."""
    from ecomap.workspace.asked import earlier_answers

    earlier = earlier_answers(project)
    return frozenset(layer.id for layer in project.layers if layer.result_id in earlier)


def empty_hint(parent: QWidget) -> QWidget:
    """What stands in the place of the tree in a project without layers."""
    from ecomap.ui.look.parts import column, label

    hint = QWidget(parent)
    hint.setLayout(
        column(
            label(say("No layers yet"), "strong"),
            label(say("Import a file in step 1, drop one on the window, or look around in the example, the Los Angeles starter."), "quiet"),
            -1, margins=(14, 14, 14, 14), spacing=4,
        )
    )
    return hint
