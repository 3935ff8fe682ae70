"""A part of another room stands on the page with its script, style, words, place and data; nothing of a stranger's text runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from ecomap.model.said import say
from ecomap.render.page import parts
from ecomap.render.page.file import write_html
from ecomap.render.page.parts import FIRST, Part
from tests.browser import open_page, require_browser
from tests.render.pages import HOSTILE_END, town_page

SCRIPT = """
// A part of a test.
addPart('hopes', {
  start: function (given) { this.given = given; document.getElementById('hopes').textContent = words['hopes.title'] + ' ' + given.join('|'); },
  card: function (place, layer, row) { place.textContent = placeId(layer, row).layer + ' ' + placeId(layer, row).id; }
});
"""
BODY = "<section id=\"hopes\">{{ words['hopes.title'] }}{% for one in given %}<p>{{ one }}</p>{% endfor %}</section>"


@pytest.fixture
def with_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    part = Part("hopes", lambda given, speak: list(given), {"hopes.title": say("Legend")}, FIRST)
    monkeypatch.setattr(parts, "PARTS", (part,))
    monkeypatch.setattr(parts, "_text", lambda name: {"hopes.js": SCRIPT, "hopes.css": "#hopes { color: red; }",
                                                       "hopes.html.j2": BODY}.get(name, ""))
    path = tmp_path / "page.html"
    write_html(evolve(town_page(), parts={"hopes": ("one", HOSTILE_END)}), path)
    return path


def test_a_part_without_anything_to_say_is_not_on_the_page(with_part: Path, tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "without.html")
    assert "hopes" in with_part.read_text()
    assert "hopes" not in (tmp_path / "without.html").read_text()


def test_texts_of_strangers_are_escaped_in_template_and_data(with_part: Path) -> None:
    html = with_part.read_text()
    assert HOSTILE_END not in html
    assert html.count("window.hacked=1") >= 2


@pytest.mark.browser
def test_the_part_starts_and_speaks_on_a_card(with_part: Path, tmp_path: Path) -> None:
    require_browser()
    with open_page(with_part, tmp_path / "profile") as page:
        assert page.find("#hopes").text == f"Legend one|{HOSTILE_END}"
        page.find("#find-input").send_keys("Tract 1044", "\ue007")
        assert page.find("#card-parts").text == "need 06037000044"
        assert page.run("return getComputedStyle(document.getElementById('hopes')).color") == "rgb(255, 0, 0)"
        assert page.run("return window.hacked === undefined")
        assert page.complaints() == []
