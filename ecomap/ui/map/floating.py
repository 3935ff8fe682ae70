"""What floats over the map: zoom buttons and the message bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ecomap.model.said import NOTHING, joined, name, say
from ecomap.ui.desk import Notice
from ecomap.ui.look.hand import Hand
from ecomap.ui.look.icons import pixmap
from ecomap.ui.look.parts import Scroll, button, column, follow_theme, icon_button, label, row, rule
from ecomap.ui.look.theme import look, named
from ecomap.ui.map.card import SHADOW, paint_shadow
from ecomap.ui.speech import spoken

GAP = 12  # px between the parts of a message
_NOTICED_MS = {"note": 6_000, "caution": 12_000, "problem": 20_000}
_LETTER_MS, _ACT_MS = 60, 6_000
_TOKENS = {"note": "on_good", "caution": "on_caution", "problem": "on_bad"}


def time_to_read(said: Notice) -> int:
    """How long a message stays, in ms: until it is noticed and read, longer where something is to be done."""
    letters = len(spoken(joined([said.text, said.hint])))
    return _NOTICED_MS[said.kind] + letters * _LETTER_MS + (_ACT_MS if said.action else 0)


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
    """A calm message over the map: what happened, why, what to do next.

    It ends by itself once it could be read, and stays while the pointer or the keyboard is on it; the foot of the window keeps
    what it said.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.said: Notice | None = None
        self.lasts = time_to_read
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self._ended)
        self._hand = Hand(self)
        self.sign = QLabel()
        self.text = label(NOTHING, "strong")
        self.hint = label(NOTHING, "quiet")
        self.action = button(NOTHING)
        self.close_button = icon_button("close", say("Close the message"), say("Close (Esc)"))
        self.close_button.clicked.connect(self.dismiss)
        self.action.clicked.connect(self._act)
        self._words = QWidget()
        self._words.setLayout(column(self.text, self.hint, spacing=2))
        for words in (self.text, self.hint):  # as tall as at the width they get, or one line would scroll
            policy = words.sizePolicy()
            policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
            words.setSizePolicy(policy)
        self._area = Scroll(self._words, say("Message"))  # on a low map a long message scrolls
        line = row(self.sign, self._area, self.action, self.close_button, spacing=GAP,
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
        self._end.start(self.lasts(said))

    def _ended(self) -> None:
        """Its time is over; one that somebody is at stays a while longer."""
        if self.said is None:
            return
        if self.underMouse() or self._hand.holds(self.window().focusWidget()):
            self._end.start(self.lasts(self.said))
        else:
            self.dismiss()

    def settle(self) -> None:
        """Sit at the foot of the map, as wide as reads well."""
        over = self._over
        wide = min(over.width() - 24, look().px(620) + 2 * SHADOW)
        inside = self._words.layout()
        if inside is not None:
            inside.invalidate()  # what was measured before other words stood in it
            inside.activate()
        beside = [one.sizeHint().width() + GAP for one in (self.sign, self.action, self.close_button) if not one.isHidden()]
        words = self._words.heightForWidth(wide - sum(beside) - 2 * SHADOW - 22)
        tall = max(words, self.close_button.sizeHint().height(), self.action.sizeHint().height()) + 2 * SHADOW + 20
        tall = min(tall, over.height() - 22)
        self.setGeometry((over.width() - wide) // 2, max(over.height() - tall - 22, 0), wide, tall)

    def dismiss(self) -> None:
        self._end.stop()
        self._hand.give_back()
        self.hide()
        self.said = None

    def _act(self) -> None:
        then = self.said.then if self.said else None
        self.dismiss()
        if then is not None:
            then()
