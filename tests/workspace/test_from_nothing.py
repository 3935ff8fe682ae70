"""Every question asked of a project that has only areas, areas and schools, or areas that nobody counted children in."""

from __future__ import annotations

import re

import pytest
from attrs import evolve

from ecomap.analysis import registry
from ecomap.model.errors import EcoMapError
from ecomap.model.params import param_specs
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace.needs import (
    AT_WORK,
    INDICATOR,
    MARGIN,
    NEEDS,
    SUPPLY,
    TARGETS,
    asked_of_nobody,
    lacking,
)
from ecomap.workspace.operations import run_analysis
from tests.small_project import small_project

AREAS = "need-areas"
ALL_CHILDREN = 900  # nine areas of 100


def only(*roles: str) -> Project:
    """The small town without anything else."""
    project = small_project()
    for layer in project.layers:
        if layer.role not in roles:
            project = project.without_layer(layer.id)
    return project


def counting(project: Project, **columns: list[float]) -> Project:
    """The same, with these counts in the place of the children."""
    layer = project.layer(AREAS)
    frame = project.frame(AREAS).drop(columns=["children", "children_moe"]).assign(**columns)
    return project.with_layer(evolve(layer, columns=tuple(one for one in layer.columns if one.name != "children")), frame)


def bare(project: Project) -> Project:
    layer = project.layer(AREAS)
    return project.with_layer(evolve(layer, indicators=(), columns=()), project.frame(AREAS)[["id", "name", "geometry"]])


TOYS = {
    "areas only": only("need_area"), "areas and schools": only("need_area", "school"),
    "residents only": counting(only("need_area", "school"), population=[500.0] * 9),
    "households only": counting(only("need_area", "school"), households=[40.0] * 9),
    "nobody counted": counting(only("need_area", "school")), "nothing but ground": bare(only("need_area", "school")),
}
WHO = {"residents only": "residents", "households only": "households", "nobody counted": "areas", "nothing but ground": "areas"}


def ask(project: Project, name: str, **given: object) -> Result:
    has_draws = any(spec.name == "draws" for spec in param_specs(registry.analysis(name).params))
    return run_analysis(project, name, {**({"draws": 20} if has_draws else {}), **given})[1]


def texts_of(result: Result) -> list[str]:
    """What an answer says of numbers: not what it says of its method or of what is lacking."""
    columns = [text for output in result.outputs for column in output.columns for text in (column.label, column.help)]
    notes = [note.text for note in result.notes if note.kind == "count"]
    return [result.title, result.sentence, result.bars_title, *(figure.label for figure in result.figures),
            *(output.title for output in result.outputs), *columns, *notes]


@pytest.mark.parametrize("toy", TOYS)
@pytest.mark.parametrize("name", registry.names())
def test_every_question_answers_or_names_what_is_missing(name: str, toy: str) -> None:
    """No traceback, one sentence with what to do; and the window said so before the button."""
    project = TOYS[toy]
    before = lacking(project, name)
    if before or (name, toy) in NOT_BEFORE:
        with pytest.raises(EcoMapError, match=r"\.$") as refused:
            ask(project, name)
        assert refused.value.hint
        return
    result = ask(project, name)
    if toy in WHO:
        children = [text for text in texts_of(result) if re.search("child", text, re.IGNORECASE) and "poverty" not in text]
        assert not [text for text in children if "the same children are served twice" not in text]


# The default settings cannot be asked with; with others (by pupils, need areas) they can, as the refusal says.
NOT_BEFORE = {("match", "nothing but ground"), ("weight-sets", "areas only")}


@pytest.mark.parametrize("name", ["coverage-gap", "access", "priority", "plan"])
def test_nobody_has_it_yet_is_a_question(name: str) -> None:
    result = ask(TOYS["areas and schools"], name)
    assert result.sentence.startswith("No one in this project offers it yet: all 900")
    assert "children are out of reach." in result.sentence
    assert result.provenance is not None
    assert result.provenance.params["target"] == "none"
    assert result.title.endswith(": nobody has it yet")


def test_everyone_is_out_of_reach_and_the_middle_school_comes_first() -> None:
    gaps, next_schools = ask(TOYS["areas and schools"], "coverage-gap"), ask(TOYS["areas and schools"], "priority")
    out = {figure.name: figure.value for figure in gaps.figures}
    assert out["children_out_of_reach"] == ALL_CHILDREN
    assert out["share_out_of_reach"] == 1.0
    assert out["sites_counted"] == 0.0
    first = next_schools.outputs[0].frame.iloc[0]
    assert first["name"] == "Middle School"  # the only one whose circle lies wholly in the town
    radius = 1609.344 / 1.3
    assert first["children_newly_reached"] == pytest.approx(3.14159265 * radius**2 / 1e6 * 100, rel=1e-3)


@pytest.mark.parametrize(("toy", "told"), [
    ("residents only", "all 4,500 residents are"), ("households only", "all 360 households are"), ("nobody counted", "all 9 areas are")])
def test_those_counted_are_named_in_the_sentence_the_columns_and_the_settings(toy: str, told: str) -> None:
    result = ask(TOYS[toy], "coverage-gap")
    assert told in result.sentence
    who = WHO[toy]
    labels = {column.label for output in result.outputs for column in output.columns}
    assert f"{who.capitalize()} out of reach" in labels
    assert result.provenance is not None
    assert result.provenance.params["count"] == {"residents": "population", "households": "households", "areas": "each_area"}[who]


def test_what_is_there_is_asked_about_unless_nobody_was_meant() -> None:
    town = small_project()
    assert not ask(town, "coverage-gap").sentence.startswith("No one")
    assert ask(town, "coverage-gap", target="none").sentence.startswith("No one in this project offers it yet: all 900")
    assert asked_of_nobody(town, "coverage-gap") == ""
    assert asked_of_nobody(TOYS["areas only"], "coverage-gap") != ""
    assert asked_of_nobody(TOYS["areas only"], "need-index") == ""


def test_a_share_of_places_needs_people_and_places() -> None:
    with pytest.raises(EcoMapError, match="needs services or sites with places"):
        ask(TOYS["areas and schools"], "capacity-gap")


@pytest.mark.parametrize("name", registry.names())
def test_what_a_question_needs_is_what_its_inputs_say(name: str) -> None:
    needs = NEEDS[name]
    roles = {given.role for given in registry.analysis(name).inputs if not given.optional}
    single = {need[0] for need in needs if len(need) == 1} - {INDICATOR, MARGIN}
    assert roles - single <= {"attendance_area"}
    assert single <= roles
    assert {need for need in needs if len(need) > 1} <= {SUPPLY, TARGETS, AT_WORK}
    assert AT_WORK not in needs or set(AT_WORK) <= {role for given in registry.analysis(name).inputs for role in (given.role, *given.also)}


def test_a_margin_that_cannot_be_added_up_is_lacking() -> None:
    """A rate with its margin, but nobody counted and no counts of its own: no region can be worked out. With either it can."""
    said = ("numbers of the need areas with margins of error, and how many people live there",)
    town = TOYS["nobody counted"]
    assert lacking(town, "merged-areas") == said
    layer = town.layer(AREAS)
    rate = evolve(layer, indicators=(evolve(layer.indicators[0], numerator="poor", denominator="all"),))
    assert lacking(town.with_layer(rate, town.frame(AREAS).assign(poor=[5.0] * 9, all=[50.0] * 9)), "merged-areas") == ()
    assert lacking(TOYS["residents only"], "merged-areas") == ()
    unsure = TOYS["residents only"].frame(AREAS).drop(columns=["poverty_moe"])
    assert lacking(TOYS["residents only"].with_layer(evolve(layer, indicators=(evolve(layer.indicators[0], moe_column=""),)), unsure), "merged-areas") == said


def test_ties_need_schools_and_somebody_at_work() -> None:
    assert len(lacking(Project(), "ties")) == 2
    assert lacking(TOYS["areas and schools"], "ties") == ("organisations at work: who offers, employs, leads, pays or is tied to whom",)
    assert lacking(small_project(), "ties") == ()


def test_an_empty_project_is_told_everything_it_needs() -> None:
    assert all(lacking(Project(), name) for name in registry.names())
