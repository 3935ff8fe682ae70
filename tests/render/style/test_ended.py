"""What has ended is paler on the map, dashed or hollow, and the legend says so."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.render.style.drawing import resolve
from ecomap.render.style.ended import ended_rows
from ecomap.render.style.legend import legend_blocks

ZONES = Layer("z", "Promise Neighborhoods", v.ZONE, POLYGON, style=LayerStyle(line="#0B7F6B"))
THREE = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"], "status": ["ended", "active", ""], "end": ["2019-10-25", "", "2018"]},
    geometry=[box(k, 0, k + 1, 1) for k in range(3)], crs=3310,
)


def test_an_ended_zone_is_paler_dashed_and_said() -> None:
    drawing = resolve(ZONES, THREE)
    active, ended = drawing.symbol_of(1), drawing.symbol_of(0)
    assert (active.line, active.dash) == ("#0B7F6B", False)
    assert (ended.line, ended.dash, ended.fill) == ("#5D9088", True, "")
    assert drawing.symbol_of(2) == ended
    assert [(row.label, row.count) for row in drawing.legend] == [("not ended", 1), ("ended", 2)]


def test_where_all_have_ended_the_legend_keeps_the_layer_in_its_title() -> None:
    block, = legend_blocks([resolve(ZONES, THREE.iloc[[0, 2]])])
    assert (block.title, [row.label for row in block.rows if row.count]) == ("Promise Neighborhoods", ["ended"])


def test_an_ended_point_is_hollow_in_its_class() -> None:
    style = LayerStyle(kind=CATEGORISED, column="approach", symbols=(("linked_learning", "#E69F00", "diamond"),))
    sites = gpd.GeoDataFrame(
        {"id": ["a", "b"], "approach": "linked_learning", "end": ["2020-06", "2099"]},
        geometry=[Point(0, 0), Point(1, 1)], crs=3310,
    )
    drawing = resolve(Layer("s", "Sites", v.SITE, POINT, style=style), sites)
    assert (drawing.symbol_of(0).fill, drawing.symbol_of(0).shape, drawing.symbol_of(1).fill) == ("", "diamond", "#E69F00")
    assert [row.label for row in drawing.legend] == ["Linked Learning", "Linked Learning, ended"]


@pytest.mark.parametrize(("end", "status", "over"), [
    ("2019", "", True), ("2099", "ended", False), ("soon", "ended", True), ("", "active", False), ("2019", "active", True)])
def test_dates_count_before_the_status(end: str, status: str, over: bool) -> None:
    frame = THREE.iloc[[0]].assign(end=end, status=status)
    assert ended_rows(ZONES, frame).tolist() == [over]


def test_areas_of_other_roles_are_drawn_as_they_are() -> None:
    areas = Layer("n", "Need areas", v.NEED_AREA, POLYGON)
    assert not ended_rows(areas, THREE).any()
