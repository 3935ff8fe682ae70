"""Merged areas take the place of the need areas they are made of, in every question asked from then on."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.model.said import Said, plural, say
from ecomap.model.said import name as kept
from ecomap.model.vocabulary import MOE_SUFFIX, NEED_AREA

MERGED: Final = "merged-areas"
_REGIONS: Final = "regions"


def merges(result: Result | None) -> bool:
    """Whether an answer has merged areas that can be used as need areas."""
    return result is not None and result.analysis == MERGED


def use_areas(project: Project, result_id: str = "", name: str = "") -> tuple[Project, Layer]:
    """The project with the merged areas of an answer as its first layer of need areas, which every question takes.

    The need areas they are made of stay, below them. The same answer used again replaces its layer.

    Parameters
    ----------
    result_id : str
        An answer about merged areas; "" takes the latest.
    name : str
        What the layer is called; "" takes the answer's title.

    Raises
    ------
    InputError
        If there is no such answer, or the need areas it was made of have gone.
    """
    result = _answer(project, result_id)
    output = next(one for one in result.outputs if one.name == _REGIONS)
    before = _made_of(project, result)
    layer_id = f"{result.id}-areas"
    columns = tuple(column for column in output.columns if column.name in output.frame)
    layer = Layer(layer_id, kept(name.strip()) if name.strip() else result.title, NEED_AREA, POLYGON, columns,
                  tuple(_indicator(one, set(output.frame)) for one in before.indicators if one.column in output.frame),
                  result.provenance.sources if result.provenance else before.sources, before.style, boundary=before.boundary, group=before.group,
                  notes=(say("Merged from '{layer}': {sentence}", layer=before.name, sentence=result.sentence),))
    if project.has_layer(layer_id):
        project = project.without_layer(layer_id)
    place = next(n for n, one in enumerate(project.layers) if one.role == NEED_AREA and not one.result_id)
    project = project.with_layer(layer, output.frame.reset_index(drop=True), place)
    for made in [one for one in project.layers if one.result_id == result.id and one.visible]:
        project = project.with_layer_changed(evolve(made, visible=False))
    return project, project.layer(layer_id)


def used_words(project: Project, layer: Layer) -> Said:
    """What is so from now on."""
    return plural("Questions take the {n} area of '{layer}' as need areas from now on; those before stay in the project, below it.",
                  "Questions take the {n} areas of '{layer}' as need areas from now on; those before stay in the project, below it.",
                  len(project.frame(layer.id)), layer=layer.name)


def _answer(project: Project, result_id: str) -> Result:
    if result_id:
        found = project.result(result_id)
        if not merges(found):
            raise InputError(say("'{answer}' has no merged areas.", answer=found.title), say("Choose an answer about merged areas."))
        return found
    latest = next((one for one in reversed(project.results) if merges(one)), None)
    if latest is None:
        raise InputError(say("The project has no merged areas yet."), say("Ask first which neighbouring areas make a number sure enough."))
    return latest


def _made_of(project: Project, result: Result) -> Layer:
    inputs = result.provenance.inputs if result.provenance else ()
    found = next((project.layer(key) for key, _ in inputs if project.has_layer(key) and project.layer(key).role == NEED_AREA), None)
    if found is None:
        raise InputError(say("The need areas that '{answer}' was made of have gone.", answer=result.title), say("Ask again, then use the areas."))
    return found


def _indicator(one: Indicator, columns: set[str]) -> Indicator:
    """The indicator with the columns that merged areas have of it."""
    moe = one.moe_column or one.column + MOE_SUFFIX
    both = one.numerator in columns and one.denominator in columns
    return evolve(one, moe_column=moe if moe in columns else "", numerator=one.numerator if both else "", denominator=one.denominator if both else "")
