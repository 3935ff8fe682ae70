"""The card that a click on a place opens beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ecomap.model.said import Said, joined, name, plural, say
from ecomap.render.words.card import Card, CardPart
from ecomap.ui.look.hand import Hand
from ecomap.ui.look.parts import button, clear, column, icon_button, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.speech import spoken

Actions = Sequence[tuple[Said, Callable[[], None]]]  # words on a button, what it does
SHADOW = 14
WIDTH = 324
LARGE = 1.3      # text size from which every value stands below its name
LONG_VALUE = 26  # letters; longer values stand below their name
ZOOM_ROOM = 40  # px on the right that the zoom buttons take
FIRST_ROWS = 12     # lines shown before "Show all"
MOST_OF_MAP = 0.55  # of the map's height; the rest scrolls
LEAST_TALL = 240
MOST_SOURCES = 3
_BETWEEN = " · "    # sources


class CardPopover(QWidget):
    """A card over the map: title, lines with margin and vintage, cautions, source. Escape closes it."""

    closed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.hide()
        self._over = over
        self._at = QPoint()
        self._actions: Actions = ()
        self.aside = QRect()       # what it stands beside where there is room: the map's legend
        self.keep_clear = QRect()  # what the card does not cover: the map's title
        self.card: Card | None = None
        self._hand = Hand(self)
        self._unfolded: set[Said] = set()  # headings whose lines are in sight
        self._whole: set[Said] = set()     # and all of them
        self.inside = QWidget()
        self._lines = QVBoxLayout(self.inside)
        self._lines.setContentsMargins(16, 12, 16, 14)
        self._lines.setSpacing(6)
        self.area = QScrollArea(self)
        self.area.setWidget(self.inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        self.setLayout(column(self.area, margins=(SHADOW, SHADOW, SHADOW, SHADOW)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        named(self, say("Card"))

    def open(self, card: Card, at: QPoint, actions: Actions = ()) -> None:
        """Show a card beside a point of the widget below, with what can be done there."""
        self.card, self._at, self._actions = card, at, actions
        self._unfolded, self._whole = {part.heading for part in card.parts if part.shown}, set()
        self._fill(card)
        self.area.verticalScrollBar().setValue(0)  # a card opens at its own name
        named(self, say("Card: {place}", place=name(card.title)))
        self.show()
        self.raise_()
        self.settle()

    def renew(self, card: Card) -> None:
        """The same place after something changed: what it says is new; where it stands, what is open and scrolled to stays."""
        known = {part.heading for part in self.card.parts} if self.card is not None else set()
        self._unfolded |= {part.heading for part in card.parts if part.shown and part.heading not in known}
        self.card = card
        self._refill()

    def dismiss(self) -> None:
        if self.isVisible():
            self._hand.give_back()
            self.hide()
            self.card = None
            self.closed.emit()

    def _fill(self, card: Card) -> None:
        self.inside.hide()  # what is added to something on screen shows, and counts for its height, only later
        clear(self._lines)
        title = label(name(card.title), "title")
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        title.setObjectName("card-title")
        close = icon_button("close", say("Close the card"), say("Close (Esc)"))
        close.clicked.connect(self.dismiss)
        head = row(title, close, spacing=4)
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        self._lines.addLayout(head)
        if card.subtitle:
            self._lines.addWidget(label(name(card.subtitle), "quiet"))
        for part in card.parts:
            self._add_part(part)
        if self._actions:
            self._lines.addWidget(rule())
        for text, do in self._actions:
            door = button(text, "plain")
            door.clicked.connect(do)
            self._lines.addWidget(door)
        for caution in card.cautions:
            self._lines.addWidget(label(name(caution), "quiet"))
        if card.source:
            self._lines.addWidget(_sources(card.source))
        self._lines.addStretch(1)
        self.inside.show()

    def _add_part(self, part: CardPart) -> None:
        """The lines of one answer under its name, which folds them; what is known of the place itself under its own heading."""
        if part.heading:
            self._lines.addWidget(rule())
            self._lines.addWidget(self._heading(part))
        if part.heading and part.heading not in self._unfolded:
            return
        whole = part.heading in self._whole or len(part.rows) <= FIRST_ROWS + 2
        group: Said | None = None
        for place, line in enumerate(part.rows if whole else part.rows[:FIRST_ROWS]):
            if line.group and line.group != group:
                heading = label(name(line.group), "label")
                heading.setContentsMargins(0, look().px(4), 0, 0)
                self._lines.addWidget(rule())
                self._lines.addWidget(heading)
            elif (not line.group or not group) and (place or not part.heading):
                self._lines.addWidget(rule())
            group = line.group
            self._lines.addWidget(_card_line(name(line.short or line.label), name(line.value), name(line.quiet)))
        if not whole:
            more = button(plural("Show all {n} lines", "Show all {n} lines", len(part.rows)), "plain")
            more.clicked.connect(lambda: self._turn(self._whole, part.heading))
            self._lines.addWidget(rule())
            self._lines.addWidget(more)

    def _heading(self, part: CardPart) -> QWidget:
        """The name of an answer, which opens and folds its lines; one that is not on the map says so."""
        is_open = part.heading in self._unfolded
        picture = "chevron-down" if is_open else "chevron-right"
        turn = icon_button(picture, say("Fold “{name}”" if is_open else "Open “{name}”", name=name(part.heading)))
        turn.setObjectName(f"part-{part.heading}")
        turn.clicked.connect(lambda: self._turn(self._unfolded, part.heading))
        words = label(name(part.heading), "strong")
        words.setObjectName("card-part")
        line = QWidget()
        aside = [] if part.shown else [label(say("not on the map"), "quiet", wrap=False)]
        places = row(words, *aside, turn, spacing=6)
        places.setStretch(0, 1)
        line.setLayout(places)
        return line

    def _turn(self, of: set[Said], heading: Said) -> None:
        """Open or fold a part; the card stays where it is scrolled to, and the keyboard at the heading."""
        of ^= {heading}
        by_key = self._hand.holds(self.window().focusWidget())
        stood = self.geometry()
        self._refill()
        self.settle()
        self.move(stood.left(), max(min(stood.top(), self._over.height() - self.height() - 4), 4))  # it grows downwards
        again = self.inside.findChild(QWidget, f"part-{heading}")
        if by_key and again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refill(self) -> None:
        """The lines anew, at the place they are scrolled to."""
        assert self.card is not None
        scrolled = self.area.verticalScrollBar().value()
        self._fill(self.card)
        self._lines.activate()
        self.area.verticalScrollBar().setValue(scrolled)

    def settle(self) -> None:
        """Find a place beside the point that does not leave the map."""
        parent = self._over
        inside = min(look().px(WIDTH), parent.width() - 2 * SHADOW - 8)
        wide = inside + 2 * SHADOW
        self.inside.setFixedWidth(inside)
        self._lines.activate()
        tall = max(self._lines.totalHeightForWidth(inside), self._lines.totalSizeHint().height())
        most = max(parent.height() * MOST_OF_MAP, look().px(LEAST_TALL)) + 2 * SHADOW
        tall = round(min(tall + 2 * SHADOW + 2, most, parent.height() - 8))
        left = self._at.x() + 10
        if left + wide > parent.width():
            left = self._at.x() - 10 - wide
        elif left + wide > parent.width() - ZOOM_ROOM:  # beside the zoom buttons, as long as the point stays free
            left = max(parent.width() - ZOOM_ROOM - wide, self._at.x() - SHADOW + 14)
        left = min(max(left, 4), max(parent.width() - wide - 4, 4))
        top = min(max(self._at.y() - tall // 3, 4), max(parent.height() - tall - 4, 4))
        if left < self.keep_clear.right():  # the title of the map stays readable
            top = max(top, min(self.keep_clear.bottom() - SHADOW + 8, parent.height() - tall - 4))
        place = QRect(left, top, wide, tall)
        beside = self.aside.right() - SHADOW + 6
        if place.adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW).intersects(self.aside) and beside + wide <= parent.width():
            place.moveLeft(beside)
        self.setGeometry(place)

    def sizeHint(self) -> QSize:
        return QSize(look().px(WIDTH) + 2 * SHADOW, 200)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, box, 10)
        painter.setPen(QPen(now.colour("line"), 1))
        painter.setBrush(now.colour("surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


def _card_line(what: Said, value: Said, quiet: Said) -> QWidget:
    """What it is on the left; what it says, its margin and its period on the right, or below where that is long."""
    line = QWidget()
    long = len(spoken(value)) > LONG_VALUE or look().scale > LARGE
    side = Qt.AlignmentFlag.AlignLeft if long else Qt.AlignmentFlag.AlignRight
    second = label(value, "strong", wrap=long)
    second.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    said = column(second, spacing=0)
    second.setAlignment(side | Qt.AlignmentFlag.AlignTop)
    if quiet:
        third = label(quiet, "quiet", wrap=long)
        third.setAlignment(side)
        said.addWidget(third)
    said.addStretch(1)
    first = label(what)
    first.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if long:
        line.setLayout(column(first, said, spacing=1))
    else:
        places = row(first, said, spacing=12)
        places.setStretch(0, 1)
        line.setLayout(places)
    line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return line


def _sources(text: str) -> QWidget:
    """The first few who say so; the pointer tells the rest."""
    names = text.split(_BETWEEN)
    more = len(names) - MOST_SOURCES
    made = label(name(text) if more < 1 else joined([*map(name, names[:MOST_SOURCES]), plural("and {n} more", "and {n} more", more)], _BETWEEN), "quiet")
    made.setToolTip(spoken(name(text)) if more > 0 else "")
    return made


def paint_shadow(painter: QPainter, box: QRectF, radius: float) -> None:
    """A soft shadow under a floating thing, within its margin."""
    colour = look().colour("shadow")
    painter.setPen(Qt.PenStyle.NoPen)
    for spread in range(SHADOW - 2, 0, -2):
        colour.setAlphaF(0.006 + 0.014 * (1 - spread / SHADOW) ** 2)
        painter.setBrush(colour)
        grown = box.adjusted(-spread, -spread + 3, spread, spread + 1)
        painter.drawRoundedRect(grown, radius + spread, radius + spread)
