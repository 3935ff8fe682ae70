"""Which grants pay on a day: until the day before their last day, and not before they start."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from ecomap.analysis.assets.grants import grants_on

ROWS = pd.DataFrame({"id": ["g"], "name": ["Grant"], "funder": ["State"], "amount_usd": [1000.0], "start": ["2020-07-01"], "end": ["2023-06-30"]})


@pytest.mark.parametrize(("day", "paying"), [
    (dt.date(2020, 6, 30), 0), (dt.date(2020, 7, 1), 1), (dt.date(2023, 6, 29), 1), (dt.date(2023, 6, 30), 0),
])
def test_a_grant_pays_from_its_start_until_the_day_before_its_end(day: dt.date, paying: int) -> None:
    found = grants_on(ROWS, day)
    assert len(found.rows) == paying
    ended = [note.count for note in found.notes if "has ended and no longer pays" in note.text]
    assert ended == ([1] if day >= dt.date(2023, 6, 30) else [])
