"""An answer of states (in reach, full, out of reach) is the map's fill while it is asked, and gives the need map back after."""

from __future__ import annotations

import pytest

from ecomap.model.project import Project
from ecomap.workspace import operations
from tests.small_project import small_project

ROOM = {"target": "service:*", "radius_m": 500.0, "detour": 1.0, "assumed_capacity": 50.0}


@pytest.fixture
def town() -> Project:
    return small_project()


def _fills(project: Project) -> list[str]:
    """Visible filled areas, by layer id or by analysis and table."""
    asked = {result.id: result.analysis for result in project.results}
    return [f"{asked[layer.result_id]}:{layer.id.rsplit('-', 1)[-1]}" if layer.result_id else layer.id
            for layer in project.layers if layer.visible and layer.geometry == "polygon"
            and (layer.style.kind == "graduated" or layer.style.fill)]


def test_who_is_left_out_is_seen_at_once(town: Project) -> None:
    assert _fills(town) == ["need-areas"]
    after, _ = operations.run_analysis(town, "capacity-gap", ROOM)
    assert _fills(after) == ["capacity-gap:areas"]


def test_it_takes_the_place_of_the_need_index_and_gives_it_back(town: Project) -> None:
    need, _ = operations.run_analysis(town, "need-index", {"draws": 0})
    room, _ = operations.run_analysis(need, "capacity-gap", ROOM)
    assert _fills(room) == ["capacity-gap:areas"]
    gaps, _ = operations.run_analysis(room, "coverage-gap", {"target": "service:*", "radius_m": 800.0})
    assert _fills(gaps) == ["need-index:areas"]
    again, _ = operations.run_analysis(room, "need-index", {"draws": 0, "aggregation": "geometric"})
    assert _fills(again) == ["need-index:areas"]


def test_without_a_need_index_the_need_areas_come_back(town: Project) -> None:
    room, _ = operations.run_analysis(town, "capacity-gap", ROOM)
    gaps, _ = operations.run_analysis(room, "coverage-gap", {"target": "service:*", "radius_m": 800.0})
    assert _fills(gaps) == ["need-areas"]
