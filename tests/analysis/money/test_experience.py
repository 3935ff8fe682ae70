"""Teachers' years stand in for norming where pay is not published: by hand, and nothing made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.money.experience import BESIDE_OTHERS, EXPERIENCE, STAND_IN, experience_column
from ecomap.analysis.money.norming.norm import GAP
from ecomap.model.frames import Frames
from tests import small_project as town
from tests.analysis.towns import ask, frames
from tests.spoken import untranslated


def money(**columns: object) -> object:
    given = frames(schools=town.schools().assign(**columns))
    return ask("money", Frames({"schools": given["schools"]}, {"schools": given.layer("schools")}), year="2024-25")


def test_years_beside_the_mean_of_the_district() -> None:
    """8, 11 and 14 years: the mean is 11. The school of highest need (0.7 of its pupils) has 14."""
    table = money(avg_total_years_experience=[8.0, 11.0, 14.0]).main.frame
    assert table[EXPERIENCE].tolist() == [8.0, 11.0, 14.0]
    assert table[BESIDE_OTHERS].tolist() == [-3.0, 0.0, 3.0]
    assert GAP not in table  # years are no dollars


def test_charter_schools_are_shown_and_not_in_the_mean() -> None:
    table = money(avg_years_exp=[8.0, 12.0, 40.0], governance=["district", "district", "charter"]).main.frame
    assert table[BESIDE_OTHERS].tolist() == [-2.0, 2.0, 30.0]


@pytest.mark.parametrize("years", [[np.nan] * 3, [-1.0, 99.0, np.nan]])
def test_no_number_is_no_column(years: list[float]) -> None:
    assert EXPERIENCE not in money(years_of_experience=years).main.frame


def test_a_missing_school_stays_missing() -> None:
    table = money(years_experience=[8.0, np.nan, 14.0]).main.frame
    assert table[BESIDE_OTHERS].tolist() == [-3.0, pytest.approx(np.nan, nan_ok=True), 3.0]


def test_it_is_called_a_sign_and_can_be_read_in_spanish() -> None:
    """Five schools, one to a fifth: the one of highest need has 6 years, the one of lowest 16."""
    rows = pd.concat([town.schools()] * 2, ignore_index=True).head(5)
    rows = rows.assign(id=[f"0196473300001{n}" for n in range(5)], frpm_share=[0.1, 0.2, 0.3, 0.4, 0.5], years_of_experience=[16.0, 9, 9, 9, 6])
    given = frames(schools=rows)
    result = ask("money", Frames({"schools": rows}, {"schools": given.layer("schools")}), year="2024-25")
    texts = [note.text for note in result.notes]
    assert STAND_IN in texts
    found = "Teachers have 6.0 years of experience on average in schools of the highest-need fifth, 16.0 in those of the lowest."
    assert found in texts
    assert [piece for text in texts if text in (found, STAND_IN) for piece in untranslated(text, "es")] == []


@pytest.mark.parametrize(("names", "found"), [
    (["avg_dist_exp", "avg_total_exp"], "avg_total_exp"), (["years_of_experience"], "years_of_experience"),
    (["experience_program", "expenses"], ""), (["years_of_experience_reason"], ""),
])
def test_which_column_it_is(names: list[str], found: str) -> None:
    assert experience_column(pd.DataFrame(columns=names)) == found
