"""What floats over the map: zoom buttons and the message bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from ecomap.model.said import NOTHING, joined, name, say
from ecomap.ui.desk import Notice
from ecomap.ui.look.icons import pixmap
from ecomap.ui.look.parts import button, column, follow_theme, icon_button, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.card import SHADOW, paint_shadow
from ecomap.ui.speech import spoken

_TOKENS = {"note": "on_good", "caution": "on_caution", "problem": "on_bad"}


class Floating(QWidget):
    """A rounded surface with a soft shadow."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, box, 8)
        painter.setPen(QPen(now.colour("line"), 1))
        painter.setBrush(now.colour("surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class ZoomButtons(Floating):
    """Nearer, farther, everything."""

    nearer = Signal()
    farther = Signal()
    whole = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        buttons = (
            ("plus", say("Zoom in"), "Ctrl++", self.nearer),
            ("minus", say("Zoom out"), "Ctrl+-", self.farther),
            ("fit", say("Show everything"), "Ctrl+0", self.whole),
        )
        items: list[QWidget] = []
        for picture, words, keys, signal in buttons:
            made = icon_button(picture, words, say("{what} ({keys})", what=words, keys=name(keys)))
            made.clicked.connect(signal)
            items += [made, rule()]
        inside = SHADOW + 3
        self.setLayout(column(*items[:-1], margins=(inside, inside, inside, inside), spacing=2))
        named(self, say("Zoom"))
        self.adjustSize()
        follow_theme(self, self.adjustSize)


class MessageBar(Floating):
    """A calm message over the map: what happened, why, what to do next. It stays until it is closed."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.said: Notice | None = None
        self.sign = QLabel()
        self.text = label(NOTHING, "strong")
        self.hint = label(NOTHING, "quiet")
        self.action = button(NOTHING)
        self.close_button = icon_button("close", say("Close the message"), say("Close (Esc)"))
        self.close_button.clicked.connect(self.dismiss)
        self.action.clicked.connect(self._act)
        words = column(self.text, self.hint, spacing=2)
        line = self._line = row(self.sign, words, self.action, self.close_button, spacing=12,
                   margins=(SHADOW + 14, SHADOW + 10, SHADOW + 8, SHADOW + 10))
        line.setStretch(1, 1)
        line.setAlignment(self.sign, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        named(self, say("Message"))
        self.hide()

    def say(self, said: Notice) -> None:
        self.said = said
        colour = getattr(look().tokens, _TOKENS[said.kind])
        picture = pixmap("check" if said.kind == "note" else "caution", colour, 40)
        picture.setDevicePixelRatio(2.0)
        self.sign.setPixmap(picture)
        self.text.setText(spoken(said.text))
        self.hint.setText(spoken(said.hint))
        self.hint.setVisible(bool(said.hint))
        self.action.setText(spoken(said.action))
        self.action.setVisible(bool(said.action))
        named(self, say("Message: {text}", text=joined([said.text, said.hint])))
        self.show()
        self.settle()
        self.raise_()

    def settle(self) -> None:
        """Sit at the foot of the map, as wide as reads well."""
        over = self._over
        wide = min(over.width() - 24, look().px(620) + 2 * SHADOW)
        tall = self._line.heightForWidth(wide) if self._line.hasHeightForWidth() else self._line.sizeHint().height()
        self.setGeometry((over.width() - wide) // 2, over.height() - tall - 22, wide, tall)

    def dismiss(self) -> None:
        self.hide()
        self.said = None

    def _act(self) -> None:
        then = self.said.then if self.said else None
        self.dismiss()
        if then is not None:
            then()
