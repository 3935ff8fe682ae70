"""Sampling error and allocation error, kept apart and both carried into scores and ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.need.recipe import Recipe
from ecomap.analysis.need.truths import need_surveys
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table

FRAME = pd.DataFrame({"a": np.linspace(0.1, 0.9, 9), "a_moe": 0.1, "a_allocation": 0.05})


def carried(half_range: float = 0.2) -> object:
    return town.need_areas().assign(poverty_allocation=half_range)


def errors_drawn(frame: pd.DataFrame, errors: str = "both", draws: int = 20_000) -> np.ndarray:
    """What simulated surveys get wrong, shape (draws, areas)."""
    made = need_surveys(frame, Recipe(["a"], "none"), errors=errors, draws=draws)
    return made.surveys - made.truths


def surveyed(frame: pd.DataFrame, errors: str = "both") -> np.ndarray:
    return need_surveys(frame, Recipe(["a"]), errors=errors, draws=50).surveys


def test_allocation_is_drawn_evenly_within_its_half_range() -> None:
    away = errors_drawn(FRAME, "allocation")
    assert np.abs(away).max() <= 0.05
    assert away.std(axis=0) == pytest.approx(0.05 / 3**0.5, rel=0.02)


def test_variances_of_independent_errors_add_up() -> None:
    kinds = {kind: errors_drawn(FRAME, kind).var(axis=0)
             for kind in ("sampling", "allocation", "both")}
    assert kinds["sampling"] == pytest.approx((0.1 / 1.645) ** 2, rel=0.05)
    assert kinds["both"] == pytest.approx(kinds["sampling"] + kinds["allocation"], rel=0.05)


def test_without_allocation_error_the_draws_are_those_of_the_survey_to_the_byte() -> None:
    plain = FRAME.drop(columns="a_allocation")
    for other in (FRAME.assign(a_allocation=0.0), FRAME.assign(a_allocation=np.nan)):
        assert surveyed(other).tobytes() == surveyed(plain).tobytes()
    assert surveyed(FRAME, "sampling").tobytes() == surveyed(plain).tobytes()


def test_an_indicator_with_allocation_error_only_is_not_held_fixed() -> None:
    assert errors_drawn(FRAME.drop(columns="a_moe"), draws=50).std(axis=0).min() > 0


def test_both_errors_are_shown_apart_and_the_band_holds_both() -> None:
    result = ask("need-index", frames(areas=carried()))
    rows = table(result, "areas")
    alone = table(ask("need-index", frames()), "areas")
    assert rows["score_moe"].tolist() == alone["score_moe"].tolist()
    assert (rows["score_allocation"] > 0).any()
    assert "score_allocation" not in alone
    assert rows["rank_low_sampling"].tolist() == alone["rank_low"].tolist()
    assert (rows["rank_high"] - rows["rank_low"]).sum() > (alone["rank_high"] - alone["rank_low"]).sum()
    shown = {column.name: column for column in result.main.columns}
    assert shown["score"].moe == "score_moe"
    assert not shown["score_allocation"].hidden
    assert next(column.name for column in result.main.columns if column.unit == "rank") == "rank"


def test_an_error_among_the_indicators_is_no_need() -> None:
    """A file that was carried to other areas may bring its errors as columns that look like indicators."""
    from ecomap.model.indicator import Indicator

    stray = Indicator("poverty_allocation", "Poverty allocation", "share", 1, town.CENSUS)
    with_stray, without = (ask("need-index", frames(items, areas=carried()), draws=0) for items in ((POVERTY, stray), (POVERTY,)))
    assert table(with_stray, "areas")["score"].tolist() == table(without, "areas")["score"].tolist()
    assert "contribution_poverty_allocation" not in table(with_stray, "areas")


def test_the_bands_of_all_at_once_hold_both_errors_too() -> None:
    options = {"band": "all", "draws": 400}
    wide, plain = (table(ask("need-index", frames(areas=areas), **options), "areas") for areas in (carried(0.3), town.need_areas()))
    assert (wide["rank_high"] - wide["rank_low"]).sum() > (plain["rank_high"] - plain["rank_low"]).sum()


def test_notes_say_how_much_comes_from_each() -> None:
    result = ask("need-index", frames(areas=carried()))
    rows = table(result, "areas")
    width = {kind: (rows[f"rank_high{kind}"] - rows[f"rank_low{kind}"] + 1).mean() for kind in ("", "_sampling", "_allocation")}
    wanted = (f"A band on its own is {width['']:,.1f} ranks wide on average; with the survey's error alone "
              f"{width['_sampling']:,.1f}, with that of spreading people alone {width['_allocation']:,.1f}.")
    assert any(wanted in note.text for note in result.notes)
    assert any(note.text.startswith("With all areas compared at once it is ") for note in result.notes)
    assert not any("sampling error only" in note.text for note in result.notes)


def test_the_ranking_of_schools_carries_both_too() -> None:
    plain = table(ask("priority", frames()), "schools")
    spread = ask("priority", frames((POVERTY,), areas=carried(0.3).assign(children_allocation=40.0)))
    rows = table(spread, "schools")
    width = (rows["rank_high"] - rows["rank_low"]).sum()
    assert width >= (plain["rank_high"] - plain["rank_low"]).sum()
    assert any("Also in the rank band: the error of spreading people" in note.text for note in spread.notes)
