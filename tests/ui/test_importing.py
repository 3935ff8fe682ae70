"""Any file gets in through the window: dropped, recognised by what it holds, brought in, and reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir
from ecomap.model.roles import MONEY_ROLES, ROLES
from ecomap.ui.dialogs.importing import INVENTORY, NOT_THERE, ImportDialog
from ecomap.ui.panels.data import DataPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace.inventory import export_template
from ecomap.workspace.inventory_tables import inventory_rows
from tests.ui.conftest import LONG

LEFT = Qt.MouseButton.LeftButton
MONEY = resources_dir() / "money"
PPE = ("Every Student Succeeds Act\nFiscal Year 2024-25\nCDS Code,LEA Name,School Name,Membership,School-Federal,School-State & Local,"
       "Central-Federal,Central-State & Local\n19647336000001,Los Angeles Unified,Ash,500,1000,12000,50,3000\n"
       "19647336000002,Los Angeles Unified,Birch,300,DNR,DNR,DNR,DNR\n")
SENI = "CDS Code,School Name,SENI Score 2026-27,SENI Total Allocation Dollar(s)\n19647336000001,Ash,71.5,\"1,234,567.89\"\n"
LCFF = ("County Code,District Code,School Code,Local Educational Agency,Base Grant + NSS Allowance,Total Supplemental Grant,Total LCFF Entitlement\n"
        "19,64733,0000000,Los Angeles Unified,970,20,1000\n")
DIRECTORY = {"id": "o1", "name": "Helpers", "services": [{"id": "s1", "name": "Tutoring", "status": "active", "service_at_locations": [
    {"id": "x1", "location": {"id": "l1", "location_type": "physical", "latitude": 34.05, "longitude": -118.25}}]}]}


def template_of_ours(folder: Path) -> Path:
    export_template(None, folder / "partner.xlsx")
    return folder / "partner.xlsx"


def package(folder: Path) -> Path:
    whole = folder / "directory"
    whole.mkdir()
    (whole / "organizations.csv").write_text("id,name\no1,Helpers\n")
    (whole / "services.csv").write_text("id,organization_id,name\ns1,o1,Tutoring\n")
    (whole / "locations.csv").write_text("id,organization_id,name,latitude,longitude\nl1,o1,Office,34.05,-118.25\n")
    (whole / "services_at_location.csv").write_text("id,service_id,location_id\nx,s1,l1\n")
    return whole


def written(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "per-pupil spending": (written("essappe2425data.csv", PPE), v.SPENDING),
    "site budget": (written("budget.csv", (MONEY / "site_budget_template.csv").read_text() + "19647336000001,Ash,2024-25,9,1,2,3,4\n"), v.SPENDING),
    "SENI": (written("SENI_2026-2027.csv", SENI), v.ALLOCATION),
    "LCFF summary": (written("lcffsummary2425.csv", LCFF), v.ALLOCATION),
    "positions": (written("staff.csv", (MONEY / "positions_template.csv").read_text() + "19647336000001,Ash,2024-25,Nurse,1,74000,86000\n"), v.POSITION),
    "rates": (lambda _: MONEY / "lcff_rates.csv", v.FUNDING_RATE),
    "template": (template_of_ours, INVENTORY),
    "HSDS 3": (written("directory.json", json.dumps(DIRECTORY)), INVENTORY),
    "HSDS package": (package, INVENTORY),
    "one table of a package": (lambda folder: package(folder) / "services.csv", INVENTORY),
    "partner's list": (written("partners.csv", "Organization,Service,Address,Latitude,Longitude\nHelpers,Tutoring,1 Main,34.05,-118.25\n"), v.SERVICE),
}


def drop(window: MainWindow, path: Path) -> None:
    """As a file manager drops it: dragged over the window first, then let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    over = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, *how)
    QApplication.sendEvent(window, over)
    assert over.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, *how))


@pytest.fixture
def dropped(window: MainWindow, qtbot: QtBot) -> Callable[[Path], ImportDialog]:
    """The dialog that a dropped file opens."""

    def shown() -> list[ImportDialog]:
        return [found for found in window.findChildren(ImportDialog) if found.isVisible()]

    def go(path: Path) -> ImportDialog:
        drop(window, path)
        qtbot.waitUntil(lambda: len(shown()) == 1, timeout=10_000)
        return shown()[0]

    return go


@pytest.mark.parametrize("what", FILES)
def test_a_dropped_file_is_taken_for_what_it_is(what: str, dropped: Callable[[Path], ImportDialog], tmp_path: Path) -> None:
    make, role = FILES[what]
    dialog = dropped(make(tmp_path))
    assert dialog.role.currentData() == role
    assert dialog.go.text() == ("Read into the inventory" if role == INVENTORY else "Import")
    dialog.reject()


def test_every_part_that_a_file_can_play_is_offered(dropped: Callable[[Path], ImportDialog], tmp_path: Path) -> None:
    dialog = dropped(FILES["SENI"][0](tmp_path))
    offered = {dialog.role.itemData(place) for place in range(dialog.role.count())} - {None}
    assert offered == {*ROLES, *MONEY_ROLES, INVENTORY}
    words = [dialog.role.itemText(place) for place in range(dialog.role.count()) if dialog.role.itemData(place)]
    assert all(": " in text for text in words)
    dialog.reject()


def test_a_table_of_money_arrives_with_a_report(
    dropped: Callable[[Path], ImportDialog], window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dropped(FILES["per-pupil spending"][0](tmp_path))
    assert dialog.boxes["filed_site_federal_usd"].currentData() == "School-Federal"
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, LEFT)
    frame = window.desk.project.frame(window.desk.project.layers_of(v.SPENDING)[0].id)
    assert frame["site_state_local_usd"].tolist()[0] == 6_000_000
    assert window.step == "data"
    said = told(window)
    assert "not reported" in said
    assert "essappe2425data" in said


def test_a_year_that_the_file_does_not_name_is_chosen(
    dropped: Callable[[Path], ImportDialog], window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dropped(written("pay.csv", "CDS,Title,FTE,Salary\n19647336000001,Nurse,1,80000\n")(tmp_path))
    box = dialog.boxes[v.YEAR]
    assert box.currentText() == NOT_THERE
    box.setCurrentIndex(box.findText("every row: 2024-25"))
    with qtbot.waitSignal(window.desk.imported, timeout=LONG):
        qtbot.mouseClick(dialog.go, LEFT)
    assert window.desk.project.frame(window.desk.project.layers_of(v.POSITION)[0].id)[v.YEAR].tolist() == ["2024-25"]


def test_a_directory_goes_into_the_inventory_and_every_table_is_reported(
    dropped: Callable[[Path], ImportDialog], window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dropped(package(tmp_path))
    texts = [found.text() for found in dialog.findChildren(QLabel) if found.isVisible()]
    assert "Organisations" in texts
    assert "1 row" in texts
    assert not dialog.name.isVisible()
    with qtbot.waitSignal(window.desk.said, timeout=LONG):
        qtbot.mouseClick(dialog.go, LEFT)
    assert "Helpers" in set(inventory_rows(window.desk.project, v.ORGANISATION)[v.NAME])
    assert "Organisations" in told(window)
    assert "a row is a service at a place" in told(window)


def test_a_partners_list_can_go_either_way(
    dropped: Callable[[Path], ImportDialog], window: MainWindow, qtbot: QtBot, tmp_path: Path, rest: Callable[[], None]
) -> None:
    before = len(inventory_rows(window.desk.project, v.SERVICE))
    dialog = dropped(FILES["partner's list"][0](tmp_path))
    dialog.role.setCurrentIndex(dialog.role.findData(INVENTORY))
    dialog.role.activated.emit(dialog.role.currentIndex())
    rest()
    assert dialog.go.text() == "Read into the inventory"
    with qtbot.waitSignal(window.desk.said, timeout=LONG):
        qtbot.mouseClick(dialog.go, LEFT)
    assert len(inventory_rows(window.desk.project, v.SERVICE)) == before + 1


def test_an_empty_template_says_so(dropped: Callable[[Path], ImportDialog], tmp_path: Path) -> None:
    dialog = dropped(template_of_ours(tmp_path))
    assert "No rows yet: the file is not filled in." in [found.text() for found in dialog.findChildren(QLabel) if found.isVisible()]
    dialog.reject()


def told(window: MainWindow) -> str:
    """What step 1 says of the last import."""
    panel = window.panels["data"]
    assert isinstance(panel, DataPanel)
    boxes = [panel.report.itemAt(place).widget() for place in range(panel.report.count())]
    return " ".join(found.text() for box in boxes if box is not None for found in [*box.findChildren(QLabel), *([box] if isinstance(box, QLabel) else [])])
