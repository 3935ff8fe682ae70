"""The window: where everything stands, and how it starts and ends."""

from __future__ import annotations

import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QFileOpenEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from ecomap.model.change import Change
from ecomap.model.said import name, say
from ecomap.model.units import choose_system
from ecomap.ui import speech
from ecomap.ui.commands.menus import Menus
from ecomap.ui.commands.search import SearchBox, everything
from ecomap.ui.commands.stage import Stage
from ecomap.ui.commands.strip import StepStrip
from ecomap.ui.commands.verbs import Commands
from ecomap.ui.desk import Desk
from ecomap.ui.dialogs.reading import FaultDialog
from ecomap.ui.first_paint import FirstPaint
from ecomap.ui.garbage import Garbage, leave_out_what_stays
from ecomap.ui.look.flow import Flow
from ecomap.ui.look.icons import window_icon
from ecomap.ui.look.parts import Scroll, column, follow_theme, icon_button
from ecomap.ui.look.ring import FocusRing
from ecomap.ui.look.theme import THEME, look, named
from ecomap.ui.map.area import MapArea
from ecomap.ui.map.following import window_in_pixels
from ecomap.ui.map.strip import ChosenStrip
from ecomap.ui.panels.data import DataPanel
from ecomap.ui.panels.hand import Move
from ecomap.ui.panels.inventory import InventoryBox
from ecomap.ui.panels.layers import LayerTree, empty_hint
from ecomap.ui.panels.question import QuestionPanel, question_panels
from ecomap.ui.panels.scenarios import ScenariosPage
from ecomap.ui.panels.share import SharePanel
from ecomap.ui.panels.start import StartPage
from ecomap.ui.panels.step import PANEL_WIDTH
from ecomap.ui.panels.tables import TablePanel
from ecomap.ui.speech import spoken
from ecomap.ui.standing import remembered, restore, stand
from ecomap.ui.status import StatusStrip
from ecomap.ui.steps import STEPS
from ecomap.workspace.access import Access
from ecomap.workspace.asked import title_words
from ecomap.workspace.fault_report import fault_report, template_of
from ecomap.workspace.journal import Journal
from ecomap.workspace.log import log, log_path, set_up_log
from ecomap.workspace.settings import PARTS, Settings
from ecomap.workspace.soon import Soon
from ecomap.workspace.tidying import tidy
from ecomap.workspace.workspace import Workspace

REMEMBER_AFTER_MS = 400   # of rest, until where things stand is written
LAYERS_WIDTH = 286
TABLES_HEIGHT = 230
VIEW_SHARE = 0.45  # of the height, for an answer that is more than a table
LARGE_TEXT, VIEW_SHARE_LARGE_TEXT = 1.3, 0.6
TABLES_SHARE = 0.4                     # of the height, the most that tables get by themselves when the text is large
SAME_MISTAKE_S = 2.0                   # the same mistake again so soon is not said again
LEAST_LAYERS, LEAST_PANEL = 360, 232   # px with large text; px per step of text size that a form needs


class MainWindow(Stage):
    """Layers on the left, the map with its tables in the middle, the step on the right."""

    def __init__(self, settings: Settings | None = None, workspace: Workspace | None = None, journal: Journal | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings.load()
        self.desk = Desk(self.settings, self, workspace, journal)
        self.commands = Commands(self)
        self.menus = Menus(self, self.commands.doer, self.commands.open_path)
        self._closing = False
        self._at_step: dict[QWidget, QWidget | None] = {}  # panel of a step -> its control that had the keyboard last
        self._last_mistake = ("", 0.0)
        self._handed_over = False
        self._soon = Soon("ecomap-settings")
        self._to_remember = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self._to_remember.timeout.connect(self._remember_soon)
        self.setWindowIcon(window_icon())
        self.setObjectName("ground")
        self.setAcceptDrops(True)
        stand(self)
        self._build()
        self._connect()
        self._remembered()
        self._order_of_keys()
        self.ring = FocusRing(self)
        self._scale = look().scale
        follow_theme(self, self._scaled)
        self.commands.beginning.connect()
        self.show_step(self.settings.step if self.settings.step in self.panels else "data")
        self._follow_places()
        self._say_title()
        self.menus.refresh()
        self.map.canvas.setFocus()

    # --- what stands where ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.map = MapArea(self.desk)
        self.table = TablePanel(self.desk)
        self.tree = LayerTree(self.menus.layer_menu)
        self.left = QStackedWidget()
        self.left.addWidget(empty_hint(self.left))
        self.left.addWidget(self.tree)
        self.left.setObjectName("surface")
        self.left.setMinimumWidth(190)
        named(self.left, say("Layers"))
        self.panels = {
            "data": DataPanel(self.desk), **question_panels(self.desk), "share": SharePanel(self.desk),
        }
        self.steps = QStackedWidget()
        for panel in self.panels.values():
            self.steps.addWidget(panel)
        self.steps.setObjectName("surface")
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.chosen = ChosenStrip(self.desk, self.map.tools)
        self.map.tools.correcting.connect(self.commands.corrections.do_corrections_open)
        mapped = QWidget()
        below = column(self.map, self.chosen, spacing=0)
        below.setStretch(0, 1)
        mapped.setLayout(below)
        self.middle.addWidget(mapped)
        self.middle.addWidget(self.table)
        self.middle.setSizes([560, TABLES_HEIGHT])
        self.middle.setStretchFactor(0, 1)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.left, Scroll(self.middle, say("Map and tables")), self.steps):  # a low window scrolls to the tables
            self.across.addWidget(widget)
        self.across.setStretchFactor(1, 1)
        self._share_out()
        for splitter in (self.middle, self.across):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.status = StatusStrip(self.desk)
        central = QWidget()
        central.setObjectName("ground")
        self.pages = QStackedWidget()  # the work, or the first page in its place
        self.start = StartPage()
        self.pages.addWidget(self.across)
        self.pages.addWidget(self.start)
        places = column(self._strip(), self.pages, self.status, spacing=0)
        places.setStretch(1, 1)
        central.setLayout(places)
        self.setCentralWidget(central)

    def _share_out(self) -> None:
        """Widths of the three parts; the outer two grow with the text, but leave room for the map and the tables."""
        grown = min(look().scale, 1.5)
        left, right = round(LAYERS_WIDTH * grown), round(PANEL_WIDTH * grown)
        if grown > LARGE_TEXT:
            left = min(left, max(round(self.width() * 0.22), LEAST_LAYERS))
            right = min(right, max(round(self.width() * 0.34), round(LEAST_PANEL * look().scale)))
        self.across.setSizes([left, max(self.width() - left - right, 240), right])
        every = sum(self.middle.sizes())
        if grown > LARGE_TEXT and every:
            tables = min(round(TABLES_HEIGHT * grown), round(every * TABLES_SHARE))
            self.middle.setSizes([every - tables, tables])

    def _give_room(self, more: bool) -> None:
        """Two thirds of the height for the tables, or the map large again."""
        every = sum(self.middle.sizes())
        self.middle.setSizes([every // 3, every - every // 3] if more else [every - TABLES_HEIGHT, TABLES_HEIGHT])

    def _room_for_view(self) -> None:
        """An answer that was just asked for and is more than a table gets as much room as the map."""
        every = sum(self.middle.sizes())
        share = VIEW_SHARE if look().scale <= LARGE_TEXT else VIEW_SHARE_LARGE_TEXT
        if self.table.pictured() is not None and self.middle.sizes()[1] < every * share - 1:
            self.middle.setSizes([round(every * (1 - share)), round(every * share)])

    def _scaled(self) -> None:
        """The text size changed."""
        if look().scale != self._scale:
            self._scale = look().scale
            self._share_out()

    def _strip(self) -> QWidget:
        strip = QFrame()
        strip.setObjectName("strip")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.undo_button = icon_button("undo", say("Undo"))
        self.redo_button = icon_button("redo", say("Redo"))
        self.undo_button.clicked.connect(self.commands.do_undo)
        self.redo_button.clicked.connect(self.commands.do_redo)
        self.strip = StepStrip(tuple((step.key, step.name, step.question) for step in STEPS))
        self.search = SearchBox(lambda: everything(self))
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strip.setLayout(Flow(self.undo_button, self.redo_button, self.strip, self.search, margins=(12, 7, 14, 7), spacing=8))
        return strip

    def _connect(self) -> None:
        desk = self.desk
        self.strip.chosen.connect(self.show_step)
        desk.step_asked.connect(self.show_step)
        desk.faults_asked.connect(self.commands.show_faults)
        desk.changed.connect(self._on_change)
        desk.replaced.connect(self._on_replaced)
        desk.report_asked.connect(lambda report: FaultDialog(self, report).open())
        desk.saved.connect(self._say_title)
        desk.opened.connect(self.commands.recoveries.offer)
        desk.saved.connect(self.status.say_saved)
        desk.saved.connect(lambda: self.menus.refresh())
        desk.selected.connect(lambda *_: self.menus.refresh())
        desk.followed.connect(self._follow)
        desk.unfollowed.connect(self.map.follower.unfollow)
        desk.unfollowed.connect(self.table.unfollow)
        self.map.canvas.view_changed.connect(lambda _view: self._tell_hand())
        self.map.legends_ready.connect(self._show_legends)
        desk.imported.connect(lambda report: desk.table_asked.emit(report.layer_id))
        self.table.rows_asked.connect(self.commands.inventory.show_rows)
        self.table.larger.toggled.connect(self._give_room)
        desk.answered.connect(lambda _result: self._room_for_view())
        self.map.add_asked.connect(self.commands.inventory.add_at_school)
        self.map.record_asked.connect(self.commands.inventory.show_record)
        self.map.change_asked.connect(self.commands.inventory.change_row)
        self.map.coordinates.connect(self.status.say_place)
        self.map.pointed_at.connect(self.status.pointed.say)
        self.tree.layers.ticked.connect(desk.set_visible)
        self.tree.dropped.connect(self.commands.move_layer)
        self.tree.heading_dropped.connect(self.commands.move_heading)
        self.tree.zoom_asked.connect(lambda layer_id: desk.zoom_asked.emit(layer_id, ()))
        self.tree.earlier_removed.connect(self.commands.remove_earlier)
        self.tree.chosen.connect(lambda _: self.menus.refresh())
        data = self.panels["data"]
        assert isinstance(data, DataPanel)
        data.asked_import.connect(self.commands.do_import)
        self.desk.import_asked.connect(self.commands.do_import)
        self.desk.day_asked.connect(self.commands.do_day)
        self.desk.agreed_asked.connect(self.commands.do_agreed)
        self.desk.newer_asked.connect(self.commands.do_get_public_data)
        self.desk.rename_asked.connect(self.commands.rename_answer)
        self.desk.known_asked.connect(self.commands.say_known)
        data.asked_new.connect(self.commands.do_starter)
        data.asked_fetch.connect(self.commands.do_get_public_data)
        data.asked_district.connect(self.commands.do_district)
        data.asked_newer.connect(self.commands.newer.begin)
        assets = self.panels.get("assets")
        if isinstance(assets, QuestionPanel):
            box = InventoryBox(desk)
            assets.foot.addWidget(box)
            box.add_asked.connect(self.commands.inventory.do_inventory_add)
            box.read_asked.connect(self.commands.inventory.do_inventory_read)
            box.write_asked.connect(self.commands.inventory.do_inventory_write)
            box.review_asked.connect(self.commands.inventory.do_inventory_review)
        self._connect_scenarios()
        for key, panel in self.panels.items():
            panel.asked_method.connect(self.commands.show_method)
            if isinstance(panel, QuestionPanel):
                panel.question_chosen.connect(lambda _analysis, key=key: self.show_step(key))

    def _connect_scenarios(self) -> None:
        """Scenarios stand beside the questions of the step that plans, and are changed from the map."""
        self.map.menu_asked.connect(self.commands.scenarios.open_menu)
        self.desk.looking.changed.connect(lambda: self.menus.refresh())
        plan = self.panels.get("plan")
        if isinstance(plan, QuestionPanel):
            page = ScenariosPage(self.desk)
            plan.set_beside(page)
            page.list.new_asked.connect(self.commands.scenarios.do_scenario_new)
            page.list.here_asked.connect(self.commands.scenarios.do_scenario_here)
            page.list.order_changed.connect(plan.order_of_keys)
            page.compare.changed.connect(plan.order_of_keys)
            page.closing.changed.connect(plan.order_of_keys)
            page.compare.answered.connect(lambda: plan.bring_up(page.compare.found))
            self.desk.looking.compared.connect(lambda: self.menus.refresh())

    def show_scenarios(self) -> None:
        plan = self.panels.get("plan")
        if isinstance(plan, QuestionPanel):
            self.show_step("plan")
            plan.show_beside(True)
            plan.tabs.bar.setFocus()

    def _order_of_keys(self) -> None:
        """Tab goes through the window as it is read: the strip, layers, map, tables, then the step."""
        first = self.panels["data"].area.findChildren(QPushButton)[0]
        order = (
            self.undo_button, self.redo_button, *self.strip.buttons.values(), self.search, self.tree,
            self.map.canvas, *self.map.zoom.findChildren(QToolButton), self.table.tabs, self.table.filter,
            self.table.view, first,
        )
        for one, then in pairwise(order):
            QWidget.setTabOrder(one, then)

    def _remembered(self) -> None:
        """Where things stood last time."""
        self.tree.remembered = self.settings.layer
        for part in self.settings.hidden:
            self.known_actions[f"show_{part}"].setChecked(False)
            self.commands.doer(f"show_{part}")(False)
        restore(self.settings.window_state, self, self.across, self.middle)

    def _follow_places(self) -> None:
        """Whatever moves from now on is remembered soon, so that a crash does not forget it."""
        start = self._to_remember.start
        self.across.splitterMoved.connect(lambda *_: start())
        self.middle.splitterMoved.connect(lambda *_: start())
        self.tree.chosen.connect(lambda _: start())
        follow_theme(self, start)
        for part in PARTS:
            self.known_actions[f"show_{part}"].toggled.connect(lambda _: start())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._to_remember.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._to_remember.start()

    def _remember_soon(self) -> None:
        """Write where things stand, on a thread that nobody waits for."""
        if not self._handed_over:
            self._take_places()
            write = self.settings.taken()
            self._soon.ask(lambda: write(None))

    def _remember(self) -> None:
        self._to_remember.stop()
        self._soon.flush(2.0)
        self._take_places()
        self.settings.save()

    def _take_places(self) -> None:
        self.settings.window_state = remembered(self.settings.window_state, self, self.across, self.middle)
        self.settings.theme = THEME.mode
        self.settings.text_scale = look().scale
        self.settings.step = self.step
        self.settings.layer = self.tree.current_layer() or self.settings.layer
        self.settings.hidden = tuple(part for part in PARTS if not self.known_actions[f"show_{part}"].isChecked())

    # --- what changes --------------------------------------------------------------------------------------------

    def show_step(self, key: str) -> None:
        """Go to a step of the work."""
        self.pages.setCurrentWidget(self.across)
        self._to_remember.start()
        at = self.focusWidget()
        left = next((one for one in self.panels.values() if at is not None and one.isAncestorOf(at)), None)
        self.strip.show_step(key)
        self.steps.setCurrentWidget(self.panels[key])
        panel = self.panels[key]
        if left is not None and left is not panel:  # the hand stays in the step, where it was there the last time
            self._at_step[left] = at
            panel.take_hand(self._at_step.get(panel))
        if isinstance(panel, QuestionPanel):
            self.map.prefer(panel.current)
            if panel.result is not None:
                self.table.show_result(panel.result.id)

    def show_start(self) -> None:
        """Go to the first page; the project stays as it is beneath."""
        self.start.show_recent(self.settings.recent)
        self.pages.setCurrentWidget(self.start)
        self.menus.refresh()
        self.start.take_hand()

    def _follow(self, step: Move) -> None:
        """An answer moved with the hand: map and tables move with it."""
        self.map.follower.follow(step.result, step.shade)
        self.table.follow(step.result)

    def _tell_hand(self) -> None:
        """Which part of the ground the map shows."""
        for panel in self.panels.values():
            if isinstance(panel, QuestionPanel):
                for page in panel.pages.values():
                    page.hand.window_shown = window_in_pixels(self.map.canvas)
                    page.hand.again()

    def _on_change(self, change: Change) -> None:
        others = change.added or change.removed or change.reordered or change.results  # layers, or the names of answers above them
        if change.described and not others:
            self.tree.show_ticks(self.desk.project)
        if others:
            self._show_legends()
        if change.added:
            self.pages.setCurrentWidget(self.across)
        self._say_title()
        self.menus.refresh()

    def _on_replaced(self) -> None:
        self.pages.setCurrentWidget(self.across)
        self._show_legends()
        self._say_title()
        self.menus.refresh()

    def _show_legends(self) -> None:
        self.left.setCurrentIndex(0 if self.desk.empty else 1)
        self.tree.show_layers(self.desk.project, self.map.legends)

    def _say_title(self) -> None:
        workspace = self.desk.workspace
        called = name(workspace.path.name) if workspace.path else title_words(workspace.project)
        shown = say("{file} (read only)", file=called) if workspace.access.reading else called
        self.setWindowTitle(f"{spoken(shown)}[*] — EcoMap")
        self.setWindowModified(workspace.dirty)
        self.status.say_saved()

    # --- files that are dropped ----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            QTimer.singleShot(0, lambda: self.commands.take_files(paths))

    def mistake(self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        """A bug in the window itself: into the log with it, and a calm word to the planner, with a report to copy."""
        report = fault_report(bug.with_traceback(trace) if isinstance(bug, kind) else None, doing=self._doing())
        again, self._last_mistake = self._last_mistake, (report, time.monotonic())
        if again[0] == report and self._last_mistake[1] - again[1] < SAME_MISTAKE_S:
            return  # drawing fails sixty times a second: said once
        log.error("A mistake in the window\n%s", report)
        self.desk.say_mistake(
            say("EcoMap made a mistake; your project was not harmed."),
            say("Save your work. The log, {file}, says what happened.", file=name(log_path())), report,
        )

    def _doing(self) -> list[str]:
        """What was at work, in EcoMap's own words."""
        job = self.desk.worker.runner.current
        return [
            f"step {self.step}", f"command {self.menus.latest}" if self.menus.latest else "",
            f"last change: {template_of(self.desk.workspace.undo_label)}", f"work: {template_of(job.label)}" if job else "",
        ]

    # --- the end -------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._handed_over:
            event.accept()
            return
        if not self._closing and self.desk.workspace.dirty:
            event.ignore()
            self.commands.ask_before_losing(self._close_now)
            return
        self._remember()
        self.desk.shut_down()
        self.desk.journal.close()
        self.desk.workspace.hold(Access())
        event.accept()

    def _close_now(self) -> None:
        self._closing = True
        self.close()

    def again(self) -> MainWindow:
        """A window with the same work, in the language that is spoken now; this one can only be closed."""
        step, view = self.step, self.map.canvas.view()
        questions = {key: panel.current for key, panel in self.panels.items() if isinstance(panel, QuestionPanel)}
        self._remember()
        self.desk.shut_down()
        self._handed_over = True
        made = MainWindow(self.settings, self.desk.workspace, self.desk.journal)
        made.desk.take_up(self.desk)
        for key, current in questions.items():
            panel = made.panels[key]
            assert isinstance(panel, QuestionPanel)
            panel.choose(current)
        made.show_step(step)
        if self.starting:
            made.show_start()
        made.map.canvas.set_view(view)
        return made


class Opened(QObject):
    """The window that is open; where another language is chosen, one that speaks it takes its place."""

    _beside = Signal(object)  # an error on another thread

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self._listen()

    def _listen(self) -> None:
        self.window.language_chosen.connect(self._again, Qt.ConnectionType.QueuedConnection)

    def catch_mistakes(self) -> None:
        """Whatever goes wrong in the window or on a thread beside it becomes words in the window that is open."""
        sys.excepthook = lambda kind, bug, trace: self.window.mistake(kind, bug, trace)
        threading.excepthook = lambda given: self._beside.emit(given.exc_value) if given.exc_value is not None else None
        self._beside.connect(lambda bug: self.window.mistake(type(bug), bug, bug.__traceback__), Qt.ConnectionType.QueuedConnection)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A file that is double-clicked on a Mac comes as an event, whether EcoMap is open already or not."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.window.commands.take_file(Path(event.file()))
            return True
        return False

    def _again(self) -> None:
        speech.use(speech.chosen(self.window.settings.language))
        before, self.window = self.window, self.window.again()
        self.window.show()
        before.close()
        before.deleteLater()
        self._listen()


def application() -> QApplication:
    """The one Qt application, named and with its icon."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("EcoMap")
    app.setApplicationDisplayName("")
    app.setWindowIcon(window_icon())
    return app


def run(project_path: Path | str | None = None, *, quit_after_first_paint: bool = False) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    project_path : path, optional
        A project to open; without one the window opens on its first page.
    quit_after_first_paint : bool
        Leave as soon as the window was painted (to measure the start); with a project as soon as it is open.

    Returns
    -------
    int
        The program's exit code: 0, or 1 if a project was to be opened before leaving and could not be.
    """
    set_up_log()
    app = application()
    settings = Settings.load()
    THEME.start(app, settings.theme, settings.text_scale)
    speech.use(speech.chosen(settings.language))
    choose_system(settings.units)
    leave_out_what_stays()
    window = MainWindow(settings)
    opened = Opened(window)
    if project_path is None:
        window.show_start()
    opened.catch_mistakes()
    app.installEventFilter(opened)

    opening = [project_path] if project_path is not None else []
    window.desk.replaced.connect(lambda: opening.clear())
    window.desk.said.connect(lambda said: window.show_start() if opening and said.kind == "problem" else None)

    def begin() -> None:
        threading.Thread(target=tidy, name="tidy", daemon=True).start()
        if quit_after_first_paint and project_path is None:
            app.quit()  # closing the window stops its work
        elif project_path is not None:
            window.desk.open(Path(project_path))
        else:
            window.commands.recoveries.offer()
        if not quit_after_first_paint:
            window.commands.beginning.tell_news()

    if quit_after_first_paint and project_path is not None:
        window.desk.replaced.connect(app.quit, Qt.ConnectionType.QueuedConnection)
        window.desk.said.connect(lambda said: app.exit(1) if said.kind == "problem" else None)
        window.desk.held_elsewhere.connect(lambda *_: app.exit(1))

    FirstPaint(window, begin)
    garbage = Garbage(app)
    window.show()
    code = app.exec()
    garbage.stop()
    return code
