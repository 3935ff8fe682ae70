"""Published indexes and their published answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecomap.analysis.need import presets
from ecomap.analysis.need.scoring import need_index
from ecomap.model.errors import InputError, ParameterError


def test_svi_2020_of_pennsylvania_as_published(shared_data: Path) -> None:
    """All 16 percentiles, the four themes and the whole, to the four decimals of CDC's file."""
    published = pd.read_csv(shared_data / "known-answers" / "svi" / "cdc_svi2020_pa_county.csv", dtype={"FIPS": str})
    ours = presets.svi(published, counted=published["E_TOTPOP"] > 0)
    wanted = [name for name in ours if name.startswith(("EPL_", "SPL_", "RPL_"))]
    assert len(wanted) == 16 + 2 * 4 + 2
    for name in wanted:
        assert (ours[name] - published[name]).abs().max() <= 5.1e-5, name
    flags = [name for name in ours if name.startswith("F_")]
    assert (ours[flags] == published[flags]).all().all()


def test_svi_worked_example_with_ties_and_flags() -> None:
    frame = pd.DataFrame({"EP_x": [10.0, 25, 25, 40, 5]})
    found = presets.svi(frame, themes=[("THEME", ["x"])])
    assert found["EPL_x"].tolist() == [0.25, 0.5, 0.5, 1.0, 0.0]
    assert found["F_x"].tolist() == [0, 0, 0, 1, 0]
    assert found["RPL_THEMES"].tolist() == [0.25, 0.5, 0.5, 1.0, 0.0]


def test_svi_keeps_missing_missing_and_refuses_the_mark_for_it() -> None:
    frame = pd.DataFrame({"EP_x": [10.0, np.nan, 40], "EP_y": [1.0, 2, 3]})
    found = presets.svi(frame, themes=[("A", ["x"]), ("B", ["y"])])
    assert found["RPL_THEMES"].isna().tolist() == [False, True, False]
    assert found["RPL_B"].tolist() == [0, 0.5, 1]
    assert found["F_x"].isna().tolist() == [False, True, False]
    with pytest.raises(InputError, match="-999"):
        presets.svi(frame.fillna(-999), themes=[("A", ["x"])])


def test_areas_without_residents_are_not_ranked() -> None:
    frame = pd.DataFrame({"EP_x": [0.0, 10, 20, 30]})
    found = presets.svi(frame, themes=[("A", ["x"])], counted=[False, True, True, True])
    assert found["EPL_x"].tolist()[1:] == [0, 0.5, 1]
    assert np.isnan(found["EPL_x"][0])


def test_income_counts_the_other_way_round() -> None:
    found = presets.svi(pd.DataFrame({"EP_pci": [10.0, 20, 30]}), themes=[("A", ["pci"])], reversed_columns=["pci"])
    assert found["EPL_pci"].tolist() == [1, 0.5, 0]


def test_calenviroscreen_worked_example() -> None:
    found = presets.calenviroscreen([60, 80, 40], [50, 90, 30], [70, 95, 20], [65, 90, 40])
    assert found["pollution_burden"].tolist() == pytest.approx([6.8, 10, 4.4])
    assert found["population"].tolist() == pytest.approx([7.2973, 10, 3.2432], abs=5e-5)
    assert found["score"].tolist() == pytest.approx([49.62, 100, 14.27], abs=5e-3)
    assert found["percentile"].tolist() == [0.5, 1, 0]


def test_calenviroscreen_parts_before_they_are_scaled() -> None:
    """Pollution 56.67, 83.33, 36.67 and population 67.5, 92.5, 30: as shares of their largest."""
    found = presets.calenviroscreen([60, 80, 40], [50, 90, 30], [70, 95, 20], [65, 90, 40])
    assert (found["pollution_burden"] / 10 * 250 / 3).tolist() == pytest.approx([56.67, 83.33, 36.67], abs=5e-3)
    assert (found["population"] / 10 * 92.5).tolist() == pytest.approx([67.5, 92.5, 30.0])


def test_calenviroscreen_of_the_state_as_published(shared_data: Path) -> None:
    """Both parts of all 8,035 tracts from the published percentiles, to the rounding of the file; the order of the scores."""
    published = pd.read_csv(shared_data / "la" / "need" / "calenviroscreen_4.0_results.csv").replace(-999, np.nan)
    parts = presets.with_components(published)
    pollution = (parts["exposures"] + 0.5 * parts["environmental_effects"]) / 1.5
    population = (parts["sensitive_populations"] + parts["socioeconomic_factors"]) / 2
    assert (pollution - published["Pollution_Burden"]).abs().max() <= 0.01
    assert (population - published["Pop. Char. "]).abs().max() <= 0.01
    scored = published["CES 4.0 Score"].notna()
    found = presets.calenviroscreen(*(parts.loc[scored, name] for name in presets.COMPONENTS))
    assert (found["score"] - published["CES 4.0 Score"][scored]).abs().max() <= 0.05
    assert found["score"].corr(published["CES 4.0 Score"][scored], method="spearman") > 0.999999


def test_components_are_made_only_of_all_their_percentiles() -> None:
    columns = [f"{one}_pctl" for ones in presets.COMPONENTS.values() for one in ones]
    whole = pd.DataFrame([range(len(columns)), range(len(columns))], columns=columns, dtype=float)
    whole.loc[1, "asthma_pctl"] = np.nan
    made = presets.with_components(whole)
    assert made["exposures"].tolist() == [3.5, 3.5]
    assert made["sensitive_populations"].tolist() == [14.0, 14.5]  # 13, 14, 15 and without the first
    assert presets.with_components(whole.drop(columns="lead_pctl")).columns.tolist() == [c for c in columns if c != "lead_pctl"]


def test_calenviroscreen_score_of_a_tract_without_a_component_is_missing() -> None:
    found = presets.calenviroscreen([60, 80], [50, None], [70, 95], [65, 90])
    assert found["score"].isna().tolist() == [False, True]
    with pytest.raises(InputError):
        presets.calenviroscreen([160], [50], [70], [65])


def test_childrens_need_is_made_of_what_the_starter_holds() -> None:
    from ecomap.io.starter import load_starter

    project = load_starter("los-angeles")
    layer = next(layer for layer in project.layers if layer.indicators)
    chosen = presets.preset("children")
    assert set(chosen.columns) == {indicator.column for indicator in layer.indicators}
    frame = project.frames[layer.id]
    index = need_index(frame, layer.indicators, scaling=chosen.scaling, aggregation=chosen.aggregation)
    default = need_index(frame, layer.indicators)
    pd.testing.assert_frame_equal(index, default)


def test_every_preset_says_among_whom_and_by_whom() -> None:
    assert all(p.universe and p.citation and p.method and p.caution for p in presets.PRESETS.values())
    with pytest.raises(ParameterError, match="Known: children"):
        presets.preset("seni")
