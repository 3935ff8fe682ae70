"""Gaps by a rule with its thresholds in sight: the general rule, and the child-care desert."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
import shapely
from attrs import evolve, field, frozen

from ecomap.analysis import accessibility as a
from ecomap.analysis import columns as c
from ecomap.analysis.access_gap import INPUTS
from ecomap.analysis.access_setting import AccessSetting, access_setting
from ecomap.analysis.notes import counted
from ecomap.analysis.registry import Analysis, Table
from ecomap.analysis.situation import ReachParams, inputs_of, sources_of
from ecomap.analysis.supply import COUNTS_AS, POINT_SITE
from ecomap.analysis.uncertainty import LOW, moe_of_sum, reliability
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.layer import POLYGON, Column
from ecomap.model.params import Choice, Param, plain_params
from ecomap.model.progress import Progress
from ecomap.model.result import KeyFigure, Note, Output, Provenance, Result
from ecomap.model.style import CATEGORISED, LayerStyle
from ecomap.model.units import format_number, format_with_margin

GENERAL, CHILD_CARE = "general", "child_care_desert"
UNDER_5 = ("children_under_5", "under_5", "children_0_4")
GAP, NO_GAP, TOO_FEW, UNSURE = "gap", "no gap", "too few to call", "too uncertain to call"
PLACES, PER_PLACE, ACCESS, RELIABILITY = "places", "people_per_place", "access", "reliability"
DESERT_CHILDREN, DESERT_PER_SLOT = 50.0, 3.0


@frozen
class GapPresetParams(ReachParams):
    """What a planner decides about a rule for gaps."""

    rule: Annotated[str, Param(
        "Which rule?", "The thresholds of the general rule stand below; those of the child-care desert are fixed: more than 50 "
        "children under 5, and no provider in the area or more than 3 children per place.",
        choices=(Choice(GENERAL, "The general rule"), Choice(CHILD_CARE, "Child-care desert")))] = GENERAL
    at_least: Annotated[float, Param(
        "Smallest number of people for a gap", "Areas with fewer are not called.", unit="count", ge=0)] = 50.0
    per_place: Annotated[float, Param(
        "More people than this per place in reach are a gap", "0: not looked at. Sites that name no places count as one.",
        ge=0, le=1_000_000)] = 0.0
    lowest: Annotated[float, Param(
        "The areas with the least access are a gap: which share?", "0: not looked at. Access is places per person within the "
        "distance, shared with everyone else there.", unit="share", ge=0, lt=1)] = 0.0
    largest_variation: Annotated[float, Param(
        "Largest error for a count that is called", "Standard error as a share of the count; above it the area is too "
        "uncertain to call.", unit="share", gt=0, le=5, advanced=True)] = 0.40
    assumed_capacity: Annotated[float, Param(
        "Places at a site that names none", "1 counts sites rather than places.", gt=0, le=1_000_000, advanced=True)] = 1.0


@frozen
class Facts:
    """What the rules look at, one value per need area."""

    people: np.ndarray = field(eq=False, repr=False)
    moes: np.ndarray | None = field(eq=False, repr=False)
    places: np.ndarray = field(eq=False, repr=False)
    access: np.ndarray = field(eq=False, repr=False)
    none: np.ndarray = field(eq=False, repr=False)   # no site where the rule looks for one

    @property
    def per_place(self) -> np.ndarray:
        """People per place; infinite without a place, missing without a count."""
        divided = np.divide(self.people, self.places, out=np.full(len(self.people), np.inf), where=self.places > 0)
        return np.where(np.isnan(self.people), np.nan, np.where(self.people == 0, 0.0, divided))

    def reliability(self, largest: float) -> np.ndarray:
        if self.moes is None:
            return np.full(len(self.people), "unknown", dtype=object)
        return np.asarray(reliability(self.people, self.moes, (min(0.12, largest), largest)), dtype=object)


def called(facts: Facts, params: GapPresetParams) -> pd.DataFrame:
    """State and reason of every area by the rule.

    A gap needs at least the number of people *and* one of: nothing in reach, more people per place than the limit, access
    among the lowest share; where the count is too uncertain no gap is called.

    Returns
    -------
    DataFrame
        state and reason (text).
    """
    desert = params.rule == CHILD_CARE
    enough = facts.people > DESERT_CHILDREN if desert else facts.people >= params.at_least
    limit = DESERT_PER_SLOT if desert else params.per_place
    crowded = (facts.per_place > limit) if limit > 0 else np.zeros(len(facts.people), dtype=bool)
    low = np.zeros(len(facts.people), dtype=bool)
    if not desert and params.lowest > 0 and (facts.people > 0).any():
        low = facts.access < np.quantile(facts.access[facts.people > 0], params.lowest)
    broken = facts.none | crowded | low
    unsure = facts.reliability(params.largest_variation) == LOW
    state = np.select([np.isnan(facts.people), facts.people == 0, ~enough, broken & unsure, broken],
                      [c.NO_DATA, c.NOBODY, TOO_FEW, UNSURE, GAP], NO_GAP)
    reasons = [
        "; ".join(text for text, holds in (
            (f"no site {'in the area' if desert else 'within the distance'}", facts.none[i]),
            (f"more than {limit:g} people per place", crowded[i] and not facts.none[i]),
            (f"among the {format_number(params.lowest, 'share')} with the least access", low[i] and not facts.none[i]),
        ) if holds) if state[i] in (GAP, UNSURE) else "" for i in range(len(state))
    ]
    return pd.DataFrame({c.STATE: state, c.REASON: reasons})


def run_gap_presets(frames: Frames, params: GapPresetParams, *, progress: Progress) -> Result:
    """Which areas are gaps by the rule, and why."""
    desert = params.rule == CHILD_CARE
    if desert:
        params_used = evolve(params, count=_under_five(frames))
    else:
        params_used = params
    now = access_setting(frames, params_used, progress=progress.part(0.0, 0.7))
    if desert and not now.has_capacity:
        raise InputError("The child-care desert rule needs the number of places of every provider, and none names any.",
                         "Fill in the column capacity of the services, or use the general rule.")
    progress.at(0.75, "Applying the rule")
    facts = _facts(now, params_used)
    table = called(facts, params).set_axis(now.areas.index)
    who = "children under 5" if desert else now.who
    figures = _figures(facts, table, who)
    progress.at(1.0, "Done")
    names = tuple(item.name for item in INPUTS)
    return Result(
        id="gap-presets", analysis="gap-presets", title=f"Gaps by a rule: {now.supply.target.phrase}",
        sentence=_sentence(now, facts, table, who), outputs=(_areas(now, facts, table, params, who),), figures=figures,
        notes=(*_notes(table, params, who), *now.notes),
        provenance=Provenance("gap-presets", ANALYSIS.version, plain_params(params), inputs_of(frames, names),
                              sources_of(frames, names)),
    )


def _under_five(frames: Frames) -> str:
    found = next((name for name in UNDER_5 if name in frames["areas"]), None)
    if found is None:
        raise InputError("The child-care desert rule needs the number of children under 5, which the need areas do not have.",
                         f"Import need areas with a column {UNDER_5[0]}, or use the general rule.")
    return found


def _facts(now: AccessSetting, params: GapPresetParams) -> Facts:
    count = len(now.areas)
    access = np.full(count, np.nan)
    access[now.known] = a.two_step(now.costs, now.demand, now.capacity, catchment=params.radius_m).to_numpy()
    places = np.zeros(count)
    if params.rule == CHILD_CARE:
        is_point = (now.supply.sites[COUNTS_AS] == POINT_SITE).to_numpy()
        points = np.asarray(now.supply.sites.geometry)[is_point]
        site, area = shapely.STRtree(np.asarray(now.areas.geometry)).query(points, predicate="intersects")
        site, first = np.unique(site, return_index=True)  # a provider on the line between areas counts in one
        area = area[first]
        places += np.bincount(area, now.capacity.to_numpy()[is_point][site], count)
        none = np.bincount(area, minlength=count) == 0
    else:
        places[now.known] = a.cumulative(now.costs, now.capacity, now.demand.index, catchment=params.radius_m).to_numpy()
        none = np.nan_to_num(now.sites_in_reach) == 0
    return Facts(now.people, now.moes, places, access, none)


def _areas(now: AccessSetting, facts: Facts, table: pd.DataFrame, params: GapPresetParams, who: str) -> Output:
    kept = [name for name in (v.ID, v.NAME, v.GEOMETRY) if name in now.areas]
    values: dict[str, Any] = {
        c.STATE: table[c.STATE], c.REASON: table[c.REASON], "people": facts.people, c.NEAREST: now.nearest_m,
        PLACES: facts.places, PER_PLACE: facts.per_place, ACCESS: facts.access * 1000,
        RELIABILITY: facts.reliability(params.largest_variation),
    }
    if facts.moes is not None:
        values["people_moe"] = facts.moes
    frame = now.areas[kept].assign(**values)
    where = "in the area" if params.rule == CHILD_CARE else "within the distance"
    columns = (
        *c.id_columns(), Column(c.STATE, "By the rule"), Column(c.REASON, "Why"),
        *c.children_columns(who.capitalize(), facts.moes is not None, "people"),
        Column(c.NEAREST, "Nearest site", "m", "From a point inside the area, straight line times detour."),
        Column(PLACES, f"Places {where}", "count", "A site that names none counts as many as chosen."),
        Column(PER_PLACE, f"{who.capitalize()} per place {where}", "", "Infinite where there is no place.", digits=1),
        Column(ACCESS, "Places per 1,000, shared", "", "Two-step: shared with everyone else within the distance.", digits=2),
        Column(RELIABILITY, "How far the count can be leaned on"),
    )
    ordered = [column.name for column in columns if column.name in frame] + [v.GEOMETRY]
    style = LayerStyle(kind=CATEGORISED, column=c.STATE, line="#FFFFFF", line_width=0.5, fill_opacity=0.9)
    return Output("areas", "Gaps by the rule", frame[ordered], columns, POLYGON, now.layer.id, style, now.layer.boundary)


def _in_gaps(facts: Facts, table: pd.DataFrame) -> tuple[float, float | None, float]:
    rows = (table[c.STATE] == GAP).to_numpy()
    people = float(facts.people[rows].sum())
    moe = None if facts.moes is None else moe_of_sum(facts.people[rows], np.nan_to_num(facts.moes[rows]))
    return people, moe, float(np.nansum(facts.people))


def _figures(facts: Facts, table: pd.DataFrame, who: str) -> tuple[KeyFigure, ...]:
    people, moe, total = _in_gaps(facts, table)
    return (
        KeyFigure("gap_areas", "Areas that are a gap", float((table[c.STATE] == GAP).sum()), "count"),
        KeyFigure("people_in_gaps", f"{who.capitalize()} in them", people, "count", moe),
        KeyFigure("share_in_gaps", f"Share of all {who}", people / total if total > 0 else None, "share"),
        KeyFigure("unsure_areas", "Too uncertain to call", float((table[c.STATE] == UNSURE).sum()), "count"),
    )


def _sentence(now: AccessSetting, facts: Facts, table: pd.DataFrame, who: str) -> str:
    count = int((table[c.STATE] == GAP).sum())
    if not count:
        return f"By this rule no need area is a gap for a {now.supply.target.phrase}."
    people, moe, _ = _in_gaps(facts, table)
    return (f"By this rule {count:,} of {len(table):,} need areas are gaps for a {now.supply.target.phrase}; an estimated "
            f"{format_with_margin(people, moe)} {who} live there.")


def _notes(table: pd.DataFrame, params: GapPresetParams, who: str) -> tuple[Note, ...]:
    if params.rule == CHILD_CARE:
        rule = (f"more than {DESERT_CHILDREN:g} children under 5, and no provider in the area or more than {DESERT_PER_SLOT:g} "
                "children per place there")
    else:
        parts = [f"no site within {format_number(params.radius_m, 'm')}"]
        parts += [f"more than {params.per_place:g} {who} per place within it"] if params.per_place > 0 else []
        parts += [f"access among the lowest {format_number(params.lowest, 'share')} of areas"] if params.lowest > 0 else []
        rule = f"at least {params.at_least:g} {who}, and " + " or ".join(parts)
    notes = [
        Note("method", f"The rule: {rule}; and the count is not too uncertain (standard error up to "
             f"{format_number(params.largest_variation, 'share')} of it)."),
        Note("caution", "A rule draws a line where there is none: areas just on either side of a threshold hardly differ."),
    ]
    unsure = int((table[c.STATE] == UNSURE).sum())
    if unsure:
        notes.append(counted(unsure, "area would be a gap but its count is", "areas would be gaps but their counts are",
                             " too uncertain to say so."))
    few = int((table[c.STATE] == TOO_FEW).sum())
    if few:
        notes.append(counted(few, "area has", "areas have", f" too few {who} to be called."))
    return tuple(notes)


ANALYSIS = Analysis(
    name="gap-presets",
    title="Gaps by a rule",
    question="Which areas are gaps by a rule we can name?",
    summary="Calls need areas gaps by a rule whose thresholds you see and set: enough people, and nothing within the distance, too "
            "many people per place, or the least access. Also the child-care desert as used in the United States.",
    step="gaps",
    params=GapPresetParams,
    inputs=INPUTS,
    run=run_gap_presets,
    method="General rule: people >= the smallest number, and (no site within the distance, or people / places within the "
           "distance above the limit, or two-step access below the quantile over areas with people), and the count's "
           "coefficient of variation (margin / 1.645 / count) is not above its limit. People count at a point inside their area; "
           "distance is a straight line times detour. Child-care desert: more than 50 children under 5 and no provider in the "
           "area, or more than 3 per place of the providers in it. An area whose count is missing is not called.",
    sources=(
        "Malik, R. et al. (2018). America's Child Care Deserts in 2018. Center for American Progress",
        "Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care in a GIS environment. "
        "doi 10.1068/b29120",
    ),
    tables=(Table("areas", "Every need area: whether it is a gap by the rule, why, and the numbers the rule looked at."),),
)
