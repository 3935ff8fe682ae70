"""A table about schools that the project has: what it does not say of their levels is no lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecomap.model import vocabulary as v
from ecomap.workspace import operations
from tests.small_project import small_project

UNKNOWN = "Schools whose level cannot be told from grades or type."


@pytest.mark.parametrize(("headings", "cells", "said"), [
    (("teachers",), ("12",), False),                                             # joined: the project says the levels
    (("grade_span",), ("{span}",), True),                                        # the file speaks of levels, and not of all
    (("teachers", "longitude", "latitude"), ("12", "-118.2{n}", "34.05"), True),   # a list of schools of its own: a lack
])
def test_a_table_joined_to_schools_says_nothing_of_levels_the_project_has(
    tmp_path: Path, headings: tuple[str, ...], cells: tuple[str, ...], said: bool,
) -> None:
    project = small_project()
    schools = project.frame("schools")
    rows = [",".join(("school_code", "school_name", *headings))]
    names = ("West Elementary School", "Place", "Elsewhere")  # one name tells a level
    rows += [",".join((str(key), called, *cells)).format(n=number, span="K-5" * (not number)) for number, (key, called) in enumerate(zip(schools[v.ID], names, strict=True))]
    path = tmp_path / "more.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    _, report = operations.import_file(project, path, v.SCHOOL)
    assert any(line.text == UNKNOWN for line in report.lines) is said
