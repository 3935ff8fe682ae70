"""The map around a place: its name stands once, no other name lies under it, type of nine points and more."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from attrs import evolve

from ecomap.render.paper.neighbourhood import Around, legend_beside, neighbourhood_svg
from ecomap.render.paper.picture import Prepared, prepare
from tests.render.pages import town_on_ground

LEAST_PX = 12.0  # nine points

pytestmark = pytest.mark.usefixtures("qapp")


def a_school(prepared: Prepared) -> Around:
    spot = next(spot for known in prepared.names for spot in known.spots if spot.kind == "school")
    return Around(spot.x, spot.y, spot.text, 500.0, "0.3 mi around it")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(evolve(town_on_ground(), names=True))


def written(svg: str) -> list[str]:
    return ["".join(text.itertext()).strip() for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_place_is_named_once_by_its_ring(prepared: Prepared) -> None:
    around = a_school(prepared)
    words = " ".join(written(neighbourhood_svg(prepared, around, legend_beside(prepared, ""))))
    assert words.count(around.called) == 1


def test_another_place_of_that_name_keeps_its_own(prepared: Prepared) -> None:
    around = a_school(prepared)
    beside = evolve(around, x=around.x - 100.0, y=around.y + 100.0)
    words = " ".join(written(neighbourhood_svg(prepared, beside, legend_beside(prepared, ""))))
    assert words.count(around.called) == 2


def test_no_type_is_smaller_than_nine_points(prepared: Prepared) -> None:
    svg = neighbourhood_svg(prepared, a_school(prepared), legend_beside(prepared, ""))
    sizes = [float(size) for size in re.findall(r'<text[^>]*font-size="([\d.]+)', svg)]
    assert len(sizes) > 5
    assert min(sizes) >= LEAST_PX


def test_a_name_of_a_million_letters_takes_no_more_room_than_one_of_eighty() -> None:
    page = town_on_ground()
    schools = next(shown for shown in page.layers if shown.layer.role == "school")
    frame = schools.frame.copy()
    frame["name"] = "x" * 1_000_000
    long = prepare(evolve(page, names=True, layers=tuple(evolve(one, frame=frame) if one is schools else one for one in page.layers)))
    svg = neighbourhood_svg(long, evolve(a_school(long), called="Here"), legend_beside(long, ""))
    assert len(svg) < 3_000_000
    assert max(len(words) for words in written(svg)) <= 80
