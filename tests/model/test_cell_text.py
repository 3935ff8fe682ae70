"""Cells of tables that leave: every awkward character comes back as it was, and nothing runs."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.cell_text import csv_bytes, csv_text, guarded, in_xml, runs, shortened, storable, unguarded

CONTROLS = [chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0))]
UNSEEN = list("\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ufffe\uffff")


@pytest.mark.parametrize("letter", [*CONTROLS, *UNSEEN], ids=lambda letter: f"U+{ord(letter):04X}")
def test_every_control_and_unseen_character_is_quoted_and_kept(letter: str) -> None:
    rows = [["id", "name"], ["1", f"a{letter}b"], ["2", f"{letter}c"], ["3", f"d{letter}"]]
    written = csv_bytes(rows)
    assert f'"a{letter}b"'.encode() in written
    assert list(csv.reader(io.StringIO(written.decode("utf-8"), newline=""))) == rows
    read = pd.read_csv(io.BytesIO(written), dtype=str, keep_default_na=False, engine="python")
    assert [read.columns.tolist(), *read.to_numpy().tolist()] == rows
    if letter not in "\r":  # pandas' C reader cuts nothing inside quotes
        fast = pd.read_csv(io.BytesIO(written), dtype=str, keep_default_na=False)
        assert [fast.columns.tolist(), *fast.to_numpy().tolist()] == rows


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_lone_carriage_return_ends_no_row(ending: str) -> None:
    text = csv_text([["name", "url"], ["A", "http://x.test/\r=1+1"]], ending=ending)
    assert text == f'name,url{ending}A,"http://x.test/\r=1+1"{ending}'


def test_a_mark_of_the_file_that_is_data_stays_data() -> None:
    written = csv_bytes([["\ufeffid"], ["1"]])
    assert written == '"\ufeffid"\n1\n'.encode()


def test_plain_cells_are_left_alone() -> None:
    assert csv_text([["id", "name"], ["01", "Peña 🎒; a|b"]]) == "id,name\n01,Peña 🎒; a|b\n"


def test_spaces_at_the_ends_are_kept_and_quoted() -> None:
    assert csv_text([[" a", "b\u00a0", "c d"]]) == '" a","b\u00a0",c d\n'


def test_an_empty_cell_alone_is_a_row() -> None:
    assert csv_text([["name"], [""], ["x"]]) == 'name\n""\nx\n'


def test_what_no_file_can_hold_is_shown_as_unknown() -> None:
    assert csv_bytes([["a\x00b\ud800"]]) == "a\ufffdb\ufffd\n".encode()
    assert storable("\udcff") == "\ufffd"


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), min_size=1, max_size=4))
def test_any_text_comes_back(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert read == [[storable(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
@pytest.mark.parametrize("before", ["", "'", "''"])
def test_a_first_line_break_or_tab_is_guarded(start: str, before: str) -> None:
    assert guarded(f"{before}{start}=1") == f"'{before}{start}=1"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff", "\u200b", "\x0b", "\x00", "\u202e", "'", "''"])
def test_what_would_run_is_guarded_however_it_hides(start: str, before: str) -> None:
    text = f"{before}{start}cmd|' /C calc'!A0"
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@given(st.text(max_size=20))
def test_a_guard_comes_off_again_and_leaves_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not runs(guarded(text)) or re.fullmatch(r"-?\d+(\.\d+)?", guarded(text))


@pytest.mark.parametrize("text", ["-118.25", "-5", "12", "0", "Garfield High", "'tis", "3-5", ""])
def test_numbers_and_words_stay(text: str) -> None:
    assert guarded(text) == text == unguarded(text)


def test_xml_holds_no_control_character() -> None:
    assert in_xml("a\x00\x0b\x1f\ud800\uffffb\t\n\r") == "a     b\t\n\r"


@pytest.mark.parametrize(("text", "most", "kept"), [
    ("a" * 5, 5, "aaaaa"), ("a" * 6, 5, "aaaa…"), ("🎒" * 3, 6, "🎒🎒🎒"), ("🎒" * 3, 5, "🎒🎒…"), ("🎒" * 3, 4, "🎒…"), ("a🎒", 2, "a…"),
])
def test_long_texts_say_that_there_was_more(text: str, most: int, kept: str) -> None:
    assert shortened(text, most) == kept
    assert len(shortened(text, most).encode("utf-16-le")) // 2 <= most
