"""Places handed out in whole: how many are each area's share, and what they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.access.equity import HIGHEST, LOWEST
from ecomap.analysis.gaps.access.setting import AccessSetting
from ecomap.model.layer import Column
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import Quantity, Said, plural, say
from ecomap.model.units import format_number

SHARE, IN_WORDS = "share_of_places", "share_in_words"
_LEAST = 0.05  # a share below reads as nothing with one decimal
_WHOLE = 10    # from here on parts of a place are not said


@frozen
class Shares:
    """The places that fall to every area; together they are the places that somebody reaches.

    Parameters
    ----------
    of_area : ndarray
        By row of the areas: places (sites, where none says how many it has); missing where nobody could be counted.
    every : float
        All places that count, in reach of somebody or not.
    """

    of_area: np.ndarray = field(eq=False, repr=False)
    every: float

    @property
    def shared(self) -> float:
        return float(np.nansum(self.of_area))

    def of_fifth(self, now: AccessSetting, fifth: int) -> float:
        return float(np.nansum(self.of_area[now.fifth.to_numpy(dtype=float) == fifth]))


def shares_of(places: pd.Series, now: AccessSetting) -> Shares:
    """The shares of all areas, in the order of ``now.areas``."""
    return Shares(places.to_numpy(dtype=float), float(now.capacity.sum()))


def share_columns(shares: Shares, now: AccessSetting) -> dict[str, Any]:
    """What a table of areas says of them besides the number: each in words."""
    said = [_share(value, bool(reached), now.has_capacity) for value, reached in zip(shares.of_area, now.sites_in_reach)]
    return {IN_WORDS: c.messages(said, range(len(said)))}


def share_in_words() -> Column:
    return Column(IN_WORDS, say("Share of this area"), "", say("The shares of all areas add up to what somebody reaches."))


def _share(value: float, reached: bool, places: bool) -> Said:
    if np.isnan(value):
        return c.NO_DATA
    if value == 0:
        if reached:
            return say("0 places are this area's share: nobody is counted here") if places else say(
                "0 sites are this area's share: nobody is counted here")
        return say("0 places are this area's share: nothing is in reach") if places else say(
            "0 sites are this area's share: nothing is in reach")
    if value >= _WHOLE:
        whole = round(value)
        return plural("{n} place is this area's share", "{n} places are this area's share", whole) if places else plural(
            "{n} site is this area's share", "{n} sites are this area's share", whole)
    amount: Said = format_number(value, "", 1) if value >= _LEAST else say("fewer than 0.1")
    return say("{amount} places are this area's share", amount=amount) if places else say(
        "{amount} sites are this area's share", amount=amount)


def _said(value: float) -> Quantity:
    return format_number(value, "", 0 if value >= _WHOLE or value == 0 else 1)


def shares_sentence(shares: Shares, now: AccessSetting, compared: bool) -> Said:
    """What the shares add up to, and how much of it falls to the areas of highest and lowest need."""
    found: dict[str, Said] = {"shared": _said(shares.shared), "every": _said(shares.every)}
    if not compared:
        return say("The shares of all areas add up to {shared} of {every} places, those that somebody reaches." if now.has_capacity else
                   "The shares of all areas add up to {shared} of {every} sites, those that somebody reaches.", **found)
    found |= {"high": _said(shares.of_fifth(now, HIGHEST)), "low": _said(shares.of_fifth(now, LOWEST))}
    return say(
        "The shares of all areas add up to {shared} of {every} places, those that somebody reaches: {high} are the share of the "
        "highest-need fifth of areas, {low} of the lowest." if now.has_capacity else
        "The shares of all areas add up to {shared} of {every} sites, those that somebody reaches: {high} are the share of the "
        "highest-need fifth of areas, {low} of the lowest.", **found)


def share_figures(shares: Shares, now: AccessSetting) -> tuple[KeyFigure, ...]:
    """What is handed out, and what nobody reaches."""
    return (KeyFigure(
        "places_shared", say("Places that are some area's share") if now.has_capacity else say("Sites that are some area's share"),
        shares.shared, "", note=say("Of {every}; the rest is in reach of nobody who is counted.", every=_said(shares.every)),
        digits=0 if shares.shared >= _WHOLE else 1),)


def share_note() -> Note:
    return Note("method", say("What somebody reaches is handed out once: what is an area's share here is no other's. The map and the "
                              "ranks compare areas of different size, so they go by what that is per person."))
