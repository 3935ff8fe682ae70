"""A published index stands beside our numbers as it was published: joined by code, never made up, never deciding."""

from __future__ import annotations

import pandas as pd
import pytest

from ecomap.analysis.plan.published_allocation import NOT_OURS, published_allocation
from ecomap.model.frames import Frames
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.source import Source
from tests import small_project as town
from tests.analysis.towns import ask, frames

WEST, MIDDLE, EAST = town.schools()["id"]
COLUMNS = ["published_score", "published_rank", "published_fifth", "published_usd"]


def seni(**changes: list) -> pd.DataFrame:
    rows = {"id": ["a1", "a2", "a3"], "name": "", "school_id": [WEST, EAST, "19647339999999"], "year": ["2026-27"] * 3,
            "program": ["SENI"] * 3, "amount_usd": [313_000.0, 24_000.0, 1.0], "need_score": [9.5, 0.0, 3.0],
            "need_rank": [1.0, 780.0, 400.0], "need_quintile": [1.0, 5.0, 3.0]}
    return pd.DataFrame(rows | changes)


def given(rows: pd.DataFrame | None) -> Frames:
    base = frames(services=None, attendance=None)
    if rows is None:
        return base
    layer = Layer("seni", "SENI", "allocation", NO_GEOMETRY, sources=(Source("SENI 2026-27", "Los Angeles Unified", "2026-27"),))
    return Frames({**base.frames, "allocation": rows}, {**base.layers, "allocation": layer})


def priority(rows: pd.DataFrame | None) -> object:
    return ask("priority", given(rows), target="approach:linked_learning", draws=0)


def test_each_school_stands_beside_what_was_published_about_it() -> None:
    table = priority(seni()).main.frame.set_index("id")
    assert table.loc[WEST, COLUMNS].tolist() == [9.5, 1.0, 1.0, 313_000.0]
    assert table.loc[EAST, COLUMNS].tolist() == [0.0, 780.0, 5.0, 24_000.0]  # a score of 0 is a score
    assert table.loc[MIDDLE, COLUMNS].isna().all()
    assert (table.loc[MIDDLE, [f"{name}_reason" for name in COLUMNS]] == "not_reported").all()


def test_labels_name_program_year_and_rule_and_the_source_is_said() -> None:
    result = priority(seni())
    labels = {column.name: column for column in result.main.columns}
    assert labels["published_rank"].label == "SENI 2026-27: published need rank"
    assert labels["published_usd"].label == "SENI 2026-27: given, rule C as published"
    assert "Source: Los Angeles Unified 2026-27." in labels["published_score"].help
    assert "SENI 2026-27" in {source.title for source in result.provenance.sources}
    assert any(note.text == "1 school is not in SENI 2026-27: not reported, which is not 0." for note in result.notes)


def test_it_changes_neither_order_nor_score() -> None:
    without, beside = priority(None), priority(seni())
    pd.testing.assert_frame_equal(pd.DataFrame(beside.main.frame[without.main.frame.columns]), pd.DataFrame(without.main.frame))
    assert [name for name in beside.main.frame if name not in without.main.frame] == [
        *COLUMNS, *(f"{name}_reason" for name in COLUMNS)]
    assert any(note.text == NOT_OURS for note in beside.notes)


@pytest.mark.parametrize("rows", [None, seni(school_id=["1", "2", "3"]), seni(program=["LCFF"] * 3)])
def test_where_nothing_was_published_about_schools_no_column_is_made_up(rows: pd.DataFrame | None) -> None:
    assert not [name for name in priority(rows).main.frame if name.startswith("published_")]


def test_a_file_with_dollars_alone_brings_no_score() -> None:
    rows = seni().drop(columns=["need_score", "need_rank", "need_quintile"])
    assert [name for name in priority(rows).main.frame if name in COLUMNS] == ["published_usd"]


def test_the_program_most_schools_are_in_and_its_latest_year() -> None:
    rows = pd.concat([seni(), seni(id=["b1", "b2", "b3"], year=["2025-26"] * 3, need_rank=[7.0, 8.0, 9.0]),
                      seni(id=["c1", "c2", "c3"], program=["Equity multiplier"] * 3, school_id=[WEST, "x", "y"])], ignore_index=True)
    found = published_allocation(given(rows), [EAST, WEST])
    assert (found.program, found.table["published_rank"].tolist()) == ("SENI 2026-27", [780.0, 1.0])
    earlier = published_allocation(given(rows), [WEST], year="2025-26")
    assert (earlier.program, earlier.table["published_rank"].tolist()) == ("SENI 2025-26", [7.0])
    other = published_allocation(given(rows), [WEST, EAST], program="Equity multiplier")
    assert other.table["published_usd"].notna().tolist() == [True, False]


def test_the_table_of_money_shows_the_index_beside_the_dollars() -> None:
    frame = given(seni())
    result = ask("money", Frames({k: frame[k] for k in ("schools", "allocation")},
                                 {k: frame.layer(k) for k in ("schools", "allocation")}), year="2024-25")
    table = result.main.frame.set_index("id")
    assert table["published_rank"].tolist()[0] == 1.0
    assert "published_usd" not in table
    assert table.loc[WEST, "allocated_usd"] == 313_000.0
    assert table.loc[MIDDLE, ["allocated_usd_reason", "published_rank_reason"]].tolist() == ["not_reported"] * 2
    labels = {column.name: column.label for column in result.main.columns}
    assert labels["allocated_usd"] == "Given by rule C, as published: SENI 2026-27"
