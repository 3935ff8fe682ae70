"""What leaves the window: nobody can work a small group of pupils out from everything that leaves together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from shapely.geometry import Point

from ecomap.analysis import registry
from ecomap.analysis.release.door import released
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, POINT, Column, Layer
from ecomap.model.params import build_params
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Output, Result
from tests import small_project as town
from tests.analysis.towns import as_it_leaves


def schools(pupils: list[float], **more: object) -> gpd.GeoDataFrame:
    count = len(pupils)
    return gpd.GeoDataFrame(
        {"id": [f"s{n}" for n in range(count)], "name": [f"School {n}" for n in range(count)], "enrollment": pupils,
         "enrollment_reason": "", **more}, geometry=[Point(town.LEFT + 3000 * n, town.BOTTOM) for n in range(count)], crs=town.CRS)


def project_of(frame: gpd.GeoDataFrame, sites: list[int]) -> Project:
    """Schools, some of them community schools, and the answer to who is where."""
    rows = pd.DataFrame({"id": [f"t{n}" for n in sites], "name": "", "school_id": [f"s{n}" for n in sites],
                         "approach": "community_school", "status": "active", "start": "", "end": "", "lead_organisation": "District"})
    project = Project(title="Town", crs=town.CRS)
    layers = {"schools": Layer("schools", "Schools", "school", POINT), "participations": Layer("t", "T", "participation", NO_GEOMETRY)}
    project = project.with_layer(layers["schools"], frame).with_layer(layers["participations"], rows)
    analysis = registry.analysis("overlap")
    result = registry.run("overlap", Frames({"schools": frame, "participations": rows}, layers), build_params(analysis.params, {}))
    return project.with_result(evolve(result, id="overlap-1"))


def widest(truth: np.ndarray, shown: np.ndarray, sides: list[tuple[np.ndarray, float]]) -> np.ndarray:
    """Smallest and largest value of every hidden count that agrees with all that is published."""
    bounds = [(0, None) if np.isnan(value) else (value, value) for value in shown]
    matrix, right = np.array([side for side, _ in sides], dtype=float), [value for _, value in sides]
    ends = []
    for row in range(len(truth)):
        found = [linprog(sign * np.eye(len(truth))[row], A_eq=matrix, b_eq=right, bounds=bounds) for sign in (1, -1)]
        assert found[0].status == 0
        ends.append((found[0].fun, np.inf if found[1].status == 3 else -found[1].fun))
    return np.array(ends)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 14), st.integers(11, 400)), min_size=4, max_size=8), st.data())
def test_layer_and_answers_together_give_no_small_school_back(pupils: list[int], data: st.DataObject) -> None:
    sites = data.draw(st.lists(st.integers(0, len(pupils) - 1), unique=True))
    project = project_of(schools([float(n) for n in pupils]), sites)
    out = released(project)
    layer, result = out.frame("schools"), out.results[0]
    own = result.output("schools").frame.set_index("id")["enrollment"].reindex(layer["id"]).to_numpy()
    np.testing.assert_array_equal(own, layer["enrollment"].to_numpy())  # one school, one number, everywhere
    takes_part = np.isin(np.arange(len(pupils)), sites)
    sets = result.output("sets").frame.set_index("id")["enrollment"]
    sides = [(np.ones(len(pupils)), float(sum(pupils)))]  # the district's total is known whatever we do
    for name, member in (("community_school", takes_part), ("none", ~takes_part)):
        if not np.isnan(sets[name]):
            sides.append((member.astype(float), float(sets[name])))
    truth = np.array(pupils, dtype=float)
    ends = widest(truth, layer["enrollment"].to_numpy(), sides)
    small = truth < 11
    if truth.sum() - truth[small].sum() >= 11 * (small.sum() + 1):  # else nothing can be hidden from a known total
        assert (ends[small, 1] - ends[small, 0] >= 11 - 1e-6).all()


def test_reasons_say_suppressed_and_the_project_is_not_changed() -> None:
    project = project_of(schools([5.0, 40.0, 300.0, np.nan]), [0])
    out = released(project)
    frame = out.frame("schools")
    assert frame["enrollment"].isna().tolist() == [True, True, False, True]
    assert frame["enrollment_reason"].tolist() == ["suppressed", "suppressed", "", ""]
    assert project.frame("schools")["enrollment"].tolist()[:3] == [5, 40, 300]
    output = out.results[0].output("schools")
    assert {"enrollment", "enrollment_reason"} <= {column.name for column in output.columns}
    assert "enrollment_reason" in output.frame


def test_without_small_groups_everything_comes_back_as_it_is() -> None:
    project = project_of(schools([50.0, 40.0, 300.0]), [0])
    out = released(project)
    assert out.frame("schools") is project.frame("schools")
    assert out.results[0].output("schools") is project.results[0].output("schools")


def test_a_share_goes_with_its_count() -> None:
    # 5 of 500 pupils: the share and the enrolment together would say 5
    frame = schools([500.0, 400.0, 300.0], frpm_count=[5.0, 200.0, 100.0], frpm_share=[0.01, 0.5, 1 / 3])
    out = released(project_of(frame, [])).frame("schools")
    assert np.isnan(out.loc[0, "frpm_count"])
    assert np.isnan(out.loc[0, "frpm_share"])
    assert out["frpm_share"].isna().tolist() == out["frpm_count"].isna().tolist()
    alone = released(project_of(schools([500.0, 400.0], frpm_share=[0.01, 0.5]), [])).frame("schools")
    assert alone["frpm_share"].isna().tolist() == [True, False]


def test_small_key_figures_of_pupils_are_hidden_others_are_not() -> None:
    frame = pd.DataFrame({"id": ["a"], "name": ["A"]})
    result = Result("r", "x", "X", "A sentence.", (Output("t", "T", frame, (Column("id", "Id"), Column("name", "Name"))),),
                    (KeyFigure("few", "Pupils", 10.0, "pupils"), KeyFigure("schools", "Schools", 4.0), KeyFigure("many", "Pupils", 11.0, "pupils")))
    few, three, many = as_it_leaves(result).figures
    assert few.value is None
    assert few.note == "Suppressed to protect small groups."
    assert (three.value, many.value) == (4, 11)


def test_the_starter_hides_its_smallest_school() -> None:
    from ecomap.io.starter import load_starter

    project = load_starter("los-angeles")
    before, after = (one.frame("schools")["enrollment"] for one in (project, released(project)))
    assert before.min() == 3
    assert after.min() >= 11
    assert 1 < after.isna().sum() - before.isna().sum() <= 10


@pytest.mark.parametrize("column", ["children", "population"])
def test_census_estimates_are_no_pupils(column: str) -> None:
    areas = town.need_areas().assign(**{column: 4.0})
    out = released(Project(crs=town.CRS).with_layer(Layer("a", "A", "need_area", "polygon"), areas))
    assert out.frame("a") is areas
