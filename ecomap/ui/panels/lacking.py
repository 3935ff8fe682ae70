"""What a question needs and the project does not hold yet, said in its panel with the way to bring it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import NOTHING, Said, joined, listed, name, say
from ecomap.ui.look.parts import button, column, label
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken

if TYPE_CHECKING:
    from ecomap.analysis.registry import Analysis


def lacking_roles(project: Project, analysis: Analysis) -> tuple[Said, ...]:
    """What a question cannot do without and the project does not hold, in words."""
    found = [given.role for given in analysis.inputs
             if not given.optional and not any(not layer.result_id for layer in project.layers_of(given.role))]
    return tuple(name(ROLE_LABELS.get(role, role)).small() for role in dict.fromkeys(found))


class Lacking(QFrame):
    """What has to be brought in before a question can be asked, and the way there."""

    import_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.roles: tuple[Said, ...] = ()
        self.setProperty("box", "caution")
        self.words = label(NOTHING)
        bring = say("Bring them in under Data")
        go = button(joined([bring, name("→")], "  "), name=bring)
        go.clicked.connect(self.import_asked)
        self.setLayout(column(self.words, go, margins=(12, 10, 12, 10), spacing=8))
        self.hide()

    def say_empty(self) -> None:
        """A project without layers: nothing can be asked of it."""
        self._tell(say("Nothing can be asked yet: this project holds no data."))

    def say(self, roles: tuple[Said, ...]) -> None:
        """Name what is lacking; nothing hides the box."""
        self.roles = roles
        text = say("This question needs {roles}. The project has none yet, so nothing can be said.", roles=listed(roles))
        self._tell(text if roles else NOTHING)

    def _tell(self, text: Said) -> None:
        self.words.setText(spoken(text))
        named(self, text)
        self.setVisible(bool(text))
