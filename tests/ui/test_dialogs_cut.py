"""No text of a dialog is cut, and every dialog fits a laptop's screen, with large text too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from ecomap.io.store.recovery import Lost
from ecomap.model.doing import About, Doing
from ecomap.model.said import Said, name
from ecomap.ui.commands.actions import keyed_commands
from ecomap.ui.dialogs.agreed import AgreedDialog
from ecomap.ui.dialogs.commitment import CommitmentDialog, ReasonDialog
from ecomap.ui.dialogs.day import DayDialog
from ecomap.ui.dialogs.district import DistrictDialog
from ecomap.ui.dialogs.faults import FaultsDialog
from ecomap.ui.dialogs.fetching import FetchDialog
from ecomap.ui.dialogs.inventory import InventoryDialog
from ecomap.ui.dialogs.known import KnownDialog
from ecomap.ui.dialogs.people import PeopleDialog
from ecomap.ui.dialogs.reading import AboutDialog, FaultDialog, KeysDialog, MethodDialog
from ecomap.ui.dialogs.recovery import Offer, RecoveryDialog
from ecomap.ui.dialogs.releases import ReleasesDialog
from ecomap.ui.dialogs.rows import RowsDialog
from ecomap.ui.dialogs.style import StyleDialog
from ecomap.ui.help.dialog import HelpDialog
from ecomap.ui.window import MainWindow
from tests.ui.fit import cut_in
from tests.ui.test_nothing_cut import INSIDE, LANGUAGES, SIZES, Start, start

__all__ = ["start"]

AT: Final = dt.datetime(2026, 11, 30, 9, 41, tzinfo=dt.UTC)


def after_a_crash() -> Offer:
    """Unsaved work whose file cannot be saved over."""
    doings = tuple(Doing(name(f"Change the title to “Community schools of the north, draft {number}”"), AT) for number in range(9))
    about = About(name("Community schools of the north"), Path("community-schools-of-the-north.ecomap.gpkg"), AT, AT, doings)
    return Offer(cast(Lost, SimpleNamespace(about=about)), belongs=False)


def dialogs(window: MainWindow) -> Iterator[QDialog]:
    """Every dialog that opens without the network and without another file."""
    desk = window.desk
    project = desk.project
    school = project.layers_of("school")[0]
    row = str(project.frame(school.id)["id"].iloc[0])
    made: list[Callable[[], QDialog]] = [
        lambda: AboutDialog(window), lambda: KeysDialog(window, keyed_commands()), lambda: MethodDialog(window, project, ""),
        lambda: StyleDialog(window, desk, school.id), lambda: StyleDialog(window, desk, project.layers_of("need_area")[0].id),
        lambda: InventoryDialog(window, desk, "organisation"),
        lambda: InventoryDialog(window, desk, "staff_role", school=row, roles=("staff_role", "service")),
        lambda: RowsDialog(window, project, Said("x"), f"school/{row}"), lambda: DayDialog(window, desk),
        lambda: FaultsDialog(window, project.faults, None), lambda: FaultDialog(window, "A report\nof two lines"),
        lambda: ReleasesDialog(window, desk), lambda: PeopleDialog(window, desk, project.layers_of("need_area")[0]),
        lambda: KnownDialog(window, desk, project.layers_of("service")[0]), lambda: FetchDialog(window, desk, print),
        lambda: DistrictDialog(window, desk, print), lambda: AgreedDialog(window, desk, print), lambda: CommitmentDialog(window, desk),
        lambda: CommitmentDialog(window, desk, place=(school.id, row)), lambda: ReasonDialog(window, "A nurse three days a week", print),
        lambda: HelpDialog(window, desk, ""), lambda: RecoveryDialog(window, [after_a_crash()] * 3, AT.date()),
    ]
    for make in made:
        yield make()
    for command in (window.commands.do_title, window.commands.do_layer_rename, lambda: window.commands.ask_before_losing(print)):
        window.tree.setCurrentIndex(window.tree.layers.layer_item(school.id).index())  # type: ignore[union-attr]
        command()
        found = [box for box in reversed(window.findChildren(QDialog)) if isinstance(box, QInputDialog | QMessageBox) and box.isVisible()]
        if found:
            yield found[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_a_dialog_is_cut(code: str, size: float, start: Start, qtbot: QtBot) -> None:
    window = start(code, size)
    found: list[str] = []
    for dialog in dialogs(window):
        if not dialog.isVisible():
            dialog.open()
        for _ in range(8):
            QApplication.processEvents()
        kind = type(dialog).__name__
        found += [f"{kind}: {one}" for one in cut_in(dialog)]
        if dialog.width() > INSIDE.width() or dialog.height() > INSIDE.height():
            found.append(f"{kind}: {dialog.width()} x {dialog.height()} px")
        dialog.close()
        if shiboken6.isValid(dialog):
            dialog.deleteLater()
    assert not found, "\n".join(found)
