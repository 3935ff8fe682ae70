"""Our index beside another: nothing is changed, missing is missing, and the known methods give the published ranks."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from ecomap.analysis.need.scoring import need_index
from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table


def beside(**columns: object):
    return frames(areas=town.need_areas().assign(**columns))


def test_a_published_column_is_shown_as_it_is_and_ranked_by_hand() -> None:
    """Ours ranks the nine areas 9 to 1 from the south-west; the published one lifts the first from rank 9 to rank 1."""
    published = [100.0, 2, 3, 4, 5, 6, 7, 8, 9]
    result = ask("published-index", beside(seni_score=published), other="column")
    assert result.output("areas").frame["difference"].abs().is_monotonic_decreasing
    rows = result.output("areas").frame.sort_index()
    assert rows["other_score"].tolist() == published
    assert rows["rank"].tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert rows["other_rank"].tolist() == [1, 9, 8, 7, 6, 5, 4, 3, 2]
    assert rows["difference"].tolist() == [-8, 1, 1, 1, 1, 1, 1, 1, 1]
    assert result.figure("rank_correlation").value == pytest.approx(1 - 6 * (64 + 8) / (9 * 80))
    assert "differ most on Tract 1, rank 9 in ours and 1 there" in result.sentence
    assert rows["score"].tolist() == need_index(town.need_areas(), [POVERTY])["score"].tolist()


def test_low_numbers_that_mean_need_are_turned_round() -> None:
    result = ask("published-index", beside(hpi_total=list(range(9, 0, -1))), other="column", high_is_need=False)
    assert result.figure("rank_correlation").value == pytest.approx(1)


def test_a_place_that_has_only_one_of_them_is_not_ranked_and_counted() -> None:
    result = ask("published-index", beside(seni_score=[np.nan, 2.0, 3, 4, 5, 6, 7, 8, 9]), other="column", column="SENI_score")
    assert table(result, "areas").sort_values("id").iloc[0][["rank", "other_rank", "difference"]].isna().all()
    assert any(note.text.startswith("1 area has only one") for note in result.notes)


@pytest.mark.parametrize(("params", "said"), [
    ({"other": "column"}, "looks like a published index"), ({"other": "column", "column": "seni"}, "do not have: seni"),
    ({"other": "svi"}, "EP_POV150, EP_UNEMP"), ({"other": "svi_2018"}, "EP_POV, EP_UNEMP, EP_PCI"),
    ({"other": "calenviroscreen"}, "exposures, environmental_effects"), ({"other": "column", "column": "name"}, "holds no numbers"),
])
def test_what_is_missing_is_named(params: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ask("published-index", frames(), **params)


def test_every_domain_the_same_by_hand() -> None:
    """Two indicators of one domain that agree and one of another that runs against them: evenly weighed, all areas are level."""
    up, down = [float(n) for n in range(9)], [float(9 - n) for n in range(9)]
    items = tuple(Indicator(name, name, "score", 1, town.CENSUS, domain=domain)
                  for name, domain in (("a", "money"), ("b", "money"), ("z", "air")))
    result = ask("published-index", frames(items, areas=town.need_areas().assign(a=up, b=up, z=down)))
    rows = result.output("areas").frame.sort_index()
    assert rows["other_score"].tolist() == pytest.approx([0.5] * 9)
    assert rows["score"].iloc[-1] == pytest.approx(2 / 3)


def test_the_vulnerability_index_is_the_published_one_when_its_universe_is_given(shared_data: Path) -> None:
    svi = pd.read_csv(shared_data / "known-answers" / "svi" / "cdc_svi2020_pa_county.csv", encoding="utf-8-sig")
    areas = gpd.GeoDataFrame(
        svi.filter(like="EP_").assign(id=svi["FIPS"].astype(str), name=svi["COUNTY"], poverty=svi["EP_POV150"], poverty_moe=1.0),
        geometry=[box(n, 0, n + 1, 1) for n in range(len(svi))], crs=town.CRS)
    rows = ask("published-index", frames(areas=areas, attendance=None), other="svi").output("areas").frame
    assert (rows["other_score"] - svi["RPL_THEMES"]).abs().max() <= 5e-5
