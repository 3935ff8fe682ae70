"""Census tracts of 2010 and of 2020: never mixed unknowingly, and carried over with a report of what was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.ground.cross_walk import CrossWalk, by_people
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.said import listed, name, say

FROM_ID, TO_ID, SHARE = v.FROM_ID, v.TO_ID, v.SHARE
WHOLE = 1e-6
NEARLY = 1e-4  # an area is called partly given away when more than this share of it is missing


@frozen
class LossReport:
    """What a change of vintage did.

    Parameters
    ----------
    unmatched : tuple of str
        Areas of the old vintage that the relationship does not name: their people are lost.
    partial : tuple of str
        Areas of which less than all is given to new ones.
    lost : mapping of column to number
        Count before minus count after, by column; missing values are in neither.
    before : mapping of column to number
    split : int
        Areas shared out over several new ones: their parts are estimates.
    merged : int
        New areas that are made of several old ones.
    whole : int
        Areas that went to one new one.
    """

    before: Mapping[str, float]
    lost: Mapping[str, float]
    unmatched: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    split: int = 0
    columns: tuple[str, ...] = field(default=())
    merged: int = 0
    whole: int = 0


def census_of(frame: Any) -> str:
    """The census whose boundaries areas have ("2010", "2020"), from the column `census`; "" if they do not say.

    Raises
    ------
    InputError
        If one layer holds areas of two.
    """
    if v.CENSUS not in frame:
        return ""
    found = sorted({str(value).removesuffix(".0") for value in frame[v.CENSUS].dropna()} - {""})
    if len(found) > 1:
        raise InputError(say("The areas mix boundaries of {censuses}.", censuses=listed(map(name, found))),
                         say("Carry one over to the other with a relationship table first."))
    return found[0] if found else ""


def same_census(first: Any, second: Any) -> None:
    """Refuse to put areas of two censuses together.

    Raises
    ------
    InputError
        If both say whose boundaries they have, and they differ.
    """
    one, other = census_of(first), census_of(second)
    if one and other and one != other:
        raise InputError(say("These areas have boundaries of {one}, those of {other}: the same number can mean other ground.",
                             one=name(one), other=name(other)),
                         say("Carry one over to the other with a relationship table first."), {"census": [one, other]})


def census_relationship(table: pd.DataFrame, *, old: str = "10", new: str = "20") -> pd.DataFrame:
    """The Census Bureau's relationship file as shares of land: from_id, to_id, share (0-1).

    Columns GEOID_TRACT_10, GEOID_TRACT_20, AREALAND_PART and AREALAND_TRACT_10; an area without land goes by its water.
    """
    needed = [f"GEOID_TRACT_{old}", f"GEOID_TRACT_{new}", "AREALAND_PART", f"AREALAND_TRACT_{old}"]
    missing = [one for one in needed if one not in table]
    if missing:
        raise InputError(say("The relationship table has no column '{column}'.", column=name(missing[0])),
                         say("Give the Census Bureau's tract file."))
    part = pd.to_numeric(table["AREALAND_PART"]).to_numpy(dtype=float)
    whole = pd.to_numeric(table[f"AREALAND_TRACT_{old}"]).to_numpy(dtype=float)
    dry = whole <= 0
    if dry.any() and {"AREAWATER_PART", f"AREAWATER_TRACT_{old}"} <= set(table):
        part = np.where(dry, pd.to_numeric(table["AREAWATER_PART"]), part)
        whole = np.where(dry, pd.to_numeric(table[f"AREAWATER_TRACT_{old}"]), whole)
    share = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    found = pd.DataFrame({FROM_ID: table[needed[0]].astype(str), TO_ID: table[needed[1]].astype(str), SHARE: share})
    return found[found[SHARE] > 0].reset_index(drop=True)


def carried_over(
    frame: pd.DataFrame, relationship: pd.DataFrame, *, to: str, extensive: Sequence[str] = (), intensive: Sequence[str] = (),
    margins: Mapping[str, str] | None = None, people: str = "",
) -> tuple[pd.DataFrame, LossReport]:
    """Counts and rates of areas of one census, for the areas of another.

    Parameters
    ----------
    frame : DataFrame
        With id; one row per old area.
    relationship : DataFrame
        from_id, to_id, share: the part (0-1) of the old area that lies in the new one; part_m2, the land of that part, if known.
    to : str
        The census of the new areas, "2020".
    extensive, intensive, margins
        As `ecomap.analysis.ground.interpolation.interpolate`. A rate is averaged by the land of each part, else by the shares.
    people : str
        Column with people: rates are then averaged by the people of each part. "" if there is none.

    Returns
    -------
    areas : DataFrame
        id, census, the columns and their margins; one row per new area that the relationship names.
    report : LossReport
    """
    missing = [one for one in (FROM_ID, TO_ID, SHARE) if one not in relationship]
    if missing:
        raise InputError(say("The relationship table has no column '{column}'.", column=name(missing[0])),
                         say("It needs from_id, to_id and share."))
    share = pd.to_numeric(relationship[SHARE]).to_numpy(dtype=float)
    if not ((share >= 0) & (share <= 1 + WHOLE)).all():
        raise InputError(say("A share in the relationship table is missing or not between 0 and 1."), say("Check the table."))
    old = pd.Index(frame[v.ID].astype(str))
    source = old.get_indexer(relationship[FROM_ID].astype(str))
    targets = pd.Index(sorted(set(relationship.loc[source >= 0, TO_ID].astype(str))))
    target = targets.get_indexer(relationship[TO_ID].astype(str))
    used = (source >= 0) & (share > 0)
    given = np.bincount(source[used], share[used], len(old))
    if (given > 1 + WHOLE).any():
        raise InputError(say("More than all of {area} is given away.", area=name(old[int(given.argmax())])),
                         say("Check the shares of the table."))
    walk = CrossWalk(source[used], target[used], share[used], _land(relationship)[used], len(old), len(targets))
    rates = by_people(walk, frame[people].to_numpy(dtype=float, na_value=np.nan)) if people else walk
    walk = CrossWalk(walk.source, walk.target, walk.share, np.zeros(int(used.sum())), len(old), len(targets))
    result = pd.DataFrame({v.ID: targets, v.CENSUS: to})
    before, lost = {}, {}
    for column in (*extensive, *intensive):
        values = frame[column].to_numpy(dtype=float, na_value=np.nan)
        result[column] = walk.extensive(values) if column in extensive else rates.intensive(values)
        if margins and column in margins:
            moes = frame[margins[column]].to_numpy(dtype=float, na_value=np.nan)
            carry = walk.extensive_moe if column in extensive else rates.intensive_moe
            result[column + v.MOE_SUFFIX] = carry(values, moes)
        if column in extensive:
            before[column] = float(np.nansum(values))
            lost[column] = before[column] - float(np.nansum(values * given))
    parts, made_of = np.bincount(source[used], minlength=len(old)), np.bincount(target[used], minlength=len(targets))
    report = LossReport(
        before, lost, tuple(old[given == 0]), tuple(old[(given > 0) & (given < 1 - NEARLY)]),
        int((parts > 1).sum()), tuple(extensive), int((made_of > 1).sum()), int((parts == 1).sum()),
    )
    return result, report


def _land(relationship: pd.DataFrame) -> np.ndarray:
    """The land of every part, or zeros where the table does not have it all."""
    if v.PART not in relationship:
        return np.zeros(len(relationship))
    land = pd.to_numeric(relationship[v.PART], errors="coerce").to_numpy(dtype=float)
    return land if np.isfinite(land).all() else np.zeros(len(relationship))
