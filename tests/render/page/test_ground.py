"""The ground of the meeting file: small, complete, and nothing but data."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from attrs import evolve
from shapely.geometry import LineString

from ecomap.render.map_page import PageLayer
from ecomap.render.page import ground
from ecomap.render.page.data import script_json
from ecomap.render.page.file import write_html
from ecomap.render.page.ground import MOST_BYTES, page_ground, without_ground
from ecomap.render.page.topology import decode_arcs
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.grounds import CRS, made_up_ground
from tests.render.pages import HOSTILE_END, town_on_ground, town_page


def test_a_page_without_ground_has_none() -> None:
    assert page_ground(town_page()).body is None


def test_it_holds_areas_lines_and_names() -> None:
    body = page_ground(town_on_ground()).body
    assert body is not None
    assert {kind for kind, _ in body["areas"]} == {"water", "park"}
    assert {kind for kind, _, _ in body["lines"]} == {"coast", "freeway", "main_road", "road", "street", "rail"}
    assert {"North Heights", "Hill Park", "Boyle Corner"} <= {" ".join(spot[0]) for spot in body["spots"]}
    assert {"9", "7", "3", "Main Street"} <= {road[0] for road in body["roads"]}
    arcs = decode_arcs(body["arcs"])
    assert all(abs(number if number >= 0 else ~number) < len(arcs) for _, _, parts in body["lines"] for part in parts for number in part)


def test_its_names_are_in_the_language_of_the_page() -> None:
    body = page_ground(town_on_ground(language="es")).body
    assert body is not None
    assert "Parque de la Colina" in {" ".join(spot[0]) for spot in body["spots"]}


def test_hostile_names_cannot_end_the_script() -> None:
    body = page_ground(town_on_ground()).body
    assert body is not None
    text = script_json(body["spots"])
    assert "<" not in text
    assert HOSTILE_END in {" ".join(spot[0]) for spot in json.loads(text)}


def test_the_ground_is_no_layer_of_data() -> None:
    page = town_on_ground()
    assert len(without_ground(page.layers)) == len(page.layers) - 1


def test_a_county_of_small_streets_stays_below_the_bound() -> None:
    layer, frame = made_up_ground()
    spin = np.random.default_rng(1)
    steps = spin.normal(0, 400, (8_000, 16, 2)).cumsum(axis=1) + spin.uniform(0, 10_000, (8_000, 1, 2))
    streets = gpd.GeoDataFrame({"id": range(8_000), "name": [f"Street {n}" for n in range(8_000)], "kind": "street", "rank": 4},
                               geometry=[LineString(line) for line in steps], crs=CRS)  # fmt: skip
    page = town_page()
    small = page_ground(evolve(page, layers=(*page.layers, PageLayer(layer, frame))))
    large = page_ground(evolve(page, layers=(*page.layers, PageLayer(layer, frame), PageLayer(evolve(layer, id="streets"), streets))))
    assert small.notes == ()
    assert len(large.notes) == 1
    assert large.body is not None
    assert len(script_json(large.body)) <= MOST_BYTES
    assert {kind for kind, _, _ in large.body["lines"]} == {"coast", "freeway", "main_road", "road", "rail"}


def test_what_was_left_out_is_said_by_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    page, said = town_on_ground(), []
    for _ in range(6):  # each time a byte less than the page before took
        made = page_ground(page)
        assert made.body is not None
        said.append(({kind for kind, _, _ in made.body["lines"]}, *made.notes))
        monkeypatch.setattr(ground, "MOST_BYTES", len(str(made.body)) - 1)
    every = {"coast", "freeway", "main_road", "road", "street", "rail"}
    larger = "Only the largest roads and other lines of the ground are in this file, to keep it small."
    none = "No roads or other lines of the ground are in this file, to keep it small."
    assert said == [
        (every,),
        (every - {"street"}, "The smallest streets are not in this file, to keep it small."),
        ({"coast", "freeway", "main_road"}, larger),
        ({"coast", "freeway"}, larger),
        (set(), none),
        (set(), none, "The ground makes this file 0.0 MB larger, even so: its areas and names are many."),
    ]


def test_names_of_schools_are_left_to_the_page() -> None:
    page = town_on_ground()
    names = {text for shown in page.layers if shown.layer.role == "school" for text in shown.frame["name"] if text.startswith("School")}
    body = page_ground(page).body
    assert names
    assert body is not None
    assert not names & {" ".join(spot[0]) for spot in body["spots"]}


@pytest.mark.slow
def test_los_angeles_takes_less_than_a_megabyte(tmp_path: Path) -> None:
    page = map_page(operations.new_project("los-angeles"))
    bare = evolve(page, layers=without_ground(page.layers))
    with_ground, without = (write_html(one, tmp_path / "page.html", packing=False).bytes for one in (page, bare))
    assert 50_000 < with_ground - without < 1_000_000
