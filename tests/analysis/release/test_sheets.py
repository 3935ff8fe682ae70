"""Tables that leave together: what goes with a hidden count, and what adds up to it."""

from __future__ import annotations

import pandas as pd

from ecomap.analysis.release.sheets import Sheet, released_in_turn
from ecomap.model.layer import Column
from ecomap.model.said import name


def described(frame: pd.DataFrame) -> tuple[Column, ...]:
    return tuple(Column(column, name(column)) for column in frame)


def test_dollars_per_pupil_go_with_the_pupils() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "name": "", "enrollment": [8.0, 90.0, 400.0], "site_per_pupil_usd": [1.0, 2.0, 3.0]})
    shown = released_in_turn([[Sheet("x/schools", frame, described(frame), "school", True)]])[0].frame
    assert shown["site_per_pupil_usd"].isna().tolist() == shown["enrollment"].isna().tolist() == [True, True, False]


def test_fifths_add_up_the_schools_of_each_fifth() -> None:
    # fifth 5: 6 and 200 pupils. Its total stands in another table, so hiding the 6 alone gives it back.
    one = pd.DataFrame({"id": ["a", "b", "c", "d"], "name": "", "fifth": [5, 5, 4, 4], "enrollment": [6.0, 200.0, 300.0, 400.0]})
    two = pd.DataFrame({"id": ["5", "4"], "name": "", "fifth": [5, 4], "enrollment": [206.0, 700.0]})
    shown = released_in_turn([[Sheet("m/schools", one, described(one), "school"), Sheet("m/fifths", two, described(two))]])
    assert shown[0].frame["enrollment"].isna().tolist() == [True, True, False, False]
    assert shown[1].frame["enrollment"].tolist() == [206, 700]


def test_a_part_is_not_bounded_by_its_whole() -> None:
    # 5 of 14 pupils: with the 14 published nobody could take the 5 for 16, so the 14 is hidden too.
    frame = pd.DataFrame({"id": ["A", "B", "C"], "name": "", "enrollment": [14.0, 400.0, 500.0], "frpm_count": [5.0, 300.0, 200.0]})
    shown = released_in_turn([[Sheet("x/schools", frame, described(frame), "school", True)]])[0].frame
    assert shown.loc[0, ["enrollment", "frpm_count"]].isna().all()
    assert shown["enrollment"].isna().sum() == 2  # and one more, or the total gives it back
    other = frame.assign(frpm_count=[12.0, 300.0, 200.0])
    assert released_in_turn([[Sheet("x/schools", other, described(other), "school", True)]])[0].frame is other


def test_what_one_turn_published_a_later_turn_does_not_hide() -> None:
    """The layer leaves first with 90 in it; the answer that knows of 8 more has to hide its own numbers."""
    layer = pd.DataFrame({"id": ["a", "b"], "name": "", "enrollment": [90.0, 400.0]})
    answer = pd.DataFrame({"id": ["x", "y", "z"], "name": "", "enrollment": [8.0, 90.0, 98.0], "rows": ["school/x", "school/a", "school/x; school/a"]})
    first, second = released_in_turn([[Sheet("layer/s", layer, described(layer), "school", True)],
                                      [Sheet("r/t", answer, described(answer))]])
    assert first.frame is layer
    assert second.frame["enrollment"].isna().tolist()[0]


def test_missing_counts_stay_missing_and_are_not_called_suppressed() -> None:
    frame = pd.DataFrame({"id": ["A", "B", "C"], "name": "", "enrollment": [float("nan"), 200.0, 300.0]})
    assert released_in_turn([[Sheet("x/schools", frame, described(frame), "school", True)]])[0].frame is frame
