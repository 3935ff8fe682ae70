"""Which way common columns run: more need, less need, or not counted until somebody says; none is guessed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ecomap.io.importers import import_file
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.need.by_name import measure_by_name
from ecomap.io.importers.columns.need.known_measures import (
    families_of,
    measures_by_name,
    parts_of_score,
    rows_of,
)
from ecomap.io.importers.columns.need.verdicts import COUNTED, KEPT, OPEN, verdict_of
from tests.io.making import TRACTS, squares, write_geojson

ALBERS = "EPSG:3310"
SHARES = (0.05, 0.125, 0.31, 0.402)
PERCENT = (5.1, 12.5, 31.0, 40.2)
COUNTS = (120, 340, 561, 1004)
DOLLARS = (31200, 45000, 52100, 98000)

MORE = {
    # names that districts and states use
    "poverty_rate": PERCENT, "pct_poverty": SHARES, "PctPoverty": SHARES, "percent_below_poverty": PERCENT, "poverty_pct_2022": PERCENT, "pct_poor": (12, 5, 30, 8),
    "child_poverty_rate": PERCENT, "pct_children_in_poverty": PERCENT, "unemployment_rate": PERCENT, "UnemploymentRate": PERCENT, "pct_unemployed": PERCENT,
    "uninsured_rate": PERCENT, "pct_uninsured": SHARES, "no_hs_diploma_pct": PERCENT, "pct_no_high_school_diploma": PERCENT, "pct_no_vehicle": PERCENT, "pct_no_car": PERCENT,
    "disability_rate": PERCENT, "pct_single_parent": PERCENT, "chronic_absence_rate": SHARES, "chronic_absenteeism_rate": PERCENT, "dropout_rate": PERCENT, "pct_frpm": PERCENT,
    "frl_pct": PERCENT, "pct_ell": PERCENT, "pct_homeless": PERCENT, "overcrowding_rate": PERCENT, "rent_burden_pct": PERCENT, "food_insecurity_rate": PERCENT,
    "snap_rate": PERCENT, "pct_limited_english": PERCENT, "asthma_rate": (5, 9, 15, 22), "infant_mortality_rate": PERCENT, "low_birth_weight_pct": PERCENT,
    "suspension_rate": PERCENT, "eviction_rate": PERCENT, "violent_crime_rate": PERCENT, "taux_pauvrete": PERCENT, "tasa_desempleo": PERCENT, "pct_no_internet": PERCENT,
    # publishers
    "EP_POV150": PERCENT, "S1701_C03_001E": PERCENT, "DP03_0128PE": PERCENT, "CASTHMA_CrudePrev": PERCENT, "LOWINCPCT": SHARES, "ADI_NATRANK": COUNTS, "HARDSHIP INDEX": (3, 40, 56, 90),
    "IDACI Score (rate)": SHARES, "NZDep2018": (1, 4, 7, 10), "SAEPOVRTALL_PT": PERCENT, "sdi_score": (4, 30, 71, 99),
}
LESS = {
    "median_household_income": DOLLARS, "MedianHouseholdIncome": DOLLARS, "median_income": DOLLARS, "per_capita_income": DOLLARS, "B19013_001E": DOLLARS, "B19013001": DOLLARS,
    "DP03_0062E": DOLLARS, "graduation_rate": PERCENT, "pct_bachelors": PERCENT, "pct_insured": PERCENT, "life_expectancy": (71.2, 74.1, 80.0, 82.3), "EP_PCI": DOLLARS,
    "pct_with_internet": PERCENT, "healthy_places_index": PERCENT, "r_COI_met": (3, 40, 56, 90), "IRSD_score": (810, 960, 1002, 1100), "DENTAL_CrudePrev": PERCENT,
    "SIMD2020v2_Rank": (23, 161, 998, 4997), "HS_graduation_rate": PERCENT,
}
NOT_COUNTED = {
    # who lives there
    "pct_hispanic": PERCENT, "pct_black": PERCENT, "pct_female": PERCENT, "median_age": (31.2, 33.0, 40.1, 44.0), "EP_MINRTY": PERCENT, "pct_under_5": PERCENT, "pct_foreign_born": PERCENT,
    # counts, ranks, sizes, errors
    "total_pop": COUNTS, "households": COUNTS, "enrollment": COUNTS, "poverty_count": COUNTS, "E_POV": COUNTS, "B17001_002E": COUNTS, "poverty": COUNTS, "unemployed": COUNTS,
    "poverty_rank": COUNTS, "poverty_percentile": PERCENT, "area_sqmi": PERCENT, "pop_density": PERCENT, "poverty_rate_moe": PERCENT, "year": (2019, 2020, 2021, 2022), "IMD_decile": (1, 2, 3, 4),
    # could mean either
    "score": PERCENT, "index": PERCENT, "employment_rate": PERCENT, "pct_renting": PERCENT, "median_home_value": DOLLARS, "median_gross_rent": DOLLARS, "B25064_001E": DOLLARS, "pct_change": PERCENT,
    "mobility_rate": PERCENT, "pct_proficient": PERCENT, "pct_not_in_poverty": PERCENT, "vacancy_rate": PERCENT, "growth_rate": PERCENT, "response_rate": PERCENT, "poverty_gap_index": PERCENT,
    "test_score": PERCENT, "income_inequality": SHARES, "pct_drive_alone": PERCENT, "vaccination_rate": PERCENT, "turnout_rate": PERCENT,
}
ALONE = {"IMD_decile"}  # known, and which way it runs, where nothing finer is in the file


def ways() -> Iterator[tuple[str, tuple[float, ...], int]]:
    for table, direction in ((MORE, 1), (LESS, -1), (NOT_COUNTED, 0)):
        yield from ((name, values, direction) for name, values in table.items() if name not in ALONE)


@pytest.mark.parametrize(("name", "values", "direction"), ways(), ids=lambda one: one if isinstance(one, str) else "")
def test_common_columns_run_the_right_way_or_are_not_counted(name: str, values: tuple[float, ...], direction: int) -> None:
    found = verdict_of(name, pd.Series(values, dtype=float), families_of([plain(name), *(["ep_pov"] if name.startswith("E") else [])]), {})
    counted = found.measure.direction if found.kind == COUNTED and found.measure else 0
    assert counted == direction
    assert found.why


def test_the_table_is_long_enough() -> None:
    assert len(list(ways())) >= 100


@pytest.mark.parametrize(("short", "direction"), [("poverty_ra", 1), ("unemployme", 1), ("uninsured_", 1), ("graduation", -1), ("median_hou", 0), ("total_pove", 0)])
def test_names_cut_to_ten_letters_are_known_where_they_can_mean_one_thing(short: str, direction: int) -> None:
    found = measure_by_name(short, pd.Series(PERCENT if short != "median_hou" else DOLLARS))
    assert (found.direction if found else 0) == (direction if short != "graduation" else -1)


def test_a_word_for_a_share_or_its_looks_are_needed() -> None:
    assert measure_by_name("poverty", pd.Series(COUNTS, dtype=float)) is None
    assert measure_by_name("poverty", pd.Series([1.0, 20.0, 30.0])) is None     # whole numbers could be people
    assert measure_by_name("poverty", pd.Series(PERCENT)) is not None
    assert measure_by_name("pct_poverty", pd.Series([1.0, 20.0, 30.0])) is not None


def test_what_a_person_says_stands_above_the_dictionary() -> None:
    values = pd.Series(PERCENT)
    turned = verdict_of("graduation_rate", values, (), {"direction:graduation_rate": "more"})
    assert (turned.kind, turned.measure and turned.measure.direction, turned.settled_by) == (COUNTED, 1, "person")
    assert verdict_of("poverty_rate", values, (), {"direction:poverty_rate": "none"}).kind == KEPT
    assert verdict_of("Shannon Index", values, (), {}).kind == OPEN
    told = verdict_of("Shannon Index", values, (), {"direction:Shannon Index": "less"})
    assert (told.kind, told.measure and told.measure.direction) == (COUNTED, -1)


# --- the dictionary itself ------------------------------------------------------------------------------------------


def test_the_dictionary_is_sound() -> None:
    families = {row["family"] for row in rows_of("families")}
    for row in rows_of("known"):
        re.compile(row["pattern"])
        assert row["family"] in families
        assert row["direction"] in ("1", "-1", "0")
        assert row["label"] and row["measure"] if row["direction"] != "0" else row["note"]
        assert row["unit"] in ("share", "usd", "per_10000", "ug_m3", "score", "count", "min", "rank", "hidden", "")


def test_one_measure_runs_one_way_whoever_publishes_it() -> None:
    directions: dict[str, set[str]] = {}
    for row in [*rows_of("known"), *rows_of("by_name")]:
        if row["measure"] and row["direction"] != "0":
            directions.setdefault(row["measure"], set()).add(row["direction"])
    assert {name: found for name, found in directions.items() if len(found) > 1} == {}


def test_scores_are_made_of_parts_and_parts_of_none() -> None:
    assert {"poverty", "svi_household"} <= parts_of_score("svi_rank")
    assert parts_of_score("svi_household") >= {"single_parent"}
    assert "svi_rank" not in parts_of_score("svi_household")
    assert "illness" in parts_of_score("simd_rank")
    assert not parts_of_score("poverty")
    assert not parts_of_score("nothing of the kind")
    assert measures_by_name()["hpi_score"].direction == -1


def test_no_two_words_of_the_names_say_two_things() -> None:
    from ecomap.io.importers.columns.need.by_name import _key

    meant: dict[str, str] = {}
    for row in rows_of("by_name"):
        for words in row["words"].split("|"):
            assert meant.setdefault(_key(words.split()), row["measure"]) == row["measure"], words


# --- a file as a whole ----------------------------------------------------------------------------------------------


def test_a_score_counts_alone_and_never_beside_its_parts(tmp_path: Path) -> None:
    both = squares(GEOID=list(TRACTS), RPL_THEMES=[0.1, 0.5, 0.7, 0.9], EP_POV150=[1.0, 20.5, 30.0, 40.0])
    result = import_file(write_geojson(tmp_path / "a.geojson", both), "need_area", target_crs=ALBERS)
    assert [i.column for i in result.layer.indicators] == ["poverty_150"]
    use = next(use for use in result.uses if use.column == "RPL_THEMES")
    assert (use.use, str(use.why)) == ("kept", "Not counted beside its own parts: Living below 150 % of the poverty line.")
    alone = import_file(write_geojson(tmp_path / "b.geojson", both.drop(columns="EP_POV150")), "need_area", target_crs=ALBERS)
    assert [(i.column, i.direction) for i in alone.layer.indicators] == [("svi_rank", 1)]


def test_one_measure_in_several_years_counts_once_and_as_the_last(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), pct_poverty_2018=[1.5, 20, 30, 40], pct_poverty_2022=[2.5, 21, 31, 41])
    result = import_file(write_geojson(tmp_path / "a.geojson", frame), "need_area", target_crs=ALBERS)
    assert [i.column for i in result.layer.indicators] == ["pct_poverty_2022"]


def test_directions_are_asked_only_where_nothing_is_known_and_at_most_three(tmp_path: Path) -> None:
    open_ = {f"{word}_index": [1.5, 2.5, 3.5, 9.5] for word in ("green", "noise", "play", "joy")}
    asked = import_file(write_geojson(tmp_path / "a.geojson", squares(GEOID=list(TRACTS), **open_)), "need_area", target_crs=ALBERS)
    assert [doubt.code for doubt in asked.doubts] == ["direction:green_index", "direction:joy_index", "direction:noise_index"]
    assert asked.layer.indicators == ()
    assert all(doubt.taken == "" for doubt in asked.doubts)
    known = squares(GEOID=list(TRACTS), poverty_rate=[1.5, 20, 30, 40], **open_)
    offered = import_file(write_geojson(tmp_path / "b.geojson", known), "need_area", target_crs=ALBERS)
    assert offered.doubts == ()
    assert [i.column for i in offered.layer.indicators] == ["poverty_rate"]


def test_a_hint_says_how_a_column_runs_and_decides_nothing(tmp_path: Path) -> None:
    count = 8
    frame = squares(count, GEOID=[f"0603710{n}110" for n in range(count)], poverty_rate=[1.5 + 5 * n for n in range(count)],
                    shade_index=[9.5 - n for n in range(count)])
    result = import_file(write_geojson(tmp_path / "a.geojson", frame), "need_area", target_crs=ALBERS)
    use = next(use for use in result.uses if use.column == "shade_index")
    assert use.use == "kept"
    assert "runs against the need that is counted" in use.why
    assert "1.00" in use.why


def test_every_column_has_a_use_and_bookkeeping_is_true(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), OBJECTID=[1, 2, 3, 4], base=[12.5, 13.5, 20.5, 1.5], altmode=["clamp"] * 4, Shape_Area=[1.5, 2.5, 3.5, 4.5], nothing=[None] * 4,
                    number=[5, 6, 7, 8], y=[1, 2, 1, 2], words=list("abcd"))
    result = import_file(write_geojson(tmp_path / "a.geojson", frame), "need_area", target_crs=ALBERS)
    assert {use.column: use.use for use in result.uses if use.column != "GEOID"} == {
        "OBJECTID": "left out", "altmode": "left out", "Shape_Area": "left out", "nothing": "left out", "base": "kept", "number": "kept", "y": "kept", "words": "kept"}
    assert "base" in result.frame.columns
    assert "y" in result.frame.columns
    assert all(use.why for use in result.uses)


def test_margins_are_found_by_name_and_by_code(tmp_path: Path) -> None:
    frame = squares(GEOID=list(TRACTS), pct_uninsured=[10.0, 20.5, 30, 40], pct_uninsured_moe=[1.0, 2, 3, 4], DP03_0128PE=[1.5, 2.5, 3.5, 4.5],
                    DP03_0128PM=[0.5, 0.6, 0.7, 0.8])
    result = import_file(write_geojson(tmp_path / "a.geojson", frame), "need_area", target_crs=ALBERS)
    assert {i.column: i.moe_column for i in result.layer.indicators} == {"pct_uninsured": "pct_uninsured_moe", "poverty": "poverty_moe"}
    assert result.frame["pct_uninsured_moe"].tolist() == pytest.approx([0.01, 0.02, 0.03, 0.04])
    assert result.frame["poverty_moe"].tolist() == pytest.approx([0.005, 0.006, 0.007, 0.008])


def test_the_lists_have_no_two_rows_of_one_pattern() -> None:
    path = Path(__file__).parents[4] / "resources" / "indicators" / "known.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        seen = [(row["family"], row["pattern"]) for row in csv.DictReader(stream)]
    assert len(seen) == len(set(seen))
