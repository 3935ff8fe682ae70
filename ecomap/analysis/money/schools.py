"""One table of schools with what each generates, is given and spends, put together from what a project holds."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
from attrs import field, frozen

from ecomap.analysis import columns as c
from ecomap.analysis.money import ada
from ecomap.analysis.money.attribution import (
    ADJUSTMENT,
    BASE,
    GENERATED,
    District,
    attribute_to_schools,
    in_words,
)
from ecomap.analysis.money.equity_multiplier import equity_multiplier
from ecomap.analysis.money.funded import Funded, brought_to, funded_attendance, row_of_summary
from ecomap.analysis.money.lcff import Entitlement
from ecomap.analysis.money.rates import Rates
from ecomap.analysis.statistics.ranks import fifths
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.frames import Frames
from ecomap.model.result import Note
from ecomap.model.said import Said, name, plural, say

NEED_SHARE: Final = "need_share"        # unduplicated pupils (or their stand-in) over pupils
UNDUPLICATED_FROM: Final = "unduplicated_from"
ALLOCATED: Final = "allocated_usd"
MULTIPLIER: Final = "equity_multiplier"
SPENT_STATE: Final = "spending_reported"
OWN_DISTRICT: Final = say("Charter school: the state formula on its own pupils, as it is paid")
CHARTER: Final = "charter"
DISTRICT_DIGITS: Final = 7
BASE_NEEDS: Final = [*v.ADA_COLUMNS.values(), v.UNDUPLICATED, v.ENROLLMENT]
COUNT: Final = say("unduplicated pupils as counted")
PROXY: Final = say("pupils eligible for free or reduced-price meals (stand-in)")
REPORTED: Final = say("reported")
IN_PART: Final = say("reported in part")
NOT_REPORTED: Final = say("not reported")
TOO_UNCERTAIN: Final = say("too uncertain")


@frozen
class SchoolMoney:
    """The schools (index: id), by which rule, rates and years they were worked out, and what has to be said."""

    schools: pd.DataFrame = field(repr=False, eq=False)
    rule: str                   # A | B | C
    rates: Rates
    attendance_share: float     # attendance over enrolment, where it is estimated
    include_central: bool       # money spent centrally counts as spent at the school
    published: bool             # district totals were taken from the state's own summary
    proxy: bool                 # meals stand in for unduplicated pupils
    spending_year: str = ""
    program: str = ""
    notes: tuple[Note, ...] = ()
    pupils_year: str = ""       # the school year in which pupils were counted, "" if the file does not say
    funded: Funded | None = None

    @property
    def own(self) -> pd.Series:
        """Schools that the district runs."""
        return self.schools[v.GOVERNANCE] != CHARTER

    @property
    def estimated(self) -> bool:
        """Whether any school's pupils or attendance are not as counted."""
        return self.proxy or bool((self.schools[ada.ADA_FROM] != ada.PUBLISHED).any())

    @property
    def attendance_point(self) -> float:
        """Dollars of the district-run schools that hang on one percentage point of the attendance assumed; 0 where none is assumed."""
        guessed = self.own & self.schools[ada.ADA_FROM].isin((ada.FROM_GRADES, ada.FROM_LEVELS))
        hangs = [BASE, ADJUSTMENT] if self.published else [GENERATED]
        return float(self.schools.loc[guessed, hangs].sum().sum()) / self.attendance_share / 100 if self.rule != "C" else 0.0


def year_of_pupils(layer: Any) -> str:
    """The school year that the column of pupils names in its heading, "" if none."""
    found = re.search(r"(?<!\d)(20\d\d-\d\d)(?!\d)", layer.column(v.ENROLLMENT).label)
    return found[1] if found else ""


def pupils_of(frame: Any, charters: bool) -> tuple[pd.DataFrame, list[Note]]:
    """Schools with their pupils, unduplicated pupils and how these are known; private schools are left out."""
    if v.ENROLLMENT not in frame:
        raise InputError(say("The schools have no number of pupils, so nobody generates money."), say("Import a file with enrolment (role school)."))
    schools = pd.DataFrame(frame.drop(columns=v.GEOMETRY, errors="ignore")).set_index(v.ID)
    governance = schools[v.GOVERNANCE].fillna("").astype(str) if v.GOVERNANCE in schools else pd.Series("", index=schools.index)
    notes = []
    private = governance == "private"
    if private.any():
        left_out = int(private.sum())
        notes.append(Note("count", plural("{n} private school is left out: the state formula is for public schools.",
                                          "{n} private schools are left out: the state formula is for public schools.", left_out), left_out))
    keep = ~private if charters else ~private & (governance != CHARTER)
    schools, governance = schools[keep], governance[keep]
    silent = int((governance == "").sum())
    if silent:
        notes.append(Note("count", plural("{n} school does not say who runs it: taken as run by the district.",
                                          "{n} schools do not say who runs it: taken as run by the district.", silent), silent))
    schools = schools.assign(**{v.GOVERNANCE: governance.where(governance == CHARTER, "district")})
    return _with_unduplicated(schools, notes), notes


def _with_unduplicated(schools: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    """The count itself where any school has one; else the meals count, an upper stand-in, said loudly."""
    counted_there = v.UNDUPLICATED in schools and schools[v.UNDUPLICATED].notna().any()
    if counted_there:
        count, source = schools[v.UNDUPLICATED].astype(float), COUNT
    elif v.FRPM_COUNT in schools:
        count, source = schools[v.FRPM_COUNT].astype(float), PROXY
    elif v.FRPM_SHARE in schools:
        count, source = (schools[v.FRPM_SHARE] * schools[v.ENROLLMENT]).round(), PROXY
    else:
        raise InputError(
            say("The schools have neither a count of unduplicated pupils nor of pupils eligible for free or reduced-price meals."),
            say("Import the state's file of unduplicated pupil counts (role school), or of meals."),
        )
    too_many = (count > schools[v.ENROLLMENT]).fillna(False)
    if too_many.any():
        cut = int(too_many.sum())
        notes.append(Note("count", plural("{n} school counts more high-need pupils than pupils: cut to the number of pupils.",
                                          "{n} schools count more high-need pupils than pupils: cut to the number of pupils.", cut), cut))
        count = count.where(~too_many, schools[v.ENROLLMENT])
    if source == PROXY:
        notes.append(Note("caution", say("NO COUNT OF UNDUPLICATED PUPILS is in the project. Pupils eligible for free or "
                          "reduced-price meals stand in for them. The count itself also holds English learners and foster "
                          "youth, while schools that feed every pupil can file meal figures that run high: take the share as "
                          "an upper estimate, and every amount here as an estimate.")))
    pupils = schools[v.ENROLLMENT].astype(float)
    return schools.assign(**{
        v.UNDUPLICATED: count, NEED_SHARE: count / pupils.where(pupils > 0),
        UNDUPLICATED_FROM: pd.Series([source] * len(schools), index=schools.index, dtype=object),
    })


def with_generated(
    schools: pd.DataFrame, frames: Frames, rates: Rates, rule: str, attendance_share: float, share: float | None, told: float = 0.0
) -> tuple[pd.DataFrame, bool, Funded | None, list[Note]]:
    """The schools with attendance and what they generate, district by district; charter schools on their own.

    Where a district's funded attendance is known, the estimated attendance of its schools is brought to it.
    """
    spans = ada.ada_by_span(schools, attendance_share)
    schools = schools.drop(columns=[x for x in spans if x in schools]).join(spans)
    parts, notes, published = [], [], False
    own = schools[schools[v.GOVERNANCE] != CHARTER]
    code = own.index.to_series().astype(str)
    district_code = code.str[:DISTRICT_DIGITS].where(code.str.fullmatch(r"\d{14}"), "")
    caps: dict[str, float] = {}
    funded: list[Funded] = []
    if told and district_code.nunique() > 1:
        raise InputError(say("One funded attendance was given, and the schools are of {count} districts.", count=district_code.nunique()),
                         say("Import the state's summary instead, which says it for each district."))
    for of, members in own.groupby(district_code, sort=True):
        row = row_of_summary(frames, str(of), rates.year)
        paid = funded_attendance(members, row, rates, told)
        if paid:
            members, brought = brought_to(members, paid[0])
            funded.append(Funded(paid[0], paid[1], brought))
            spans.loc[members.index] = members[spans.columns]
        whole, known_share = _published_whole(row)
        used = share if share is not None else known_share
        district = None
        if whole is not None and share is None:
            district, published = District(whole, float(members[v.UNDUPLICATED].where(members[BASE_NEEDS].notna().all(axis=1)).sum())), True
        parts.append(attribute_to_schools(members, rule="B" if rule == "B" else "A", rates=rates, unduplicated_share=used, district=district))
        known = members[[v.UNDUPLICATED, v.ENROLLMENT]].dropna().sum()
        caps[str(of)] = used if used is not None else float(known[v.UNDUPLICATED] / known[v.ENROLLMENT]) if known[v.ENROLLMENT] > 0 else 1.0
    charters = schools[schools[v.GOVERNANCE] == CHARTER]
    for of, members in charters.groupby(charters.index.to_series().astype(str).str[:DISTRICT_DIGITS], sort=True):
        parts.append(in_words(attribute_to_schools(members, rule="B", rates=rates, concentration_cap=caps.get(str(of))), OWN_DISTRICT))
    if len(charters):
        notes.append(Note("method", say("Charter schools are paid by the state as districts of their own; the concentration share of "
                          "a charter school counts no more than its district's. They are not in the district's total.")))
    if published:
        notes.append(Note("method", say("The district's supplemental and concentration money is the published figure of the state's summary, "
                          "shared out over the schools shown here by their counts, as if they were all.")))
    if not parts:
        raise InputError(say("The layer of schools is empty."), say("Import schools, or choose another layer of schools."))
    table = pd.concat(parts).reindex(schools.index)
    return schools.assign(**{column: spans[column] for column in spans}).join(table), published, _together(funded), notes


def _together(funded: list[Funded]) -> Funded | None:
    """The funded attendance of all districts here, as far as it is known and changed anything."""
    found = [one for one in funded if one.schools]
    return Funded(sum(one.pupils for one in found), found[0].how, sum(one.schools for one in found)) if found else None


def _published_whole(row: Any) -> tuple[Entitlement | None, float | None]:
    """The district's money and share from an imported state summary of the same year."""
    if row is None:
        return None, None
    share = row.get(v.UNDUPLICATED_SHARE, np.nan)
    parts = [row.get(column, np.nan) for column in (v.BASE_GRANT, v.SUPPLEMENTAL_GRANT, v.CONCENTRATION_GRANT)]
    if pd.isna(parts[1]) or pd.isna(parts[2]):
        return None, None if pd.isna(share) else float(share)
    base = 0.0 if pd.isna(parts[0]) else float(parts[0])
    whole = Entitlement(base, 0.0, float(parts[1]), float(parts[2]), round(base + parts[1] + parts[2], 2))
    return whole, None if pd.isna(share) else float(share)


def with_allocated(schools: pd.DataFrame, frames: Frames, year: str, program: str) -> tuple[pd.DataFrame, str, list[Note]]:
    """The schools with the allocation that was published for them: one program, one year."""
    if "allocation" not in frames:
        return schools.assign(**{ALLOCATED: np.nan}), "", []
    rows = frames["allocation"]
    rows = rows[rows[v.SCHOOL_ID].isin(schools.index) & rows[v.AMOUNT].notna()]
    programs = rows[v.PROGRAM].value_counts() if v.PROGRAM in rows else pd.Series(dtype=int)
    programs = programs.drop("LCFF", errors="ignore") if not program else programs
    chosen = program or (str(sorted(programs.index, key=lambda called: (-programs[called], called))[0]) if len(programs) else "")
    rows = rows[rows[v.PROGRAM] == chosen] if chosen else rows.iloc[:0]
    if not len(rows):
        none = say("No published allocation of the program '{program}' is of these schools.", program=name(program)) if program \
            else say("No published allocation is of these schools.")
        return schools.assign(**{ALLOCATED: np.nan}), "", [Note("caution", none)]
    rows, used, notes = one_year(rows, year, say("{program} allocations", program=name(chosen)))
    return schools.assign(**{ALLOCATED: rows.set_index(v.SCHOOL_ID)[v.AMOUNT].reindex(schools.index)}), f"{chosen} {used}".strip(), notes


def with_spent(schools: pd.DataFrame, frames: Frames, year: str) -> tuple[pd.DataFrame, str, list[Note]]:
    """The schools with what was spent, each component apart; what was not filed is not reported, never 0."""
    names = list(v.SPENDING_PARTS)
    if "spending" not in frames:
        silent = pd.Series([NOT_REPORTED] * len(schools), index=schools.index, dtype=object)
        return schools.assign(**dict.fromkeys(names, np.nan), **{SPENT_STATE: silent}), "", []
    rows = frames["spending"]
    rows = rows[rows[v.SCHOOL_ID].isin(schools.index)]
    rows, used, notes = one_year(rows, year, say("spending figures"))
    table = rows.set_index(v.SCHOOL_ID).reindex(schools.index)
    for column in names:
        if column not in table:
            table[column] = np.nan
    amounts = table[names].astype(float)
    reasons = pd.DataFrame({column: table.get(column + v.REASON_SUFFIX, pd.Series("", index=table.index)) for column in names})
    uncertain = (reasons == "unreliable").any(axis=1) & amounts.isna().all(axis=1)
    missing = amounts.isna()
    state = pd.Series([TOO_UNCERTAIN if unsure else NOT_REPORTED if silent else IN_PART if some else REPORTED
                       for unsure, silent, some in zip(uncertain, missing.all(axis=1), missing.any(axis=1), strict=True)],
                      index=schools.index, dtype=object)
    return schools.assign(**{column: amounts[column] for column in names}, **{SPENT_STATE: state}), used, notes


def one_year(rows: Any, year: str, what: Said) -> tuple[Any, str, list[Note]]:
    """The rows of a year, else of the latest year, and a caution if that is another one; one row per school."""
    notes = []
    years = rows[v.YEAR].fillna("").astype(str) if v.YEAR in rows else pd.Series("", index=rows.index)
    named = sorted(set(years) - {""})
    used = year if year in named else named[-1] if named else ""
    if len(rows) and used != year:
        notes.append(Note("caution", say("The {what} are of {used}, the money generated is of {year}: compare them with care.", what=what,
                          used=name(used) if used else say("a year that is not stated"), year=name(year))))
    rows = rows[years == used]
    again = rows[v.SCHOOL_ID].duplicated()
    if again.any():
        twice = int(again.sum())
        notes.append(Note("count", plural("{n} school is in the {what} twice (several layers): the first one counts, nothing is added up.",
                                          "{n} schools are in the {what} twice (several layers): the first one counts, nothing is added up.",
                                          twice, what=what), twice))
    return rows[~again], used, notes


def with_multiplier(schools: pd.DataFrame) -> pd.DataFrame:
    """The schools with whether the state's equity multiplier is for them, where both rates are in the project."""
    if v.NONSTABILITY not in schools or v.DISADVANTAGED not in schools:
        return schools
    return schools.assign(**{MULTIPLIER: equity_multiplier(schools[v.NONSTABILITY], schools[v.DISADVANTAGED])})


def with_fifths(schools: pd.DataFrame) -> pd.DataFrame:
    """The schools with the fifth that their share of unduplicated pupils puts them in."""
    return schools.assign(**{c.FIFTH: fifths(schools[NEED_SHARE])})
