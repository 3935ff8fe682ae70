"""A reader writes notes on the page in a real browser: kept over a reload, saved as a file that EcoMap reads, in a mail, always as text."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ecomap.model.correction import LONGEST_TEXT
from ecomap.model.said import name
from ecomap.render.page.corrections import Became, CorrectionsPart
from ecomap.render.page.file import write_html
from tests.browser import Page, open_page, require_browser
from tests.render.pages import HOSTILE_END, town_page

HOSTILE = "<img src=x onerror=\"document.title='hacked'\"> =1+1 {name}"
BECAME = Became(name("Closed"), name(f"Clinic {HOSTILE_END}"), name("1 May 2026"), name("Declined, 2 May 2026."), name(HOSTILE))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    page = town_page()
    path = tmp_path / "page.html"
    lists = tuple(one.layer.id for one in page.layers if one.layer.role in ("service", "school"))
    write_html(evolve(page, parts={"corrections": CorrectionsPart("town-1", lists, (BECAME,), 3)}), path)
    return path


@pytest.fixture
def page(written: Path, tmp_path: Path) -> Iterator[Page]:
    require_browser()
    (tmp_path / "down").mkdir()
    with open_page(written, tmp_path / "profile") as opened:
        opened.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path / "down")})
        yield opened


def write(page: Page, kind: str, **fields: str) -> None:
    page.find(f"input[name=note-kind][value={kind}]").click()
    for key, text in fields.items():
        field = page.find(f"#note-{key}")
        if field.tag_name == "select":
            page.run("arguments[0].selectedIndex = +arguments[1]", field, text)
        else:
            field.clear()
            field.send_keys(text)
    page.find("#note-keep").click()


def open_form(page: Page) -> None:
    """The form on the school that the search finds first."""
    from selenium.webdriver.common.keys import Keys

    find = page.find("#find-input")
    find.clear()
    find.send_keys("School", Keys.ENTER)
    page.find("#card-parts .note-button").send_keys(Keys.ENTER)


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.run("return localStorage.getItem('ecomap-notes:town-1')"))
    return found


def test_what_became_of_notes_is_escaped_and_counted(written: Path) -> None:
    html = written.read_text("utf-8")
    assert HOSTILE_END not in html
    assert "Declined, 2 May 2026." in html
    assert "3 more notes wait" in html


def test_a_page_of_nothing_has_no_such_part(tmp_path: Path) -> None:
    write_html(town_page(), tmp_path / "bare.html")
    assert "note-form" not in (tmp_path / "bare.html").read_text("utf-8")


@pytest.mark.browser
def test_a_note_on_a_card_is_kept_saved_and_mailed_as_text(page: Page, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    open_form(page)
    page.find("#note-keep").click()
    assert page.find("#note-problem").text, "without a kind nothing is kept"
    write(page, "wrong", line="1", should="West Academy", words=HOSTILE, author="Ana")
    (note,) = kept(page)
    assert (note["kind"], note["text"], note["should"], note["about"]["label"]) == ("wrong", HOSTILE, "West Academy", "Name")
    assert note["about"]["shown"] == note["about"]["name"] != ""
    assert HOSTILE in page.find("#corrections-list").text
    page.load()
    assert page.run("return document.querySelectorAll('#corrections-list li').length") == 1, "the browser keeps it"
    page.run("document.getElementById('corrections-save').click()")
    WebDriverWait(page.driver, 10).until(lambda _: list((tmp_path / "down").glob("*.ecomap-notes.json")))
    saved = json.loads(next((tmp_path / "down").glob("*.ecomap-notes.json")).read_text("utf-8"))
    assert saved["corrections"] == kept(page)
    assert set(saved) == {"format", "version", "page", "corrections"}
    body = urllib.parse.parse_qs(urllib.parse.urlparse(page.find("#corrections-mail").get_attribute("href")).query)["body"][0]
    assert HOSTILE in body
    assert "ecomap-notes:v1:" in body
    assert page.run("return document.title") != "hacked"
    assert page.complaints() == []
    assert page.requests() == []


@pytest.mark.browser
def test_a_long_mail_says_that_the_file_is_attached_by_hand(page: Page) -> None:
    open_form(page)
    page.find("input[name=note-kind][value=idea]").click()
    page.run("document.getElementById('note-words').value = 'ñ'.repeat(arguments[0])", LONGEST_TEXT)
    page.find("#note-keep").click()
    assert len(kept(page)[0]["text"]) == LONGEST_TEXT
    page.load()
    href = page.find("#corrections-mail").get_attribute("href")
    assert len(href) < 2_000
    assert "ecomap-notes" not in href
    assert "attach it to the mail yourself" in page.find("#corrections-how").text


@pytest.mark.browser
def test_what_is_missing_is_pointed_at_with_the_keys_alone(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.find("#corrections-on-map").send_keys(Keys.ENTER)
    assert page.run("return document.querySelectorAll('.point-here').length") == 1
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)  # the place in the middle of the map
    assert page.run("return document.querySelectorAll('.point-here').length") == 0
    assert page.run("return document.querySelectorAll('#note-kinds input').length") == 2, "of a bare place: missing, or an idea"
    write(page, "missing", called="Valley Clinic", list="1")
    (note,) = kept(page)
    assert (note["about"]["name"], note["about"]["feature"]) == ("Valley Clinic", "")
    assert note["about"]["layer"]
    assert len(note["place"]) == 2
    page.run("document.querySelector('#corrections-list .link:last-child').click()")
    assert kept(page) == []


@pytest.mark.browser
def test_where_something_moved_to_is_shown_on_the_map_and_escape_stops(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    open_form(page)
    page.find("input[name=note-kind][value=moved]").click()
    page.find("#note-point").click()
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert page.find("#note").is_displayed(), "back in the form, nothing lost"
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not page.find("#note").is_displayed()
    assert page.find("#card").is_displayed(), "only the form goes"
    page.find("#card-parts .note-button").send_keys(Keys.ENTER)
    page.find("input[name=note-kind][value=moved]").click()
    page.find("#note-point").click()
    page.find(".folium-map").click()
    assert page.find("#note-pointed").text
    assert page.find("input[name=note-kind][value=moved]").is_selected()
    page.find("#note-keep").click()
    assert len(kept(page)[0]["place"]) == 2


@pytest.mark.browser
def test_what_anything_wrote_into_the_browsers_store_is_not_believed(page: Page) -> None:
    for found in ('{"a": 1}', "nonsense", '[null, 1, {"kind": "burn"}, {"kind": "closed", "text": 5, "place": ["x", "y"], "about": 3}]'):
        page.run("localStorage.setItem('ecomap-notes:town-1', arguments[0])", found)
        page.load()
        assert page.complaints() == []
    assert page.run("return document.querySelectorAll('#corrections-list li').length") == 1


@pytest.mark.browser
def test_a_browser_that_keeps_nothing_says_so(written: Path, tmp_path: Path) -> None:
    require_browser()
    with open_page(written, tmp_path / "p") as page:
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
            "source": "Object.defineProperty(window, 'localStorage', {get: function () { throw new Error('denied'); }});"})
        page.load()
        assert "does not keep notes" in page.find("#corrections-stored").text
        open_form(page)
        write(page, "idea", words="More shade")
        assert page.run("return document.querySelectorAll('#corrections-list li').length") == 1
        assert page.complaints() == []


@pytest.mark.browser
def test_a_finding_can_be_called_wrong_in_words(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    button = next(one for one in page.all(".note-button") if not page.run("return !!arguments[0].closest('#card')", one) and one.is_displayed())
    button.send_keys(Keys.ENTER)
    assert [one.get_attribute("value") for one in page.all("#note-kinds input")] == ["wrong", "idea"]
    page.find("input[name=note-kind][value=wrong]").click()
    assert not page.find("#note-line").is_displayed(), "there is no card whose line could be chosen"
    page.find("#note-keep").click()
    assert page.find("#note-problem").text
    write(page, "wrong", words="That cannot be.")
    (note,) = kept(page)
    assert note["about"]["name"] in page.run("return document.body.textContent")
    assert (note["about"]["layer"], note["about"]["feature"], note["place"]) == ("", "", None)
