"""Schools by approaches by functions: who does what, where, and how many do the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import (
    SEPARATOR,
    Presence,
    codes_together,
    labelled,
    spoken,
    together,
)
from ecomap.model import vocabulary as v
from ecomap.model.said import Said, joined, say
from ecomap.model.terms import Terms

NO_APPROACH_LABEL: Final = say("No approach named")
NO_FUNCTION_LABEL: Final = say("Takes part; function not stated")


@frozen
class Cells:
    """Groups of pairs of a presence, and how many organisations each has.

    ``keys`` one row of codes per group, in order; ``group`` the group of every pair; ``on_site`` and ``partners`` follow keys.
    """

    keys: np.ndarray = field(eq=False, repr=False)
    group: np.ndarray = field(eq=False, repr=False)
    on_site: np.ndarray = field(eq=False, repr=False)
    partners: np.ndarray = field(eq=False, repr=False)


def cells(found: Presence, *codes: np.ndarray) -> Cells:
    """Group the pairs of a presence by codes, one array per level, each following the pairs."""
    keys, group = _grouped(np.column_stack(codes))
    who = pd.factorize(found.actors["who"])[0][found.actor]
    here = found.place == 0
    return Cells(keys, group, _distinct(group[here], who[here], len(keys)), _distinct(group, who, len(keys)))


def words_of(found: Presence, groups: Cells, column: str) -> list[str]:
    """For every group what its rows say in a column of the actors, each once; empty words are left out."""
    codes, words = pd.factorize(found.actors[column].to_numpy(), sort=True)
    mine = codes[found.actor]
    if len(words) and words[0] == "":
        some = mine > 0
        return codes_together(groups.group[some], mine[some], words, len(groups.keys))
    return codes_together(groups.group, mine, words, len(groups.keys))


def _told(found: Presence, groups: Cells) -> dict[str, Any]:
    """How many organisations every group has, which, and the rows behind them."""
    return {a.ON_SITE: groups.on_site, a.PARTNERS: groups.partners, a.ORGANISATIONS: spoken(words_of(found, groups, "called")),
            a.ROWS: words_of(found, groups, "ref")}


def function_codes(found: Presence) -> tuple[np.ndarray, pd.Index]:
    """The function of every pair as a position in the list of functions; -1 where none is stated."""
    words = pd.Index(found.functions)
    return words.get_indexer(pd.Index(found.actors["function"]))[found.actor], words


def grid_table(found: Presence, terms: Terms) -> pd.DataFrame:
    """One row per school, approach and function somebody works at; empty cells are left out.

    Taking part in an approach stands with an empty function, work that names no approach with an empty approach.
    """
    approach, approaches = pd.factorize(found.actors["approach"])
    function, functions = pd.factorize(found.actors["function"])
    group = cells(found, found.school, approach[found.actor], function[found.actor])
    school, approach_at, function_at = group.keys.T if len(group.keys) else np.zeros((3, 0), dtype=int)
    ids = found.schools[v.ID].astype(str).to_numpy()[school]
    codes, works = np.asarray(approaches, object)[approach_at], np.asarray(functions, object)[function_at]
    known = spoken(label or NO_APPROACH_LABEL for label in labelled(terms, "approach", approaches)).to_numpy()
    does = spoken(label or NO_FUNCTION_LABEL for label in labelled(terms, "function", functions)).to_numpy()
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(codes, dtype=object) + "|" + pd.Series(works, dtype=object),
        v.NAME: found.schools[v.NAME].astype(str).to_numpy()[school], v.SCHOOL_ID: ids, v.APPROACH: codes,
        a.APPROACH_LABEL: spoken(known[approach_at]), v.FUNCTION: works, a.FUNCTION_LABEL: spoken(does[function_at]),
    })
    return frame.assign(**_told(found, group)).sort_values(v.ID, kind="stable", ignore_index=True)


def co_location_table(found: Presence, terms: Terms) -> pd.DataFrame:
    """Every school and function that two or more organisations work at: the same work in the same catchment."""
    function, words = function_codes(found)
    some = found.pairs(function >= 0)
    group = cells(some, some.school, function[function >= 0])
    twice = np.flatnonzero(group.partners >= 2)
    school, at = group.keys[twice].T if len(twice) else np.zeros((2, 0), dtype=int)
    ids = found.schools[v.ID].astype(str).to_numpy()[school]
    codes = np.asarray(words, object)[at]
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object) + "|" + pd.Series(codes, dtype=object),
        v.NAME: found.schools[v.NAME].astype(str).to_numpy()[school], v.SCHOOL_ID: ids, v.FUNCTION: codes,
        a.FUNCTION_LABEL: labelled(terms, "function", codes),
    })
    named = pd.Series(words_of(some, group, "approach"), dtype=object).iloc[twice]
    frame = frame.assign(**{name: values[twice] if isinstance(values, np.ndarray) else spoken(np.asarray(values, dtype=object)[twice])
                            for name, values in _told(some, group).items()},
                         **{a.APPROACHES: labelled(terms, "approach", named)})
    frame[a.EXTRA] = frame[a.PARTNERS] - 1
    return frame.sort_values([a.PARTNERS, v.SCHOOL_ID, v.FUNCTION], ascending=[False, True, True], kind="stable",
                             ignore_index=True)


def function_table(found: Presence, terms: Terms) -> pd.DataFrame:
    """Per function: schools somebody serves, organisations beyond the first, schools nobody serves.

    dup = sum over schools of max(0, organisations - 1); gap = schools without any.
    """
    function, words = function_codes(found)
    some = found.pairs(function >= 0)
    group = cells(some, some.school, function[function >= 0])
    at = group.keys[:, 1] if len(group.keys) else np.zeros(0, dtype=int)
    partners = group.partners
    served = np.bincount(at, minlength=len(words))
    lists = cells(some, function[function >= 0])
    rows = dict(zip(lists.keys[:, 0] if len(lists.keys) else [], words_of(some, lists, "ref"), strict=True))
    frame = pd.DataFrame({
        v.ID: list(words), v.NAME: labelled(terms, "function", words), "schools_served": served,
        "schools_with_two": np.bincount(at[partners >= 2], minlength=len(words)),
        a.EXTRA: np.bincount(at, np.maximum(partners - 1, 0), len(words)).astype(int),
        "schools_without": len(found.schools) - served, a.ROWS: [rows.get(n, "") for n in range(len(words))],
    })
    return frame.sort_values(["schools_with_two", v.ID], ascending=[False, True], kind="stable", ignore_index=True)


def in_words(part: pd.DataFrame, terms: Terms) -> pd.Series:
    """The approaches every school takes part in, as people read them."""
    words = labelled(terms, "approach", list(part))
    return spoken(joined((word for word, yes in zip(words, row, strict=True) if yes), SEPARATOR) for row in part.to_numpy().tolist())


def set_table(found: Presence, fifth: np.ndarray, pupils: np.ndarray, terms: Terms) -> pd.DataFrame:
    """Schools with each combination of approaches, by need fifth; with none first, then one, two and all.

    Every school is in exactly one row. Combinations of the shipped approaches are listed even where no school has one.
    """
    part = found.part
    words = list(part)
    every = [combo for size in range(len(words) + 1) for combo in combinations(words, size)]
    has = [tuple(word for word, yes in zip(words, row, strict=True) if yes) for row in part.to_numpy()]
    kept = [combo for combo in every if combo in set(has) or set(combo) <= set(v.APPROACHES)]
    position = {combo: n for n, combo in enumerate(kept)}
    at = np.array([position[combo] for combo in has], dtype=int)
    known = ~np.isnan(pupils)
    columns: dict[str, Any] = {
        v.ID: ["+".join(combo) or "none" for combo in kept],
        v.NAME: spoken(_all_of(labelled(terms, "approach", combo).tolist()) for combo in kept),
        a.APPROACH_COUNT: [len(combo) for combo in kept], a.SCHOOLS: np.bincount(at, minlength=len(kept)),
    }
    for number in (5, 4, 3, 2, 1):
        columns[f"{a.SCHOOLS}_fifth_{number}"] = np.bincount(at[fifth == number], minlength=len(kept))
    columns[f"{a.SCHOOLS}_no_fifth"] = np.bincount(at[np.isnan(fifth)], minlength=len(kept))
    total = np.bincount(at[known], pupils[known], len(kept))
    columns[v.ENROLLMENT] = np.where(np.bincount(at[known], minlength=len(kept)) > 0, total, np.nan)
    school = found.schools[v.ID].astype(str).to_numpy()
    columns[a.ROWS] = together(at, (v.SCHOOL + "/" + pd.Series(school, dtype=object)).to_numpy(), len(kept))
    return pd.DataFrame(columns)


def _all_of(labels: Sequence[Said]) -> Said:
    """The name of a combination of approaches."""
    if not labels:
        return say("None of the approaches")
    return reduce(lambda first, second: say("{first} and {second}", first=first, second=second), labels)


def _grouped(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows of codes in order, and the group of every row; faster than np.unique along an axis."""
    if not len(codes):
        return codes, np.zeros(0, dtype=int)
    low = codes.min(axis=0)
    width = (codes.max(axis=0) - low + 1).astype(np.int64)
    flat = np.zeros(len(codes), dtype=np.int64)
    for level in range(codes.shape[1]):
        flat = flat * width[level] + (codes[:, level] - low[level])
    _, first, group = np.unique(flat, return_index=True, return_inverse=True)
    return codes[first], group


def _distinct(group: np.ndarray, who: np.ndarray, count: int) -> np.ndarray:
    """How many different organisations every group has."""
    if not len(group):
        return np.zeros(count, dtype=int)
    pairs, _ = _grouped(np.column_stack([group, who]))
    return np.bincount(pairs[:, 0], minlength=count)
