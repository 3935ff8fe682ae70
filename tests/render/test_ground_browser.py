"""The ground in a real Chromium: drawn, named, switched, found by name, and nothing hostile runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ecomap.render.page.file import write_html
from ecomap.render.style.ground import ground_colours
from tests.browser import Page, open_page, require_browser
from tests.render.pages import HOSTILE, town_on_ground
from tests.render.test_html_browser import PIXEL, keys

pytestmark = pytest.mark.browser

SWITCH = "document.getElementById('on-map-' + arguments[0]).click();"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    require_browser()
    folder = tmp_path_factory.mktemp("ground")
    write_html(town_on_ground(), folder / "town.html")
    with open_page(folder / "town.html", folder / "profile") as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    browser.set_size(1440, 900)
    browser.load()
    return browser


def ink(name: str) -> list[int]:
    colour = ground_colours()[name]
    return [int(colour[place:place + 2], 16) for place in (1, 3, 5)]


@pytest.mark.parametrize("width", [1440, 390])
def test_water_and_letters_are_on_the_map(page: Page, width: int) -> None:
    page.set_size(width, 900)
    page.load()
    assert page.run(PIXEL, ink("water")) > 500
    assert page.run(PIXEL, ink("park_name"), 2) + page.run(PIXEL, ink("neighbourhood_name"), 2) > 20
    assert page.complaints() == []
    assert page.requests() == []


def test_the_ground_switches_off_and_on(page: Page) -> None:
    before = page.run(PIXEL, ink("water"))
    page.run(SWITCH, "ground")
    page.painted()
    assert page.run(PIXEL, ink("water")) == 0
    page.run(SWITCH, "ground")
    page.painted()
    assert page.run(PIXEL, ink("water")) == before


def test_names_switch_apart_from_the_ground(page: Page) -> None:
    water, letters = page.run(PIXEL, ink("water")), page.run(PIXEL, ink("shield_text"), 2)
    page.run(SWITCH, "names")
    page.painted()
    assert page.run(PIXEL, ink("shield_text"), 2) < letters - 50
    assert page.run(PIXEL, ink("water")) >= water


def test_a_neighbourhood_is_found_by_name(page: Page) -> None:
    page.find("#find-input").send_keys("boyle")
    assert page.find("#find-list li").text.startswith("Boyle Corner")
    keys(page, "\ue007")  # Enter
    page.painted()
    assert page.find("#card").get_attribute("hidden") is not None
    assert page.complaints() == []


def test_a_hostile_name_is_only_letters(page: Page) -> None:
    page.find("#find-input").send_keys("<img src=x")
    assert page.find("#find-list li").text.startswith(HOSTILE)
    assert page.run("return window.hacked === undefined && !document.querySelector('#find-list img')")


def test_the_map_is_named_on_paper(page: Page) -> None:
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    assert page.run(PIXEL, ink("water")) > 200
    assert page.run(PIXEL, ink("shield_text"), 3) > 5
    page.run("window.dispatchEvent(new Event('afterprint'))")
    assert page.complaints() == []
