"""What a question needs and the project does not hold yet, said in its panel before the button, with the way to bring it in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.said import NOTHING, Said, joined, listed, name, say
from ecomap.ui.look.parts import button, column, dress, label
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken


class Lacking(QFrame):
    """What has to be brought in before a question can be asked, and the way there."""

    import_asked = Signal()  # a file, at once
    data_asked = Signal()    # the step that lists what is there

    def __init__(self) -> None:
        super().__init__()
        self.roles: tuple[Said, ...] = ()
        self.setProperty("box", "caution")
        self.words = label(NOTHING)
        self.bring = button(say("Bring a file…"), "primary", say("Import a file"))
        self.bring.clicked.connect(self.import_asked)
        look = say("See what there is under Data")
        self.go = button(joined([look, name("→")], "  "), name=look)
        self.go.clicked.connect(self.data_asked)
        self.setLayout(column(self.words, self.bring, self.go, margins=(12, 10, 12, 10), spacing=8))
        self.hide()

    def say(self, roles: tuple[Said, ...], *, empty: bool = False, hint: Said = NOTHING) -> None:
        """Name what is lacking, which the question cannot do without; else a `hint` that stops nobody; nothing hides the box."""
        self.roles = roles
        needs = say("This question needs {roles}. The project has none yet, so nothing can be said.", roles=listed(roles))
        if empty:
            needs = say("This question needs {roles}. The project holds nothing yet: bring in a file, and EcoMap finds out what it is.",
                        roles=listed(roles))
        dress(self.bring, "primary" if roles else "")  # where the question can be asked, its own button is the one
        self._tell(needs if roles else hint)

    def _tell(self, text: Said) -> None:
        self.words.setText(spoken(text))
        named(self, text)
        self.setVisible(bool(text))
