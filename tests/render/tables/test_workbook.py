"""A workbook written cell by cell is read by others as it was meant."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import openpyxl
import pytest

from ecomap.model.errors import CancelledError
from ecomap.model.progress import Progress
from ecomap.render.tables.cells import closer_format
from ecomap.render.tables.workbook import Sheet, workbook_bytes

COLUMNS: list[list[Any]] = [
    ["id", "0601", "0602", "0603"],
    ["share", 0.25, None, 1],
    ["name", "=1+1", " two\nlines & <b>", True],
]


def read(*sheets: Sheet, **more: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheets, **more)))


def test_every_kind_of_cell_comes_back_as_it_was() -> None:
    sheet = read(Sheet("A & B", COLUMNS))["A & B"]
    assert [list(column) for column in sheet.iter_cols(values_only=True)] == COLUMNS


def test_numbers_are_formatted_and_their_headings_are_bold() -> None:
    sheet = read(Sheet("T", COLUMNS, ["", "0.0%", ""]))["T"]
    assert (sheet["B2"].number_format, sheet["B1"].number_format) == ("0.0%", "General")
    assert [sheet[cell].font.b for cell in ("A1", "A2")] == [True, False]


def test_what_begins_like_a_formula_is_marked_as_text() -> None:
    sheet = read(Sheet("T", COLUMNS))["T"]
    assert (sheet["C2"].data_type, sheet["C2"].quotePrefix, sheet["C3"].quotePrefix) == ("s", True, False)


def test_panes_filters_and_widths_are_kept_for_each_sheet() -> None:
    book = read(Sheet("T", COLUMNS, widths=[9, 12, 30], frozen="C2", filtered=True), Sheet("It's", [["a"]], frozen="A2", wrapped=True))
    first, second = book.worksheets
    assert (first.freeze_panes, first.auto_filter.ref, first.column_dimensions["C"].width) == ("C2", "A1:C4", 30)
    assert (second.freeze_panes, second.auto_filter.ref, second["A1"].alignment.wrap_text) == ("A2", None, True)


def test_many_rows_keep_their_order_across_stretches() -> None:
    numbers: list[Any] = list(range(5_000))
    sheet = read(Sheet("T", [["n", *numbers]]))["T"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == numbers


def test_the_same_cells_give_the_same_bytes() -> None:
    assert workbook_bytes([Sheet("T", COLUMNS)], title="A") == workbook_bytes([Sheet("T", COLUMNS)], title="A")


def test_a_number_that_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="inf"):
        workbook_bytes([Sheet("T", [["n", float("inf")]])])


def test_writing_stops_when_asked() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        workbook_bytes([Sheet("T", COLUMNS)], progress=progress)


@pytest.mark.parametrize(("share", "written"), [
    (0.9997, '">99.9%"'), (0.9994, "0.0%"), (1.0, "0.0%"), (1 - 1e-12, "0.0%"), (0.0004, '"<0.1%"'), (0.0006, "0.0%"), (0.0, "0.0%"), (-0.0004, '">-0.1%"'), (1, "0.0%"),
])
def test_a_share_that_is_not_all_never_reads_as_all_nor_one_that_is_something_as_nothing(share: float, written: str) -> None:
    cells = [["share", share]]
    sheet = read(Sheet("T", cells, ["0.0%"], closer=[partial(closer_format, "share")]))["T"]
    assert (sheet["A2"].number_format, sheet["A2"].value) == (written, share)


def test_only_shares_are_written_otherwise() -> None:
    assert closer_format("count", 0.0004) == closer_format("share", True) == ""
