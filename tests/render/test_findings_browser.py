"""One finding at a time in a real Chromium: in order, with its layer and legend, compared, linked to, searched, filtered, saved and printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ecomap.render.page.file import write_html
from tests.browser import Page, open_page, require_browser
from tests.render.pages import HOSTILE, findings_page
from tests.render.test_html_browser import PIXEL, card, keys

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = "Who does what", "Schools to expand to next", "Schools to expand to next, 2 mi"
MAGENTA, BROWN = [179, 0, 94], [140, 94, 0]
CHOOSE = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'));"
SAVED = """
window.savedFiles = [];
URL.createObjectURL = function (blob) { window.savedFiles.push(blob); return 'blob:none'; };
URL.revokeObjectURL = function () {};
HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };
"""
READ = "var done = arguments[0]; window.savedFiles[0].text().then(done);"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    require_browser()
    folder = tmp_path_factory.mktemp("findings")
    write_html(findings_page(), folder / "town.html")
    with open_page(folder / "town.html", folder / "profile") as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    browser.set_size(1440, 900)
    browser.load()
    return browser


def at(page: Page, fragment: str) -> None:
    """The page opened by a link."""
    page.driver.get("about:blank")
    page.driver.get(f"{page.url}#{fragment}")
    page.painted()


def title(page: Page) -> str:
    return str(page.find("#finding-title").text)


def legend(page: Page) -> list[str]:
    return [part.text for part in page.all(".map-legend .keys-of h3")]


def test_the_findings_are_told_in_the_planners_order_with_previous_and_next(page: Page) -> None:
    assert (title(page), page.find("#finding-place").text) == (FIRST, "Finding 1 of 3")
    assert not page.find("#finding-before").is_enabled()
    page.find("#finding-after").click()
    assert title(page) == SECOND
    page.find("#finding-after").click()
    assert title(page) == THIRD
    assert not page.find("#finding-after").is_enabled()
    page.find("#finding-before").click()
    assert title(page) == SECOND
    assert [block.is_displayed() for block in page.all(".result")].count(True) == 1


def test_each_finding_stands_on_the_map_with_its_own_layer_and_legend(page: Page) -> None:
    rail = page.run(PIXEL, MAGENTA)  # the rail line alone has this colour
    page.find("#finding-after").click()
    assert legend(page) == [SECOND]
    assert page.run(PIXEL, MAGENTA) > rail + 200
    assert page.run(PIXEL, BROWN) == 0
    page.find("#finding-after").click()
    assert legend(page) == [THIRD]
    assert page.run(PIXEL, MAGENTA) <= rail
    assert page.run(PIXEL, BROWN) > 200


def test_a_link_leads_to_a_finding_a_place_and_a_part_of_the_map(page: Page) -> None:
    page.find("#finding-after").click()
    page.find("#find-input").send_keys("School 33", "\ue007")
    link = str(page.find("#view-link").get_attribute("href")).split("#")[1]
    assert link.startswith("finding=priority-1&place=schools/00000000000033&map=")
    assert page.run("return location.hash") == f"#{link}"
    at(page, link)
    assert title(page) == SECOND
    assert page.find("#card-title").text == "School 33"
    assert page.run("return location.hash") == f"#{link}"


@pytest.mark.parametrize("fragment", ["finding=nobody&place=x/y&map=a,b,c", "finding=%E0%A4%A", "<img src=x>", "map=1e999,0,3", "place=schools/" + "9" * 400])
def test_a_link_that_names_what_is_not_here_opens_the_page_all_the_same(page: Page, fragment: str) -> None:
    at(page, fragment)
    assert title(page) == FIRST
    assert page.complaints() == []
    assert page.run("return document.querySelectorAll('img').length") == 0


def test_two_findings_are_compared_on_either_side_of_a_line_that_moves(page: Page) -> None:
    page.find("#finding-after").click()
    page.run(CHOOSE, page.find("#compare-with"), "2")
    assert (page.find("#swipe-a").text, page.find("#swipe-b").text) == (SECOND, THIRD)
    assert legend(page) == [SECOND, THIRD]
    both = page.run(PIXEL, MAGENTA), page.run(PIXEL, BROWN)
    page.find("#swipe").send_keys(*["\ue012"] * 10)  # the line to the left, by keys: less of the first
    moved = page.run(PIXEL, MAGENTA), page.run(PIXEL, BROWN)
    assert moved[0] < both[0]
    assert moved[1] > both[1]
    assert page.run("return location.hash").endswith("&beside=priority-2")


def test_the_differences_are_those_of_the_numbers_largest_first_and_an_absent_row_has_none(page: Page) -> None:
    page.find("#finding-after").click()
    page.run(CHOOSE, page.find("#compare-with"), "2")
    tables = page.all("#differences table")
    assert [table.find_element("tag name", "caption").get_attribute("textContent") for table in tables] == [
        f"{SECOND} and {THIRD}, compared · Key figures", f"{SECOND} and {THIRD}, compared · Ranked schools"]
    figures = [cell.text for cell in tables[0].find_elements("css selector", "tbody tr:first-child td")]
    assert figures == ["children out of reach", "31,400 ± 2,100", "15,000 ± 2,100", "−16,400"]
    heads = [cell.text for cell in tables[1].find_elements("css selector", "th")]
    assert heads[:4] == ["Place", f"{SECOND}: Rank", f"{THIRD}: Rank", "Difference: Rank"]
    assert heads[4:7] == [f"{SECOND}: Children reached", f"{THIRD}: Children reached", "Difference: Children reached"]
    rows = {row.find_element("tag name", "td").text: [cell.text for cell in row.find_elements("tag name", "td")]
            for row in tables[1].find_elements("css selector", "tbody tr")}
    assert rows["School 8"][4:7] == ["1,928", "1,000", "−928"]
    page.find("#differences .table-panel:last-of-type button.plain:not([hidden])")
    page.run("document.querySelectorAll('#differences .table-panel')[1].querySelectorAll('button').forEach("
             "function (b) { if (/Show all .* rows/.test(b.textContent)) { b.click(); } });")
    absent = next(row.text for row in page.all("#differences .table-panel tbody tr") if row.text.startswith("School 4"))
    assert "not in this answer" in absent
    assert "cannot be said" in absent


def test_a_line_of_a_card_stands_under_its_answer_and_equal_lines_of_two_answers_both_stand(page: Page) -> None:
    page.find("#finding-after").click()
    page.find("#find-input").send_keys("School 30", "\ue007")
    parts = {part.get_attribute("data-answer"): part.get_attribute("textContent") for part in page.all("#card-rows > *")}
    assert list(parts) == ["priority-1", None, "roles-3", "priority-2"]
    assert "Children reached631" in parts["priority-1"].replace(" ± 120", "")
    assert "Children reached631" in parts["priority-2"].replace(" ± 120", "")
    assert "Children reached7" in parts["roles-3"]


def test_a_place_is_found_by_its_code(page: Page) -> None:
    page.find("#find-input").send_keys("00000000000021", "\ue015", "\ue007")
    assert page.find("#card-title").text == "School 21"


def test_numbers_filter_all_rows_and_missing_passes_no_filter(page: Page) -> None:
    page.find("#finding-after").click()
    box = next(box for box in page.all(".result .filters") if box.is_displayed())
    box.find_element("tag name", "summary").click()
    page.run(CHOOSE, box.find_element("tag name", "select"), "1")  # children reached
    least, most = box.find_elements("tag name", "input")
    least.send_keys("200")
    most.send_keys("400", "\ue007")
    panel = next(panel for panel in page.all(".result .table-panel") if panel.is_displayed())
    reached = [row.find_elements("tag name", "td")[2].text.split(" ")[0] for row in panel.find_elements("css selector", "tbody tr")]
    assert reached == ["395", "336", "277", "218"]
    assert "4 of 40 rows" in panel.text
    panel.find_element("css selector", ".chip").click()
    assert "25 of 40 rows" in panel.text


def test_a_table_is_saved_as_csv_with_its_answer_its_units_and_no_formula(page: Page) -> None:
    page.find("#finding-after").click()
    page.run(SAVED)
    save = next(button for button in page.all(".result .tools button") if button.is_displayed())
    save.click()
    rows = list(csv.reader(io.StringIO(page.driver.execute_async_script(READ).lstrip("\ufeff"))))
    assert page.run("return window.savedName") == "schools-to-expand-to-next-ranked-schools.csv"
    assert rows[0][:3] == ["Answer", "Table", "id"]
    assert rows[0][-2:] == ["longitude", "latitude"]
    assert len(rows) == 41
    assert {row[0] for row in rows[1:]} == {SECOND}
    named = dict(zip(rows[0], rows[2]))
    assert named["School"] == HOSTILE
    assert named["Nearest site (mi)"] == "out of reach"
    assert named["Children reached"] == "2341"
    assert named["Children reached ±"] == "120"
    assert float(named["longitude"]) < -100


def test_a_cell_that_begins_like_a_formula_is_guarded(page: Page) -> None:
    script = (Path(__file__).parents[2] / "resources/templates/meeting/tables.js").read_text("utf-8")
    guard = script[script.index("function csvCell"):]
    for text in ("=1+1", "+1", "-1", "@x", " =1", "\t=1"):
        assert page.run(guard + "return csvCell(arguments[0]);", text).strip('"').startswith("'"), text
    assert page.run(guard + "return csvCell({number: '-1'});") == "-1"


def test_every_number_on_the_page_can_be_laid_to_one_answer(page: Page) -> None:
    """A reader without eyes: whatever holds numbers stands under the name of exactly one answer, at every finding."""
    names = {FIRST, SECOND, THIRD}
    for number in range(3):
        if number:
            page.find("#finding-after").click()
        found = page.run("""
            function names(e) { return [e.getAttribute('aria-label'), (e.querySelector('caption') || {}).textContent].filter(Boolean); }
            return [Array.from(document.querySelectorAll('.result:not([hidden]) table')).map(function (t) { return t.querySelector('caption').textContent; }),
              Array.from(document.querySelectorAll('.result:not([hidden]) .scroll, .result:not([hidden]) .tools input')).map(names),
              Array.from(document.querySelectorAll('.map-legend .keys-of')).map(function (k) {
                return [(k.querySelector('h3') || {}).textContent || '', Array.from(k.querySelectorAll('ul')).map(function (u) { return u.getAttribute('aria-label'); })]; }),
              Array.from(document.querySelectorAll('[data-layer]')).map(function (b) { return b.closest('fieldset').querySelector('legend').textContent; })];
        """)
        captions, labels, keys_, groups = found
        told = title(page)
        assert captions
        assert all(caption.startswith(f"{told} · ") for caption in captions)
        assert all(f"{told} · " in label for (label, *_) in labels)
        for heading, lists in keys_:
            assert heading in {told, ""}
            assert all(name.startswith(f"{heading} · ") for name in lists if heading)
        assert names & set(groups) <= names
        assert page.find(".result:not([hidden]) h2").text == f"In detail: {told}"


AXE = "var done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(function (found) { done(found.violations.map(" \
      "function (one) { return [one.id, one.nodes.map(function (node) { return node.html.slice(0, 160); }).slice(0, 4)]; })); });"


def violations(page: Page) -> Any:
    """What axe finds on the page as it is now. Its script is put in by the browser's own debugger, past the page's policy."""
    source = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    page.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
    return page.driver.execute_async_script(AXE)


@pytest.fixture(params=["en", "es"])
def spoken(request: pytest.FixtureRequest, browser: Page, tmp_path: Path) -> Page:
    """The page in a language, in the browser that is there."""
    path = tmp_path / f"{request.param}.html"
    write_html(findings_page(language=request.param), path)
    return Page(browser.driver, path)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_axe_finds_nothing(spoken: Page, width: int, height: int, dark: bool) -> None:
    """As it opens, with everything unfolded, with two findings and a card, and on paper."""
    page = spoken
    page.set_size(width, height, dark=dark)
    page.load()
    assert violations(page) == []
    page.run("document.querySelectorAll('details').forEach(function (one) { one.open = true; });")
    assert violations(page) == []
    page.find("#finding-after").click()
    page.run(CHOOSE, page.find("#compare-with"), "2")
    page.find("#find-input").send_keys("School 30", "\ue007")
    assert card(page)
    assert violations(page) == []
    page.run("document.getElementById('print-all').checked = true; window.print = function () {};")
    page.find("#print").click()
    assert violations(page) == []
    page.find("#print-go").click()
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": [scheme]})
    assert [part.text for part in page.all(".paper-finding h2")] == [FIRST, SECOND, THIRD]
    assert len(page.all("#paper figure > canvas")) == 3
    found = violations(page)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    page.run("window.dispatchEvent(new Event('afterprint'))")
    assert found == []
    assert title(page) == SECOND


def test_two_findings_are_compared_by_keys_alone(page: Page) -> None:
    """The list, the line on the map, the heading, the filter and the place of the table of differences: by Tab, arrows and Return."""
    page.find("#finding-after").click()
    page.run("document.getElementById('compare-with').focus()")
    keys(page, "\ue015", "\ue015")  # two down: the last of the list
    assert page.find("#swipe-b").text == THIRD
    assert tabbed_to(page, "#swipe")
    before = page.run(PIXEL, MAGENTA)
    keys(page, *["\ue012"] * 10)
    assert page.run(PIXEL, MAGENTA) < before
    assert tabbed_to(page, "#differences .table-panel:nth-of-type(2) thead th:nth-child(2) button")
    keys(page, "\ue007")
    assert page.run("return document.activeElement.closest('th').getAttribute('aria-sort')") in ("ascending", "descending")
    assert tabbed_to(page, "#differences .table-panel:nth-of-type(2) tbody button.link")
    name = page.run("return document.activeElement.textContent")
    keys(page, "\ue007")
    assert page.find("#card-title").text == name
    assert page.run("return document.activeElement.id") == "card-title"
    keys(page, "\ue00c")
    assert page.run("return document.activeElement.textContent") == name, "Escape leads back to the table"


def tabbed_to(page: Page, selector: str) -> bool:
    """Whether Tab comes to the first such part within a hundred steps."""
    for _ in range(100):
        if page.run("return document.activeElement === document.querySelector(arguments[0])", selector):
            return True
        keys(page, "\ue004")
    return False


def test_a_long_legend_waits_under_a_line_that_opens(page: Page) -> None:
    page.find("#finding-after").click()
    page.run(CHOOSE, page.find("#compare-with"), "2")
    more = page.find(".map-legend .more-keys")
    lines = "return document.querySelectorAll('.map-legend .keys-of li').length"
    first = page.run(lines) - page.run("return document.querySelectorAll('.more-keys li').length")
    assert 0 < first <= 12
    assert more.find_element("tag name", "summary").text == f"And {page.run(lines) - first} more"
    more.find_element("tag name", "summary").click()
    page.find("#finding-before").click()
    page.find("#finding-after").click()
    assert page.all(".map-legend .more-keys[open]"), "what was opened stays open"


def test_a_phone_reads_an_answer_within_twelve_screens(page: Page) -> None:
    page.set_size(390, 844)
    page.load()
    for number in range(3):
        if number:
            page.find("#finding-after").click()
        assert page.run("return document.documentElement.scrollHeight / innerHeight") < 12
        assert page.run("return document.documentElement.scrollWidth") <= 390


def test_larger_text_makes_everything_larger_and_runs_off_nowhere(page: Page) -> None:
    page.find("#larger").click()
    assert page.run("return parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    assert page.run("return document.documentElement.scrollWidth") <= 1440
    smallest = page.run("return Math.min.apply(null, Array.from(document.querySelectorAll('p, li, td, dt, dd, span, button, label'))"
                        ".filter(function (e) { return e.offsetParent && e.textContent.trim() && !e.closest('[aria-hidden=true]') && !e.closest('.unseen'); })"
                        ".map(function (e) { return parseFloat(getComputedStyle(e).fontSize); }))")
    assert smallest >= 14


def test_the_whole_page_can_be_worked_by_keys(page: Page) -> None:
    page.run("document.getElementById('finding-after').focus()")
    keys(page, "\ue007")
    assert title(page) == SECOND
    assert json.loads(json.dumps(page.complaints())) == []
