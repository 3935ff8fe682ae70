"""A page, a workbook or a GeoPackage of ours, made into a project again and compared with what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.record import AnswerRecord, Record, record_from_json
from ecomap.model.result import Result
from ecomap.model.said import NOTHING, Said, joined, listed, name, say
from ecomap.model.version import VERSION
from ecomap.workspace.page_settings import page_settings
from ecomap.workspace.rebuilding.asking import asked_again
from ecomap.workspace.rebuilding.beside import beside_file
from ecomap.workspace.rebuilding.found import (
    CHANGED,
    OTHERWISE,
    REFUSED,
    WITH_THE_PROJECT,
    Difference,
    Rebuilt,
    names_of,
)
from ecomap.workspace.rebuilding.rows import Rows, rows_of, unfilled, with_rows
from ecomap.workspace.record import table_checksum
from ecomap.workspace.releases import released

_TIME = "time_limit_s"  # the setting of a question whose search is ended by the clock


def rebuild(path: Path | str, *, given: Sequence[Project] = (), progress: Progress | None = None) -> Rebuilt:
    """The project in a file of ours, its answers asked again, and what differs from what the file says.

    Parameters
    ----------
    path : Path
        A page (.html), a workbook (.xlsx) or a GeoPackage (.gpkg) that EcoMap wrote, or any other file of ours with its record inside
        (.pdf, .docx, .png, .svg) or beside it (.csv, .geojson, .fgb).
    given : sequence of Project
        Projects that may have the rows where the file was written without them.

    Raises
    ------
    InputError
        If the file has no record, cannot be believed, or the rows are nowhere to be had.
    """
    from ecomap.io.carried.reading import carried_by  # heavy

    path, progress = Path(path), progress or silent()
    progress.at(0.0, say("Reading {file}", file=name(path.name)))
    carried = carried_by(path)
    if not carried.record:
        raise InputError(say("{file} carries no record of settings and sources, so it cannot be rebuilt.", file=name(path.name)),
                         say("Only files that EcoMap wrote can be. Ask whoever sent it to export it again."))
    record = record_from_json(carried.record)
    rows = rows_of(record, carried, given, progress.part(0.0, 0.1))
    project, refused = asked_again(with_rows(record, rows), record, progress.part(0.1, 0.7))
    leaves = released(project, progress.part(0.7, 0.75))
    otherwise = _otherwise(leaves, record, rows)
    refused = tuple(_kept_back(one, record, rows) for one in refused)
    file = beside_file(path, project, record, progress.part(0.75, 1.0), unasked=[one.where for one in refused if one.why == REFUSED])
    found = (*rows.differences, *refused, *otherwise, *_settings(leaves, record), *(_with_reason(one, otherwise) for one in file.differences))
    notes = (*rows.notes, *_ended(record), *([unfilled(rows)] if unfilled(rows) and otherwise else []), *([] if file.cells or file.unasked else [_record_only(path)]))
    progress.at(1.0, say("Compared"))
    return Rebuilt(project, record, found, file.cells, file.kept_back, notes, file.unasked)


def rebuild_with(path: Path, projects: Sequence[Path] = (), *, progress: Progress | None = None) -> Rebuilt:
    """The same with the files of projects that may have the rows."""
    from ecomap.workspace.operations import open_project  # heavy

    progress = progress or silent()
    given = [open_project(one, progress=progress.part(0.0, 0.1)) for one in projects]
    return rebuild(path, given=given, progress=progress.part(0.1, 1.0))


def _ended(record: Record) -> list[Said]:
    """Which searches the clock had ended, so that what they had found is taken from the record; everything else is worked out anew."""
    answers = [one.result.title for one in record.answers if one.result.provenance is not None and one.result.provenance.ended]
    return [] if not answers else [say(
        "Where the clock had ended a search, what had been found by then is taken from the record, and what it comes to was worked out anew from the rows; how much "
        "better there could be is as it was known then, not proven again: {answers}.", answers=listed(answers))]


def _record_only(path: Path) -> Said:
    return say("{file} holds the record of its answers, no numbers in a form that can be compared: they were asked again and laid beside the record. Its words and pictures were not compared.",
               file=name(path.name))


def _kept_back(one: Difference, record: Record, rows: Rows) -> Difference:
    """Why an answer cannot be asked again: what it counts did not leave, where that is so."""
    answer = next((answer for answer in record.answers if answer.result.title == one.where), None)
    if one.why != REFUSED or answer is None or answer.result.provenance is None:
        return one
    read = {layer_id for layer_id, _ in answer.result.provenance.inputs}
    behind = tuple(layer for layer in rows.not_whole if layer.layer.id in read)
    return evolve(one, reason=joined([
        say("Columns about single persons, or numbers of small groups, did not leave with {layers}.", layers=names_of(behind)), WITH_THE_PROJECT])) if behind else one


def _settings(project: Project, record: Record) -> tuple[Difference, ...]:
    """Settings that the record says in words otherwise than they are when the answer is asked again."""
    words = {result.title: page[result.id][1] for page in [page_settings(project)] for result in project.results if result.id in page}
    found = []
    for one in record.answers:
        told, again = ({str(label): str(value) for label, value in some} for some in (one.settings, words.get(one.result.title, one.settings)))
        found += [Difference(CHANGED, one.result.title, "", label, told.get(label, ""), again.get(label, ""))
                  for label in dict.fromkeys((*told, *again)) if told.get(label) != again.get(label)]
    return tuple(found)


def _otherwise(project: Project, record: Record, rows: Rows) -> tuple[Difference, ...]:
    """Answers whose tables, sentence or figures are not what the record says when they are asked again."""
    there = {result.id: result for result in project.results}
    return tuple(Difference(OTHERWISE, one.result.title, reason=_why(one, record, rows))
                 for one in record.answers if one.result.id in there and not _same(there[one.result.id], one))


def _same(result: Result, one: AnswerRecord) -> bool:
    tables = {output.name: table_checksum(output.frame) for output in result.outputs}
    return tables == {table.output: table.checksum for table in one.tables} and result.sentence == one.result.sentence


def _why(one: AnswerRecord, record: Record, rows: Rows) -> Said:
    """Why an answer may come out otherwise: another version, rows that were changed, or numbers that are hidden."""
    if record.version != VERSION:
        return say("It was asked by EcoMap {theirs}; this is {ours}.", theirs=name(record.version), ours=name(VERSION))
    read = {layer_id for layer_id, _ in one.result.provenance.inputs} if one.result.provenance is not None else set()
    if any(str(layer.layer.name) == str(different.where) for layer in record.layers if layer.layer.id in read for different in rows.differences):
        return say("Its rows were changed after the file was made.")
    if any(layer.layer.id in read for layer in rows.not_whole):
        return say("Numbers of small groups that it counts are hidden in the file.")
    if one.result.provenance is not None and one.result.provenance.ended is None and _TIME in one.result.provenance.params:
        return say("Its search ends when its time is up, so a busy or slow computer can find less. Ask again when nothing else runs.")
    return NOTHING


def _with_reason(one: Difference, otherwise: Sequence[Difference]) -> Difference:
    """A cell that differs though every answer comes out as the record says was changed in the file."""
    return one if otherwise else evolve(one, reason=say("It was changed after the file was made."))
