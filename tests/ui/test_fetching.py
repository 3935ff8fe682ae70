"""Public data through the window: what is asked of whom is seen first, the network is allowed for that alone, each file is understood before it is kept."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecomap.io.web import Web
from ecomap.io.web.manners import Manners
from ecomap.model.errors import NetworkError
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.ui.dialogs.district import DistrictDialog
from ecomap.ui.dialogs.fetching import FetchDialog
from ecomap.ui.dialogs.importing import ImportDialog
from ecomap.ui.panels.data import DataPanel
from ecomap.ui.window import MainWindow
from ecomap.workspace.settings import Settings
from tests.io.connectors.stand_ins import TRACTS, Census, boundary_files, nces, tigerweb
from tests.local_web import FAULTS, LocalWeb
from tests.ui.conftest import LONG, settle


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    monkeypatch.setattr("ecomap.workspace.fetching.network", lambda *, allowed, tell: Web(
        folder, allowed=allowed, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0), now=lambda: dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))


def words_in(dialog: FetchDialog | DistrictDialog) -> str:
    told = dialog.asking.told
    shown = [item.widget() for item in map(told.itemAt, range(told.count())) if item is not None]
    return "\n".join(one.text() for one in shown if isinstance(one, QLabel))


def opened_fetch(window: MainWindow, kind: str) -> FetchDialog:
    data = window.panels["data"]
    assert isinstance(data, DataPanel)
    data.asked_fetch.emit()
    (dialog,) = window.findChildren(FetchDialog)
    dialog.choose(kind)
    return dialog


def fill(qtbot: QtBot, dialog: FetchDialog | DistrictDialog, **values: str) -> None:
    assert dialog.form is not None
    for name, text in values.items():
        box = dialog.form.fields[name].box  # type: ignore[attr-defined]
        box.clear()
        qtbot.keyClicks(box, text)


def test_tracts_by_real_clicks(qtbot: QtBot, window: MainWindow, local_web: LocalWeb, rest: Callable[[], None]) -> None:
    files = boundary_files(local_web)
    dialog = opened_fetch(window, "boundaries")
    assert not dialog.asking.go.isEnabled()  # no state yet, so no question
    assert words_in(dialog) == "'State' is needed."
    fill(qtbot, dialog, state="CA", county="Fresno", files=files)
    assert f"127.0.0.1:{local_web.port}" in words_in(dialog)
    assert "Tracts: which year is the newest, and its file" in words_in(dialog)
    assert local_web.asked == []
    assert "offline" in dialog.asking.network.text()
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=LONG)
    (card,) = window.findChildren(ImportDialog)
    assert card.name.text() == "Tracts 2023, Fresno County"
    assert any("From U.S. Census Bureau, fetched on" in card.notes.itemAt(n).widget().text() for n in range(card.notes.count()))  # type: ignore[union-attr]
    qtbot.mouseClick(card.go, Qt.MouseButton.LeftButton)
    rest()
    layer = next(one for one in window.desk.project.layers if one.name == "Tracts 2023, Fresno County")
    assert len(window.desk.project.frame(layer.id)) == len(TRACTS)
    assert layer.sources[0].url.startswith("http://127.0.0.1")
    assert (layer.sources[0].publisher, layer.sources[0].vintage) == ("U.S. Census Bureau", "2023")
    assert not window.settings.network  # allowed for this alone


def test_a_fault_is_said_in_the_dialog_and_can_be_tried_again(qtbot: QtBot, window: MainWindow, local_web: LocalWeb) -> None:
    files = boundary_files(local_web)
    dialog = opened_fetch(window, "boundaries")
    fill(qtbot, dialog, state="CA", county="Fresno", files=files)
    local_web.fail(FAULTS["403"])
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.asking.problem.isVisible(), timeout=LONG)
    assert "has no tracts of the last years" in dialog.asking._words.text()
    assert dialog.asking.go.isEnabled()
    dialog.close()


def test_a_key_is_asked_for_in_the_dialog(qtbot: QtBot, window: MainWindow, local_web: LocalWeb) -> None:
    census = Census(local_web, key="sesame")
    dialog = opened_fetch(window, "acs")
    fill(qtbot, dialog, state="CA", county="Fresno", service=census.address)
    assert dialog.asking.key_box.isVisible()
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.asking.problem.isVisible(), timeout=LONG)
    assert "wants a key" in dialog.asking._words.text()
    qtbot.keyClicks(dialog.asking.key, "sesame")
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=LONG)
    from ecomap.workspace.fetching import use_key

    use_key("census", "", keep=False)
    for card in window.findChildren(ImportDialog):
        card.reject()


def test_a_key_is_put_into_the_keyring_while_the_window_goes_on(qtbot: QtBot, window: MainWindow, local_web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that is locked may ask a person first."""
    census = Census(local_web, key="sesame")
    dialog = opened_fetch(window, "acs")
    fill(qtbot, dialog, state="CA", county="Fresno", service=census.address)
    kept: list[tuple[str, str, bool]] = []

    def slow(name: str, key: str, *, keep: bool) -> None:
        kept.append((name, key, threading.current_thread() is threading.main_thread()))
        raise NetworkError(say("The keyring of this computer is locked or does not answer ({problem}).", problem=named("X")), say("Unlock it and try again."), {"kind": "keyring"})

    monkeypatch.setattr("ecomap.workspace.fetching.use_key", slow)
    qtbot.keyClicks(dialog.asking.key, "sesame")
    dialog.asking.keep_key.setChecked(True)
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.asking.problem.isVisible(), timeout=LONG)
    assert kept == [("census", "sesame", False)]
    assert "is locked" in dialog.asking._words.text()
    assert dialog.asking.go.isEnabled()
    assert local_web.asked == []
    dialog.close()


def test_a_letter_is_one_question_and_a_district_that_is_offered_is_one_too(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.workspace.district.known_names", lambda: ("Fresno Unified (Fresno)", "Fresno County Office (Fresno)"))
    window.commands.do_district()
    (dialog,) = window.findChildren(DistrictDialog)
    told: list[str] = []
    monkeypatch.setattr(dialog.asking, "_asks", lambda: told.append(dialog.form.fields["district"].value()) or ())
    box = dialog.form.fields["district"].box  # type: ignore[attr-defined]
    dialog.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus, timeout=LONG)  # from then on it takes what is offered
    qtbot.keyClicks(box, "Fres")
    settle(qtbot, window)
    assert told == ["F", "Fr", "Fre", "Fres"]
    offered = box.completer().popup()
    qtbot.waitUntil(offered.isVisible, timeout=LONG)
    qtbot.keyClick(offered, Qt.Key.Key_Down)
    qtbot.keyClick(offered, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told[-1] == "Fresno Unified (Fresno)", timeout=LONG)
    assert dialog.file.text().endswith("fresno-unified-(fresno).ecomap.gpkg")
    dialog.close()


def test_stopping_stops(qtbot: QtBot, window: MainWindow, local_web: LocalWeb) -> None:
    census = Census(local_web)
    whole = census.answer
    gate = threading.Event()

    def slow(request: object) -> object:
        gate.wait(20)
        return whole(request)  # type: ignore[arg-type]

    local_web.route("/data/2023/acs/acs5", slow)
    dialog = opened_fetch(window, "acs")
    fill(qtbot, dialog, state="CA", county="Fresno", service=census.address)
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("acs5" in request.path and "json" not in request.path for request in local_web.asked), timeout=LONG)
    assert dialog.asking.halt.isVisible()
    assert window.status.offline.text() == "asking the network"
    qtbot.mouseClick(dialog.asking.halt, Qt.MouseButton.LeftButton)
    gate.set()
    qtbot.waitUntil(lambda: dialog.asking.problem.isVisible(), timeout=LONG)
    assert dialog.asking._words.text() == "Stopped."
    assert window.status.offline.text() == "offline"
    dialog.close()


def test_the_switch_is_in_view_off_and_remembered(qtbot: QtBot, window: MainWindow) -> None:
    switch = window.status.offline
    assert (switch.text(), switch.isVisible()) == ("offline", True)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert (switch.text(), Settings.load().network) == ("network on", True)
    dialog = opened_fetch(window, "file")
    assert not dialog.asking.stay.isVisible()
    dialog.close()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert (switch.text(), Settings.load().network) == ("offline", False)


@pytest.mark.parametrize("found", ["yes", 1, None])
def test_a_settings_file_that_says_something_else_leaves_it_off(tmp_path: Path, found: object) -> None:
    import json

    (tmp_path / "settings.json").write_text(json.dumps({"network": found}))
    assert Settings.load(tmp_path / "settings.json").network is False


def test_a_district_by_real_clicks(qtbot: QtBot, window: MainWindow, local_web: LocalWeb, tmp_path: Path) -> None:
    services = {"survey_service": Census(local_web).address, "files_service": boundary_files(local_web), "map_service": tigerweb(local_web), "schools_service": nces(local_web)}
    window.settings.last_folder = str(tmp_path)
    window.desk.workspace.mark_saved(window.desk.workspace.path)  # type: ignore[arg-type]
    window.commands.do_district()
    (dialog,) = window.findChildren(DistrictDialog)
    assert not dialog.asking.go.isEnabled()
    fill(qtbot, dialog, state="CA", district="Fresno Unified", **services)
    assert dialog.path == tmp_path / "fresno-unified.ecomap.gpkg"
    assert "Streets, for the counties that Fresno Unified lies in" in words_in(dialog)
    tick = dialog.parts.ticks["streets"]
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(8, tick.height() // 2))
    assert "Streets" not in words_in(dialog)
    local_web.fail(FAULTS["404"], path="areawater")
    qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.open_as_it_is.isVisible(), timeout=LONG)
    assert dialog.parts.states["areas"].text() == "Fetched"
    assert "Not to be had: 127.0.0.1" in dialog.parts.states["water"].text()
    local_web.mend()
    asked = len(local_web.asked)
    with qtbot.waitSignal(window.desk.opened, timeout=LONG):
        qtbot.mouseClick(dialog.asking.go, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert len(local_web.asked) == asked + 1
    assert window.desk.project.title == "Fresno Unified"
    assert sorted(layer.role for layer in window.desk.project.layers) == ["district", "ground", "ground", "need_area", "school"]


def test_every_kind_of_data_has_a_form_that_asks_nothing_by_itself(qtbot: QtBot, window: MainWindow) -> None:
    from ecomap.workspace import fetching

    dialog = opened_fetch(window, "file")
    for kind in fetching.names():
        dialog.choose(kind)
        assert dialog.source == kind
        assert dialog.about.text()
        assert dialog.form is not None
        assert dialog.form.fields
        assert words_in(dialog)
    dialog.close()
