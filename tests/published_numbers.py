"""What somebody who has every file of a project can read and work out: pupils of schools, sums of them, dollars of both."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from scipy.optimize import linprog

from ecomap.render.page.packing import Packed, unpacked
from tests.render.pages import unfolded

PUPILS, MEALS = "enrollment", "unduplicated_count"
CODES = {  # headings in files for people -> columns
    "Id": "id", "Name": "name", "Pupils": PUPILS, "Pupils, peer": "peer_enrollment", "School, code": "school_id", "Its code": "peer_id",
    "Pupils eligible for free or reduced-price meals (stand-in for unduplicated)": MEALS, "Frpm count": MEALS,
    "Pupils eligible for free or reduced-price meals": MEALS, "Free or reduced-price meals, pupils": MEALS,
    "Generated, rule A": "generated_usd", "of it base": "base_usd", "of it grade span adjustment": "grade_span_adjustment_usd",
    "of it supplemental": "supplemental_usd", "of it concentration": "concentration_usd", "Pupils in attendance": "ada",
    "Need fifth": "fifth", "Pupils of these schools": PUPILS, "Schools with each combination of approaches": "sets",
    "Pupils eligible for free or reduced-price meals (stand-in for unduplicated), share of pupils": "need_share",
    "Free or reduced-price meals": "frpm_share", "Generated per pupil, rule A": "generated_per_pupil_usd",
}


def tables_of(path: Path) -> Iterator[pd.DataFrame]:
    """Every table in a file that was made to be shared, with the columns' names."""
    if path.suffix == ".csv":
        yield pd.read_csv(path, dtype={"id": str, "school_id": str, "peer_id": str})
    elif path.suffix == ".xlsx":
        for sheet in openpyxl.load_workbook(path, read_only=True):
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            if rows:
                yield pd.DataFrame(rows[1:], columns=[CODES.get(str(name), str(name)) for name in rows[0]])
    elif path.suffix == ".gpkg":
        with sqlite3.connect(path) as file:
            for (name,) in file.execute("select table_name from gpkg_contents").fetchall():
                yield pd.read_sql_query(f'select * from "{name}"', file)
    elif path.suffix == ".json":
        yield pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["table"])
    else:
        yield from _page(path.read_text(encoding="utf-8"))


def page_data(text: str) -> dict[str, Any]:
    """What a meeting file says, packed or not."""
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)
    packed = re.search(r'id="page-data" data-size="(\d+)">(.*?)</script>', text, re.DOTALL)
    return dict(unfolded(json.loads(found[1] if found else unpacked(Packed(packed[2], int(packed[1]))) if packed else "")))


def _page(text: str) -> Iterator[pd.DataFrame]:
    """The cards of places and the tables of answers in a meeting file."""
    data = page_data(text)
    said = data["texts"]
    for layer in data["layers"]:
        rows = []
        for name, card in zip(layer["names"], layer["cards"]["rows"], strict=True):
            pairs = [(said[card[n]], said[card[n + 1]]) for n in range(1, len(card) - 2, 3) if card[n] >= 0]
            rows.append({"name": said[name], **{CODES.get(label, label): value for label, value in pairs}})
        yield pd.DataFrame(rows)
    for result in data["results"]:
        for table in result["tables"]:
            yield pd.DataFrame({CODES.get(column["label"], column["label"]): [said[n] for n in column["cells"]]
                                for column in table["columns"]})


def number(cell: Any) -> float | None:
    """The number in a cell, as written for people or for programs; None where there is none."""
    if cell is None or isinstance(cell, bool) or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return float(cell)
    plain = re.fullmatch(r"\s*\$?(-?[\d,]+(\.\d+)?)\s*", str(cell))
    return float(plain[1].replace(",", "")) if plain else None


class Attacker:
    """Everything that was read, as bounds and sums over two unknowns per school: its pupils, and those with meals.

    ``schools``: id, name, the base money of one pupil (`per_base`), what one pupil generates (`per_pupil`) and what one pupil with
    meals adds to that (`per_meal`); they follow from the state's rates and from the schools that show theirs.
    """

    def __init__(self, schools: pd.DataFrame, pupils: float, meals: float) -> None:
        self.schools = schools.reset_index(drop=True)
        self.at = {**{str(one): n for n, one in enumerate(self.schools["id"])}, **{str(one): n for n, one in enumerate(self.schools["name"])}}
        self.count = len(self.schools)
        self.known: dict[int, float] = {}
        self.sums: list[tuple[np.ndarray, float, float]] = []
        everybody = np.ones(self.count)
        self.sum(np.concatenate([everybody, 0 * everybody]), pupils)   # the district's own totals are known from elsewhere
        self.sum(np.concatenate([0 * everybody, everybody]), meals)

    def sum(self, factors: np.ndarray, value: float, within: float = 0.0) -> None:
        self.sums.append((factors, value, within))

    def learn(self, position: int, value: float) -> None:
        assert self.known.setdefault(position, value) == value, "two files say different numbers of one school"

    def read(self, table: pd.DataFrame, members: dict[str, dict[str, np.ndarray]]) -> None:
        """Take everything a table says; `members`: kind of row -> its id or name -> which schools it adds up."""
        for row in table.loc[:, ~table.columns.duplicated()].to_dict("records"):
            self._school(row, str(row.get("id")) if str(row.get("id")) in self.at else str(row.get("name")), "")
            self._school(row, str(row.get("school_id")), "school_")
            self._school(row, str(row.get("peer_id")), "peer_")
            for groups in members.values():
                which = groups.get(str(row.get("id")), groups.get(str(row.get("name"))))
                if which is not None:
                    self._group(row, which.astype(float))

    def _school(self, row: dict[str, Any], key: str, prefix: str) -> None:
        place = self.at.get(key)
        if place is None:
            return
        for name, start in ((PUPILS, 0), (MEALS, self.count), ("frpm_count", self.count)):
            value = number(row.get(prefix + name))
            if value is not None:
                self.learn(start + place, value)
        one, unit, based = np.zeros((3, 2 * self.count))
        one[place], unit[place], based[place] = 1.0, self.schools["per_pupil"][place], self.schools["per_base"][place]
        parts = [number(row.get(name)) for name in ("base_usd", "grade_span_adjustment_usd")]
        if not prefix and None not in parts:
            self.sum(based, sum(part for part in parts if part is not None), 1.02)
        attended = number(row.get("ada"))
        if not prefix and attended is not None:
            self.sum(one * 0.92, attended, 0.51)
        made = number(row.get("generated_usd"))
        if not prefix and made is not None:
            both = unit.copy()
            both[self.count + place] = self.schools["per_meal"][place]
            self.sum(both, made, 0.51)

    def _group(self, row: dict[str, Any], which: np.ndarray) -> None:
        pupils, dollars = number(row.get(PUPILS)), number(row.get("generated_usd"))
        if pupils is not None:
            self.sum(np.concatenate([which, 0 * which]), pupils)
        if dollars is not None:
            self.sum(np.concatenate([which * self.schools["per_pupil"], which * self.schools["per_meal"]]), dollars, 501.0)  # thousands

    def contradicted_by(self, truth: np.ndarray) -> list[tuple[float, float]]:
        """Sums that were read and that the true counts do not have: the reader took something for what it is not."""
        return [(float(factors @ truth), value) for factors, value, within in self.sums if abs(factors @ truth - value) > within + 1e-6]

    def room(self, position: int) -> tuple[float, float]:
        """The smallest and the largest that a count can be, by linear programming over all that was read."""
        count = self.count
        bounds = [(self.known[n], self.known[n]) if n in self.known else (0.0, None) for n in range(2 * count)]
        part_of_whole = np.hstack([-np.eye(count), np.eye(count)])
        rows = np.array([factors for factors, _, _ in self.sums])
        value, within = np.array([[value, within] for _, value, within in self.sums]).T
        scale = np.maximum(np.abs(rows).max(axis=1), 1e-9)
        slack = np.maximum(within / scale, 1e-7)
        above = np.vstack([part_of_whole, rows / scale[:, None], -rows / scale[:, None]])
        right = np.concatenate([np.zeros(count), value / scale + slack, -value / scale + slack])
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(2 * count)
            aim[position] = sign
            found = linprog(aim, A_ub=above, b_ub=right, bounds=bounds, method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        return ends[0], ends[1]
