"""What a brief needs to be told: the project's own answers, and those that are asked for the papers alone and never kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.params import plain_params
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.units import METRES_PER_MILE, format_number
from ecomap.model.vocabulary import ID, NAME, REFERENCE, SCHOOL

NEED, AREAS, MONEY, MATCH, OVERLAP = "need-index", "school-areas", "money", "match", "overlap"
RANKING, CHANGE, PLAN = "priority", "rank-change", "plan"
AROUND: Final = "around-each-school"  # the layer of circles, in the papers' own project only
_USUAL: Final = (NEED, MONEY, MATCH)  # asked with their usual settings where the project holds no answer: they ask for no choice


@frozen(eq=False)
class Asked:
    """A project with all answers that a brief tells.

    Parameters
    ----------
    answers : mapping
        Question -> the latest answer.
    own : frozenset of str
        Ids of the answers that were asked for the papers alone.
    refused : mapping
        Question -> why there is no answer.
    radius_m, detour, as_of
        How far is in reach, and on which day: as who is where was last asked, else as usual.
    """

    project: Project
    answers: Mapping[str, Result]
    own: frozenset[str]
    refused: Mapping[str, Said]
    radius_m: float
    detour: float
    as_of: str


def asked(project: Project, progress: Progress) -> Asked:
    """Ask what the papers need and the project does not hold yet."""
    radius_m, detour, as_of = _reach(project)
    answers: dict[str, Result] = {}
    refused: dict[str, Said] = {}
    own: set[str] = set()
    working = project
    for number, question in enumerate((*_USUAL, AREAS)):
        part = progress.part(number / 4, (number + 1) / 4)
        held = None if question == AREAS else project.latest_result(question)
        if held is not None:
            answers[question] = held
            continue
        try:
            working, answer = _around(working, radius_m, part) if question == AREAS else _run(working, question, {}, part)
        except CancelledError:
            raise
        except EcoMapError as problem:  # no need areas, no money rates, nobody's services: the paper says so
            refused[question] = problem.message
            continue
        working = _timeless(working, answer.id)
        answers[question] = working.result(answer.id)
        own.add(answer.id)
    return Asked(working, answers, frozenset(own), refused, radius_m, detour, as_of)


def _run(project: Project, question: str, settings: Mapping[str, Any], progress: Progress) -> tuple[Project, Result]:
    from ecomap.workspace.operations import run_analysis  # heavy

    return run_analysis(project, question, settings, progress=progress)


def _timeless(project: Project, result_id: str) -> Project:
    """The answer without the time it was asked: it is asked anew for every paper, and the same paper has the same bytes."""
    results = tuple(evolve(one, provenance=evolve(one.provenance, made_at="")) if one.id == result_id and one.provenance is not None else one
                    for one in project.results)
    return evolve(project, results=results)


def _reach(project: Project) -> tuple[float, float, str]:
    from ecomap.analysis import registry  # heavy

    latest = project.latest_result(OVERLAP)
    given = dict(latest.provenance.params) if latest is not None and latest.provenance is not None else {}
    usual = plain_params(registry.analysis(OVERLAP).params())
    settings = {**usual, **given}
    return float(settings["radius_m"] or METRES_PER_MILE), float(settings["detour"]), str(settings["as_of"] or project.day)


def _around(project: Project, radius_m: float, progress: Progress) -> tuple[Project, Result]:
    """The need areas carried to a circle around every school that has a place."""
    import geopandas as gpd  # heavy

    schools = next(iter(layer for layer in project.layers_of(SCHOOL) if not layer.result_id), None)
    frame = project.frame(schools.id) if schools is not None else None
    if frame is None or not hasattr(frame, "crs") or not (here := frame.geometry.notna() & ~frame.geometry.is_empty).any():
        raise EcoMapError(say("No school has a place on the map."))
    placed = frame[here]
    circles = gpd.GeoDataFrame({ID: placed[ID].astype(str).to_numpy(), NAME: placed[NAME].to_numpy()},
                               geometry=placed.geometry.representative_point().buffer(radius_m).to_numpy(), crs=frame.crs)
    layer = Layer(AROUND, say("{radius} around each school", radius=format_number(radius_m, "m", 1)), REFERENCE, POLYGON, visible=False)
    return _run(project.with_layer(layer, circles), AREAS, {"target": AROUND, "draws": 0}, progress)


def without_circles(project: Project) -> Project:
    """The project without the layer that only the papers need."""
    return project.without_layer(AROUND) if project.has_layer(AROUND) else project


def with_released(found: Asked, project: Project) -> Asked:
    """The same with the project as it may leave."""
    by_id = {result.id: result for result in project.results}
    return evolve(found, project=project, answers={question: by_id[answer.id] for question, answer in found.answers.items()})


