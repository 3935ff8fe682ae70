"""Which rows of a map are coast, water, roads, names of places or parks: by the words of the common schemas, as data."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.importers.columns.headings import plain
from ecomap.io.reading.layers import MAP_LAYER
from ecomap.io.table.keys import text_of
from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir

LAYER: Final = "layer"   # in a rule: the layer of the file that a row stands in
ENOUGH: Final = 0.2      # of the rows that must be ground for a file to be taken for it


@frozen
class Rule:
    """One line of the table: rows whose cells are among these words are of a kind."""

    schema: str
    where: tuple[tuple[str, frozenset[str]], ...]
    kind: str
    rank: int


@frozen
class Kinds:
    """What the rows of a table are as ground.

    Parameters
    ----------
    kind : array of str
        One of `GROUND_KINDS`, "" for rows that are none.
    rank : array of float
        From which scale on, before their size is looked at; NaN where there is no kind.
    schema : str
        Whose words most rows were told by; "" where none was.
    columns : tuple of str
        The columns that told.
    """

    kind: Any = field(repr=False, eq=False)
    rank: Any = field(repr=False, eq=False)
    schema: str = ""
    columns: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The part of the rows that are ground (0-1)."""
        return float((self.kind != "").mean()) if len(self.kind) else 0.0


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The table of kinds (resources/ground)."""
    with (resources_dir() / "ground" / "kinds.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Rule(row["schema"], _conditions(row["where"]), row["kind"], int(row["rank"])) for row in csv.DictReader(stream))


def _conditions(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((column, frozenset(words.split("|"))) for column, _, words in (part.partition("=") for part in text.split()))


def kinds_of(frame: Any, layer: str = "") -> Kinds:
    """What every row is, by the first rule that holds.

    Parameters
    ----------
    frame : DataFrame
        Columns as in the file, or behind a mark.
    layer : str
        The layer of the file that all rows stand in, where no column says it.
    """
    import numpy as np

    columns: dict[str, str] = {}
    for column in frame.columns:
        columns.setdefault(plain(str(column).lstrip("\x01\x02")), column)
    cells: dict[str, Any] = {}
    kind, rank = np.full(len(frame), "", dtype=object), np.full(len(frame), np.nan)
    hits: dict[str, int] = {}
    told: dict[str, None] = {}
    for rule in rules():
        found = _holds(rule, frame, columns, cells, layer)
        if found is None:
            continue
        found &= kind == ""
        if found.any():
            kind[found], rank[found] = rule.kind, rule.rank
            hits[rule.schema] = hits.get(rule.schema, 0) + int(found.sum())
            told |= dict.fromkeys(columns[column] for column, _ in rule.where if column in columns and column != LAYER)
    return Kinds(kind, rank, max(hits, key=lambda one: hits[one], default=""), tuple(told))


def _holds(rule: Rule, frame: Any, columns: Mapping[str, str], cells: dict[str, Any], layer: str) -> Any | None:
    """Where a rule holds; None where a column of it is not there."""
    import numpy as np

    out = np.ones(len(frame), dtype=bool)
    for column, words in rule.where:
        if column == LAYER and MAP_LAYER not in frame.columns:
            if plain(layer) not in words:
                return None
            continue
        if column != LAYER and column not in columns:
            return None
        if column not in cells:
            given = frame[MAP_LAYER if column == LAYER else columns[column]]
            cells[column] = text_of(given).fillna("").str.strip().str.lower().to_numpy(dtype=object)
        out &= np.isin(cells[column].astype(str), list(words))
        if not out.any():
            return None
    return out


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    with (resources_dir() / "ground" / "names.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["kind"], frozenset(row["shapes"].split("|")), frozenset(row["words"].split("|"))) for row in csv.DictReader(stream))


def kind_by_name(name: str, geometry: str) -> str:
    """The kind that a file's name speaks of, for rows of a kind of shape; "" where it speaks of none.

    >>> kind_by_name("Seattle_Neighborhoods-2023", "polygon"), kind_by_name("parks", "line")
    ('neighbourhood', '')
    """
    said = plain(name)
    parts = {*said.split("_"), *("_".join(pair) for pair in zip(said.split("_"), said.split("_")[1:]))}
    return next((kind for kind, shapes, words in _words() if geometry in shapes and parts & words), "")


def is_kind(cells: Any) -> bool:
    """Whether cells are words of the closed list."""
    return len(cells) > 0 and bool(cells.str.strip().isin(list(v.GROUND_KINDS)).all())
