"""Two sides beside each other: who gains, who loses, by need, area, district and student group, as one answer to read, show and share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import Note, Output, Provenance, Result
from ecomap.model.said import Said, say
from ecomap.workspace.exports import ExportReport, export_noted
from ecomap.workspace.inputs import on_the_map, unique_sources
from ecomap.workspace.scenarios.sides import TARGET, USUAL, Side, renamed, side, usual_settings

COMPARISON: Final = "comparison"  # in the place of a question's name, in files


@frozen
class Comparison:
    """B beside A.

    Parameters
    ----------
    a, b : Side
    question : str
    result : Result
        The finding with its figures, notes and tables ("fifths", "areas", "groups", "by_<layer>"), as of any answer; the project
        does not keep it.
    """

    a: Side
    b: Side
    question: str
    result: Result = field(repr=False)

    @property
    def sentence(self) -> Said:
        return self.result.sentence

    def table(self, called: str) -> Output:
        return self.result.output(called)


def compared(project: Project, a: str, b: str, question: str = USUAL, given: Mapping[str, Any] | None = None, *, by: int = 0,
             progress: Progress | None = None) -> Comparison:
    """Who gains and who loses from A to B.

    Parameters
    ----------
    a, b : str
        "" for today, a scenario (id or name), a plan's answer, or an earlier answer to the question.
    question : str
        One of `ecomap.analysis.scenarios.counted.QUESTIONS`.
    given : mapping, optional
        Settings of the question; without any, those of the answer or plan among the two, else what the scenarios open or close.
    by : int
        Only the changes of this year or before; 0 is all.

    Raises
    ------
    EcoMapError
        If either is not there, or the question cannot be asked on either side.
    """
    progress = progress or silent()
    settings = {**usual_settings(project, (a, b), question), **(given or {})}
    one = side(project, a, question, settings, by=by, progress=progress.part(0.0, 0.45))
    other = side(project, b, question, settings, by=by, progress=progress.part(0.45, 0.9))
    found = between(project, one, other)
    progress.at(1.0, say("Compared"))
    return found


def between(project: Project, a: Side, b: Side) -> Comparison:
    """The comparison of two sides that have been asked already, so that a third can be laid beside either.

    Raises
    ------
    InputError
        If nobody offers what is asked about on either side, or they answer two questions.
    """
    from ecomap.analysis.scenarios import tables, words  # heavy
    from ecomap.analysis.scenarios.difference import difference, summed

    if a.question != b.question:
        raise InputError(say("The two sides answer two questions."), say("Ask the same question of both."))
    if a.nowhere and b.nowhere:
        raise InputError(say("Nobody offers it on either side, so nobody gains and nobody loses."), say("Choose another thing that should be in reach."))
    for shorter, longer in ((a, b), (b, a)):
        if shorter.nowhere:
            shorter = evolve(shorter, counted=evolve(shorter.counted, what=longer.counted.what))
            a, b = (shorter, b) if longer is b else (a, shorter)
    one_m, other_m = words.settings_words(a.counted.settings, b.counted.settings)
    names = tables.Names(renamed(a, one_m).label if a.label == b.label else a.label, renamed(b, other_m).label if a.label == b.label else b.label)
    found = difference(a.counted, b.counted)
    layer, areas = _need_layer(project, a)
    total = summed(found)
    sums = tables.fifth_sums(found, areas, layer)
    high, low = sums.get(5), sums.get(1)
    outputs = [tables.fifths_output(found, sums, total, names), tables.areas_output(found, names, layer)]
    districts = [one for one in project.layers_of(v.DISTRICT) if not one.result_id]
    outputs += [made for one in districts if (made := tables.districts_output(found, names, areas, one, project.frame(one.id))) is not None]
    groups = tables.groups_output(found, names, areas, layer)
    outputs += [groups] if groups is not None else []
    notes = (*(Note("caution", text) for text in dict.fromkeys((*a.notes, *b.notes))), *words.notes(a.question, found, groups is not None))
    result = Result(
        _id(a, b), COMPARISON, say("{b} beside {a}", a=names.a, b=names.b), words.sentence(a.question, found, total, high, names.a, names.b), tuple(outputs),
        words.figures(found, total, high, low), notes, provenance=_trail(project, a, b))
    return Comparison(a, b, a.question, result)


def export_comparison(project: Project, comparison: Comparison, path: Path | str, *, progress: Progress | None = None) -> tuple[Project, ExportReport]:
    """Write the tables of a comparison to a file (.xlsx all of them, .csv those by need fifth), small groups hidden as in every file.

    Returns
    -------
    tuple of Project and ExportReport
        The project with the file in its ledger; the comparison itself is not kept in it.
    """
    held, report = export_noted(project.with_result(comparison.result), path, layer=comparison.result.id, progress=progress)
    return project.with_ledger(held.ledger), report


def released_comparison(project: Project, comparison: Comparison) -> tuple[Project, Result]:
    """The comparison as it may leave for another program, and the project with that noted."""
    from ecomap.workspace.releases import printed, released_result

    held = project.with_result(comparison.result)
    return project.with_ledger(printed(held, comparison.result.id).ledger), released_result(held, comparison.result.id)


def _id(a: Side, b: Side) -> str:
    told = "|".join([a.question, *(f"{one.key}:{sorted((key, str(value)) for key, value in one.settings.items())}" for one in (a, b))])
    return f"{COMPARISON}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _need_layer(project: Project, a: Side) -> tuple[Layer, Any]:
    """The need areas that the question reads, in the project as it is."""
    layer = next(one for one in a.project.layers_of(v.NEED_AREA) if not one.result_id)
    return layer, on_the_map(a.project, layer)


def _trail(project: Project, a: Side, b: Side) -> Provenance:
    """What both sides were asked with, and where the rows are from."""
    told = {"question": a.question, "a": a.key, "b": b.key, **a.settings,
            **{f"{key}_b": value for key, value in b.settings.items() if a.settings.get(key) != value}}
    roles = (v.NEED_AREA, v.SERVICE if str(a.settings.get(TARGET, "")).startswith("service") else v.SITE)
    sources = unique_sources(source for layer in project.layers if layer.role in roles and not layer.result_id for source in layer.sources)
    return Provenance(COMPARISON, "1", told, (), sources)

