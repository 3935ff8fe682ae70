"""What was agreed on the meeting file: the last meeting first, nobody above another, flags and cards, hostile text as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from ecomap.model.commitment import DONE, DROPPED, Commitment
from ecomap.model.project import Project
from ecomap.render.page.agreed import Agreed, agreed_data
from ecomap.render.page.file import write_html
from ecomap.render.words.agreed import groups_of, heads_of
from ecomap.render.words.language import language
from ecomap.workspace import commitments, exports
from ecomap.workspace.pages import map_page
from tests.browser import Page, open_page, require_browser
from tests.render.pages import HOSTILE, HOSTILE_END
from tests.small_project import small_project

LAST, BEFORE = "2027-01-31", "2026-06-01"
SOME = (
    Commitment("1", "Old and open", agreed=BEFORE), Commitment("2", "Old and done", agreed=BEFORE, state=DONE), Commitment("3", "New", agreed=LAST, due="2027-06-30"),
    Commitment("4", "New and given up", agreed=LAST, state=DROPPED, reason="No money", due="2027-02-01"), Commitment("5", "From a file without days"),
)


def agreed_project() -> Project:
    project = small_project()
    project = commitments.agree(project, HOSTILE, layer="schools", feature="01964733000001", leads=HOSTILE_END, seen=HOSTILE, due="2027-06-30", day=LAST)
    project = commitments.agree(project, "A second thing here", layer="schools", feature="01964733000001", day=LAST)
    project = commitments.agree(project, "A nurse", layer="schools", feature="01964733000003", due="2027-01-01", day=LAST)
    project = commitments.settle(project, project.commitments[2].id, DONE, day="2027-02-01")
    return commitments.agree(project, "A garden for all", day=BEFORE)


def test_the_last_meeting_comes_first_and_what_is_settled_of_earlier_ones_last() -> None:
    assert [(group.key, [one.id for one in group.items]) for group in groups_of(SOME)] == [("last", ["4", "3"]), ("earlier", ["5", "1"]), ("settled", ["2"])]
    assert heads_of(SOME) == "Agreed on 31 January 2027: 2 things were agreed: 1 was dropped and 1 is open."
    assert [group.key for group in groups_of(SOME[-1:])] == ["earlier"]


@pytest.mark.parametrize("code", ["en", "es"])
def test_everything_of_it_is_said_in_the_language_of_the_page(code: str) -> None:
    data = agreed_data(Agreed(SOME, {}, {}, LAST), language(code))
    assert [item["what"] for group in data["groups"] for item in group["items"]] == ["New and given up", "New", "From a file without days", "Old and open", "Old and done"]
    assert data["flags"] == [], "no flag is explained that is not on the map"


def test_a_page_has_the_part_only_where_something_was_agreed_and_it_is_wanted(tmp_path: Path) -> None:
    assert "agreed" not in map_page(small_project()).parts
    project = agreed_project()
    assert "agreed" in map_page(project).parts
    for wanted in (True, False):
        exports.export(project, tmp_path / "a.html", agreed=wanted)
        text = (tmp_path / "a.html").read_text("utf-8")
        assert ('id="agreed"' in text) is wanted
        assert ("A garden for all" in text) is wanted
    assert exports.export_noted(project, tmp_path / "a.html", agreed=False)[0].commitments == project.commitments


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    require_browser()
    folder = tmp_path_factory.mktemp("agreed")
    write_html(evolve(map_page(agreed_project(), made_on=LAST)), folder / "a.html")
    with open_page(folder / "a.html", folder / "profile") as opened:
        opened.load()
        yield opened


@pytest.mark.browser
def test_the_page_opens_with_it_and_leads_there(page: Page) -> None:
    link = page.find(".agreed-head a")
    assert re.match(r"Agreed on 31 January 2027: 3 things were agreed", link.text)
    link.click()
    assert page.run("return document.getElementById('agreed').getBoundingClientRect().top < innerHeight")
    assert [one.text for one in page.all(".agreed-what")][1:] == [HOSTILE, "A second thing here", "A garden for all"]
    assert page.run("return window.hacked") is None
    assert page.complaints() == []
    assert page.requests() == []


@pytest.mark.browser
def test_the_paper_has_it_above_the_findings(page: Page) -> None:
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.run("return document.getElementById('paper').textContent")
    assert printed.index("A garden for all") > printed.index("A nurse") > printed.index("What was agreed")
    assert page.run("return document.querySelectorAll('#agreed').length") == 1, "no id twice"
    page.run("window.dispatchEvent(new Event('afterprint'))")
    assert page.run("return document.getElementById('paper').textContent") == ""


@pytest.mark.browser
def test_a_name_leads_to_the_card_and_the_card_says_what_was_agreed_there(page: Page) -> None:
    page.run("arguments[0].click()", page.all("[data-agreed]")[0])
    assert page.find("#card-title").text == "East School"
    assert page.find(".agreed-here").text.splitlines()[:2] == ["Agreed for this place", "A nurse"]
    page.run("document.getElementById('card-close').click()")


@pytest.mark.browser
def test_a_flag_on_the_map_opens_its_place(page: Page) -> None:
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    page.run("arguments[0].click()", page.all("[data-agreed]")[1])
    page.run("document.getElementById('card-close').click(); scrollTo(0, 0)")  # closing goes back to where the hand was
    page.painted()
    project = agreed_project()
    part = map_page(project).parts["agreed"]
    east, north = part.spots[project.commitments[0].id]
    x, y = page.run("var at = map_ecomap.latLngToContainerPoint([arguments[0], arguments[1]]), frame = map_ecomap.getContainer().getBoundingClientRect(); "
                    "return [frame.left + at.x, frame.top + at.y]", north, east)
    hand = ActionBuilder(page.driver)
    hand.pointer_action.move_to_location(round(x) + 8, round(y) - 20).click()
    hand.perform()
    assert page.find("#card-title").text == "West School"
    assert [one.text.splitlines()[0] for one in page.all(".agreed-here li")] == [HOSTILE, "A second thing here"]
