"""The tools of the map at work: what was drawn chooses places, measures, or pins a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve
from PySide6.QtCore import QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ecomap.analysis.chosen.ways import HOW, MOST
from ecomap.model.layer import POINT
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import Overlay, menu_heading
from ecomap.ui.look.theme import look
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.filter_chip import FilterChip
from ecomap.ui.map.flags import Flags
from ecomap.ui.map.floating import ZoomButtons
from ecomap.ui.map.hand import CHOOSING, MEASURING, NOTE, TOOLS, Hand, manner_held
from ecomap.ui.map.sketch import Pin, Sketch
from ecomap.ui.map.toolbar import LEFT_FREE, ToolBar
from ecomap.ui.speech import spoken
from ecomap.workspace import chosen
from ecomap.workspace.agreed_page import flags_of

CORRECTION = "correction:"  # before the id of a correction, in the id of its pin
MOST_PINS = 300  # corrections pinned at once; the others follow as these are settled
NEAR_PX_PER_M = 0.05  # a neighbourhood fills the map
_LARGE_TEXT = 1.3  # from which the line under the map says less


class MapTools(QObject):
    """Joins hand, toolbar and sketch with the desk."""

    said = Signal(object)  # Said: what the tool in the hand asks for, or what came of it; "" where nothing is to be said
    correcting = Signal()  # files of corrections are to be opened

    def __init__(self, over: QWidget, canvas: MapCanvas, zoom: ZoomButtons, desk: Desk) -> None:
        super().__init__(over)
        self.desk, self.canvas, self._over, self._zoom = desk, canvas, over, zoom
        self.asked = ""     # the layer the planner wants to choose in; "" lets EcoMap say
        self.how = MOST
        self.hand = Hand(canvas)
        self.flags = Flags(canvas)
        self.sketch = Sketch(canvas, self.hand)
        self.bar = ToolBar(over)
        self.sketch.kept_right = self.bar.width
        self._stand = Overlay(over, self.bar, self._bar_place)
        self.filter = FilterChip(over, desk)
        self.bar.taken.connect(self.hand.take)
        self.bar.choosing.connect(self._open_menu)
        self.bar.views.connect(self.show_views)
        self.bar.charts.connect(self.show_chart)
        self.hand.taken.connect(self._taken)
        self.hand.finished.connect(self._finished)
        self.hand.clicked.connect(self._clicked)
        self.hand.moved.connect(self._say_measured)
        canvas.view_changed.connect(lambda _view: self.hand.look_at_middle())
        canvas.drawn.connect(lambda _scene: self.sketch.update())
        desk.replaced.connect(self._replaced)
        desk.changed.connect(lambda change: self._show_pins() if change.notes or change.corrections else None)
        desk.changed.connect(lambda change: self._show_flags() if change.commitments or change.rows or change.removed or change.added else None)

    def _bar_place(self, size: QSize, bar: QWidget) -> QPoint:
        top = self._zoom.sizeHint().height() - 2 * SHADOW + 8
        self.bar.arrange(size.height() - top - LEFT_FREE)
        whole = top + self.bar.sizeHint().height() - SHADOW <= size.height()  # else the menu Map has the tools, and each its key
        bar.setVisible(whole)
        return QPoint(size.width() - self.bar.sizeHint().width() + SHADOW - 14, top)

    def _replaced(self) -> None:
        self.asked = ""
        self.hand.lay_down()
        self._show_pins()
        self._show_flags()

    def settle(self) -> None:
        """Stand right after the text size or the map changed."""
        self._stand.settle()

    # --- what is in the hand -------------------------------------------------------------------------------------

    def _taken(self, tool: str) -> None:
        self.bar.press(tool)
        self.said.emit(self._hint())

    def _hint(self) -> Said:
        """What the tool in the hand asks for, and where it chooses."""
        tool, layer_id = self.hand.tool, self.layer()
        if not tool:
            return NOTHING
        if look().scale > _LARGE_TEXT:
            return TOOLS[tool].words
        if tool not in CHOOSING or not layer_id:
            return TOOLS[tool].hint
        layer = self.desk.project.layer(layer_id)
        where = (say("Chooses in “{layer}”.", layer=layer.name) if layer.geometry == POINT
                 else say("Chooses in “{layer}”: areas with {how}.", layer=layer.name, how=HOW[self.how]))
        return joined([TOOLS[tool].hint, where])

    def _say_measured(self) -> None:
        if words := self.sketch.measured():
            self.said.emit(joined([words, say("measured on the ground")], " · "))
        elif self.hand.tool in MEASURING and not self.hand.points:
            self.said.emit(self._hint())

    def _finished(self, tool: str, points: Sequence[tuple[float, float]], modifiers: Qt.KeyboardModifier) -> None:
        if tool == NOTE:
            self.hand.lay_down()
            self.write_note(place=points[0])
        elif tool in CHOOSING:
            self.choose_within(points, manner_held(modifiers))

    def _clicked(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """A click with a box or lasso in the hand chooses the one place under it."""
        self.choose_at(at, manner_held(modifiers))

    def choose_at(self, at: QPointF, manner: str) -> None:
        """Choose the place under a point; one more, or one less, is of the layer in which places are chosen already."""
        now = self.desk.selection[0] if manner != chosen.NEW else ""
        found = self.canvas.pick_at(at, now)
        if found is not None:
            self.desk.select(found[0], chosen.combined(self.desk.selection, found[0], (found[1],), manner))

    # --- other ways to choose ----------------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """Choosing by value and by distance; in which layer the tools choose, and when an area counts."""
        menu = QMenu(self._over)
        _entry(menu, say("By value…"), self.choose_by_value)
        _entry(menu, say("By distance from what is chosen…"), self.choose_by_distance)
        menu_heading(menu, spoken(say("The tools choose in")))
        layers, ways, now = QActionGroup(menu), QActionGroup(menu), self.layer()
        for layer in chosen.choosable(self.desk.project):
            layers.addAction(_entry(menu, layer.name, partial(self.mean, layer.id), layer.id == now))
        menu_heading(menu, spoken(say("An area counts with")))
        for key, words in HOW.items():
            ways.addAction(_entry(menu, words.capitalize(), partial(self.mean, how=key), key == self.how))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.popup(self.bar.choose.mapToGlobal(QPoint(-menu.sizeHint().width() - 4, 0)))

    def choose_by_value(self) -> None:
        from ecomap.ui.dialogs.choosing import ValueDialog  # heavy

        if chosen.choosable(self.desk.project):
            ValueDialog(self._over.window(), self.desk, self.layer(), self._choose).open()

    def choose_by_distance(self) -> None:
        from ecomap.ui.dialogs.choosing import DistanceDialog  # heavy

        if chosen.choosable(self.desk.project):
            DistanceDialog(self._over.window(), self.desk, self.layer(), self._choose, self.how).open()

    def show_chart(self) -> None:
        """A chart of the layer that is chosen in, beside the map."""
        from ecomap.ui.dialogs.chart import ChartDialog  # heavy

        if chosen.choosable(self.desk.project):
            ChartDialog(self._over.window(), self.desk, self.desk.selection[0] or self.layer()).show()

    # --- views and notes -----------------------------------------------------------------------------------------

    def show_views(self) -> None:
        """The lists of views and notes, beside the map."""
        from ecomap.ui.dialogs.kept_views import KeptViewsDialog  # heavy

        if not self.desk.empty:
            KeptViewsDialog(self._over.window(), self.desk, self._extent, self.canvas.show_extent, self._see_note).show()

    def write_note(self, note_id: str = "", place: tuple[float, float] = (0.0, 0.0)) -> None:
        """Pin a note on a place, or read one, or a correction, that is there."""
        if note_id.startswith(CORRECTION):
            self.show_corrections(note_id.removeprefix(CORRECTION))
            return
        from ecomap.ui.dialogs.note import NoteDialog  # heavy

        NoteDialog(self._over.window(), self.desk, note_id=note_id, place=place).open()

    def _extent(self) -> tuple[float, float, float, float]:
        shown = self.canvas.window_shown()
        return shown.left, shown.bottom, shown.right, shown.top

    def show_corrections(self, key: str = "") -> None:
        """The corrections of readers beside the map; the one that is meant is chosen."""
        from ecomap.ui.dialogs.corrections import CorrectionsDialog, shown_one  # heavy

        if self.desk.empty:
            return
        window = self._over.window()
        dialog = shown_one(window)
        if dialog is None:
            dialog = CorrectionsDialog(window, self.desk, self._see_correction, self.correcting.emit)
            dialog.chosen.connect(lambda chosen_one: self._show_pins(CORRECTION + chosen_one))
            dialog.finished.connect(lambda _: self._show_pins())
            dialog.show()
        if key:
            dialog.look_at(key)
        dialog.raise_()
        dialog.activateWindow()

    def _show_pins(self, chosen_pin: str = "") -> None:
        """Notes, and corrections that wait or are looked at."""
        notes = [Pin(one.id, one.x, one.y, one.settled, one.id == chosen_pin) for one in self.desk.project.notes]
        meant = [one for one in self.desk.project.corrections if one.place is not None and (one.waits or CORRECTION + one.id == chosen_pin)]
        meant = [*meant[:MOST_PINS], *(one for one in meant[MOST_PINS:] if CORRECTION + one.id == chosen_pin)]
        corrections = [Pin(CORRECTION + one.id, *one.place, not one.waits, CORRECTION + one.id == chosen_pin, reader=True) for one in meant if one.place]
        self.sketch.show_pins([*notes, *corrections])

    def _see_note(self, note_id: str) -> None:
        """Bring a note into the middle of the map and mark its pin."""
        note = next((one for one in self.desk.project.notes if one.id == note_id), None)
        if note is not None:
            self._bring(note.x, note.y)
            self._show_pins(note_id)

    def _see_correction(self, key: str) -> None:
        """Bring what a correction points to into the middle of the map, and mark its pin and its place."""
        from ecomap.workspace.corrections.subject import place_of, subject_of  # heavy

        one = next((one for one in self.desk.project.corrections if one.id == key), None)
        place = place_of(self.desk.project, one) if one is not None else None
        if one is None or place is None:
            return
        self._bring(*place, near=True)
        self._show_pins(CORRECTION + key)
        if (found := subject_of(self.desk.project, one)) is not None:
            self.desk.select(found.layer.id, (found.row,))

    def _bring(self, x: float, y: float, *, near: bool = False) -> None:
        """Bring a place into the middle of the map; near enough to see what stands around it, where that is asked for."""
        view = self.canvas.view()
        self.canvas.set_view(evolve(view, x=x, y=y, px_per_m=max(view.px_per_m or 0.0, NEAR_PX_PER_M) if near else view.px_per_m))

    # --- what was agreed -----------------------------------------------------------------------------------------

    def show_agreed(self) -> None:
        """The list of what was agreed, beside the map."""
        from ecomap.ui.dialogs.agreed import AgreedDialog  # heavy

        if not self.desk.empty:
            AgreedDialog(self._over.window(), self.desk, self.see_place).show()

    def write_agreed(self, layer: str = "", feature: str = "") -> None:
        """Write down something that was agreed, for a place or for all."""
        from ecomap.ui.dialogs.commitment import CommitmentDialog  # heavy

        CommitmentDialog(self._over.window(), self.desk, place=(layer, feature)).open()

    def see_place(self, layer: str, feature: str) -> None:
        """Bring a place that something was agreed for into the middle of the map, chosen."""
        flag = next((one for one in self.flags.flags if (one.layer, one.feature) == (layer, feature)), None)
        if flag is not None:
            self.desk.select(layer, (feature,))
            self._bring(flag.x, flag.y)

    def _show_flags(self) -> None:
        self.flags.show_flags(flags_of(self.desk.project))

    # --- choosing ------------------------------------------------------------------------------------------------

    def layer(self, manner: str = chosen.NEW) -> str:
        """The layer that is chosen in: what is chosen already, where something is added or taken away."""
        project, now = self.desk.project, self.desk.selection[0]
        if manner != chosen.NEW and any(layer.id == now for layer in chosen.choosable(project)):
            return now
        return chosen.layer_meant(project, self.asked)

    def mean(self, layer_id: str = "", how: str = "") -> None:
        """Choose in another layer, or count areas in another way, from now on."""
        self.asked, self.how = layer_id or self.asked, how or self.how
        self.said.emit(self._hint())

    def choose_within(self, points: Sequence[tuple[float, float]], manner: str) -> None:
        """Choose the places of a layer that lie in what was drawn."""
        layer_id, how, project = self.layer(manner), self.how, self.desk.project
        if layer_id:
            self._choose(layer_id, lambda: chosen.by_shape(project, layer_id, points, how), manner, HOW[how])

    def _choose(self, layer_id: str, find: Callable[[], tuple[str, ...]], manner: str, how: Said) -> None:
        """Choose what a search of a layer finds, off the window's thread."""
        before, desk = self.desk.selection, self.desk

        def done(found: tuple[str, ...]) -> None:
            if not desk.project.has_layer(layer_id):
                return
            layer = desk.project.layer(layer_id)
            desk.select(layer_id, chosen.combined(before, layer_id, found, manner), NOTHING if layer.geometry == POINT else how)
            if not found:
                self.said.emit(say("Nothing of “{layer}” was found there.", layer=layer.name))

        desk.reader.start(say("Choosing"), lambda _progress: find(), done=done, failed=desk.say_problem, quiet=True)


def _entry(menu: QMenu, words: Said, then: Callable[[], None], checked: bool | None = None) -> QAction:
    """A line of a menu; one that is checked or not where that is said."""
    action = QAction(spoken(words), menu)
    action.setCheckable(checked is not None)
    action.setChecked(bool(checked))
    action.triggered.connect(lambda _checked=False: then())
    menu.addAction(action)
    return action
