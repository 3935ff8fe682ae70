"""What a dialog that asks the network shares: what will be asked of whom, that it is allowed now, how far it is, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from ecomap.model.errors import EcoMapError
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.ui.desk import Desk
from ecomap.ui.look.controls import FormDialog, TickBox
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.ui.standing import sized
from ecomap.workspace import fetching


class AskingBox(QWidget):
    """The right half of such a dialog.

    Parameters
    ----------
    asks : callable
        What will be asked of whom, as the form stands; a `ParameterError` where that is no question yet.
    work : callable
        Gives, as the form stands, the function that asks it on a thread of its own; what that gives back goes to ``done``.
    """

    working = Signal(bool)

    def __init__(self, desk: Desk, asks: Callable[[], Sequence[Any]], work: Callable[[], Callable[[Progress], Any]], done: Callable[[Any], None]) -> None:
        super().__init__()
        self.desk, self._asks, self._work, self._done = desk, asks, work, done
        self.busy = False
        self.told = QVBoxLayout()
        self.told.setSpacing(8)
        inside = QWidget()
        inside.setLayout(column(self.told, -1, margins=(0, 0, 8, 0)))
        self.list = Scroll(inside, say("What will be asked"))
        self.problem = QFrame()
        self.problem.setProperty("box", "caution")
        self._words, self._hint = label(NOTHING, "strong"), label(NOTHING)
        self.problem.setLayout(column(self._words, self._hint, margins=(12, 10, 12, 12), spacing=5))
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        named(self.key, say("Key"), say("What the publisher sent you. It goes to that publisher only and is never written into a project."))
        self.keep_key = TickBox(spoken(say("Keep it in the keyring of this computer")))
        named(self.keep_key, say("Keep it in the keyring of this computer"))
        self.key_box = QWidget()
        self.key_box.setLayout(column(
            label(say("Key of the publisher"), "label"), self.key,
            label(say("Leave it empty to use the one that this computer keeps."), "quiet"), self.keep_key, spacing=5))
        self.network = label(NOTHING, "quiet")
        self.stay = TickBox(spoken(say("Leave the network on afterwards")))
        named(self.stay, say("Leave the network on afterwards"), say("Otherwise it is allowed for this alone"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        named(self.bar, say("Progress"))
        self.doing = label(NOTHING, "quiet")
        self.go = button(say("Ask now"), "primary")
        self.go.clicked.connect(self.start)
        self.halt = button(say("Stop"), "", say("Stop asking"), say("What has come as a whole stays; nothing of the project is changed"))
        self.halt.clicked.connect(desk.asker.cancel)
        places = column(label(say("What will be asked of whom"), "heading"), self.list, self.problem, self.key_box, self.network, self.stay, self.doing, self.bar,
                        spacing=9)
        places.setStretch(1, 1)
        self.setLayout(places)
        self.buttons = row(self.halt, self.go, spacing=8)
        self._told_network()
        self._rest()

    def show_asks(self) -> None:
        """List again what would be asked, as the form stands now."""
        if self.busy:
            return
        clear(self.told)
        self.problem.hide()
        try:
            asks = self._asks()
        except EcoMapError as wrong:
            self.told.addWidget(label(wrong.message, "quiet"))
            self.go.setEnabled(False)
            self.key_box.hide()
            return
        for host in dict.fromkeys(one.host for one in asks):
            self.told.addWidget(label(name(host), "strong"))
            for one in asks:
                if one.host == host:
                    words = label(one.why.capitalize(), "quiet")
                    words.setToolTip(one.address)
                    self.told.addWidget(words)
                    if one.sends:
                        self.told.addWidget(label(say("Leaves this computer: {what}", what=one.sends), "problem"))
        self.key_box.setVisible(any(one.key for one in asks))
        self._keys = tuple(dict.fromkeys(one.key for one in asks if one.key))
        self.go.setEnabled(True)

    def start(self) -> None:
        """Ask: the network is allowed for this, and for later only where that was ticked."""
        self.problem.hide()
        if self.stay.isChecked():
            self.desk.switch_network(True)
        self.busy = True
        for part in (self.bar, self.doing, self.halt):
            part.show()
        self.go.setEnabled(False)
        self.working.emit(True)
        self.desk.asker.progressed.connect(self._at)
        self.desk.asker.start(say("Asking the network"), self._with_key(self._work()), done=self._ended, failed=self._failed, stopped=self._stopped)

    def _with_key(self, work: Callable[[Progress], Any]) -> Callable[[Progress], Any]:
        """The work after the key that was typed; the system may ask a person to unlock its keyring, and the window does not wait for that."""
        if not self._keys or not self.key.text().strip():
            return work
        service, key, keep = self._keys[0], self.key.text(), self.keep_key.isChecked()

        def asked(progress: Progress) -> Any:
            fetching.use_key(service, key, keep=keep)
            return work(progress)

        return asked

    def say_problem(self, words: Said, hint: Said = NOTHING) -> None:
        """What went wrong, over the buttons."""
        self._words.setText(spoken(words))
        self._hint.setText(spoken(hint))
        self.problem.show()

    _keys: tuple[str, ...] = ()

    def _told_network(self) -> None:
        on = self.desk.settings.network
        self.network.setText(spoken(say("The network is on. Switch it off at the foot of the window.") if on else say(
            "EcoMap is offline. The button allows the network for this alone; nothing else is sent.")))
        self.stay.setVisible(not on)

    def _rest(self) -> None:
        self.busy = False
        for part in (self.bar, self.doing, self.halt):
            part.hide()
        self._told_network()
        self.working.emit(False)

    def _at(self, share: float, text: Said) -> None:
        self.bar.setValue(round(share * 1000))
        if text:
            self.doing.setText(spoken(text))

    def _over(self) -> None:
        self.desk.asker.progressed.disconnect(self._at)
        self._rest()
        self.go.setEnabled(True)

    def _ended(self, found: Any) -> None:
        self._over()
        self._done(found)

    def _failed(self, problem: EcoMapError) -> None:
        self._over()
        self.say_problem(problem.message, problem.hint)
        self.ask_for_key(fetching.key_lacking(problem))

    def ask_for_key(self, key: str) -> None:
        """A key that is lacking is asked for; nothing where none is."""
        if key:
            self._keys = (key,)
            self.key_box.show()
            self.key.setFocus()

    def _stopped(self) -> None:
        self._over()
        self.say_problem(say("Stopped."), say("What has come as a whole stays, and is not asked for again."))


class AskingDialog(FormDialog):
    """A dialog that stops asking before it closes."""

    asking: AskingBox

    def reject(self) -> None:
        if self.asking.busy:
            self.asking.desk.asker.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.asking.busy:
            self.asking.desk.asker.cancel()
            event.ignore()
        else:
            super().closeEvent(event)


def given_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form holds, as the params class takes it; what is left empty takes its default."""
    return {name: value for name, value in values.items() if value not in ("", (), None)}


def wide_enough(dialog: QWidget) -> None:
    """The size that such a dialog opens with."""
    sized(dialog, 940, 640)


