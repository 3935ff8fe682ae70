"""The lines of a report about a file of many columns."""

from __future__ import annotations

import pytest

from ecomap.model.report import ImportReport
from ecomap.model.said import name
from ecomap.model.understanding import KEPT, LEFT_OUT, ColumnUse
from ecomap.render.words.report import import_lines


@pytest.mark.parametrize(("use", "begins"), [(KEPT, "kept beside the rows: "), (LEFT_OUT, "left out: ")])
@pytest.mark.parametrize(("count", "ends"), [(6, "c4, c5"), (7, "c4, c5 and 1 more, which the report as JSON names"), (29, "c4, c5 and 23 more, which the report as JSON names")])
def test_a_report_names_six_columns_and_says_how_many_more(use: str, begins: str, count: int, ends: str) -> None:
    report = ImportReport("f.csv", "need_area", "areas", name("Areas"), 1, 1, columns=tuple(ColumnUse(f"c{n}", use) for n in range(count)))
    told = next(line.strip() for line in import_lines(report) if line.strip().startswith(begins))
    assert told == f"{begins}c0, c1, c2, c3, {ends}"
