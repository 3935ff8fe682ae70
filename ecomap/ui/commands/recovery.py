"""After a crash: what was not saved is offered, brought back, looked at or thrown away. And earlier versions of a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import Said, name, plural, say
from ecomap.ui.commands.stage import Stage
from ecomap.ui.desk import Desk, Notice
from ecomap.ui.dialogs.recovery import Offer, RecoveryDialog
from ecomap.ui.dialogs.versions import VersionsDialog
from ecomap.ui.speech import file_kinds, spoken
from ecomap.workspace.journal import belongs_still, lost_work, open_lost
from ecomap.workspace.versions import keep_version

PROJECT_ENDING = ".ecomap.gpkg"


class Recoveries:
    """Looks for unsaved work in the background and asks what is to become of it.

    Parameters
    ----------
    before_losing : callable
        Goes on after the planner said what happens to the unsaved changes of the project that is open.
    """

    def __init__(self, window: Stage, before_losing: Callable[[Callable[[], None]], None]) -> None:
        self._window = window
        self._before_losing = before_losing
        self.dialog: RecoveryDialog | None = None

    @property
    def _desk(self) -> Desk:
        return self._window.desk

    def offer(self, path: Path | None = None, *, asked: bool = False) -> None:
        """Ask about unsaved work, if there is any; of one project file, if one is given.

        Parameters
        ----------
        asked : bool
            Whether the planner wants to know, and is told so where there is none.
        """

        def look(_progress: Progress) -> tuple[tuple[Offer, ...], int, Path | None]:
            found = lost_work(path)
            offers = tuple(Offer(lost, belongs_still(lost.about)) for lost in found.lost)
            return offers, len(found.damaged), found.damaged[0].parent if found.damaged else None

        self._desk.reader.start(say("Looking for unsaved changes"), look, done=lambda found: self._ask(found[0], found[1], found[2], asked),
                                failed=self._desk.say_problem, quiet=True)

    def _ask(self, offers: tuple[Offer, ...], damaged: int, folder: Path | None, asked: bool) -> None:
        if damaged:
            self._desk.say(Notice(
                "caution", plural("Unsaved changes of {n} project cannot be read; they were put aside.",
                                  "Unsaved changes of {n} projects cannot be read; they were put aside.", damaged),
                say("They are in the folder {folder}.", folder=name(folder))))
        if asked and not offers and not damaged:
            self._desk.say(Notice("note", say("There are no unsaved changes to bring back."),
                                  say("EcoMap puts every change down as it is made, and offers it here if it ever ends without being closed.")))
        if not offers or self.dialog is not None:
            for offer in offers:
                offer.lost.file.let_go()
            return
        self.dialog = dialog = RecoveryDialog(self._window, offers, dt.datetime.now().date())
        dialog.bring.connect(self._bring_back)
        dialog.copy.connect(self._look_at)
        dialog.throw.connect(self._throw_away)
        dialog.finished.connect(lambda _: self._over(offers))
        dialog.open()

    def _over(self, offers: tuple[Offer, ...]) -> None:
        """What was not chosen waits for the next start."""
        dialog, self.dialog = self.dialog, None
        chosen = dialog.chosen if dialog is not None else None
        for offer in offers:
            if offer is not chosen:
                offer.lost.file.let_go()

    def _bring_back(self, offer: Offer) -> None:
        def done() -> None:
            count = len(offer.lost.about.doings)
            self._desk.say(Notice("note", plural("{n} change was brought back.", "{n} changes were brought back.", count), self._what_next()))

        self._before_losing(lambda: self._desk.bring_back_from(offer.lost, self._bringing(offer), done=done,
                                                              failed=lambda _: self._put_aside(offer)))

    def _look_at(self, offer: Offer) -> None:
        def opened(found: tuple[Project, bool]) -> None:
            self._desk.replace(found[0], None)
            offer.lost.file.let_go()
            self._desk.say(Notice("note", say("This is a copy with the changes; they are offered again at the next start."),
                                  say("Save it under a name to keep it.")))

        self._before_losing(lambda: self._open(offer, opened))

    def _open(self, offer: Offer, opened: Callable[[tuple[Project, bool]], None]) -> None:
        self._desk.worker.start(self._bringing(offer), lambda progress: open_lost(offer.lost, progress), done=opened,
                                failed=lambda _: self._put_aside(offer))

    def _bringing(self, offer: Offer) -> Said:
        return say("Bringing back “{project}”", project=offer.called)

    def _put_aside(self, offer: Offer) -> None:
        aside = offer.lost.file.keep_aside()
        self._desk.say(Notice("problem", say("The unsaved changes to “{project}” cannot be read; they were put aside.", project=offer.called),
                              say("They are in {file}.", file=name(aside))))

    def _throw_away(self, offer: Offer) -> None:
        offer.lost.file.remove()

    def _what_next(self) -> Said:
        path = self._desk.workspace.path
        if path is None or self._desk.read_only:
            return say("Save the project under a name to keep them.")
        return say("Save writes them into {file}.", file=name(path.name))

    # --- earlier versions ----------------------------------------------------------------------------------------

    def show_versions(self) -> VersionsDialog:
        """List the versions that lie beside the project file."""
        path = self._desk.workspace.path
        dialog = VersionsDialog(self._window, self._desk, path, dt.datetime.now().date(), self._open_version, self._keep_version)
        dialog.open()
        return dialog

    def _open_version(self, version: Path) -> None:
        self._before_losing(lambda: self._desk.open_copy(version))

    def _keep_version(self, version: Path) -> None:
        of = self._desk.workspace.path
        assert of is not None  # there are no versions of what was never saved
        start = of.with_name(spoken(say("earlier {file}", file=name(of.name))))
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, spoken(say("Save the earlier version")), str(start), file_kinds((say("EcoMap projects"), f"*{PROJECT_ENDING}")))
        if chosen:
            path = Path(chosen if chosen.endswith(PROJECT_ENDING) else chosen.removesuffix(".gpkg") + PROJECT_ENDING)
            self.keep(version, path, of)

    def keep(self, version: Path, path: Path, of: Path) -> None:
        """Write a version of a project file as a file of its own."""
        self._desk.worker.start(
            say("Writing {file}", file=name(path.name)), lambda progress: keep_version(version, path, of=of, progress=progress),
            done=lambda _: self._desk.say(Notice("note", say("Wrote {file}.", file=name(path.name)), name(path.parent))),
            failed=self._desk.say_problem,
        )
