"""What the answer on money says: figures, bars, sentence and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.money import ada
from ecomap.analysis.money.attribution import CONCENTRATION, GENERATED, SUPPLEMENTAL
from ecomap.analysis.money.misalignment import DIFFERENCE, by_fifth
from ecomap.analysis.money.schools import ALLOCATED, SPENT_STATE, SchoolMoney
from ecomap.analysis.notes import counted
from ecomap.model import vocabulary as v
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import say
from ecomap.model.units import format_number

if TYPE_CHECKING:
    from ecomap.analysis.money.question import MoneyParams

NOT_REPORTED = "Not reported."


def money_figures(money: SchoolMoney, params: MoneyParams) -> tuple[KeyFigure, ...]:
    """Generated, given, spent at sites and centrally: of the schools that the district runs."""
    own = money.schools[money.own]
    generated, pupils = _sum(own[GENERATED]), _sum(own[v.ENROLLMENT].where(own[GENERATED].notna()))
    extra = _sum(own[SUPPLEMENTAL] + own[CONCENTRATION])
    word = "Generated" if params.rule != "C" else "Given by the published rule"
    rule = f"Rule {params.rule}, rates of {money.rates.year}." + (" Estimated." if _estimated(money) else "")
    site, central = _sum(own[v.SITE_STATE_LOCAL]), _sum(own[v.CENTRAL_STATE_LOCAL])
    both = own[[v.SITE_STATE_LOCAL, v.CENTRAL_STATE_LOCAL]].dropna()
    spent = both.sum().sum()
    given, difference = _sum(own[ALLOCATED]), _sum(own[DIFFERENCE])
    return (
        KeyFigure("generated_usd", say("{word} by district-run schools", word=word), generated, "usd", note=rule),
        KeyFigure("generated_per_pupil_usd", say("{word} per pupil", word=word), _over(generated, pupils), "usd", note=say("Per enrolled pupil.")),
        KeyFigure("supplemental_concentration_usd", say("Of it for high-need pupils"), extra, "usd", note=say("Supplemental and concentration grant.")),
        KeyFigure("allocated_usd", say(f"Given by rule C, as published{f' ({money.program})' if money.program else ''}"), given, "usd",
                  note="" if given is not None else NOT_REPORTED),
        KeyFigure("site_usd", say("Spent at sites, state and local money"), site, "usd", note="" if site is not None else NOT_REPORTED),
        KeyFigure("central_usd", say("Spent centrally for schools, state and local money"), central, "usd", note="" if central is not None else NOT_REPORTED),
        KeyFigure("central_share", say("Share of it spent centrally"), float(both[v.CENTRAL_STATE_LOCAL].sum() / spent) if spent > 0 else None,
                  "share", note="" if spent > 0 else NOT_REPORTED),
        KeyFigure("difference_usd", say("Generated less spent, schools that reported"), difference, "usd",
                  note=NOT_REPORTED if difference is None else "Site and central." if params.include_central else "Site only."),
        KeyFigure("schools_counted", say("District-run schools with an amount"), float(own[GENERATED].notna().sum()), "count"),
        KeyFigure("schools_not_reported", say("District-run schools without spending"), float((own[SPENT_STATE] == "not reported").sum()), "count",
                  note=say("Not reported is not 0.")),
    )


def money_bars(money: SchoolMoney) -> tuple[tuple[str, float, float | None], ...]:
    """The share of the dollars in each fifth, with the share of the pupils in the label."""
    own = money.schools[money.own]
    name = v.SITE_STATE_LOCAL if money.schools[v.SITE_STATE_LOCAL].notna().any() else GENERATED
    table = by_fifth(own[c.FIFTH], own[name], own[v.ENROLLMENT])
    return tuple(
        (f"{c.FIFTH_LABELS[n]} ({format_number(row['share_of_pupils'], 'share')} of pupils)", float(row["share_of_dollars"]), None)
        for n, row in table.iterrows() if row["share_of_dollars"] == row["share_of_dollars"]
    )


def money_sentence(money: SchoolMoney, params: MoneyParams) -> str:
    """The finding in plain words."""
    own = money.schools[money.own]
    known = own[own[GENERATED].notna()]
    total, per_pupil = _sum(known[GENERATED]), _over(_sum(known[GENERATED]), _sum(known[v.ENROLLMENT]))
    if total is None:
        return "No school has the counts it takes to say what it generates."
    about = "an estimated " if _estimated(money) else ""
    verb = "generate" if params.rule != "C" else "are given"
    text = (f"{len(known):,} district-run schools {verb} {about}{format_number(total, 'usd')} at the rates of {money.rates.year}, "
            f"{format_number(per_pupil, 'usd')} per pupil (rule {params.rule})")
    both = own[own[DIFFERENCE].notna()]
    pupils = float(both[v.ENROLLMENT].sum())
    if not pupils > 0:
        return f"{text}; what is spent at each school is not reported in this project."
    made, left = float(both[GENERATED].sum()) / pupils, float(both[DIFFERENCE].sum()) / pupils
    where = "at the site and centrally" if params.include_central else "at the site"
    return (f"{text}; in the {len(both):,} that reported spending, pupils generate {format_number(made, 'usd')} each and "
            f"{format_number(made - left, 'usd')} of state and local money is spent {where}.")


def money_notes(money: SchoolMoney, params: MoneyParams) -> tuple[Note, ...]:
    """Counts and cautions."""
    schools, notes = money.schools, []
    guessed = int(schools[ada.ADA_FROM].isin((ada.FROM_GRADES, ada.FROM_LEVELS)).sum())
    if guessed:
        notes.append(Note("caution", say("Attendance of {guessed} schools is estimated: pupils spread evenly over the grades served, times {attendance_share} attendance. The state pays for attendance, not for enrolment.", guessed=format_number(guessed), attendance_share=format_number(params.attendance_share, 'share')), guessed))
    levels = int((schools[ada.ADA_FROM] == ada.FROM_LEVELS).sum())
    if levels:
        notes.append(counted(levels, "school has", "schools have", " no grades; the usual grades of the level were taken."))
    lacking = int(schools[GENERATED].isna().sum())
    if lacking:
        notes.append(counted(lacking, "school has", "schools have", " a count missing and no amount: kept as no data, in no total."))
    silent = int((schools[SPENT_STATE] == "not reported").sum())
    if silent:
        notes.append(counted(silent, "school shows", "schools show", " spending as not reported. That is not 0."))
    unsure = int((schools[SPENT_STATE] == "too uncertain").sum())
    if unsure:
        notes.append(counted(unsure, "school's", "schools'", " spending cannot be right as filed and is not used."))
    if silent < len(schools):
        notes.append(Note("caution", say("Spending holds money from outside the formula too (special education, grants, local sources), so more "
                          "spent than generated is no surplus. How central spending is split over schools each district decides for itself.")))
    if not money.published:
        notes.append(Note("method", say("The district is the schools shown here together; pupils of its other schools, add-ons outside the formula and "
                          "funded attendance of earlier years are not in it. Import the state's summary (role allocation) for the published total.")))
    return tuple(notes)


def _estimated(money: SchoolMoney) -> bool:
    return money.proxy or bool((money.schools[ada.ADA_FROM] != ada.PUBLISHED).any())


def _sum(values: pd.Series) -> float | None:
    """The sum of what is known, None if nothing is."""
    return round(float(values.sum()), 2) if values.notna().any() else None


def _over(amount: float | None, count: float | None) -> float | None:
    return amount / count if amount is not None and count else None
