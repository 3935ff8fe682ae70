"""How an answer comes onto the map: which fill is seen, what steps back, and the looks of its states."""

from __future__ import annotations

import geopandas as gpd
import pytest

from ecomap.analysis.need.clusters import _COLOURS as CLUSTER_COLOURS
from ecomap.model.layer import POINT
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.render.style.palette import colour
from ecomap.workspace import operations
from ecomap.workspace.result_layers import _OTHER_LOOKS, _STATE_LOOKS, with_result_layers
from tests.small_project import CRS, centre, small_project

APPROACHES = {colour(name) for name in ("community_school", "linked_learning", "promise_neighborhood")}


@pytest.fixture
def town() -> Project:
    return small_project()


def asked(project: Project, name: str, **given: object) -> Project:
    return operations.run_analysis(project, name, given)[0]


def shown(project: Project) -> set[str]:
    analyses = {result.id: result.analysis for result in project.results}
    return {f"{analyses[layer.result_id]}:{layer.id.removeprefix(layer.result_id + '-')}"
            for layer in project.layers if layer.result_id and layer.visible}


def states(values: list[str], style: LayerStyle) -> Project:
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(len(values))], "name": values, "state": values},
                             geometry=[centre(n % 3, n // 3) for n in range(len(values))], crs=CRS)
    result = Result("r1", "roles", "Title", "Sentence.", (Output("schools", "Schools", frame, (), POINT, "", style),))
    return with_result_layers(Project(crs=CRS), result, {}, "assets", 10)


def test_states_never_take_the_colour_of_an_approach() -> None:
    assert not APPROACHES & {look[0] for look in (*_STATE_LOOKS.values(), *_OTHER_LOOKS)}
    assert not APPROACHES & set(CLUSTER_COLOURS.values())


def test_states_without_symbols_get_a_colour_and_a_shape_each() -> None:
    made = states(["contested", "in every set", "in no set", "unheard of"], LayerStyle(kind=CATEGORISED, column="state"))
    symbols = {value: (fill, shape) for value, fill, shape in made.layers[0].style.symbols}
    assert set(symbols) == {"contested", "in every set", "in no set", "unheard of"}
    assert symbols["in every set"] == ("#B3005E", "square")
    assert len({symbols[value] for value in ("contested", "in every set", "in no set")}) == 3


def test_symbols_that_an_answer_asks_for_are_kept() -> None:
    own = LayerStyle(kind=CATEGORISED, column="state", symbols=(("contested", "#123456", "plus"),))
    assert states(["contested"], own).layers[0].style.symbols == own.symbols


def test_another_need_answer_takes_the_place_of_the_need_map_and_gives_it_back(town: Project) -> None:
    need = asked(town, "need-index", draws=0)
    tested = asked(need, "sensitivity", draws=20)
    assert shown(tested) == {"sensitivity:areas"}
    assert "need-index:areas" in shown(asked(tested, "coverage-gap", radius_m=800))
    assert "sensitivity:areas" not in shown(asked(tested, "coverage-gap", radius_m=800))


def test_an_answer_that_is_a_fill_is_seen_in_place_of_need(town: Project) -> None:
    access = asked(asked(town, "need-index", draws=0), "access", radius_m=800)
    assert "access:areas" in shown(access)
    assert "need-index:areas" not in shown(access)


def test_two_answers_about_gaps_do_not_lie_over_each_other(town: Project) -> None:
    both = asked(asked(asked(town, "need-index", draws=0), "coverage-gap", radius_m=800), "gap-presets", radius_m=800, at_least=1)
    assert {name.partition(":")[0] for name in shown(both)} - {"need-index"} == {"gap-presets"}
