"""What a page to send leaves out."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from ecomap.model.layer import LINE, POINT, Layer
from ecomap.model.project import Project
from ecomap.workspace import pages
from tests.spoken import untranslated


@pytest.mark.parametrize("limit", [2, 3])
def test_more_streets_than_can_be_sent_are_left_out_and_said(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_STREETS", limit)
    lines = shapely.linestrings([[(0, y), (9, y)] for y in range(3)])
    frame = gpd.GeoDataFrame({"id": list("abc"), "name": "Street"}, geometry=lines, crs="EPSG:3310")
    project = Project().with_layer(Layer("streets", "Streets of the town", "street", LINE), frame)
    page = pages.map_page(project)
    said = "Streets of the town is not on this page: 3 lines are too many to send."
    assert (said in page.cautions) == (limit == 2)
    assert [shown.layer.id for shown in page.layers] == ([] if limit == 2 else ["streets"])
    assert [shown.layer.id for shown in pages.map_page(project, brief=True).layers] == ["streets"]
    assert [piece for caution in page.cautions for piece in untranslated(caution, "es")] == []


@pytest.mark.parametrize(("limit", "visible"), [(2, False), (3, False), (2, True)])
def test_many_places_for_orientation_are_sent_only_when_they_are_switched_on(limit: int, visible: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_HIDDEN", limit)
    frame = gpd.GeoDataFrame({"id": list("abc"), "name": "Stop"}, geometry=shapely.points([(x, 0) for x in range(3)]), crs="EPSG:3310")
    project = Project().with_layer(Layer("stops", "Stops of the town", "reference", POINT, visible=visible), frame)
    page = pages.map_page(project)
    gone = limit == 2 and not visible
    said = "Stops of the town is not on this page: it is switched off, and 3 places are many to send. Switch it on to send it."
    assert (said in page.cautions) == gone
    assert [shown.layer.id for shown in page.layers] == ([] if gone else ["stops"])
