"""Travel times: a table of what it costs to get from need areas to places, in minutes or metres."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.keys.matching import ENOUGH, Book, best_match, match_said
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import parse_numbers, text_of
from ecomap.io.table.gate import unique_ids
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.units import format_number

MINUTES, METRES = "minutes", "metres"
UNITS = (MINUTES, METRES)
PLACES = (v.SERVICE, v.SITE, v.SCHOOL)
# What a cost column's name says of its unit: a pattern, the unit, and what its numbers are divided by.
_NAMED = (
    (r"second|(^|_)secs?(_|$)|duration_s$|^s$", MINUTES, 60.0), (r"hour|(^|_)hrs?(_|$)|^h$", MINUTES, 1 / 60),
    (r"minute|(^|_)mins?(_|$)|travel_time|(^|_)tt(_|$)|minutos?$", MINUTES, 1.0),
    (r"(^|_)(km|kilomet)", METRES, 1 / 1000), (r"(^|_)mi(les?)?(_|$)", METRES, 1 / 1609.344),
    (r"(^|_)(feet|foot|ft)(_|$)", METRES, 1 / 0.3048),
    (r"met(re|er)s?|(^|_)m(_|$)|distance", METRES, 1.0),
)


def prepare(draft: Draft) -> Draft:
    """Costs in minutes or metres; rows without both ends, and pairs that repeat, are left out and said."""
    frame, lines = draft.frame, list(draft.lines)
    ends = []
    for name in (v.FROM_ID, v.TO_ID):
        draft.progress.check()
        texts = text_of(frame[name]).fillna("").astype(str)
        draft.progress.check()
        ends.append(texts.str.strip().str.removesuffix(".0"))
    draft.progress.check()
    cost = parse_numbers(frame[v.COST]).values.astype(float)
    unit, divide, said = _unit(draft)
    frame = frame.assign(**{v.FROM_ID: ends[0], v.TO_ID: ends[1], v.COST: cost / divide, v.UNIT: unit})
    lines += said
    for wrong, text in (
        ((ends[0] == "") | (ends[1] == ""), say("Rows that do not say from where or to where.")),
        (cost < 0, say("Rows with a cost below zero.")),
    ):
        here = wrong.reindex(frame.index).to_numpy()
        if here.any():
            lines.append(ReportLine("dropped", text, int(here.sum()), tuple(frame.loc[here, v.FROM_ID].head(5))))
            frame = frame[~here]
    return evolve(draft, frame=frame, lines=tuple(lines))


def finish(draft: Draft) -> Draft:
    """One row per pair with an id of its own, and how many ends the project knows."""
    frame, lines = draft.frame.reset_index(drop=True), list(draft.lines)
    whole = _padded(frame[v.FROM_ID], draft.project)
    mended = (whole != frame[v.FROM_ID]).to_numpy()
    whole, said = _meant(whole, draft, v.FROM_ID, (v.NEED_AREA,))
    goals, more = _meant(frame[v.TO_ID], draft, v.TO_ID, PLACES)
    lines += [*said, *more]
    frame = frame.assign(**{v.FROM_ID: whole, v.TO_ID: goals})
    draft.progress.check()
    again = frame.duplicated([v.FROM_ID, v.TO_ID]).to_numpy()
    if again.any():
        pairs = zip(frame.loc[again, v.FROM_ID].head(5), frame.loc[again, v.TO_ID].head(5))
        lines.append(ReportLine("dropped", say("Rows that repeat a pair: the first of each was used."), int(again.sum()),
                                tuple(say("{origin} to {destination}", origin=named(a), destination=named(b)) for a, b in pairs)))
        frame, mended = frame[~again].reset_index(drop=True), mended[~again]
    if mended.any():
        lines.append(ReportLine("mended", say("Codes of need areas that had lost their leading zero."), int(mended.sum())))
    if not len(frame):
        raise InputError(say("{file} has no row with a cost between two places.", file=named(draft.raw.path.name)),
                         say("Check which columns hold from, to and cost."))
    out = int(frame[v.COST].isna().sum())
    if out:
        lines.append(ReportLine("note", say("Pairs without a cost: out of reach of each other."), out))
    draft.progress.check()
    lines += _known(frame, draft.project)
    draft.progress.check()
    pair = frame[v.FROM_ID] + ">" + frame[v.TO_ID]
    draft.progress.check()
    pair, _ = unique_ids(pair)
    draft.progress.check()
    frame = frame.assign(**{v.ID: pair, v.NAME: frame[v.FROM_ID] + " to " + frame[v.TO_ID]})
    columns = (
        Column(v.ID, say("Code"), hidden=True), Column(v.NAME, say("Name"), hidden=True), Column(v.FROM_ID, say("From", context="travel")), Column(v.TO_ID, say("To", context="travel")),
        Column(v.COST, say("Cost"), "", say("In the unit beside it; missing is out of reach."), digits=1), Column(v.UNIT, say("Unit")),
    )
    return evolve(draft, frame=frame, lines=tuple(lines), columns=columns)


def _unit(draft: Draft) -> tuple[str, float, list[ReportLine]]:
    """Unit of the costs and what to divide them by: as the file says, else as the column's name does, else minutes."""
    stated = {str(text).strip().lower() for text in draft.frame[v.UNIT].dropna()} - {""} if draft.has(v.UNIT) else set()
    strange = sorted(text for text in stated if _named(text) is None)
    if strange:
        raise InputError(say("{file} gives its costs in '{unit}', which is no unit of time or length.", file=named(draft.raw.path.name), unit=named(strange[0])),
                         say("Give one unit for the whole table: minutes or metres."), {"field": v.UNIT})
    if len({_named(text) for text in stated}) > 1:
        raise InputError(say("{file} holds costs in several units: {units}.", file=named(draft.raw.path.name),
                             units=joined(map(named, sorted(stated)[:5]), ", ")),
                         say("Give one unit for the whole table: minutes or metres."), {"field": v.UNIT})
    found = _named(next(iter(stated)) if stated else plain(draft.mapping[v.COST]))
    if found:
        unit, divide = found
        said = [] if divide == 1 else [ReportLine("mended", say("Costs were made minutes." if unit == MINUTES else "Costs were made metres."))]
        return unit, divide, [*said, ReportLine("note", say("Costs are minutes." if unit == MINUTES else "Costs are metres."))]
    return MINUTES, 1.0, [ReportLine("caution", say("The file does not say in which unit its costs are: taken to be minutes. If they "
                                     "are metres, import it again with the unit metres."))]


def _named(text: str) -> tuple[str, float] | None:
    """The unit a word or a heading speaks of, and what its numbers are divided by; None where it speaks of none."""
    return next(((unit, divide) for pattern, unit, divide in _NAMED if re.search(pattern, text)), None)


def _padded(codes: Any, project: Project | None) -> Any:
    """Codes of need areas with the zero that a spreadsheet took away."""
    known = _ids(project, (v.NEED_AREA,))
    return codes.where(codes.isin(known) | ~("0" + codes).isin(known), "0" + codes)


def _meant(codes: Any, draft: Draft, field: str, roles: tuple[str, ...]) -> tuple[Any, list[ReportLine]]:
    """Codes as the ids of the layers they are of, where they are another code of these; and the line that says so."""
    known = _ids(draft.project, roles)
    different = codes.drop_duplicates()
    if draft.project is None or not known or different.isin(known).mean() >= ENOUGH:
        return codes, []
    layers = [layer for role in roles for layer in draft.project.layers_of(role) if not layer.result_id]
    found = [best_match(different, Book(draft.project.frame(layer.id), layer), parts=layer.role == v.SCHOOL) for layer in layers]
    best = max((one for one in found if one is not None), key=lambda one: one.matched, default=None)
    if best is None or best.matched <= int(different.isin(known).sum()):
        return codes, []
    ids = codes.map(best.ids)
    return ids.where(ids.notna(), codes).astype("str"), [ReportLine("note", match_said(draft.mapping.get(field, field), best))]


def _known(frame: Any, project: Project | None) -> list[ReportLine]:
    """How many areas and places of the table the project has."""
    lines = []
    for column, roles in ((v.FROM_ID, (v.NEED_AREA,)), (v.TO_ID, PLACES)):
        ids, known = frame[column].drop_duplicates(), _ids(project, roles)
        strange = ids[~ids.isin(known)]
        if not known:
            continue
        counts = {"known": format_number(len(ids) - len(strange)), "all": format_number(len(ids))}
        from_here = column == v.FROM_ID
        lines.append(ReportLine("note", say(
            "{known} of {all} codes are need areas of the project." if from_here
            else "{known} of {all} codes are services, sites or schools of the project.", **counts)))
        if len(strange):
            lines.append(ReportLine("caution", say(
                "Codes that are no need areas of the project: nobody travels between them." if from_here
                else "Codes that are no services, sites or schools of the project: nobody travels between them."),
                                    len(strange), tuple(strange.head(5))))
    return lines


def _ids(project: Project | None, roles: tuple[str, ...]) -> set[str]:
    if project is None:
        return set()
    layers = [layer for role in roles for layer in project.layers_of(role) if not layer.result_id]
    ids = {str(code) for layer in layers for code in project.frame(layer.id)[v.ID]}
    schools = [project.frame(layer.id) for layer in layers if layer.role == v.SITE]
    return ids | {str(code) for frame in schools if v.SCHOOL_ID in frame for code in frame[v.SCHOOL_ID].dropna()} - {""}


IMPORTER = Importer(
    role=v.TRAVEL_COST,
    fields=(
        FieldSpec(v.FROM_ID, say("From (need area)"), "code", required=True,
                  aliases=("from_id", "origin", "from", "origin_id", "orig", "source_id", "origen", "from_code", "geoid", "geo_id", "tract", "tract_id",
                           "block_group", "area_id", "data_zone", "zone_id", "fips"), patterns=(r"^(from|orig)", r"geoid")),
        FieldSpec(v.TO_ID, say("To (place)"), "code", required=True,
                  aliases=("to_id", "destination", "dest", "to", "destination_id", "dest_id", "target_id", "destino", "to_code", "school_id", "site_id",
                           "service_id", "facility_id", "place_id", "school_code", "ncessch", "dbn", "urn"),
                  patterns=(r"^(to_|dest)", r"(school|site|service|facility|place)_?(id|code|no)")),
        FieldSpec(v.COST, say("Cost"), required=True, test=is_number, aliases=(
            "cost", "minutes", "travel_time_p50", "travel_time", "time", "duration", "metres", "meters", "distance", "minutos",
        ), patterns=(r"travel_time|minute|(^|_)mins?(_|$)|duration|distance|dist(_|$)|met(re|er)s|cost|(^|_)(km|miles?|secs?|seconds?|hours?|feet)(_|$)", r"time"), help=say("Minutes or metres; blank is out of reach.")),
        FieldSpec(v.UNIT, say("Unit"), choices=UNITS, aliases=("unit", "units", "unidad"), help=say("minutes or metres.")),
    ),
    style=LayerStyle(),
    prepare=prepare,
    finish=finish,
)
