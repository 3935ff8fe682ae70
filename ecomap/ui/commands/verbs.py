"""What the menu commands do. One method per command of `actions`, named do_<key>."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox, QWidget

from ecomap.model.errors import EcoMapError
from ecomap.model.formats import READABLE
from ecomap.model.roles import PRESENCE
from ecomap.model.said import Said, name, plural, say
from ecomap.model.units import choose_system
from ecomap.ui.commands.actions import TEXT_SIZES, keyed_commands
from ecomap.ui.commands.arrivals import Arrivals
from ecomap.ui.commands.beginning import Beginning
from ecomap.ui.commands.corrections import CorrectionCommands
from ecomap.ui.commands.holding import Holding
from ecomap.ui.commands.inventory import InventoryCommands
from ecomap.ui.commands.meeting_file import PAGE, MeetingFileCommands
from ecomap.ui.commands.newer import NewerCommands
from ecomap.ui.commands.recovery import Recoveries
from ecomap.ui.commands.scenarios import ScenarioCommands
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import STARTER, Desk, Notice
from ecomap.ui.dialogs.day import DayDialog
from ecomap.ui.dialogs.faults import FaultsDialog
from ecomap.ui.dialogs.importing import ImportDialog, Preview, settled_of
from ecomap.ui.dialogs.known import KnownDialog
from ecomap.ui.dialogs.people import PeopleDialog
from ecomap.ui.dialogs.reading import AboutDialog, KeysDialog, MethodDialog
from ecomap.ui.dialogs.releases import ReleasesDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.look.theme import THEME, look
from ecomap.ui.models.layers import group_moved, moved
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.ui.wall import Wall
from ecomap.workspace import operations
from ecomap.workspace.exports import file_stem
from ecomap.workspace.fault_report import fault_report
from ecomap.workspace.map_order import grouped

if TYPE_CHECKING:
    from ecomap.io.connectors.spec import Landed

PROJECT_ENDING = ".ecomap.gpkg"
PROJECT_FILES: Final = ((say("EcoMap projects"), "*.ecomap.gpkg"),)
DATA_FILES: Final = (
    (say("Data", context="files"), " ".join(f"*{ending}" for ending in READABLE)), (ALL_FILES, "*"),
)
LAYER_FILES: Final = (
    (name("GeoPackage"), "*.gpkg"), (name("GeoJSON"), "*.geojson"), (name("CSV"), "*.csv"), (name("Excel"), "*.xlsx"),
)
TEXT_STEPS = tuple(percent / 100 for percent in TEXT_SIZES)


class Commands:
    """The verbs of the window."""

    def __init__(self, window: Stage) -> None:
        self.window = window
        self.inventory = InventoryCommands(window, self.do_undo)
        self.scenarios = ScenarioCommands(window, self.do_undo)
        self.recoveries = Recoveries(window, self.ask_before_losing)
        self.newer = NewerCommands(window, self._folder, lambda: file_kinds(*DATA_FILES))
        self.corrections = CorrectionCommands(window, self._folder)
        self.meeting_files = MeetingFileCommands(window, self._folder, self.ask_before_losing)
        self.beginning = Beginning(window, self._folder, self.doer, self.open_path, self.meeting_files.open_file, self.ask_before_losing)
        self.holding = Holding(window, self.do_save_as, self.open_path)
        self._arrivals: Arrivals | None = None
        self._landed: dict[Path, Landed] = {}  # files that were fetched, by where they lie

    def doer(self, key: str) -> Callable[..., None]:
        """What a command of `actions` does; a step is gone to and a language spoken by its key."""
        if key.startswith("step_") and key != "step_run":
            return lambda *_: self.window.show_step(key.removeprefix("step_"))
        if key.startswith("language_"):
            return lambda *_: self.choose_language(key.removeprefix("language_"))
        if key.startswith("tool_"):
            return lambda *_: self.window.map.tools.hand.take(key.removeprefix("tool_"))
        if key.startswith("theme_"):
            return lambda *_: THEME.set(key.removeprefix("theme_"))
        if key.removeprefix("text_").isdigit():
            return lambda *_: THEME.set(scale=int(key.removeprefix("text_")) / 100)
        if key.startswith("units_"):
            return lambda *_: self.choose_units(key.removeprefix("units_"))
        theirs = {"inventory": self.inventory, "scenario": self.scenarios, "scenarios": self.scenarios, "corrections": self.corrections, "meeting": self.meeting_files,
                  **dict.fromkeys(("start", "help", "guide", "news"), self.beginning)}
        found: Callable[..., None] = getattr(theirs.get(key.split("_")[0], self), f"do_{key}")
        return found

    @property
    def _desk(self) -> Desk:
        return self.window.desk

    # --- files ---------------------------------------------------------------------------------------------------

    def do_new(self) -> None:
        self.ask_before_losing(lambda: self._desk.new("", say("Starting an empty project")))

    def do_starter(self) -> None:
        self.ask_before_losing(lambda: self._desk.new(STARTER))

    def do_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.window, spoken(say("Open a project")), self._folder(), file_kinds(*PROJECT_FILES))
        if chosen:
            self.open_path(Path(chosen))

    def open_path(self, path: Path) -> None:
        """Open a project file in place of the present one."""
        self.ask_before_losing(lambda: self._desk.open(path))

    def do_import(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self.window, spoken(say("Import files")), self._folder(), file_kinds(*DATA_FILES))
        self.arrivals.begin([Path(one) for one in chosen])

    @property
    def arrivals(self) -> Arrivals:
        """The files that were chosen or dropped together."""
        if self._arrivals is None:
            self._arrivals = Arrivals(self.window, self._desk.worker, self.import_path)
        return self._arrivals

    def take_files(self, paths: Sequence[Path]) -> None:
        """Files that were dropped: a project is opened, anything else imported, one after the other."""
        project = next((path for path in paths if path.name.endswith(PROJECT_ENDING)), None)
        page = next((path for path in paths if path.suffix.lower() == PAGE), None)
        if project is not None:
            self.open_path(project)
        elif page is not None:
            self.meeting_files.open_file(page)
        else:
            corrections = self.corrections.taken(paths)
            self.arrivals.begin([path for path in paths if path not in corrections])

    def take_file(self, path: Path) -> None:
        """One file that was dropped."""
        self.take_files([path])

    def import_path(self, path: Path) -> None:
        """Look into a file in the background, then ask how it is to be read."""
        self._desk.settings.last_folder = str(path.parent)
        project = self._desk.project

        settled = settled_of(self._landed[path]) if path in self._landed else None

        def refused(problem: EcoMapError) -> None:
            self._desk.say_problem(problem)
            self.arrivals.next_file()

        self._desk.worker.start(
            say("Reading {file}", file=name(path.name)), lambda progress: Preview.of(path, progress, project=project, settled=settled),
            done=lambda preview: self._ask_import(path, preview), failed=refused,
        )

    def _ask_import(self, path: Path, preview: Preview) -> None:
        waiting = self.arrivals
        dialog = ImportDialog(self.window, self._desk, path, preview, self.inventory.read_inventory,
                              turn=(waiting.place, waiting.count) if waiting.count > 1 else None, stop=waiting.stop)
        dialog.finished.connect(lambda _: waiting.next_file())
        dialog.open()

    def do_get_public_data(self) -> None:
        """A dialog says what will be asked of whom; then each file is looked into like one that was dropped."""
        from ecomap.ui.dialogs.fetching import FetchDialog  # heavy

        self.window.show_step("data")
        FetchDialog(self.window, self._desk, self.take_landed).open()

    def take_landed(self, landed: Sequence[Landed]) -> None:
        """Files that were fetched, in the order in which they understand each other."""
        self._landed = {one.path: one for one in landed}
        self.arrivals.begin([one.path for one in landed])

    def do_district(self) -> None:
        """A new project for a district, out of public data."""
        from ecomap.ui.dialogs.district import DistrictDialog  # heavy

        DistrictDialog(self.window, self._desk, self.open_path).open()

    def do_export(self) -> None:
        self.window.show_step("share")
        panel = self.window.panels["share"]
        assert isinstance(panel, SharePanel)
        panel.ask_and_export()

    def do_save(self, then: Callable[[], None] | None = None) -> None:
        path = self._desk.workspace.path
        if path is None or self._desk.read_only:
            self.do_save_as(then)
        else:
            self._desk.save(path, then if callable(then) else None)

    def do_save_as(self, then: Callable[[], None] | None = None) -> None:
        name = self._desk.project.title.lower().replace(" ", "-") + PROJECT_ENDING
        start = str(Path(self._folder()) / name)
        chosen, _ = QFileDialog.getSaveFileName(self.window, spoken(say("Save the project")), start, file_kinds(*PROJECT_FILES))
        if chosen:
            path = Path(chosen if chosen.endswith(PROJECT_ENDING) else chosen.removesuffix(".gpkg") + PROJECT_ENDING)
            self._desk.save(path, then if callable(then) else None)

    def do_take_over(self) -> None:
        self._desk.take_over()

    def do_versions(self) -> None:
        self.recoveries.show_versions()

    def do_recovered(self) -> None:
        self.recoveries.offer(asked=True)

    def do_releases(self) -> None:
        ReleasesDialog(self.window, self._desk).open()

    def show_faults(self) -> None:
        """What in the file that is open was not believed."""
        FaultsDialog(self.window, self._desk.project.faults, self._desk.mend if self._desk.read_only else None).open()

    def do_quit(self) -> None:
        self.window.close()

    def ask_before_losing(self, then: Callable[[], None]) -> None:
        """Go on at once, or after the planner said what happens to unsaved changes."""
        if not self._desk.workspace.dirty:
            then()
            return
        box = QMessageBox(self.window)
        box.setWindowTitle("EcoMap")
        box.setText(spoken(say("Save the changes to “{title}”?", title=name(self._desk.project.title))))
        box.setInformativeText(spoken(say("They are lost otherwise.")))
        save = box.addButton(spoken(say("Save")), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(spoken(say("Do not save")), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(spoken(say("Cancel")), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)

        def answered() -> None:
            if box.clickedButton() is save:
                self.do_save(then)
            elif box.clickedButton() is leave:
                then()

        box.finished.connect(answered)
        box.open()

    def _folder(self) -> str:
        return self._desk.settings.last_folder or str(Path.home())

    # --- edit ----------------------------------------------------------------------------------------------------

    def do_undo(self) -> None:
        self._desk.workspace.undo()

    def do_redo(self) -> None:
        self._desk.workspace.redo()

    def do_find(self) -> None:
        self.window.search.setFocus()
        self.window.search.selectAll()

    def do_title(self) -> None:
        def given(title: str) -> None:
            self._desk.try_apply(lambda project: operations.set_title(project, title), say("Change the title"))

        self._ask(say("Project title"), say("Title of the project:"), self._desk.project.title, given)

    def do_day(self) -> None:
        """The day that questions speak of which name no other."""
        DayDialog(self.window, self._desk).open()

    def _ask(self, title: Said, question: Said, text: str, given: Callable[[str], None]) -> None:
        """Ask for a line of text; nothing happens where the planner leaves without an answer."""
        box = QInputDialog(self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(spoken(title))
        box.setLabelText(spoken(question))
        box.setTextValue(text)
        box.setOkButtonText(spoken(say("OK")))
        box.setCancelButtonText(spoken(say("Cancel")))
        box.textValueSelected.connect(given)
        box.open()

    def do_clear_selection(self) -> None:
        self._desk.select("", ())

    # --- view ----------------------------------------------------------------------------------------------------

    def do_zoom_in(self) -> None:
        self.window.map.canvas.zoom_by(1.6)

    def do_zoom_out(self) -> None:
        self.window.map.canvas.zoom_by(1 / 1.6)

    def do_whole_map(self) -> None:
        self.window.map.fit()

    def do_zoom_selection(self) -> None:
        layer_id, ids = self._desk.selection
        if layer_id:
            self._desk.zoom_asked.emit(layer_id, ids)

    def do_chart(self) -> None:
        self.window.map.tools.show_chart()

    def do_views(self) -> None:
        self.window.map.tools.show_views()

    def do_agreed(self) -> None:
        self.window.map.tools.show_agreed()

    def do_agreed_write(self) -> None:
        self.window.map.tools.write_agreed()

    def do_choose_value(self) -> None:
        self.window.map.tools.choose_by_value()

    def do_choose_distance(self) -> None:
        self.window.map.tools.choose_by_distance()

    def do_ground(self, shown: bool) -> None:
        self._desk.set_ground(shown)

    def do_names(self, shown: bool) -> None:
        self._desk.set_names(shown)

    def do_show_layers(self, shown: bool) -> None:
        self.window.left.setVisible(shown)

    def do_show_table(self, shown: bool) -> None:
        self.window.table.setVisible(shown)

    def do_show_step(self, shown: bool) -> None:
        self.window.steps.setVisible(shown)

    def do_present(self) -> None:
        panel = self.window.panels[self.window.step]
        answer = panel.result if isinstance(panel, QuestionPanel) else None
        Wall(self._desk, self.window, answer.id if answer is not None else "").present()

    def do_text_larger(self) -> None:
        THEME.set(scale=next((step for step in TEXT_STEPS if step > look().scale + 0.01), TEXT_STEPS[-1]))

    def do_text_smaller(self) -> None:
        THEME.set(scale=next((s for s in reversed(TEXT_STEPS) if s < look().scale - 0.01), TEXT_STEPS[0]))

    def do_text_normal(self) -> None:
        THEME.set(scale=1.0)

    def choose_language(self, code: str) -> None:
        """Speak another language from now on; while work is going on, from the next start."""
        wanted = "" if code == "system" else code
        if wanted == self._desk.settings.language:
            return
        self._desk.settings.language = wanted
        self._desk.settings.save()
        if self._desk.worker.busy:
            self._desk.say(Notice("note", say("The window speaks another language from its next start."),
                                  say("Work is going on; the window stays as it is until then.")))
        else:
            self.window.language_chosen.emit()

    def choose_units(self, system: str) -> None:
        """Say distances in miles or in kilometres from now on, or as the place of the project has them."""
        wanted = "" if system == "place" else system
        if wanted == self._desk.settings.units:
            return
        self._desk.settings.units = wanted
        self._desk.settings.save()
        if self._desk.worker.busy:
            self._desk.say(Notice("note", say("The window measures in other units from its next start."),
                                  say("Work is going on; the window stays as it is until then.")))
        else:
            choose_system(wanted)
            self.window.language_chosen.emit()

    # --- layers --------------------------------------------------------------------------------------------------

    def _layer(self) -> str:
        return self.window.tree.current_layer()

    def do_layer_toggle(self) -> None:
        self._desk.set_visible(self._layer(), not self._desk.project.layer(self._layer()).visible)

    def do_layer_zoom(self) -> None:
        if not self._desk.project.layer(self._layer()).visible:
            self._desk.set_visible(self._layer(), True)
        self._desk.zoom_asked.emit(self._layer(), ())

    def do_layer_table(self) -> None:
        self.window.known_actions["show_table"].setChecked(True)
        self.window.table.show()
        self._desk.table_asked.emit(self._layer())

    def do_layer_style(self) -> None:
        StyleDialog(self.window, self._desk, self._layer()).open()

    def do_layer_newer(self) -> None:
        """Lay a newer list beside the layer, before anything is replaced."""
        self.newer.begin(self._layer())

    def do_layer_people(self) -> None:
        PeopleDialog(self.window, self._desk, self._desk.project.layer(self._layer())).open()

    def do_layer_known(self) -> None:
        self.say_known(self._layer())

    def say_known(self, layer_id: str) -> None:
        """How many there are in reality of what a layer lists; a layer of anything else is told so."""
        layer = self._desk.project.layer(layer_id)
        if layer.role in PRESENCE and not layer.result_id:
            KnownDialog(self.window, self._desk, layer).open()
        else:
            self._desk.say(Notice("note", say("“{layer}” does not list who or what is there.", layer=layer.name),
                                  say("Choose a layer of sites, zones or services.")))

    def do_layer_rename(self) -> None:
        """Another name for a layer; for one of an answer, another name for the answer wherever it stands."""
        layer = self._desk.project.layer(self._layer())
        if layer.result_id:
            self.rename_answer(layer.result_id)
            return

        def given(words: str) -> None:
            if words == spoken(layer.name):  # a name of ours stays in every language
                return
            self._desk.try_apply(
                lambda project: operations.rename_layer(project, layer.id, words), say("Rename “{layer}”", layer=layer.name)
            )

        self._ask(say("Rename the layer"), say("Name that others at the table recognise:"), spoken(layer.name), given)

    def rename_answer(self, result_id: str) -> None:
        """Ask for a name of one's own for an answer."""
        result = self._desk.project.result(result_id)

        def given(words: str) -> None:
            if words != spoken(result.title):  # a name of ours stays in every language
                self._desk.try_apply(lambda project: operations.rename_answer(project, result_id, words), say("Rename “{answer}”", answer=result.title))

        self._ask(say("Rename the answer"), say("Name of the answer wherever it stands; empty for its own name again:"), spoken(result.title), given)

    def do_layer_names(self) -> None:
        """Call areas after their neighborhoods, or as their publisher does, whichever they are not called now."""
        layer = self._desk.project.layer(self._layer())
        after = operations.with_other_names(self._desk.project, layer.id)
        if after is not self._desk.project:
            self._desk.apply(after, say("Names in “{layer}”", layer=layer.name))
            return
        self._desk.say(Notice("note", say("The names in “{layer}” stay as they are.", layer=layer.name),
                              say("Only need areas that have codes for names are called after their neighborhoods, and only where a ground names these.")))

    def do_layer_up(self) -> None:
        self.window.tree.move_current(-1)

    def do_layer_down(self) -> None:
        self.window.tree.move_current(1)

    def move_layer(self, layer_id: str, before: str) -> None:
        """A layer was dragged in front of another of its heading."""
        self._reorder(moved(self._desk.project, layer_id, before), say("Move “{layer}”", layer=self._desk.project.layer(layer_id).name))

    def move_heading(self, heading: str, before: str) -> None:
        project = self._desk.project
        words = next(one for one, _ in grouped(project) if one == heading)
        self._reorder(group_moved(project, heading, before), say("Move “{layer}”", layer=words))

    def _reorder(self, order: list[str], label: Said) -> None:
        project = self._desk.project
        if [layer.id for layer in project.layers if layer.id in set(order)] != order:
            self._desk.apply(operations.reorder_layers(project, order), label)

    def do_layer_remove(self) -> None:
        layer = self._desk.project.layer(self._layer())
        self._desk.apply(operations.remove_layer(self._desk.project, layer.id), say("Remove “{layer}”", layer=layer.name))
        self._desk.say(
            Notice("note", say("“{layer}” was removed from the project.", layer=layer.name), say("The file it came from is untouched."),
                 say("Undo"), self.do_undo)
        )

    def remove_earlier(self, results: tuple[str, ...]) -> None:
        """Earlier answers go, with their layers and tables, as one step."""
        many = len(results)
        self._desk.apply(operations.remove_results(self._desk.project, results), plural("Remove {n} earlier answer", "Remove {n} earlier answers", many))
        self._desk.say(Notice("note", plural("{n} earlier answer removed from the project.", "{n} earlier answers removed from the project.", many), say("The latest answers stay."), say("Undo"), self.do_undo))

    def do_layer_export(self) -> None:
        layer = self._desk.project.layer(self._layer())
        stem = file_stem(spoken(layer.name)) if layer.result_id else layer.id
        start = str(Path(self._folder()) / f"{stem}.gpkg")
        chosen, _ = QFileDialog.getSaveFileName(self.window, spoken(say("Export {layer}", layer=layer.name)), start, file_kinds(*LAYER_FILES))
        if chosen:
            self.export_layer(layer.id, Path(chosen))

    def export_layer(self, layer_id: str, path: Path) -> None:
        """Write one layer to a file."""
        self._desk.write(path, lambda _: self._desk.say(Notice("note", say("Wrote {file}.", file=name(path.name)), name(path.parent))),
                         layer=layer_id)

    # --- steps ---------------------------------------------------------------------------------------------------

    def do_step_run(self) -> None:
        panel = self.window.panels[self.window.step]
        if isinstance(panel, QuestionPanel):
            panel.run()
        elif isinstance(panel, SharePanel):
            panel.ask_and_export()
        else:
            self.do_import()

    # --- help ----------------------------------------------------------------------------------------------------

    def do_next_area(self) -> None:
        self._go_area(1)

    def do_previous_area(self) -> None:
        self._go_area(-1)

    def _go_area(self, by: int) -> None:
        """Put the keyboard into the next part of the window: layers, map, table, step, strip on top, status."""
        window = self.window
        parts: list[tuple[QWidget, QWidget]] = [
            (window.start, window.start), (window.tree, window.tree), (window.map.canvas, window.map), (window.table.on_screen(), window.table),
            (window.panels[window.step], window.steps), (window.strip.buttons[window.step], window.strip), (window.status, window.status),
        ]
        at = QApplication.focusWidget()
        here = next((n for n, (_, whole) in enumerate(parts) if at is not None and (whole is at or whole.isAncestorOf(at))), -1)
        for step in range(1, len(parts) + 1):
            target, whole = parts[(here + by * step) % len(parts)]
            if whole.isVisible():
                first = _first_control(target)
                first.setFocus()
                return

    def do_method(self) -> None:
        panel = self.window.panels[self.window.step]
        self.show_method(panel.current if isinstance(panel, QuestionPanel) else "")

    def show_method(self, analysis: str) -> None:
        MethodDialog(self.window, self._desk.project, analysis).open()

    def do_keys(self) -> None:
        KeysDialog(self.window, keyed_commands()).open()

    def do_fault(self) -> None:
        self._desk.report_asked.emit(self._desk.last_report or fault_report())

    def do_about(self) -> None:
        AboutDialog(self.window).open()


def _first_control(widget: QWidget) -> QWidget:
    """The widget itself if it takes the keyboard, else the first inside it that does."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return widget
    for inside in widget.findChildren(QWidget):
        if inside.focusPolicy() & Qt.FocusPolicy.TabFocus and inside.isVisibleTo(widget) and inside.isEnabled():
            return inside
    return widget
