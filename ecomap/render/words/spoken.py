"""A map page, its layers, drawings and answers in the language of the page.

Done once, before anything is drawn or written: what follows works with the words it is given. Identifiers, column
names and places stay as they are; cells are said in words where they are shown (`ecomap.render.words.wording`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column, Layer
from ecomap.model.result import Output, Result
from ecomap.model.source import Source
from ecomap.model.style import CATEGORISED
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.style.drawing import Drawing, LegendRow
from ecomap.render.words.phrases import phrase_book, translate, translate_list, translate_name, translate_row
from ecomap.render.words.wording import catalogue, closed_word

Say = Callable[[str], str]


def spoken_page(page: MapPage) -> MapPage:
    """The page with everything around its rows in its language; the same page where that is English."""
    if phrase_book(page.language) is None:
        return page
    say = _sayer(page.language)
    return evolve(
        page,
        title=say(page.title),
        subtitle=say(page.subtitle),
        layers=tuple(PageLayer(spoken_layer(shown.layer, page.language), shown.frame) for shown in page.layers),
        results=tuple(spoken_result(result, page.language) for result in page.results),
        sources=tuple(_source_line(line, page.language) for line in page.sources),
        cautions=tuple(say(caution) for caution in page.cautions),
    )


def spoken_layer(layer: Layer, language: str) -> Layer:
    """A layer's name, heading, columns, indicators, sources and notes in a language."""
    if phrase_book(language) is None:
        return layer
    say = _sayer(language)
    return evolve(
        layer,
        name=say(layer.name),
        group=say(layer.group),
        columns=_columns(layer.columns, say),
        indicators=tuple(
            evolve(i, label=say(i.label), help=say(i.help), source=spoken_source(i.source, language),
                   universe=say(i.universe), domain=say(i.domain))
            for i in layer.indicators
        ),
        sources=tuple(spoken_source(source, language) for source in layer.sources),
        notes=tuple(say(note) for note in layer.notes),
    )


def spoken_source(source: Source, language: str) -> Source:
    """A source in a language: who published what keeps its name, so that it can be looked up; the rest is said."""
    if phrase_book(language) is None:
        return source
    say = _sayer(language)
    year = say("(year not stated)") if source.vintage.startswith("not stated") else say(source.vintage)
    return evolve(source, publisher=say(source.publisher), vintage=year, licence=say(source.licence),
                  universe=say(source.universe), note=say(source.note))


def spoken_result(result: Result, language: str) -> Result:
    """An answer's title, finding, figures, notes, bars and the columns of its tables in a language."""
    if phrase_book(language) is None:
        return result
    say = _sayer(language)
    provenance = result.provenance
    return evolve(
        result,
        title=say(result.title),
        sentence=say(result.sentence),
        outputs=tuple(_output(output, language) for output in result.outputs),
        figures=tuple(evolve(f, label=say(f.label), note=say(f.note)) for f in result.figures),
        notes=tuple(evolve(note, text=say(note.text)) for note in result.notes),
        bars=tuple((_bar(label, language), share, moe) for label, share, moe in result.bars),
        bars_title=say(result.bars_title),
        provenance=provenance and evolve(
            provenance, sources=tuple(spoken_source(source, language) for source in provenance.sources)
        ),
    )


def spoken_columns(columns: tuple[Column, ...], language: str) -> tuple[Column, ...]:
    """Labels and explanations of columns in a language."""
    return columns if phrase_book(language) is None else _columns(columns, _sayer(language))


def spoken_drawing(drawing: Drawing, language: str) -> Drawing:
    """A drawing whose legend speaks a language; colours, symbols and class numbers are the same."""
    if phrase_book(language) is None:
        return drawing
    say = _sayer(language)
    return evolve(
        drawing,
        layer=evolve(drawing.layer, name=say(drawing.layer.name)),
        legend=tuple(evolve(row, label=_legend_label(drawing, row, language)) for row in drawing.legend),
        legend_title=say(drawing.legend_title),
    )


def _legend_label(drawing: Drawing, row: LegendRow, language: str) -> str:
    """Classes that stand for a closed word (a level, an approach) are said as that word is said elsewhere."""
    style = drawing.layer.style
    if style.kind == CATEGORISED and row.class_index >= 0:
        word = closed_word(row.label, style.column, catalogue("en"), catalogue(language))
        if word:
            return word
    return translate(row.label, language)


def _sayer(language: str) -> Say:
    return lambda text: translate(text, language)


def _columns(columns: tuple[Column, ...], say: Say) -> tuple[Column, ...]:
    return tuple(evolve(column, label=say(column.label), help=say(column.help)) for column in columns)


def _output(output: Output, language: str) -> Output:
    say = _sayer(language)
    frame = output.frame if output.joins else spoken_rows(output.frame, language)
    return evolve(output, title=say(output.title), columns=_columns(output.columns, say), frame=frame)


def spoken_rows(frame: Any, language: str) -> Any:
    """A table whose rows are no places (groups, months, figures) with their names in a language; names of others are kept."""
    if phrase_book(language) is None or v.NAME not in frame:
        return frame
    names = [translate_row(name, language) if isinstance(name, str) else name for name in frame[v.NAME]]
    return frame.assign(**{v.NAME: names})


def _bar(label: str, language: str) -> str:
    """Bars stand for classes or for places; a place keeps its name."""
    said = translate_name(label, language)
    return said if said != label else translate_row(label, language)


def _source_line(line: str, language: str) -> str:
    """``Schools, Parks: publisher, title, period, licence``: layers and period in the language, names as they are."""
    layers, colon, rest = line.partition(": ")
    if not colon:
        return translate_list(line, language)
    return f"{translate_list(layers, language)}: {translate_list(rest, language)}"
