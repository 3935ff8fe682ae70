"""Every analysis asked clumsily: of nothing, of one row, of missing numbers and torn layers: an honest answer or one sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis import registry
from ecomap.model.errors import EcoMapError
from ecomap.model.frames import Frames
from ecomap.model.params import param_specs
from ecomap.model.result import Result
from tests.analysis.test_every_analysis import given_to
from tests.analysis.towns import ask

Rows = dict[str, Any]
NOT_WORDS = re.compile(r"\b(nan|inf|None(?! of))\b|\$-0\b")
INPUTS = [(name, item.name) for name in registry.names() for item in registry.analysis(name).inputs
          if item.name in given_to(name)]


def numbers_of(frame: Any) -> list[str]:
    return [str(name) for name in frame.columns if name != "geometry" and pd.api.types.is_numeric_dtype(frame[name])
            and not pd.api.types.is_bool_dtype(frame[name])]


def answer(name: str, changed: Callable[[Rows], Rows], **params: Any) -> Result | None:
    """The answer to the question, checked for words that are no words; None where it was refused with a hint."""
    given = given_to(name)
    if any(spec.name == "target" and spec.required for spec in param_specs(registry.analysis(name).params)):
        params = {"target": "service:*", **params}
    rows = changed({key: given[key] for key in given})
    refusal: EcoMapError | None = None
    try:
        result = ask(name, Frames(rows, {key: given.layer(key) for key in rows}), **params)
    except EcoMapError as refused:
        refusal = refused
    if refusal is not None:
        assert refusal.message.endswith(".")
        assert refusal.hint.endswith(".")
        return None
    for text in (result.sentence, *(note.text for note in result.notes)):
        assert not NOT_WORDS.search(text), text
    assert all(figure.value is None or math.isfinite(figure.value) for figure in result.figures)
    return result


@pytest.mark.parametrize(("name", "key"), INPUTS)
@pytest.mark.parametrize("part", [slice(0, 0), slice(0, 1)], ids=["no row", "one row"])
def test_of_no_row_and_of_one(name: str, key: str, part: slice) -> None:
    answer(name, lambda rows: {**rows, key: rows[key].iloc[part]})


@pytest.mark.parametrize(("name", "key"), INPUTS)
def test_of_missing_numbers(name: str, key: str) -> None:
    answer(name, lambda rows: {**rows, key: rows[key].assign(**dict.fromkeys(numbers_of(rows[key]), np.nan))})


@pytest.mark.parametrize(("name", "key"), INPUTS)
def test_of_numbers_that_are_all_the_same(name: str, key: str) -> None:
    for value in (0.0, 0.5):
        answer(name, lambda rows, value=value: {**rows, key: rows[key].assign(**dict.fromkeys(numbers_of(rows[key]), value))})


def test_of_sums_beyond_counting() -> None:
    assert answer("money", lambda rows: {**rows, "schools": rows["schools"].assign(enrollment=1e300)}) is None


@pytest.mark.parametrize(("name", "key"), INPUTS)
def test_of_a_layer_that_lost_its_columns(name: str, key: str) -> None:
    kept = ("id", "name", "geometry")
    answer(name, lambda rows: {**rows, key: rows[key][[column for column in rows[key].columns if column in kept]]})
    answer(name, lambda rows: {**rows, key: rows[key].drop(columns="name")})


@pytest.mark.parametrize("name", [name for name, key in INPUTS if key == "areas"])
def test_children_that_nobody_counted_are_no_zero(name: str) -> None:
    """No key figure speaks of children where no need area has a count: areas stand in, and it says so."""
    result = answer(name, lambda rows: {**rows, "areas": rows["areas"].assign(children=np.nan, children_moe=np.nan)})
    if result is not None:
        counts = [figure for figure in result.figures if figure.name.startswith(("children_", "people_"))]
        areas = len(given_to(name)["areas"])
        assert [figure.name for figure in counts if figure.value is not None and figure.value > areas] == []
        assert not any("hildren" in figure.label for figure in result.figures)
        assert "hildren" not in result.sentence.replace("hildren in poverty", "")  # the measure of need, not those counted
        told = any("each area counts as one" in note.text for note in result.notes)
        assert told or all(figure.value is None for figure in counts)


def test_a_column_of_words_is_no_cost() -> None:
    given = given_to("plan")
    with pytest.raises(EcoMapError, match="'name' holds no cost") as refused:
        ask("plan", given, target="service:*", cost_column="name")
    assert "what each school costs" in refused.value.hint
