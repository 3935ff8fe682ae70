"""How much need a school faces: by its pupils, by the area around it, or not known."""

from __future__ import annotations

import numpy as np

from ecomap.analysis.assets.school_need import school_fifths
from tests import small_project as town
from tests.analysis.towns import frames


def test_fifths_keep_schools_without_a_number_apart() -> None:
    schools = town.schools().assign(frpm_share=[0.9, 0.5, np.nan])
    fifth, notes = school_fifths(frames(schools=schools), schools, "frpm", 1000)
    assert np.isnan(fifth[2])
    assert fifth[0] > fifth[1]
    assert notes[0].count == 1
    around, _ = school_fifths(frames(), town.schools(), "surroundings", 1000)
    assert around.tolist() == sorted(around)  # poverty grows to the east
