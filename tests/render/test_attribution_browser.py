"""Eighteen answers of the real Los Angeles, twins among them: a reader without eyes can lay every number of the page and of the
workbook to one answer, by the names around it alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ecomap.model.project import Project
from ecomap.render.words.page import PAGE
from ecomap.workspace import operations
from tests.browser import Page, open_page, require_browser
from tests.render.attribution import (
    OF_TABLE,
    Heard,
    answers_of,
    data_of,
    heard,
    in_sheet,
    plainly,
    stands_for,
    tables_read,
    twice,
    unclear_names,
)
from tests.render.test_findings_browser import CHOOSE, at

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("need-index", {"draws": 0}), ("need-index", {"draws": 0, "aggregation": "geometric"}), ("sensitivity", {"draws": 20}), ("clusters", {}),
    ("published-index", {}), ("coverage-gap", {}), ("coverage-gap", {"radius_m": 3218.688}), ("access", {}), ("access", {"radius_m": 3218.688}),
    ("gap-presets", {}), ("priority", {"draws": 20}), ("overlap", {}), ("overlap", {"radius_m": 3000.0}), ("roles", {}), ("peers", {}), ("dashboard", {}),
    ("funding-cliff", {}), ("money", {}),
)
WORDS = {"detail": str(PAGE["page.details_of"]), "pair": str(PAGE["page.compare_title"])}
OPEN_ALL = "document.querySelectorAll('details').forEach(function (one) { one.open = true; });"
# What is of the project and of no answer: what the page says of itself, of its sources and of its people.
ITS_OWN = {str(PAGE[key]) for key in ("page.cautions", "page.people", "page.sources", "page.all_sources", "page.map", "page.legend", "page.about_place")}
PLACES_OF_A_LAYER = 2


@pytest.fixture(scope="module")
def project() -> Project:
    found = operations.new_project("los-angeles")
    for name, given in ASKED:
        found, _ = operations.run_analysis(found, name, given)
    return found


@pytest.fixture(scope="module")
def folder(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("attributed")
    operations.export(project, made / "page.html", rows=False)
    operations.export(project, made / "tables.xlsx", rows=False)
    return made


@pytest.fixture(scope="module")
def data(folder: Path) -> Any:
    return data_of(folder / "page.html")


@pytest.fixture(scope="module")
def titles(data: Any) -> dict[str, str]:
    """The name of every answer by its id."""
    return {one["id"]: plainly(one["title"]) for one in data["results"]}


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Page]:
    require_browser()
    with open_page(folder / "page.html", folder / "profile") as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    browser.set_size(1440, 900)
    browser.load()
    return browser


def own_names(data: Any) -> set[str]:
    """Names of what is of no answer: the project's layers, their headings, and the page itself."""
    of_project = [layer for layer in data["layers"] if not layer["answer"]]
    counted = {str(PAGE["page.more_layers"]).replace("{count}", str(number)) for number in range(len(data["layers"]) + 1)}
    return ITS_OWN | counted | {plainly(layer[part]) for layer in of_project for part in ("group", "title", "name")}


def ambiguous(texts: list[Heard], titles: dict[str, str], own: set[str]) -> list[tuple[Heard, tuple[str, ...]]]:
    """Numbers that are laid to no answer and are not the project's own, to two, or to another than they were taken from."""
    found = []
    for one in texts:
        laid = answers_of(one, titles.values(), **WORDS)
        taken = titles.get(one.answer, one.answer)
        its_own = not laid and not taken and (bool(own & set(one.names[:2])) or one.place == "said")
        if not (its_own or (len(laid) == 1 and taken in ("", laid[0]))):
            found.append((one, laid))
    return found


def test_no_two_answers_tables_figures_bars_or_columns_share_a_name(data: Any) -> None:
    assert len(data["results"]) == len(ASKED)
    assert unclear_names(data["results"]) == []


def test_no_two_keys_of_the_legend_or_layers_of_the_list_share_a_name(data: Any) -> None:
    assert twice((layer["answer"], layer["title"]) for layer in data["layers"] if layer["about"]) == []
    assert twice((layer["group"], layer["short"]) for layer in data["layers"]) == []
    assert [layer["name"] for layer in data["layers"] if twice(row["label"] for row in layer["legend"])] == []


def test_every_number_of_every_finding_is_of_one_answer(page: Page, data: Any, titles: dict[str, str]) -> None:
    count = 0
    for number, title in enumerate(titles.values()):
        if number:
            page.find("#finding-after").click()
        page.run(OPEN_ALL)
        texts = heard(page)
        assert ambiguous(texts, titles, own_names(data)) == []
        count += sum(answers_of(one, titles.values(), **WORDS) == (title,) for one in texts)
    assert count > 100 * len(ASKED), "the reader read the tables"


def some_places(data: Any) -> list[str]:
    """Links to places of every layer that answers speak of: the first ones and one of the middle."""
    found = []
    for layer in data["layers"]:
        if layer["answers"] and layer["geometry"] != "line":
            ids = [data["texts"][number] for number in layer["ids"]]
            found += [f"place={layer['id']}/{one}" for one in dict.fromkeys((ids[0], ids[len(ids) // 2]))][:PLACES_OF_A_LAYER]
    return found


def said_of(data: Any, layer: Any, place: str, title: str) -> set[str]:
    """Every cell that the tables of one answer have on a place."""
    result = next(one for one in data["results"] if plainly(one["title"]) == title)
    tables = {table["name"]: table for table in result["tables"]}
    found: set[str] = set()
    for about in layer["answers"]:
        if about["answer"] == result["id"] and about["table"] in tables:
            table = tables[about["table"]]
            schools = about.get("schools")
            rows = [row for row, number in enumerate(table["ids"])
                    if (place in schools[row][0] if schools else data["texts"][number] in (place, f"{layer['id']}/{place}"))]
            parts = [column[name] for column in table["columns"] for name in ("cells", "margins", "bands", "spreads") if name in column]
            found |= {plainly(data["texts"][part[row]]) for part in parts for row in rows}
            found |= {plainly(schools[row][1]) for row in rows} if schools else set()
    return found


def test_every_line_of_a_card_is_of_the_answer_that_it_stands_under(page: Page, data: Any, titles: dict[str, str]) -> None:
    layers = {layer["id"]: layer for layer in data["layers"]}
    parts = 0
    for link in some_places(data):
        layer_id, place = link.removeprefix("place=").split("/", 1)
        at(page, link)
        page.run(OPEN_ALL)
        assert page.find("#card").is_displayed(), link
        own = own_names(data) | {plainly(page.run("return document.getElementById('card-title').textContent"))}
        assert ambiguous(heard(page, "#card"), titles, own) == [], link
        for part in page.all("#card-rows > [data-answer]"):
            said = page.run("return Array.from(arguments[0].querySelectorAll('dd')).map(function (d) { return d.firstChild.textContent; });", part)
            title = plainly(page.run("return arguments[0].firstElementChild.textContent", part))
            assert {plainly(value) for value in said} <= said_of(data, layers[layer_id], place, title), (link, title)
            labels = page.run("return Array.from(arguments[0].querySelectorAll('dl')).map(function (list) { return Array.from(list.querySelectorAll('dt'))"
                              ".map(function (dt) { return dt.textContent; }); });", part)
            assert [twice(of_list) for of_list in labels if twice(of_list)] == [], (link, title)
            parts += 1
    assert parts > 2 * len(ASKED)


def test_two_findings_beside_each_other_keep_their_numbers_apart(page: Page, data: Any, titles: dict[str, str]) -> None:
    twins = [number for number, title in enumerate(titles.values()) if title.startswith("Access")]
    for _ in range(twins[0]):
        page.find("#finding-after").click()
    page.run(CHOOSE, page.find("#compare-with"), str(twins[1]))
    both = {list(titles.values())[number] for number in twins}
    cells = [one for one in heard(page, "#differences") if one.heading]
    assert cells
    for one in cells:
        laid = set(answers_of(one, titles.values(), **WORDS))
        of_both = one.heading.split(":")[0] in (str(PAGE["page.difference"]), str(PAGE["page.place"]), str(PAGE["page.figure"]))
        assert laid == both if of_both else len(laid) == 1 and laid <= both, one
    assert ambiguous(heard(page, "#map-region"), titles, own_names(data)) == []


def printed(page: Page) -> list[Heard]:
    page.run("document.getElementById('print-all').checked = true; window.print = function () {};")
    page.find("#print").click()
    page.find("#print-go").click()
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        return heard(page, "#paper")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        page.run("window.dispatchEvent(new Event('afterprint'))")


def test_every_number_on_paper_is_of_one_answer(page: Page, data: Any, titles: dict[str, str]) -> None:
    texts = printed(page)
    assert {answers_of(one, titles.values(), **WORDS) for one in texts} >= {(title,) for title in titles.values()}
    assert ambiguous(texts, titles, own_names(data)) == []


@pytest.mark.parametrize(("dropped", "where"), [
    (".result h2, .result caption", "#results"), (".keys-of h3", ".map-legend"), ("#card-rows h3, #card-rows summary", "#card"),
])
def test_a_name_that_is_dropped_is_missed(page: Page, data: Any, titles: dict[str, str], dropped: str, where: str) -> None:
    schools = next(layer for layer in data["layers"] if layer["id"] == "schools")
    at(page, f"finding={next(one for one in titles if one.startswith('overlap'))}&place=schools/{data['texts'][schools['ids'][0]]}")
    page.run(OPEN_ALL)
    assert ambiguous(heard(page, where), titles, own_names(data)) == []
    page.run("document.querySelectorAll(arguments[0]).forEach(function (one) { one.remove(); });"
             "document.querySelectorAll(arguments[1] + ' [aria-label]').forEach(function (one) { one.removeAttribute('aria-label'); });", dropped, where)
    assert ambiguous(heard(page, where), titles, own_names(data)) != []


def test_every_sheet_of_the_workbook_names_one_answer_and_one_of_its_tables(folder: Path, project: Project) -> None:
    book = openpyxl.load_workbook(folder / "tables.xlsx", read_only=True)
    rows = list(book["Contents"].iter_rows(min_row=2, values_only=True))
    held = [(str(sheet), in_sheet(str(answer)), in_sheet(str(what))) for sheet, answer, what, *_ in rows if answer]
    assert {answer for _, answer, _ in held} == {in_sheet(result.title) for result in project.results}
    for sheet, answer, what in held:
        begin, _, rest = sheet.partition(OF_TABLE)
        assert {one for _, one, _ in held if stands_for(begin, one)} == {answer}, sheet
        assert tables_read(rest or begin, [other for _, one, other in held if one == answer]) == [what], sheet
        assert rest or what.casefold() == answer.casefold(), sheet  # only a table that is called as its answer is has its name alone
    assert twice(rest for rest, *_ in held) == []
    others = [str(sheet) for sheet, answer, *_ in rows if not answer]
    assert [sheet for sheet in others if OF_TABLE in sheet] == []


def test_every_heading_of_a_sheet_stands_once_and_every_line_beside_its_answer(folder: Path, project: Project) -> None:
    book = openpyxl.load_workbook(folder / "tables.xlsx", read_only=True)
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert {sheet.title: found for sheet in shown if (found := twice(next(sheet.iter_rows(max_row=1, values_only=True))))} == {}
    titles = {str(result.title) for result in project.results}
    for guide in ("Key figures", "Settings"):
        named = {row[0] for row in book[guide].iter_rows(min_row=2, values_only=True)}
        assert named <= titles, guide
