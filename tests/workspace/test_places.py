"""Where a project is of, by its codes and its ground."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Point

from ecomap.io.importers.columns.fields import numeric_field
from ecomap.model import units
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.said import name
from ecomap.render.tables.cells import number_format
from ecomap.render.words.language import language
from ecomap.workspace.needs import lacking
from ecomap.workspace.operations import run_analysis
from ecomap.workspace.places import Place, measure_as, place_of
from tests.small_project import small_project


def schools_at(lon: float, lat: float, codes: list[str], crs: str) -> Project:
    frame = gpd.GeoDataFrame({"id": codes, "name": codes, "enrollment": [300.0] * len(codes), "levels": ["elementary"] * len(codes)},
                             geometry=[Point(lon, lat)] * len(codes), crs="EPSG:4326").to_crs(crs)
    return Project(crs=crs).with_layer(Layer("schools", name("Schools"), "school", "point"), frame)


@pytest.mark.parametrize(("lon", "lat", "crs", "codes", "place"), [
    (-118.2, 34.05, "EPSG:32611", ["19647336000001", "19647336000002"], Place("US", "California")),
    (-118.2, 34.05, "EPSG:32611", ["7", "8"], Place("US", "California")),     # by the ground alone
    (-122.3, 47.6, "EPSG:32610", ["530771001234", "530771001235"], Place("US", "")),
    (-122.3, 47.6, "EPSG:32610", ["7", "8"], Place("US", "Washington")),
    (-4.25, 55.86, "EPSG:32630", ["S1", "S2"], Place("other", "")),           # Glasgow
    (36.8, -1.3, "EPSG:32737", ["1", "2"], Place("other", "")),               # Nairobi
    (-75.7, 45.4, "EPSG:32618", ["1", "2"], Place("other", "")),              # Ottawa
])
def test_codes_tell_first_then_the_ground(lon: float, lat: float, crs: str, codes: list[str], place: Place) -> None:
    assert place_of(schools_at(lon, lat, codes, crs)) == place


def test_some_odd_codes_do_not_decide_and_most_do() -> None:
    most = ["19647336000001"] * 8 + ["x", "y"]
    assert place_of(schools_at(-4.25, 55.86, most, "EPSG:32630")).californian
    assert not place_of(schools_at(-4.25, 55.86, [*most[1:], "z"], "EPSG:32630")).californian


def test_nothing_tells_of_an_empty_project() -> None:
    assert place_of(Project()) == Place()
    assert Place().measures == units.US
    assert Place("other").measures == units.METRIC


def test_the_rules_of_california_are_not_taken_elsewhere() -> None:
    abroad = schools_at(-4.25, 55.86, ["S1", "S2"], "EPSG:32630")
    assert "rules of California" in lacking(abroad, "money")[0]
    with pytest.raises(InputError, match="rules of California"):
        run_analysis(abroad, "money", {})
    assert lacking(small_project(), "money") == ()


def test_distances_are_said_in_the_units_of_the_place_unless_somebody_chose() -> None:
    town = small_project()
    try:
        assert "1.0 mi" in run_analysis(town, "coverage-gap", {})[1].sentence
        abroad = town
        for layer in town.layers:
            frame = town.frame(layer.id)
            if layer.geometry != "none":
                frame = frame.assign(id=[f"S{n}" for n in range(len(frame))]).set_crs("EPSG:32630", allow_override=True)
                frame = frame.set_geometry(frame.geometry.translate(300_000, 6_600_000))
            abroad = evolve(abroad, crs="EPSG:32630", frames={**abroad.frames, layer.id: frame})
        assert "1.6 km" in run_analysis(abroad, "coverage-gap", {})[1].sentence
        units.choose_system(units.US)
        assert "1.0 mi" in run_analysis(abroad, "coverage-gap", {})[1].sentence
    finally:
        units.choose_system("")
        units.measure_in(units.US)


def test_short_ways_are_in_metres_where_long_ones_are_in_kilometres() -> None:
    try:
        units.measure_in(units.METRIC)
        assert [units.format_number(value, "m") for value in (2500.0, 99.0, 100.0)] == ["2.5 km", "99 m", "0.1 km"]
        assert units.format_number(3_000_000.0, "m2") == "3.0 sq km"
        assert units.format_margin(40.0, "m") == "<0.1 km"
    finally:
        units.measure_in(units.US)


@pytest.mark.parametrize(("lon", "lat", "crs", "sign", "said"), [
    (-4.25, 55.86, "EPSG:32630", "£", "£1,250"), (-75.7, 45.4, "EPSG:32618", "$", "$1,250"), (2.35, 48.85, "EPSG:32631", "€", "€1,250"),
    (36.8, -1.3, "EPSG:32737", "KES", "KES 1,250"), (-122.3, 47.6, "EPSG:32610", "$", "$1,250"),
])
def test_money_is_that_of_the_place(lon: float, lat: float, crs: str, sign: str, said: str) -> None:
    try:
        measure_as(schools_at(lon, lat, ["7", "8"], crs))
        assert (units.money_sign(), units.format_number(1250.0, "usd"), units.words_around("usd", units.ENGLISH)) == (sign, said, said.replace("1,250", "{n}"))
        assert number_format("usd") == f'"{sign}"#,##0'
    finally:
        units.measure_in(units.US)
    assert units.format_number(1250.0, "usd") == "$1,250"


def test_an_amount_is_said_in_each_money_though_it_was_said_before() -> None:
    amount, spanish = units.format_number(1250.0, "usd"), language("es")
    try:
        assert spanish.say(amount) == "$1,250"
        units.measure_in(units.METRIC, "£")
        assert spanish.say(amount) == "£1,250"
    finally:
        units.measure_in(units.US)


@pytest.mark.parametrize(("cells", "told"), [(("£250,000", "£1,000"), False), (("$250,000", "£1,000"), True), (("€10", "£5"), True)])
def test_amounts_in_another_money_than_that_of_the_place_are_told(cells: tuple[str, ...], told: bool) -> None:
    try:
        units.measure_in(units.METRIC, "£")
        lines = numeric_field("amount_usd", name("Amount"), pd.Series(cells, dtype="string"), unit="usd", amount=True)[2]
        assert any("another currency" in line.text for line in lines) is told
    finally:
        units.measure_in(units.US)
