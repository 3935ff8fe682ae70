"""The tables of an answer about access: need areas, sites, need fifths, and how evenly it is shared."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.access.equity import EDE, MEAN, MEAN_MOE, SHARE_OUT, Equity
from ecomap.analysis.gaps.access.setting import AccessSetting
from ecomap.analysis.gaps.access.shares import IN_WORDS, SHARE, Shares, share_columns, share_in_words
from ecomap.analysis.gaps.access.words import Shown, between_words, concentration_words, gap_words
from ecomap.analysis.statistics.ranks import ranks
from ecomap.analysis.travel.supply import COUNTS_AS
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Column
from ecomap.model.result import Output
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.style import GRADUATED, SINGLE, LayerStyle
from ecomap.model.units import METRIC, format_given, long_unit, measured_in

ACCESS, PLACES, PER_1000, PER_PERSON = "access", "places", "places_per_1000", "per_1000"


def areas_output(now: AccessSetting, values: pd.Series, shown: Shown, shares: Shares | None = None) -> Output:
    """Every need area: its access, rank from the least, nearest site, people and need.

    Where places are handed out, access is the area's share of them; map and rank go by what that is per person.
    """
    good, count = shown.good, now.params.count
    handed = shares is not None and not np.array_equal(shares.of_area, values.to_numpy(), equal_nan=True)
    access = values.to_numpy() if shares is None else shares.of_area
    mapped = PER_PERSON if handed else ACCESS
    worst_first = -values if good else values
    columns: dict[str, Any] = {
        v.ID: now.areas[v.ID].astype(str).to_numpy(), v.NAME: now.areas.get(v.NAME, now.areas[v.ID]).to_numpy(), ACCESS: access,
        **({PER_PERSON: values.to_numpy()} if handed else {}), **(share_columns(shares, now) if shares else {}),
        c.RANK: ranks(worst_first).to_numpy(), c.STATE: c.messages(now.states, range(len(values))), c.NEAREST: now.nearest_m,
        c.SITES_IN_REACH: now.sites_in_reach, count: now.people,
    }
    if now.moes is not None:
        columns[count + v.MOE_SUFFIX] = now.moes
    columns |= {c.SCORE: now.need.to_numpy(), c.FIFTH: now.fifth.to_numpy()}
    frame = gpd.GeoDataFrame(columns, geometry=np.asarray(now.areas.geometry), crs=now.areas.crs)
    measured = Column(mapped, shown.label, shown.unit, say("More is better; 0 is nothing in reach.") if good else say("Less is better."),
                      digits=shown.digits)
    share = Column(ACCESS, say("Places that are this area's share") if now.has_capacity else say("Sites that are this area's share"), "",
                   say("Handed out whole: the shares of all areas add up to what somebody reaches."),
                   digits=1 if now.has_capacity else 2)
    described = (
        *c.id_columns(), *((share,) if handed else ()), measured, *((share_in_words(),) if shares else ()),
        c.rank_column(say("least access"), low="", high=""), Column(c.STATE, say("State")),
        Column(c.NEAREST, say("Nearest site"), now.travel.unit, say("From a point inside the area, {way}.", way=now.travel.words)),
        Column(c.SITES_IN_REACH, say("Sites in reach"), "count", say("From a point inside the area.")),
        *c.children_columns(now.who.capitalize(), now.moes is not None, count), c.score_column(), c.fifth_column(),
    )
    style = LayerStyle(kind=GRADUATED, column=mapped, palette="magentas", least_is_darkest=good, scheme="quantiles", classes=5,
                       zero_label=say("Nothing in reach") if good else NOTHING)
    # The map's legend says the title.
    title = say("Access by need area: {target}, {measure}", target=now.supply.target.title, measure=shown.label.small())
    return Output("areas", title, frame, described, POLYGON, now.layer.id,
                  style, now.layer.boundary, told=((IN_WORDS, mapped) if shares else (ACCESS,)) + (c.NEAREST, count))


def sites_output(now: AccessSetting) -> Output:
    """The sites that count, their places, and who lives in reach of them."""
    sites = now.supply.sites
    reached = np.bincount(now.costs.supply, now.demand.to_numpy()[now.costs.demand], len(sites))
    places = now.capacity.reindex(sites[v.ID]).to_numpy()
    frame = gpd.GeoDataFrame(
        {v.ID: sites[v.ID], v.NAME: sites[v.NAME], v.KIND: sites[v.KIND], COUNTS_AS: now.supply.counted_as, PLACES: places,
         c.IN_REACH: reached, PER_1000: np.divide(places * 1000, reached, out=np.full(len(sites), np.nan), where=reached > 0)},
        geometry=shapely.point_on_surface(np.asarray(sites.geometry)), crs=sites.crs,
    )
    described = (
        *c.id_columns(), Column(v.KIND, say("Kind")),
        Column(COUNTS_AS, say("Counts as"), "", say("site: what lies within the distance; zone: what lies inside its boundary.")),
        Column(PLACES, say("Places"), "", say(
            "As given, else {assumed} assumed.", assumed=format_given(now.params.assumed_capacity))),
        Column(c.IN_REACH, say("{who} in reach", who=now.who.capitalize()), "count"),
        Column(PER_1000, say("Places per 1,000 {who} in reach", who=now.who), "", say("No value: nobody is in reach."), digits=2),
    )
    style = LayerStyle(kind=SINGLE, fill="ink", line="#FFFFFF", shape="circle", size=6.0)
    return Output("sites", say("Counted: {target}", target=now.supply.target.title), frame, described, POINT, "", style)


def fifths_output(now: AccessSetting, equity: Equity, shown: Shown, shares: Shares | None = None) -> Output:
    """Access by need fifth, highest need first; with the places that are its share, where they are handed out."""
    table = equity.fifths
    frame = pd.DataFrame({
        v.ID: [f"fifth-{number}" for number in table.index], v.NAME: c.messages([c.FIFTH_LABELS[number] for number in table.index], range(len(table))),
        c.FIFTH: list(table.index),
    })
    for name in ("areas", v.CHILDREN, MEAN, MEAN_MOE, c.OUT_OF_REACH, SHARE_OUT, c.SHARE_OUT_MOE, EDE):
        frame[name] = table[name].to_numpy()
    if shares is not None:
        frame[SHARE] = [shares.of_fifth(now, int(number)) for number in table.index]
    banded = now.moes is not None
    described = (
        *c.id_columns(), Column(c.FIFTH, say("Need fifth"), "", hidden=True), Column("areas", say("Need areas"), "count"),
        Column(v.CHILDREN, now.who.capitalize(), "count"),
        Column(MEAN, shown.label, shown.unit, say("Mean over the {who}.", who=now.who), digits=shown.digits,
               moe=MEAN_MOE if banded else ""),
        c.margin_column(MEAN_MOE, shown.label, shown.unit),
        Column(SHARE, say("Places that are its share") if now.has_capacity else say("Sites that are its share"), "",
               digits=1 if now.has_capacity else 2),
        Column(c.OUT_OF_REACH, say("{who} with nothing in reach", who=now.who.capitalize()), "count"),
        Column(SHARE_OUT, say("Share with nothing in reach"), "share", digits=1, moe=c.SHARE_OUT_MOE if banded else ""),
        c.margin_column(c.SHARE_OUT_MOE, say("Share with nothing in reach"), "share"),
        Column(EDE, say("Distance as hard as if everyone had the same"), now.travel.unit,
               say("Kolm-Pollak, one kappa for all fifths."), digits=1),
    )
    if not banded:
        frame = frame.drop(columns=[MEAN_MOE, c.SHARE_OUT_MOE])
    return Output("fifths", say("Access by need fifth: {target}", target=now.supply.target.title), frame,
                  tuple(column for column in described if column.name in frame), NO_GEOMETRY)


def equity_output(equity: Equity, shown: Shown) -> Output:
    """Each measure of evenness with what it means, in words."""
    metric = measured_in() == METRIC
    long = long_unit() if shown.unit == "m" else 1.0
    rows: list[tuple[str, Said, float | None, Said]] = [
        ("gap", say("Gap, highest minus lowest need") if shown.unit != "m" else say("Gap, highest minus lowest need (kilometres)") if metric
         else say("Gap, highest minus lowest need (miles)"),
         equity.gap.difference / long if equity.gap else None, gap_words(equity.gap, shown.unit)),
        ("concentration_index", say("Concentration index by need"), equity.concentration, joined([
            concentration_words(equity), say("Positive: people with less need get more of it; from -1 to 1.")])),
        ("gini", say("Gini coefficient"), equity.gini, say(
            "0: everyone has the same access; 1: one place has all of it." if equity.good else
            "0: everyone has the same burden; 1: one place has all of it.")),
        ("theil_between", say("Theil, between need fifths"), equity.theil.between if equity.theil else None, between_words(equity.theil)),
        ("theil_within", say("Theil, within need fifths"), equity.theil.within if equity.theil else None,
         say("Differences between areas of the same need fifth. Between and within add up to the whole.")),
        ("distance_equivalent", say("Kolm-Pollak distance"), None if equity.ede_m is None else equity.ede_m / long_unit(),
         say("Kilometres: if everyone had this far to the nearest site, it would be as hard as the distances are now; long ways "
             "count more (epsilon -1).") if metric else
         say("Miles: if everyone had this far to the nearest site, it would be as hard as the distances are now; long ways "
             "count more (epsilon -1).")),
    ]
    index = range(len(rows))
    frame = pd.DataFrame({v.ID: [row[0] for row in rows], v.NAME: c.messages([row[1] for row in rows], index),
                          "value": pd.Series([np.nan if row[2] is None else row[2] for row in rows], dtype=float),
                          "meaning": c.messages([row[3] for row in rows], index)})
    described = (*c.id_columns(), Column("value", say("Value"), "score", digits=3), Column("meaning", say("What it means")))
    return Output("equity", say("How evenly it is shared: {measure}", measure=shown.label.small()), frame, described, NO_GEOMETRY)
