"""Names of schools as columns: in their order, cut to what a part of the map shows, and made only when they are asked for."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import Point

from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Layer
from ecomap.render.canvas import spots
from ecomap.render.canvas.names import all_names, letterings
from ecomap.render.canvas.spots import Schools, schools_in_order, schools_of
from ecomap.render.style.ground import SCHOOL_NAMES_FROM
from tests.grounds import CRS


def schools(**more: list[float | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": list("abcde"), "name": ["Small", " Large ", "", "Middle", None], **more},
                            geometry=[Point(0, 0), Point(0, 5), Point(9, 9), Point(7, 1), None], crs=CRS)  # fmt: skip


def test_those_with_most_pupils_come_first_and_what_has_no_name_or_place_is_left_out() -> None:
    found = schools_of(schools(enrollment=[10.0, 900.0, 5_000.0, None, 1.0]), 8.0)
    assert [(one.text, one.x, one.y, one.beside_px) for one in found] == [("Large", 0.0, 5.0, 4.0), ("Small", 0.0, 0.0, 4.0), ("Middle", 7.0, 1.0, 4.0)]
    assert len(found) == 3
    assert found[0].text == "Large"
    assert [one.text for one in found[1:]] == ["Small", "Middle"]


def test_without_pupils_they_stand_by_name() -> None:
    assert [one.text for one in schools_of(schools(), 8.0)] == ["Large", "Middle", "Small"]
    assert schools_in_order(schools()).tolist() == [2, 4, 1, 3, 0]


@pytest.mark.parametrize(("region", "there"), [
    (None, ["Large", "Middle", "Small"]), ((0.0, 0.0, 7.0, 1.0), ["Middle", "Small"]), ((0.1, 0.0, 6.9, 9.0), []),
])  # fmt: skip
def test_a_part_of_the_map_has_those_that_stand_in_it(region: tuple[float, float, float, float] | None, there: list[str]) -> None:
    found = schools_of(schools(), 8.0)
    assert [one.text for one in found.within(SCHOOL_NAMES_FROM, region)] == there
    assert list(found.within(SCHOOL_NAMES_FROM * 0.999, region)) == []


def test_from_afar_no_name_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = schools()
    monkeypatch.setattr(spots, "written", lambda _names: pytest.fail("looked at"))
    known = all_names([(Layer("schools", "Schools", v.SCHOOL, POINT), frame)])
    assert isinstance(known[0].spots, Schools)
    assert letterings(known, SCHOOL_NAMES_FROM / 2, lambda *_: (1.0, 1.0)) == ()
