"""Schools brought to a district's funded attendance say so in a message that has an identity."""

from __future__ import annotations

import pandas as pd

from ecomap.analysis.money import ada
from ecomap.analysis.money.funded import brought_to
from ecomap.model import vocabulary as v
from ecomap.model.said import Said


def test_what_is_said_of_an_attendance_keeps_its_message() -> None:
    spans = {column: [50.0, 30.0] for column in v.ADA_COLUMNS.values()}
    members = pd.DataFrame(spans | {ada.ADA: [200.0, 120.0], ada.ADA_FROM: pd.Series([ada.FROM_GRADES, ada.PUBLISHED], dtype=object)})
    made, brought = brought_to(members, 300.0)
    assert brought == 1
    assert made[ada.ADA].tolist() == [180.0, 120.0]
    assert made[ada.ADA_FROM].tolist() == [ada.FROM_FUNDED, ada.PUBLISHED]
    for told in made[ada.ADA_FROM]:
        assert isinstance(told, Said)
        assert told.key
