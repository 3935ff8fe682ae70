"""The classes of a layer keep what was said, also those that none of its rows is in."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from ecomap.io.store import open_project, save_project
from ecomap.model.said import has_identity, say
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.render.words.language import language
from tests.small_project import small_project


def test_a_class_that_no_row_is_in_is_read_in_every_language_after_opening(tmp_path: Path) -> None:
    project = small_project()
    schools = project.layer("schools")
    style = LayerStyle(kind=CATEGORISED, column="level", symbols=((say("often"), "#B3005E", "circle"), ("elementary", "#112233", "circle")))
    project = project.with_layer(evolve(schools, style=style), project.frame("schools"))
    path = tmp_path / "town.ecomap.gpkg"
    save_project(project, path)
    often, plain = (one[0] for one in open_project(path).layer("schools").style.symbols)
    assert language("es").say(often) == "a menudo"
    assert plain == "elementary"
    assert not has_identity(plain)
