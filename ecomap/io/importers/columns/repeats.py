"""One site in several spellings: rows that are the same, and rows that likely are, by the inventory's own rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.io.importers.spec import Draft
from ecomap.io.inventory.matching import LIKE_ENOUGH
from ecomap.io.inventory.settling import key_text
from ecomap.io.table.places.bulk import distinct_pairs
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.understanding import Doubt, Option
from ecomap.model.vocabulary import ADDRESS, CATEGORY, ID, NAME, ORGANISATION, SAME_AS

NEAR_M: Final = 30.0      # two geocoders of one address
CROWDED: Final = 40       # rows within reach of one: beyond it only equal words are looked for
ONCE, MERGE, KEEP = "once", "merge", "keep"
_SHOWN: Final = 8
_INITIALS: Final = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_JOINING: Final = frozenset({"of", "at", "in", "on", "de", "la", "el", "du", "y", "et", "&"})  # tell no two sites apart


@frozen
class Repeat:
    """A row that repeats an earlier one: positions of both, how alike their names are (100: the same words)."""

    row: int
    first: int
    score: float


def with_repeats(draft: Draft, same: Sequence[str] = (CATEGORY,)) -> Draft:
    """The rows with those merged that say the same in other spellings at one place, and those marked that likely do.

    The same: the words of the name are equal once short forms and "Inc." are set aside, nothing else contradicts, and both
    stand within `NEAR_M`. Likely: the names are nearly the same (`ecomap.io.inventory.matching`), else alike. What is likely
    is asked; until it is settled such a row stays and counts once (column ``same_as``).

    Parameters
    ----------
    same : sequence of str
        Columns in which two rows may not differ.
    """
    frame = draft.frame
    if NAME not in frame.columns or len(frame) < 2:
        return draft
    answer = draft.answers.get("duplicates", "")
    equal, likely = _found(frame, tuple(column for column in (*same, ORGANISATION) if column in frame.columns))
    if not equal and not likely:
        return draft
    doubt = _doubt(frame, equal, likely)
    lines = list(draft.lines)
    if answer == KEEP:
        return evolve(draft, doubts=(*draft.doubts, doubt))
    if answer == MERGE:
        equal, likely = [*equal, *likely], []
    names = frame[NAME].astype(str)
    if equal:
        lines.append(ReportLine("merged", say("Rows that name an earlier one in another spelling, at the same place."), len(equal),
                                tuple(names.iloc[one.row] for one in equal[:5])))
    columns = draft.columns
    if likely:
        marks = [""] * len(frame)
        ids = frame[ID].astype(str)
        for one in likely:
            marks[one.row] = ids.iloc[one.first]
        frame = frame.assign(**{SAME_AS: marks}).astype({SAME_AS: "str"})
        columns = (*columns, Column(SAME_AS, say("Likely the same as")))
        lines.append(ReportLine("caution", say("Likely another spelling of an earlier row close by: kept, and counted once with it."), len(likely),
                                tuple(names.iloc[one.row] for one in likely[:5])))
    gone = {one.row for one in equal}
    if gone:
        frame = _filled(frame, equal)
        frame = frame[[n not in gone for n in range(len(frame))]].reset_index(drop=True)
    return evolve(draft, frame=frame, columns=columns, lines=tuple(lines), doubts=(*draft.doubts, doubt))


def _filled(frame: Any, equal: Sequence[Repeat]) -> Any:
    """Blanks of the rows that stay, filled from those that repeat them."""
    made = {}
    for column in frame.columns:
        if column in (ID, "geometry"):
            continue
        cells = frame[column].copy()
        blank = cells.isna().to_numpy()
        for one in equal:
            if blank[one.first] and not blank[one.row]:
                cells.iloc[one.first] = cells.iloc[one.row]
                blank[one.first] = False
        made[column] = cells
    return frame.assign(**made)


def _doubt(frame: Any, equal: Sequence[Repeat], likely: Sequence[Repeat]) -> Doubt:
    names = frame[NAME].astype(str)
    pairs = [*likely, *equal]
    evidence = tuple(say("'{one}' and '{other}', at the same place", one=named(names.iloc[pair.first]), other=named(names.iloc[pair.row])) if pair.score >= 100
                     else say("'{one}' and '{other}', close by and nearly the same name", one=named(names.iloc[pair.first]), other=named(names.iloc[pair.row]))
                     for pair in pairs[:_SHOWN])
    return Doubt(
        "duplicates", plural("Is {n} row another spelling of an earlier one?", "Are {n} rows other spellings of earlier ones?", len(pairs)), evidence,
        (Option(ONCE, say("The same: count each site once")), Option(MERGE, say("The same: put the rows together")),
         Option(KEEP, say("Different sites: count each row"))),
        ONCE, rows=tuple(names.iloc[pair.row] for pair in pairs[:_SHOWN]),
    )


def _found(frame: Any, same: tuple[str, ...]) -> tuple[list[Repeat], list[Repeat]]:
    """Rows that repeat an earlier one for certain, and rows that likely do."""
    x, y, rows = _with_company(frame)
    names = frame[NAME].to_numpy(dtype=object)
    keys = {row: key_text(NAME, names[row]) if isinstance(names[row], str) else "" for row in rows}
    likened = {row: key_text(NAME, _spelled_out(names[row])) if isinstance(names[row], str) else "" for row in rows}
    joint = {row: key.replace(" ", "") for row, key in keys.items()}
    columns = [frame[column].to_numpy(dtype=object) for column in same]
    apart = [{row: cells[row].casefold().strip() if isinstance(cells[row], str) else "" for row in rows} for cells in columns]
    taken: dict[int, Repeat] = {}
    for a, b in _near(x, y, rows, joint):
        if b in taken or not joint[a] or any(column[a] and column[b] and column[a] != column[b] for column in apart):
            continue
        first = taken[a].first if a in taken else a
        if joint[a] == joint[b]:
            taken[b] = Repeat(b, first, 100.0)
        elif _numbers(keys[a]) == _numbers(keys[b]) and (score := min(_likeness(likened[a], likened[b]), 99.0)) >= LIKE_ENOUGH and _same_address(frame, a, b):
            taken[b] = Repeat(b, first, score)
    found = sorted(taken.values(), key=lambda one: one.row)
    sure = {one.row for one in found if one.score >= 100 and (one.first not in taken)}
    return [one for one in found if one.row in sure], [one for one in found if one.row not in sure]


def _with_company(frame: Any) -> tuple[Any, Any, list[int]]:
    """Where every row stands, and the rows that have another one within reach."""
    import numpy as np
    import shapely  # heavy
    from scipy.spatial import cKDTree  # heavy

    shapes = np.asarray(frame.geometry)
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(there) < 2:
        return x, y, []
    spots, spot_of, count = distinct_pairs(np.round(np.stack([x[there], y[there]], axis=1)).astype(np.int64))
    around = cKDTree(spots).query_ball_point(spots, NEAR_M + 2, return_length=True)  # spots are rounded to a metre
    return x, y, there[((around > 1) | (count > 1))[spot_of]].tolist()


def _near(x: Any, y: Any, rows: Sequence[int], keys: Mapping[int, str]) -> list[tuple[int, int]]:
    """Pairs of rows within `NEAR_M`, the earlier one first; where very many stand together, only those of equal words."""
    rows_in: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        rows_in.setdefault((int(x[row] // NEAR_M), int(y[row] // NEAR_M)), []).append(row)
    pairs: set[tuple[int, int]] = set()
    for (column, line), own in rows_in.items():
        around = [row for dx in (-1, 0, 1) for dy in (-1, 0, 1) for row in rows_in.get((column + dx, line + dy), ())]
        groups = [around] if len(around) <= CROWDED else _by_key(around, [keys[row] for row in around])
        mine = set(own)
        for group in groups:
            pairs.update((min(a, b), max(a, b)) for a, b in combinations(group[:CROWDED * 5], 2) if a in mine or b in mine)
    return sorted((a, b) for a, b in pairs if (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2 <= NEAR_M**2)


def _by_key(rows: Sequence[int], keys: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for row, key in zip(rows, keys):
        groups.setdefault(key, []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def _spelled_out(name: str) -> str:
    """A name without the dots of initials, and with saints as they are shortened."""
    return re.sub(r"\bsaint\b", "st", _INITIALS.sub(lambda found: found[0].replace(".", ""), name), flags=re.IGNORECASE)


def _likeness(ours: str, theirs: str) -> float:
    """How alike two names are, 0-100; a single letter or word that only one of them has tells them apart."""
    from rapidfuzz import fuzz  # heavy

    a, b = set(ours.split()), set(theirs.split())
    only = [word for word in a ^ b if len(word) <= 2 and word not in _JOINING]
    return 0.0 if only else float(fuzz.token_sort_ratio(ours, theirs))


def _numbers(key: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in key.split() if any(letter.isdigit() for letter in word)))


def _same_address(frame: Any, a: int, b: int) -> bool:
    """False where both rows give an address and the numbers in it differ."""
    if ADDRESS not in frame.columns:
        return True
    ours, theirs = frame[ADDRESS].iloc[a], frame[ADDRESS].iloc[b]
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return True
    return _numbers(key_text(ADDRESS, ours)) == _numbers(key_text(ADDRESS, theirs))
