"""The sheets of a workbook that explain the others: contents, key figures, notes, columns, sources and settings, each under its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import NOTHING, Said, as_said, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from ecomap.render.tables.cells import heading, people_scale, unit_words

Lines = list[list[Any]]


@frozen
class SheetTable:
    """One table for a workbook.

    Parameters
    ----------
    title : Said
        Its whole name; of an answer, with the answer's before it.
    answer : Said
        The name of the answer it is of; "" of a layer.
    what : Said
        What of its answer it shows; "" is the title.
    order : Said
        What decided the order of its rows, in a sentence.
    """

    title: Said = field(converter=as_said)
    frame: Any = field(eq=False, repr=False)
    columns: tuple[Column, ...] = ()
    answer: Said = field(default=NOTHING, converter=as_said)
    what: Said = field(default=NOTHING, converter=as_said)
    order: Said = field(default=NOTHING, converter=as_said)


@frozen
class Told:
    """What a workbook says beside its tables.

    Parameters
    ----------
    results : tuple of Result
        The answers in it.
    settings : mapping
        Id of a result -> what its analysis is called, and of each setting its name in files, its label, its value in words and in files.
    lists : tuple of (Said, Said)
        Name of a layer and how much it knows of what there is.
    sources : tuple of (Said, Source)
        What each source speaks for, and the source.
    people : tuple of Said
        What was protected of the people in it.
    agreed : tuple of (Said, Said)
        What the partners agreed and how it stands, and what became of the corrections of readers; each with what it is.
    """

    results: tuple[Result, ...] = ()
    settings: Mapping[str, tuple[Said, tuple[tuple[str, Said, Said, str], ...]]] = field(factory=dict)
    lists: tuple[tuple[Said, Said], ...] = ()
    sources: tuple[tuple[Said, Source], ...] = ()
    people: tuple[Said, ...] = ()
    agreed: tuple[tuple[Said, Said], ...] = ()


def contents_lines(tables: Sequence[SheetTable], names: Sequence[str], guides: Sequence[tuple[str, Said]]) -> Lines:
    """Every sheet by its name: of which answer it is, what it holds, how many rows, and what decided their order."""
    head = [say("Sheet"), say("Answer"), say("What it holds"), say("Rows"), say("Order of the rows")]
    lines: Lines = [[kept(sheet), table.answer, table.what or table.title, len(table.frame), table.order] for table, sheet in zip(tables, names)]
    return [head, *lines, *([kept(sheet), NOTHING, what, None, NOTHING] for sheet, what in guides)]


def figure_lines(told: Told) -> Lines:
    """The key figures of every answer with margin and range, in their unit: shares in percent."""
    head = [say("Answer"), say("Figure"), say("Value"), say("Margin (90 %)"), say("From"), say("To"), say("Range of what"), say("Unit"), say("Note")]
    return [head, *([result.title, *_figure(figure)] for result in told.results for figure in result.figures)]


def _figure(figure: KeyFigure) -> list[Any]:
    times = 100.0 if figure.unit in ("share", "points", "points_change") else 1.0 / people_scale(figure.unit)
    ends = (figure.range.low, figure.range.high) if figure.range is not None and figure.value is not None else (None, None)
    numbers = [None if number is None else number * times for number in (figure.value, figure.moe, *ends)]
    return [figure.label, *numbers, figure.range.what if figure.range is not None and figure.value is not None else None, unit_words(figure.unit), figure.note]


def note_lines(told: Told) -> Lines:
    """What every answer finds and what to know before believing it, each line beside its answer's name: equal ones stay apart."""
    lines: Lines = []
    for result in told.results:
        lines += [[text, result.title] for text in dict.fromkeys((result.sentence, *(note.text for note in result.notes))) if text]
    lines += [[say("{title}: {sentence}", title=layer, sentence=text), layer] for layer, text in told.lists]
    lines += [[text, NOTHING] for text in told.people]
    lines += [[text, what] for text, what in told.agreed]
    return [[say("Note"), say("Answer or layer")], *lines]


def column_lines(tables: Sequence[SheetTable], names: Sequence[str]) -> Lines:
    """Every column of every table: its heading, what programs call it, its unit and meaning."""
    head = [say("Sheet"), say("Column"), say("Name in files"), say("Unit"), say("Meaning")]
    lines: Lines = []
    for table, sheet in zip(tables, names):
        described = {column.name: column for column in table.columns}
        lines += [[kept(sheet), heading(column.name, described), kept(column.name), unit_words(column.unit), column.help]
                  for column in table.columns if column.name in table.frame.columns]
    return [head, *lines]


def source_lines(told: Told) -> Lines:
    """Every source once, with the layers and answers it speaks for."""
    head = [say("Source"), say("Publisher"), say("Period"), say("What it counts"), say("Licence"), say("Read on"), say("Address"), say("Used for")]
    return [head, *([s.title, s.publisher, s.vintage, s.universe, s.licence, s.retrieved, s.url, of] for of, s in told.sources)]


def setting_lines(told: Told) -> Lines:
    """Every setting of every answer in words and as programs write it: from these the same answer can be made again."""
    head = [say("Answer"), say("Setting"), say("Value"), say("In files")]
    lines: Lines = []
    for result in told.results:
        trail = result.provenance
        if trail is None:
            continue
        analysis, settings = told.settings.get(result.id, (result.title, ()))
        lines.append([result.title, say("Question"), analysis, kept(f"{trail.analysis} {trail.version}")])
        lines += [[result.title, label, value, kept(f"{name} = {given}")] for name, label, value, given in settings]
    return [head, *lines]
