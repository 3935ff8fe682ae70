"""The legend on the map: what its colours and signs say, under the name of the answer; it folds to one word."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from ecomap.model.said import NOTHING, Said, say
from ecomap.ui.look.icons import icon
from ecomap.ui.look.parts import button, column, follow_theme, icon_button, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.floating import Floating
from ecomap.ui.map.marks import EDGE
from ecomap.ui.speech import code, spoken

WIDTH = 236               # px at normal size
LEAST_WIDE, LEAST_TALL = 160, 120  # px at normal size; with less room it folds by itself
MOST_OF_WIDTH = 0.42      # of the map: the middle stays free
_OVER_SCALE_BAR = 58      # px at the foot that the scale bar takes


class _Body(QWidget):
    """What the legend says, drawn by the recipe of every picture."""

    def __init__(self) -> None:
        super().__init__()
        self.legend: Any = None  # ecomap.render.paper.legend.MapLegend
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        from ecomap.render.paper.legend import draw_legend  # heavy

        if self.legend is not None:
            painter = QPainter(self)
            draw_legend(painter, QRectF(self.rect()), self.legend, dark=look().tokens.name == "dark", size=look().scale, card=False)
            painter.end()


def feet(sources: Said, scene: Any | None) -> tuple[str, ...]:
    """What stands under the legend: that symbols have given way to counts, where they have, and the sources."""
    gathered = scene is not None and any(len(marks.counts) for marks in scene.marks.values())
    return (*((spoken(say("A number stands for so many places; come closer to see each.")),) if gathered else ()),
            *((spoken(say("Sources: {sources}", sources=sources)),) if sources else ()))


class LegendOnMap(Floating):
    """The legend of what is on the map, at its lower left; it follows what is switched on."""

    beyond_asked = Signal()   # show the places that lie outside the view
    folded = Signal()         # it takes another room now

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.keep_below = QRect()  # the map's title
        self.keep_above = 0        # where the scale bar begins; 0 before it is drawn
        self.share = 1.0           # of the width below that is its own map's
        self._by_hand: bool | None = None  # opened or folded by the planner; None: as there is room
        self._open = True
        self._gives_way: set[str] = set()  # to what it gives way
        self._drawings: tuple[Any, ...] = ()
        self._flags: tuple[Any, ...] = ()  # ecomap.render.map_page.Flag
        self._said: tuple[str, tuple[str, ...]] = ("", ())
        self.title = label(NOTHING, "strong")
        self.fold = icon_button("chevron-down", say("Fold the legend"))
        self.fold.clicked.connect(self._turn)
        self.body = _Body()
        self.area = QScrollArea()
        self.area.setWidget(self.body)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.beyond = label(NOTHING, "quiet")
        self.show_beyond = button(say("Show them"), "plain")
        self.show_beyond.clicked.connect(self.beyond_asked)
        self._head = row(self.title, self.fold, spacing=4, margins=(12, 4, 4, 0))
        self._head.setStretch(0, 1)
        self._head.setAlignment(self.fold, Qt.AlignmentFlag.AlignTop)
        self._foot = QWidget()
        self._foot.setLayout(row(self.beyond, self.show_beyond, spacing=6, margins=(12, 0, 6, 6)))
        inside = SHADOW + 1
        self.setLayout(column(self._head, self.area, self._foot, margins=(inside, inside, inside, inside), spacing=0))
        named(self, say("Legend"))
        self.hide()
        self._foot.hide()
        follow_theme(self, self._dress)

    def show_map(self, drawings: tuple[Any, ...], title: str, foot: tuple[str, ...]) -> None:
        """Say what these drawings (top of the map first, resolved for the theme) mean; nothing on the map, no legend."""
        if drawings == self._drawings and (title, foot) == self._said and self.isVisible():
            return
        self._drawings, self._said = drawings, (title, foot)
        self._fill()

    def show_flags(self, flags: tuple[Any, ...]) -> None:
        """Say what the flags on the map mean."""
        if flags != self._flags:
            self._flags = flags
            self._fill()

    def say_beyond(self, words: Said) -> None:
        """How many places lie outside the view; nothing: none does."""
        self.beyond.setText(spoken(words))
        self._foot.setVisible(bool(words) and self._open)
        self.settle()

    def _dress(self) -> None:
        self._fill()

    def _fill(self) -> None:
        from ecomap.render.paper.legend import MapLegend, legend_words  # heavy
        from ecomap.render.style.drawing import spoken_drawing  # heavy
        from ecomap.render.words.language import language  # heavy

        speak = language(code())
        title, foot = self._said
        made = MapLegend("", tuple(spoken_drawing(drawing, speak) for drawing in self._drawings), foot, speak, counts=False, flags=self._flags, above=title)
        self.body.legend = made
        self.title.setText(title)
        self.setVisible(bool(made.blocks()))
        self.setAccessibleDescription(f"{title}. {legend_words(made)}")
        self.settle()
        self.body.update()

    def give_way(self, to: str, gives_way: bool) -> None:
        """Fold as long as a card stands where it would stand, or a hand draws on the map, and open again after it."""
        if gives_way != (to in self._gives_way):
            self._gives_way ^= {to}
            self.settle()

    def _turn(self) -> None:
        self._by_hand = not self._open
        self._gives_way.clear()
        self.settle()
        self.folded.emit()

    def settle(self) -> None:
        """Sit above the scale bar, below the title, left of the middle; folded where there is no room for more than a word."""
        if self.body.legend is None:
            return
        from ecomap.render.paper.legend import legend_height  # heavy

        size, bottom = look().scale, self._foot_of_map()
        wide, room, roomy = self._space()
        self._open = (roomy if self._by_hand is None else self._by_hand) and not self._gives_way
        self._dress_fold()
        if not self._open:
            tall = self.fold.sizeHint().height() + 8 + 2 * SHADOW
            across = self.title.sizeHint().width() + self.fold.sizeHint().width() + 24 + 2 * SHADOW
            self.setGeometry(EDGE - SHADOW, bottom - tall, across, tall)
            return
        least_tall = look().px(LEAST_TALL)
        wide = max(wide, look().px(LEAST_WIDE))
        head = max(self.title.heightForWidth(wide - 22 - self.fold.sizeHint().width()), self.fold.sizeHint().height()) + 8
        foot = self._foot.sizeHint().height() if self._foot.isVisibleTo(self) else 0
        content, across = round(legend_height(self.body.legend, wide - 2, size)) - round(10 * size), wide - 2
        if head + content + foot > max(room, least_tall):  # it scrolls, and the bar stands beside the words
            across -= self.area.verticalScrollBar().sizeHint().width()
            content = round(legend_height(self.body.legend, across, size)) - round(10 * size)
        self.body.setFixedHeight(content)
        tall = min(head + content + foot, max(room, least_tall))
        self.setGeometry(EDGE - SHADOW, bottom - tall - 2 * SHADOW - 2, wide + 2 * SHADOW, tall + 2 * SHADOW + 2)

    def _dress_fold(self) -> None:
        self.fold.setIcon(icon("chevron-down" if self._open else "chevron-up"))
        named(self.fold, say("Fold the legend") if self._open else say("Open the legend"))
        self.area.setVisible(self._open)
        self._foot.setVisible(self._open and bool(self.beyond.text()))
        self.title.setText(self._said[0] if self._open else spoken(say("Legend")))
        self.title.setWordWrap(self._open)

    def room(self) -> QRect:
        """What it covers of the map, without its shadow."""
        return self.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW) if self.isVisible() else QRect()

    def right_edge(self) -> int:
        """How far it reaches from the left when it is open, whether it is drawn yet or not; 0 where it is folded."""
        wide, _, roomy = self._space()
        opens = roomy if self._by_hand is None else self._by_hand
        return EDGE + max(wide, look().px(LEAST_WIDE)) if opens else 0

    def _space(self) -> tuple[int, int, bool]:
        """The width and the height there are for it, and whether they are enough for more than a word."""
        top = max(self.keep_below.bottom(), 0) + 8 - SHADOW
        wide = min(look().px(WIDTH), round(self._over.width() * self.share * MOST_OF_WIDTH) - EDGE)
        room = self._foot_of_map() - top - 2 * SHADOW
        return wide, room, wide >= look().px(LEAST_WIDE) and room >= look().px(LEAST_TALL)

    def _foot_of_map(self) -> int:
        """Where it ends, its shadow included: above the scale bar."""
        usual = self._over.height() - round(_OVER_SCALE_BAR * look().scale)
        return min(usual, self.keep_above - 8 if self.keep_above else usual) + SHADOW
