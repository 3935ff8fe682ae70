"""All layers of a file as one: where each lies, which were read, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.io.reading.stacking import stacked
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from tests.io.making import points

FILE = Path("city.gpkg")


def part(name: str, count: int = 2, crs: Any = "EPSG:4326", *notes: ReportLine, read: int = 0) -> RawSource:
    frame = points(count, code=[f"{name} {number}" for number in range(count)]).to_crs(crs or "EPSG:4326")
    frame = frame if crs else frame.set_crs(None, allow_override=True)
    return RawSource(FILE, "GeoPackage", frame, frame.crs, (name,), name, read or count, notes)


def together(*parts: RawSource) -> RawSource:
    held = {raw.sublayer: raw for raw in parts}
    layers = [Sublayer(raw.sublayer, "point", max(len(raw.frame), 1), 1) for raw in parts]
    return stacked(FILE, "GeoPackage", layers, lambda one: held[one.name])


def test_layers_of_several_systems_lie_in_that_of_the_first() -> None:
    raw = together(part("parks"), part("lakes", 3, "EPSG:26911"))
    assert raw.crs.to_epsg() == 4326
    assert raw.frame["map layer"].tolist() == ["parks"] * 2 + ["lakes"] * 3
    assert raw.frame.geometry.x.tolist() == pytest.approx([*points(2).geometry.x, *points(3).geometry.x])


@pytest.mark.parametrize("silent_first", [True, False])
def test_a_layer_that_does_not_say_where_it_lies_does_not_get_the_place_of_another(silent_first: bool) -> None:
    parts = [part("lakes", 2, None), part("parks")]
    with pytest.raises(InputError, match="do not say their coordinate system, while others do: 'lakes'") as refused:
        together(*(parts if silent_first else reversed(parts)))
    assert "parks" not in refused.value.message


def test_where_none_says_it_the_file_says_nothing() -> None:
    assert together(part("lakes", 2, None), part("parks", 2, None)).crs is None


def test_the_layers_that_were_read_are_named_and_the_rest_counted() -> None:
    raw = together(part("empty", 0), *(part(f"layer {number}") for number in range(10)))
    said = next(line.text for line in raw.notes if line.text.startswith("Read all layers together"))
    assert "'empty'" not in said
    assert "'layer 7' (2 points), 2 more" in said
    assert "layer 8" not in said


def test_what_the_layers_say_is_kept_and_said_once_of_all_their_rows() -> None:
    twice = [ReportLine("dropped", "Rows without a shape.", count, (example,)) for count, example in ((1, "a"), (2, "b"))]
    raw = together(part("parks", 2, "EPSG:4326", twice[0], ReportLine("note", "Read from its second row."), read=3), part("lakes", 2, "EPSG:4326", twice[1], read=4))
    assert [(line.text, line.count, line.examples) for line in raw.notes[:2]] == [
        ("Rows without a shape.", 3, ("a", "b")), ("Read from its second row.", None, ())]
    assert raw.read == 7 == len(raw.frame) + 3
