"""The report as a document: contents, a chapter per answer, and what to keep in mind of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ecomap.model.figures import range_ends, range_words
from ecomap.model.progress import Progress, silent
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.render.map_page import MapPage
from ecomap.render.paper.chart import chart_of
from ecomap.render.paper.figure import map_figure
from ecomap.render.report.description import Chapter, Report
from ecomap.render.report.room import Room, room_for
from ecomap.render.report.tables import tables_of
from ecomap.render.typeset import document as d
from ecomap.render.words.cells import format_date
from ecomap.render.words.language import Language, language
from ecomap.render.words.report import figure_text
from ecomap.render.words.sentences import first_and_rest
from ecomap.render.words.spoken import spoken_result

WIDTH_MM: Final = 178.0      # of A4 within its margins
BESIDE: Final = 0.54         # of the width, for figures beside a chart
BARS_MM: Final = 79.5        # wide, of that chart: as much as there is beside the figures on A4
MOST_BARS: Final = 7         # of such a chart
LARGE_FIGURES, FEW_FIGURES = 4, 2  # alone, beside a chart
RECORD_FILE: Final = "ecomap-record.json"


def report_document(report: Report, progress: Progress | None = None) -> d.Document:
    """The report as the blocks of a document; its maps are drawn here.

    Raises
    ------
    InputError
        If a map has nothing to show.
    """
    progress, speak = progress or silent(), language(report.language)
    blocks: list[d.Block] = []
    if report.chapters:
        blocks += [d.Contents(say("Contents")), *_parts(((say("What to keep in mind of the data"), report.cautions), (say("People in this report"), report.people)))]
    elif report.map is not None:
        blocks.append(_map(report.map, room_for(1)))
    room = room_for(len(report.chapters))
    for number, chapter in enumerate(report.chapters):
        progress.at(number / len(report.chapters), chapter.result.title)
        blocks += [*([d.PageBreak()] if room.whole else []), *_chapter(chapter, speak, room)]
    blocks += _end(report)
    date = format_date(report.made_on)
    foot = joined([report.title, say("EcoMap, {date}", date=date) if report.made_on else name("EcoMap")], " · ")
    about = say("Settings, sources and versions of everything in this report, for programs")
    attached = (d.Attachment(RECORD_FILE, report.record, about),) if report.record else ()
    return d.Document(report.title, tuple(blocks), report.language, report.subtitle, foot, report.made_on, report.paper, dense=True, attachments=attached)


def _chapter(chapter: Chapter, speak: Language, room: Room) -> list[d.Block]:
    """An answer as it stands by itself: nothing of it needs another chapter."""
    result = chapter.result
    first, rest = first_and_rest(result.sentence)
    blocks: list[d.Block] = [d.Heading(result.title), d.Paragraph(first, "lead")]
    blocks += [d.Paragraph(joined([words for words in (rest, chapter.passed) if words]), "small")] if rest or chapter.passed else []
    blocks += _figures(result, speak)
    blocks.append(_map(chapter.map, room, result) if chapter.map is not None else d.Paragraph(say("This answer speaks of no single places, so it has no map."), "small"))
    blocks += tables_of(spoken_result(result, speak), speak, room)
    return [*blocks, *_below(chapter, room)]


def _figures(result: Result, speak: Language) -> list[d.Block]:
    """The first key figures large beside the chart, the others in a line; one that cannot be said says why, if anybody knows."""
    bars = chart_of(result, speak, WIDTH_MM if len(result.bars) > MOST_BARS else BARS_MM)
    chart = d.Figure(bars.svg, bars.words, bars.title) if bars is not None else None
    most = LARGE_FIGURES if chart is None or len(result.bars) > MOST_BARS else FEW_FIGURES
    known = [figure for figure in result.figures if figure.value is not None]
    large = d.KeyFigures(tuple(d.KeyFigure(figure_text(one), one.label) for one in known[:most]))
    others = [joined([one.label, figure_text(one)], ": ") for one in known[most:]]
    unknown = [joined([one.label, one.note or say("cannot be said")], ": ") for one in result.figures if one.value is None]
    others += [*unknown, *_ranges(known, result)]
    line = [d.Paragraph(joined(others, " · "), "small")] if others else []
    if chart is None or not large.figures:
        return [*([large] if large.figures else []), *([chart] if chart else []), *line]
    return [large, chart, *line] if most == LARGE_FIGURES else [d.Beside((large,), (chart,), BESIDE), *line]


def _ranges(figures: Sequence[KeyFigure], result: Result) -> Iterator[Said]:
    """What is said beside the figures: their notes; their ranges, those of one assumption together, unless the finding gives them."""
    of: dict[Said, list[Said]] = {}
    for one in figures:
        if one.note:
            yield joined([one.label, one.note], ": ")
        if (ends := range_ends(one)) and one.range is not None and str(range_words(one)) not in result.sentence:
            of.setdefault(one.range.what, []).append(joined([one.label, ends], ": "))
    for what, ranges in of.items():
        yield joined([what.capitalize(), joined(ranges, "; ")], ": ")


def _map(page: MapPage, room: Room, result: Result | None = None) -> d.Figure:
    made = map_figure(page, WIDTH_MM, room.map_mm)
    speak = language(page.language)
    what = result.title if result is not None else page.title
    alt = say("Map: {what}. {legend}", what=name(speak.say(what)), legend=name(made.words))
    caption = joined([say("Map: {what}.", what=name(speak.say(what))), name(made.outside)])
    return d.Figure(made.svg, alt, caption, afloat=result is not None and not room.whole)  # a chapter on a page of its own reads from top to bottom


def _below(chapter: Chapter, room: Room) -> list[d.Block]:
    """What to keep in mind, how it was asked, and who says so."""
    result = chapter.result
    cautions = [note.text for note in result.notes if note.kind == "caution"]
    blocks: list[d.Block] = [d.Paragraph(joined(cautions), "caution")] if cautions else []
    told = [pair for pair in chapter.asked if room.whole or pair[0] not in chapter.usual]
    asked = joined([joined([label if label.endswith("?") else joined([label, ":"], ""), value]) for label, value in told], "; ")
    lines = [say("Asked with: {settings}.", settings=asked)] if told else []
    if len(told) < len(chapter.asked):
        lines.append(plural("{n} more setting is as usual; it stands in the record inside this file.",
                            "{n} more settings are as usual; they stand in the record inside this file.", len(chapter.asked) - len(told)))
    if chapter.sources:
        more = len(chapter.sources) - room.sources
        behind = [plural("{n} more at the end of the report", "{n} more at the end of the report", more)] if more > 0 else []
        lines.append(say("Sources: {sources}.", sources=joined([*chapter.sources[:room.sources], *behind], " · ")))
    return [*blocks, d.Paragraph(joined(lines), "small")] if lines else blocks


def _end(report: Report) -> list[d.Block]:
    """What holds for all chapters: how answers were worked out, the project's data, its sources, its people."""
    parts: tuple[Part, ...] = (
        (say("How the answers were worked out"), tuple(_worked_out(report.chapters))), (say("Notes on places"), report.notes),
        (say("Where the numbers are from"), report.sources),
    )
    if not report.chapters:
        parts += ((say("What to keep in mind of the data"), report.cautions), (say("People in this report"), report.people))
    told = _parts(parts)
    return [d.PageBreak(), d.Heading(say("Method, data and sources")), *told] if told else []


Part = tuple[Said, tuple[Said, ...]]  # a heading, and the lines under it


def _parts(parts: Sequence[Part]) -> list[d.Block]:
    blocks: list[d.Block] = []
    for heading, lines in parts:
        blocks += [d.Heading(heading, 2), d.Points(lines, "small")] if lines else []
    return blocks


def _worked_out(chapters: Sequence[Chapter]) -> Iterator[Said]:
    """What was counted, left out and assumed, each once with the answers it holds for; then the method of each answer."""
    of: dict[Said, list[Said]] = {}
    for chapter in chapters:
        for note in chapter.result.notes:
            if note.kind != "caution":
                of.setdefault(note.text, []).append(chapter.result.title)
    for answers in dict.fromkeys(tuple(dict.fromkeys(found)) for found in of.values()):
        notes = [note for note, found in of.items() if tuple(dict.fromkeys(found)) == answers]
        what = say("All answers") if 1 < len(chapters) == len(answers) else joined(answers, "; ")
        yield joined([what, joined(notes)], " · ")
    versions = [say("{answer}: {method} {version}", answer=one.result.title, method=one.method, version=name(one.result.provenance.version))
                for one in chapters if one.result.provenance is not None]
    if versions:
        yield say("Method and version: {methods}.", methods=joined(versions, "; "))
