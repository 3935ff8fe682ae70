"""The table of file formats: what is offered can be read, what is promised can be written."""

from __future__ import annotations

from ecomap.model.formats import FORMATS, LAYERS, OF_THEIR_KIND, PAGES, READABLE, TABULAR, format_of


def test_no_ending_stands_twice() -> None:
    endings = [one.ending for one in FORMATS]
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending[0] == "." for ending in endings)


def test_what_is_written_as_layers_has_a_driver() -> None:
    assert all(one.driver for one in FORMATS if one.writes == LAYERS)


def test_the_lists_are_those_of_the_contract() -> None:
    assert PAGES == (".html", ".pdf", ".png", ".svg")
    assert set(TABULAR) == {".gpkg", ".geojson", ".fgb", ".csv", ".xlsx"}
    assert {".geojson", ".gpkg", ".shp", ".zip", ".csv", ".xlsx"} <= set(READABLE)


def test_text_is_taken_by_its_content_and_all_else_must_be_what_it_says() -> None:
    assert not {".csv", ".tsv", ".txt"} & set(OF_THEIR_KIND)
    assert format_of(".XLSX").ending in OF_THEIR_KIND
