"""Template -> fill -> import -> export -> import gives the same rows, for whatever people write into cells."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.io.inventory import texts_of_frame
from ecomap.io.template import write_template_folder
from ecomap.io.template_workbook import TemplateLists, write_template_workbook
from ecomap.model import vocabulary as v
from ecomap.model.cell_text import guarded as guarded_text
from ecomap.model.cell_text import unguarded
from ecomap.model.inventory import INVENTORY_ROLES, TABLES, Field, table_spec
from ecomap.model.project import Project
from ecomap.workspace.inventory import export_template, import_inventory
from ecomap.workspace.inventory_tables import inventory_rows

_EVIL = st.sampled_from(["=1+1", "+49 30", "-5 to 7", "@SUM(A1)", "'=x", "'tis", "0012", "1e5", "TRUE", "a\nb", "a\r\nb", "_x000D_", "#REF!", "ﷺ", "a\tb", "‮abc", "nan", "None", "  "])
_TEXT = st.one_of(st.text(max_size=12), _EVIL)
_DATE = st.one_of(st.sampled_from(["2019-10-25", "2019", "2019-20", "10/25/2019", "soon", ""]), st.dates().map(str))


def _cell(field: Field) -> st.SearchStrategy[str]:
    if field.name in (v.ID, v.ORGANISATION_ID):
        return st.just("")
    if field.choices:
        return st.sampled_from([*field.choices, "closed", "zebra", ""])
    if field.kind == "date":
        return _DATE
    if field.kind == "flag":
        return st.sampled_from(["yes", "no", ""])
    if field.kind == "degrees":
        return st.floats(33.0, 35.0).map(lambda n: str(n if field.name == "latitude" else n - 152.0))
    if field.is_number:
        return st.one_of(st.sampled_from(["", "*", "0", "DNR", "1,234", "x"]), st.floats(0, 1e9).map(str))
    if field.vocabulary:
        return st.one_of(st.sampled_from(["Food", "mental_health", "Community schools", "zebra"]), _TEXT)
    return _TEXT


@st.composite
def _tables(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    tables = {}
    for spec in TABLES:
        if spec.role == v.TERM:
            continue  # words of one's own change what other cells mean; they have their own test
        count = draw(st.integers(0, 3))
        tables[spec.role] = {f.name: [draw(_cell(f)) for _ in range(count)] for f in spec.fields}
    return tables


def _same(one: Project, other: Project) -> None:
    for role in INVENTORY_ROLES:
        spec = table_spec(role)
        ours, theirs = (texts_of_frame(spec, inventory_rows(p, role), p.crs) for p in (one, other))
        assert ours == theirs, role


@pytest.mark.parametrize("ending", [".xlsx", ""])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=_tables())
def test_there_and_back_is_the_identity(ending: str, tables: dict[str, dict[str, list[str]]]) -> None:
    with TemporaryDirectory() as name:
        filled, out = Path(name) / f"filled{ending}", Path(name) / f"out{ending}"
        if ending:
            write_template_workbook(tables, filled, lists=TemplateLists())
        else:
            write_template_folder(tables, filled)
        first, report = import_inventory(Project(), filled)
        assert report.adds_up
        again, _ = import_inventory(first, filled)
        assert again is first  # the same file twice changes nothing
        export_template(first, out)
        unchanged, _ = import_inventory(first, out)
        assert unchanged is first
        second, report = import_inventory(Project(), out)
        assert report.adds_up
        _same(first, second)


@given(st.text(max_size=20))
def test_guarded_text_comes_back_and_starts_no_formula(text: str) -> None:

    guarded = guarded_text(text)
    assert unguarded(guarded) == text
    if guarded[:1] in ("=", "+", "-", "@"):
        assert float(guarded) <= 0  # a plain negative number, such as a longitude


def test_own_words_are_known_to_the_other_sheets(tmp_path: Path) -> None:
    tables = {
        v.TERM: {v.ID: [""], v.VOCABULARY: ["function"], v.CODE: ["gardens"], v.LABEL: ["School gardens"], v.PARENT: [""]},
        v.NEED_LINK: {v.ID: [""], v.INDICATOR: ["pm25"], v.FUNCTION: ["School gardens"], v.WEIGHT: ["2"], v.SOURCE: [""]},
    }
    write_template_workbook(tables, tmp_path / "t.xlsx")
    project, report = import_inventory(Project(), tmp_path / "t.xlsx")
    assert inventory_rows(project, v.NEED_LINK)[v.FUNCTION].tolist() == ["gardens"]
    assert not [line for table in report.tables for line in table.lines if line.kind == "caution"]
    export_template(project, tmp_path / "out.xlsx")
    again, _ = import_inventory(Project(), tmp_path / "out.xlsx")
    _same(project, again)


def test_the_workbook_has_lists_and_a_note_on_every_column(tmp_path: Path) -> None:
    import openpyxl

    export_template(None, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for spec in TABLES:
        sheet = book[spec.title]
        for number, field in enumerate(spec.fields, start=1):
            cell = sheet.cell(row=1, column=number)
            assert cell.value == field.label
            assert bool(cell.comment) == bool(field.help or field.required)
        listed = {str(rule.sqref).split(":")[0][:-1] for rule in sheet.data_validations.dataValidation if rule.type == "list"}
        expected = {openpyxl.utils.get_column_letter(n) for n, f in enumerate(spec.fields, 1) if f.vocabulary or f.choices or f.kind == "flag"}
        assert expected <= listed
    assert book["Lists"].sheet_state == "hidden"


def test_cells_typed_as_excel_types_them(tmp_path: Path) -> None:
    """Real dates, numbers and formulas with their stored values, as a partner's Excel writes them."""
    import datetime as dt

    import openpyxl

    export_template(None, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["Funding"]
    names = [field.name for field in table_spec(v.FUNDING).fields]
    values = {v.FUNDER: "Ford Foundation", v.AMOUNT: 1500.5, v.START: dt.datetime(2019, 7, 1), v.END: 2021, v.SCHOOL_ID: 1611190130229}
    for name, value in values.items():
        sheet.cell(row=2, column=names.index(name) + 1).value = value
    book.save(tmp_path / "t.xlsx")
    rows = inventory_rows(import_inventory(Project(), tmp_path / "t.xlsx")[0], v.FUNDING)
    assert rows[[v.FUNDER, v.START, v.END, v.SCHOOL_ID]].iloc[0].tolist() == ["Ford Foundation", "2019-07-01", "2021", "01611190130229"]
    assert rows[v.AMOUNT].tolist() == [1500.5]


def test_a_missing_number_is_not_zero_and_keeps_its_reason(tmp_path: Path) -> None:
    tables = {v.FUNDING: {v.FUNDER: ["A", "B", "C", "D"], v.AMOUNT: ["0", "", "*", "-5"], v.ID: [""] * 4}}
    whole = {v.FUNDING: {name: tables[v.FUNDING].get(name, [""] * 4) for name in table_spec(v.FUNDING).names}}
    write_template_folder(whole, tmp_path / "t")
    project, report = import_inventory(Project(), tmp_path / "t")
    rows = inventory_rows(project, v.FUNDING).set_index(v.FUNDER)
    assert rows[v.AMOUNT]["A"] == 0
    assert rows[v.AMOUNT][["B", "C", "D"]].isna().all()
    assert rows["amount_usd_reason"].to_dict() == {"A": "", "B": "", "C": "suppressed", "D": ""}
    assert [(line.kind, line.count, line.examples) for line in report.tables[0].lines if line.kind == "caution"] == [("caution", 1, ("-5",))]


def test_a_project_survives_its_file(tmp_path: Path) -> None:
    from ecomap.workspace import operations

    tables = {v.SERVICE: {name: [""] for name in table_spec(v.SERVICE).names}}
    tables[v.SERVICE] |= {v.NAME: ["=Tutoring"], "longitude": ["-118.25"], "latitude": ["34.05"], v.CAPACITY: ["*"]}
    write_template_folder(tables, tmp_path / "t")
    project, _ = import_inventory(Project(), tmp_path / "t")
    operations.save_project(project, tmp_path / "p.ecomap.gpkg")
    opened = operations.open_project(tmp_path / "p.ecomap.gpkg")
    _same(project, opened)
    pd.testing.assert_series_equal(inventory_rows(opened, v.SERVICE)[v.NAME], pd.Series(["=Tutoring"], name=v.NAME, dtype="str"), check_dtype=False)
