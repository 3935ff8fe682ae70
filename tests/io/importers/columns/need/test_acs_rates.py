"""Rates made of the counts that the Census publishes, with their margins, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.io.importers import import_file
from ecomap.io.importers.columns.need.acs_codes import acs_code
from tests.io.making import TRACTS, squares, write_geojson

ALBERS = "EPSG:3310"


def rate_of(tmp_path: Path, **columns: object):  # type: ignore[no-untyped-def]
    path = write_geojson(tmp_path / "a.geojson", squares(GEOID=list(TRACTS), **columns))
    return import_file(path, "need_area", target_crs=ALBERS)


def test_poverty_is_the_poor_out_of_those_asked(tmp_path: Path) -> None:
    result = rate_of(tmp_path, B17001_001E=[1000, 800, 0, 500], B17001_001M=[100, 80, 12, 50], B17001_002E=[250, 80, 0, 500], B17001_002M=[60, 30, 12, 90])
    assert [(i.column, i.direction, i.numerator, i.denominator, i.moe_column) for i in result.layer.indicators] == [
        ("poverty", 1, "poverty_part", "poverty_whole", "poverty_moe")]
    assert result.frame["poverty"].fillna(-1).tolist() == [0.25, 0.1, -1, 1.0]
    assert result.frame["poverty_reason"].tolist() == ["", "", "not_applicable", ""]
    assert result.frame["poverty_moe"][0] == pytest.approx((60**2 - 0.25**2 * 100**2) ** 0.5 / 1000, abs=1e-6)
    assert result.frame["poverty_moe"][3] == pytest.approx((90**2 - 50**2) ** 0.5 / 500, abs=1e-6)
    assert {use.column: use.use for use in result.uses if use.column.endswith("E")} == {"B17001_001E": "used", "B17001_002E": "used"}


def test_the_margin_of_a_ratio_where_the_root_would_be_negative(tmp_path: Path) -> None:
    result = rate_of(tmp_path, B23025_003E=[100, 200, 300, 400], B23025_003M=[90, 9, 9, 9], B23025_005E=[90, 10, 30, 20], B23025_005M=[10, 5, 5, 5])
    assert result.frame["unemployment_moe"][0] == pytest.approx((10**2 + 0.9**2 * 90**2) ** 0.5 / 100, abs=1e-6)


def test_nothing_is_made_where_a_line_is_lacking(tmp_path: Path) -> None:
    result = rate_of(tmp_path, B25070_001E=[100, 200, 300, 400], **{f"B25070_0{line:02d}E": [1, 2, 3, 4] for line in (7, 8, 9)})
    assert result.layer.indicators == ()
    whole = rate_of(tmp_path, B25070_001E=[100, 200, 300, 400], B25070_011E=[0, 100, 0, 0], **{f"B25070_0{line:02d}E": [5, 10, 15, 20] for line in (7, 8, 9, 10)})
    assert whole.frame["rent_burden"].tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2])


def test_the_first_table_of_a_measure_counts(tmp_path: Path) -> None:
    result = rate_of(tmp_path, S1701_C03_001E=[12.5, 30.1, 9.0, 4.0], B17001_001E=[1000] * 4, B17001_002E=[250, 80, 0, 500])
    assert [i.column for i in result.layer.indicators] == ["poverty"]
    assert result.frame["poverty"].tolist() == pytest.approx([0.125, 0.301, 0.09, 0.04])


def test_children_are_added_up_from_the_table_of_ages(tmp_path: Path) -> None:
    columns = {f"B01001_{line:03d}E": [10, 20, 30, 40] for line in (3, 4, 5, 6, 27, 28, 29, 30)} | {f"B01001_{line:03d}M": [3] * 4 for line in (3, 4, 5, 6, 27, 28, 29, 30)}
    result = rate_of(tmp_path, B01001_001E=[1000, 2000, 3000, 4000], **columns)
    assert result.frame["children"].tolist() == [80, 160, 240, 320]
    assert result.frame["children_moe"].tolist() == pytest.approx([72**0.5] * 4)
    assert result.frame["population"].tolist() == [1000, 2000, 3000, 4000]


@pytest.mark.parametrize(("name", "code"), [
    ("b19013_001", ("b19013_001", "e")), ("b19013_001_moe", ("b19013_001", "m")), ("s1701_c03_001pe", ("s1701_c03_001", "pe")), ("b19013", None), ("b19013_1", None),
])
def test_codes_in_every_spelling(name: str, code: tuple[str, str] | None) -> None:
    assert acs_code(name) == code


def test_counts_of_zero_share_one_margin(tmp_path: Path) -> None:
    """The Census Bureau's rule for sums (General Handbook, chapter 8): of all estimates of zero only the largest margin counts, once."""
    lines = {"007": ([50, 0, 10, 10], 30), "008": ([0, 0, 10, 10], 12), "009": ([0, 0, 10, 10], 12), "010": ([0, 0, 10, 10], 9)}
    columns = {f"B25070_{line}E": found for line, (found, _) in lines.items()} | {f"B25070_{line}M": [moe] * 4 for line, (_, moe) in lines.items()}
    frame = rate_of(tmp_path, B25070_001E=[100] * 4, B25070_001M=[0] * 4, B25070_011E=[0] * 4, B25070_011M=[0] * 4, **columns).frame
    assert frame["rent_burden_moe"].tolist() == pytest.approx([0.32311, 0.30, 0.35623, 0.35623], abs=1e-5)


def test_a_rate_says_whom_it_speaks_of(tmp_path: Path) -> None:
    result = rate_of(tmp_path, B25070_001E=[100, 200, 300, 400], B25070_011E=[0, 100, 0, 0], **{f"B25070_0{line:02d}E": [5, 10, 15, 20] for line in (7, 8, 9, 10)})
    assert [str(one.universe) for one in result.layer.indicators] == ["Households that rent and whose rent share is computed"]
