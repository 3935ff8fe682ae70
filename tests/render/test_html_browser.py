"""The meeting file in a real Chromium: it asks for nothing, runs nothing hostile, and answers mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from ecomap.render.page.file import write_html
from tests.browser import Page, net_log_urls, open_page, require_browser
from tests.render.pages import HOSTILE, town_page

pytestmark = pytest.mark.browser

PIXEL = """
var map = document.querySelector('.leaflet-overlay-pane canvas'), copy = document.createElement('canvas');
copy.width = map.width;
copy.height = map.height;
var pen = copy.getContext('2d', { willReadFrequently: true }), count = 0, near = arguments[1] || 0;
pen.drawImage(map, 0, 0);
var data = pen.getImageData(0, 0, copy.width, copy.height).data;
for (var i = 0; i < data.length; i += 4) {
  if (data[i + 3] > 250 && [0, 1, 2].every(function (c) { return Math.abs(data[i + c] - this[c]) <= near; }, arguments[0])) { count++; }
}
return count;
"""
PIXEL_OF = PIXEL.replace(".leaflet-overlay-pane canvas", "#paper canvas")
SWITCH = "document.querySelector('[data-layer=\"' + arguments[0] + '\"]').click();"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_browser()
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Page]:
    """One browser on the town's page; each test gets the page freshly loaded."""
    write_html(town_page(), folder / "town.html")
    with open_page(folder / "town.html", folder / "profile") as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    browser.set_size(1440, 900)
    browser.load()
    return browser


def keys(page: Page, *pressed: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page.driver).send_keys(*pressed).perform()


def click_at(page: Page, x: float, y: float) -> None:
    """Click at a share of the map's width and height."""
    from selenium.webdriver.common.action_chains import ActionChains

    frame = page.find(".folium-map")
    size = frame.size
    actions = ActionChains(page.driver)
    actions.move_to_element_with_offset(frame, size["width"] * (x - 0.5), size["height"] * (y - 0.5)).click().perform()


def card(page: Page) -> str:
    """The text of the card, or "" while none is open."""
    shown = page.find("#card")
    return str(shown.text) if shown.is_displayed() else ""


def test_the_page_makes_no_request_and_no_complaint(folder: Path) -> None:
    path = folder / "quiet.html"
    write_html(town_page(20, 20, schools=300), path)
    with open_page(path, folder / "quiet", net_log=folder / "net.json") as page:
        click_at(page, 0.5, 0.5)
        page.run("document.getElementById('find-input').focus()")
        keys(page, "school")
        assert page.requests() == []
        assert page.complaints() == []
    outside = [url for url in net_log_urls(folder / "net.json") if url.startswith(("http", "ws"))]
    assert outside == []


def test_a_page_that_asks_for_something_would_be_caught(folder: Path) -> None:
    address = "http://127.0.0.1:9/asked.png"
    path = folder / "asking.html"
    path.write_text(f'<html data-ready="yes"><img src="{address}"></html>', encoding="utf-8")
    with open_page(path, folder / "asking", net_log=folder / "asked.json") as page:
        assert page.requests() == [address]
    assert address in net_log_urls(folder / "asked.json")


def test_a_script_cannot_reach_the_network_even_if_it_wants_to(page: Page) -> None:
    blocked = page.driver.execute_async_script(
        "var done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', function (e) { done(e.effectiveDirective); });"
        "fetch('https://example.org/').catch(function () {});"
    )
    assert blocked == "connect-src"
    page.complaints()


def test_a_hostile_name_shows_as_text_and_runs_nothing(page: Page) -> None:
    box = page.find("#find-input")
    box.send_keys("<img")
    assert HOSTILE in page.find("#find-list").text
    keys(page, "\ue007")
    assert page.find("#card-title").text == HOSTILE
    assert HOSTILE in page.find(".result table").text
    assert page.run("return window.hacked === undefined")
    assert page.run("return document.querySelectorAll('img').length") == 0
    assert page.complaints() == []


def test_the_map_is_painted_and_says_when(page: Page) -> None:
    assert page.run("return performance.getEntriesByName('ecomap-ready')[0].startTime") > 0
    assert page.run(PIXEL, [84, 39, 143]) > 1_000 or page.run(PIXEL, [0, 114, 178]) > 50


def test_switching_a_layer_changes_the_map_and_its_legend_at_once(page: Page) -> None:
    blue = page.run(PIXEL, [0, 114, 178])
    assert blue > 20
    legend = page.find("[data-layer=sites]").find_element("xpath", "ancestor::div[@class='layer']/ul")
    assert legend.is_displayed()
    page.run(SWITCH, "sites")
    assert page.run(PIXEL, [0, 114, 178]) == 0
    assert not legend.is_displayed()
    page.run(SWITCH, "sites")
    assert page.run(PIXEL, [0, 114, 178]) == blue
    assert legend.is_displayed()


def test_a_large_layer_is_drawn_when_it_is_switched_on_for_the_first_time(folder: Path) -> None:
    path = folder / "large.html"
    write_html(town_page(36, 34, schools=1000), path)
    with open_page(path, folder / "large") as page:
        with_need = page.run(PIXEL, [84, 39, 143])
        assert with_need > 1_000
        page.run(SWITCH, "need")
        assert page.run(PIXEL, [84, 39, 143]) == 0
        page.run(SWITCH, "need")
        assert page.run(PIXEL, [84, 39, 143]) == with_need


def test_a_line_is_drawn_and_can_be_clicked(page: Page) -> None:
    assert page.run(PIXEL, [179, 0, 94]) > 200
    page.find("#find-input").send_keys("Example Line", "\ue007")
    assert "Light rail" in card(page)


def test_no_data_is_hatched_not_coloured(page: Page) -> None:
    page.run(SWITCH, "schools")
    hatched = page.run(PIXEL, [170, 178, 186], 12)
    page.run(SWITCH, "need")
    assert hatched > 10 * page.run(PIXEL, [170, 178, 186], 12)


def test_estimated_areas_say_so_in_the_legend_and_on_the_card(page: Page) -> None:
    page.run("document.querySelector('details.more').open = true")
    page.find("[data-layer=attendance-elementary]").click()
    assert "dashed: estimated boundary" in page.find(".layers").text
    page.find("#find-input").send_keys("School 7 area", "\ue007")
    assert "estimated boundary" in card(page)
    assert "The boundary is estimated, not official." in card(page)


def test_a_click_opens_the_card_of_a_place_and_escape_closes_it(page: Page) -> None:
    page.run(SWITCH, "schools")
    page.run(SWITCH, "sites")
    click_at(page, 0.52, 0.48)
    assert "Residents under 18" in card(page)
    assert "±" in card(page)
    assert "Source: US Census Bureau 2014-18" in card(page)
    keys(page, "\ue00c")
    assert card(page) == ""


def test_the_keyboard_alone_opens_a_card_and_comes_back(page: Page) -> None:
    page.run("document.querySelector('.folium-map').focus()")
    keys(page, "\ue007")
    assert card(page) != ""
    assert page.run("return document.activeElement.id") == "card-title"
    keys(page, "\ue00c")
    assert card(page) == ""
    assert page.run("return document.activeElement.classList.contains('folium-map')")


def test_everything_can_be_reached_by_tab_and_shows_its_focus(page: Page) -> None:
    reached = []
    for _ in range(40):
        keys(page, "\ue004")
        reached.append(page.run(
            "var e = document.activeElement, s = getComputedStyle(e);"
            "return [e.tagName, e.id, s.outlineStyle !== 'none' || e.classList.contains('skip')]"
        ))
    names = [(tag, name) for tag, name, _ in reached]
    assert ("INPUT", "find-input") in names
    assert ("INPUT", "layer-0") in names
    assert any(tag == "TH" or tag == "BUTTON" for tag, _ in names)
    assert all(visible for _, _, visible in reached)


def test_search_finds_without_accents_and_opens_the_card(page: Page) -> None:
    box = page.find("#find-input")
    box.send_keys("pena")
    assert page.find("#find-input").get_attribute("aria-expanded") == "true"
    assert "Peña Elementary" in page.find("#find-list").text
    keys(page, "\ue015", "\ue007")
    assert page.find("#card-title").text == "Peña Elementary"
    assert "out of reach" in card(page)
    assert "not reported" not in card(page)


def test_a_found_place_is_brought_beside_its_card(page: Page) -> None:
    page.find("#find-input").send_keys("Tract 1044", "\ue007")
    click_at(page, 0.46, 0.5)  # between the legend and the card
    assert page.find("#card-title").text == "Tract 1044"


def test_a_search_without_an_answer_says_so(page: Page) -> None:
    page.find("#find-input").send_keys("zzzz")
    assert "Nothing by that name" in page.find("#find-list").text


def test_a_place_without_a_point_still_has_its_card(page: Page) -> None:
    page.find("#find-input").send_keys("School 6", "\ue007")
    assert page.find("#card-title").text == "School 6"
    assert page.complaints() == []


def test_a_table_row_leads_to_the_map_and_a_place_marks_its_row(page: Page) -> None:
    page.all(".result tbody tr button.link")[4].click()
    assert page.find("#card-title").text == "School 4"
    (marked,) = page.all(".result tr[aria-current=true]")
    assert "School 4" in marked.text
    page.find("#find-input").send_keys("School 33", "\ue007")
    (marked,) = page.all(".result tr[aria-current=true]")
    assert "School 33" in marked.text


def test_a_table_sorts_by_value_with_out_of_reach_last(page: Page) -> None:
    heading = next(h for h in page.all(".result th") if "Nearest site" in h.text)
    heading.find_element("css selector", "button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert [row.text.count("out of reach") for row in page.all(".result tbody tr")[:4]] == [1, 1, 1, 0]
    heading.find_element("css selector", "button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert "out of reach" not in page.all(".result tbody tr")[0].text


def test_a_table_can_be_searched(page: Page) -> None:
    page.find(".tools input").send_keys("school 12")
    rows = page.all(".result tbody tr")
    assert len(rows) == 1
    assert "School 12" in rows[0].text


def test_rank_bands_are_drawn_and_said(page: Page) -> None:
    first = page.all(".result tbody td.rank")[9]
    dot, bar = first.find_element("css selector", ".dot"), first.find_element("css selector", ".range")
    middle = dot.rect["x"] + dot.rect["width"] / 2
    assert bar.rect["x"] <= middle <= bar.rect["x"] + bar.rect["width"]
    assert "between 8 and 14" in first.get_attribute("textContent")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1440, 900), (1920, 1080)])
def test_nothing_runs_off_the_page(page: Page, width: int, height: int) -> None:
    page.set_size(width, height)
    page.load()
    assert page.run("return document.documentElement.scrollWidth") <= width
    frame = page.find(".folium-map").rect
    assert frame["width"] > 0.6 * min(width, 600)
    assert frame["height"] >= 300


def test_the_text_is_large_enough_for_the_back_row(page: Page) -> None:
    assert page.run("return parseFloat(getComputedStyle(document.body).fontSize)") >= 18


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast(page: Page, dark: bool) -> None:
    page.set_size(1440, 900, dark=dark)
    worst = page.run(
        """
        function light(c) {
          var p = c.match(/[\\d.]+/g).slice(0, 3).map(function (v) {
            v /= 255; return v <= .03928 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4); });
          return .2126 * p[0] + .7152 * p[1] + .0722 * p[2];
        }
        function ground(e) {
          for (; e; e = e.parentElement) {
            var c = getComputedStyle(e).backgroundColor;
            if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') { return c; }
          }
          return 'rgb(255,255,255)';
        }
        var worst = [21, ''];
        document.querySelectorAll('h1,h2,p,legend,label span,th button,td,dt,dd,li,summary,button').forEach(function (e) {
          if (!e.textContent.trim() || !e.offsetParent || e.classList.contains('unseen')) { return; }
          var a = light(getComputedStyle(e).color), b = light(ground(e));
          var ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < worst[0]) { worst = [ratio, e.outerHTML.slice(0, 120)]; }
        });
        return worst;
        """
    )
    assert worst[0] >= 4.5, worst[1]


def test_every_control_has_a_name(page: Page) -> None:
    nameless = page.run(
        "return Array.from(document.querySelectorAll('button, input, a, [role=tab], [role=application]'))"
        ".filter(function (e) { return !(e.getAttribute('aria-label') || e.textContent.trim() || e.title ||"
        " (e.labels && e.labels.length)); }).map(function (e) { return e.outerHTML; })"
    )
    assert nameless == []


def printed(page: Page) -> None:
    """The page as its paper: made, and seen as the printer sees it."""
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})


def unprinted(page: Page) -> None:
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    page.run("window.dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize(("rows", "shown"), [("25", 25), ("0", 40)])
def test_the_paper_has_the_map_in_its_frame_its_legend_and_as_many_rows_as_were_asked_for(page: Page, rows: str, shown: int) -> None:
    page.find("#print").click()
    page.run("document.getElementById('print-rows').value = arguments[0]; window.print = function () {};", rows)
    page.find("#print-go").click()
    printed(page)
    assert len(page.all("#paper tbody tr")) == shown
    assert f"{shown} of 40 rows are printed." in page.find("#paper").text
    assert page.find("#paper caption").text == "Schools to expand to next · Ranked schools"
    assert not page.find("#find").is_displayed()
    assert not page.find(".board").is_displayed()
    picture = page.find("#paper canvas")
    assert picture.rect["width"] > 0.95 * page.find("#paper").rect["width"]
    assert page.run(PIXEL_OF, [84, 39, 143]) > 1_000
    assert "Schools to expand to next" in page.find(".paper-finding h2").text
    assert "highest fifth" in page.find(".paper-keys").text
    unprinted(page)
    assert page.run("return document.getElementById('paper').childNodes.length") == 0
    assert page.find(".folium-map").is_displayed()
    assert page.complaints() == []


def test_printing_leaves_the_map_as_it_was(page: Page) -> None:
    page.find("#find-input").send_keys("Tract 1044", "\ue007")
    before = page.run("return window.location.hash"), page.run(PIXEL, [84, 39, 143])
    printed(page)
    unprinted(page)
    page.painted()
    assert (page.run("return window.location.hash"), page.run(PIXEL, [84, 39, 143])) == before


def test_the_pdf_of_the_browser_has_page_numbers(page: Page, tmp_path: Path) -> None:
    page.pdf(tmp_path / "page.pdf")
    import pikepdf

    with pikepdf.open(tmp_path / "page.pdf") as made:
        assert 1 <= len(made.pages) <= 4
    assert "counter(page)" in page.run("return document.querySelectorAll('style')[1].textContent")


def test_a_spanish_page_in_the_browser(folder: Path) -> None:
    path = folder / "es.html"
    write_html(town_page(language="es"), path)
    with open_page(path, folder / "es") as page:
        assert page.run("return document.documentElement.lang") == "es"
        assert "Capas y leyenda" in page.find(".layers").text
        page.find("#find-input").send_keys("pena", "\ue007")
        assert "fuera de alcance" in card(page)
        assert page.complaints() == []


def test_a_page_without_layers_opens(folder: Path) -> None:
    path = folder / "empty.html"
    write_html(evolve(town_page(), layers=(), results=()), path)
    with open_page(path, folder / "empty") as page:
        assert page.complaints() == []
