"""A number and what belongs to it stand on one line of page and paper, and are plain to whoever reads a file by program."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.carried.cells import cells_of_file
from ecomap.model.said import name, say
from ecomap.model.units import format_number, format_with_margin
from ecomap.render.page.file import write_html
from ecomap.render.typeset import document as d
from ecomap.render.typeset.spoken import spoken, texts_of
from ecomap.render.words.language import language
from ecomap.render.words.together import Together, together
from tests.render.attribution import data_of
from tests.render.pages import town_page

HELD = "\u00a0"


@pytest.mark.parametrize(("text", "held"), [
    ("88 %", "88_%"), ("1.0 mi", "1.0_mi"), ("12 min", "12_min"), ("4.2 sq mi", "4.2_sq_mi"), ("7 km", "7_km"), ("2,310 ± 240", "2,310_±_240"),
    ("3 miles", "3 miles"), ("5 schools", "5 schools"), ("in 3 minutes", "in 3 minutes"), ("%", "%"), ("a % of", "a % of"),
])
def test_a_number_holds_its_unit_and_nothing_else(text: str, held: str) -> None:
    assert together(text) == held.replace("_", HELD)


@pytest.mark.parametrize("code", ["en", "es"])
def test_what_is_said_is_held_and_what_others_wrote_stays(code: str) -> None:
    speak = Together(language(code))
    share = say("{n} of {m}", n=format_number(0.88, "share"), m=format_with_margin(2310.0, 240.0))
    assert speak.say(share) == language(code).say(share).replace(" %", f"{HELD}%").replace(" ± ", f"{HELD}±{HELD}")
    assert speak.say(name("Route 5 km")) == "Route 5 km"
    mile = language(code).number_said(1609.344, "m", 1)
    assert speak.number_said(1609.344, "m", 1) == mile.replace(" ", HELD) != mile
    assert speak.margin_said(1609.344, "m", 1) == f"±{HELD}{mile.replace(' ', HELD)}"


def test_the_page_holds_them_and_its_cells_are_plain_to_programs(tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "x.html")
    (result,) = data_of(tmp_path / "x.html")["results"]
    assert [figure["value"] for figure in result["figures"]] == ["31,400", f"33{HELD}%"]
    cells = cells_of_file(tmp_path / "x.html", ".html")
    assert not [text for text in cells.values() if HELD in text]


def test_paper_holds_them() -> None:
    made = spoken(d.Document(name("T"), (d.Paragraph(say("{share} of them", share=format_number(0.88, "share"))),), "en"))
    assert f"88{HELD}% of them" in texts_of(made)
