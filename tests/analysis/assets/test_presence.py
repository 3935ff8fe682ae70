"""Who is where on a day: what has ended does not count, in any of the tables, and is told."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.assets.presence import presence, spoken, together
from ecomap.model.said import Said, say
from tests import small_project as town
from tests.analysis.towns import ask, frames

MIDDLE = "01964733000002"
LAST = dt.date(2023, 6, 30)
DATED = {"id": ["x"], "name": ["X"], "approach": ["community_school"], "start": ["2020"], "end": ["2023-06-30"]}
ROWS = {
    "participations": pd.DataFrame({**DATED, "school_id": [MIDDLE], "lead_organisation": ["Helpers"]}),
    "sites": gpd.GeoDataFrame({**DATED, "school_id": [MIDDLE]}, geometry=[town.centre(1, 1)], crs=town.CRS),
    "zones": gpd.GeoDataFrame(DATED, geometry=[town.square(0, 0, 3, 3)], crs=town.CRS),
    "roles": pd.DataFrame({**DATED, "school_id": [MIDDLE], "function": ["coordination"], "employer": ["Helpers"]}),
    "services": gpd.GeoDataFrame({**DATED, "category": ["Food"], "organisation": ["Helpers"]}, geometry=[town.centre(1, 1)],
                                 crs=town.CRS),
}


@pytest.mark.parametrize("table", ROWS)
def test_what_ends_on_a_day_is_at_work_until_the_day_before(table: str) -> None:
    given = frames(**{"services": None, "sites": None, table: ROWS[table]})
    before = presence(given, town.schools(), LAST - dt.timedelta(days=1))
    assert before.actors["name"].tolist() == ["X"]
    assert len(before.school)
    after = presence(given, town.schools(), LAST)
    assert not len(after.actors)
    assert [note.text for note in after.notes if note.count == 1 and "has ended and does not count" in note.text]


@pytest.mark.parametrize("table", ROWS)
def test_what_starts_later_does_not_count_yet(table: str) -> None:
    given = frames(**{"services": None, "sites": None, table: ROWS[table]})
    assert not len(presence(given, town.schools(), dt.date(2019, 12, 31)).actors)


@pytest.mark.parametrize("name", ["overlap", "roles", "peers", "match"])
def test_the_day_is_the_parameter_s_whatever_the_clock_says(name: str) -> None:
    given = frames(**{**ROWS, "need_links": pd.DataFrame({"id": ["k"], "name": "", "indicator": ["poverty"], "function": ["food"], "weight": [1.0]})})
    early, late = (ask(name, given, as_of=day) for day in ("2022-01-01", "2024-01-01"))
    assert any("1 January 2022" in note.text for note in early.notes)
    assert early.outputs[0].frame.astype(str).to_csv() != late.outputs[0].frame.astype(str).to_csv()


def test_messages_put_together_stay_messages() -> None:
    found = spoken(together(np.array([0, 0, 1]), np.array([say("food"), "YMCA", "YMCA"], dtype=object), 2))
    assert found.tolist() == ["YMCA; food", "YMCA"]
    assert [isinstance(cell, Said) for cell in found] == [True, False]  # names alone are a plain text
    assert [getattr(part, "key", "") for part in found[0].values["parts"]] == ["", "food"]
