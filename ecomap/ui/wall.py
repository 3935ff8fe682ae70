"""The wall: one answer at a time for a whole room, its sentence, its map and its bars, from the projector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import evolve
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QCursor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QGridLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ecomap.model.result import Result
from ecomap.model.said import Listed, Said, joined, name, plural, say
from ecomap.model.units import missing
from ecomap.render.canvas.extent import extent_of
from ecomap.render.words.agreed import (
    AGREED,
    by_words,
    counted_words,
    groups_of,
    leads_words,
    state_words,
    where_words,
)
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.commitment import WRITE_DOWN
from ecomap.ui.look.charts import BarChart
from ecomap.ui.look.figures import FigureBox
from ecomap.ui.look.parts import button, clear, column, icon_button, label, row
from ecomap.ui.look.style_sheet import style_sheet
from ecomap.ui.look.theme import THEME, look, named
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.flags import Flags
from ecomap.ui.map.marks import EDGE
from ecomap.ui.map.words import short_sources
from ecomap.ui.panels.ranked import RankedList
from ecomap.ui.speech import code, spoken
from ecomap.workspace import commitments
from ecomap.workspace.agreed_page import flags_of
from ecomap.workspace.answer_maps import layers_of_map
from ecomap.workspace.map_order import mapped_layers

SIZES: Final = (2.6, 2.3, 2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.9)  # of the type, largest first; the first that fits is taken
MAP_SHARE: Final = 0.58    # of the width
LEGEND_SIZE: Final = 0.7   # of the type beside the map
LEGEND_PX: Final = 220     # wide, in type of size 1
MOST_ASIDE: Final = 0.34   # of the map's width, left to the legend
POINTER_PX: Final = 44
FIGURES: Final = 2
LEAST_OF_MANY: Final = 1.4  # type that a long list of what was agreed is still read in; fewer are shown then, and the rest is counted
SPACING: Final = 12        # px between the words and the foot
SMALLER: Final = 0.7       # the type of what follows the first sentence
_NEXT: Final = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space, Qt.Key.Key_N)
_BACK: Final = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace, Qt.Key.Key_P)
_AGREED: Final = (Qt.Key.Key_A, Qt.Key.Key_M)
_END: Final = (Qt.Key.Key_Escape, Qt.Key.Key_F5, Qt.Key.Key_Q)
NO_ANSWER: Final = say("No question has been asked yet.")
ASK_FIRST: Final = say("Ask one in a step of the window; each answer becomes a page here.")


class Wall(QWidget):
    """A window over the whole screen. Arrow keys go through the answers, Escape ends it, the mouse is a pointer.

    A turns to what was agreed and back; there it is written down at the table, while everybody looks. It shows what the project says and nothing of whoever works on it: no file, no table, no card, no list of layers.
    """

    def __init__(self, desk: Desk, over: QWidget, answer: str = "") -> None:
        """``over``: the window it belongs to; ``answer``: the id of the answer to begin with, else the latest."""
        super().__init__(over, Qt.WindowType.Window)
        self.desk, self._over = desk, over
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(spoken(name(desk.project.title)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas = MapCanvas(self)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.flags = Flags(self.canvas)
        self.meeting = False  # whether what was agreed is shown, in the place of an answer
        self.legend = _Legend(self.canvas)
        self.canvas.drawn.connect(lambda _scene: self._say_legend())
        self.canvas.covered = lambda: [self.legend.geometry()] if self.legend.isVisible() else []
        self.size_of_type = SIZES[-1]
        self.place = 0
        self._extent: tuple[float, float, float, float] | None = None
        self._build()
        desk.changed.connect(self._refresh)
        desk.replaced.connect(self.close)
        pointer = _pointer()
        for part in (self, self.canvas):
            part.setCursor(pointer)
        self.canvas.installEventFilter(self)
        ids = [result.id for result in self.answers]
        self.place = ids.index(answer) if answer in ids else len(ids) - 1

    # --- what stands where ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._words = QVBoxLayout()
        self._words.setContentsMargins(0, 0, 0, 0)
        self.back = icon_button("chevron-left", say("The answer before"), say("Left arrow"))
        self.onward = icon_button("chevron-right", say("The next answer"), say("Right arrow"))
        self.agreed = icon_button("note", AGREED, say("A: what was agreed, and back to the answers"))
        self.agreed.setCheckable(True)
        self.agreed.clicked.connect(self.turn)
        self.write = button(say("Write down…"), name=WRITE_DOWN)
        self.write.clicked.connect(self._write)
        self.ending = icon_button("close", say("Back to the window"), say("Escape"))
        self.count = label(say("Answer"), "quiet", wrap=False)
        self.back.clicked.connect(lambda: self.go(-1))
        self.onward.clicked.connect(lambda: self.go(1))
        self.ending.clicked.connect(self.close)
        self._foot = row(self.back, self.count, self.onward, -1, self.write, self.agreed, self.ending, spacing=8)
        self._beside = QWidget()
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(SPACING)
        beside.addLayout(self._words)
        beside.addStretch(1)
        beside.addLayout(self._foot)
        self._grid = QGridLayout(self)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the type gives way, never the screen
        self._grid.setContentsMargins(28, 24, 28, 20)
        self._grid.setSpacing(24)
        self._grid.addWidget(self.canvas, 0, 0)
        self._grid.addWidget(self._beside, 0, 1)

    @property
    def answers(self) -> tuple[Result, ...]:
        """What it goes through: every answer of the project, in the order they were asked."""
        return self.desk.project.results

    @property
    def answer(self) -> Result | None:
        """The answer that is shown."""
        return self.answers[self.place] if self.answers and not self.meeting else None

    def present(self) -> None:
        """Fill a screen: another than the window's where there is one, for that is where the projector is."""
        self.setScreen(self._screen())
        self.setGeometry(self._screen().geometry())
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()
        self.show_answer()

    def _screen(self) -> QScreen:
        here = self._over.screen()
        return next((screen for screen in QGuiApplication.screens() if screen is not here), here)

    # --- one answer ----------------------------------------------------------------------------------------------

    def go(self, step: int) -> None:
        """To the next answer or the one before; the ends stay where they are."""
        self.go_to(self.place + step)

    def turn(self) -> None:
        """To what was agreed, or back to the answers."""
        self.meeting = not self.meeting
        self.show_answer()

    def _write(self) -> None:
        from ecomap.ui.dialogs.commitment import CommitmentDialog  # heavy

        CommitmentDialog(self, self.desk).open()

    def go_to(self, place: int) -> None:
        if self.meeting:
            self.turn()
            return
        wanted = min(max(place, 0), max(len(self.answers) - 1, 0))
        if wanted != self.place:
            self.place = wanted
            self.show_answer()

    def _refresh(self, *_: object) -> None:
        self.place = min(self.place, max(len(self.answers) - 1, 0))
        self.show_answer()

    def show_answer(self) -> None:
        """Lay out the answer: its map on the left, its words and bars on the right in the largest type that fits."""
        self._draw()
        many = len(self.answers)
        self.count.setText(spoken(say("{n} of {many}", n=self.place + 1, many=many)) if many and not self.meeting else "")
        self.back.setEnabled(self.place > 0 or self.meeting)
        self.onward.setEnabled(self.place < many - 1 or self.meeting)
        self.agreed.setChecked(self.meeting)
        self.write.setVisible(self.meeting)
        self._fit_type()
        self._fit_map()
        answer = self.answer
        named(self, joined([answer.title, answer.sentence], ". ") if answer is not None else AGREED if self.meeting else NO_ANSWER)

    def _draw(self) -> None:
        project = self.desk.project
        shown = layers_of_map(project, self.answer)
        placed = [(layer, project.frame(layer.id)) for layer in shown]
        self.canvas.set_dark(look().tokens.name == "dark")
        self.canvas.set_layers(placed, project.crs, project.day, project.named)
        self.canvas.set_texts("", "", spoken(short_sources(shown)))
        self.flags.show_flags(flags_of(project) if self.meeting else ())
        self._extent = extent_of([(layer, project.frame(layer.id)) for layer in mapped_layers(project)])

    def _say_legend(self) -> None:
        """What the colours and signs of the picture on the wall say, at its lower left."""
        scene = self.canvas.scene()
        self.legend.show_map(scene.drawings if scene is not None else (), self.size_of_type * LEGEND_SIZE, self.flags.flags)

    def _fit_map(self) -> None:
        """The whole of the map, right of its legend."""
        extent = self._extent
        if extent is not None:
            left, bottom, right, top = extent
            aside = self.legend.across(self.size_of_type * LEGEND_SIZE) / max(self.canvas.width(), 1)
            extent = (left - (right - left) * aside / (1 - aside), bottom, right, top)
        self.canvas.fit(extent)

    def _fit_type(self) -> None:
        """The largest type in which everything that is said stands whole beside the map."""
        margins, gap = self._grid.contentsMargins(), self._grid.spacing()
        across = round((self.width() - margins.left() - margins.right() - gap) * (1 - MAP_SHARE))
        self._beside.setFixedWidth(max(across, 240))
        high = self.height() - margins.top() - margins.bottom() - self._foot.sizeHint().height() - SPACING
        every = len(self.desk.project.commitments) if self.meeting else 0
        for size, most in _tries(every) if self.meeting else ((size, 0) for size in SIZES):
            page = self._page(size, most)
            if page.heightForWidth(self._beside.width()) <= high and page.minimumSizeHint().width() <= self._beside.width():
                break
        clear(self._words)
        self._words.addWidget(page)
        page.show()
        self.size_of_type = size
        self.canvas.set_text_size(max(look().scale * size * 0.75, 1.0))

    def _page(self, size: float, most: int = 0) -> QWidget:
        """What is said of the answer, in type of a size; of what was agreed the first ``most``."""
        page = QWidget()
        page.setStyleSheet(_type_of(size))
        answer = self.answer
        if self.meeting:
            page.setLayout(column(*self._agreed_lines(size, most), spacing=round(6 * size)))
            return page
        if answer is None:
            page.setLayout(column(label(NO_ANSWER, "title"), label(ASK_FIRST), spacing=round(8 * size)))
            return page
        first, rest = _sentences(answer)
        parts: list[QWidget | QLayout | int] = [label(answer.title, "title"), label(first)]
        if rest:
            below = label(rest, "quiet")  # the day, the lists and the range: whole, but not as large as the finding
            below.setStyleSheet(_type_of(size * SMALLER))
            parts.append(below)
        known = [figure for figure in answer.figures if figure.value is not None and not missing(figure.value)]
        if known:
            parts.append(row(*(FigureBox(figure) for figure in known[:FIGURES]), spacing=round(6 * size)))
        if RankedList.suits(answer):
            parts.append(LargeRanks(answer, size))
        elif answer.bars:
            parts += [label(name(answer.bars_title), "quiet"), LargeBars(answer, size)]
        page.setLayout(column(*parts, spacing=round(8 * size)))
        for part in page.findChildren(QWidget):
            part.ensurePolished()
        return page

    def _agreed_lines(self, size: float, most: int) -> list[QWidget | QLayout | int]:
        """What was agreed, the last meeting first, as far as it fits; the rest is counted."""
        project = self.desk.project
        day = commitments.as_of(project)
        parts: list[QWidget | QLayout | int] = [label(AGREED, "title"), label(counted_words(project.commitments, day))]
        room = most
        for group in groups_of(project.commitments):
            shown = group.items[:room]
            room -= len(shown)
            if shown and group.title:
                parts.append(label(group.title, "strong"))
            for one in shown:
                second = label(joined([where_words(one), by_words(one), leads_words(one), state_words(one, day)], " · "), "quiet")
                second.setStyleSheet(_type_of(size * SMALLER))
                parts.append(column(label(name(one.what)), second, spacing=round(size)))
        more = len(project.commitments) - min(len(project.commitments), most)
        return [*parts, label(plural("and {n} more", "and {n} more", more), "quiet")] if more else parts

    # --- keys and pointer ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _NEXT:
            self.go(1)
        elif key in _BACK:
            self.go(-1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if key == Qt.Key.Key_Home else len(self.answers) - 1)
        elif key in _AGREED:
            self.turn()
        elif key in _END:
            self.close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press on the map points; it opens nothing and takes no card to the wall."""
        pressed = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
        return watched is self.canvas and event.type() in pressed

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.show_answer()


class _Legend(QWidget):
    """The legend of the map on the wall, by the recipe of every picture."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas, self._size = canvas, 1.0
        self._legend: Any = None  # ecomap.render.paper.legend.MapLegend
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        named(self, say("Legend"))
        self.hide()

    def across(self, size: float) -> int:
        """How far it reaches from the left, in pixels."""
        return EDGE + min(round(LEGEND_PX * size * look().scale), round(self._canvas.width() * MOST_ASIDE))

    def show_map(self, drawings: Sequence[Any], size: float, flags: tuple[Any, ...] = ()) -> None:
        """Say what these drawings mean; nothing drawn, no legend."""
        from ecomap.render.paper.legend import MapLegend, legend_height  # heavy
        from ecomap.render.style.drawing import spoken_drawing  # heavy
        from ecomap.render.words.language import language  # heavy

        speak = language(code())
        self._size = size * look().scale
        self._legend = MapLegend("", tuple(spoken_drawing(drawing, speak) for drawing in drawings), (), speak, counts=False, flags=flags)
        wide, most = self.across(size) - EDGE, self._canvas.height() - round(72 * self._size)
        tall = min(round(legend_height(self._legend, wide, self._size)), most)
        self.setGeometry(EDGE, most - tall, wide, tall)
        self.setVisible(bool(self._legend.blocks()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        from ecomap.render.paper.legend import draw_legend  # heavy

        if self._legend is not None:
            painter = QPainter(self)
            draw_legend(painter, QRectF(self.rect()), self._legend, dark=look().tokens.name == "dark", size=self._size)
            painter.end()


class _Large(QWidget):
    """Paints and measures at a multiple of the window's size of text."""

    factor: float

    def sizeHint(self) -> QSize:
        with THEME.magnified(self.factor):
            return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        with THEME.magnified(self.factor):
            return super().minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        with THEME.magnified(self.factor):
            return super().heightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        with THEME.magnified(self.factor):
            super().paintEvent(event)


class LargeBars(_Large, BarChart):
    """The bars of an answer for a wall."""

    def __init__(self, answer: Result, factor: float) -> None:
        self.factor = factor
        super().__init__(answer.bars, name(answer.bars_title), answer.bars_unit)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class LargeRanks(_Large, RankedList):
    """The first of a ranking for a wall."""

    def __init__(self, answer: Result, factor: float) -> None:
        self.factor = factor
        super().__init__(answer)


def _tries(every: int) -> list[tuple[float, int]]:
    """Size of type and number of lines to be tried for a list: all of it, then fewer, never smaller than a room can read."""
    large = [size for size in SIZES if size >= LEAST_OF_MANY]
    small = [size for size in SIZES if size < LEAST_OF_MANY]  # of a window that is no wall
    return [*((size, every) for size in large), *((LEAST_OF_MANY, few) for few in range(every - 1, 0, -1)), *((size, min(every, 1)) for size in small)]


def _type_of(size: float) -> str:
    """The style sheet of the window at a multiple of its size of text."""
    return style_sheet(evolve(look(), scale=look().scale * size))


def _sentences(answer: Result) -> tuple[Said, Said]:
    """The finding itself, and whatever follows it."""
    first, *rest = _apart(answer.sentence)
    return first, joined(rest)


def _apart(said: Said) -> list[Said]:
    """Sentences that stand one after the other, each by itself."""
    if isinstance(said, Listed) and said.joint == " ":
        return [one for part in said.parts for one in _apart(name(part))]
    return [said]


def _pointer() -> QCursor:
    """A ring that the last row sees, with nothing under it hidden."""
    picture = QPixmap(POINTER_PX, POINTER_PX)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = POINTER_PX / 2
    for colour, width in (("#FFFFFF", 8.0), ("#B3005E", 4.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(QPointF(middle, middle), middle - 6, middle - 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#B3005E"))
    painter.drawEllipse(QRectF(middle - 2, middle - 2, 4, 4))
    painter.end()
    return QCursor(picture, POINTER_PX // 2, POINTER_PX // 2)
