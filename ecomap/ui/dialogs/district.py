"""New project for a district: which one, what of it, which parts from a file; then part by part, each with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QCompleter, QFileDialog, QGridLayout, QLabel, QLineEdit, QWidget

from ecomap.model.errors import ProjectError
from ecomap.model.formats import READABLE
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.asking import AskingBox, AskingDialog, given_of, wide_enough
from ecomap.ui.dialogs.fetching import MORE, no_choices
from ecomap.ui.forms.fields import TextField
from ecomap.ui.forms.of_params import Form
from ecomap.ui.look.controls import TickBox
from ecomap.ui.look.parts import Scroll, button, column, label, row
from ecomap.ui.look.theme import named
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.workspace import district

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Ask
    from ecomap.workspace.district import DistrictParams, Outcome

ENDING = ".ecomap.gpkg"


class PartRows(QWidget):
    """The parts, each to be ticked, or given as a file, with what became of it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[str, QCheckBox] = {}
        self.files: dict[str, Path] = {}
        self.states: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for place, part in enumerate(district.PARTS):
            tick = TickBox(spoken(part.label))
            tick.setChecked(True)
            named(tick, part.label)
            tick.clicked.connect(self.changed)
            file = button(say("Use a file…"), "plain", say("A file for: {part}", part=part.label))
            file.clicked.connect(lambda _=False, of=part.name: self.choose_file(of))
            self.ticks[part.name], self.states[part.name] = tick, label(NOTHING, "quiet")
            grid.addWidget(tick, 2 * place, 0)
            grid.addWidget(file, 2 * place, 1)
            grid.addWidget(self.states[part.name], 2 * place + 1, 0, 1, 2)
            self.states[part.name].hide()
        self.setLayout(grid)

    def choose_file(self, part: str) -> None:
        """A file of the planner's own in place of asking; choosing none asks again."""
        chosen, _ = QFileDialog.getOpenFileName(self, spoken(say("A file of your own")), "", file_kinds(
            (say("Data", context="files"), " ".join(f"*{ending}" for ending in READABLE)), (ALL_FILES, "*")))
        self.set_file(part, Path(chosen) if chosen else None)

    def set_file(self, part: str, path: Path | None) -> None:
        """Say which file stands for a part."""
        if path is None:
            self.files.pop(part, None)
            self._say(part, NOTHING)
        else:
            self.files[part] = path
            self._say(part, say("From {file}", file=name(path.name)))
        self.changed.emit()

    def tell(self, outcome: Outcome) -> None:
        """What became of a part."""
        self._say(outcome.part.name, joined([outcome.words.capitalize(), *([outcome.said] if outcome.said else [])], ": "))

    def _say(self, part: str, words: Said) -> None:
        self.states[part].setText(spoken(words))
        self.states[part].setVisible(bool(words))

    @property
    def skip(self) -> tuple[str, ...]:
        return tuple(part for part, tick in self.ticks.items() if not tick.isChecked())

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(f"{part}={path}" for part, path in self.files.items())


class DistrictDialog(AskingDialog):
    """A project for a district out of public data.

    Parameters
    ----------
    open_project : callable
        Opens the project that was made.
    """

    _came = Signal(object)  # Outcome, from the thread that asks

    def __init__(self, parent: QWidget, desk: Desk, open_project: Callable[[Path], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(spoken(say("New project for a district")))
        self.desk, self._open = desk, open_project
        self.form = Form(district.DistrictParams, no_choices, below=MORE)
        for hidden in ("skip", "given"):
            self.form.fields[hidden].hide()
        self._complete()
        self.parts = PartRows()
        self.file = QLineEdit()
        named(self.file, say("Project file"), say("The files that are fetched lie in a folder beside it"))
        self._named_by_hand = False
        self.file.textEdited.connect(self._name_typed)
        choose = button(say("Choose…"), name=say("Choose the project file"))
        choose.clicked.connect(self._choose_file)
        inside = QWidget()
        inside.setLayout(column(self.form, label(say("What to bring in"), "label"), self.parts, label(say("Project file"), "label"), row(self.file, choose),
                                -1, margins=(2, 2, 10, 2), spacing=9))
        self.asking = AskingBox(desk, self._asks, self._work, self._made)
        self.asking.working.connect(lambda on: inside.setEnabled(not on))
        self.form.changed.connect(self._changed)
        self.parts.changed.connect(self._changed)
        self._came.connect(self.parts.tell, Qt.ConnectionType.QueuedConnection)
        self.open_as_it_is = button(say("Open the project"))
        self.open_as_it_is.clicked.connect(self._open_it)
        self.open_as_it_is.hide()
        leave = button(say("Close"))
        leave.clicked.connect(self.reject)
        left = column(label(say("New project for a district"), "title"),
                      label(say("Its tracts with the newest survey and its margins, its schools, streets and cities. What is fetched lies in a folder beside the "
                                "project; after an interruption, what has come is not asked for again."), "quiet"),
                      Scroll(inside, say("Which district, and what of it")), spacing=10)
        left.setStretch(2, 1)
        halves = row(left, self.asking, spacing=26)
        halves.setStretch(0, 6)
        halves.setStretch(1, 5)
        places = column(halves, row(-1, leave, self.open_as_it_is, self.asking.buttons), margins=(22, 18, 22, 16), spacing=14)
        places.setStretch(0, 1)
        self.setLayout(places)
        wide_enough(self)
        self._changed()

    @property
    def path(self) -> Path:
        """The project file as it stands in the box."""
        text = self.file.text().strip()
        path = Path(text).expanduser()
        path = path if path.name.endswith(ENDING) else path.with_name(path.name.removesuffix(".gpkg") + ENDING) if path.name else path
        return path if path.is_absolute() else Path(self._folder()) / path

    def params(self) -> DistrictParams:
        """What the form and the parts say.

        Raises
        ------
        ParameterError
            If it makes no sense.
        """
        made: DistrictParams = build_params(district.DistrictParams, {**given_of(self.form.values()), "skip": self.parts.skip, "given": self.parts.given})
        return made

    def _complete(self) -> None:
        """Districts that ship with EcoMap are offered while a name is typed."""
        known = district.known_names()
        field = self.form.fields["district"]
        if known and isinstance(field, TextField):
            completer = QCompleter(list(known), self)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            field.box.setCompleter(completer)
            for chosen in (completer.activated, completer.highlighted):  # what is offered is put into the box without being typed; queued: it is there by then
                chosen.connect(self._picked, Qt.ConnectionType.QueuedConnection)

    def _picked(self, _text: str) -> None:
        self._changed()

    def _asks(self) -> Sequence[Ask]:
        asks = district.asks_of(self.params())
        if not self.file.text().strip():
            raise ProjectError(say("Say where the project is to be kept."))
        return asks

    def _changed(self) -> None:
        if not self._named_by_hand:
            called = "-".join(str(self.form.fields["district"].value() or " ".join(self.form.fields["county"].value())).lower().replace("/", " ").split())
            self.file.setText(str(Path(self._folder()) / f"{called}{ENDING}") if called else "")
        self.asking.show_asks()

    def _name_typed(self) -> None:
        self._named_by_hand = True
        self.asking.show_asks()

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, spoken(say("Project file")), self.file.text() or self._folder(), file_kinds((say("EcoMap projects"), f"*{ENDING}")))
        if chosen:
            self.file.setText(chosen)
            self._name_typed()

    def _folder(self) -> str:
        return self.desk.settings.last_folder or str(Path.home())

    def _work(self) -> Callable[[Progress], Any]:
        path, params = self.path, self.params()
        self.open_as_it_is.hide()
        return lambda progress: district.make_own_file(path, params, allowed=True, done=self._came.emit, progress=progress)

    def _made(self, found: Any) -> None:
        _, outcomes = found
        if any(one.state in (district.FAILED, district.WAITING) for one in outcomes):
            self.asking.go.setText(spoken(say("Ask again for what is missing")))
            self.asking.say_problem(say("Some parts could not be had; the others are in the project."),
                                    say("Ask again for what is missing, give it as a file, or leave it out. You can also open the project as it is."))
            self.asking.ask_for_key(next((one.key for one in outcomes if one.key), ""))
            self.open_as_it_is.show()
        else:
            self._open_it()

    def _open_it(self) -> None:
        path = self.path
        self.accept()
        self._open(path)
