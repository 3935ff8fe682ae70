"""What is printed depends on what is known, not on the order of rows, the names of layers, the seed or what was done and undone."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from attrs import fields

from ecomap.analysis import registry
from ecomap.model import vocabulary as v
from ecomap.model.layer import POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.workspace import operations
from ecomap.workspace.workspace import Workspace
from tests.coverage_of_bands.cases import CARRIED, NEED_AREAS, SCHOOLS, SETTINGS
from tests.coverage_of_bands.printed import printed
from tests.coverage_of_bands.town import town

MARK: Final = " (the same, called another name)"
QUESTIONS: Final = (NEED_AREAS, SCHOOLS, CARRIED, "weight-sets", "sensitivity", "clusters", "coverage-gap", "capacity-gap", "plan")
ASKED: Final[dict[str, Any]] = {**SETTINGS, **dict.fromkeys(("weight-sets", "coverage-gap", "capacity-gap", "plan"), SETTINGS[SCHOOLS])}
SEEDED: Final = tuple(name for name in QUESTIONS if "seed" in {item.name for item in fields(registry.analysis(name).params)})


@pytest.fixture(scope="module")
def place() -> Project:
    return town()


@pytest.fixture(scope="module")
def as_it_is(place: Project) -> dict[str, dict[str, str]]:
    return {question: said(place, question) for question in QUESTIONS}


def said(project: Project, question: str, **more: object) -> dict[str, str]:
    return printed(operations.run_analysis(project, question, {**ASKED.get(question, {}), **more})[1])


def shuffled(project: Project, seed: int = 3) -> Project:
    """Every layer with its rows in another order."""
    rng = np.random.default_rng(seed)
    for layer in project.layers:
        frame = project.frame(layer.id)
        project = project.with_layer(layer, frame.iloc[rng.permutation(len(frame))].reset_index(drop=True))
    return project


def renamed(project: Project) -> Project:
    """Every layer with another name."""
    for layer in project.layers:
        project = operations.rename_layer(project, layer.id, str(layer.name) + MARK)
    return project


def differences(found: dict[str, str], right: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """What reads otherwise; the other name of a layer is no difference."""
    found = {place: text.replace(MARK, "") for place, text in found.items()}
    return {place: (right.get(place), found.get(place)) for place in right | found if right.get(place) != found.get(place)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_order_of_rows_is_not_printed(question: str, place: Project, as_it_is: dict[str, dict[str, str]]) -> None:
    assert differences(said(shuffled(place), question), as_it_is[question]) == {}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_names_of_layers_and_layers_that_are_not_asked_of_move_no_number(
    question: str, place: Project, as_it_is: dict[str, dict[str, str]]
) -> None:
    parks = place.frame("attendance")[["id", "name", "geometry"]].head(4)
    project = renamed(place.with_layer(Layer("parks", "Parks", "reference", POLYGON), parks))
    assert differences(said(project, question), as_it_is[question]) == {}


@pytest.mark.parametrize("question", SEEDED)
def test_another_seed_prints_the_same(question: str, place: Project, as_it_is: dict[str, dict[str, str]]) -> None:
    assert differences(said(place, question, seed=4711), as_it_is[question]) == {}


def test_what_was_done_and_undone_leaves_no_trace(place: Project, as_it_is: dict[str, dict[str, str]]) -> None:
    work = Workspace(place)
    work.apply(operations.run_analysis(work.project, NEED_AREAS, {"seed": 5, "draws": 50})[0], say("Asked"))
    work.apply(shuffled(work.project), say("Shuffled"))
    work.undo()
    work.undo()
    assert differences(said(work.project, NEED_AREAS), as_it_is[NEED_AREAS]) == {}


@pytest.mark.parametrize("question", [NEED_AREAS, SCHOOLS])
def test_in_a_real_city_with_ties_and_gaps_the_order_of_rows_and_the_seed_are_not_printed_either(question: str) -> None:
    project = operations.new_project("los-angeles")
    assert differences(said(shuffled(project), question, seed=4711), said(project, question)) == {}


def test_other_numbers_do_print_otherwise(place: Project, as_it_is: dict[str, dict[str, str]]) -> None:
    layer = place.layer("need_areas")
    frame = place.frame(layer.id)
    wider = place.with_layer(layer, frame.assign(poverty_moe=frame["poverty_moe"] * 3))
    assert differences(said(wider, NEED_AREAS), as_it_is[NEED_AREAS])


def test_a_town_without_margins_claims_no_band_and_prints_the_same_in_any_order() -> None:
    project = town(margins=False)
    answer = operations.run_analysis(project, NEED_AREAS, {})[1]
    assert answer.outputs[0].frame["rank_low"].isna().all()
    assert "among the" not in answer.sentence
    assert "90 %" not in answer.sentence
    assert any("No indicator comes with a margin of error" in note.text for note in answer.notes)
    other = operations.run_analysis(renamed(shuffled(project)), NEED_AREAS, {"seed": 9})[1]
    assert differences(printed(other), printed(answer)) == {}


def test_an_area_that_is_not_ranked_moves_no_band_of_the_others() -> None:
    """An area without a value is drawn nowhere, so it can stand in the file or not."""
    project = town()
    layer = project.layers_of(v.NEED_AREA)[0]
    frame = project.frame(layer.id)
    extra = frame.iloc[:1].assign(id="a-new-area", name="A new area", poverty=np.nan, no_vehicle=np.nan, crowding=np.nan, income=np.nan)
    wider = project.with_layer(layer, pd.concat([extra, frame], ignore_index=True))
    right, found = (said(one, NEED_AREAS) for one in (project, wider))
    assert {k: t for k, t in differences(found, right).items() if k.startswith("areas area-")} == {}
