"""The columns that are no field: kept as text or numbers; for need areas, what is known to measure need counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.codes import is_code
from ecomap.io.importers.columns.fields import (
    free_name,
    margin_label,
    missing_line,
    numeric_field,
    original_name,
    plain_text_field,
)
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.local_ways import in_dollars
from ecomap.io.importers.columns.need import open_columns, telling
from ecomap.io.importers.columns.need.acs_rates import made_rates
from ecomap.io.importers.columns.need.by_name import is_rate
from ecomap.io.importers.columns.need.doubles import without_doubles
from ecomap.io.importers.columns.need.known_measures import HIDDEN, SVI, Measure, families_of, known_measure
from ecomap.io.importers.columns.need.leaving_out import reason_to_leave_out
from ecomap.io.importers.columns.need.margins import margins_of, name_of
from ecomap.io.importers.columns.need.own_answers import ANSWER_COLUMNS, own_answers
from ecomap.io.importers.columns.need.parts_of_rates import with_parts
from ecomap.io.importers.columns.need.svi_labels import svi_label
from ecomap.io.importers.columns.need.verdicts import (
    COUNTED,
    KEPT,
    OPEN,
    Verdict,
    direction_words,
    verdict_of,
)
from ecomap.io.importers.columns.scales import NUMBER as NO_SHARE
from ecomap.io.importers.columns.scales import Scale, scale_lines, scales_of
from ecomap.io.importers.spec import Draft
from ecomap.io.table import looks_numeric, parse_numbers, text_of
from ecomap.io.table.numbers import only_marks
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column
from ecomap.model.people import counts_by_name
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.understanding import KEPT as USE_KEPT
from ecomap.model.understanding import LEFT_OUT, USED, ColumnUse, Doubt
from ecomap.model.vocabulary import ALLOCATION_SUFFIX, GEOMETRY, MISSING_REASONS, MOE_SUFFIX, REASON_SUFFIX

MOSTLY = 0.5      # of the cells that say something: from this share on, a column is one of numbers
MOST_WORDS = 6    # different words that may be marks; more of them are what the column is about


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

    source: str                           # the file's own name
    name: str
    values: dict[str, Any]
    columns: tuple[Column, ...]
    lines: tuple[ReportLine, ...] = ()
    indicator: Indicator | None = None
    verdict: Verdict | None = None
    beyond: bool = False                  # a share with values outside 0-1
    why: Said = NOTHING

    @property
    def label(self) -> Said:
        return self.columns[0].label


def measured(draft: Draft, source: Source, *, indicators: bool) -> Measured:
    """Convert the remaining columns of a draft.

    Numbers get a reason column where something is missing; a margin of error stands beside its estimate as
    ``<column>_moe``; what mapping programs keep for themselves and empty columns are left out. Of need areas a column counts
    as need where the dictionary, its plain name or a person says which way it runs; every other one is kept.
    """
    names = {column: plain(original_name(column)) for column in draft.rest}
    families = families_of(names.values()) if indicators else ()
    own = own_answers(_all_names(draft, names)) if indicators else {}
    left_out = {c: why for c in draft.rest if (why := reason_to_leave_out(names[c], draft.frame[c]))}
    order = [original_name(str(c)) for c in draft.raw.frame.columns]
    by_original = {original_name(c): c for c in draft.rest}
    pairs = margins_of({c: name_of(original_name(c)) for c in names if c not in left_out}, families, [by_original.get(c, c) for c in order])
    margins = {c: margin for c, margin in pairs.items() if _is_number(names[c], draft.frame[c], indicators)}
    taken = {str(column) for column in draft.frame.columns if column not in draft.rest}
    done: list[_Converted] = []
    kept = [c for c in draft.rest if c not in left_out and c not in margins.values()]
    numeric = [c for c in kept if _is_number(names[c], draft.frame[c], indicators)]
    verdicts = _verdicts([c for c in numeric if names[c] not in own], draft, families) if indicators else {}
    scales = _scales(verdicts, draft)
    for column in kept:
        draft.progress.check()
        margin = draft.frame[margins[column]] if column in margins else None
        if column not in numeric:
            done.append(_as_text(draft, column, names[column], taken, families, indicators))
        elif names[column] in own:
            done.append(_as_answer(draft, column, names[column], own[names[column]], taken, margin))
        else:
            done.append(_as_number(draft, column, names[column], families, taken, source, margin, verdicts.get(column), scales.get(column)))
    found = _put_together(draft, source, done, {original_name(c): original_name(m) for c, m in margins.items()},
                          {original_name(c): why for c, why in left_out.items()}, {original_name(c) for c in draft.rest if names[c] in own}, indicators)
    doubts = tuple(scale.doubt for scale in scales.values() if scale.doubt is not None)
    return evolve(found, lines=(*found.lines, *scale_lines({original_name(c): scale for c, scale in scales.items()})), doubts=(*doubts, *found.doubts))


def _is_number(plain_name: str, cells: Any, indicators: bool) -> bool:
    """Whether a column is of numbers; counts of pupils are even where half of their cells are hidden."""
    people = not indicators and counts_by_name(plain_name)
    if not people and is_code(plain_name, cells):
        return False
    return looks_numeric(cells, share=0.5 if people else 0.9 if indicators else 1.0)


def _verdicts(columns: list[str], draft: Draft, families: tuple[str, ...]) -> dict[str, Verdict]:
    return {column: verdict_of(original_name(column), parse_numbers(draft.frame[column]).values, families, draft.answers) for column in columns}


def _scales(verdicts: Mapping[str, Verdict], draft: Draft) -> dict[str, Scale]:
    """The scale of every column of shares whose publisher's is not known, decided together."""
    shares = {original_name(column): column for column, verdict in verdicts.items()
              if verdict.measure is not None and verdict.measure.unit == "share" and not verdict.measure.divide}
    found = scales_of({heading: draft.frame[column] for heading, column in shares.items()}, answers=draft.answers)
    return {shares[heading]: scale for heading, scale in found.items()}


def _put_together(draft: Draft, source: Source, done: list[_Converted], margins: Mapping[str, str], left_out: Mapping[str, Said],
                  own: set[str], indicators: bool) -> Measured:
    """The converted columns, the rates made of them, and what became of each."""
    values = {name: series for one in done for name, series in one.values.items()}
    fields = {str(name): draft.frame[name] for name in draft.frame.columns if name not in draft.rest and name != GEOMETRY}
    taken = {*fields, *values}
    made = made_rates(values, source, taken) if indicators else made_rates({}, source, taken)
    found = (*with_parts([one.indicator for one in done if one.indicator is not None], {**fields, **values}), *made.indicators)
    counted = without_doubles(found, draft.answers)
    parts = {name for item in counted.kept for name in (item.numerator, item.denominator) if name}
    columns = [evolve(column, unit="count") if column.name in parts else column for one in done for column in one.columns]
    values = {**values, **made.values}
    described = (*columns, *made.columns)
    uses = [*_uses(done, margins, counted.left, made.used, parts), *(ColumnUse(column, LEFT_OUT, why=why) for column, why in left_out.items())]
    open_ = [open_columns.OpenColumn(one.source, one.name, one.label, values[one.name]) for one in done
             if one.verdict is not None and one.verdict.kind == OPEN and not one.beyond]
    answered = [open_columns.OpenColumn(one.source, one.name, one.label, values[one.name]) for one in done
                if one.verdict is not None and plain(one.source) in open_columns.answered(draft.answers)]
    judged = open_columns.judged(open_, answered, draft, counted.kept, values) if indicators else open_columns.NONE
    lines = [line for one in done for line in one.lines]
    lines.extend(missing_line(_missing(values, described)))
    if own:
        lines.append(ReportLine("note", say("Columns of an earlier answer of EcoMap: kept beside the rows, not used as indicators of need."),
                                None, tuple(one.source for one in done if one.source in own)[:5]))
    lines.extend(telling.lines_of(counted, made.indicators, [one.label for one in done if one.beyond], left_out))
    return Measured(values, described, counted.kept, (*lines, *judged.lines), judged.told(uses), judged.doubts)


def _uses(done: list[_Converted], margins: Mapping[str, str], doubled: Mapping[str, Said], in_rates: Mapping[str, Said], parts: set[str]) -> list[ColumnUse]:
    """What became of every column that was taken in."""
    uses = []
    for one in done:
        uses.append(_use(one, doubled, in_rates, parts))
        if one.source in margins:
            uses.append(ColumnUse(margins[one.source], USED, one.name + MOE_SUFFIX, margin_label(one.label), say("The margin of error of {column}.", column=named(one.source))))
    return uses


def _use(one: _Converted, doubled: Mapping[str, Said], in_rates: Mapping[str, Said], parts: set[str]) -> ColumnUse:
    if one.name in doubled:
        return ColumnUse(one.source, USE_KEPT, one.name, one.label, doubled[one.name])
    if one.indicator is not None and one.verdict is not None:
        why = one.verdict.why if one.verdict.settled_by == "person" else say("{why} {direction}", why=one.verdict.why, direction=direction_words(one.indicator.direction))
        return ColumnUse(one.source, USED, one.name, one.label, why)
    if one.name in in_rates:
        return ColumnUse(one.source, USED, one.name, one.label, say("A count that a rate is made of: {rate}.", rate=in_rates[one.name]))
    if one.name in parts:
        return ColumnUse(one.source, USED, one.name, one.label, say("One of the two counts behind a rate."))
    if one.beyond:
        return ColumnUse(one.source, USE_KEPT, one.name, one.label, say("Named as a percentage, but with values outside 0-100 %."))
    why = one.why or (one.verdict.why if one.verdict is not None else NOTHING) or say("Kept beside the rows.")
    return ColumnUse(one.source, USE_KEPT, one.name, one.label, why)


def _as_text(draft: Draft, column: str, plain_name: str, taken: set[str], families: tuple[str, ...] = (), indicators: bool = False) -> _Converted:
    name, cells = free_name(plain_name, taken), draft.frame[column]
    described = Column(name, _label(draft, column, None))
    texts, lines = plain_text_field(described.label, text_of(cells))
    if not is_code(plain_name, cells) and only_marks(cells):
        lines.append(ReportLine("caution", say("{column}: only codes for figures that are hidden, and no number; kept as text.", column=described.label),
                                None, tuple(texts.dropna().drop_duplicates().head(5))))
    elif indicators and not is_code(plain_name, cells) and (is_rate(original_name(column)) or known_measure(plain_name, families) is not None):
        lines.extend(_no_figures(described.label, cells))
    elif not is_code(plain_name, cells):
        lines.extend(_mixed(described.label, cells))
    return _Converted(original_name(column), name, {name: texts.fillna("")}, (described,), tuple(lines), why=say("Words or codes, kept beside the rows."))


def _no_figures(label: Said, cells: Any) -> list[ReportLine]:
    """What to say of a column called like a measure whose cells are no numbers: all hidden, or too many of them text."""
    found = parse_numbers(cells)
    figures, odd = int(found.values.notna().sum()), int((found.reasons == "not_a_number").sum())
    if not figures and not odd and found.missing.get("blank", 0) < len(cells):
        return [ReportLine("caution", say("{column}: no number is given in any row; kept as text.", column=label), len(cells),
                           tuple(text_of(cells).dropna().drop_duplicates().head(5)))]
    if odd and (figures or _hold_digits(cells)):
        return [ReportLine("caution", say("{column}: called like a measure, but too many of its cells are no numbers; kept as text and not counted.",
                                          column=label), odd, found.odd)]
    return []


def _hold_digits(cells: Any) -> bool:
    """Whether most cells hold a figure, whatever stands around it ("12.5±3.2", "10-20 %")."""
    texts = text_of(cells).dropna()
    return bool(texts.str.contains(r"\d").mean() > MOSTLY) if len(texts) else False


def _mixed(label: Said, cells: Any) -> list[ReportLine]:
    """What to say of a column of numbers in which some cells hold a word that is not known to stand for no number."""
    found = parse_numbers(cells)
    figures, odd = int(found.values.notna().sum()), int((found.reasons == "not_a_number").sum())
    words = set(text_of(cells[found.reasons == "not_a_number"]).dropna())
    if figures < MOSTLY * (figures + odd) or not odd or len(words) > MOST_WORDS or not all(any(sign.isalpha() for sign in word) for word in words):
        return []
    return [ReportLine("caution", say("{column}: mostly numbers, but some cells hold words; kept as text, so it can be neither added up nor ranked.",
                                      column=label), odd, found.odd)]


def _as_number(
    draft: Draft, column: str, plain_name: str, families: tuple[str, ...], taken: set[str], source: Source, margin: Any,
    verdict: Verdict | None, scale: Scale | None
) -> _Converted:
    """A number column with its reasons and margin; an indicator if it is known to measure need and is not one value throughout."""
    cells = draft.frame[column]
    if scale is not None and scale.kind == NO_SHARE:  # a person said so
        verdict, scale = None, None
    measure = verdict.measure if verdict is not None else None
    label = _label(draft, column, measure, families)
    name = free_name(measure.name if measure and measure.family and measure.name else plain_name, taken)
    moe = name + MOE_SUFFIX if margin is not None else ""
    unit = measure.unit if measure and measure.unit != HIDDEN else ""
    divide = (measure.divide if measure else 1.0) or 1.0
    if unit == "usd" and not in_dollars(original_name(column), parse_numbers(cells).foreign, draft.raw, draft.mapping, draft.project):
        measure = evolve(measure, unit="") if measure else None
        verdict, unit = evolve(verdict, measure=measure) if verdict else None, ""
    values, columns, lines = numeric_field(
        name, label, cells, unit=unit, divide=divide, digits=measure.digits if measure else 0, moe=moe, always_reason=verdict is not None, scale=scale
    )
    beyond = measure is not None and unit == "share" and _outside_share(values[name])
    if beyond and not parse_numbers(cells).percent:  # no shares after all: the figures stay as they are written
        values, columns, lines = numeric_field(name, label, cells, moe=moe, always_reason=verdict is not None)
        scale, divide = None, 1.0
    hidden = measure is not None and measure.unit == HIDDEN
    columns = [evolve(c, hidden=c.hidden or hidden, unit="" if beyond and c.name == name else c.unit) for c in columns]
    if moe:
        taken.add(moe)
        values[moe], described = _margin(margin, moe, label, unit, scale.divide if scale else divide)
        columns.append(described)
    counts = verdict is not None and verdict.kind == COUNTED and not beyond and values[name].nunique() > 1
    indicator = _indicator(name, label, verdict, source, moe) if verdict is not None and counts else None
    if verdict is not None and verdict.kind == COUNTED and not counts and not beyond:
        verdict = evolve(verdict, kind=KEPT, why=say("The same in every row, so it tells no areas apart."))
    return _Converted(original_name(column), name, values, tuple(columns), tuple(lines), indicator, verdict, beyond)


def _all_names(draft: Draft, names: dict[str, str]) -> set[str]:
    """Plain names of all columns of the file, those that are fields among them."""
    return {*names.values(), *(plain(column) for column in draft.mapping.values())}


def _as_answer(draft: Draft, column: str, plain_name: str, unit: str, taken: set[str], margin: Any) -> _Converted:
    """A number that EcoMap worked out before, with its margin: told as it stands, no measure of need."""
    label = _label(draft, column, None)
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
    return _Converted(original_name(column), name, values, tuple(columns), tuple(lines), why=say("Of an earlier answer of EcoMap, not counted again."))


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
        for reason in reasons.tolist() if reason and reason in MISSING_REASONS
    )


def _label(draft: Draft, column: str, measure: Measure | None, families: tuple[str, ...] = ()) -> Said:
    if measure and measure.family and measure.label:
        return measure.label
    original = original_name(column)
    told = draft.raw.labels.get(original, "")
    if told:
        parts = [part.strip(" :") for part in told.split("!!") if part.strip(" :") not in ("Estimate", "")]
        return named(", ".join(parts)[:160] or original)
    if known := svi_label(plain(original)) if SVI in families else NOTHING:
        return known
    text = re.sub(r"[_\s]+", " ", original).strip()
    return named(text[:1].upper() + text[1:] if text else original)


def _outside_share(figures: Any) -> bool:
    return bool((figures > 1.0005).any() or (figures < 0).any())


def _indicator(name: str, label: Said, verdict: Verdict, source: Source, moe: str) -> Indicator:
    measure = verdict.measure or Measure(name)
    unit = measure.unit if measure.unit in ("share", "usd", "per_10000", "ug_m3", "score", "count", "min") else "score"
    return Indicator(
        column=name, label=label, unit=unit, direction=measure.direction, source=source, moe_column=moe,
        domain=measure.domain, universe=source.universe, settled_by=verdict.settled_by, measure=measure.name,
    )
