"""What goes with a hidden count: its errors, the rates made of it, and what was carried over from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve

from ecomap.analysis.release.door import released
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests import small_project as town

HOMELESS = (3.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0)


def asked(homeless: tuple[float, ...] = HOMELESS) -> Project:
    """The town with homeless pupils by tract, their margin, their share of 200 pupils, and the question carried to school areas."""
    project = town.small_project()
    rows = town.need_areas().assign(
        homeless=homeless, homeless_moe=[1.0] * 9, homeless_share=[one / 200 for one in homeless], pupils=200.0)
    layer = project.layer("need-areas")
    share = Indicator("homeless_share", "Homeless pupils", "share", 1, town.DISTRICT, numerator="homeless", denominator="pupils")
    count = Indicator("homeless", "Homeless pupils", "pupils", 1, town.DISTRICT, moe_column="homeless_moe")
    project = project.with_layer(evolve(
        layer, indicators=(*layer.indicators, share, count), columns=(
            *layer.columns, Column("homeless", "Homeless pupils", "pupils", moe="homeless_moe"),
            Column("homeless_moe", "Homeless pupils, margin", "pupils"), Column("homeless_share", "Homeless pupils", "share"),
            Column("pupils", "Pupils", "pupils"))), rows)
    return operations.run_analysis(project, "school-areas", {"draws": 20})[0]


def hidden(frame: Any, name: str) -> list[bool]:
    gone = frame[name].isna()
    if f"{name}_reason" in frame:
        assert (frame[f"{name}_reason"] == "suppressed").tolist() == gone.tolist()
    return [bool(one) for one in gone]


def test_a_count_of_pupils_is_added_up_not_averaged() -> None:
    frame = asked().results[0].outputs[0].frame
    np.testing.assert_allclose(frame["homeless"], [3 + 60 + 90, 40 + 70 + 100, 50 + 80 + 110])


def test_margin_and_rate_go_with_the_hidden_count() -> None:
    frame = released(asked()).frame("need-areas")
    gone = hidden(frame, "homeless")
    assert gone[0]
    assert not all(gone)
    assert hidden(frame, "homeless_moe") == gone
    assert hidden(frame, "homeless_share") == gone  # share x 200 pupils would be the count
    assert not any(hidden(frame, "poverty"))


def test_no_estimate_that_adds_up_hidden_counts_leaves() -> None:
    project = released(asked())
    frames = [project.results[0].outputs[0].frame, *(project.frame(x.id) for x in project.layers if x.result_id)]
    assert len(frames) > 1
    for frame in frames:
        for name in ("homeless", "homeless_allocation", "homeless_share", "homeless_share_allocation"):
            assert all(hidden(frame, name)), name
        assert not any(hidden(frame, "children"))


def test_where_nothing_is_hidden_everything_leaves_as_it_is() -> None:
    project = asked(tuple(one + 50 for one in HOMELESS))
    for before, after in zip(project.layers, released(project).layers, strict=True):
        assert released(project).frame(after.id) is project.frame(before.id)
