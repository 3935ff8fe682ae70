"""Pictures carry their record inside: any reader of PNG texts and of XML finds it, whole, in whatever letters."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from PySide6.QtGui import QImage

from ecomap.model.record import PNG_KEYWORD as KEYWORD
from ecomap.model.record import XML_NAMESPACE as NAMESPACE
from ecomap.model.record import Carried
from ecomap.render.paper import picture as paint
from ecomap.render.paper.inside import png_with, svg_with
from tests.render.pages import town_page

RECORD = '{"title": "Bañuelos & <Söhne> 学校", "share": 0.5}'

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_png_gives_its_record_back(tmp_path: Path) -> None:
    paint.write_png(evolve(town_page(), carried=Carried(RECORD)), tmp_path / "map.png", size=(500, 400))
    image = QImage(str(tmp_path / "map.png"))
    assert image.text(KEYWORD) == RECORD
    assert (image.width(), image.height()) == (500, 400)


def test_an_svg_gives_its_record_back_as_metadata(tmp_path: Path) -> None:
    paint.write_svg(evolve(town_page(), carried=Carried(RECORD)), tmp_path / "map.svg", size=(500, 400))
    found = ElementTree.parse(tmp_path / "map.svg").find(f".//{{{NAMESPACE}}}record")
    assert found is not None
    assert found.text == RECORD


def test_without_a_record_nothing_is_added(tmp_path: Path) -> None:
    paint.write_png(town_page(), tmp_path / "map.png", size=(500, 400))
    whole = (tmp_path / "map.png").read_bytes()
    assert png_with(whole, "") == whole
    assert KEYWORD.encode() not in whole
    assert svg_with("<svg></svg>", "") == "<svg></svg>"


@pytest.mark.parametrize("letter", ["\ud83d", "\ufffe", "\x0b", "é", "🎒"])
def test_any_letter_comes_back(letter: str) -> None:
    record = json.dumps({"name": f"a{letter}b"}, ensure_ascii=False)
    (found,) = ElementTree.fromstring(svg_with("<svg></svg>", record)).iter(f"{{{NAMESPACE}}}record")
    assert json.loads(found.text or "") == {"name": f"a{letter}b"}


def test_what_is_no_png_stays_as_it_is() -> None:
    assert png_with(b"GIF89a", RECORD) == b"GIF89a"
