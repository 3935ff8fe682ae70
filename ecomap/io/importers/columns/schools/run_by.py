"""Who runs a school, and whether it takes pupils by home address, in the words of many places."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import Any

from ecomap.io.importers.columns.schools.grades import in_words
from ecomap.model.assets import resources_dir

_YES, _NO = {"y", "yes", "true", "1", "1.0"}, {"n", "no", "false", "0", "0.0"}


@lru_cache(maxsize=10_000)
def run_by(text: str) -> str:
    """district, charter or private, "" where the words tell none of them; yes and no answer "Is it a charter school?".

    >>> run_by("Y"), run_by("Public"), run_by("Voluntary aided school"), run_by("PRIVATE INDIVIDUAL"), run_by("Traditional")
    ('charter', 'district', 'district', 'private', '')
    """
    words = in_words(text)
    if words in _YES:
        return "charter"
    if words in _NO:
        return "district"
    found = next((row["run_by"] for pattern, row in _rows("run_by") if pattern.search(words)), "")
    return "" if found == "unknown" else found


@lru_cache(maxsize=10_000)
def by_address(text: str) -> bool:
    """True where the words are of schools that take pupils by home address although their district does not run them.

    >>> by_address("Academy converter"), by_address("Charter school")
    (True, False)
    """
    words = in_words(text)
    return next((row["by_address"] == "yes" for pattern, row in _rows("run_by") if pattern.search(words)), False)


def is_run_by(cells: Any) -> bool:
    """True if many cells say who runs a school, in few different words."""
    few = len(set(cells)) <= max(25, len(cells) // 10)
    return len(cells) > 0 and few and sum(bool(run_by(cell)) for cell in cells) > 0.3 * len(cells)


@lru_cache(maxsize=100_000)
def takes_by_address(text: str) -> bool:
    """False where a type or a name is of a school that does not take pupils by home address.

    >>> takes_by_address("Lincoln Continuation"), takes_by_address("Adams Elementary")
    (False, True)
    """
    words = in_words(text)
    return not any(pattern.search(words) for pattern, _ in _rows("no_home_intake"))


@lru_cache(maxsize=2)
def _rows(name: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    with (resources_dir() / "schools" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((re.compile(row["pattern"]), row) for row in csv.DictReader(stream))
