"""Bringing files into the inventory: matched and told, never merged in silence; twice is once; order does not matter."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.io.inventory import texts_of_frame
from ecomap.io.inventory.incoming import Incoming, RawTable
from ecomap.io.template import write_template_folder
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import INVENTORY_ROLES, table_spec
from ecomap.model.project import Project
from ecomap.workspace import operations
from ecomap.workspace.inventory import (
    InventoryReport,
    export_template,
    import_inventory,
    review_inventory,
    with_incoming,
)
from ecomap.workspace.inventory_edits import change_row, possible_duplicates
from ecomap.workspace.inventory_tables import inventory_rows
from tests.small_project import small_project


def _file(role: str, *rows: dict[str, str], name: str = "partner") -> Incoming:
    names = sorted({column for row in rows for column in row})
    return Incoming(name, "test", (RawTable(role, {c: [row.get(c, "") for row in rows] for c in names}, len(rows)),))


def _texts(project: Project) -> dict[str, dict[str, list[str]]]:
    return {role: texts_of_frame(table_spec(role), inventory_rows(project, role), project.crs) for role in INVENTORY_ROLES}


def _names(project: Project, role: str = v.ORGANISATION) -> list[str]:
    return sorted(inventory_rows(project, role)[v.NAME])


def _kinds(report: InventoryReport) -> list[tuple[str, str]]:
    return [(item.kind, item.decision) for item in report.items]


LAEP = {v.NAME: "Los Angeles Education Partnership", v.WEBSITE: "https://laep.org"}


def test_words_that_name_the_same_are_certain_and_fill_gaps() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    again, report = with_incoming(project, _file(v.ORGANISATION, {v.NAME: "The LA Education Partnership, Inc.", v.PHONE: "213"}))
    assert _kinds(report) == [("certain", "merge")]
    row = inventory_rows(again, v.ORGANISATION).iloc[0]
    assert (row[v.NAME], row[v.PHONE], row[v.WEBSITE]) == (LAEP[v.NAME], "213", LAEP[v.WEBSITE])


def test_nearly_the_same_is_only_told_and_added() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    again, report = with_incoming(project, _file(v.ORGANISATION, {v.NAME: "L.A. Educaton Partnership", v.WEBSITE: "laep.org"}))
    assert _kinds(report) == [("likely", "new")]
    assert len(inventory_rows(again, v.ORGANISATION)) == 2
    assert [table.kept for table in report.tables] == [1]
    assert report.waiting == report.items
    assert "only" not in report.sentence
    assert "1 to look at" in report.sentence
    pairs = possible_duplicates(again, v.ORGANISATION)
    assert {pairs[0].first_name, pairs[0].second_name} == {LAEP[v.NAME], "L.A. Educaton Partnership"}


def test_a_decision_merges_and_is_remembered() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    file = _file(v.ORGANISATION, {v.NAME: "L.A. Educaton Partnership", v.WEBSITE: "laep.org", v.CITY: "Los Angeles"})
    _, report = with_incoming(project, file)
    merged, told = with_incoming(project, file, decisions={report.items[0].key: "merge"})
    assert _names(merged) == [LAEP[v.NAME]]
    assert inventory_rows(merged, v.ORGANISATION)[v.CITY].tolist() == ["Los Angeles"]
    assert told.adds_up
    again, report = with_incoming(merged, file)
    assert again is merged
    assert report.items[0].kind == "certain"


def test_what_is_said_otherwise_waits_until_somebody_decides() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    file = _file(v.ORGANISATION, {**LAEP, v.WEBSITE: "https://new.org"})
    kept, report = with_incoming(project, file)
    assert kept is project
    change = report.items[0].changes[0]
    assert (change.column, change.before, change.after, change.taken) == (v.WEBSITE, "https://laep.org", "https://new.org", False)
    taken, _ = with_incoming(project, file, decisions={report.items[0].key: "take"})
    assert inventory_rows(taken, v.ORGANISATION)[v.WEBSITE].tolist() == ["https://new.org"]


def test_two_organisations_with_one_name_and_two_numbers_stay_two() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, {v.NAME: "Community Coalition", v.IDENTIFIERS: "EIN:1"}))
    after, report = with_incoming(project, _file(v.ORGANISATION, {v.NAME: "Community Coalition", v.IDENTIFIERS: "EIN:2"}))
    assert len(inventory_rows(after, v.ORGANISATION)) == 2
    assert report.items[0].kind == "likely"
    same, report = with_incoming(project, _file(v.ORGANISATION, {v.NAME: "CoCo", v.IDENTIFIERS: "ein: 1"}))
    assert report.items[0].kind == "certain"
    assert len(inventory_rows(same, v.ORGANISATION)) == 1


def test_mentions_follow_an_organisation_to_its_name_in_the_project() -> None:
    project, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    both = Incoming("b", "test", (
        *_file(v.ORGANISATION, {v.ID: "x9", v.NAME: "LA Education Partnership"}).tables,
        *_file(v.STAFF_ROLE, {v.TITLE: "Coordinator", v.EMPLOYER: "LA Education Partnership"}).tables,
        *_file(v.SERVICE, {v.NAME: "Tutoring", v.ORGANISATION_ID: "x9", v.ORGANISATION: "LA Education Partnership"}).tables,
    ))
    after, _ = with_incoming(project, both)
    assert inventory_rows(after, v.STAFF_ROLE)[v.EMPLOYER].tolist() == [LAEP[v.NAME]]
    service = inventory_rows(after, v.SERVICE).iloc[0]
    assert (service[v.ORGANISATION], service[v.ORGANISATION_ID]) == (LAEP[v.NAME], inventory_rows(project, v.ORGANISATION)[v.ID].iloc[0])
    again, _ = with_incoming(after, both)
    assert again is after


def test_one_place_that_offers_two_things_is_two_services() -> None:
    rows = [{v.NAME: "Family Center", v.ADDRESS: "1 Main St", v.CATEGORY: kind} for kind in ("Food", "Legal")]
    project, _ = with_incoming(Project(), _file(v.SERVICE, rows[0]))
    after, report = with_incoming(project, _file(v.SERVICE, *rows))
    assert [item.kind for item in report.items] == ["certain", "new"]
    assert len(inventory_rows(after, v.SERVICE)) == 2


def test_same_chain_at_another_address_is_not_even_likely() -> None:
    project, _ = with_incoming(Project(), _file(v.SERVICE, {v.NAME: "Food Bank", v.ADDRESS: "1 Main St"}))
    _, report = with_incoming(project, _file(v.SERVICE, {v.NAME: "Food Bank", v.ADDRESS: "11 Main St"}))
    assert report.items[0].kind == "new"
    _, report = with_incoming(project, _file(v.SERVICE, {v.NAME: "Food Bnak", v.ADDRESS: "1 Main Street"}))
    assert report.items[0].kind == "likely"


def test_schools_are_found_by_code_lost_zero_and_name() -> None:
    texts = ["01964733000001", "1964733000002", "East School", "West School (01964733000001)", "Elsewhere"]
    project, report = with_incoming(small_project(), _file(v.STAFF_ROLE, *({v.TITLE: f"T{n}", v.SCHOOL_ID: t} for n, t in enumerate(texts))))
    rows = inventory_rows(project, v.STAFF_ROLE).set_index(v.TITLE)[v.SCHOOL_ID]
    assert rows[["T0", "T1", "T2", "T3", "T4"]].tolist() == [
        "01964733000001", "01964733000002", "01964733000003", "01964733000001", "Elsewhere"]
    assert [(line.kind, line.count) for line in report.tables[0].lines] == [("caution", 1)]


def test_rows_without_what_they_need_are_dropped_and_counted() -> None:
    _, report = with_incoming(Project(), _file(v.FUNDING, {v.FUNDER: "A"}, {v.RECIPIENT: "B"}, {v.FUNDER: "A"}))
    table = report.tables[0]
    assert (table.read, table.kept, table.count("dropped"), table.count("merged")) == (3, 1, 1, 1)
    assert report.adds_up


# --- templates that come back ----------------------------------------------------------------------------------------


def _edited(path: Path, sheet: str, row_name: str, **values: str) -> None:
    book = openpyxl.load_workbook(path)
    cells = book[sheet]
    heads = {cell.value: cell.column for cell in cells[1]}
    line = next(row[0].row for row in cells.iter_rows() if any(cell.value == row_name for cell in row))
    for label, value in values.items():
        cells.cell(row=line, column=heads[label]).value = value or None
    book.save(path)


def test_two_partners_change_different_rows_and_order_does_not_matter(tmp_path: Path) -> None:
    start, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP, {v.NAME: "Youth Policy Institute", v.PHONE: "1"}))
    for name in ("a.xlsx", "b.xlsx"):
        export_template(start, tmp_path / name)
    _edited(tmp_path / "a.xlsx", "Organisations", LAEP[v.NAME], Website="https://newer.org")
    _edited(tmp_path / "b.xlsx", "Organisations", "Youth Policy Institute", End="2019-10-25", Phone="")
    one = import_inventory(import_inventory(start, tmp_path / "a.xlsx")[0], tmp_path / "b.xlsx")[0]
    two = import_inventory(import_inventory(start, tmp_path / "b.xlsx")[0], tmp_path / "a.xlsx")[0]
    assert _texts(one) == _texts(two)
    rows = inventory_rows(one, v.ORGANISATION).set_index(v.NAME)
    assert rows[v.WEBSITE][LAEP[v.NAME]] == "https://newer.org"
    assert (rows[v.END]["Youth Policy Institute"], rows[v.PHONE]["Youth Policy Institute"]) == ("2019-10-25", "")


def test_both_changed_the_same_cell_waits(tmp_path: Path) -> None:
    start, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    export_template(start, tmp_path / "a.xlsx")
    _edited(tmp_path / "a.xlsx", "Organisations", LAEP[v.NAME], Website="https://theirs.org")
    ours = change_row(start, v.ORGANISATION, inventory_rows(start, v.ORGANISATION)[v.ID].iloc[0], {v.WEBSITE: "https://ours.org"})
    after, report = import_inventory(ours, tmp_path / "a.xlsx")
    assert dict(after.frames) == dict(ours.frames)  # the very same rows; only the review list has grown
    assert [(c.before, c.after, c.taken) for c in report.waiting[0].changes] == [("https://ours.org", "https://theirs.org", False)]


def test_a_row_deleted_in_the_file_stays(tmp_path: Path) -> None:
    start, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP, {v.NAME: "Promesa"}))
    export_template(start, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["Organisations"].delete_rows(2)
    book.save(tmp_path / "a.xlsx")
    assert import_inventory(start, tmp_path / "a.xlsx")[0] is start


_NAMES = st.sampled_from(["Alpha House", "Beta Works", "Gamma Center", "Delta Group", "Epsilon Fund", "Zeta Lab"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(_NAMES, st.sampled_from(["", "2019", "2020"]), st.sampled_from(["", "City"])), unique_by=lambda row: row[0]), cut=st.integers(0, 6))
def test_disjoint_files_in_any_order_give_the_same(rows: list[tuple[str, str, str]], cut: int) -> None:
    made = [{v.NAME: name, v.END: end, v.CITY: city} for name, end, city in rows]
    one, two = _file(v.ORGANISATION, *made[:cut]), _file(v.ORGANISATION, *made[cut:])
    ab = with_incoming(with_incoming(Project(), one)[0], two)[0]
    ba = with_incoming(with_incoming(Project(), two)[0], one)[0]
    assert _texts(ab) == _texts(ba)
    assert with_incoming(ab, one)[0] is ab
    assert with_incoming(ab, two)[0] is ab


# --- partners' lists -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "read", "kept", "repeated"), [
    ("lausd_partner_services_geocoded.csv", 668, 653, 15), ("lausd_SHHS_Partner_Services_2020-05-12.xlsx", 599, 586, 13),
    ("lausd_partner_physical_sources.csv", 485, 471, 14),
])
def test_the_district_s_lists_come_in_with_a_true_report(name: str, read: int, kept: int, repeated: int, shared_data: Path) -> None:
    path = shared_data / "la/services" / name
    project, report = import_inventory(Project(), path)
    table = report.tables[0]
    assert (table.read, table.kept, table.count("merged"), table.count("dropped")) == (read, kept, repeated, 0)
    rows = inventory_rows(project, v.SERVICE)
    assert len(rows) == kept
    assert rows[v.ID].is_unique
    placed = rows.geometry.notna().sum()
    assert placed == {"lausd_partner_services_geocoded.csv": 471, "lausd_partner_physical_sources.csv": 471}.get(name, 0)
    assert import_inventory(project, path)[0] is project


def test_the_district_s_list_meets_the_starter(shared_data: Path) -> None:
    """Most rows are in the starter already; none is lost, none counted twice, and the report says so."""
    project = operations.new_project("los-angeles")
    before = len(inventory_rows(project, v.SERVICE))
    after, report = import_inventory(project, shared_data / "la/services/lausd_partner_physical_sources.csv")
    assert report.adds_up
    table = report.tables[0]
    assert len(inventory_rows(after, v.SERVICE)) == before + table.kept
    certain = sum(item.kind == "certain" for item in report.items)
    assert certain > 450
    assert table.count("merged") == certain + 14


def test_review_changes_nothing_and_says_the_same(tmp_path: Path) -> None:
    write_template_folder({}, tmp_path / "t")
    (tmp_path / "t/organisations.csv").write_text("id,name\n,A House\n", encoding="utf-8")
    assert review_inventory(Project(), tmp_path / "t") == import_inventory(Project(), tmp_path / "t")[1]


# --- hostile files ---------------------------------------------------------------------------------------------------


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))


def _laughs(path: Path) -> None:
    export_template(None, path)
    entity = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            text = data.decode("utf-8", "replace")
            archive.writestr(name, entity + text.replace("Organisations", "&b;") if name == "xl/workbook.xml" else data)


@pytest.mark.parametrize("make", [_bomb, _laughs, lambda path: path.write_bytes(b"PK\x03\x04 broken"), lambda path: path.write_bytes(b"")])
def test_hostile_workbooks_are_refused_in_words(make: object, tmp_path: Path) -> None:
    make(tmp_path / "x.xlsx")  # type: ignore[operator]
    with pytest.raises(InputError) as problem:
        import_inventory(Project(), tmp_path / "x.xlsx")
    assert problem.value.hint


def test_a_formula_that_was_never_computed_is_empty_and_text_is_never_run(tmp_path: Path) -> None:
    export_template(None, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheet = book["Organisations"]
    sheet.cell(row=2, column=2).value = "=HYPERLINK(\"http://x\",\"y\")"
    sheet.cell(row=3, column=2).value = "=cmd|' /C calc'!A0"
    sheet.cell(row=3, column=2).data_type = "s"
    sheet.cell(row=3, column=3).value = "funder"
    book.save(tmp_path / "x.xlsx")
    project, _ = import_inventory(Project(), tmp_path / "x.xlsx")
    assert _names(project) == ["=cmd|' /C calc'!A0"]
    for out in ("o.xlsx", "o"):
        export_template(project, tmp_path / out)
    cell = openpyxl.load_workbook(tmp_path / "o.xlsx")["Organisations"].cell(row=2, column=2)
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    assert "'=cmd|" in (tmp_path / "o/organisations.csv").read_text(encoding="utf-8")


def test_marks_that_somebody_meddled_with_do_no_harm(tmp_path: Path) -> None:
    start, _ = with_incoming(Project(), _file(v.ORGANISATION, LAEP))
    export_template(start, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    marks = book["ecomap"]
    for row in marks.iter_rows():
        for cell in row:
            cell.value = "organisation" if cell.column == 1 else "x y z"
    book.save(tmp_path / "a.xlsx")
    assert import_inventory(start, tmp_path / "a.xlsx")[0] is start
