"""The meeting file of the real Los Angeles in Spanish: nothing is left in English but names and quoted words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecomap.model.project import Project
from ecomap.render.page.file import write_html
from ecomap.render.page.packing import Packed, unpacked
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.browser import Page, open_page, require_browser
from tests.render.pages import unfolded
from tests.render.shown_texts import page_texts
from tests.spoken import untranslated

pytestmark = pytest.mark.slow

NAMES: frozenset[str] = frozenset()  # phrases of the page that stay English on purpose: names that are no cell's name
ENGLISH = re.compile(
    r"\b(children|schools?|needs?|reach|areas?|score|share|rank|pupils|residents|estimated|nearest|the|of|with|and)\b",
    re.IGNORECASE,
)
DATE = "2026-11-21"


@pytest.fixture(scope="module")
def project() -> Project:
    found = operations.new_project("los-angeles")
    for name, given in (
        ("need-index", {}),
        ("coverage-gap", {"target": "service:Mental health"}),
        ("coverage-gap", {"target": "approach:community_school"}),
        ("priority", {"target": "service:Mental health"}),
    ):
        found, _ = operations.run_analysis(found, name, given)
    return found


@pytest.fixture(scope="module")
def written(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("es") / "los-angeles.html"
    write_html(map_page(project, "Los Angeles", language="es", made_on=DATE), path)
    return path


@pytest.fixture(scope="module")
def data(written: Path) -> Any:
    """What the page holds, whether it had to be packed or not."""
    text = written.read_text("utf-8")
    plain = re.search(r'id="page-data">(.*?)</script>', text, re.S)
    if plain:
        return unfolded(json.loads(plain[1]))
    found = re.search(r'id="page-data" data-size="(\d+)">(.*?)</script>', text, re.S)
    assert found
    return unfolded(json.loads(unpacked(Packed(found[2], int(found[1])))))


@pytest.fixture(scope="module")
def page(written: Path) -> Iterator[Page]:
    require_browser()
    with open_page(written, written.parent / "profile") as opened:
        yield opened


def test_every_text_of_the_page_has_a_translation(project: Project) -> None:
    english = map_page(project, "Los Angeles", made_on=DATE)
    gaps = {
        piece: f"{where}: {text}"
        for where, text in page_texts(english)
        if text
        for piece in untranslated(text, "es")
        if piece not in NAMES
    }
    assert gaps == {}


def test_cards_and_columns_hold_no_english_word(data: Any) -> None:
    """What the page carries: labels, legends, notes, figures and the values of cards, but for names and quoted words."""
    texts, said = data["texts"], []
    kept = {"Dirección", "Organización", "Organización líder", "Fuente", "Sitio web", "Teléfono", "A cargo de",
            "Descripción, como la escribió la fuente", "Escuelas que comparten la zona", "Empresa que la opera",
            "Nombre", "Detalle", "Participa en", "Escuela"}
    for layer in data["layers"]:
        said += [layer["name"], layer["group"], layer["title"], *(row["label"] for row in layer["legend"])]
        said += layer["cards"]["cautions"]
        for row in layer["cards"]["rows"]:
            lines = [(texts[row[i]], texts[row[i + 1]], texts[row[i + 2]]) for i in range(1, len(row), 3) if row[i] >= 0]
            said += [texts[-1 - row[i]] for i in range(1, len(row), 3) if row[i] < 0]
            said += [label for label, _, _ in lines]
            said += [value for label, value, _ in lines if label not in kept and "Linked Learning" not in value]
    for result in data["results"]:
        said += [result["title"], result["barsTitle"], *result["notes"], *result["cautions"]]
        said += [figure[key] for figure in result["figures"] for key in ("label", "value", "margin", "range", "note") if "por sí sola" not in figure[key]]
        for table in result["tables"]:
            said.append(table["title"])
            said += [column["label"] for column in table["columns"]] + [column["help"] for column in table["columns"]]
    found = {text for text in said if ENGLISH.search(without_names(text))}
    assert found == set()


def without_names(text: str) -> str:
    return re.sub(r"Promise Neighborhoods?|Promise Zone|Linked Learning|ACS|CDC/ATSDR", "", text)


@pytest.mark.browser
def test_a_reader_meets_no_english_word_of_the_page(page: Page) -> None:
    """Headings, legend, buttons, figures, notes and cautions as they stand on the screen in a real browser."""
    page.set_size(1440, 900)
    page.load()
    page.run("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    selectors = ("h1", "h2", "h3", "#layer-list", "th", "button:not(.link)", "#method-list", ".cautions", ".figure", "label")
    shown = "\n".join(one.text for selector in selectors for one in page.all(selector))
    assert "Niños sin acceso cercano" in shown
    names = set(re.findall(r"[A-Z][\w.]+ (?:Elementary|High|Middle|Center)", shown))
    lines = [line for line in shown.splitlines() if ENGLISH.search(without_names(line)) and not any(n in line for n in names)]
    assert lines == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_longer_words_still_fit(page: Page, size: tuple[int, int]) -> None:
    page.set_size(*size)
    page.load()
    assert page.run("return document.documentElement.scrollWidth <= window.innerWidth")
    cut = page.run(
        "return Array.from(document.querySelectorAll('button, h1, h2, h3, .figure, #layer-list label')).filter("
        "function (one) { return one.offsetParent && one.scrollWidth > one.clientWidth + 1 && "
        "getComputedStyle(one).overflow !== 'visible'; }).map(function (one) { return one.textContent; });"
    )
    assert cut == []
    assert page.requests() == []
    assert page.complaints() == []


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".png", ".pdf", ".svg"])
def test_every_kind_of_file_is_written_in_spanish(project: Project, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"map{ending}"
    operations.export(project, path, language="es", width=1000, height=700)
    assert path.stat().st_size > 1_000
    if ending == ".svg":
        text = re.sub(r"<metadata>.*?</metadata>", "", path.read_text("utf-8"))  # the record inside is for programs
        assert "Escuelas comunitarias" in text
        assert "Community schools" not in text
        assert "Hecho con EcoMap" in text
    if ending == ".csv":
        assert "niños ganarían acceso cercano" in path.read_text("utf-8")


def test_a_workbook_speaks_spanish(project: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    operations.export(project, tmp_path / "p.xlsx", layer=project.results[-1].id, language="es")
    book = load_workbook(tmp_path / "p.xlsx")
    heads = [cell.value for cell in book.worksheets[1][1]]  # after the list of contents
    assert {"Niños que ganarían acceso cercano", "Puesto"} <= set(heads)
    assert book.sheetnames[0] == "Contenido"
    assert book.sheetnames[2:] == ["Cifras clave", "Notas", "Columnas", "Fuentes", "Ajustes", "EcoMap"]
