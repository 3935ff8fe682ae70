"""The looks that people expect of a layer: each through the dialog, in one step of undo, kept in the file, the same on every picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ecomap.model.layer import Column
from ecomap.model.progress import silent
from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.model.style import CATEGORISED, GRADUATED, SINGLE, LayerStyle
from ecomap.render.page.data import page_layers, resolve_page
from ecomap.render.paper.picture import render_image
from ecomap.render.style.drawing import NO_SIZE, resolve
from ecomap.render.words.language import language
from ecomap.ui.dialogs.style import KINDS, StyleDialog
from ecomap.ui.window import MainWindow
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[StyleDialog]:
    """The looks of the schools."""
    yield from opened(window, "schools")


@pytest.fixture
def of_areas(window: MainWindow) -> Iterator[StyleDialog]:
    """The looks of the need areas."""
    yield from opened(window, "need-areas")


def opened(window: MainWindow, layer_id: str) -> Iterator[StyleDialog]:
    made = StyleDialog(window, window.desk, layer_id)
    made.open()
    yield made
    made.reject()


def style(dialog: StyleDialog) -> LayerStyle:
    return dialog.desk.project.layer(dialog.layer_id).style


def choose(dialog: StyleDialog, box: object, value: str) -> None:
    """Choose as a hand does: the box takes the value and says so."""
    place = box.findData(value)  # type: ignore[attr-defined]
    assert place >= 0, value
    box.setCurrentIndex(place)  # type: ignore[attr-defined]
    box.activated.emit(place)  # type: ignore[attr-defined]


def test_one_colour_and_outline_are_one_step_of_undo(of_areas: StyleDialog, window: MainWindow) -> None:
    before = style(of_areas)
    choose(of_areas, of_areas.colour_by, "")
    of_areas.fill.pick("#00aa55")
    of_areas.line.pick("#112233")
    of_areas.line_width.setValue(2.5)
    of_areas.opacity.setValue(40)
    made = style(of_areas)
    assert (made.kind, made.fill, made.line, made.line_width, made.fill_opacity) == (SINGLE, "#00AA55", "#112233", 2.5, 0.4)
    window.commands.do_undo()
    assert style(of_areas) == before


def test_own_ends_are_typed_and_what_is_none_is_said_and_not_done(of_areas: StyleDialog) -> None:
    choose(of_areas, of_areas.colour_by, "poverty")
    choose(of_areas, of_areas.scheme, "fixed")
    assert style(of_areas).breaks  # begins with those that were on the map
    of_areas.breaks.setFocus()
    of_areas.breaks.selectAll()
    QTest.keyClicks(of_areas.breaks, "20 %; 50 %; 90 %")
    QTest.keyClick(of_areas.breaks, Qt.Key.Key_Return)
    assert (style(of_areas).scheme, style(of_areas).breaks) == ("fixed", (0.2, 0.5, 0.9))
    drawn = resolve(of_areas.desk.project.layer("need-areas"), of_areas.desk.project.frame("need-areas"))
    assert [row.count for row in drawn.legend] == [4, 3, 2]
    for wrong in ("nothing", "5; 3"):
        of_areas.breaks.setText(wrong)
        of_areas.breaks.editingFinished.emit()
        assert not of_areas.problem.isHidden()
        assert style(of_areas).breaks == (0.2, 0.5, 0.9)


def test_kinds_get_a_colour_and_points_a_shape_each(dialog: StyleDialog, window: MainWindow) -> None:
    project = window.desk.project
    frame = project.frame("schools").assign(kind=["North", "South", "North"])
    layer = project.layer("schools")
    window.desk.replace(project.with_layer(evolve(layer, columns=(*layer.columns, Column("kind", name("Kind")))), frame), None)
    again = StyleDialog(window, window.desk, "schools")
    choose(again, again.colour_by, KINDS + "kind")
    made = style(again)
    assert (made.kind, made.column) == (CATEGORISED, "kind")
    assert [value for value, _, _ in made.symbols] == ["North", "South"]
    assert len({colour for _, colour, _ in made.symbols}) == len({shape for _, _, shape in made.symbols}) == 2
    again.reject()


def test_size_follows_a_number_and_what_has_none_is_hollow(dialog: StyleDialog, window: MainWindow) -> None:
    project = window.desk.project
    frame = project.frame("schools").assign(enrollment=[400.0, 100.0, np.nan])
    layer = evolve(project.layer("schools"), columns=(Column("enrollment", name("Pupils"), "count"),))
    window.desk.replace(project.with_layer(layer, frame), None)
    again = StyleDialog(window, window.desk, "schools")
    choose(again, again.size_by, "enrollment")
    again.symbol_size.setValue(30)
    drawn = resolve(again.desk.project.layer("schools"), frame)
    assert drawn.sizes[:2].tolist() == [1.0, 0.5]  # a quarter of the number, a quarter of the area
    assert drawn.class_index.tolist() == [0, 0, -1]
    page = map_page(again.desk.project)
    body = next(one for one in page_layers(page, resolve_page(page), (), language("en"), silent()).bodies if one["id"] == "schools")
    assert list(body["sizes"]) == [1, 0.5, NO_SIZE]
    again.reject()


def test_names_are_written_and_a_look_is_copied(dialog: StyleDialog, window: MainWindow) -> None:
    choose(dialog, dialog.labels, "name")
    assert style(dialog).label_column == "name"
    dialog.fill.pick("#123456")
    other = StyleDialog(window, window.desk, "services")
    choose(other, other.copy_from, "schools")
    assert (style(other).fill, style(other).label_column) == ("#123456", "name")
    other.reject()


def test_what_was_chosen_is_kept_in_the_file_and_drawn_on_pictures(dialog: StyleDialog, window: MainWindow, tmp_path: Path) -> None:
    plain = picture(window.desk.project)
    dialog.fill.pick("#FF0000")
    dialog.symbol_size.setValue(40)
    dialog.least.setChecked(True)
    choose(dialog, dialog.labels, "name")
    file = tmp_path / "p.ecomap.gpkg"
    operations.save_project(window.desk.project, file)
    back = operations.open_project(file)
    assert back.layer("schools").style == style(dialog)
    assert (picture(back) == 0xFF0000).sum() > 500 > (plain == 0xFF0000).sum()


def picture(project: Project) -> np.ndarray:
    image = render_image(map_page(project, brief=True), 900, 700)
    return np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF


def test_less_that_is_worse_has_the_strongest_colour(of_areas: StyleDialog) -> None:
    choose(of_areas, of_areas.colour_by, "poverty")
    of_areas.least.click()
    assert style(of_areas).kind == GRADUATED
    drawn = resolve(of_areas.desk.project.layer("need-areas"), of_areas.desk.project.frame("need-areas"))
    ordered = resolve(of_areas.desk.project.layer("need-areas").with_style(least_is_darkest=False), of_areas.desk.project.frame("need-areas"))
    assert drawn.symbols[0].fill == ordered.symbols[-1].fill
    assert drawn.legend[0].class_index == 0  # the strongest stands on top


def test_only_what_says_something_is_there(of_areas: StyleDialog, qtbot: QtBot) -> None:
    choose(of_areas, of_areas.colour_by, "")
    assert of_areas.lines["fill"].isVisible()
    assert not of_areas.lines["palette"].isVisible()
    choose(of_areas, of_areas.colour_by, "poverty")
    assert of_areas.lines["palette"].isVisible()
    assert not of_areas.lines["fill"].isVisible()
    assert not of_areas.lines["breaks"].isVisible()
    assert not of_areas.lines["size"].isVisible()
