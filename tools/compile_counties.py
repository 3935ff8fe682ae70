"""The counties of the United States by code and name, with the years in which a code was used: compiled from two lists of codes.

    python -m pip download --no-deps addfips && unzip addfips-*.whl
    python tools/compile_counties.py addfips/data/counties_2020.csv addfips/data/states.csv

The lists (state and county codes with names) are read for the codes and names alone, which are facts published by the U.S. Census
Bureau. What has changed since, and what the list has wrong, stands in county_changes.csv beside this tool, each with its reason.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CENSUS = HERE.parent / "resources" / "census"
COUNTIES_HEAD = ("code", "county", "state", "first", "last")
STATES_HEAD = ("code", "state", "name")


def rows_of(path: Path | str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compiled(counties: list[dict[str, str]], states: list[dict[str, str]], changes: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """One row per code: its name (the last one that the list gives), its state, and the first and last year of the survey that uses it."""
    postal = {code: letters for code, letters, _ in states_of(states)}
    named = {one["statefp"].zfill(2) + one["countyfp"].zfill(3): one["name"] for one in counties}
    years = dict.fromkeys(named, ("", ""))
    for change in changes:
        named[change["code"]] = change["county"] or named[change["code"]]
        years[change["code"]] = (change["first"], change["last"])
    return [(code, name, postal[code[:2]], *years[code]) for code, name in sorted(named.items()) if code[:2] in postal]


def states_of(states: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Code, letters and name of every state and territory; of several names the first."""
    found: dict[str, tuple[str, ...]] = {}
    for one in states:
        found.setdefault(one["fips"].zfill(2), (one["fips"].zfill(2), one["postal"], one["name"]))
    return [found[code] for code in sorted(found)]


def write(name: str, rows: list[tuple[str, ...]]) -> None:
    with (CENSUS / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(f"{CENSUS / name}: {len(rows) - 1:,} rows, {(CENSUS / name).stat().st_size:,} bytes")


def main(counties: str, states: str) -> None:
    listed = rows_of(states)
    write("states.csv", [STATES_HEAD, *states_of(listed)])
    write("counties.csv", [COUNTIES_HEAD, *compiled(rows_of(counties), listed, rows_of(HERE / "county_changes.csv"))])


if __name__ == "__main__":
    main(*sys.argv[1:3])
