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
    kept = speak.kept
    return evolve(
        layer,
        name=kept(layer.name),
        what=kept(layer.what),
        group=kept(layer.group),
        columns=spoken_columns(layer.columns, speak),
        indicators=tuple(
            evolve(i, label=kept(i.label), help=kept(i.help), source=spoken_source(i.source, speak),
                   universe=kept(i.universe), domain=kept(i.domain))
            for i in layer.indicators
        ),
        sources=tuple(spoken_source(source, speak) for source in layer.sources),
        notes=tuple(kept(note) for note in layer.notes),
    )


def spoken_source(source: Source, speak: Language) -> Source:
    """A source in a language; titles and publishers are names, said as they stand, so that they can be looked up."""
    kept = speak.kept
    return evolve(source, title=kept(source.title), publisher=kept(source.publisher), vintage=kept(source.spoken_vintage),
                  licence=kept(source.licence), universe=kept(source.universe), note=kept(source.note))


def spoken_result(result: Result, speak: Language) -> Result:
    """An answer's title, finding, figures, notes, bars and the columns of its tables in a language."""
    if isinstance(speak, English):
        return result
    kept = speak.kept
    provenance = result.provenance
    return evolve(
        result,
        title=kept(result.title),
        sentence=kept(result.sentence),
        outputs=tuple(_output(output, speak) for output in result.outputs),
        figures=tuple(evolve(f, label=kept(f.label), note=kept(f.note), range=f.range and evolve(f.range, what=kept(f.range.what)))
                      for f in result.figures),
        notes=tuple(evolve(note, text=kept(note.text)) for note in result.notes),
        bars=tuple((kept(label), share, moe) for label, share, moe in result.bars),
        bars_title=kept(result.bars_title), rests_on=kept(result.rests_on), question=kept(result.question),
        provenance=provenance and evolve(
            provenance, sources=tuple(spoken_source(source, speak) for source in provenance.sources)
        ),
    )


def spoken_columns(columns: tuple[Column, ...], speak: Language) -> tuple[Column, ...]:
    """Labels and explanations of columns in a language."""
    return tuple(evolve(column, label=speak.kept(column.label), help=speak.kept(column.help)) for column in columns)


def _output(output: Output, speak: Language) -> Output:
    return evolve(output, title=speak.kept(output.title), columns=spoken_columns(output.columns, speak))
