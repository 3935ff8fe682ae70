"""What every analysis must do, written once and run over the registry."""

from __future__ import annotations

import datetime as dt
import inspect
import re

import pandas as pd
import pytest

from ecomap.analysis import registry
from ecomap.io.starter import load_starter
from ecomap.model.errors import CancelledError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import build_params, param_specs
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.roles import ASSET_ROLES, MONEY_ROLES, ROLES
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests import small_project as town
from tests.analysis.towns import ask, asset_tables, frames, money_tables, outcome_tables

NAMES = registry.names()
UNITS = {"", "share", "m", "m2", "points", "points_change", "change", "min", "count", "usd", "score", "rank", "per_10000", "ug_m3", "date", "flag",
         "pupils"}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def given_to(name: str) -> Frames:
    """The small town, only with the inputs the analysis asks for."""
    everything = frames(**money_tables(), **asset_tables(), **outcome_tables(), services=town.services().assign(capacity=50.0), zones=town.attendance_areas().iloc[[0]].assign(
        approach="promise_neighborhood", status="active", boundary="approximate"))
    inputs = registry.analysis(name).inputs
    wanted = {item.name for item in inputs if not item.optional or item.name in everything}
    assert wanted <= set(everything), f"{name} needs rows that this test does not have"
    return Frames({k: everything[k] for k in wanted}, {k: everything.layer(k) for k in wanted})


def test_it_describes_itself(name: str) -> None:
    analysis = registry.analysis(name)
    assert analysis.name == name
    assert all([analysis.title, analysis.question.endswith("?"), analysis.summary, analysis.method, analysis.sources])
    assert analysis.step in ("need", "gaps", "plan", "assets", "money")
    assert {item.role for item in analysis.inputs} <= {*ROLES, *MONEY_ROLES, *ASSET_ROLES}
    assert list(inspect.signature(analysis.run).parameters) == ["frames", "params", "progress"]


def test_its_defaults_are_within_their_bounds(name: str) -> None:
    params = registry.analysis(name).params
    specs = param_specs(params)
    assert specs
    assert all(spec.param.label for spec in specs)
    assert build_params(params, {spec.name: spec.default for spec in specs if not spec.required}) == build_params(params, {})


def test_a_zero_that_is_no_number_is_explained_in_the_same_words(name: str) -> None:
    for spec in param_specs(registry.analysis(name).params):
        told = re.search(r"\b0: ([^.]{1,16})\.", spec.param.help)
        assert spec.param.zero == (told[1] if told else ""), spec.name


def test_it_answers_with_tables_that_explain_themselves(name: str) -> None:
    result = ask(name, given_to(name))
    assert result.analysis == name
    assert result.sentence.endswith(".")
    assert result.figures
    assert any(note.kind == "caution" for note in result.notes)
    assert result.bars_unit in UNITS
    if result.bars_unit == "share":  # 17 pairs of organisations are no 1,700 %
        assert not (any(value > 1 for _, value, _ in result.bars) and all(float(value).is_integer() for _, value, _ in result.bars))
    given = {output.name for output in result.outputs}
    declared = [table for table in registry.analysis(name).tables if table.name in given or not table.optional]
    assert [output.name for output in result.outputs] == [table.name for table in declared]
    for output in result.outputs:
        assert output.frame["id"].is_unique
        assert output.frame["id"].map(type).eq(str).all()
        described = {column.name: column for column in output.columns}
        assert set(output.frame.columns) - {"geometry"} <= set(described), output.name
        for column in output.columns:
            assert column.label
            assert column.unit in UNITS
            for other in (column.moe, column.low, column.high):
                assert not other or other in output.frame
        assert (output.geometry == "none") == ("geometry" not in output.frame)
        if output.style is not None and output.style.column:
            assert output.style.column in output.frame


def test_its_provenance_is_enough_to_make_it_again(name: str) -> None:
    given = given_to(name)
    trail = ask(name, given).provenance
    assert trail is not None
    params = registry.analysis(name).params
    day = trail.params["as_of"]
    assert dt.date.fromisoformat(day)  # written out, so that it can be made again on another day
    assert build_params(params, trail.params) == build_params(params, {"as_of": day})
    assert {layer for layer, _ in trail.inputs} <= {given.layer(key).id for key in given}
    assert trail.inputs
    assert trail.sources


def test_its_frames_are_not_changed(name: str) -> None:
    given = given_to(name)
    before = {key: frame.copy(deep=True) for key, frame in given.items()}
    ask(name, given)
    for key, frame in given.items():
        pd.testing.assert_frame_equal(frame, before[key])


def test_same_input_same_bytes(name: str) -> None:
    first, second = ask(name, given_to(name)), ask(name, given_to(name))
    for one, two in zip(first.outputs, second.outputs, strict=True):
        pd.testing.assert_frame_equal(one.frame, two.frame, check_exact=True)
    assert first.figures == second.figures
    assert first.sentence == second.sentence


def test_it_reports_progress_in_order_and_to_the_end(name: str) -> None:
    seen: list[float] = []
    ask(name, given_to(name), Progress(lambda share, _text: seen.append(share)))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


class StoppedAfter(Progress):
    """Stops itself at the report with this number, as a planner's click would."""

    def __init__(self, number: int) -> None:
        self.seen = 0
        self.number = number
        super().__init__(self._count)

    def _count(self, _share: float, _text: str) -> None:
        self.seen += 1
        if self.seen == self.number:
            self.cancel()


def test_it_stops_when_asked_wherever_it_is(name: str) -> None:
    counted = StoppedAfter(0)
    ask(name, given_to(name), counted)
    assert counted.seen >= 4
    for number in range(1, counted.seen):  # the last report says that it is done
        progress = StoppedAfter(number)
        with pytest.raises(CancelledError):
            ask(name, given_to(name), progress)
        assert progress.seen == number


def test_an_analysis_that_is_not_there_is_refused() -> None:
    with pytest.raises(ParameterError, match="need-indx"):
        registry.analysis("need-indx")


@pytest.fixture(scope="module")
def los_angeles() -> Project:
    return load_starter("los-angeles")


@pytest.mark.parametrize(("name", "params"), [
    *((name, {}) for name in NAMES if name not in ("norming", "capacity-gap")),
    ("capacity-gap", {"assumed_capacity": 100}), ("coverage-gap", {"target": "approach:community_school"}),
    ("priority", {"target": "approach:linked_learning"}),
])
def test_los_angeles_is_asked(los_angeles: Project, name: str, params: dict) -> None:
    analysis = registry.analysis(name)
    given = analysis_frames(los_angeles, chosen_layers(los_angeles, analysis, None), analysis)
    result = registry.run(name, given, build_params(analysis.params, params))
    assert result.sentence.endswith(".")
    assert result.provenance is not None
    assert result.provenance.sources
    assert any(note.kind == "caution" for note in result.notes)
    assert result.main.frame["id"].is_unique
    if name == "coverage-gap":
        areas = result.output("areas").frame
        assert (areas["covered"] + areas["out_of_reach"] - areas["children"]).abs().max() < 1e-9
        gaps = result.output("gaps").frame["children"].sum()
        assert gaps == pytest.approx(result.figure("children_out_of_reach").value, rel=0.001)
