"""Outcomes of schools: a row per school and school year, or per school, year and outcome, each with how many pupils it counts."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import reason_label
from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.money import CODES, NAME, NO_STYLE, YEAR, identified, one_row_per, prepare
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import parse_numbers, text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.judgement import SHARE, Judgement
from ecomap.model.layer import Column
from ecomap.model.pupils import SUPPRESSED, THRESHOLD
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

OF = "_of"
MEASURE, VALUE, PUPILS = "measure", "measured", "measured_of"  # of the long layout
# Shares of pupils, and scores, by the words that headings have for them.
SHARES: dict[str, tuple[Said, tuple[str, ...]]] = {
    "chronic_absence": (say("Chronically absent"), ("chronic_absence", "chronic_absenteeism", "chronicabsenteeismrate", "chronic_absence_rate", "ausentismo_cronico")),
    "suspension": (say("Suspended"), ("suspension", "suspension_rate", "suspended")),
    "dropout": (say("Dropped out"), ("dropout", "dropout_rate", "desercion")),
    "attendance": (say("Attendance"), ("attendance", "attendance_rate", "asistencia")),
    "graduation": (say("Graduated"), ("graduation", "graduation_rate", "graduacion")),
    "a_g": (say("Met the A-G requirements"), ("a_g", "a_g_completion", "uc_csu_met")),
    "english_met": (say("Met the standard in English"), ("english_met", "ela_met", "ela_proficient", "reading_proficient")),
    "math_met": (say("Met the standard in mathematics"), ("math_met", "maths_met", "math_proficient")),
}
SCORES: dict[str, tuple[Said, tuple[str, ...]]] = {
    "english_distance": (say("Distance from the standard in English"), ("english_distance", "ela_distance_from_standard", "ela_distance")),
    "math_distance": (say("Distance from the standard in mathematics"), ("math_distance", "math_distance_from_standard")),
}
_LABELS = {column: label for column, (label, _) in (SHARES | SCORES).items()}


def ready(draft: Draft) -> Draft:
    """Whole codes and years; a table with a row per outcome gets a column per outcome."""
    draft = prepare(draft)
    return _spread(draft) if draft.has(MEASURE) and draft.has(VALUE) else draft


def _spread(draft: Draft) -> Draft:
    """One row per school and year, a column per outcome and one for how many pupils it counts."""
    import pandas as pd  # heavy

    frame = draft.frame.reset_index(drop=True)
    measure = text_of(frame[MEASURE]).fillna("").map(plain)
    known = {alias: column for column, (_, aliases) in (SHARES | SCORES).items() for alias in (column, *aliases)}
    column = measure.map(lambda word: known.get(word, word))
    keys = pd.MultiIndex.from_frame(frame[[v.SCHOOL_ID, v.YEAR]].fillna(""))
    first = ~pd.DataFrame({"key": keys.to_flat_index(), "column": column}).duplicated().to_numpy()
    wide: dict[str, Any] = {}
    for one in sorted(set(column) - {""}):
        here = ((column == one) & first).to_numpy()
        numbers = parse_numbers(frame[VALUE][here])
        values = pd.Series(numbers.values.to_numpy(dtype=float), index=keys[here])
        of = pd.Series(parse_numbers(frame[PUPILS][here]).values.to_numpy(dtype=float), index=keys[here]) if PUPILS in frame else values * float("nan")
        if one in SHARES and values.max() > 1:
            values = values / 100
        wide |= {one: values, one + OF: of, one + v.REASON_SUFFIX: pd.Series(numbers.reasons.to_numpy(), index=keys[here], dtype=object)}
    rows = keys.drop_duplicates()
    made = pd.DataFrame({key: values.reindex(rows).to_numpy() for key, values in wide.items()})
    names = frame[v.NAME].groupby(keys.to_flat_index(), sort=False).first() if v.NAME in frame else None
    made = made.assign(**{v.SCHOOL_ID: rows.get_level_values(0), v.YEAR: rows.get_level_values(1)})
    if names is not None:
        made = made.assign(**{v.NAME: names.reindex(rows.to_flat_index()).to_numpy()})
    line = ReportLine("merged", say("The table has a row per outcome: made one row per school and year, with a column per outcome."), len(frame) - len(rows))
    columns = tuple(one for one in draft.columns if one.name in (v.SCHOOL_ID, v.YEAR, v.NAME))
    described = [Column(one, _LABELS.get(one) or named(one.replace("_", " ").capitalize()), "share" if one in SHARES else "", digits=1,
                        judgement=Judgement(SHARE) if one in SHARES else None) for one in sorted(set(column) - {""})]
    beside = [piece for one in described for piece in (Column(one.name + OF, say("Pupils counted: {outcome}", outcome=one.label), "count"),
                                                        Column(one.name + v.REASON_SUFFIX, reason_label(one.label), hidden=True))]
    return evolve(draft, frame=made, rest=(), lines=(*draft.lines, line), columns=(*columns, *described, *beside), worked=tuple(draft.rest))


def finish(draft: Draft) -> Draft:
    """One row per school and year; numbers of groups too small to be shown are missing with that reason."""
    held = [str(column) for column in draft.frame.columns if column in _LABELS or f"{column}{OF}" in draft.frame]
    if not held:
        raise InputError(
            say("{file} has no column with an outcome.", file=named(draft.raw.path.name)),
            say("It needs a row per school and school year with a column per outcome, or columns of the outcome's name, its value and how many pupils it counts."))
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    hidden = 0
    for column in held:
        few = (frame[column + OF] < THRESHOLD).to_numpy() if column + OF in frame else frame[column].isna().to_numpy() & False
        reason = frame[column + v.REASON_SUFFIX].astype(object).fillna("") if column + v.REASON_SUFFIX in frame else frame[column].isna().map({True: "not_reported", False: ""})
        hidden += int((few & frame[column].notna().to_numpy()).sum())
        frame = frame.assign(**{column: frame[column].mask(few), column + v.REASON_SUFFIX: reason.mask(few, SUPPRESSED).astype(object)})
        if column + v.REASON_SUFFIX not in {one.name for one in columns}:
            columns.append(Column(column + v.REASON_SUFFIX, reason_label(_LABELS.get(column) or named(column)), hidden=True))
    if hidden:
        lines.append(ReportLine("note", say("Numbers of groups under the smallest that is shown: kept as missing (suppressed)."), hidden))
    draft = one_row_per(evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns)), (v.SCHOOL_ID, v.YEAR), say(
        "Rows that repeat a school and year with other numbers: the first of each was used."))
    return identified(draft, (v.SCHOOL_ID, v.YEAR))


def _counted(column: str, label: Said) -> FieldSpec:
    return FieldSpec(column + OF, say("Pupils counted: {outcome}", outcome=label), "number", aliases=(column + OF, f"{column}_n", f"{column}_denominator"),
                     test=is_number, unit="count")


IMPORTER = Importer(
    role=v.OUTCOME,
    fields=(
        *CODES, NAME, YEAR,
        *(FieldSpec(column, label, "share", aliases=aliases, test=is_number, unit="share") for column, (label, aliases) in SHARES.items()),
        *(FieldSpec(column, label, "number", aliases=aliases, test=is_number) for column, (label, aliases) in SCORES.items()),
        *(_counted(column, label) for column, label in _LABELS.items()),
        FieldSpec(MEASURE, say("Outcome, where every row is of one"), aliases=("metric", "measure", "indicator", "outcome", "indicador")),
        FieldSpec(VALUE, say("Value, where every row is of one outcome"), "number", aliases=("value", "rate", "valor"), test=is_number),
        FieldSpec(PUPILS, say("Pupils counted, where every row is of one outcome"), "number",
                  aliases=("denominator", "n", "pupils", "students", "count_of"), test=is_number, unit="count"),
    ),
    style=NO_STYLE,
    prepare=ready,
    finish=finish,
)
