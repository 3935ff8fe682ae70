"""Get public data: which kind, what of it, what will be asked of whom; then it is asked, and every file is understood before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ecomap.model.params import Choice
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, say
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.asking import AskingBox, AskingDialog, given_of, wide_enough
from ecomap.ui.forms.of_params import Form
from ecomap.ui.look.controls import Choices
from ecomap.ui.look.parts import Scroll, button, clear, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import spoken
from ecomap.workspace import fetching

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Landed

MORE = say("Addresses and more")


def no_choices(_: str) -> tuple[Choice, ...]:
    """Sources ask nothing of the project."""
    return ()


class FetchDialog(AskingDialog):
    """One kind of public data: its form on the left, on the right what will be asked of whom.

    Parameters
    ----------
    take : callable
        Given the files that landed, to be understood one after the other.
    """

    def __init__(self, parent: QWidget, desk: Desk, take: Callable[[Sequence[Landed]], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("Get public data")))
        self.desk, self._take = desk, take
        self.kind = Choices()
        for one in fetching.names():
            self.kind.addItem(spoken(fetching.source(one).label), one)
        named(self.kind, say("Which kind of data?"))
        self.kind.activated.connect(self.show_kind)
        self.about = label(NOTHING, "quiet")
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 8, 0)
        inside = QWidget()
        inside.setLayout(column(self._place, -1, margins=(2, 2, 2, 2)))
        self.form: Form | None = None
        self.asking = AskingBox(desk, lambda: fetching.asked_of(self.source, self.given()), self._work, self._landed)
        self.asking.working.connect(lambda on: inside.setEnabled(not on))
        leave = button(say("Close"))
        leave.clicked.connect(self.reject)
        left = column(label(say("Get public data"), "title"), column(label(say("Which kind of data?"), "label"), self.kind, spacing=5), self.about,
                      Scroll(inside, say("What to ask for")), spacing=10)
        left.setStretch(3, 1)
        halves = row(left, self.asking, spacing=26)
        halves.setStretch(0, 5)
        halves.setStretch(1, 5)
        places = column(halves, row(-1, leave, self.asking.buttons), margins=(22, 18, 22, 16), spacing=14)
        places.setStretch(0, 1)
        self.setLayout(places)
        wide_enough(self)
        self.show_kind()

    @property
    def source(self) -> str:
        return str(self.kind.currentData())

    def choose(self, name: str) -> None:
        """Go to one kind of data."""
        self.kind.setCurrentIndex(max(self.kind.findData(name), 0))
        self.show_kind()

    def show_kind(self) -> None:
        """The form of the kind that is chosen."""
        connector = fetching.source(self.source)
        self.about.setText(spoken(connector.help))
        clear(self._place)
        self.form = Form(connector.params, no_choices, below=MORE)
        self.form.changed.connect(self.asking.show_asks)
        self._place.addWidget(self.form)
        self.asking.show_asks()

    def given(self) -> dict[str, Any]:
        """What the form holds."""
        return given_of(self.form.values()) if self.form is not None else {}

    def _work(self) -> Callable[[Progress], tuple[Landed, ...]]:
        name, given, folder = self.source, self.given(), fetching.folder_of(self.desk.workspace.path)
        return lambda progress: fetching.land(name, given, folder, allowed=True, progress=progress)

    def _landed(self, landed: tuple[Landed, ...]) -> None:
        self.accept()
        self._take(landed)
