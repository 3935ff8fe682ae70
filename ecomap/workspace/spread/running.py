"""A question over more places than one memory holds, from its files to what it comes to: laid out by ground, asked part by part, summed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis.ground.cross_walk import NEGLIGIBLE
from ecomap.analysis.spread.catchments import per_person
from ecomap.analysis.spread.sums import Total, exactly
from ecomap.analysis.spread.tallied import hidden_of
from ecomap.analysis.statistics.error import Z_90
from ecomap.io.parts import read_part, require_parquet, source_of, write_part
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.files import checksum_of, write_whole
from ecomap.model.progress import Progress, silent
from ecomap.model.said import Said, joined, name, plural, say
from ecomap.model.units import format_number
from ecomap.workspace.spread.laying import Plan, lay_out
from ecomap.workspace.spread.settings import SpreadParams, named
from ecomap.workspace.spread.steps import (
    RATES,
    REACHED,
    SITES,
    WANTED,
    ask_of_sites,
    get_of_sites,
    numbers,
    reached_work,
    targets_of,
    wanted_work,
)
from ecomap.workspace.spread.workers import Crew


@frozen
class SpreadResult:
    """What a question over all places came to; the rows of the places stand in Parquet files beside it.

    Parameters
    ----------
    places, uncounted, homeless : int
        Rows with a place; those without a count of people, which are in no sum; rows without a place, left out.
    moe : float, optional
        Of the people out of reach, 90 %; None where a margin is missing.
    drawn : tuple of float, optional
        The 5th, 50th and 95th of 100 of the people out of reach, drawn within the margins of the counts.
    groups : DataFrame
        By group: people, covered, out; missing where hidden to protect small groups.
    into : DataFrame
        By target: people, share_known.
    """

    out: Path
    parts: int
    kept: int
    places: int
    places_out: int
    uncounted: int
    homeless: int
    people: float
    people_out: float
    moe: float | None
    drawn: tuple[float, ...]
    shared: float
    capacity: float
    groups: pd.DataFrame | None = field(default=None, eq=False, repr=False)
    into: pd.DataFrame | None = field(default=None, eq=False, repr=False)

    @property
    def sentence(self) -> Said:
        """The finding in plain words."""
        if not self.people:
            return say("No place has a count of people, so there is nothing to say.")
        said = [say("{out} of {people} people ({share}) have nothing in reach.", out=format_number(self.people_out, "count"),
                    people=format_number(self.people, "count"), share=format_number(self.people_out / self.people, "share", 1)),
                say("The shares of all areas add up to {shared} of {every} places, those that somebody reaches.",
                    shared=format_number(self.shared, "", 0), every=format_number(self.capacity, "", 0))]
        if self.uncounted:
            said.append(plural("{n} place has no count of people and is in no sum.", "{n} places have no count of people and are in no sum.",
                               self.uncounted))
        if self.homeless:
            said.append(plural("{n} row does not say where it is and is left out.", "{n} rows do not say where they are and are left out.",
                               self.homeless))
        return joined(said)

    def as_data(self) -> dict[str, Any]:
        """Plain values: the figures without the tables."""
        return {one.name: getattr(self, one.name) for one in attrs.fields(SpreadResult) if one.name not in ("groups", "into", "out")}


def run_spread(params: SpreadParams, crew: Crew, *, progress: Progress | None = None) -> SpreadResult:
    """Ask the question of all places, part by part; parts that stand there from an earlier try are not done again.

    Raises
    ------
    InputError
        If a file cannot be used: no coordinates in metres, no such column, a capacity that is missing.
    CancelledError
        If the work should stop; asked again it goes on from the parts that are done.
    """
    progress = progress or silent()
    require_parquet()
    unit = _unit(params)
    params.out.mkdir(parents=True, exist_ok=True)
    site_work = _keep_sites(params, unit)
    plan = lay_out(params, site_work, unit, crew, progress.part(0.0, 0.25))
    jobs = [(str(plan.out), part) for part in range(plan.parts)]
    crew.each(ask_of_sites, jobs, progress.part(0.25, 0.55), say("Counting who wants each site"))
    _keep_rates(plan)
    came_to = crew.each(get_of_sites, jobs, progress.part(0.55, 0.98), say("Sharing out what there is"))
    result = _summed(plan, came_to)
    write_whole(plan.out / "result.json", json.dumps({"work": reached_work(plan), **result.as_data()}, indent=1).encode())
    progress.at(1.0, say("Done"))
    return result


def _unit(params: SpreadParams) -> float:
    """Metres of one unit of the coordinates of both files, which must be of one projected system."""
    from pyproj import CRS  # heavy

    areas, sites = source_of(params.areas), source_of(params.sites)
    systems = []
    for one in (areas, sites):
        if one.geometry and one.crs is None:
            raise InputError(say("{file} is in degrees, where distances mean nothing.", file=name(one.path.name)),
                             say("Re-project it to a projected system in metres."))
        if one.crs is not None:
            system = CRS.from_user_input(one.crs)
            if not system.is_projected:
                raise InputError(say("{file} is in degrees, where distances mean nothing.", file=name(one.path.name)),
                                 say("Re-project it to a projected system in metres."))
            systems.append(system)
    if len(systems) == 2 and systems[0] != systems[1]:
        raise InputError(say("The two files have different coordinate systems."), say("Re-project one of them."))
    if params.by_ground and not areas.geometry:
        raise InputError(say("{file} has no areas to share out by ground.", file=name(params.areas.name)), say("Give a GeoParquet file."))
    return float(systems[0].axis_info[0].unit_conversion_factor) if systems else params.metres


def _keep_sites(params: SpreadParams, unit: float) -> str:
    """The sites as every worker reads them; the name of what they are."""
    source = source_of(params.sites)
    columns = [one for one in (params.capacity,) if one]
    if columns and columns[0] not in source.columns:
        raise InputError(say("{file} has no column '{column}'.", file=name(params.sites.name), column=name(columns[0])), say("Name its columns."))
    key = [v.ID] if v.ID in source.columns else []
    pieces = list(source.each([*columns, *key]))
    if not pieces:
        raise InputError(say("{file} holds no site.", file=name(params.sites.name)), say("Give a file with sites."))
    found = {one: np.concatenate([piece[one] for piece in pieces]) for one in pieces[0]}
    xy = found.pop("xy") * unit
    capacity = numbers(found, params.capacity) if columns else np.ones(len(xy))
    wrong = int((~np.isfinite(capacity) | (capacity < 0)).sum())
    if wrong:
        raise InputError(plural("The capacity of {n} site is missing or negative.", "The capacity of {n} sites is missing or negative.", wrong),
                         say("Fill it in or leave those sites out on purpose: missing is not zero."))
    there = np.isfinite(xy).all(axis=1)
    ids = np.array([str(one) for one in (found[v.ID] if key else range(len(xy)))], dtype=object)
    work = named("sites", checksum_of(params.sites), params.capacity, unit)
    write_part(params.out / SITES, {"id": ids[there], "x": xy[there, 0], "y": xy[there, 1], "capacity": capacity[there]}, work)
    return work


def _keep_rates(plan: Plan) -> None:
    """Add up what all parts want of every site, in their order, and what that leaves per person."""
    capacity = read_part(plan.out / SITES, ["capacity"])["capacity"]
    wanted, people = Total(len(capacity)), Total(len(capacity))
    for part in range(plan.parts):
        found = read_part(plan.file(WANTED, part))
        wanted.add(found["site"], found["wanted"])
        people.add(found["site"], found["people"])
    write_part(plan.out / RATES, {
        "capacity": capacity, "wanted": wanted.values(), "people_in_reach": people.values(),
        "per_person": per_person(capacity, wanted.values())}, wanted_work(plan))


def _summed(plan: Plan, came_to: list[dict[str, Any]]) -> SpreadResult:
    tallies = [one["tally"] for one in came_to]
    variances = [one["variance"] for one in tallies]
    rates = read_part(plan.out / RATES)
    drawn = np.array([exactly(column) for column in zip(*(one["drawn"] for one in came_to))]) if "drawn" in came_to[0] else np.zeros(0)
    groups = _groups(came_to) if plan.params.group else None
    into = _into(plan, came_to) if plan.params.into is not None else None
    for told, table in (("groups.parquet", groups), ("into.parquet", into)):
        if table is not None:
            write_part(plan.out / told, {str(one): table[one].to_numpy() for one in table}, reached_work(plan))
    return SpreadResult(
        plan.out, plan.parts, sum(1 for one in came_to if one["kept"]), sum(one["places"] for one in tallies),
        sum(one["places_out"] for one in tallies), sum(one["uncounted"] for one in tallies), plan.homeless,
        exactly(one["people"] for one in tallies), exactly(one["out"] for one in tallies),
        None if None in variances else Z_90 * float(np.sqrt(exactly(variances))),
        tuple(float(one) for one in np.percentile(drawn, (5, 50, 95))) if len(drawn) else (),
        exactly(rates["capacity"][rates["wanted"] > 0]), exactly(rates["capacity"]), groups, into)


def _groups(came_to: list[dict[str, Any]]) -> pd.DataFrame:
    """People by group over all parts, small ones hidden."""
    pieces: dict[str, list[list[float]]] = {}
    for one in came_to:
        for group, row in one["groups"].items():
            pieces.setdefault(group, []).append(row)
    names = sorted(pieces)
    table = pd.DataFrame([[exactly(column) for column in zip(*pieces[group])] for group in names], columns=["people", "covered", "out"],
                         index=pd.Index(names, name="group"), dtype=float)
    return table.mask(hidden_of(table)).reset_index()


def _into(plan: Plan, came_to: list[dict[str, Any]]) -> pd.DataFrame:
    """People by target over all parts; missing where more than 1 % of the covered ground has no count."""
    targets = targets_of(plan)
    total, ground, known = (Total(len(targets)) for _ in range(3))
    for one in came_to:
        at = np.array(one["into"]["target"], dtype=np.int64)
        for sums, amounts in ((total, "total"), (ground, "ground"), (known, "known")):
            sums.add(at, np.array(one["into"][amounts], dtype=float))
    covered = ground.values()
    share = np.divide(known.values(), covered, out=np.full(len(covered), np.nan), where=covered > 0)
    ids = targets[v.ID].astype(str) if v.ID in targets else pd.Series([str(one) for one in targets.index])
    return pd.DataFrame({v.ID: np.asarray(ids, dtype=object), "people": np.where(share >= 1 - NEGLIGIBLE, total.values(), np.nan),
                         "share_known": share})


def rows_of(folder: Path) -> pd.DataFrame:
    """All rows of the places of a question that is done, part after part: only where they fit into memory."""
    parts = sorted((Path(folder) / REACHED).glob("part-*.parquet"))
    return pd.concat([pd.DataFrame(read_part(part)) for part in parts], ignore_index=True)
