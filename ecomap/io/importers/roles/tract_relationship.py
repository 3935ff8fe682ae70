"""How the tracts of two censuses overlap: the Census Bureau's relationship file, or any two codes with a share."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.need.census import CENSUSES, census_of_codes
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import clean_geoid, parse_numbers
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
from ecomap.model.units import format_number

LAND, WHOLE_FROM, WHOLE_TO = v.PART, "whole_from", "whole_to"
_CODE_10 = ("geoid_tract_10", "geoid10", "geoid_10", "tract10", "tract_10", "tract_2010", "tr2010ge", "ct10", "geoid_2010")
_CODE_20 = ("geoid_tract_20", "geoid20", "geoid_20", "tract20", "tract_20", "tract_2020", "tr2020ge", "ct20", "geoid_2020")
_MOST = 1.0 + 1e-6
ROUNDED = 1.005  # shares of a tract may add up to this much: areas and shares are rounded in files


def prepare(draft: Draft) -> Draft:
    """Codes whole; shares from land where the file gives areas; rows of other counties left out."""
    frame, lines = draft.frame, list(draft.lines)
    for name in (v.FROM_ID, v.TO_ID):
        codes = clean_geoid(frame[name])
        frame = frame.assign(**{name: codes.values})
    blank = (frame[v.FROM_ID].isna() | frame[v.TO_ID].isna()).to_numpy()
    if blank.any():
        lines.append(ReportLine("dropped", say("Rows without both codes: ground that only one census has."), int(blank.sum())))
        frame = frame[~blank]
    frame = frame.assign(**_shares(frame, draft))
    empty = ~(frame[v.SHARE] > 0).to_numpy()
    if empty.any():
        lines.append(ReportLine("dropped", say("Pairs of tracts that share no land or people."), int(empty.sum())))
        frame = frame[~empty]
    elsewhere = _elsewhere(frame, draft.project)
    if elsewhere.any():
        lines.append(ReportLine("dropped", say("Rows of counties that the project has no need areas in."), int(elsewhere.sum())))
        frame = frame[~elsewhere]
    kept = [column for column in frame.columns if column not in draft.rest and column not in (WHOLE_FROM, WHOLE_TO)]
    return evolve(draft, frame=frame[kept], rest=(), lines=tuple(lines))


def finish(draft: Draft) -> Draft:
    """One row per pair, with the two censuses; a table that gives more than all of a tract away is refused."""
    import pandas as pd  # heavy

    frame, lines = draft.frame.reset_index(drop=True), list(draft.lines)
    again = frame.duplicated([v.FROM_ID, v.TO_ID]).to_numpy()
    if again.any():
        lines.append(ReportLine("dropped", say("Rows that repeat a pair: the first of each was used."), int(again.sum())))
        frame = frame[~again].reset_index(drop=True)
    if not len(frame):
        raise InputError(say("{file} has no pair of tracts with a share.", file=named(draft.raw.path.name)), say("Check which columns hold the two codes."))
    for key, name in ((v.FROM_ID, v.SHARE), (v.TO_ID, v.SHARE_BACK)):
        given = frame.groupby(key)[name].transform("sum")
        if given.max() > ROUNDED:
            raise InputError(say("{file} gives more than all of tract {tract} away ({share}).", file=named(draft.raw.path.name),
                                 tract=named(frame[key][given.idxmax()]), share=named(f"{given.max():.0%}")),
                             say("Check which column holds the share, and that it is a share of the older tract."))
        frame = frame.assign(**{name: frame[name] / given.clip(lower=1.0)})
    old, new = _censuses(frame, draft)
    frame = frame.assign(**{v.FROM_CENSUS: old, v.TO_CENSUS: new, v.ID: frame[v.FROM_ID] + ">" + frame[v.TO_ID],
                            v.NAME: frame[v.FROM_ID] + " to " + frame[v.TO_ID]})
    into, out_of = frame.groupby(v.FROM_ID)[v.TO_ID].nunique(), frame.groupby(v.TO_ID)[v.FROM_ID].nunique()
    lines.append(ReportLine("note", say(
        "Relates {from_count} tracts of {old} to {to_count} of {new}: {split} lie in several new ones, {merged} new ones are made of several.",
        from_count=format_number(len(into)), old=named(old), to_count=format_number(len(out_of)), new=named(new),
        split=format_number(int((into > 1).sum())), merged=format_number(int((out_of > 1).sum())))))
    codes = pd.unique(frame[[v.FROM_ID, v.TO_ID]].astype(str).to_numpy().ravel())
    strange = [code for code in codes if not re.fullmatch(r"\d{11,15}", code)]
    if strange:
        lines.append(ReportLine("caution", say("Codes that are no census tract (11 digits): no number will ever match them."), len(strange),
                                tuple(strange[:5])))
    given = frame.groupby(v.FROM_ID)[v.SHARE].sum()
    short = given[given < 1 - (ROUNDED - 1)]
    if len(short):
        lines.append(ReportLine("caution", say("Tracts of {old} whose shares add up to less than 100 %: what is left over goes to no tract of {new} and is lost where numbers are carried over.", old=named(old), new=named(new)), len(short),
                                tuple(say("{code} ({share})", code=named(code), share=named(f"{share:.0%}")) for code, share in short.head(5).items())))
    if frame[v.SHARE_BACK].isna().all():
        lines.append(ReportLine("caution", say("Numbers can be carried from {old} to {new} only: the table says nothing of the way back.", old=named(old), new=named(new))))
    columns = (
        Column(v.ID, say("Code"), hidden=True), Column(v.NAME, say("Name"), hidden=True), Column(v.FROM_ID, say("Tract of {census}", census=named(old))),
        Column(v.TO_ID, say("Tract of {census}", census=named(new))), Column(v.SHARE, say("Share of the tract of {census}", census=named(old)), "share"),
        Column(v.SHARE_BACK, say("Share of the tract of {census}", census=named(new)), "share"), Column(LAND, say("Land in both"), "m2"),
        Column(v.FROM_CENSUS, say("From the census of")), Column(v.TO_CENSUS, say("To the census of")),
    )
    return evolve(draft, frame=frame, lines=tuple(lines), columns=columns)


def _shares(frame: Any, draft: Draft) -> dict[str, Any]:
    """Share forwards and back: by land (by all the ground where a tract has no land), or as the file gives it."""
    import numpy as np  # heavy

    if LAND in frame and WHOLE_FROM in frame:
        part = frame[LAND].to_numpy(dtype=float)
        shares = {v.SHARE: _part_of(part, frame, WHOLE_FROM, v.FROM_ID)}
        back = _part_of(part, frame, WHOLE_TO, v.TO_ID) if WHOLE_TO in frame else np.full(len(frame), np.nan)
        return {**shares, v.SHARE_BACK: back}
    if v.SHARE not in frame:
        raise InputError(say("{file} does not say how much of a tract lies in the other.", file=named(draft.raw.path.name)),
                         say("It needs a column with a share (0-1), or with the land of the part and of the whole tract."),
                         {"field": v.SHARE})
    share = frame[v.SHARE].to_numpy(dtype=float)
    share = share / 100 if np.nanmax(share, initial=0.0) > 1.5 else share
    if (share < 0).any() or (share > _MOST).any():
        raise InputError(say("{file} has shares below 0 or above 1.", file=named(draft.raw.path.name)), say("Check which column holds the share."))
    return {v.SHARE: share, v.SHARE_BACK: np.full(len(frame), np.nan), LAND: np.full(len(frame), np.nan)}


def _part_of(part: Any, frame: Any, whole: str, key: str) -> Any:
    """Land of the part over land of the tract; a tract without land goes wholly to the part that is listed largest first."""
    import numpy as np  # heavy

    land = frame[whole].to_numpy(dtype=float)
    share = np.divide(part, land, out=np.zeros(len(part)), where=land > 0)
    only = (frame.groupby(key)[key].transform("size") == 1).to_numpy()
    return np.where((land <= 0) & only, 1.0, share)


def _elsewhere(frame: Any, project: Project | None) -> Any:
    """Rows neither of whose tracts is in a county of the project's need areas."""
    counties = {
        code[:5] for layer in (project.layers_of(v.NEED_AREA) if project is not None else ())
        for code in project.frame(layer.id)[v.ID].astype(str) if re.fullmatch(r"\d{11,15}", code)
    } if project is not None else set()
    inside = frame[v.FROM_ID].astype(str).str[:5].isin(counties) | frame[v.TO_ID].astype(str).str[:5].isin(counties)
    return (~inside).to_numpy() if counties and inside.any() else inside.to_numpy() & False


def _censuses(frame: Any, draft: Draft) -> tuple[str, str]:
    """The census of each code: stated, by the codes themselves, or by the names of the columns."""
    found = []
    for field, key in ((v.FROM_CENSUS, v.FROM_ID), (v.TO_CENSUS, v.TO_ID)):
        stated = str(frame[field].dropna().iloc[0]) if field in frame and frame[field].notna().any() else ""
        name = plain(draft.mapping.get(key, ""))
        told = "2010" if re.search(r"(^|_|[a-z])(20)?10($|_|[a-z])", name) else "2020" if re.search(r"20", name) else ""
        found.append(stated or census_of_codes(frame[key]).value or told)
    old, new = found
    other = {"2010": "2020", "2020": "2010"}
    old, new = old or other.get(new, ""), new or other.get(old, "")
    if not old or old == new:
        raise InputError(say("{file} does not say of which censuses its tracts are.", file=named(draft.raw.path.name)),
                         say("Say for both codes whether they are of 2010 or of 2020."), {"field": v.FROM_CENSUS})
    return old, new


def _is_positive(cells: Any) -> bool:
    return is_number(cells) and bool((parse_numbers(cells).values.dropna() >= 0).all())


IMPORTER = Importer(
    role=v.TRACT_RELATIONSHIP,
    fields=(
        FieldSpec(v.FROM_ID, say("Tract of the older census"), "code", required=True, aliases=("from_id", *_CODE_10),
                  patterns=(r"(geoid|tract|ct).*10$", r"^from")),
        FieldSpec(v.TO_ID, say("Tract of the newer census"), "code", required=True, aliases=("to_id", *_CODE_20),
                  patterns=(r"(geoid|tract|ct).*20$", r"^to_")),
        FieldSpec(LAND, say("Land in both (square metres)"), "number", aliases=("arealand_part", "part_m2", "area_part"), test=_is_positive),
        FieldSpec(WHOLE_FROM, say("Land of the older tract"), "number", aliases=("arealand_tract_10", "whole_from"), test=_is_positive),
        FieldSpec(WHOLE_TO, say("Land of the newer tract"), "number", aliases=("arealand_tract_20", "whole_to"), test=_is_positive),
        FieldSpec(v.SHARE, say("Share of the older tract"), "number", aliases=(
            "share", "weight", "wt_pop", "afact", "allocation_factor", "ratio", "proportion", "wt", "w",
        ), test=_is_positive, help=say("Part of the older tract in the newer one, by land or by people; 0-1 or per cent.")),
        FieldSpec(v.FROM_CENSUS, say("Older tracts are of"), choices=CENSUSES, aliases=("from_census",)),
        FieldSpec(v.TO_CENSUS, say("Newer tracts are of"), choices=CENSUSES, aliases=("to_census",)),
    ),
    style=LayerStyle(),
    prepare=prepare,
    finish=finish,
)
