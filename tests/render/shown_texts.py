"""Every text that a meeting page shows, but for names: what the catalogues must know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column, Layer
from ecomap.model.result import Result
from ecomap.model.source import Source
from ecomap.render.map_page import MapPage
from ecomap.render.page.data import resolve_page
from ecomap.render.words import closed
from ecomap.render.words.card import card_columns

# Columns whose cells are names, codes or words that people at a school wrote.
NAMED = {
    v.NAME, v.ID, v.SCHOOL_ID, v.AREA_ID, v.GRADES_LOW, v.GRADES_HIGH, "shared_with", "operator", "agency",
    "organisations", "service", "peer", "first", "second", "titles", "employers", "goes", "comes", v.TITLE, v.EVIDENCE,
}
# Columns whose cells are addresses or what others wrote of themselves.
KEPT = {
    v.ORGANISATION, v.LEAD_ORGANISATION, v.ADDRESS, v.CITY, v.POSTCODE, v.PHONE, v.WEBSITE, v.SOURCE, v.EMPLOYER, v.FUNDER,
    v.RECIPIENT, v.CONTACT, v.IDENTIFIERS,
}


def page_texts(page: MapPage) -> Iterator[tuple[str, str]]:
    """(where, text) for every text of a page in English: its model, its legends, its cells."""
    yield from (("caution", text) for text in page.cautions)
    for shown, drawing in zip(page.layers, resolve_page(page)):
        layer = shown.layer
        yield from layer_texts(layer)
        yield f"{layer.id} legend", drawing.legend_title
        for row in drawing.legend:
            yield f"{layer.id} legend", row.label
        if not _by_others(layer):
            yield from cell_texts(layer.id, layer.columns, shown.frame)
    for result in page.results:
        yield from result_texts(result)


def layer_texts(layer: Layer) -> Iterator[tuple[str, str]]:
    yield f"{layer.id} name", layer.name
    yield f"{layer.id} group", layer.group
    yield from column_texts(layer.id, card_columns(layer))
    for source in (*layer.sources, *(indicator.source for indicator in layer.indicators)):
        yield from source_texts(source)


def source_texts(source: Source) -> Iterator[tuple[str, str]]:
    """Titles and publishers are names; the period and the licence are words."""
    yield "vintage", source.vintage
    yield "licence", source.licence


def result_texts(result: Result) -> Iterator[tuple[str, str]]:
    where = result.analysis
    yield f"{where} title", result.title
    yield f"{where} sentence", result.sentence
    yield f"{where} bars", result.bars_title
    yield from ((f"{where} note", note.text) for note in result.notes)
    for figure in result.figures:
        yield f"{where} figure", figure.label
        yield f"{where} figure note", figure.note
    for output in result.outputs:
        yield f"{where} table", output.title
        layer = Layer(output.name, output.title, v.RESULT, output.geometry, output.columns)
        yield from column_texts(f"{where} {output.name}", card_columns(layer))
        yield from cell_texts(f"{where} {output.name}", output.columns, output.frame)


def column_texts(where: str, columns: tuple[Column, ...]) -> Iterator[tuple[str, str]]:
    for column in columns:
        yield f"{where} label", column.label
        yield f"{where} help", column.help


def cell_texts(where: str, columns: tuple[Column, ...], frame: Any) -> Iterator[tuple[str, str]]:
    """Text cells that are said in words: no names, no addresses, no codes of closed columns."""
    for column in columns:
        if column.name not in frame or column.hidden or column.name in NAMED | KEPT | set(closed.OF_COLUMN):
            continue
        for value in frame[column.name].drop_duplicates():
            if isinstance(value, str) and value:
                yield f"{where} cell {column.name}", value


def _by_others(layer: Layer) -> bool:
    """Partner services describe themselves; their words are quoted."""
    return layer.role == v.SERVICE
