"""The meeting file of the real Los Angeles in the pseudo-language, with every answer: what stands outside the brackets went past
the door, and may be a name or what others wrote, but no sentence of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from ecomap.analysis import registry
from ecomap.model.errors import EcoMapError
from ecomap.model.project import Project
from ecomap.render.page.file import write_html
from ecomap.workspace import operations
from ecomap.workspace.pages import map_page
from tests.render.pages import unfolded
from tests.render.shown_texts import page_texts
from tests.spoken import outside, untranslated

pytestmark = pytest.mark.slow

DATE = "2026-11-21"
KEYS = {"id", "geometry", "fill", "line", "shape", "arcs", "kind", "ink", "language", "around"}  # of the page's data: not shown, or words of units


@pytest.fixture(scope="module")
def project() -> Project:
    """The starter with every question that it can answer."""
    found = operations.new_project("los-angeles")
    refused: dict[str, str] = {}
    for name in registry.names():
        try:
            found, _ = operations.run_analysis(found, name, {})
        except EcoMapError as problem:  # money and inventories of one's own are not in the starter
            refused[name] = problem.message
    assert len(refused) < len(registry.names()) / 2, refused
    assert {name: said for name, said in refused.items() if outside(said)} == {}
    return found


@pytest.fixture(scope="module")
def written(project: Project, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("qps") / "page.html"
    write_html(map_page(project, "Los Angeles", language="qps", made_on=DATE), path, packing=False, max_bytes=60_000_000)
    return path.read_text("utf-8")


def by_others(project: Project) -> set[str]:
    """What the files that were read say, cell by cell: names and the words of partners."""
    found: set[str] = set()
    for layer in project.layers:
        if not layer.result_id:
            frame = project.frame(layer.id)
            for column in frame.columns:
                if column != getattr(frame, "_geometry_column_name", None):
                    found |= {str(cell) for cell in frame[column].dropna().unique() if isinstance(cell, str)}
    return found


def strings(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and key not in KEYS:
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "name" or not {"cells", "columns"} & set(value):  # what a table or column is called in files
                yield from strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)


def test_no_sentence_of_the_page_went_past_the_door(project: Project, written: str) -> None:
    found = re.search(r'id="page-data">(.*?)</script>', written, re.S)
    assert found
    data = unfolded(json.loads(found[1]))
    codes = {data["texts"][number] for result in data["results"] for table in result["tables"] for number in table["ids"]}
    others = by_others(project) | codes | {column["unit"] for result in data["results"] for table in result["tables"] for column in table["columns"] if "unit" in column}
    shown = {text for text in strings(data) if text not in others and not set(text.split("; ")) <= others}
    assert {text for text in shown if outside(text)} == set()


def test_no_sentence_around_the_page_went_past_the_door(written: str) -> None:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", written, flags=re.S)
    labels = re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', body)
    shown = [unescape(piece).strip() for piece in (*re.split(r"<[^>]*>", body), *labels)]
    assert [text for text in shown if text and outside(text)] == []


def test_every_answer_of_the_starter_has_a_translation(project: Project) -> None:
    gaps = {piece: where for where, text in page_texts(map_page(project, "Los Angeles", made_on=DATE)) if text
            for piece in untranslated(text, "es")}
    assert gaps == {}
