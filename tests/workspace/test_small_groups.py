"""Small groups of pupils do not leave the window, whatever the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.starter import load_starter
from ecomap.model import vocabulary as v
from ecomap.model.project import Project
from ecomap.workspace import operations


@pytest.fixture(scope="module")
def project() -> Project:
    return load_starter("los-angeles")


def test_the_starter_has_a_school_of_three_pupils(project: Project) -> None:
    assert project.frame("schools")[v.ENROLLMENT].min() == 3


def test_a_table_leaves_without_small_groups(project: Project, tmp_path: Path) -> None:
    report = operations.export(project, tmp_path / "schools.csv", layer="schools")
    written = pd.read_csv(tmp_path / "schools.csv", dtype={v.ID: str})
    assert written[v.ENROLLMENT].min() >= 11
    assert any("fewer than 11 pupils" in note for note in report.notes)
    hidden = written[written[v.ENROLLMENT].isna()]
    assert (hidden[v.ENROLLMENT + v.REASON_SUFFIX] == "suppressed").sum() >= 2  # one alone could be worked out


def test_the_meeting_file_does_not_hold_the_small_school_s_count(project: Project, tmp_path: Path) -> None:
    schools = project.frame("schools")
    small = schools.loc[schools[v.ENROLLMENT].idxmin()]
    shown = operations.map_page(project)
    operations.export(project, tmp_path / "page.html")
    assert len(shown.layers) > 0
    card = operations.card(project, "schools", small[v.ID])  # in the window the count is there
    assert any(row.value == "3" for row in card.rows)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert small[v.NAME] in text
    assert "suppressed to protect small groups" in text


def test_a_project_without_pupils_says_nothing_of_hiding(project: Project, tmp_path: Path) -> None:
    report = operations.export(project.without_layer("schools").without_layer("outcomes"), tmp_path / "parks.csv", layer="parks")
    assert not any("pupils" in note for note in report.notes)
