"""Classes: breaks, ties, missing numbers and what is out of reach."""

from __future__ import annotations

import mapclassify  # noqa: TID251 - the oracle
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.errors import InputError
from ecomap.model.style import CATEGORISED, GRADUATED, LayerStyle
from ecomap.render.style.classify import OUT_OF_REACH, classify


def graduated(scheme: str = "quantiles", classes: int = 5, **more: object) -> LayerStyle:
    return LayerStyle(kind=GRADUATED, column="x", scheme=scheme, classes=classes, **more)  # type: ignore[arg-type]


def test_quantiles_hold_a_fifth_each() -> None:
    found = classify(np.arange(1, 101), graduated())
    assert np.bincount(found.index).tolist() == [20, 20, 20, 20, 20]


@pytest.mark.parametrize(("scheme", "oracle"), [("quantiles", "Quantiles"), ("equal_interval", "EqualInterval"), ("fisher_jenks", "FisherJenks")])
def test_breaks_are_those_of_mapclassify(scheme: str, oracle: str) -> None:
    values = np.random.default_rng(3).gamma(2, 10, 400)
    assert classify(values, graduated(scheme)).breaks == pytest.approx(getattr(mapclassify, oracle)(values, k=5).bins)


def test_missing_numbers_do_not_move_the_breaks() -> None:
    values = np.arange(50.0)
    with_gaps = np.append(values, [np.nan] * 30)
    found = classify(with_gaps, graduated())
    assert found.breaks == classify(values, graduated()).breaks
    assert (found.index[50:] == -1).all()


def test_out_of_reach_is_the_worst_class_and_not_missing() -> None:
    found = classify([1.0, 2.0, np.inf, np.nan], graduated())
    assert found.labels[-1] == OUT_OF_REACH
    assert found.index.tolist() == [0, 1, 2, -1]


def test_few_distinct_values_are_a_class_each() -> None:
    found = classify([0, 0, 1, 1, 1], graduated())
    assert found.index.tolist() == [0, 0, 1, 1, 1]
    assert found.labels == ("0", "1")


def test_zeros_with_a_name_are_a_class_of_their_own_and_the_rest_is_cut_without_them() -> None:
    values = [0.0] * 50 + list(np.arange(1.0, 101.0))
    found = classify(values, graduated(zero_label="Nothing in reach"), write=lambda number: f"{number:.2f}")
    assert np.bincount(found.index).tolist() == [50, 25, 25, 25, 25]
    assert found.labels[:2] == ("Nothing in reach", "1.00 to 25.75")
    assert classify([0.0, 0.0], graduated(zero_label="Nothing in reach")).labels == ("Nothing in reach",)
    assert "Nothing in reach" not in classify([1.0, 2.0], graduated(zero_label="Nothing in reach")).labels


def test_a_class_that_holds_one_number_says_it_once() -> None:
    assert classify([0.0] * 50 + list(np.arange(1.0, 101.0)), graduated()).labels[0] == "0"


def test_fixed_breaks_hold_their_upper_bound_and_what_lies_above() -> None:
    found = classify([1, 10, 11, 99], graduated("fixed", breaks=(10, 20)))
    assert found.index.tolist() == [0, 0, 1, 2]


def test_classes_of_counts_say_no_number_twice() -> None:
    values = [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 4.0, 17.0]
    found = classify(values, graduated(classes=4), counts=True)  # quartiles at 0.25, 1.5, 3, 17
    assert found.labels == ("0", "1", "2 to 3", "4 to 17")
    assert found.index.tolist() == classify(values, graduated(classes=4)).index.tolist()
    assert classify([0.5, *values], graduated(classes=4), counts=True).labels[-1] == "3 to 17"


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(2, 7))
def test_every_count_is_in_the_one_class_whose_label_holds_it(values: list[int], classes: int) -> None:
    found = classify(np.array(values, dtype=float), graduated(classes=classes), counts=True)
    ends = [[int(word) for word in label.split(" to ")] for label in found.labels]
    for value, number in zip(values, found.index, strict=True):
        assert [n for n, end in enumerate(ends) if end[0] <= value <= end[-1]] == [number]


def test_no_numbers_at_all() -> None:
    found = classify([np.nan, np.nan], graduated())
    assert found.index.tolist() == [-1, -1]
    assert found.labels == ()


def test_text_in_a_graduated_column_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="holds text in 1 rows"):
        classify(pd.Series(["1", "many"]), graduated())


def test_categories_keep_the_order_of_the_style_and_the_rest_is_other() -> None:
    style = LayerStyle(kind=CATEGORISED, column="x", symbols=(("b", "#000000", ""), ("a", "#111111", "")))
    found = classify(["a", "b", "c", None, " "], style)
    assert found.index.tolist() == [1, 0, 2, -1, -1]
    assert found.labels == ("b", "a", "other")


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False) | st.none(), min_size=1, max_size=60), st.integers(2, 7))
def test_classes_keep_order_and_equal_values_share_one(values: list[float | None], classes: int) -> None:
    array = np.array([np.nan if v is None else v for v in values])
    index = classify(array, graduated(classes=classes)).index
    here = np.flatnonzero(~np.isnan(array))
    assert ((index == -1) == np.isnan(array)).all()
    order = here[np.argsort(array[here], kind="stable")]
    assert (np.diff(index[order]) >= 0).all()
    for value in set(array[here]):
        assert len(set(index[array == value])) == 1
