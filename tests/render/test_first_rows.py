"""One rule for which rows come first: what decides, what is said of it, and that a cut never hides the top."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecomap.model.layer import Column
from ecomap.model.result import Output
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.render.first_rows import EITHER, LARGEST, OWN, SHORT, SMALLEST, first_rows, in_order, order_of

MANY = SHORT + 1
IDS = [f"{n:02d}" for n in range(MANY)]


def output(*columns: Column, told_by: str = "", style: LayerStyle | None = None, rows: int = MANY, **values: Any) -> Output:
    frame = pd.DataFrame({"id": IDS[:rows], **{name: list(given)[:rows] for name, given in values.items()}})
    return Output("t", "Table", frame, columns, told_by=told_by, style=style)


def decided(made: Output) -> tuple[str, str]:
    order = order_of(made)
    return (order.column.name if order.column else "", order.first)


RANK, OUT, SHARE, CHILDREN = (Column("rank", "Rank", "rank"), Column("out_of_reach", "Out of reach", "count"),
                              Column("share_out", "Share", "share"), Column("children", "Children", "count"))
UP = list(range(1, MANY + 1))


def test_the_first_of_the_ladder_that_is_there_decides() -> None:
    numbers: dict[str, Any] = {"change": [-5, *UP[1:]], "rank": UP, "out_of_reach": UP, "share_out": UP, "children": UP, "sites": UP, "usd": UP, "score": UP}
    change, sites, money, score = Column("change", "Change"), Column("sites", "Sites", "count"), Column("usd", "Money", "usd"), Column("score", "Score", "score")
    ladder = [change, RANK, OUT, SHARE, score, CHILDREN, sites, money]
    found = []
    while ladder:
        there = {column.name: numbers[column.name] for column in ladder}
        found.append(decided(output(*reversed(ladder), told_by="change", style=LayerStyle(GRADUATED, "score"), **there)))
        ladder = ladder[1:]
    assert found == [("change", EITHER), ("rank", SMALLEST), ("out_of_reach", LARGEST), ("share_out", LARGEST), ("score", LARGEST),
                     ("children", LARGEST), ("sites", LARGEST), ("usd", LARGEST)]


def test_what_is_darkest_on_the_map_comes_first() -> None:
    style = LayerStyle(GRADUATED, "access", least_is_darkest=True)
    assert decided(output(Column("access", "Access"), style=style, access=UP)) == ("access", SMALLEST)


def test_a_short_table_and_one_that_counts_again_keep_their_order() -> None:
    assert decided(output(OUT, rows=SHORT, out_of_reach=UP)) == ("", OWN)
    assert decided(output(OUT, out_of_reach=UP)) == ("out_of_reach", LARGEST)
    assert decided(output(RANK, rank=[1, 2, 3] * 5)) == ("", OWN)
    assert decided(output(RANK, rank=[1, 2, 3, 4] * 4)) == ("rank", SMALLEST)


@pytest.mark.parametrize("column", [Column("rank", "Rank", "rank", hidden=True), Column("gone", "Gone", "rank"), Column("word", "Word", "count")])
def test_what_no_reader_sees_or_what_holds_no_number_decides_nothing(column: Column) -> None:
    made = output(column, CHILDREN, rank=UP, word=["a"] * MANY, children=UP)
    assert decided(made) == ("children", LARGEST)


def test_a_margin_is_not_what_is_counted() -> None:
    made = output(Column("people_moe", "Margin", "count"), Column("people", "People", "count", moe="people_moe"), people=UP, people_moe=UP)
    assert decided(made) == ("people", LARGEST)


def test_missing_comes_last_and_out_of_reach_is_the_worst() -> None:
    made = output(OUT, out_of_reach=[np.nan, math.inf, 3.0, 0.0, *[1.0] * (MANY - 4)])
    rows = in_order(made.frame, order_of(made))["id"].tolist()
    assert (rows[:2], rows[-2:]) == (["01", "02"], ["03", "00"])


def test_ties_go_by_rank_then_by_id_whatever_the_order_of_the_file() -> None:
    made = output(RANK, Column("sets", "Sets", "count"), told_by="sets", rank=[*reversed(UP[1:]), 2], sets=[8] * MANY)
    there = in_order(made.frame, order_of(made))["id"].tolist()
    assert there == ["11", "12", *reversed(IDS[:11])]
    assert in_order(made.frame.iloc[::-1], order_of(made))["id"].tolist() == there


def test_the_largest_difference_of_either_sign_comes_first() -> None:
    made = output(Column("net", "Net"), told_by="net", net=[1, -9, 4, *[0] * (MANY - 3)])
    assert first_rows(made, 3).frame["net"].tolist() == [-9, 4, 1]


def test_a_cut_says_how_many_of_how_many_and_what_decided() -> None:
    cut = first_rows(output(RANK, rank=list(reversed(UP))), 2)
    assert cut.frame["rank"].tolist() == [1, 2]
    assert cut.left_out == MANY - 2
    assert cut.words == ("The first 2 of 13 rows. Rows are in the order of “Rank”, the first rank first. Key figures and sums count all rows.")


def test_all_rows_where_they_fit_and_nothing_said() -> None:
    made = output(RANK, rank=UP)
    assert (first_rows(made, MANY).left_out, first_rows(made, MANY).words) == (0, "")
    assert first_rows(made, MANY - 1).words


def test_the_frame_stays_as_it_is() -> None:
    made = output(RANK, rank=list(reversed(UP)))
    first_rows(made, 2)
    assert made.frame["id"].tolist() == IDS
    assert list(first_rows(made, 2).frame.columns) == ["id", "rank"]
