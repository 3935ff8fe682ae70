"""What is only supposed, drawn over the map: places that open, close, move or merge in the scenario that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ecomap.model.said import NOTHING, Said, name, plural, say
from ecomap.model.scenario import CAPACITY, CLOSE, KINDS, MERGE, MOVE, OPEN
from ecomap.ui.desk import Desk
from ecomap.ui.look.parts import clear, column, follow_theme, icon_button, label, row
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.canvas import MapCanvas
from ecomap.ui.map.card import SHADOW
from ecomap.ui.map.floating import Floating
from ecomap.ui.speech import spoken
from ecomap.workspace.scenarios.marks import Mark

_SAMPLE = 26  # px of a symbol in the legend
REACH = 14    # px around the middle of a sign


class ChangesLayer(QWidget):
    """Painted over a canvas; the mouse goes through it."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.marks: tuple[Mark, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.canvas.rect())
        return False

    def show_marks(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        self.update()

    def place_of(self, mark: Mark) -> QPointF:
        """Where the sign of a change stands on the widget."""
        return QPointF(*self.canvas.window_shown().to_screen(*mark.sign_at))

    def marks_at(self, at: QPointF) -> tuple[Mark, ...]:
        """The changes whose sign is under a point of the widget."""
        return tuple(mark for mark in self.marks if (self.place_of(mark) - at).manhattanLength() <= look().px(REACH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.marks:
            return
        from ecomap.render.paper.changes import draw_change  # heavy

        painter = QPainter(self)
        shown, dark = self.canvas.window_shown(), look().tokens.name == "dark"
        for mark in self.marks:
            other = QPointF(*shown.to_screen(*mark.other)) if mark.other is not None else None
            draw_change(painter, mark.kind, QPointF(*shown.to_screen(*mark.at)), other, spoken(mark.label), size=min(look().scale, 1.5), dark=dark)
        painter.end()


class _Sample(QWidget):
    """One symbol of the legend."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        follow_theme(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        wide = look().px(_SAMPLE * (2 if self._kind in (MOVE, MERGE) else 1))
        self.setFixedSize(QSize(wide, look().px(_SAMPLE)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        from ecomap.render.paper.changes import RADIUS_PX, draw_change  # heavy

        painter = QPainter(self)
        box = QRectF(self.rect())
        left, right = box.left() + look().px(RADIUS_PX + 2), box.right() - look().px(RADIUS_PX + 2)
        pair = self._kind in (MOVE, MERGE)
        other = QPointF(right, box.center().y()) if pair else None
        draw_change(painter, self._kind, QPointF(left if pair else box.center().x(), box.center().y()), other, size=look().scale * 0.8, dark=look().tokens.name == "dark")
        painter.end()


class AsIf(Floating):
    """What the map is looked at as, the symbols of what is otherwise, and the way back to today."""

    def __init__(self, over: QWidget, desk: Desk) -> None:
        super().__init__(over)
        self.desk = desk
        self.words = label(NOTHING, "strong")
        self.off = icon_button("close", say("Look at the map as it is today"))
        self.off.clicked.connect(lambda: desk.looking.look_as_if(False))
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.caution = label(say("Answers on the map are of today."), "quiet")
        head = row(self.words, self.off, spacing=6)
        head.setStretch(0, 1)
        head.setAlignment(self.off, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(head, self._rows, self.caution, margins=(SHADOW + 12, SHADOW + 4, SHADOW + 4, SHADOW + 8), spacing=4))
        named(self, say("As if"))
        self.hide()

    def refresh(self, marks: tuple[Mark, ...], *, shown: bool) -> None:
        """Say what is looked at, with one line for every kind of change there is."""
        looking, project = self.desk.looking, self.desk.project
        scenario = looking.scenario
        if not shown or not looking.as_if or scenario is None:
            self.hide()
            return
        self.words.setText(spoken(say("As if: {scenario}", scenario=name(scenario.name))))
        clear(self._rows)
        told = [(kind, sum(mark.kind == kind for mark in marks)) for kind in KINDS]
        for kind, many in told:
            if many:
                line = QFrame()
                places = row(_Sample(kind), label(kind_words(kind, many), "quiet", wrap=False), -1, spacing=6)
                line.setLayout(places)
                self._rows.addWidget(line)
                line.show()  # what is not shown yet takes no room when it is measured
        self.caution.setVisible(looking.comparison is None and any(layer.visible and layer.result_id for layer in project.layers))
        named(self, say("The map is looked at as if: {scenario}", scenario=name(scenario.name)))
        self.show()
        self.raise_()
        self.settle()

    def room(self) -> QRect:
        """What it covers of the map, without its shadow."""
        return self.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW) if self.isVisible() else QRect()

    def settle(self) -> None:
        """As wide as reads well, as tall as its lines need."""
        lines = self.layout()
        assert lines is not None
        lines.invalidate()
        lines.activate()
        wide = look().px(230) + 2 * SHADOW
        self.resize(wide, lines.heightForWidth(wide) if lines.hasHeightForWidth() else self.sizeHint().height())


def kind_words(kind: str, many: int) -> Said:
    """How many changes of a kind there are."""
    return {
        OPEN: plural("{n} opens", "{n} open", many), CLOSE: plural("{n} closes", "{n} close", many), MOVE: plural("{n} moves", "{n} move", many),
        MERGE: plural("{n} merges into another", "{n} merge into others", many), CAPACITY: plural("{n} has other room", "{n} have other room", many),
    }[kind]
