"""Tracts of 2010 and 2020: refused together, carried over by hand, and what is lost is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomap.analysis.ground.interpolation import interpolate
from ecomap.analysis.ground.vintages import carried_over, census_of, census_relationship, same_census
from ecomap.model.errors import InputError
from tests import small_project as town

OLD = pd.DataFrame({"id": ["A", "B", "C", "D"], "children": [100.0, 200.0, 50.0, 30.0], "children_moe": [10.0, 20.0, 5.0, 3.0],
                    "poverty": [0.1, 0.4, 0.2, 0.9], "census": "2010"})
# A splits into A1 and A2, B becomes part of A2, half of C goes nowhere, D is not named.
TABLE = pd.DataFrame({"from_id": ["A", "A", "B", "C"], "to_id": ["A1", "A2", "A2", "C1"], "share": [0.25, 0.75, 1.0, 0.5]})


def test_two_censuses_are_not_mixed() -> None:
    old, new = town.need_areas().assign(census="2010"), town.attendance_areas().assign(census=2020.0)
    with pytest.raises(InputError, match="boundaries of 2010, those of 2020"):
        interpolate(old, new, extensive=["children"])
    with pytest.raises(InputError, match="mix boundaries of 2010 and 2020"):
        census_of(OLD.assign(census=["2010", "2020", "2010", "2010"]))
    same_census(old, town.attendance_areas())  # who does not say is not refused
    assert census_of(new) == "2020"


def test_carried_over_by_hand_with_what_was_lost() -> None:
    found, report = carried_over(OLD, TABLE, to="2020", extensive=["children"], intensive=["poverty"],
                                 margins={"children": "children_moe"})
    assert found["id"].tolist() == ["A1", "A2", "C1"]
    assert found["children"].tolist() == [25, 275, 25]
    assert found["children_moe"].tolist() == pytest.approx([2.5, np.hypot(7.5, 20), 2.5])
    assert found["poverty"].tolist() == pytest.approx([0.1, (0.1 * 0.75 + 0.4) / 1.75, 0.2])
    assert set(found["census"]) == {"2020"}
    assert report.lost == {"children": 55.0}  # 25 of C and all 30 of D
    assert (report.unmatched, report.partial, report.split) == (("D",), ("C",), 1)
    assert report.before == {"children": 380.0}


def test_a_missing_count_stays_missing_where_it_matters() -> None:
    found, report = carried_over(OLD.assign(children=[100.0, np.nan, 50.0, 30.0]), TABLE, to="2020", extensive=["children"])
    assert found["children"].isna().tolist() == [False, True, False]
    assert report.before["children"] == 180


@pytest.mark.parametrize(("table", "said"), [
    (TABLE.assign(share=1.5), "not between 0 and 1"), (TABLE.assign(share=[0.5, 0.75, 1, 0.5]), "More than all of A"),
    (TABLE.drop(columns="share"), "no column 'share'"),
])
def test_a_table_that_cannot_be_right_is_refused(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        carried_over(OLD, table, to="2020", extensive=["children"])


def test_the_census_bureaus_file_gives_shares_of_land() -> None:
    file = pd.DataFrame({"GEOID_TRACT_10": ["06001", "06001", "06002"], "GEOID_TRACT_20": ["06011", "06012", "06012"],
                         "AREALAND_PART": [30, 90, 0], "AREALAND_TRACT_10": [120, 120, 0], "AREAWATER_PART": [0, 0, 7],
                         "AREAWATER_TRACT_10": [0, 0, 7]})
    assert census_relationship(file)["share"].tolist() == [0.25, 0.75, 1.0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_what_arrives_and_what_is_lost_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": [f"o{n}" for n in range(8)], "children": rng.integers(0, 500, 8).astype(float)})
    shares = rng.dirichlet(np.ones(4), 8)[:, :3]
    table = pd.DataFrame([(f"o{i}", f"n{rng.integers(5)}", shares[i, j]) for i in range(7) for j in range(3)],
                         columns=["from_id", "to_id", "share"])
    found, report = carried_over(frame, table, to="2020", extensive=["children"])
    assert found["children"].sum() + report.lost["children"] == pytest.approx(frame["children"].sum())
    assert "o7" in report.unmatched
