"""The findings on the page, in the planner's order: key figures, bars, notes, and which layers stand on the map with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecomap.model.figures import figure_digits, figure_value, range_words
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import NOTHING, joined
from ecomap.render.map_page import MapPage
from ecomap.render.page.tables import SaidTable, table_body
from ecomap.render.page.texts import Texts
from ecomap.render.style.bars import digits_of
from ecomap.render.words.cells import format_margin, format_number, format_value, number_of
from ecomap.render.words.language import Language


def in_order(page: MapPage) -> list[Result]:
    """The answers as the planner ordered them; those without a place come last, as they were asked."""
    places = {result_id: place for place, result_id in enumerate(page.order)}
    return sorted(page.results, key=lambda result: places.get(result.id, len(places)))


def findings(
    page: MapPage, tables: Sequence[SaidTable], most_rows: int, speak: Language, texts: Texts,
    links: Callable[[SaidTable], Mapping[str, tuple[int, int]]],
) -> list[dict[str, Any]]:
    """Every answer as the page's script reads it."""
    return [
        {**_finding(page, result, speak),
         "tables": [table_body(table, most_rows, speak, texts, links(table)) for table in tables if table.result.id == result.id]}
        for result in in_order(page)
    ]


def _finding(page: MapPage, result: Result, speak: Language) -> dict[str, Any]:
    title, settings = page.settings.get(result.id, (NOTHING, ()))
    return {
        "id": result.id,
        "title": speak.say(result.title),
        "sentence": speak.say(result.sentence),
        "figures": [_figure(figure, speak) for figure in result.figures],
        "barsTitle": speak.say(result.bars_title),
        "bars": _bars(result, speak),
        "notes": [speak.say(note.text) for note in result.notes if note.kind != "caution"],
        "cautions": [speak.say(note.text) for note in result.notes if note.kind == "caution"],
        "question": speak.say(title),
        "settings": [[speak.say(label), speak.say(value)] for label, value in settings],
        "shown": _shown(page, result),
    }


def _shown(page: MapPage, result: Result) -> list[int]:
    """The layers that stand on the map while this answer is open: as in the window, or else its own and what was on."""
    wanted = page.views.get(result.id)
    if wanted is None:
        wanted = tuple(one.layer.id for one in page.layers
                       if one.layer.result_id == result.id or (one.layer.visible and not one.layer.result_id))
    return [number for number, one in enumerate(page.layers) if one.layer.id in wanted]


def _figure(figure: KeyFigure, speak: Language) -> dict[str, Any]:
    digits = figure_digits(figure) or 0
    column = Column(figure.name, figure.label, figure.unit, digits=digits)
    return {
        "name": figure.name,
        "label": speak.say(figure.label),
        "value": speak.say(format_number(figure_value(figure), column)),
        "number": number_of(figure.value),
        "unit": figure.unit,
        "digits": digits,
        # nobody, for certain, has no margin
        "margin": speak.say(format_margin(figure.moe, column)) if figure.value or (figure.value == 0 and figure.moe) else "",
        "range": speak.say(range_words(figure)),
        "note": speak.say(figure.note),
    }


def _bars(result: Result, speak: Language) -> list[dict[str, Any]]:
    """The one chart of a result; small shares get a decimal, or they would all read alike."""
    shares = [share for share in (number_of(share) for _, share, _ in result.bars) if share is not None]
    column = Column("share", NOTHING, result.bars_unit, digits=digits_of(shares, result.bars_unit))
    bars = []
    for label, share, moe in result.bars:
        margin = number_of(moe)
        said = joined([format_value(share, column), format_margin(margin, column)])
        bars.append({"label": speak.say(label), "share": number_of(share), "moe": margin, "text": speak.say(said)})
    return bars
