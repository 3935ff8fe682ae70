"""Outcomes of schools: a row per school and school year, or per school, year and outcome, each with how many pupils it counts."""

from __future__ import annotations

import functools
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import numeric_field, reason_label
from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.money import CODES, NAME, NO_STYLE, YEAR, identified, one_row_per, prepare
from ecomap.io.importers.columns.scales import NUMBER, named_as_share, scales_of
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.judgement import SHARE, Judgement
from ecomap.model.layer import Column
from ecomap.model.pupils import SUPPRESSED, THRESHOLD
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt

OF = "_of"
MEASURE, VALUE, PUPILS = "measure", "measured", "measured_of"  # of the long layout
# Shares of pupils, and scores, by the words that headings have for them.
SHARES: dict[str, tuple[Said, tuple[str, ...]]] = {
    "chronic_absence": (say("Chronically absent"), ("chronic_absence", "chronic_absenteeism", "chronicabsenteeismrate", "chronic_absence_rate", "ausentismo_cronico")),
    "persistent_absence": (say("Persistently absent"), ("persistent_absence", "persistent_absentees", "persistently_absent", "pa_10_exact_percent")),
    "suspension": (say("Suspended"), ("suspension", "suspension_rate", "suspended")),
    "exclusion": (say("Excluded"), ("exclusion", "exclusions", "excluded", "permanent_exclusion")),
    "dropout": (say("Dropped out"), ("dropout", "dropout_rate", "desercion")),
    "attendance": (say("Attendance"), ("attendance", "attendance_rate", "asistencia")),
    "positive_destination": (say("Went on to study, train or work"), ("positive_destination", "positive_destinations", "school_leaver_destinations")),
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

    cells = draft.raw.frame[draft.mapping[VALUE]].loc[draft.frame.index].reset_index(drop=True)  # as they stand: signs of per cent and stars included
    frame = draft.frame.reset_index(drop=True)
    words = text_of(frame[MEASURE]).fillna("")
    column = words.map(_measure)
    keys = pd.MultiIndex.from_frame(frame[[v.SCHOOL_ID, v.YEAR]].fillna(""))
    first = ~pd.DataFrame({"key": keys.to_flat_index(), "column": column}).duplicated().to_numpy()
    rows = keys.drop_duplicates()
    wide: dict[str, Any] = {}
    described: list[Column] = []
    lines, doubts = list(draft.lines), list(draft.doubts)
    for one in sorted(set(column) - {""}):
        here = ((column == one) & first).to_numpy()
        label = _LABELS.get(one) or named(words[here].iloc[0].strip())
        values, columns, said, asked = _of_measure(one, label, cells[here], words[here].iloc[0], draft)
        of = frame[PUPILS][here].astype(float) if PUPILS in frame else pd.Series(float("nan"), index=cells[here].index)
        wide |= {name: pd.Series(part.to_numpy(), index=keys[here]) for name, part in (values | {one + OF: of}).items()}
        described += [*columns, Column(one + OF, say("Pupils counted: {outcome}", outcome=label), "count")]
        lines, doubts = [*lines, *said], [*doubts, *asked]
    made = pd.DataFrame({key: values.reindex(rows).to_numpy() for key, values in wide.items()})
    names = frame[v.NAME].groupby(keys.to_flat_index(), sort=False).first() if v.NAME in frame else None
    made = made.assign(**{v.SCHOOL_ID: rows.get_level_values(0), v.YEAR: rows.get_level_values(1)})
    if names is not None:
        made = made.assign(**{v.NAME: names.reindex(rows.to_flat_index()).to_numpy()})
    lines.append(ReportLine("merged", say("The table has a row per outcome: made one row per school and year, with a column per outcome."), len(frame) - len(rows)))
    kept = tuple(one for one in draft.columns if one.name in (v.SCHOOL_ID, v.YEAR, v.NAME))
    return evolve(draft, frame=made, rest=(), lines=tuple(lines), columns=(*kept, *described), worked=tuple(draft.rest), doubts=tuple(doubts))


def _measure(word: str) -> str:
    """The column of an outcome that a row is of: a known one by its name without words for a share, else what the file calls it.

    >>> [_measure(word) for word in ("Chronic absenteeism rate", "% Graduated", "suspension_rate", "Kinder readiness")]
    ['chronic_absence', 'graduation', 'suspension', 'kinder_readiness']
    """
    bare = _bare(word)
    for column, (label, aliases) in (SHARES | SCORES).items():
        if bare in {_bare(alias) for alias in (column, str(label), *aliases)}:
            return column
    return plain(word)


@functools.lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    return "_".join(part for part in plain(word.replace("%", " pct ")).split("_") if not named_as_share(part))


def _of_measure(one: str, label: Said, cells: Any, word: str, draft: Draft) -> tuple[dict[str, Any], list[Column], list[ReportLine], list[Doubt]]:
    """The numbers of one outcome with their reasons; shares at the scale of their own cells."""
    share = one in SHARES or (one not in SCORES and named_as_share(word))
    scale = scales_of({one: cells}, {one: word}, answers=draft.answers)[one] if share else None
    found, columns, lines = numeric_field(one, label, cells, unit="share" if share and scale and scale.kind != NUMBER else "", digits=1, scale=scale)
    of_pupils = columns[0].unit == "share"
    columns[0] = evolve(columns[0], judgement=Judgement(SHARE) if of_pupils else None)
    return found, columns, lines, [scale.doubt] if scale and scale.doubt else []


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
