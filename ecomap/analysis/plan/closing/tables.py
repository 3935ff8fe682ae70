"""The tables of closing schools: ways by need fifth and area, what leaves, who is hit."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.people import who_is_counted
from ecomap.analysis.plan.closing.answer import FIFTHS, Closing
from ecomap.analysis.plan.closing.hit import PUPILS_OF
from ecomap.analysis.plan.closing.ways import BANDS_M, LongerWay, WaySum
from ecomap.analysis.plan.closing.words import level_words, verdict
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column
from ecomap.model.result import Output
from ecomap.model.roles import role
from ecomap.model.said import Said, name, say
from ecomap.model.style import GRADUATED, LayerStyle
from ecomap.model.units import format_number

LONGER, LONGER_MOE, EXTRA, NONE_LEFT = "longer_way", "longer_way_moe", "extra_m", "no_school_left"
BANDS: Final = tuple(f"longer_by_{number}" for number in range(1, len(BANDS_M)))
SCHOOL, WHAT, KIND, WHO, HOW_MANY, ONLY = "school", "what", "kind", "organisation", "how_many", "only_one"
OF, SHARE, SHARE_MOE, OTHER, OTHER_MOE, DIFFERENCE, DIFFERENCE_MOE, VERDICT = (
    "of", "share", "share_moe", "elsewhere", "elsewhere_moe", "difference", "difference_moe", "verdict")
_ONLY_WORDS: Final = {True: say("the only one"), False: say("another within reach"), None: say("cannot tell: its kind, or where the school stands, is not said")}
_OF_WORDS: Final = {True: say("Pupils of the schools"), False: say("Residents whose way grows")}


def ways_output(found: Closing) -> Output:
    """Whose way grows: by level and need fifth, highest need first."""
    rows = []
    for way in found.ways:
        rows.append(_row(f"{way.level or 'any'}-everybody", say("{school}: everybody", school=level_words(way.level).capitalize()), found.total(way)))
        rows += [_row(f"{way.level or 'any'}-fifth-{fifth}", say("{school}: {fifth}", school=level_words(way.level).capitalize(), fifth=c.FIFTH_LABELS[fifth].small()),
                      found.of_fifth(way, fifth)) for fifth in FIFTHS if (found.fifth == fifth).any()]
    frame = pd.DataFrame(rows, columns=[v.ID, v.NAME, LONGER, LONGER_MOE, EXTRA, *BANDS, NONE_LEFT])
    frame = frame.astype(dict.fromkeys([one for one in frame if one not in (v.ID, v.NAME)], float))
    frame[v.NAME] = c.messages(list(frame[v.NAME]), frame.index)
    banded = found.moes is not None
    frame = frame if banded else frame.drop(columns=LONGER_MOE)
    return Output("ways", say("Longer ways"), frame, (*c.id_columns(), *_way_columns(found, banded)), NO_GEOMETRY, told=(LONGER, EXTRA))


def _row(key: str, called: Said, total: WaySum) -> dict[str, Any]:
    return {v.ID: key, v.NAME: called, LONGER: total.people, LONGER_MOE: total.moe, EXTRA: total.mean_m, **dict(zip(BANDS, total.bands)), NONE_LEFT: total.none_left}


def _way_columns(found: Closing, banded: bool) -> tuple[Column, ...]:
    who = who_is_counted(found.case.count).capitalize()
    return (
        *c.children_columns(say("{who} whose way grows", who=who), banded, LONGER), Column(EXTRA, say("How much longer, on average"), "m"),
        *(Column(column, _band_words(number), "count") for number, column in enumerate(BANDS)),
        Column(NONE_LEFT, say("No school of the level left"), "count"),
    )


def _band_words(step: int) -> Said:
    low, high = (format_number(BANDS_M[step], "m"), format_number(BANDS_M[step + 1], "m"))
    if step == 0:
        return say("Up to {high} longer", high=high)
    return say("More than {low} longer", low=low) if step == len(BANDS) - 1 else say("{low} to {high} longer", low=low, high=high)


def areas_output(found: Closing, way: LongerWay) -> Output:
    """Every need area from which some way to a school of one level grows."""
    case, who = found.case, who_is_counted(found.case.count).capitalize()
    rows = np.flatnonzero(way.share > 0)
    areas = case.areas.iloc[rows]
    longer = found.people[rows] * way.share[rows]
    columns: dict[str, Any] = {
        v.ID: areas[v.ID].astype(str).to_numpy(), v.NAME: (areas[v.NAME] if v.NAME in areas else areas[v.ID]).astype(str).to_numpy(),
        LONGER: longer, **({} if found.moes is None else {LONGER_MOE: np.nan_to_num(found.moes[rows]) * way.share[rows]}), SHARE: way.share[rows],
        EXTRA: way.extra_m[rows], **{column: found.people[rows] * way.band[rows, number] for number, column in enumerate(BANDS)},
        NONE_LEFT: found.people[rows] * way.none_left[rows], c.FIFTH: found.fifth[rows],
    }
    described = (*c.id_columns(), *_way_columns(found, found.moes is not None), Column(SHARE, say("Share of the area's {who}", who=who.small()), "share"), c.fifth_column())
    style = LayerStyle(kind=GRADUATED, column=EXTRA, palette="magentas", scheme="quantiles", classes=5, line="#FFFFFF", line_width=0.5, fill_opacity=0.9)
    return Output(f"areas_{way.level or 'any'}", say("Longer ways by need area: {school}", school=level_words(way.level)), pd.DataFrame(columns), described,
                  NO_GEOMETRY, case.layer.id, style, case.layer.boundary, told=(LONGER, EXTRA), told_by=LONGER)


def leaving_output(found: Closing) -> Output:
    """What leaves: by name and function, people in roles by what they do."""
    called = found.case.schools[v.NAME] if v.NAME in found.case.schools else found.case.schools[v.ID]
    frame = pd.DataFrame({
        v.ID: [one.id for one in found.supports], v.NAME: c.messages([one.called for one in found.supports], range(len(found.supports))),
        SCHOOL: [str(called.iloc[one.school]) for one in found.supports], WHAT: c.messages([role(one.role).label for one in found.supports], range(len(found.supports))),
        KIND: c.messages([one.kind for one in found.supports], range(len(found.supports))), WHO: [one.organisation for one in found.supports],
        HOW_MANY: [one.count for one in found.supports], ONLY: c.messages([_ONLY_WORDS[one.only] for one in found.supports], range(len(found.supports))),
    })
    described = (
        *c.id_columns(), Column(SCHOOL, say("School that closes")), Column(WHAT, say("What it is")), Column(KIND, say("What it does")), Column(WHO, say("Run by")),
        Column(HOW_MANY, say("How many"), "", say("Posts of people in roles: full-time equivalents where they are said, else one each; people are never named."), digits=1),
        Column(ONLY, say("Is there another?"), "", say("Of the same kind, at work within {distance} of the school.", distance=format_number(found.case.reach_m, "m"))),
    )
    return Output("leaving", say("What leaves"), frame, described, NO_GEOMETRY, told=(SCHOOL, KIND, ONLY))


def hit_output(found: Closing) -> Output:
    """Shares of groups among those concerned, beside everyone else."""
    nothing = float("nan")
    rows = [{
        v.ID: f"{one.of}/{one.id}", v.NAME: one.label, OF: _OF_WORDS[one.of == PUPILS_OF], SHARE: nothing if one.share is None else one.share,
        SHARE_MOE: nothing if one.share_moe is None or one.share is None else one.share_moe, OTHER: nothing if one.other is None else one.other,
        OTHER_MOE: nothing if one.other_moe is None else one.other_moe, DIFFERENCE: nothing if one.more is None else one.more,
        DIFFERENCE_MOE: nothing if one.moe is None or one.more is None else one.moe, VERDICT: verdict(one),
    } for one in found.hits]
    frame = pd.DataFrame(rows, columns=[v.ID, v.NAME, OF, SHARE, SHARE_MOE, OTHER, OTHER_MOE, DIFFERENCE, DIFFERENCE_MOE, VERDICT])
    frame = frame.astype(dict.fromkeys((SHARE, SHARE_MOE, OTHER, OTHER_MOE, DIFFERENCE, DIFFERENCE_MOE), float))
    for column in (v.NAME, OF, VERDICT):
        frame[column] = c.messages(list(frame[column]), frame.index)
    described = (
        *c.id_columns(), Column(OF, say("Of whom")), Column(SHARE, say("Share there"), "share", digits=1, moe=SHARE_MOE), c.margin_column(SHARE_MOE, say("Share there"), "share"),
        Column(OTHER, say("Share elsewhere"), "share", digits=1, moe=OTHER_MOE), c.margin_column(OTHER_MOE, say("Share elsewhere"), "share"),
        Column(DIFFERENCE, say("Difference"), "share", digits=1, moe=DIFFERENCE_MOE), c.margin_column(DIFFERENCE_MOE, say("Difference"), "share"),
        Column(VERDICT, say("Hit more?"), "", say("cannot tell: the difference is within its error.")),
    )
    return Output("hit", say("Who is hit most"), frame, described, NO_GEOMETRY, told=(SHARE, OTHER, VERDICT))


def outputs_of(found: Closing) -> tuple[Output, ...]:
    """All tables; those without a row are left out."""
    made = [ways_output(found), leaving_output(found), hit_output(found), *(areas_output(found, way) for way in found.ways)]
    return tuple(one for one in made if len(one.frame)) or (made[1],)


def title_of(found: Closing) -> Said:
    """The heading of the answer."""
    return say("Closing: {what}", what=name(found.names[0])) if len(found.names) == 1 else say("Closing {count} schools", count=len(found.names))
