"""How work begins and where help is: the first page, the help beside the window, and what is new once after an update."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog

from ecomap.model.said import name, say
from ecomap.model.version import VERSION
from ecomap.ui.commands.meeting_file import PAGE
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Notice
from ecomap.ui.panels.question import QuestionPanel
from ecomap.ui.speech import ALL_FILES, file_kinds, spoken
from ecomap.workspace.starting import STATE

if TYPE_CHECKING:
    from ecomap.ui.help.dialog import HelpDialog

SENT: Final = ((say("Projects and meeting files"), "*.gpkg *.html"), (ALL_FILES, "*"))


class Beginning:
    """The commands of the first page and of the help.

    Parameters
    ----------
    doer : callable
        What a command of `actions` does, by its key.
    open_path, open_page : callable
        Open a project file, and a meeting file, in place of the present project.
    """

    def __init__(self, window: Stage, folder: Callable[[], str], doer: Callable[[str], Callable[..., None]],
                 open_path: Callable[[Path], None], open_page: Callable[[Path], None], before_losing: Callable[[Callable[[], None]], None]) -> None:
        self.window, self._folder, self._doer = window, folder, doer
        self._open_path, self._open_page, self._before_losing = open_path, open_page, before_losing
        self.help: HelpDialog | None = None
        self._seen = window.settings.seen_version

    # --- the first page ------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Let the first page ask, once the window has built it."""
        page, doer = self.window.start, self._doer
        page.asked_example.connect(doer("starter"))
        page.asked_district.connect(self.open_district)
        page.asked_files.connect(doer("import"))
        page.asked_public.connect(doer("district"))
        page.asked_project.connect(self.ask_sent)
        page.asked_recent.connect(self._open_path)
        page.asked_help.connect(self.do_guide)
        page.asked_news.connect(self.do_news)
        page.asked_language.connect(lambda code: doer(f"language_{code}")())
        self.window.desk.said.connect(page.say)

    def do_start(self) -> None:
        self.window.show_start()

    def open_district(self, called: str) -> None:
        """The schools of a district of California as a new project."""
        desk = self.window.desk
        self._before_losing(lambda: desk.new(STATE, say("Opening {district}", district=name(called)), called))

    def ask_sent(self) -> None:
        """Ask for a project or a meeting file, and open it as what it is."""
        chosen, _ = QFileDialog.getOpenFileName(self.window, spoken(say("Open a project or a meeting file")), self._folder(), file_kinds(*SENT))
        if chosen:
            self.open_sent(Path(chosen))

    def open_sent(self, path: Path) -> None:
        """Open a file that somebody sent, whatever a mail program has made of its name."""
        if path.suffix.lower() == PAGE:
            self._open_page(path)
        else:
            self._open_path(path)

    # --- help ----------------------------------------------------------------------------------------------------

    def do_help(self) -> None:
        """The page about what is in sight: the question that is asked, else the step, else how it begins."""
        panel = self.window.panels[self.window.step]
        if self.window.starting:
            self.do_guide()
        else:
            from ecomap.ui.help.pages import step_key

            self.open_help(panel.current if isinstance(panel, QuestionPanel) and panel.current else step_key(self.window.step))

    def do_guide(self) -> None:
        self.open_help("")

    def do_news(self) -> None:
        from ecomap.ui.help.pages import NEWS_KEY

        self.open_help(NEWS_KEY)

    def open_help(self, key: str) -> None:
        """Show the help at a page; at its first where none is named."""
        from ecomap.ui.help.dialog import HelpDialog

        if self.help is None:
            self.help = HelpDialog(self.window, self.window.desk, self._seen)
        self.help.open_at(key)
        self.help.show()
        self.help.raise_()
        self.help.activateWindow()

    # --- news ----------------------------------------------------------------------------------------------------

    def tell_news(self) -> None:
        """Say once that this is a newer EcoMap than the last time; to somebody who never used one, nothing is new."""
        settings = self.window.settings
        if settings.seen_version == VERSION:
            return
        known = bool(settings.seen_version or settings.recent_files or settings.window_state)
        settings.seen_version = VERSION
        settings.save()
        if not known:
            return
        if self.window.starting:
            self.window.start.news.show()
        else:
            self.window.desk.say(Notice("note", say("EcoMap is version {version} now.", version=name(VERSION)), action=say("What is new"), then=self.do_news))
