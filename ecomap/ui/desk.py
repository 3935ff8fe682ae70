"""The planner's desk: the current project, the one worker, what is selected, and who needs to hear of it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ecomap.model.change import Change
from ecomap.model.errors import EcoMapError, OwnMistakeError
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.ui.looking import Looking
from ecomap.ui.work import Worker
from ecomap.workspace import operations
from ecomap.workspace.access import (
    Access,
    Opened,
    Taking,
    is_changed,
    open_held,
    same_file,
    save_held,
    take_over,
)
from ecomap.workspace.answer_names import with_answer_names
from ecomap.workspace.journal import Journal, bring_back_held
from ecomap.workspace.memory import MEGABYTE, forget_kept, give_back, undo_mb
from ecomap.workspace.pins import pin, pin_words
from ecomap.workspace.places import measure_as
from ecomap.workspace.settings import Settings
from ecomap.workspace.workspace import Workspace

if TYPE_CHECKING:
    from ecomap.io.store import Mended
    from ecomap.io.store.recovery import Lost
    from ecomap.workspace.exports import ExportReport
    from ecomap.workspace.releases import Leaving

STARTER: Final = "los-angeles"
GIVE_BACK_MS: Final = 3_000
_OPENING: Final = say("Opening Los Angeles")


@frozen
class Notice:
    """A message for the bar over the map: what, why, what next. ``kind``: note | caution | problem."""

    kind: str
    text: Said
    hint: Said = NOTHING
    action: Said = NOTHING                      # word on the button
    then: Callable[[], None] | None = None # what the button does


@frozen
class RowFilter:
    """The rows of a layer that the filter of the table keeps, of how many, and its words."""

    layer_id: str
    ids: tuple[str, ...]
    every: int
    words: str


class Desk(QObject):
    """What every panel works on. Panels ask the desk and listen to it; they never talk to each other."""

    changed = Signal(object)             # Change
    replaced = Signal()                  # another project altogether
    saved = Signal()
    said = Signal(object)                # Notice
    selected = Signal(str, object)       # layer id, tuple of feature ids
    filtered = Signal()                  # the table keeps other rows, see `filter`
    unfilter_asked = Signal()            # all rows again
    import_asked = Signal()              # a file to bring in
    day_asked = Signal()                 # another day for the questions
    agreed_asked = Signal()              # the list of what was agreed
    rename_asked = Signal(str)           # result id: another name for the answer
    newer_asked = Signal()               # newer figures than those an answer counts
    known_asked = Signal(str)            # layer id: how complete its list is
    zoom_asked = Signal(str, object)     # layer id, tuple of feature ids (empty: the whole layer)
    table_asked = Signal(str)            # layer id
    step_asked = Signal(str)             # data need gaps plan share
    faults_asked = Signal()              # what of the file was not believed
    imported = Signal(object)            # ImportReport
    answered = Signal(object)            # Result
    report_asked = Signal(str)           # the text of a fault report
    bar_asked = Signal(object, object)   # Result, words before the bar whose rows are wanted
    opened = Signal(object)              # Path: a project file is open
    held_elsewhere = Signal(object, object)  # Path, Holder: another program has the file that was to be opened
    changed_elsewhere = Signal(object)   # Path: another program has written to the file that was to be saved
    open_asked = Signal(object)          # Path: a project file to open, once it is said what becomes of unsaved changes
    asked_otherwise = Signal(object, object)  # Result, Said: how its form stands now, where that is not what it was asked with
    why_asked = Signal(str)              # school: what putting it in the plan, or leaving it out, would cost
    followed = Signal(object)            # Move: an answer that follows the hand has moved
    unfollowed = Signal()                # nothing follows the hand any more
    peeked = Signal(object)              # Result that is looked at and not kept, or None: the project's own answers are shown again
    network_switched = Signal(bool)      # whether the network stays on
    _refused = Signal(object)            # EcoMapError: the journal cannot put changes down

    def __init__(self, settings: Settings, parent: QObject | None = None, workspace: Workspace | None = None,
                 journal: Journal | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.workspace = workspace or Workspace(undo_bytes=undo_mb(settings.undo_mb) * MEGABYTE)
        self._told_dropped = False
        self._had_another = False  # a project was here before this one, and is not given back yet
        self.otherwise: dict[str, Said] = {}  # id of an answer -> what it is of, and what its form asks now
        self.replaced.connect(lambda: self.otherwise.clear())  # of another project; the same question there has the same id
        self._giving_back = QTimer(self)
        self._giving_back.setSingleShot(True)
        self._giving_back.setInterval(GIVE_BACK_MS)
        self._giving_back.timeout.connect(self._give_back)
        self.workspace.connect(self._on_change)
        self.journal = journal or Journal(self.workspace)
        self.journal.refused = self._refused.emit
        self._refused.connect(self._say_refused, Qt.ConnectionType.QueuedConnection)
        self.worker = Worker(self)
        self.reader = Worker(self)  # cards and legends: never waits behind an analysis
        self.hand = Worker(self)  # answers that follow the hand: never wait behind anything
        self.closed = False       # nothing is begun any more
        self.peek: tuple[Project, Project, Result] | None = None  # asked of, with the answer, the answer: looked at, not kept
        self.asker = Worker(self)   # the network: nobody waits for a slow server to ask a question of the project
        self.looking = Looking(self.workspace, self.reader, self)
        self.selection: tuple[str, tuple[str, ...]] = ("", ())
        self.chosen_how: Said = NOTHING  # how areas that were chosen count: "most of their ground inside"
        self.filter: RowFilter | None = None
        self.last_import: ImportReport | None = None
        self.saved_project: Project | None = None
        self._takings: list[Taking] = []
        self.last_report = ""  # of EcoMap's own mistakes, for whoever mends it

    @property
    def project(self) -> Project:
        return self.workspace.project

    @property
    def shown(self) -> Project:
        """The project as map and tables show it: with an answer that is looked at and not kept, if there is one."""
        return self.project if self.peek is None else self.peek[1]

    @property
    def empty(self) -> bool:
        return not self.project.layers

    def switch_network(self, on: bool) -> None:
        """Let the network stay on, or allow it again for one asking at a time only; remembered."""
        if self.settings.network != on:
            self.settings.network = on
            self.settings.save()
            self.network_switched.emit(on)

    @property
    def read_only(self) -> Said:
        """Why the project is not saved over its own file, in a sentence; "" where it may be."""
        return self.workspace.access.why

    # --- changes at once -----------------------------------------------------------------------------------------

    def apply(self, project: Project, label: Said, *, merge_key: str = "") -> None:
        self.workspace.apply(project, label, merge_key=merge_key)

    def try_apply(self, change: Callable[[Project], Project], label: Said) -> bool:
        """Apply a change that may be refused; the refusal is said in words."""
        try:
            self.apply(change(self.project), label)
        except EcoMapError as problem:
            self.say_problem(problem)
            return False
        return True

    def set_visible(self, layer_id: str, visible: bool) -> None:
        self.apply(
            operations.set_visible(self.project, layer_id, visible),
            say("Show “{layer}”" if visible else "Hide “{layer}”", layer=self.project.layer(layer_id).name),
        )

    def set_ground(self, shown: bool) -> None:
        self.apply(operations.set_ground(self.project, shown), say("Show the ground" if shown else "Hide the ground"))

    def set_names(self, shown: bool) -> None:
        self.apply(operations.set_names(self.project, shown), say("Show names on the map" if shown else "Hide names on the map"))

    def select(self, layer_id: str, ids: Sequence[str], how: Said = NOTHING) -> None:
        """Choose places of a layer; ``how`` says when an area counted as chosen, where something was drawn."""
        wanted = (layer_id, tuple(ids)) if ids else ("", ())
        if wanted != self.selection:
            self.selection, self.chosen_how = wanted, how
            self.selected.emit(*wanted)

    def keep_rows(self, kept: RowFilter | None) -> None:
        """The table keeps only some rows of a layer, or all of them again."""
        if kept != self.filter:
            self.filter = kept
            self.filtered.emit()

    # --- work that takes a moment --------------------------------------------------------------------------------

    def replace(self, project: Project, path: Path | None, access: Access | None = None) -> None:
        self.selection, self.peek = ("", ()), None
        self.last_import = None
        self._had_another = self._had_another or not self.empty
        self.saved_project = project if path else None
        self._told_dropped = False
        self.workspace.replace(measure_as(project), path, access)
        self.looking.start_over()
        self.replaced.emit()
        self._giving_back.start()

    def _give_back(self) -> None:
        """The machine gets back what the project before took, once the window shows the new one."""
        forget_kept()
        if self._had_another:  # what was never there leaves nothing, and looking at a whole country takes a tenth of a second
            gc.collect()  # on this thread: see `ecomap.ui.garbage`
            self._had_another = False
        threading.Thread(target=give_back, name="give back", daemon=True).start()

    def new(self, starter: str, label: Said = _OPENING, district: str = "") -> None:
        self.worker.start(
            label, lambda progress: operations.new_project(starter, district=district, progress=progress),
            done=lambda project: self.replace(project, None), failed=self.say_problem,
        )

    def open(self, path: Path, *, reading: bool = False) -> None:
        """Open a project file; where another program has it, ask first, unless it is only to be read."""
        taking = self._taking()

        def opened(found: Opened) -> None:
            self._heard(taking)
            if found.project is None:
                self.held_elsewhere.emit(path, found.access.holder)
                return
            self.replace(found.project, path, found.access)
            self.settings.add_recent(path)
            self.opened.emit(path)
            self._say_access(path)
            self._say_faults(path)

        def work(progress: Progress) -> Opened:
            from ecomap.ui.ready import make_ready  # heavy

            found = open_held(path, self.workspace, reading=reading, progress=progress)
            taking.note(found.access)
            if found.project is not None:
                make_ready(found.project)
            return found

        self.worker.start(say("Opening {file}", file=name(path.name)), work, done=opened,
                          failed=lambda problem: self._failed(taking, problem), stopped=lambda: self._let_go(taking))

    def _taking(self) -> Taking:
        """Work begins that takes a lock; until its answer is heard, the lock is let go with the desk."""
        taking = Taking()
        self._takings.append(taking)
        return taking

    def _heard(self, taking: Taking) -> None:
        self._takings.remove(taking)

    def _let_go(self, taking: Taking) -> None:
        self._heard(taking)
        taking.let_go()

    def _failed(self, taking: Taking, problem: EcoMapError) -> None:
        self._let_go(taking)
        self.say_problem(problem)

    def _say_access(self, path: Path) -> None:
        """That the file is open for reading only, or in a folder without locks."""
        access = self.workspace.access
        if access.holder is not None:
            self.say(Notice("caution", say("{file} is open for reading.", file=name(path.name)),
                            joined([access.why, say("Save keeps your changes under another name.")]), say("Take over"), self.take_over))
        elif access.doubt:
            self.say(Notice("caution", access.doubt, say("See to it that only one person at a time works on the project.")))

    def take_over(self) -> None:
        """Make a file that is open for reading one that can be saved, once the other program is done with it."""
        path, saved, reading, taking = self.workspace.path, self.saved_project, self.workspace.access, self._taking()
        if path is None or reading.holder is None:
            self._heard(taking)
            return

        def taken(access: Access) -> None:
            if self.workspace.access is not reading:  # another project is open by now
                self._let_go(taking)
                return
            self._heard(taking)
            self.workspace.hold(access)
            self.saved.emit()
            self.say(Notice("note", say("{file} can be saved now.", file=name(path.name)), say("Nobody else is working on it.")))

        def failed(problem: EcoMapError) -> None:
            self._let_go(taking)
            if is_changed(problem):
                self.say(Notice("caution", problem.message, say("Open it again to see what was written, or save under another name."),
                                say("Open it again"), lambda: self.open_asked.emit(path)))
            else:
                self.say(Notice("caution", problem.message, say("Try again when it is closed there."), say("Try again"), self.take_over))

        self.worker.start(say("Taking over {file}", file=name(path.name)),
                          lambda progress: taking.note(take_over(path, saved, self.workspace, progress)), done=taken, failed=failed,
                          stopped=lambda: self._let_go(taking))

    def open_copy(self, path: Path) -> None:
        """Open a project file without its path, so that nothing is ever saved over it."""
        def opened(project: Project) -> None:
            self.replace(project, None)
            self._say_faults(path)

        self.worker.start(
            say("Opening {file}", file=name(path.name)), lambda progress: operations.open_project(path, progress=progress),
            done=opened, failed=self.say_problem,
        )

    def bring_back(self, lost: Lost, project: Project, path: Path | None, access: Access | None = None) -> None:
        """Another project with changes that a crash left unsaved; the journal goes on with their recovery file."""
        self.selection, self.peek = ("", ()), None
        self.last_import = None
        self._had_another = self._had_another or not self.empty
        self.saved_project = project if path else None
        self.journal.adopt(lost)
        self._told_dropped = False
        self.workspace.bring_back(measure_as(project), path, lost.about.doings, lost.about.since, access)
        self.looking.start_over()
        self.replaced.emit()
        if path is not None:
            self._say_access(path)

    def bring_back_from(self, lost: Lost, label: Said, *, done: Callable[[], None], failed: Callable[[EcoMapError], None]) -> None:
        """Open what a crash left unsaved, with the lock of its file where it still belongs to one."""
        taking = self._taking()

        def opened(found: Opened) -> None:
            self._heard(taking)
            assert found.project is not None
            self.bring_back(lost, found.project, found.path, found.access)
            done()

        def refused(problem: EcoMapError) -> None:
            self._let_go(taking)
            failed(problem)

        def work(progress: Progress) -> Opened:
            found = bring_back_held(lost, self.workspace, progress)
            taking.note(found.access)
            return found

        self.worker.start(label, work, done=opened, failed=refused, stopped=lambda: self._let_go(taking))

    def _say_faults(self, path: Path) -> None:
        """That not everything in the file was believed, with the way to the list."""
        faults = self.project.faults
        losing = sum(fault.loses for fault in faults)
        if not faults:
            return
        file, count = name(path.name), len(faults)
        text = (plural("{n} thing in {file} could not be read. The project is open for reading.",
                       "{n} things in {file} could not be read. The project is open for reading.", losing, file=file) if losing and self.read_only
                else plural("{n} thing in {file} is not as EcoMap wrote it.", "{n} things in {file} are not as EcoMap wrote them.", count, file=file))
        self.said.emit(Notice("problem" if losing else "caution", text, faults[0].text if count == 1 else NOTHING, say("See what"),
                              self.faults_asked.emit))

    def mend(self) -> None:
        """Write a sound copy of the file that is open, beside it."""
        path = self.workspace.path
        if path is None:
            return

        def written(mended: Mended) -> None:
            self.said.emit(Notice("note", say("The sound copy is {path}.", path=name(mended.path)), NOTHING, say("Open it"),
                                  lambda: self.open(mended.path)))

        self.worker.start(say("Writing a sound copy"), lambda progress: operations.mend(path, progress=progress), done=written,
                          failed=self.say_problem)

    def save(self, path: Path, then: Callable[[], None] | None = None) -> None:
        project, own = self.project, same_file(path, self.workspace.path)
        previous = self.saved_project if own else None
        if own and self.read_only:
            self.say(Notice("problem", self.read_only, say("Save it under another name.")))
            return
        taking = self._taking()

        def written(access: Access) -> None:
            self._heard(taking)
            self.workspace.hold(access)
            self.workspace.mark_saved(path, project)
            self.journal.look()
            self.saved_project = project
            self.settings.add_recent(path)
            self.saved.emit()
            self._say_access(path)
            if then is not None:
                then()

        def work(progress: Progress) -> Access:
            access = taking.note(save_held(project, path, self.workspace, previous=previous, over=not own, progress=progress))
            progress.through()
            return access

        def stopped() -> None:
            if taking.access.hold is None:
                self._heard(taking)
            else:  # too late: it is in its file, and another save must not take it for somebody else's
                written(taking.access)

        def failed(problem: EcoMapError) -> None:
            self._let_go(taking)
            if is_changed(problem):
                self.changed_elsewhere.emit(path)
            else:
                self.say_problem(problem)

        self.worker.start(say("Saving {file}", file=name(path.name)), work, done=written, failed=failed, stopped=stopped)

    def write(self, path: Path, done: Callable[[ExportReport], None], **words: Any) -> None:
        """Write a file for others, and note in the project that it has left: undo takes that back as little as the file."""
        project = self.project

        def written(made: tuple[ExportReport, Leaving]) -> None:
            report, left = made
            self.workspace.note(operations.noted(self.project, left), say("Write {file}", file=name(path.name)))
            done(report)

        self.worker.start(say("Writing {file}", file=name(path.name)),
                          lambda progress: operations.written(project, path, progress=progress, **words), done=written, failed=self.say_problem)

    def import_file(self, path: Path, role: str, chosen: Mapping[str, Any]) -> None:
        """Bring a file in as it is understood without being asked."""
        before = self.project
        self._bring_in(path, before, lambda progress: operations.import_file(before, path, role, progress=progress, **chosen))

    def keep_understood(self, path: Path, understood: Any, called: str) -> None:
        """Keep the rows of a file as the planner saw them understood, under a name."""
        before = self.project
        self._bring_in(path, before, lambda _progress: operations.import_understood(before, understood, called=called))

    def _bring_in(self, path: Path, before: Project, work: Callable[[Progress], tuple[Project, ImportReport]]) -> None:
        def arrived(answer: tuple[Project, ImportReport]) -> None:
            after, report = answer
            if self.project is not before:
                self.say(Notice("caution", say("{file} was read, but the project changed meanwhile.", file=name(path.name)), say("Import it again.")))
                return
            self.last_import = report
            self.apply(after, say("Import “{layer}”", layer=name(report.layer_name)))
            self.imported.emit(report)

        self.worker.start(say("Importing {file}", file=name(path.name)), work, done=arrived, failed=self.say_problem)

    def pin(self, school: str, where: str) -> bool:
        """Pin a school "in" or "out" of the plan, or take its pin off (""); a step that undo takes back."""
        return self.try_apply(lambda project: pin(project, school, where), pin_words(self.project, school, where))

    def run_analysis(self, name: str, given: Mapping[str, Any], title: Said, verb: Said,
                     failed: Callable[[EcoMapError], None] | None = None) -> None:
        """Ask one question; ``title`` is said while it works, ``verb`` is what undo takes back, ``failed`` hears of what went wrong."""
        before = self.project

        def answered(answer: tuple[Project, Result]) -> None:
            after, result = answer
            project = with_answer(before, after, self.project, result)
            if project is None:
                self.say(Notice("caution", say("{title}: the layers changed while it was working.", title=title), say("Ask again.")))
                return
            self.apply(project, verb)
            self.answered.emit(result)

        self.worker.start(
            title, lambda progress: operations.run_analysis(before, name, given, progress=progress),
            done=answered, failed=failed or self.say_problem,
        )

    def look_at(self, before: Project, after: Project, result: Result) -> bool:
        """Show an answer on map and in tables without keeping it; nothing happens where the project has changed since it was asked."""
        project = with_answer(before, after, self.project, result)
        if project is None:
            return False
        self.peek = (self.project, project, result)
        self.peeked.emit(result)
        return True

    def look_away(self) -> None:
        """Show the project as it is again."""
        if self.peek is not None:
            self.peek = None
            self.peeked.emit(None)

    def keep(self, verb: Said) -> Result | None:
        """Keep the answer that is looked at, as one step that undo takes back."""
        if self.peek is None or self.peek[0] is not self.project:
            return None
        _, project, result = self.peek
        self.peek = None
        self.mark_otherwise(result, NOTHING)
        self.apply(project, verb)
        self.answered.emit(result)
        return result

    def mark_otherwise(self, result: Result, words: Said) -> None:
        """Say wherever an answer stands that its form stands otherwise by now; no words: it does not."""
        if self.otherwise.get(result.id, NOTHING) == words:
            return
        if words:
            self.otherwise[result.id] = words
        else:
            self.otherwise.pop(result.id, None)
        self.asked_otherwise.emit(result, words)

    def take_up(self, before: Desk) -> None:
        """Go on with the work of another desk, which was shut down."""
        self.last_import, self.saved_project = before.last_import, before.saved_project
        self.last_report = before.last_report
        self.replaced.emit()
        self.looking.take_up(before.looking)
        self.select(*before.selection)

    def shut_down(self) -> None:
        """Stop all work and wait for it."""
        self.closed = True
        self.workspace.disconnect(self._on_change)
        self.worker.shut_down()
        self.reader.shut_down()
        self.hand.shut_down()
        self.asker.shut_down()
        while self._takings:
            self._takings.pop().let_go()

    # --- words ---------------------------------------------------------------------------------------------------

    def say(self, notice: Notice) -> None:
        self.said.emit(notice)

    def say_problem(self, problem: EcoMapError) -> None:
        if isinstance(problem, OwnMistakeError):
            self.say_mistake(problem.message, problem.hint, problem.report)
        else:
            self.said.emit(Notice("problem", problem.message, problem.hint))

    def say_mistake(self, message: Said, hint: Said, report: str) -> None:
        """A mistake of EcoMap's own, with a text to copy for whoever mends it."""
        self.last_report = report
        self.said.emit(Notice("problem", message, hint, say("Show the report"), lambda: self.report_asked.emit(report)))

    def _say_refused(self, problem: EcoMapError) -> None:
        self.said.emit(Notice("caution", problem.message, problem.hint))

    def _on_change(self, change: Change) -> None:
        self.look_away()  # what was looked at was asked of the project as it was
        if self.selection[0] and not self.project.has_layer(self.selection[0]):
            self.selection = ("", ())
        self.changed.emit(change)
        self.looking.follow(change)
        self._say_dropped()

    def _say_dropped(self) -> None:
        """Said once per project: undo no longer goes back to the beginning."""
        oldest = self.workspace.oldest_label
        if self.workspace.dropped and not self._told_dropped and oldest is not None:
            self._told_dropped = True
            self.say(Notice("note", say("Undo reaches back to “{step}”; earlier steps were dropped to save memory.", step=oldest)))


def with_answer(before: Project, after: Project, now: Project, result: Result) -> Project | None:
    """The answer of an analysis put on the project as it is now, or None if what was asked of has changed since.

    The planner may have shown, hidden or moved layers while the analysis worked; only other rows make it stale.
    """
    if now is before:
        return after
    used = {layer_id for layer_id, _ in result.provenance.inputs} if result.provenance else set(before.frames)
    if any(now.frames.get(layer_id) is not before.frames.get(layer_id) for layer_id in used):
        return None
    project = now.with_result(result)
    old = {layer.id: layer for layer in before.layers}
    for place, layer in enumerate(after.layers):
        if layer.id not in old or after.frames[layer.id] is not before.frames.get(layer.id):
            project = project.with_layer(layer, after.frames[layer.id], min(place, len(project.layers)))
        elif layer is not old[layer.id] and project.has_layer(layer.id) and project.layer(layer.id) is old[layer.id]:
            project = project.with_layer_changed(layer)
    return with_answer_names(project)
