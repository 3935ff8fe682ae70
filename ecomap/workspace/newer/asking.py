"""The answers that rest on a layer, asked again of the newer list: key figures and ranks before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.result import KeyFigure, Result
from ecomap.model.said import say
from ecomap.model.units import format_with_margin
from ecomap.model.vocabulary import RANK
from ecomap.workspace import operations
from ecomap.workspace.freshness import outdated
from ecomap.workspace.layers_read import layers_read
from ecomap.workspace.newer.news import AnswerNews, FigureNews

if TYPE_CHECKING:
    pass

USUAL_TOP = 25  # first ranks that are spoken of where a question does not say how many


def resting_on(project: Project, layer_id: str) -> tuple[Result, ...]:
    """The answers that were made from the rows of a layer."""
    return tuple(result for result in project.results
                 if result.provenance is not None and layer_id in dict(result.provenance.inputs))


def asked_again(before: Project, candidate: Project, layer_id: str, same: Mapping[str, str], *, progress: Progress | None = None) -> tuple[AnswerNews, ...]:
    """What becomes of every answer that rests on a layer.

    Parameters
    ----------
    same : mapping
        Id of a row before -> its id in the newer list, where they differ.
    """
    progress = progress or silent()
    found = []
    results = resting_on(before, layer_id)
    for n, result in enumerate(results):
        part = progress.part(n / len(results), (n + 1) / len(results))
        part.at(0.0, say("Asking again: {question}", question=result.title))
        was = outdated(before, result)
        try:
            now = _again(before, result, part.part(0.0, 0.5)) if was else result
            after = _again(candidate, result, part.part(0.5, 1.0))
        except CancelledError:
            raise
        except EcoMapError as problem:
            found.append(AnswerNews(result.id, result.title, problem=problem.said, was_outdated=was))
            continue
        found.append(AnswerNews(result.id, result.title, _figures(now, after), _ranking(now, after, same), was_outdated=was))
    return tuple(found)


def _again(project: Project, result: Result, progress: Progress) -> Result:
    """The same question with the same settings to the same layers."""
    assert result.provenance is not None
    asked = dict(result.provenance.params)
    return operations.run_analysis(project, result.analysis, asked, layers=layers_read(project, result), progress=progress)[1]


def _figures(before: Result, after: Result) -> tuple[FigureNews, ...]:
    from ecomap.analysis.newer.numbers import moe_of_difference  # heavy

    then = {figure.name: figure for figure in after.figures}
    found = []
    for figure in before.figures:
        now = then.get(figure.name, attrs.evolve(figure, value=None, moe=None))
        found.append(FigureNews(figure.label, figure.unit, figure.value, now.value, figure.moe, now.moe, _beyond(figure, now, moe_of_difference),
                                format_with_margin(figure.value, figure.moe, figure.unit) != format_with_margin(now.value, now.moe, figure.unit)))
    return tuple(found)


def _beyond(before: KeyFigure, after: KeyFigure, margin: Any) -> bool | None:
    """Whether a figure changed by more than its margin; None where that cannot be said."""
    if before.value is None or after.value is None or before.moe is None or after.moe is None:
        return None
    return abs(after.value - before.value) > float(margin(before.moe, after.moe))


def _ranking(before: Result, after: Result, same: Mapping[str, str]) -> Any:
    from ecomap.analysis.newer.ranking import compare_ranks  # heavy

    for output in before.outputs:
        other = next((one for one in after.outputs if one.name == output.name), None)
        if other is None or RANK not in output.frame or RANK not in other.frame:
            continue
        described = next((column for column in output.columns if column.name == RANK), None)
        band = (described.low, described.high) if described is not None else ("", "")
        top = int(before.provenance.params.get("top", USUAL_TOP)) if before.provenance is not None else USUAL_TOP
        return compare_ranks(output.frame, other.frame, band, same=same, top=top)
    return None
