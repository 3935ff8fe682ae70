"""Schools that could be next: those with a place on the map that do not have the target yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.gaps.coverage.question import INPUTS as COVERAGE_INPUTS
from ecomap.analysis.gaps.situation import Situation
from ecomap.analysis.ground.overlay import metres_per_unit, same_crs
from ecomap.analysis.notes import count_note, first_names
from ecomap.analysis.registry import Input
from ecomap.analysis.travel.params import ReachParams
from ecomap.analysis.travel.supply import ANY, SERVICE
from ecomap.analysis.travel.taking_part import ON_SITE_M, takes_part
from ecomap.model import vocabulary as v
from ecomap.model.dates import day_of
from ecomap.model.errors import ParameterError
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say

INPUTS = (*COVERAGE_INPUTS[:1], Input("schools", v.SCHOOL, say("Schools")),
          *(item for item in COVERAGE_INPUTS[1:] if item.name != "attendance"),
          Input("participations", v.PARTICIPATION, say("Approaches at schools"), optional=True, many=True))
ALL = "all"
GROUND: Final = 5_000  # about so many bytes take the ground of an area, and that of a school with what tells what it meets
_LISTED = 20


@frozen
class CandidateParams(ReachParams):
    """Which schools could be next."""

    level: Annotated[str, Param(say("Which schools?"), say("A school level, or all."), choices_from="level")] = ALL
    governance: Annotated[str, Param(
        say("Run by"), choices=(Choice("district", say("The district")), Choice("charter", say("Charters")),
                                Choice(ALL, say("Either"))), advanced=True)] = "district"


@frozen
class Candidates:
    """Schools to rank.

    ``schools`` in the order of their ids; ``places`` the distinct points they stand at (schools share campuses);
    ``place_of`` the point of every school; ``already`` the approaches a school takes part in, in words.
    """

    schools: Any = field(eq=False, repr=False)
    places: np.ndarray = field(eq=False, repr=False)
    place_of: np.ndarray = field(eq=False, repr=False)
    already: pd.Series = field(eq=False, repr=False)
    notes: tuple[Note, ...] = ()

    def only(self, chosen: Sequence[str]) -> Candidates:
        """These schools alone, in this order; those that are no candidates are left out."""
        row = {school: position for position, school in enumerate(self.schools[v.ID].astype(str))}
        rows = [row[school] for school in chosen if school in row]
        used, place_of = np.unique(self.place_of[rows], return_inverse=True)
        schools = self.schools.iloc[rows].reset_index(drop=True)
        return evolve(self, schools=schools, places=self.places[used], place_of=place_of, already=self.already.iloc[rows].reset_index(drop=True))


def candidates_for(frames: Frames, now: Situation, among: Sequence[str] | None = None) -> Candidates:
    """The schools of the wanted level and governance that do not have the target, with what was left out.

    ``among``: only these, in this order; the others are not looked at, and the notes speak of these alone.
    """
    schools = frames["schools"]
    same_crs(now.areas, schools, say("need areas"), say("schools"))
    if among is not None:
        return candidates_for(_only(frames, among), now).only(among)
    notes: list[Note] = []
    schools = _of_level(schools, now.params.level, notes)
    schools = _of_governance(schools, now.params.governance, notes)
    nowhere = schools.geometry.isna() | schools.geometry.is_empty
    if nowhere.any():
        lost = _names(schools)[nowhere].tolist()
        notes.append(count_note(plural(
            "{n} school has no place on the map and cannot be ranked: {schools}.",
            "{n} schools have no place on the map and cannot be ranked: {schools}.", len(lost), schools=first_names(lost, _LISTED))))
    schools = schools[~nowhere]
    day = day_of(now.params.as_of)
    part = takes_part(frames, schools, day, include_ended=now.params.include_ended)
    has = _has_it(schools, now, part)
    if has.any():
        notes.append(count_note(_said_to_have(int(has.sum()), now)))
    part = part.set_axis(schools[v.ID].astype(str))
    schools = schools[~has].sort_values(v.ID, kind="stable").reset_index(drop=True)
    points = np.asarray(shapely.point_on_surface(np.asarray(schools.geometry)))
    place_of, first = pd.factorize(pd.Series(shapely.to_wkb(points), dtype=object))
    places = shapely.from_wkb(np.asarray(first, dtype=object))
    away = now.travel.far(places)[place_of] if len(places) else np.zeros(0, dtype=bool)
    if away.any():
        names = first_names(_names(schools)[away].tolist(), _LISTED)
        notes.append(count_note(now.travel.schools_away(int(away.sum()), names), int(away.sum())))
    already = c.messages(_in_words(part.loc[schools[v.ID].astype(str)]), schools.index)
    return Candidates(schools, places, place_of, already, tuple(notes))


def _only(frames: Frames, among: Sequence[str]) -> Frames:
    """The frames with these schools alone."""
    schools = frames["schools"]
    return Frames({**frames.frames, "schools": schools[schools[v.ID].astype(str).isin(list(among))].reset_index(drop=True)}, frames.layers)


def _said_to_have(count: int, now: Situation) -> Said:
    """So many schools have the target."""
    one = now.supply.target.one
    if now.supply.target.kind == SERVICE:
        return plural("{n} school that has {one} within {distance} m is not ranked.",
                      "{n} schools that have {one} within {distance} m are not ranked.", count, one=one, distance=round(ON_SITE_M))
    return plural("{n} school that has {one} already is not ranked.", "{n} schools that have {one} already are not ranked.", count,
                  one=one)


def check_level(level: str) -> None:
    """Refuse a school level that there is not."""
    if level not in (ALL, *v.SCHOOL_LEVELS):
        raise ParameterError(say("There is no school level '{level}'.", level=name(level)), say("Choose elementary, middle, high or all."))


def _of_level(schools: Any, level: str, notes: list[Note]) -> Any:
    if level == "all":
        return schools
    if v.LEVELS not in schools:
        notes.append(Note("caution", say("The schools come without levels, so all of them are ranked.")))
        return schools
    teaches = schools[v.LEVELS].fillna("").astype(str).map(lambda text: level in text.split("+"))
    if not teaches.all():
        notes.append(count_note(plural("{n} school of another level is not ranked.", "{n} schools of other levels are not ranked.",
                                       int((~teaches.astype(bool)).sum()))))
    return schools[teaches.astype(bool)]


def _of_governance(schools: Any, governance: str, notes: list[Note]) -> Any:
    if governance == "all":
        return schools
    if v.GOVERNANCE not in schools:
        notes.append(Note("caution", say("The schools do not say who runs them, so all of them are ranked.")))
        return schools
    run_by = schools[v.GOVERNANCE].fillna("").astype(str)
    same, others = run_by == governance, int((run_by != governance).sum())
    if others and not run_by[~same].isin(["district", "charter"]).all():
        notes.append(count_note(plural("{n} school that is run by others, or does not say by whom, is not ranked.",
                                       "{n} schools that are run by others, or do not say by whom, are not ranked.", others)))
    elif others:
        notes.append(count_note(
            plural("{n} charter school is not ranked.", "{n} charter schools are not ranked.", others) if governance == "district" else
            plural("{n} district-run school is not ranked.", "{n} district-run schools are not ranked.", others)))
    return schools[same]


def _has_it(schools: Any, now: Situation, part: pd.DataFrame) -> pd.Series:
    """Whether a school has the target: it takes part in the approach, or a service stands on its grounds."""
    target = now.supply.target
    if target.kind == SERVICE:
        has = np.zeros(len(schools), dtype=bool)
        if len(now.supply.points):
            points = np.asarray(shapely.point_on_surface(np.asarray(schools.geometry)))
            near = shapely.STRtree(np.asarray(now.supply.points.geometry)).query(
                points, predicate="dwithin", distance=ON_SITE_M / metres_per_unit(now.areas.crs))
            has[near[0]] = True
    elif target.value == ANY:
        has = part.any(axis=1).to_numpy(dtype=bool)
    else:
        has = np.zeros(len(schools), dtype=bool)
        for approach in part:
            has |= part[approach].to_numpy() & (approach.casefold() == target.value.casefold())
    return pd.Series(has, index=schools.index)


def _in_words(part: pd.DataFrame) -> list[Said]:
    """The approaches every school takes part in, in words."""
    labels = {approach: v.APPROACH_LABELS.get(approach) or name(approach) for approach in sorted(part)}
    return [joined((label for approach, label in labels.items() if row[approach]), ", ") or NOTHING for row in part.to_dict("records")]


def _names(schools: Any) -> pd.Series:
    return schools[v.NAME].astype(str) if v.NAME in schools else schools[v.ID].astype(str)
