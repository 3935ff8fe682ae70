"""The meeting file of the real Los Angeles: small, quick, silent, and telling what the analyses found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.model.project import Project
from ecomap.render.page.file import HtmlReport, write_html
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.browser import Page, open_page, require_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = """document.querySelector('[data-layer="' + arguments[0] + '"]')"""
SWITCH = f"{BOX}.click();"
CHECKED = f"return {BOX}.checked"


@pytest.fixture(scope="module")
def project() -> Project:
    found = operations.new_project("los-angeles")
    for name in ("need-index", "coverage-gap", "priority"):
        found, _ = operations.run_analysis(found, name, {})
    return found


@pytest.fixture(scope="module")
def written(project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, HtmlReport]:
    path = tmp_path_factory.mktemp("la") / "los-angeles.html"
    return path, write_html(map_page(project, "Los Angeles", made_on="2026-11-21"), path)


@pytest.fixture(scope="module")
def page(written: tuple[Path, HtmlReport]) -> Iterator[Page]:
    require_browser()
    with open_page(written[0], written[0].parent / "profile") as opened:
        yield opened


def test_the_file_is_small_enough_to_send(written: tuple[Path, HtmlReport]) -> None:
    path, report = written
    assert report.bytes == path.stat().st_size <= 5_000_000
    assert report.notes == ()


def test_it_opens_without_a_request_and_is_painted(page: Page) -> None:
    assert page.requests() == []
    assert page.complaints() == []
    assert page.run("return performance.getEntriesByName('ecomap-ready')[0].startTime") > 0


def test_every_layer_switches_off_and_on(page: Page, project: Project) -> None:
    page.run("document.querySelector('details.more').open = true")
    names = [str(box.get_attribute("data-layer")) for box in page.all("[data-layer]")]
    assert set(names) == {layer.id for layer in project.layers if layer.geometry != "none"} - {"bus_stops"}  # thousands, and switched off
    for name in names:
        before = page.run(CHECKED, name)
        page.run(SWITCH, name)
        assert page.run(CHECKED, name) is not before, name
        page.run(SWITCH, name)
        assert page.run(CHECKED, name) is before, name
    assert page.complaints() == []


def test_what_it_says_is_what_the_analyses_found(page: Page, project: Project) -> None:
    findings, firsts = page.find("body").text, {}
    for number in range(len(project.results)):  # one finding at a time
        if number:
            page.find("#finding-after").click()
        findings += page.find("body").text
        firsts[page.find("#finding-title").text] = [row.text for row in page.all(".result tbody button.link") if row.is_displayed()][:1]
    for result in project.results:
        assert result.sentence in findings
    ranked = project.results[-1].main.frame.sort_values("rank")
    assert firsts[project.results[-1].title] == [ranked["name"].iloc[0]]


def test_estimated_areas_are_called_estimated(page: Page) -> None:
    text = page.find("main").text
    assert "dashed: approximate footprint" in text
    assert "estimated" in text
