"""The answers of a record, asked again of its rows in their order, and put on the map as they stood."""

from __future__ import annotations

from attrs import evolve

from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.record import AnswerRecord, Record
from ecomap.model.result import Result
from ecomap.model.said import say
from ecomap.workspace.operations import run_analysis
from ecomap.workspace.rebuilding.found import OTHERWISE, REFUSED, Difference


def asked_again(project: Project, record: Record, progress: Progress | None = None) -> tuple[Project, tuple[Difference, ...]]:
    """The project with every answer of the record that can be asked again, and those that cannot, or are other questions than they say."""
    progress = progress or silent()
    refused: list[Difference] = []
    for number, one in enumerate(record.answers):
        part = progress.part(number / len(record.answers), (number + 1) / len(record.answers))
        part.at(0.0, say("Asking again: {question}", question=one.result.title))
        try:
            project, result = _with_answer(project, one, part)
        except CancelledError:
            raise
        except EcoMapError as problem:
            refused.append(Difference(REFUSED, one.result.title, reason=problem.said))
        else:
            if result.id != one.result.id:  # an id is made of the settings
                refused.append(Difference(OTHERWISE, one.result.title, reason=say("The settings in its record are not those that it was asked with.")))
    return _as_it_stood(project, record), tuple(refused)


def _with_answer(project: Project, one: AnswerRecord, progress: Progress) -> tuple[Project, Result]:
    asked = dict(one.result.provenance.params) if one.result.provenance is not None else {}
    layers = {name: ids for name, ids in one.reads if all(map(project.has_layer, ids))}
    ended = one.result.provenance.ended if one.result.provenance is not None else None
    project, result = run_analysis(project, one.result.analysis, asked, layers=layers, ended=ended, progress=progress)
    return project.with_result(_named(result, one.result)), result


def _named(result: Result, told: Result) -> Result:
    """The answer with the name it had among its sisters, which may not all be in the file."""
    return evolve(result, title=told.title, question=told.question, own_name=told.own_name, left_out=told.left_out)


def _as_it_stood(project: Project, record: Record) -> Project:
    """The layers in their order, shown and drawn as they were, and called after their answers."""
    order = [one.layer.id for one in record.layers]
    for one in record.layers:
        if project.has_layer(one.layer.id):
            project = project.with_layer_changed(_drawn(project.layer(one.layer.id), one.layer))
    names = {one.result.id: one.result for one in record.answers}
    results = tuple(_named(result, names[result.id]) if result.id in names else result for result in project.results)
    return evolve(project, results=results).with_order(order)


def _drawn(layer: Layer, told: Layer) -> Layer:
    style = layer.style if layer.style == told.style else told.style  # the same keeps its messages, for other languages
    return evolve(layer, name=told.name, what=told.what, group=told.group, style=style, visible=told.visible)
