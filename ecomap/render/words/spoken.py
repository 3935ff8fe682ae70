"""Layers and answers in the language of a reader: labels, sentences and notes; identifiers and rows stay as they are.

Done once, before anything is drawn or written. Cells are said where they are shown (`ecomap.render.words.cells`).
"""

from __future__ import annotations

from attrs import evolve

from ecomap.model.layer import Column, Layer
from ecomap.model.result import Output, Result
from ecomap.model.source import Source
from ecomap.render.words.language import English, Language


def spoken_layer(layer: Layer, speak: Language) -> Layer:
    """A layer's name, heading, columns, indicators, sources and notes in a language."""
    say = speak.kept
    return evolve(
        layer,
        name=say(layer.name),
        group=say(layer.group),
        columns=spoken_columns(layer.columns, speak),
        indicators=tuple(
            evolve(i, label=say(i.label), help=say(i.help), source=spoken_source(i.source, speak),
                   universe=say(i.universe), domain=say(i.domain))
            for i in layer.indicators
        ),
        sources=tuple(spoken_source(source, speak) for source in layer.sources),
        notes=tuple(say(note) for note in layer.notes),
    )


def spoken_source(source: Source, speak: Language) -> Source:
    """A source in a language; titles and publishers are names, said as they stand, so that they can be looked up."""
    say = speak.kept
    return evolve(source, title=say(source.title), publisher=say(source.publisher), vintage=say(source.spoken_vintage),
                  licence=say(source.licence), universe=say(source.universe), note=say(source.note))


def spoken_result(result: Result, speak: Language) -> Result:
    """An answer's title, finding, figures, notes, bars and the columns of its tables in a language."""
    if isinstance(speak, English):
        return result
    say = speak.kept
    provenance = result.provenance
    return evolve(
        result,
        title=say(result.title),
        sentence=say(result.sentence),
        outputs=tuple(_output(output, speak) for output in result.outputs),
        figures=tuple(evolve(f, label=say(f.label), note=say(f.note)) for f in result.figures),
        notes=tuple(evolve(note, text=say(note.text)) for note in result.notes),
        bars=tuple((say(label), share, moe) for label, share, moe in result.bars),
        bars_title=say(result.bars_title),
        provenance=provenance and evolve(
            provenance, sources=tuple(spoken_source(source, speak) for source in provenance.sources)
        ),
    )


def spoken_columns(columns: tuple[Column, ...], speak: Language) -> tuple[Column, ...]:
    """Labels and explanations of columns in a language."""
    return tuple(evolve(column, label=speak.kept(column.label), help=speak.kept(column.help)) for column in columns)


def _output(output: Output, speak: Language) -> Output:
    return evolve(output, title=speak.kept(output.title), columns=spoken_columns(output.columns, speak))
