"""The map with what floats over it: the card, the zoom buttons, the messages; and its link with the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ecomap.model.change import Change
from ecomap.model.layer import Layer
from ecomap.model.project import Project, View
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.vocabulary import ID, NAME, SCHOOL, SERVICE
from ecomap.render.canvas.extent import beyond, everything, extent_of
from ecomap.render.words.card import Card
from ecomap.ui.commands.papers import paper_actions
from ecomap.ui.commands.pinning import school_actions
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.look.parts import Overlay, follow_theme, row, together
from ecomap.ui.look.roles import is_a
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.canvas import KEYS, MapCanvas
from ecomap.ui.map.card import SHADOW, Actions, CardPopover
from ecomap.ui.map.changes import REACH, AsIf, ChangesLayer
from ecomap.ui.map.floating import MessageBar, ZoomButtons
from ecomap.ui.map.follower import Follower
from ecomap.ui.map.hand import manner_held
from ecomap.ui.map.legend import LegendOnMap, feet
from ecomap.ui.map.marks import EDGE
from ecomap.ui.map.menu_wishes import MenuWishes
from ecomap.ui.map.placing import Placing, Spot
from ecomap.ui.map.scene import points_at
from ecomap.ui.map.tools import MapTools
from ecomap.ui.map.two import TwoMaps, over_areas, side_words
from ecomap.ui.map.walk import in_order, step_from, walked
from ecomap.ui.map.words import compared_words, map_words, short_sources
from ecomap.ui.models.layers import Legend
from ecomap.ui.speech import code, spoken
from ecomap.workspace.chosen import NEW
from ecomap.workspace.commitments import PLACES
from ecomap.workspace.map_order import mapped_layers
from ecomap.workspace.scenarios.marks import marks_of

if TYPE_CHECKING:
    pass

GAP_SUFFIX = ":gap"  # see `ecomap.workspace.scenarios.picture`
LEAST_HEIGHT, MOST_LEAST_HEIGHT = 200, 350  # px; with large text enough for its words and tools, the middle of the window scrolls
UNDER_SOURCES_PX, MOST_UNDER_SOURCES = 24.0, 0.1  # at the foot, kept free for scale bar and sources
MOST_ASIDE = 0.4        # of the map's width, kept free for the legend
MOST_BESIDE = 0.2        # of the width, for the tools on the right
UNDER_TITLE, MOST_UNDER_TITLE = 0.11, 0.35  # of the map's height, kept free for the title


class MapArea(QWidget):
    """The canvas in the middle of the window."""

    coordinates = Signal(float, float)
    pointed_at = Signal(object)  # Said: what is under the pointer
    legends_ready = Signal()
    add_asked = Signal(str)          # school: somebody works there
    record_asked = Signal(str)       # school: who is on record
    change_asked = Signal(str, str)  # layer id, row id of the inventory
    menu_asked = Signal(object)      # Spot: what can be done there

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.legends: dict[str, Legend] = {}
        self._known: dict[str, tuple[Layer, Any]] = {}
        self._looked_at: Project | None = None  # as it is, or as a scenario has it
        self.canvas = MapCanvas()
        self._card_view = View()
        self._card_of = ("", "")         # layer and place that it speaks of
        self._whole: View | None = None  # the view that shows everything
        self._preferred = ""
        self._title = ""
        self._legends_dark = look().tokens.name == "dark"
        named(self.canvas, say("Map"), NOTHING)
        places = row(self.canvas, spacing=0)
        self.setLayout(places)
        self.card = CardPopover(self)
        self.zoom = ZoomButtons(self)
        self.tools = MapTools(self, self.canvas, self.zoom, desk)
        self.changes = ChangesLayer(self.canvas)
        self.as_if = AsIf(self, desk)
        self.placing = Placing(self, self._placed)
        self.two = TwoMaps(self, self.canvas, places, desk, self._join)
        self.bar = MessageBar(self)
        Overlay(self, self.as_if, self._as_if_place)
        self.legend = LegendOnMap(self)
        Overlay(self, self.zoom, lambda size, _: QPoint(size.width() - self.zoom.sizeHint().width() + SHADOW - 14, 0))
        Overlay(self, self.bar, self._bar_place)
        self.zoom.nearer.connect(lambda: self.canvas.zoom_by(1.6))
        self.zoom.farther.connect(lambda: self.canvas.zoom_by(1 / 1.6))
        self.zoom.whole.connect(self.fit)
        self.canvas.show_whole = self.fit
        self.canvas.covered = lambda: [over.geometry() for over in (self.zoom, self.tools.bar, self.tools.filter, self.as_if, self.bar)
                                       if over.isVisible()] + [self.legend.room()]
        self.wishes = MenuWishes(self.canvas)
        self.wishes.asked.connect(lambda at: self.menu_asked.emit(self.spot_at(at)))
        self.canvas.drawn.connect(lambda _scene: self._settle_as_if())
        self._join(self.canvas)
        self.canvas.view_changed.connect(lambda _view: self._moved())
        self.canvas.view_changed.connect(lambda _view: self._say_beyond())
        self.legend.beyond_asked.connect(self.show_beyond)
        self.canvas.drawn.connect(lambda _scene: self._show_legend())
        self.canvas.titled.connect(self._show_legend)
        self.tools.flags.changed.connect(lambda: self.legend.show_flags(self.tools.flags.flags))
        self.card.closed.connect(lambda: self.legend.give_way("card", False))
        self.tools.hand.taken.connect(lambda tool: self.legend.give_way("hand", bool(tool)))
        desk.said.connect(self.bar.say)
        desk.answered.connect(lambda _result: self.bar.dismiss())
        desk.imported.connect(lambda _report: self.bar.dismiss())
        desk.saved.connect(self._forget_problem)
        desk.selected.connect(self._selected)
        desk.filtered.connect(self._filtered)
        desk.zoom_asked.connect(self._zoom_to)
        desk.replaced.connect(self._replaced)
        desk.asked_otherwise.connect(lambda *_: self._say_title())
        desk.changed.connect(self._on_change)
        desk.looking.changed.connect(self._look)
        desk.looking.compared.connect(self._compared)
        self.follower = Follower(desk, self.canvas, self._draw, self._resolve, self._say_title)
        follow_theme(self, self._dress)
        self._dress()

    def _bar_place(self, size: QSize, bar: QWidget) -> QPoint:
        self.bar.settle()
        return QPoint((size.width() - bar.width()) // 2, size.height() - bar.height() - 22)

    def _as_if_place(self, _size: QSize, _widget: QWidget) -> QPoint:
        return QPoint(EDGE - SHADOW, self.canvas.title_box.bottom() + 2 - SHADOW // 2)

    def _settle_as_if(self) -> None:
        self.as_if.move(self._as_if_place(self.size(), self.as_if))
        self.legend.keep_below = self.canvas.title_box.united(self.as_if.room())
        self.legend.settle()

    # --- scenarios -----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """The map is looked at as something else, or something else has happened there."""
        if (there := self.desk.looking.project()) is not self._looked_at:
            self._looked_at = there
            self._draw()
            self._resolve()
        self._mark()

    def _join(self, canvas: MapCanvas) -> None:
        """Whatever is done on a canvas, the first or a second one, is heard here."""
        is_a(canvas, QAccessible.Role.Graphic)
        canvas.setAccessibleDescription(spoken(joined([KEYS, say("Page down and page up go from place to place, by rank.")])))
        canvas.clicked.connect(lambda layer_id, feature_id, at: self._clicked(layer_id, feature_id, at, canvas))
        canvas.coordinates.connect(self.coordinates)
        canvas.hovered.connect(self._hovered)
        canvas.failed.connect(lambda text: self.desk.say(Notice("problem", text)))

    def _compared(self) -> None:
        """Two sides are laid out, on one map or on two, or no longer."""
        self.card.dismiss()
        if self.desk.looking.beside:
            self.two.show()
        else:
            self.two.close()
        self.legend.share = 0.5 if self.two.open else 1.0
        self.bar.dismiss()
        self._dress()
        self._draw()
        self._mark()

    def _mark(self) -> None:
        looking = self.desk.looking
        scenario = looking.scenario if looking.as_if else None
        if looking.comparison is not None and self.two.open:
            scenario = next((one for one in self.desk.project.scenarios if one.id == looking.comparison.a.key), None)
        marks = marks_of(self.desk.project, scenario) if scenario is not None else ()
        self.changes.show_marks(marks)
        self.as_if.refresh(marks, shown=not self.two.open)
        self._settle_as_if()

    def spot_at(self, at: QPoint) -> Spot:
        """What is at a point of the canvas."""
        x, y = self.canvas.window_shown().to_map(at.x(), at.y())
        scene, scale = self.canvas.scene(), self.canvas.view().px_per_m
        rows = points_at(scene, x, y, look().px(REACH) / scale) if scene is not None and scale else []
        return Spot(x, y, tuple(rows), tuple(mark.number for mark in self.changes.marks_at(QPointF(at))), at)

    def _placed(self) -> None:
        self.canvas.unsetCursor()
        self.canvas.setFocus()

    def ask_place(self, words: Said, then: Callable[[Spot], None]) -> None:
        """Wait for the next click or Enter on the map."""
        self.card.dismiss()
        self.canvas.setCursor(Qt.CursorShape.CrossCursor)
        self.canvas.setFocus()
        self.placing.ask(words, then)

    def _forget_problem(self) -> None:
        """What went wrong before is over once the work went well; an offer such as "Undo" stays."""
        if self.bar.said is not None and self.bar.said.kind == "problem":
            self.bar.dismiss()

    def _dress(self) -> None:
        dark = look().tokens.name == "dark"
        self.canvas.set_dark(dark)
        if dark != self._legends_dark and self.isVisible():
            self._legends_dark = dark
            self._known.clear()  # the legends have the colours of the other theme
            self._resolve()
        self.canvas.set_text_size(look().scale)
        self.setMinimumHeight(min(look().px(LEAST_HEIGHT), MOST_LEAST_HEIGHT))
        self.tools.settle()
        self.two.dress()
        right = self.zoom.sizeHint().width() - SHADOW + EDGE
        self.canvas.kept_right = EDGE if self.two.open else right
        if self.two.second is not None:
            self.two.second.kept_right = right

    # --- the project on the map ----------------------------------------------------------------------------------

    def _replaced(self) -> None:
        self.card.dismiss()
        self.bar.dismiss()
        self.legends.clear()
        self._known.clear()
        self._draw()
        self.fit()
        self._resolve()

    def _on_change(self, change: Change) -> None:
        if change.empty:
            return
        if change.day:
            self._known.clear()
        if change.added or change.removed or change.rows or change.described or change.reordered or change.day or change.named:
            self._draw()
        if change.added or change.rows or change.described or change.removed or change.day:
            self._resolve()
        if change.title or change.results:
            self._say_title()
        if self.card.isVisible() and (change.commitments or change.results or change.rows or change.described or change.removed or change.day):
            self._renew_card()

    def _renew_card(self) -> None:
        """An open card says what is so now, where it stands."""
        from ecomap.workspace import operations

        project, (layer_id, feature_id) = self.desk.looking.project(), self._card_of
        if not project.has_layer(layer_id) or feature_id not in set(project.frame(layer_id)[ID].astype(str)):
            self.card.dismiss()
            return

        def done(card: Card) -> None:
            if self.card.isVisible() and self._card_of == (layer_id, feature_id):
                self.card.renew(card)

        self.desk.reader.start(say("Card"), lambda _progress: operations.card(project, layer_id, feature_id, language=code()), done=done,
                               failed=self.desk.say_problem, quiet=True)

    def _draw(self) -> None:
        project = self.desk.shown
        shown = [layer for layer in mapped_layers(project) if layer.visible and not self.follower.makes_room(layer)]
        self.canvas.set_layers(self._on_the_map(shown), project.crs, project.day, project.named)
        self._say_title()

    def _on_the_map(self, shown: Sequence[Layer]) -> list[tuple[Layer, Any]]:
        """What the map shows: places as they are looked at; where two sides are compared, nothing of other answers."""
        looking = self.desk.looking
        if looking.comparison is not None and self.two.open:
            return self.two.draw(looking.comparison)[0]
        difference = looking.difference()
        if self.desk.peek is not None or self.follower.layers:
            return [*self.follower.layers, *((layer, self.follower.rows(layer)) for layer in shown)]
        there = [(layer, looking.project().frame(layer.id)) for layer in looking.new_layers()]
        placed = [*there, *((layer, looking.frame(layer)) for layer in shown if difference is None or not layer.result_id)]
        return placed if difference is None else over_areas(placed, [difference])

    def fit(self) -> None:
        """Show the places the question is about, shown or hidden, clear of the title."""
        project = self.desk.shown
        extent = extent_of([(layer, project.frame(layer.id)) for layer in mapped_layers(project)])
        if extent is not None:
            left, bottom, right, top = extent
            share = min(max(self.canvas.title_share(), UNDER_TITLE), MOST_UNDER_TITLE)
            below = min(UNDER_SOURCES_PX * self.canvas.furniture_size() / max(self.canvas.height(), 1), MOST_UNDER_SOURCES)
            room = (top - bottom) / (1 - share - below)
            aside, tools = self._aside(), self._beside_tools()
            width = (right - left) / (1 - aside - tools)
            extent = (left - width * aside, bottom - room * below, right + width * tools, top + room * share)
        self.canvas.fit(extent)
        self._whole = self.canvas.view()
        self._say_beyond()

    def _shown(self) -> list[tuple[Layer, Any]]:
        project = self.desk.project
        return [(layer, project.frame(layer.id)) for layer in mapped_layers(project) if layer.visible]

    def _say_beyond(self) -> None:
        """While the map shows "everything": how many places lie astray of it."""
        count = 0
        if self._whole is not None and self.canvas.view() == self._whole:
            seen = self.canvas.window_shown()
            count = beyond(self._shown(), (seen.left, seen.bottom, seen.right, seen.top))
        self.legend.say_beyond(plural("{n} place lies outside this view.", "{n} places lie outside this view.", count) if count else NOTHING)

    def show_beyond(self) -> None:
        """Show every place that is switched on, those astray too."""
        self.canvas.fit(everything(self._shown()))

    def _aside(self) -> float:
        """The part of the map's width that an open legend takes on the left, or will take once the map is drawn."""
        return min(self.legend.right_edge() / max(self.canvas.width(), 1), MOST_ASIDE)

    def _beside_tools(self) -> float:
        """The part of the map's width that the tools take on the right."""
        bar = self.tools.bar
        return min((self.width() - bar.x()) / max(self.canvas.width(), 1), MOST_BESIDE) if bar.isVisible() and not self.two.open else 0.0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A map that shows everything goes on showing everything; an open card stays on the map whole."""
        super().resizeEvent(event)
        if self.card.isVisible() and not self.rect().contains(self.card.geometry()):  # else it stays where it is
            self.card.settle()
        if self.placing.isVisible():
            self.placing.settle()
        self.legend.settle()
        if self._whole is not None and self.canvas.view() == self._whole and not self.desk.empty:
            QTimer.singleShot(0, self._fit_again)

    def _fit_again(self) -> None:
        if self.canvas.view() == self._whole and not self.card.isVisible():  # else the card would go with its place
            self.fit()

    def prefer(self, analysis: str) -> None:
        """Let the title speak of this analysis where its answer is on the map."""
        self._preferred = analysis
        self._say_title()

    def _say_title(self) -> None:
        project = self.desk.shown
        title, subtitle = self.follower.words() or map_words(project, self.legends, self._preferred, self.desk.otherwise)
        seen = [layer for layer in mapped_layers(project) if layer.visible]
        first, second = spoken(title), together(spoken(subtitle))
        if (comparison := self.desk.looking.comparison) is not None:
            first, second = side_words(comparison, 0) if self.two.open else compared_words(comparison)
        self.canvas.set_texts(first, second, spoken(short_sources(seen)))
        self._title = first
        self._show_legend()

    def _show_legend(self) -> None:
        """The legend says what the picture on screen shows, under the title of the map."""
        scene = self.canvas.scene()
        shown = {layer.id for layer in mapped_layers(self.desk.shown) if layer.visible}
        if scene is not None and self.desk.looking.comparison is not None:
            shown = set(scene.frames)
        drawings = self.follower.with_aside([one for one in scene.drawings if one.layer.id in shown]) if scene is not None else ()
        if self.desk.looking.comparison is not None:  # what is compared stands first
            own = {layer.id for layer, _ in self.desk.looking.drawn()}
            drawings = tuple(sorted(drawings, key=lambda drawing: drawing.layer.id not in own))
        about = [drawing.layer for drawing in drawings if drawing.layer.result_id or drawing.breaks]
        sources = short_sources(about)
        self.legend.keep_below, self.legend.keep_above = self.canvas.title_box.united(self.as_if.room()), self.canvas.scale_top
        self.legend.settle()
        self.legend.show_map(drawings, self._title, feet(sources, scene))

    def _resolve(self) -> None:
        """Find the legends of layers that are new or look different, off the window's thread."""
        from ecomap.render.style.drawing import resolve

        project, rows = self.desk.shown, self.follower.rows
        wanted = [(layer, rows(layer)) for layer in mapped_layers(project) if not self._same(self._known.get(layer.id), (layer, rows(layer)))]
        if not wanted:
            self.legends_ready.emit()
            return

        dark = self._legends_dark

        def work(progress: Any) -> dict[str, Legend]:
            found = {}
            for layer, frame in wanted:
                progress.check()
                drawing = resolve(layer, frame, project.day, dark)
                found[layer.id] = Legend(name(drawing.legend_title), drawing.legend)
            return found

        def done(found: dict[str, Legend]) -> None:
            now = self.follower.project().frames
            self.legends.update(found)
            self._known.update({layer.id: (layer, frame) for layer, frame in wanted if layer.id in found})
            self._known = {layer_id: known for layer_id, known in self._known.items() if now.get(layer_id) is known[1]}
            self._say_title()
            self.legends_ready.emit()

        self.desk.reader.start(say("Legends"), work, done=done, failed=self.desk.say_problem, quiet=True)

    @staticmethod
    def _same(known: tuple[Layer, Any] | None, now: tuple[Layer, Any]) -> bool:
        if known is None or known[1] is not now[1]:
            return False
        old, new = known[0], now[0]
        return old is new or (old.style, old.boundary, old.columns) == (new.style, new.boundary, new.columns)

    # --- selection and card --------------------------------------------------------------------------------------

    def _filtered(self) -> None:
        kept = self.desk.filter
        self.canvas.set_filter(kept.layer_id if kept else "", kept.ids if kept else None)

    def _clicked(self, layer_id: str, feature_id: str | None, at: QPoint, canvas: MapCanvas) -> None:
        if self.placing.waiting:
            self.placing.take(self.spot_at(at))
            return
        layer_id = layer_id.removesuffix(GAP_SUFFIX)
        if pin := self.tools.sketch.pin_at(QPointF(at)):
            self.tools.write_note(pin)
            return
        flag = self.tools.flags.flag_at(QPointF(at)) if canvas is self.canvas else None
        if flag is not None:  # it stands for its place
            layer_id, feature_id = flag.layer, flag.feature
        manner = manner_held(self.canvas.modifiers)
        if manner != NEW:  # one more, or one less; the others stay chosen
            self.tools.choose_at(QPointF(at), manner)
            return
        if not layer_id or feature_id is None:
            self.card.dismiss()
            self.desk.select("", ())
            return
        self.desk.select(layer_id, (feature_id,))
        self.open_card(layer_id, feature_id, canvas.mapTo(self, at))

    def open_card(self, layer_id: str, feature_id: str, at: QPoint) -> None:
        """Look up what is known of a place and show it beside the point."""
        from ecomap.workspace import operations

        project = self.follower.project()
        self.desk.reader.start(
            say("Card"), lambda _progress: operations.card(project, layer_id, feature_id, language=code()),
            done=lambda card: self._open(card, (layer_id, feature_id), at, self._actions_at(layer_id, feature_id)), failed=self.desk.say_problem, quiet=True,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes what floats over the map, the card first."""
        if event.key() == Qt.Key.Key_Escape and self.placing.waiting:
            self.placing.stop()
        elif event.key() == Qt.Key.Key_Escape and self.card.isVisible():
            self.card.dismiss()
        elif event.key() == Qt.Key.Key_Escape and self.bar.isVisible():
            self.bar.dismiss()
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.walk(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def walk(self, by: int) -> None:
        """Go to the next place in the order of ranks (or of names): it is chosen, and stands in the middle."""
        project, (chosen, ids) = self.desk.looking.project(), self.desk.selection
        found = walked([(layer, project.frame(layer.id)) for layer in mapped_layers(project)], chosen)
        if found is None:
            return
        layer, frame = found
        one = step_from(in_order(frame), ids[0] if layer.id == chosen and len(ids) == 1 else "", by)
        self.desk.select(layer.id, (one,))
        shape = frame.loc[frame[ID].astype(str) == one].geometry.iloc[0].representative_point()
        self.canvas.set_view(View(shape.x, shape.y, self.canvas.view().px_per_m))
        self._hovered(layer.id, one)

    def _hovered(self, layer_id: str, feature_id: str | None) -> None:
        layer_id = layer_id.removesuffix(GAP_SUFFIX)
        project = self.follower.project()
        if not layer_id or feature_id is None or not project.has_layer(layer_id):
            self.pointed_at.emit(NOTHING)
            return
        frame = project.frame(layer_id)
        names = list(frame.loc[frame[ID] == feature_id, NAME]) if NAME in frame else []
        place, layer = name(names[0] if names else feature_id), project.layer(layer_id).name
        self.pointed_at.emit(place if spoken(place) == spoken(layer) else joined([place, layer], " · "))

    def _actions_at(self, layer_id: str, feature_id: str) -> Actions:
        """What can be written down of a place: at a school who works there, a row of the inventory itself."""
        if not self.desk.shown.has_layer(layer_id):
            return ()
        layer = self.desk.shown.layer(layer_id)
        role = layer.role
        planning = self._planning(layer_id, feature_id)
        agreed: Actions = ((say("Write down what was agreed…"), partial(self.tools.write_agreed, layer_id, feature_id)),) if role in PLACES and not layer.result_id else ()
        if role == SCHOOL:
            return (
                (say("Who is on record here…"), lambda: self.record_asked.emit(feature_id)),
                (say("Add who works here…"), lambda: self.add_asked.emit(feature_id)), *agreed, *planning, *paper_actions(self.desk, layer_id, feature_id, self),
            )
        if planning or agreed:
            return (*agreed, *planning)
        if role == SERVICE and self.desk.shown.layers_of(SERVICE)[0].id == layer_id:
            return ((say("Change…"), lambda: self.change_asked.emit(layer_id, feature_id)),)
        return ()

    def _planning(self, layer_id: str, feature_id: str) -> Actions:
        """What a plan can be told of a school, on its own layer and on that of an answer."""
        layer = self.desk.shown.layer(layer_id)
        if layer.role != SCHOOL and not layer.result_id:
            return ()

        def once(do: Callable[[], None]) -> None:
            self.card.dismiss()
            do()

        return tuple((words, partial(once, do)) for words, do in school_actions(self.desk, feature_id))

    def _open(self, card: Card, of: tuple[str, str], at: QPoint, actions: Actions = ()) -> None:
        self._card_of = of
        self._card_view = self.canvas.view()
        self.legend.give_way("card", False)
        self.card.keep_clear, self.card.aside = self.canvas.title_box, self.legend.room()
        self.card.open(card, at, actions)
        self.legend.give_way("card", self.card.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW).intersects(self.legend.room()))

    def _moved(self) -> None:
        """The card belongs to a point of the map; when the map moved away from it, it goes."""
        if self.card.isVisible() and self.canvas.view() != self._card_view:
            self.card.dismiss()

    def _selected(self, layer_id: str, ids: Sequence[str]) -> None:
        self.canvas.set_selection(layer_id, ids)
        if len(ids) != 1:
            self.card.dismiss()

    def _zoom_to(self, layer_id: str, ids: Sequence[str]) -> None:
        self.card.dismiss()
        self.canvas.zoom_to(layer_id, tuple(ids))
