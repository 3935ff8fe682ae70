"""What is offered, and where: the sites and zones that count for a target."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen

from ecomap.analysis.at_work import days, state_of
from ecomap.analysis.columns import messages
from ecomap.analysis.ground.overlay import same_crs
from ecomap.analysis.notes import count_note
from ecomap.model import vocabulary as v
from ecomap.model.dates import ENDED, PLANNED
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, name, plural, say

SERVICE, APPROACH, ANY = "service", "approach", "*"
NOBODY_YET = v.NOBODY_YET
POINT_SITE, ZONE_SITE = "site", "zone"
COUNTS_AS = "counts_as"
_COUNTED: Mapping[str, Said] = {POINT_SITE: say("site"), ZONE_SITE: say("zone")}
_APPROACHES: Mapping[str, Said] = {
    ANY: say("site of any of the approaches"), "community_school": say("community school"),
    "linked_learning": say("Linked Learning site"), "promise_neighborhood": say("Promise Neighborhood"),
}
_ONE_OF: Mapping[str, Said] = {
    ANY: say("a site of any of the approaches"), "community_school": say("a community school"),
    "linked_learning": say("a Linked Learning site"), "promise_neighborhood": say("a Promise Neighborhood"),
}


@frozen
class Target:
    """What should be in reach: a kind of service, an approach, or any of either."""

    kind: str   # service | approach | none: nobody offers it yet
    value: str  # category or approach, or "*"; "" where nobody offers it yet

    @property
    def text(self) -> str:
        return self.kind if self.nowhere else f"{self.kind}:{self.value}"

    @property
    def nowhere(self) -> bool:
        """Whether nobody offers it yet, so that everyone is out of reach."""
        return self.kind == NOBODY_YET

    @property
    def title(self) -> Said:
        """As the heading of an answer: what is asked about."""
        return say("nobody has it yet") if self.nowhere else self.phrase

    @property
    def phrase(self) -> Said:
        """Singular, as in "no ... in reach".

        >>> Target("service", "Mental health").phrase, Target("approach", "community_school").phrase
        ('mental health service', 'community school')
        """
        if self.nowhere:
            return say("site")
        if self.kind == SERVICE:
            return say("partner service") if self.value == ANY else say("{kind} service", kind=_kind(self.value).small())
        return _APPROACHES.get(self.value) or say("{approach} site", approach=name(self.value.replace("_", " ")))

    @property
    def one(self) -> Said:
        """Singular with its article, as in "would bring ... within a mile".

        >>> Target("service", "Mental health").one, Target("approach", "*").one
        ('a mental health service', 'a site of any of the approaches')
        """
        if self.nowhere:
            return say("a first site")
        if self.kind == SERVICE:
            return say("a partner service") if self.value == ANY else say("a {kind} service", kind=_kind(self.value).small())
        return _ONE_OF.get(self.value) or say("a {approach} site", approach=name(self.value.replace("_", " ")))


def parse_target(text: str) -> Target:
    """Read "service:Mental health", "service:*", "approach:community_school", "approach:*" or "none" (nobody offers it yet).

    Raises
    ------
    ParameterError
        If it is none of these.
    """
    if text.strip() == NOBODY_YET:
        return Target(NOBODY_YET, "")
    kind, _, value = text.partition(":")
    if kind not in (SERVICE, APPROACH) or not value.strip():
        raise ParameterError(
            say("'{text}' is not something that can be in reach.", text=name(text)),
            say("Give service:<kind of service>, service:*, approach:<approach>, approach:*, or none where nobody has it yet."),
        )
    return Target(kind, value.strip())


@frozen
class Supply:
    """The places that count for a target.

    Parameters
    ----------
    sites : GeoDataFrame
        id, name, kind, counts_as ("site" with a circle around its point, "zone" with its polygon), school_id, geometry.
    places : Series of float
        Sites by id: how many each can take, missing where it does not say.
    notes : tuple of Note
        What was left out, and how many.
    """

    target: Target
    sites: gpd.GeoDataFrame = field(eq=False, repr=False)
    places: pd.Series = field(eq=False, repr=False)
    notes: tuple[Note, ...]

    @property
    def points(self) -> gpd.GeoDataFrame:
        return self.sites[self.sites[COUNTS_AS] == POINT_SITE]

    @property
    def zones(self) -> gpd.GeoDataFrame:
        return self.sites[self.sites[COUNTS_AS] == ZONE_SITE]

    @property
    def counted_as(self) -> Any:
        """What every row of `sites` counts as, in words."""
        return messages([_COUNTED[kind] for kind in self.sites[COUNTS_AS]], self.sites.index)

    def shapes(self, ground: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The ground within reach: one polygon per address or zone, how many sites it stands for, and which sites.

        Parameters
        ----------
        ground : callable
            From the points of sites to the polygons from which they are in reach.

        Returns
        -------
        shapes : ndarray of polygons
        count : ndarray of int
        shape_of : ndarray of int
            Position of the shape of every row of `sites`.
        """
        keys = shapely.to_wkb(np.asarray(self.sites.geometry))
        shape_of, first = pd.factorize(pd.Series(keys, dtype=object))
        position = np.unique(shape_of, return_index=True)[1]
        places = np.asarray(self.sites.geometry)[position]
        is_point = (self.sites[COUNTS_AS] == POINT_SITE).to_numpy()[position]
        shapes = np.array(places, dtype=object, copy=True)
        shapes[is_point] = ground(places[is_point])
        return shapes, np.bincount(shape_of, minlength=len(first)), shape_of


def supply_for(frames: Frames, target: Target, areas: Any, *, include_ended: bool, day: datetime.date) -> Supply:
    """The sites that count for a target on a day, each once, with what was left out.

    A site counts if it has a place, is not online only, is not planned and has not ended by that day (unless
    `include_ended`): dates count before the status, see `ecomap.analysis.at_work.state_of`. The
    same organisation with several entries at one address counts once; so does a school within one approach.
    A Promise Neighborhood counts by its polygon: its member schools stand for no circle of their own.

    Raises
    ------
    InputError
        If the project holds nothing of that kind.
    """
    if target.nowhere:
        return _nothing(target, areas)
    found, notes = _services(frames, target) if target.kind == SERVICE else _approaches(frames, target)
    found = _left_out(found, _flag(found, v.ONLINE_ONLY), notes, lambda count: plural(
        "{n} service is online only: it has no place and reaches nobody here.",
        "{n} services are online only: they have no place and reach nobody here.", count))
    state = pd.Series(state_of(found, v.SERVICE if target.kind == SERVICE else v.SITE, day), index=found.index)
    if not include_ended:
        found = _left_out(found, state == ENDED, notes, lambda count: plural(
            "{n} site has ended and does not count.", "{n} sites have ended and do not count.", count))
    found = _left_out(found, (state == PLANNED)[found.index], notes, lambda count: plural(
        "{n} site is only planned and does not count yet.", "{n} sites are only planned and do not count yet.", count))
    found = _left_out(found, (state == v.PAUSED)[found.index], notes, lambda count: plural(
        "{n} site is closed for a time and does not count.", "{n} sites are closed for a time and do not count.", count))
    found = _left_out(found, _said_before(found), notes, lambda count: plural(
        "{n} entry is likely another spelling of a site that counts and does not count again.",
        "{n} entries are likely other spellings of sites that count and do not count again.", count))
    unread = 0 if include_ended else int(((_text(found, v.END) != "") & np.isnat(days(found, v.END, last=True))).sum())
    if unread:
        notes.append(Note("caution", plural(
            "{n} site has an end that cannot be read as a date: it counts as still at work.",
            "{n} sites have an end that cannot be read as a date: they count as still at work.", unread), unread))
    found = _left_out(found, found.geometry.isna() | found.geometry.is_empty, notes, lambda count: plural(
        "{n} site has no place on the map and reaches nobody here.",
        "{n} sites have no place on the map and reach nobody here.", count))
    found = _left_out(found, _identity(found).duplicated(), notes, lambda count: plural(
        "{n} entry repeats an organisation or a school at the same address and does not count again.",
        "{n} entries repeat an organisation or a school at the same address and do not count again.", count))
    same_crs(areas, found, say("need areas"), say("sites"))
    sites = gpd.GeoDataFrame(
        {v.ID: found[v.ID].astype(str), v.NAME: _text(found, v.NAME), v.KIND: found[v.KIND],
         COUNTS_AS: found[COUNTS_AS], v.SCHOOL_ID: _text(found, v.SCHOOL_ID)},
        geometry=np.asarray(found.geometry), crs=found.crs,
    ).reset_index(drop=True)
    sites[v.ID] = _unique(sites[v.ID], sites[COUNTS_AS])
    given = pd.to_numeric(found[v.CAPACITY], errors="coerce") if v.CAPACITY in found else pd.Series(np.nan, index=found.index)
    places = pd.Series(given.to_numpy(dtype=float, na_value=np.nan), index=sites[v.ID].to_numpy())
    return Supply(target, sites, places, tuple(notes))


def _nothing(target: Target, areas: Any) -> Supply:
    """What there is of something that nobody offers yet."""
    sites = gpd.GeoDataFrame({column: pd.Series(dtype=object) for column in (v.ID, v.NAME, v.KIND, COUNTS_AS, v.SCHOOL_ID)},
                             geometry=gpd.GeoSeries([], crs=areas.crs))
    return Supply(target, sites, pd.Series(dtype=float), ())


def _services(frames: Frames, target: Target) -> tuple[gpd.GeoDataFrame, list[Note]]:
    if "services" not in frames:
        raise InputError(say("The project has no services."), say("Import a list of services, choose an approach, or say that nobody has it yet (none)."))
    rows = frames["services"]
    category = _text(rows, v.CATEGORY)
    rows = rows.assign(**{v.KIND: category, COUNTS_AS: POINT_SITE})
    if target.value == ANY:
        return rows, []
    chosen = category.str.casefold() == target.value.casefold()
    if not chosen.any():
        raise ParameterError(say("There is no service of the kind '{kind}'.", kind=name(target.value)),
                             say("Known kinds: {known}.", known=joined(sorted(set(category) - {""}), ", ")))
    return rows[chosen], []


def _approaches(frames: Frames, target: Target) -> tuple[gpd.GeoDataFrame, list[Note]]:
    parts, notes = [], []
    for layers, counts_as in (("sites", POINT_SITE), ("zones", ZONE_SITE)):
        if layers in frames:
            rows = frames[layers]
            parts.append(rows.assign(**{v.KIND: _text(rows, v.APPROACH), COUNTS_AS: counts_as}))
    if not parts:
        raise InputError(say("The project has no approach sites and no zones."), say("Import sites or zones, choose a service, or say that nobody has it yet (none)."))
    rows = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry=parts[0].geometry.name, crs=parts[0].crs)
    chosen = rows[v.KIND] != "" if target.value == ANY else rows[v.KIND].str.casefold() == target.value.casefold()
    if not chosen.any() and target.value not in (*v.APPROACHES, ANY):
        raise ParameterError(say("There is no approach called '{approach}'.", approach=name(target.value)),
                             say("Known: {known}.", known=joined(map(name, dict.fromkeys([*v.APPROACHES, *sorted(set(rows[v.KIND]) - {""})])), ", ")))
    rows = rows[chosen]
    with_zone = set(rows.loc[rows[COUNTS_AS] == ZONE_SITE, v.KIND])
    member = (rows[COUNTS_AS] == POINT_SITE) & rows[v.KIND].isin(with_zone)
    if member.any():
        notes.append(count_note(plural(
            "{n} member school of a zone stands for no circle of its own: the zone counts by its boundary.",
            "{n} member schools of zones stand for no circle of its own: the zone counts by its boundary.", int(member.sum()))))
    rows = rows[~member]
    if (rows[COUNTS_AS] == ZONE_SITE).any():
        soft = _text(rows, v.BOUNDARY)[rows[COUNTS_AS] == ZONE_SITE].isin(["approximate", "estimated"])
        if soft.any():
            notes.append(Note("caution", say("Zone footprints are approximate: who is inside is an estimate."), int(soft.sum())))
    return rows, notes


def _said_before(rows: gpd.GeoDataFrame) -> pd.Series:
    """Rows that are likely another spelling of a row that counts itself."""
    same, ids = _text(rows, v.SAME_AS), set(rows[v.ID].astype(str))
    return same.isin(ids) | (_text(rows, "layer_id") + "/" + same).isin(ids)


def _identity(rows: gpd.GeoDataFrame) -> pd.Series:
    """What makes two entries the same site: approach and school, or organisation and address."""
    place = pd.Series(shapely.to_wkb(np.asarray(rows.geometry), hex=True), index=rows.index)
    school, organisation = _text(rows, v.SCHOOL_ID), _text(rows, v.ORGANISATION)
    who = organisation.where(organisation != "", _text(rows, v.NAME)).str.casefold() + "|" + place
    if v.APPROACH in rows:
        who = who.where(school == "", rows[v.KIND] + "|" + school)
    return rows[COUNTS_AS] + "|" + who


def _left_out(
    rows: gpd.GeoDataFrame, which: pd.Series, notes: list[Note], words: Callable[[int], Said]
) -> gpd.GeoDataFrame:
    """The rows without these, which are counted in a note."""
    if which.any():
        notes.append(count_note(words(int(which.sum()))))
    return rows[~which]


def _flag(rows: gpd.GeoDataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(False, index=rows.index)
    return rows[column].map(lambda value: str(value).casefold() in ("true", "1", "1.0", "yes")).astype(bool)


def _text(rows: Any, column: str) -> pd.Series:
    """A text column with missing values as "", or "" everywhere where there is no such column."""
    if column not in rows:
        return pd.Series("", index=rows.index, dtype=object)
    return rows[column].astype(object).where(rows[column].notna(), "").astype(str)


def _unique(ids: pd.Series, prefix: pd.Series) -> pd.Series:
    return prefix + "/" + ids if ids.duplicated().any() else ids


def _kind(value: str) -> Said:
    return v.SERVICE_KINDS.get(value) or name(value)
