"""Which tract codes exist in one census only: compiled from two files of tract boundaries, so that importers can tell a file's census.

    python tools/compile_tract_codes.py TRACTS_2010.geojson CODE_COLUMN TRACTS_2020.geojson CODE_COLUMN
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "resources" / "census" / "tract_codes.csv"


def codes_of(path: str, column: str) -> set[str]:
    """The 11-digit tract codes in a column of a file."""
    import pyogrio

    table = pyogrio.read_dataframe(path, columns=[column], read_geometry=False)
    codes = table[column].astype(str).str.zfill(11)
    return set(codes[codes.str.fullmatch(r"\d{11}")])


def main(old_path: str, old_column: str, new_path: str, new_column: str) -> None:
    """Write the codes that only one of the two files has, by county."""
    old, new = codes_of(old_path, old_column), codes_of(new_path, new_column)
    rows = sorted([(code, "2010") for code in old - new] + [(code, "2020") for code in new - old])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("tract", "census"), *rows])
    print(f"{OUT}: {len(old - new):,} codes of 2010 only, {len(new - old):,} of 2020 only, {len(old & new):,} used by both")


if __name__ == "__main__":
    main(*sys.argv[1:5])
