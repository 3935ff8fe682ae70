"""CalEnviroScreen 3.0 publishes no lead: its file makes the four components without it; a file that merely lost it does not."""

from __future__ import annotations

import pandas as pd

from ecomap.analysis.need.presets import COMPONENTS, with_components


def published(**more: list[float]) -> pd.DataFrame:
    ones = [one for group in COMPONENTS.values() for one in group if one != "lead"]
    return pd.DataFrame({f"{one}_pctl": [10.0, 50.0, 90.0] for one in ones} | more)


def test_the_file_of_version_three_makes_its_components_without_lead() -> None:
    made = with_components(published(ces_3_0_percentile=[1.0, 2.0, 3.0]))
    assert made["exposures"].tolist() == [10.0, 50.0, 90.0]
    assert set(COMPONENTS) <= set(made.columns)


def test_a_file_that_lost_a_column_makes_none() -> None:
    assert "exposures" not in with_components(published())
    assert "exposures" not in with_components(published(ces_3_0_percentile=[1.0, 2.0, 3.0]).drop(columns="ozone_pctl"))


def test_lead_counts_where_it_is_published() -> None:
    assert with_components(published(lead_pctl=[90.0, 50.0, 10.0]))["exposures"].tolist() == [20.0, 50.0, 80.0]
