"""Why this school and not that one: against every set of schools of a town that can be worked by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
import shapely

from ecomap.analysis import registry
from ecomap.analysis.plan.expansion.arguing import Argued, Prepared, argue
from ecomap.model.clash import ClashError
from ecomap.model.params import build_params
from ecomap.model.progress import Progress
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests.analysis.plan.expansion.test_ways_out import GRID, ask, town
from tests.small_project import centre

RADIUS = 900.0
SCHOOLS = [f"s{n}" for n in range(len(GRID))]


def reached(schools: Any) -> float:
    """Children (100 to the square kilometre) in the union of the circles inside the town, from the geometry alone."""
    whole = shapely.box(*shapely.union_all([centre(*cell).buffer(500, cap_style="square") for cell in GRID]).bounds)
    circles = [centre(*GRID[SCHOOLS.index(one)]).buffer(RADIUS, quad_segs=64) for one in schools]
    return float(shapely.intersection(shapely.union_all(circles), whole).area / 1e6 * 100)


def why(school: str, **given: Any) -> tuple[list[str], Argued]:
    project = town()
    asked = {"target": "none", "radius_m": RADIUS, "detour": 1, "truths": 0} | given
    plan = ask(project, asked).main.frame["id"].tolist()
    analysis = registry.analysis("plan")
    frames, params = registry.as_asked(analysis_frames(project, chosen_layers(project, analysis), analysis), build_params(analysis.params, asked))
    made = Prepared.of(frames, params, Progress())
    return plan, argue(frames, params, made, plan, True, school, Progress())


@pytest.mark.parametrize("sites", [1, 2, 3])
@pytest.mark.parametrize("school", ["s0", "s1", "s4", "s8"])
def test_what_a_school_costs_is_what_the_best_of_all_sets_with_it_or_without_it_reaches_less(sites: int, school: str) -> None:
    plan, told = why(school, sites=sites)
    sets = [some for some in combinations(SCHOOLS, sites) if (school in some) != (school in plan)]
    best = max(reached(some) for some in sets)
    assert told.planned == (school in plan)
    assert told.fewer == pytest.approx(reached(plan) - best, abs=0.05)
    other = (set(plan) - set(told.gone) - {school}) | set(told.come) | (set() if told.planned else {school})
    assert len(other) == sites
    assert reached(other) == pytest.approx(best, abs=0.05)
    assert told.proven


def test_a_difference_within_the_error_is_said_to_be_one_and_another_is_not() -> None:
    _, corner = why("s0", sites=1)           # the middle of the town reaches most, a corner clearly less
    assert not corner.within_error
    assert "That is more than the error of the counts." in corner.sentence
    assert "It takes the place of School 4." in corner.sentence
    assert "Children whom it would reach on its own:" in corner.sentence
    plan, twin = why("s8", sites=1, pinned_out=("s4", "s1", "s3", "s5", "s7"))  # four corners that are alike
    assert plan[0] in ("s0", "s2", "s6")
    assert twin.fewer == pytest.approx(0, abs=0.01)
    assert "reaches as many children" in twin.sentence


def test_what_stands_in_the_way_of_a_school_is_said() -> None:
    _, told = why("s1", sites=1, pinned_in=("s0",))
    assert told.clash is not None
    assert told.sentence == "There is no plan with School 1 under these wishes: at most 1 new school; School 0 pinned in; School 1 pinned in."
    _, without = why("s0", sites=3, at_least_per_board_district=1, pinned_out=("s3", "s6"))
    assert without.planned
    assert without.sentence.startswith("There is no plan without School 0")


def test_a_school_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ClashError):
        why("nobody", sites=1)


def test_a_plan_with_as_few_schools_as_possible_says_how_many_more_it_takes() -> None:
    plan, told = why("s4", aim="fewest", share_to_reach=0.5)
    assert told.worse == len(ask(town(), {"radius_m": RADIUS, "aim": "fewest", "share_to_reach": 0.5, **(
        {"pinned_out": ("s4",)} if "s4" in plan else {"pinned_in": ("s4",)})}).main.frame) - len(plan)


@pytest.mark.parametrize("aim", ["average", "fair", "furthest", "twice"])
def test_other_aims_count_what_they_count(aim: str) -> None:
    plan, told = why("s0", aim=aim, sites=2)
    again = ask(town(), {"radius_m": RADIUS, "aim": aim, "sites": 2, **({"pinned_out": ("s0",)} if "s0" in plan else {"pinned_in": ("s0",)})})
    first = ask(town(), {"radius_m": RADIUS, "aim": aim, "sites": 2})
    figure = "children_newly_reached_twice" if aim == "twice" else "way"
    one, other = first.figure(figure).value, again.figure(figure).value
    assert one is not None
    assert other is not None
    assert told.worse == pytest.approx(one - other if aim == "twice" else other - one, rel=1e-6, abs=1e-6)
