"""Spending beside an outcome: corners where both bands are sure, what stands apart, and that nothing is a ranking."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomap.analysis.money.beside.corners import (
    KINDS,
    Numbers,
    corners,
    sides,
    weighted_median,
)
from ecomap.model.errors import ParameterError
from ecomap.render.first_rows import order_of
from tests.analysis.made_up_district import district, outcomes, schools, spending
from tests.analysis.towns import as_it_leaves, ask, finding, table

ANSWER = {"dollars_error": 0.02}


def test_the_cross_is_the_median_weighed_by_pupils() -> None:
    result = ask("spending-outcome", district(), **ANSWER)
    rows, pupils = table(result, "schools"), schools().set_index("id")["enrollment"]
    known = rows.dropna(subset=["dollars_per_pupil_usd", "outcome"])
    for column, figure in (("dollars_per_pupil_usd", "middle_dollars"), ("outcome", "middle_outcome")):
        middle = result.figure(figure).value
        weight = pupils[known.index]
        assert weight[known[column] < middle].sum() <= weight.sum() / 2
        assert weight[known[column] > middle].sum() <= weight.sum() / 2


def test_a_school_is_in_a_corner_only_where_both_bands_are_clear_of_the_cross() -> None:
    result = ask("spending-outcome", district(), **ANSWER)
    dollars, middle = result.figure("middle_dollars").value, result.figure("middle_outcome").value
    for _, row in table(result, "schools").iterrows():
        clear = abs(row["dollars_per_pupil_usd"] - dollars) > row["dollars_per_pupil_usd_moe"] and abs(row["outcome"] - middle) > row["outcome_moe"]
        words = ("more" if row["dollars_per_pupil_usd"] > dollars else "less") + " spent, outcome " + ("higher" if row["outcome"] > middle else "lower")
        assert row["state"] == (words if clear else "cannot tell which side")


@pytest.mark.parametrize(("value", "side"), [(2.5000001, "above"), (2.5, "unsure"), (1.5, "unsure"), (1.4999999, "below")])
def test_either_side_of_the_cross(value: float, side: str) -> None:
    assert sides(Numbers(np.array([value]), np.array([0.5])), 2.0).tolist() == [side]


def test_the_wider_the_error_the_fewer_are_told() -> None:
    told = [sum(ask("spending-outcome", district(), dollars_error=error).figure(f"schools_{one}").value for one in KINDS[:4]) for error in (0.0, 0.1, 0.5)]
    assert told[0] > told[1] > told[2]


def test_what_is_not_reported_stands_apart_with_its_reason_and_is_no_zero() -> None:
    rows = spending()
    rows.loc[0, "site_federal_usd"] = np.nan        # a part is missing: no sum
    rows.loc[1, "membership"] = 10.0                # too few pupils to be shown
    rows = rows.drop(index=2)
    lacking = outcomes()
    lacking = lacking[~((lacking["school_id"] == "m003") & (lacking["year"] == "2022-23"))]
    result = ask("spending-outcome", district(spending=rows, outcomes=lacking))
    schools_ = table(result, "schools")
    assert schools_.loc[["m000", "m001", "m002", "m003"], "state"].eq("not reported").all()
    assert schools_.loc["m000", "dollars_why"] == schools_.loc["m002", "dollars_why"] == "not reported"
    assert schools_.loc["m001", "dollars_why"] == "suppressed to protect small groups"
    assert schools_.loc["m003", "outcome_why"] == "not reported"
    assert schools_.loc[["m000", "m001", "m002"], "dollars_per_pupil_usd"].isna().all()
    assert result.figure("schools_missing").value == 4


@pytest.mark.parametrize(("pupils", "shown"), [(10.0, False), (11.0, True)])
def test_either_side_of_the_smallest_school_that_is_shown(pupils: float, shown: bool) -> None:
    rows = spending()
    rows.loc[5, "membership"] = pupils
    found = table(ask("spending-outcome", district(spending=rows)), "schools").loc["m005", "dollars_per_pupil_usd"]
    assert bool(np.isfinite(found)) is shown


def test_without_dollars_it_says_which_file_to_bring() -> None:
    result = ask("spending-outcome", district(spending=None))
    assert "Bring what every school spent" in finding(result)
    assert result.figure("schools_missing").value == 80


def test_an_outcome_without_an_error_is_on_no_side() -> None:
    rows = outcomes().rename(columns={"chronic_absence": "math_distance"}).drop(columns="chronic_absence_of")
    result = ask("spending-outcome", district(outcomes=rows))
    assert result.figure("schools_unsure").value == 80
    assert (table(result, "schools")["outcome_why"] == "its error is not known").all()


def test_dollars_and_outcome_of_other_years_are_said() -> None:
    result = ask("spending-outcome", district(spending=spending(year="2024-25")))
    assert any("they speak of different years" in note.text for note in result.notes)
    assert not any("different years" in note.text for note in ask("spending-outcome", district()).notes)


def test_nothing_holds_or_follows_dollars_over_outcome() -> None:
    result = ask("spending-outcome", district(), **ANSWER)
    rows = result.output("schools").frame
    ratios = [rows["dollars_per_pupil_usd"] / rows["outcome"], rows["outcome"] / rows["dollars_per_pupil_usd"]]
    for output in result.outputs:
        numbers = output.frame.select_dtypes("number")
        for one, two in itertools.permutations(numbers.columns, 2):
            quotient = (numbers[one] / numbers[two]).replace([np.inf, -np.inf], np.nan)
            for column in numbers.columns:
                if len(numbers) == len(rows) and quotient.notna().sum() > 2 and {one, two} == {"dollars_per_pupil_usd", "outcome"}:
                    assert not np.allclose(quotient, numbers[column], equal_nan=True), column
        assert not any(word in f"{column.name} {column.label}".lower() for column in output.columns for word in ("efficien", "ratio", "rank", "per dollar"))
        assert not any(column.unit == "rank" for column in output.columns)
        assert order_of(output).column is None  # the window, the page and paper open it as it was made
    for ratio in ratios:
        assert not ratio.is_monotonic_increasing
        assert not ratio.is_monotonic_decreasing
    assert rows["name"].is_monotonic_increasing  # by name, and by nothing else


def test_it_asks_and_judges_nobody() -> None:
    result = ask("spending-outcome", district(), **ANSWER)
    corner = table(result, "corners")
    assert list(corner.index) == list(KINDS)
    assert all(text.endswith("?") for text in corner["question"])
    said = " ".join([result.sentence, *corner["name"], *corner["question"]]).lower()
    assert not any(word in said for word in ("worst", "best", "failing", "bad ", "good ", "efficient", "inefficient", "waste", "underperform"))
    assert any("no ranking" in note.text for note in result.notes)


def test_need_fifths_add_up_to_the_schools() -> None:
    result = ask("spending-outcome", district(), **ANSWER)
    fifths, corner = table(result, "fifths"), table(result, "corners")
    assert fifths["schools"].sum() == 80
    assert fifths[[f"schools_{one}" for one in KINDS]].to_numpy().sum() == 80
    assert corner["schools"].sum() == 80


def test_the_map_shows_the_corners_in_colours_that_judge_nobody() -> None:
    style = ask("spending-outcome", district(), **ANSWER).output("schools").style
    assert style is not None
    assert len({shape for _, _, shape in style.symbols[:4]}) == 4  # told apart without colour
    for _, colour, _ in style.symbols[:4]:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) < 90  # muted: neither a warning nor a praise
        assert not (red > 160 and green < 110)


def test_no_number_of_pupils_leaves_with_the_answer() -> None:
    result = as_it_leaves(ask("spending-outcome", district()))
    assert not any(column in output.frame for output in result.outputs for column in ("membership", "enrollment", "chronic_absence_of"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@drawn(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.1, 1e4)), min_size=1, max_size=20))
def test_half_of_the_weight_lies_on_either_side_of_the_median(pairs: list[tuple[float, float]]) -> None:
    values, weights = (np.array(one) for one in zip(*pairs, strict=True))
    middle = weighted_median(values, weights)
    assert weights[values < middle].sum() <= weights.sum() / 2 * (1 + 1e-9)
    assert weights[values > middle].sum() <= weights.sum() / 2 * (1 + 1e-9)


def test_every_pair_of_sides_is_one_corner() -> None:
    four = ["above", "below", "unsure", "missing"]
    pairs = list(itertools.product(four, four))
    found = corners(*(np.array(one, dtype=object) for one in zip(*pairs, strict=True)))
    assert pd.Series(found).value_counts().to_dict() == {"missing": 7, "unsure": 5, "more_higher": 1, "more_lower": 1, "fewer_higher": 1, "fewer_lower": 1}


def test_the_sentence_says_of_which_years_both_numbers_are() -> None:
    year = str(outcomes()["year"].max())
    assert f"Both are of {year}." in finding(ask("spending-outcome", district(spending=spending(year=year))))
    assert f"Spending is of 2024-25, the outcome of {year}." in finding(ask("spending-outcome", district(spending=spending(year="2024-25"))))
    assert " of 20" not in finding(ask("spending-outcome", district(spending=None)))


def test_what_is_said_of_the_middle_holds_for_one_school_too() -> None:
    note = ask("spending-outcome", district(spending=spending()[:1])).figure("middle_dollars").note
    assert "this much or more" in note
    assert "this much or less" in note


def test_without_dollars_nothing_is_said_of_how_they_were_divided() -> None:
    assert not any("taken to be right" in note.text or "The cross" in note.text for note in ask("spending-outcome", district(spending=None)).notes)


def test_where_no_school_has_a_number_for_a_fifth_it_says_what_to_bring() -> None:
    schools = district()["schools"].drop(columns=["frpm_share"], errors="ignore")
    assert any("does not say how many pupils are eligible" in note.text for note in ask("spending-outcome", district(schools=schools)).notes)
    assert not any("does not say how many pupils are eligible" in note.text for note in ask("spending-outcome", district()).notes)


def test_a_year_that_nobody_spent_in_is_refused_and_not_another_one_shown() -> None:
    with pytest.raises(ParameterError, match="No money spent in 1999-00 is in the project"):
        ask("spending-outcome", district(), year="1999-00")
    year = str(spending()["year"].iloc[0])
    assert finding(ask("spending-outcome", district(), year=year[:4])) == finding(ask("spending-outcome", district(), year=year))


PARTS = ["site_federal_usd", "site_state_local_usd", "central_federal_usd", "central_state_local_usd"]


def test_spending_whose_sources_are_not_told_apart_is_spending_too() -> None:
    apart = spending()
    whole = apart.assign(site_all_usd=apart[PARTS[:2]].sum(axis=1)).drop(columns=PARTS, errors="ignore")
    one, other = (table(ask("spending-outcome", district(spending=rows)), "schools")["dollars_per_pupil_usd"] for rows in (apart, whole))
    pd.testing.assert_series_equal(one, other)


def test_where_the_whole_and_a_lone_part_are_there_the_whole_counts() -> None:
    rows = spending()
    rows = rows.assign(site_all_usd=rows[PARTS[:2]].sum(axis=1), site_federal_usd=np.nan)
    assert table(ask("spending-outcome", district(spending=rows)), "schools")["dollars_per_pupil_usd"].notna().all()


def test_spending_of_the_other_kind_is_not_said_to_be_missing() -> None:
    rows = spending()
    of_all = rows.assign(spent_all_usd=rows[PARTS[:2]].sum(axis=1)).drop(columns=PARTS, errors="ignore")
    assert "not in the project as it was asked for, but in another way" in finding(ask("spending-outcome", district(spending=of_all)))
    assert "schools have both numbers" in finding(ask("spending-outcome", district(spending=of_all), dollars="everything"))
    small = rows.assign(membership=5.0)  # all of it is there, and none may be shown
    assert "in another way" not in finding(ask("spending-outcome", district(spending=small)))


def test_the_cross_stands_at_the_middle_of_schools_with_both_numbers_alone() -> None:
    whole = table(ask("spending-outcome", district(), **ANSWER), "schools")["dollars_per_pupil_usd"]
    dearest = set(whole.nlargest(30).index)
    rows = outcomes()
    result = ask("spending-outcome", district(outcomes=rows[~rows["school_id"].isin(dearest)]), **ANSWER)
    pupils, rest = schools().set_index("id")["enrollment"], whole.drop(index=list(dearest))
    assert result.figure("middle_dollars").value == pytest.approx(weighted_median(rest.to_numpy(), pupils[rest.index].to_numpy(dtype=float)))
    assert result.figure("middle_dollars").value < weighted_median(whole.to_numpy(), pupils[whole.index].to_numpy(dtype=float))
