"""Money spent: the state's per-pupil expenditure file (schools, or districts), and a district's own site budget."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import reason_label
from ecomap.io.importers.columns.guessing import is_number
from ecomap.io.importers.columns.money import (
    CODES,
    NAME,
    NO_STYLE,
    YEAR,
    amounts,
    identified,
    one_row_per,
    prepare,
)
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.units import format_number, in_us_dollars

TOTALS_ABOVE = 100_000  # dollars per pupil in the middle school of a district: these are totals
BROKEN_BELOW = 5_000    # dollars per pupil in the middle school of a district: something is not in them
LEA = "lea"
_SPENT, _EACH = r"(cost|spen[dt]|expend|gasto|costo)", r"(per_(pupil|student|capita|alumno|head)|por_(alumno|estudiante))"
FILED = "filed_"        # before the name of an amount: the number as it stands in the file
_SITE = (v.SITE_FEDERAL, v.SITE_STATE_LOCAL, v.CENTRAL_FEDERAL, v.CENTRAL_STATE_LOCAL, v.SITE_ALL, v.SPENT_ALL)
_DISTRICT = (v.FEDERAL, v.STATE_LOCAL, v.EXCLUDED)
_LABELS = v.SPENDING_PARTS | {
    v.SITE_ALL: say("Spent at the site, all money"),
    v.SPENT_ALL: say("Spent for the school, all money"),
    v.FEDERAL: say("Spent by the district, federal money"),
    v.STATE_LOCAL: say("Spent by the district, state and local money"),
    v.EXCLUDED: say("Spent but left out of the schools' figures"),
}
# Before the name of the amount the number as it stands in the file: with the amount's words in both of its columns.
_PER_PUPIL = {
    v.SITE_ALL: say("Spent at the site, all money, per pupil"),
    v.SPENT_ALL: say("Spent for the school, all money, per pupil"),
    v.SITE_FEDERAL: say("Spent at the site, federal money, per pupil"),
    v.SITE_STATE_LOCAL: say("Spent at the site, state and local money, per pupil"),
    v.CENTRAL_FEDERAL: say("Spent centrally for the school, federal money, per pupil"),
    v.CENTRAL_STATE_LOCAL: say("Spent centrally for the school, state and local money, per pupil"),
    v.FEDERAL: say("Spent by the district, federal money, per pupil"),
    v.STATE_LOCAL: say("Spent by the district, state and local money, per pupil"),
    v.EXCLUDED: say("Spent but left out of the schools' figures, per pupil"),
}
_AS_FILED = {
    v.SITE_ALL: say("As filed: spent at the site, all money, per pupil"),
    v.SPENT_ALL: say("As filed: spent for the school, all money, per pupil"),
    v.SITE_FEDERAL: say("As filed: spent at the site, federal money, per pupil"),
    v.SITE_STATE_LOCAL: say("As filed: spent at the site, state and local money, per pupil"),
    v.CENTRAL_FEDERAL: say("As filed: spent centrally for the school, federal money, per pupil"),
    v.CENTRAL_STATE_LOCAL: say("As filed: spent centrally for the school, state and local money, per pupil"),
    v.FEDERAL: say("As filed: spent by the district, federal money, per pupil"),
    v.STATE_LOCAL: say("As filed: spent by the district, state and local money, per pupil"),
    v.EXCLUDED: say("As filed: spent but left out of the schools' figures, per pupil"),
}


def finish(draft: Draft) -> Draft:
    """Dollars from what was filed: value x membership, except where totals were filed or dollars were given."""
    filed = [name for name in (*_SITE, *_DISTRICT) if FILED + name in draft.frame.columns]
    given = [name for name in (*_SITE, *_DISTRICT) if name in draft.frame.columns]
    if not filed and not given:
        raise InputError(
            say("{file} has no column with money spent.", file=named(draft.raw.path.name)),
            say("It needs what was spent at every school, or for it, per pupil or in all; where the file tells federal from state and local money, a "
                "column of each. Say which columns hold them."),
            {"fields": [FILED + v.SITE_ALL, FILED + v.SPENT_ALL, v.SITE_ALL]},
        )
    if v.NAME not in draft.frame.columns and LEA in draft.frame.columns:
        draft = evolve(draft, frame=draft.frame.assign(**{v.NAME: draft.frame[LEA]}))
    draft = _with_scope(draft, filed + given)
    draft = _in_dollars(draft, filed) if filed else evolve(
        draft, frame=draft.frame.assign(**{v.FILED_AS: "total"}), columns=(*draft.columns, Column(v.FILED_AS, say("Filed as"))))
    draft = one_row_per(draft, (v.SCHOOL_ID, v.YEAR), say(
        "Rows that repeat a school and year with other numbers: the first of each was used, nothing was added up."))
    draft = identified(draft, (v.SCHOOL_ID, v.YEAR))
    frame = draft.frame
    silent = (frame[[name for name in (*_SITE, *_DISTRICT) if name in frame.columns]].isna()).all(axis=1)
    lines = list(draft.lines)
    if silent.any():
        lines.append(ReportLine("note", say("Rows without any amount: not reported. They are kept as missing, not as 0."),
                                int(silent.sum()), tuple(frame[v.NAME][silent].astype(str).head(5))))
    return evolve(draft, lines=tuple(lines))


def _with_scope(draft: Draft, amounts_there: list[str]) -> Draft:
    """Schools or districts: the state's workbook holds a sheet of each, with other columns."""
    of_districts = not any(name in _SITE for name in amounts_there)
    frame, lines = draft.frame, list(draft.lines)
    office = frame[v.SCHOOL_ID].str.endswith("0000000")
    scope = office.map({True: "district", False: "school"}) if not of_districts else "district"
    if of_districts:
        lines.append(ReportLine("note", say("This is the layout of districts (money left out of schools' figures, no split into "
                                "site and central): the rows are districts, not schools.")))
    columns = (*draft.columns, Column(v.SCOPE, say("School or district")))
    return evolve(draft, frame=frame.assign(**{v.SCOPE: scope}), lines=tuple(lines), columns=columns)


def _in_dollars(draft: Draft, filed: list[str]) -> Draft:
    """Amounts of each row: times membership, as they stand where totals were filed, missing where they cannot be right."""
    import numpy as np
    import pandas as pd  # heavy

    frame, lines = draft.frame, list(draft.lines)
    values = frame[[FILED + name for name in filed]]
    members = frame[v.MEMBERSHIP] if v.MEMBERSHIP in frame.columns else pd.Series(np.nan, index=frame.index)
    lea, filing = _district_of(frame), _filing_of(frame)
    middle = _whole_of(values).sum(axis=1, min_count=1).groupby(filing).transform("median")
    known = in_us_dollars()  # what a pupil costs is known of these alone
    totals, broken = (middle > TOTALS_ABOVE) & known, (middle < BROKEN_BELOW) & known
    factor = members.where(~totals, 1.0)
    new: dict[str, Any] = {v.FILED_AS: np.where(totals, "total", "per_pupil")}
    columns = [evolve(c, label=_AS_FILED.get(c.name.removeprefix(FILED), c.label), hidden=True) if c.name.startswith(FILED) else c for c in draft.columns]
    columns.append(Column(v.FILED_AS, say("Filed as"), "", say("per_pupil: amounts are the value times membership; total: the filer put "
                          "totals into the per-pupil columns.")))
    for name in filed:
        value = frame[FILED + name]
        amount = (value * factor).round(2).where(~broken)
        told = frame.get(FILED + name + v.REASON_SUFFIX, pd.Series("", index=frame.index)).fillna("")
        reason = told.where(told != "", np.where(broken, "unreliable", "not_reported")).where(amount.isna(), "")
        new[name] = amount
        columns.append(Column(name, _LABELS[name], "usd"))
        if amount.isna().any():
            new[name + v.REASON_SUFFIX] = reason.astype("str")
            columns.append(Column(name + v.REASON_SUFFIX, reason_label(_LABELS[name]), hidden=True))
    lines += _findings(frame, lea, totals, broken, values, members)
    redundant = [c for c in frame.columns if str(c).startswith(FILED) and str(c).endswith(v.REASON_SUFFIX)]
    columns = [column for column in columns if column.name not in redundant]
    return evolve(draft, frame=frame.drop(columns=redundant).assign(**new), lines=tuple(lines), columns=tuple(columns))


def _whole_of(values: Any) -> Any:
    """The columns that add up to what was spent: where a file has the whole beside its parts, the parts alone."""
    left_out = [FILED + v.EXCLUDED, *([FILED + v.SITE_ALL] if FILED + v.SPENT_ALL in values else [])]
    parts = [name for name in values if name.removeprefix(FILED) in v.SPENDING_PARTS]
    wholes = [FILED + v.SITE_ALL, FILED + v.SPENT_ALL] if parts else []
    return values.drop(columns=[*left_out, *wholes], errors="ignore")


def _district_of(frame: Any) -> Any:
    """What files together: the district's code and name (a charter school's name is its own)."""
    codes = frame[v.SCHOOL_ID]
    code = codes.str[:7].where(codes.str.fullmatch(r"\d{12}|\d{14}"), "")  # of codes that hold their district
    return code + " " + frame[LEA].fillna("") if LEA in frame.columns else code


def _filing_of(frame: Any) -> Any:
    """What was filed at one time: by one district for one school year."""
    return _district_of(frame) + " " + frame[v.YEAR].fillna("")


def _findings(frame: Any, lea: Any, totals: Any, broken: Any, values: Any, members: Any) -> list[ReportLine]:
    lines = []
    if totals.any():
        lines.append(ReportLine(
            "caution", say("Rows of districts whose middle school would have more than {limit} per pupil: they filed total dollars in the per-pupil columns. Taken as totals, not multiplied by membership.", limit=format_number(TOTALS_ABOVE, "usd")), int(totals.sum()),
            tuple(lea[totals].drop_duplicates().head(5)),
        ))
    if broken.any():
        lines.append(ReportLine(
            "caution", say("Rows of districts whose middle school would have less than {limit} per pupil, which cannot be all of it: their dollars are marked as too uncertain; the values as filed are kept.", limit=format_number(BROKEN_BELOW, "usd")), int(broken.sum()),
            tuple(lea[broken].drop_duplicates().head(5)),
        ))
    lacking = members.isna() & values.notna().any(axis=1) & ~totals
    if lacking.any():
        lines.append(ReportLine("caution", say("Rows with spending per pupil but without a number of pupils: amounts cannot be "
                                "worked out and are missing."), int(lacking.sum())))
    if v.MEMBERSHIP_TYPE in frame.columns and frame[v.MEMBERSHIP_TYPE].nunique() > 1:
        kinds = frame[v.MEMBERSHIP_TYPE].fillna("").value_counts()
        lines.append(ReportLine("note", say("Pupils are counted in more than one way; amounts are worked out with each filer's own count."),
                                None, tuple(
                                    plural("{kind}: {n} row", "{kind}: {n} rows", count, kind=named(kind) if kind else say("not said"))
                                    for kind, count in kinds.head(5).items())))
    return lines


def _filed(name: str, pattern: str) -> FieldSpec:
    return amounts(FILED + name, _PER_PUPIL[name], patterns=(pattern,))


IMPORTER = Importer(
    role=v.SPENDING,
    fields=(
        *CODES,
        FieldSpec(LEA, say("District"), aliases=("lea_name", "lea", "local_educational_agency", "district_name"),
                  patterns=(r"^lea_name", r"^district")),
        NAME, YEAR,
        *(amounts(name, label) for name, label in _LABELS.items()),
        FieldSpec(v.MEMBERSHIP_TYPE, say("How pupils are counted"), aliases=("membership_type", "type_of_membership"),
                  patterns=(r"membership_type|type_of_membership",)),
        FieldSpec(v.MEMBERSHIP, say("Pupils"), "number", aliases=("membership", "student_membership", "enrollment", "pupils"),
                  patterns=(r"membership(?!_type)", r"enrol"), test=is_number, unit="count"),
        _filed(v.SITE_FEDERAL, r"^(?!.*central).*(school|site).*federal"),
        _filed(v.SITE_STATE_LOCAL, r"^(?!.*central).*(school|site).*state"),
        _filed(v.CENTRAL_FEDERAL, r"central.*federal"),
        _filed(v.CENTRAL_STATE_LOCAL, r"central.*state"),
        _filed(v.EXCLUDED, r"exclu"),
        _filed(v.SITE_ALL, rf"^(?!.*(federal|state|local|central|total)).*(school|site).*{_SPENT}.*{_EACH}"),
        _filed(v.SPENT_ALL, rf"^(?!.*(federal|state|local|central|school|site)).*{_SPENT}.*{_EACH}|^{_EACH}.*{_SPENT}"),
        _filed(v.FEDERAL, r"(^|_)federal(_|$)"),
        _filed(v.STATE_LOCAL, r"(^|_)state(_|$)"),
    ),
    style=NO_STYLE,
    prepare=prepare,
    finish=finish,
)
