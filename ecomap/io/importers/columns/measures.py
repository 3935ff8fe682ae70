"""The columns that are no field: kept as text or numbers; for need areas, recognised as indicators."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.fields import (
    free_name,
    margin_label,
    missing_line,
    numeric_field,
    original_name,
    plain_text_field,
)
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.known_measures import Measure, acs_code, family_of, known_measure, svi_label
from ecomap.io.importers.columns.own_answers import ANSWER_COLUMNS, own_answers
from ecomap.io.importers.columns.parts_of_rates import with_parts
from ecomap.io.importers.columns.scales import NUMBER, Scale, named_as_share, scale_lines, scales_of
from ecomap.io.importers.spec import Draft
from ecomap.io.table import looks_numeric, parse_numbers, text_of
from ecomap.io.table.numbers import only_marks
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column
from ecomap.model.pupils import COUNTED, pupils_in_name
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.understanding import ColumnUse, Doubt
from ecomap.model.vocabulary import ALLOCATION_SUFFIX, GEOMETRY, MISSING_REASONS, MOE_SUFFIX, REASON_SUFFIX

_BOOKKEEPING = re.compile(
    r"^(objectid(_\d+)?|fid(_\d+)?|esri_oid|globalid|shape(_+(leng?t?h?|area|are|len))?|column_\d+|unnamed_\d+|symbolid|"
    r"altmode|base|clamped|extruded|snippet|folderpath|resource_uri|slug(_\d)?|layer_id|metadata|"
    r"(stop_)?lat(itude)?|(stop_)?(lon|long|longitude|lng)|point_x|point_y|x|y|intptlat|intptlon|the_geom)$"
)
_CODE = re.compile(
    r"(^|_)(id|ids|fips|zip|zipcode|zip_code|postal_code|code|geoid|geo_id|phone|phones|key|pkey|number|fax|ein|tax_id|"
    r"tract|tractce|trustee_ar|district|dist|sup_dist|spa(_\d+)?|statefp|countyfp|stcnty|st|year|yr|objectid|daycode\d*|open|close|ext_id|post_id)$"
)
_NO_NEED = re.compile(
    r"hispanic|latin|white|black|asian|native|nhopi|race|minrty|(^|_)(fe)?male($|_)|(^|_)sex|area|sqmi|acres|aland|awater|"
    r"pctl|percentile|rank|^epl_|^rpl_|^spl_|^f_|thirds|quintile|total|universe|population|(^|_)pop(_|$)|count|"
    r"^ct_|objectid|pollution_burden|pop_char|households?$|median_age|age65|age17|daypop|shape|dist$|num$|linenum"
)
_LESS_NEED = re.compile(
    r"income|home_value|college|bachelor|graduate|degree|turnout|transit_access|library_access|(^|_)insured|earnings|owner|"
    r"employment_rate|broadband"
)
_PERCENT = re.compile(r"(^|_)(pct|percent|perc|percentage|share|prop|proportion)(_|$)|_rate$|rate_")
_PERCENT_WORDS = re.compile(
    r"poverty|unemploy|limited_english|no_high_school|disabil|no_health_insurance|rent_burden|renters|vehicle|foreign_born|"
    r"outdoor_workers|older_adults|children|mobile_homes|group_quarters|internet|linguistic|female_householder|below_\w*pct"
)
_SCORE = re.compile(r"score|index|median|(^|_)med_|(^|_)avg_|(^|_)mean_|asthma|cardiovascular|per_capita")
_USD = re.compile(r"income|rent$|value|earnings|usd|dollar")


@frozen
class Measured:
    """Converted columns, their descriptions, indicators among them, and what was found."""

    values: dict[str, Any] = field(repr=False, eq=False)
    columns: tuple[Column, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    uses: tuple[ColumnUse, ...] = ()     # of the columns that are no field
    doubts: tuple[Doubt, ...] = ()


@frozen
class _Converted:
    """One column of the file, converted."""

    values: dict[str, Any]
    columns: tuple[Column, ...]
    lines: tuple[ReportLine, ...] = ()
    indicator: Indicator | None = None
    beyond: Said = NOTHING                # label of a share with values outside 0-1


def measured(draft: Draft, source: Source, *, indicators: bool) -> Measured:
    """Convert the remaining columns of a draft.

    Numbers get a reason column where something is missing; a margin of error stands beside its estimate as
    ``<column>_moe``; bookkeeping of GIS programs and empty columns are left out.
    """
    names = {column: plain(original_name(column)) for column in draft.rest}
    family = family_of(set(names.values())) if indicators else ""
    own = own_answers(_all_names(draft, names)) if indicators else {}
    margins = _margins(names, family)
    taken = {str(column) for column in draft.frame.columns if column not in draft.rest}
    left_out = [c for c in draft.rest if _BOOKKEEPING.match(names[c]) or not text_of(draft.frame[c]).notna().any()]
    kept = [c for c in draft.rest if c not in left_out and c not in margins.values()]
    scales = _scales(draft, {column: names[column] for column in kept if not _CODE.search(names[column])}, family) if indicators else {}
    done: list[_Converted] = []
    for column in kept:
        cells = draft.frame[column]
        people = not indicators and pupils_in_name(names[column]) == COUNTED
        if (not people and _CODE.search(names[column])) or not looks_numeric(cells, share=0.5 if people else 0.9 if indicators else 1.0):
            done.append(_as_text(draft, column, names[column], family, taken))
        else:
            margin = draft.frame[margins[column]] if column in margins else None
            if names[column] in own:
                done.append(_as_answer(draft, column, names[column], own[names[column]], taken, margin))
            else:
                done.append(_as_number(draft, column, names[column], family, taken, source, margin, indicators, scales.get(column)))
    values = {name: series for one in done for name, series in one.values.items()}
    columns = tuple(column for one in done for column in one.columns)
    fields = {str(name): draft.frame[name] for name in draft.frame.columns if name not in draft.rest and name != GEOMETRY}
    found = list(with_parts([one.indicator for one in done if one.indicator is not None], {**fields, **values}))
    parts = {name for item in found for name in (item.numerator, item.denominator) if name}
    columns = tuple(evolve(column, unit="count") if column.name in parts else column for one in done for column in one.columns)
    lines = [line for one in done for line in one.lines]
    lines.extend(missing_line(_missing(values, columns)))
    lines.extend(scale_lines({original_name(column): scale for column, scale in scales.items()}))
    if own:
        lines.append(ReportLine("note", say("Columns of an earlier answer of EcoMap: kept beside the rows, not used as indicators of need."),
                                None, tuple(original_name(c) for c in kept if names[c] in own)[:5]))
    lines.extend(_said(found, [original_name(c) for c in left_out], [one.beyond for one in done if one.beyond], family))
    doubts = tuple(scale.doubt for scale in scales.values() if scale.doubt is not None)
    return Measured(values, columns, tuple(found), tuple(lines), doubts=doubts)


def _scales(draft: Draft, names: dict[str, str], family: str) -> dict[str, Scale]:
    """The scale of every column that is called a share, decided together."""
    called = {original_name(column): column for column, name in names.items()
              if known_measure(name, family) is None and not _NO_NEED.search(name) and _is_share(name, draft.frame[column])}
    found = scales_of({heading: draft.frame[column] for heading, column in called.items()}, answers=draft.answers)
    return {called[heading]: scale for heading, scale in found.items()}


def _is_share(name: str, cells: Any) -> bool:
    """Whether a column is a share by its name, and its figures allow it."""
    if not (_PERCENT.search(name) or named_as_share(name) or _PERCENT_WORDS.search(name)) or not looks_numeric(cells):
        return False
    figures = parse_numbers(cells).values.dropna()
    if not len(figures) or figures.min() < 0:
        return False
    return bool(_PERCENT.search(name) or named_as_share(name) or (figures.max() <= 100 and (figures % 1 != 0).any()))


def _as_text(draft: Draft, column: str, plain_name: str, family: str, taken: set[str]) -> _Converted:
    name, cells = free_name(plain_name, taken), draft.frame[column]
    described = Column(name, _label(draft, column, None, family), hidden=_published_rank(plain_name, family))
    texts, lines = plain_text_field(described.label, text_of(cells))
    if not _CODE.search(plain_name) and only_marks(cells):
        lines.append(ReportLine("caution", say("{column}: only codes for figures that are hidden, and no number; kept as text.", column=described.label),
                                None, tuple(texts.dropna().drop_duplicates().head(5))))
    return _Converted({name: texts.fillna("")}, (described,), tuple(lines))


def _as_number(
    draft: Draft, column: str, plain_name: str, family: str, taken: set[str], source: Source, margin: Any, indicators: bool,
    scale: Scale | None = None,
) -> _Converted:
    """A number column with its reasons and margin; an indicator if it measures need and is not one value throughout."""
    cells = draft.frame[column]
    measure = known_measure(plain_name, family) if indicators else None
    guess = measure or (_guessed(plain_name, cells, scale) if indicators else None)
    label = _label(draft, column, measure, family)
    name = free_name(measure.name if measure else plain_name, taken)
    moe = name + MOE_SUFFIX if margin is not None else ""
    unit, divide = (guess.unit, guess.divide) if guess else (_unit(plain_name), 1.0)
    values, columns, lines = numeric_field(
        name, label, cells, unit=unit, divide=divide, digits=guess.digits if guess else 0, moe=moe, always_reason=indicators, scale=scale
    )
    beyond = guess is not None and unit == "share" and _outside_share(values[name])
    hidden = _published_rank(plain_name, family)
    columns = [evolve(c, hidden=c.hidden or hidden, unit="" if beyond and c.name == name else c.unit) for c in columns]
    if moe:
        taken.add(moe)
        values[moe], described = _margin(margin, moe, label, unit, divide)
        columns.append(described)
    measures_need = guess is not None and not beyond and values[name].nunique() > 1
    indicator = _indicator(name, label, guess, source, moe) if guess is not None and measures_need else None
    return _Converted(values, tuple(columns), tuple(lines), indicator, label if beyond else NOTHING)


def _all_names(draft: Draft, names: dict[str, str]) -> set[str]:
    """Plain names of all columns of the file, those that are fields among them."""
    return {*names.values(), *(plain(column) for column in draft.mapping.values())}


def _as_answer(draft: Draft, column: str, plain_name: str, unit: str, taken: set[str], margin: Any) -> _Converted:
    """A number that EcoMap worked out before, with its margin: told as it stands, no measure of need."""
    label = _label(draft, column, None, "")
    base = plain_name.removesuffix(ALLOCATION_SUFFIX)
    spread = base != plain_name and plain_name not in ANSWER_COLUMNS
    name = free_name(plain_name, taken)
    moe = name + MOE_SUFFIX if margin is not None else ""
    values, columns, lines = numeric_field(name, label, draft.frame[column], unit=unit, moe=moe)
    if moe:
        values[moe], described = _margin(margin, moe, label, unit, 1.0)
        taken.add(moe)
        columns.append(described)
    if spread:
        columns = [evolve(one, label=say("{measure}: half the range between two ways of spreading people", measure=label), hidden=True) if one.name == name else one for one in columns]
    return _Converted(values, tuple(columns), tuple(lines))


def _margin(cells: Any, name: str, label: Said, unit: str, divide: float) -> tuple[Any, Column]:
    """A margin of error in the unit of its estimate, and what it is called; below zero it is none."""
    numbers = parse_numbers(cells)
    figures = numbers.values / (1.0 if numbers.percent else divide)
    return figures.where(figures >= 0), Column(name, margin_label(label), unit or "count", hidden=True)


def _missing(values: dict[str, Any], columns: tuple[Column, ...]) -> Counter[tuple[Said, str]]:
    labels = {column.name: column.label for column in columns}
    return Counter(
        (labels[name.removesuffix(REASON_SUFFIX)], reason)
        for name, reasons in values.items() if name.endswith(REASON_SUFFIX) and name.removesuffix(REASON_SUFFIX) in values
        for reason in reasons if reason and reason in MISSING_REASONS
    )


def _margins(names: dict[str, str], family: str) -> dict[str, str]:
    """Column of an estimate -> column of its margin of error."""
    by_name = {name: column for column, name in names.items()}
    pairs = {}
    for column, name in names.items():
        wanted = []
        code = acs_code(name)
        if code and code[1] in ("e", "pe"):
            wanted = [f"{code[0]}{code[1].replace('e', 'm')}", f"{name}_error"]
        elif family == "svi" and name.startswith(("e_", "ep_")):
            wanted = [("m" + name[1:])]
        wanted += [f"{name}_moe", f"{name}_error", f"moe_{name}", f"{name}_margin_of_error"]
        match = next((by_name[other] for other in wanted if other in by_name), None)
        if match is not None:
            pairs[column] = match
    return pairs


def _label(draft: Draft, column: str, measure: Measure | None, family: str) -> Said:
    if measure:
        return measure.label
    original = original_name(column)
    told = draft.raw.labels.get(original, "")
    if told:
        parts = [part.strip(" :") for part in told.split("!!") if part.strip(" :") not in ("Estimate", "")]
        return named(", ".join(parts)[:160] or original)
    known = svi_label(plain(original)) if family == "svi" else NOTHING
    if known:
        return known
    text = re.sub(r"[_\s]+", " ", original).strip()
    return named(text[:1].upper() + text[1:] if text else original)


def _published_rank(name: str, family: str) -> bool:
    """Ranks and flags that a publisher worked out of its indicators: kept in files, not shown in tables."""
    return (family == "svi" and name.startswith(("epl_", "spl_", "f_"))) or (family == "ces" and name.endswith("_pctl"))


def _unit(name: str) -> str:
    return "count" if acs_code(name) or name.startswith("e_") else ""


def _guessed(name: str, cells: Any, scale: Scale | None) -> Measure | None:
    """A measure made out of a column's name and range; None if it is a count, a rank or says who people are."""
    if _NO_NEED.search(name) or acs_code(name) or name.startswith(("e_", "m_", "mp_")):
        return None
    values = parse_numbers(cells).values.dropna()
    if not len(values):
        return None
    direction = -1 if _LESS_NEED.search(name) and not re.search(r"(^|_)(no|without|less_than|un)_", name) else 1
    if scale is not None and scale.kind != NUMBER:
        return Measure(name, NOTHING, "share", direction, divide=scale.divide)
    if _PERCENT.search(name) and scale is None:
        return None
    if _SCORE.search(name):
        return Measure(name, NOTHING, "usd" if _USD.search(name) else "score", direction, digits=0 if _USD.search(name) else 1)
    return None


def _outside_share(figures: Any) -> bool:
    return bool((figures > 1.0005).any() or (figures < 0).any())


def _indicator(name: str, label: Said, measure: Measure, source: Source, moe: str) -> Indicator:
    return Indicator(
        column=name, label=label, unit=measure.unit, direction=measure.direction, source=source, moe_column=moe,
        domain=measure.domain, universe=source.universe,
    )


def _said(found: list[Indicator], left_out: list[str], beyond: list[Said], family: str) -> list[ReportLine]:
    lines = []
    if found:
        less = [i.label for i in found if i.direction < 0]
        margins = sum(bool(i.moe_column) for i in found)
        parts = sum(bool(i.numerator) for i in found)
        text = plural("{n} column taken as an indicator of need, {margins} with a margin of error.",
                      "{n} columns taken as indicators of need, {margins} with a margin of error.", len(found), margins=margins)
        guessed = NOTHING if family else say("Names and directions are guesses: check them.")
        lines.append(ReportLine("note", joined([text, guessed]), None, tuple(i.label for i in found[:5])))
        if parts:
            lines.append(ReportLine("note", plural(
                "{n} rate with both counts in the file; carried elsewhere, the counts are added up and divided.",
                "{n} rates with both counts in the file; carried elsewhere, the counts are added up and divided.", parts), None, tuple(i.label for i in found if i.numerator)[:5]))
        if less:
            lines.append(ReportLine("note", say("In these, a higher value means less need."), None, tuple(less[:5])))
    if beyond:
        lines.append(ReportLine(
            "caution", say("Columns named as percentages hold values outside 0-100 %; they are kept but not used as indicators."),
            None, tuple(beyond[:5]),
        ))
    if left_out:
        lines.append(ReportLine(
            "note", plural("{n} column left out: empty, or the publisher's own bookkeeping.",
                           "{n} columns left out: empty, or the publisher's own bookkeeping.", len(left_out)), None,
            tuple(left_out[:5]),
        ))
    return lines
