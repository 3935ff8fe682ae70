"""Workbooks that are no template and no list, and templates whose sheets were renamed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ecomap.io.inventory.opening import read_inventory
from ecomap.io.template_workbook import write_template_workbook
from ecomap.model.errors import InputError

Change = Callable[[Any], None]


def _template(path: Path, change: Change) -> Path:
    write_template_workbook({}, path)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def _keep(book: Any, *titles: str) -> None:
    for title in book.sheetnames:
        if title not in titles:
            del book[title]


def _sheet(book: Any, title: str, *rows: tuple[str, ...]) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)


def _renamed(book: Any) -> None:
    sheet = book["Organisations"]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(row=2, column=names.index("Name") + 1).value = "Eastside Tutors"
    sheet.title = "Partner orgs 2025"


@pytest.mark.parametrize("title", ["Read me", "How to fill this in"])
def test_a_workbook_of_instructions_alone_is_refused(tmp_path: Path, title: str) -> None:
    def change(book: Any) -> None:
        _keep(book, "Read me")
        book["Read me"].title = title

    with pytest.raises(InputError, match="nothing in it looks like a list of organisations or services") as refused:
        read_inventory(_template(tmp_path / "stray.xlsx", change))
    assert refused.value.message.startswith("stray.xlsx ")
    assert refused.value.message.count(". ") == 0  # one sentence


def test_the_lists_of_a_template_are_no_partners(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing in it looks like a list"):
        read_inventory(_template(tmp_path / "stray.xlsx", lambda book: _keep(book, "Read me", "Lists", "ecomap")))


def test_a_list_beside_longer_instructions_is_found(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        _keep(book, "Read me")
        _sheet(book, "Our partners", ("Organization", "Phone"), ("Boys Club", "213 555 0100"), ("LA Clinic", "213 555 0101"))

    incoming = read_inventory(_template(tmp_path / "mixed.xlsx", change))
    (table,) = incoming.tables
    assert list(table.cells["name"]) == ["Boys Club", "LA Clinic"]
    assert table.lines[0].text == "Read the sheet 'Our partners'; not read: 'Read me'."


def test_a_list_with_a_sentence_as_a_heading_and_long_details_stays_a_list(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text(
        "Name of your organization,Phone,Please describe everything that you offer to families in our schools.\n"
        'Boys Club,213 555 0100,"We help with homework on every weekday after school."\n'
        'LA Clinic,213 555 0101,"We see every child who comes, insured or not."\n'
    )
    (table,) = read_inventory(path).tables
    assert list(table.cells["name"]) == ["Boys Club", "LA Clinic"]


def test_a_renamed_sheet_of_a_template_is_a_caution_that_names_it(tmp_path: Path) -> None:
    incoming = read_inventory(_template(tmp_path / "t.xlsx", _renamed))
    (note,) = incoming.notes
    assert note.kind == "caution"
    assert "'Partner orgs 2025'" in note.text
    assert "'Organisations'" in note.text


def test_a_further_sheet_of_other_things_stays_a_note(tmp_path: Path) -> None:
    incoming = read_inventory(_template(tmp_path / "t.xlsx", lambda book: _sheet(book, "Minutes", ("Met on Monday.",))))
    assert [(note.kind, note.examples) for note in incoming.notes] == [("note", ("Minutes",))]


def test_a_template_of_renamed_sheets_alone_is_refused_and_says_which(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        _renamed(book)
        _keep(book, "Read me", "Partner orgs 2025", "Lists", "ecomap")

    with pytest.raises(InputError, match="'Partner orgs 2025' has the headings of 'Organisations'"):
        read_inventory(_template(tmp_path / "t.xlsx", change))
