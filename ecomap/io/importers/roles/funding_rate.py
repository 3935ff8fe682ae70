"""State funding rates by year, in the columns of the table that ships with EcoMap."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.importers.columns.guessing import is_number
from ecomap.io.importers.columns.money import NO_STYLE
from ecomap.io.importers.columns.years import school_year_of
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.said import name as named
from ecomap.model.said import say

NUMBERS = {
    "base_tk_3": say("Base, TK-3"), "base_4_6": say("Base, 4-6"), "base_7_8": say("Base, 7-8"), "base_9_12": say("Base, 9-12"),
    "adjustment_tk_3": say("Adjustment, TK-3"), "adjustment_9_12": say("Adjustment, 9-12"), "supplemental": say("Supplemental grant"),
    "concentration": say("Concentration grant"), "threshold": say("Concentration starts above"),
}
_TEXTS = {"growth": say("Growth"), "fully_funded": say("Fully funded"), "confirmed": say("Confirmed"), "source": say("Source")}


def prepare(draft: Draft) -> Draft:
    """Years in one spelling."""
    return evolve(draft, frame=draft.frame.assign(**{v.YEAR: draft.frame[v.YEAR].map(school_year_of).astype("str")}))


def finish(draft: Draft) -> Draft:
    """One complete row per year, or the file is refused: a rate that is missing must not count as 0."""
    frame = draft.frame.reset_index(drop=True)
    holes = frame[list(NUMBERS)].isna().any(axis=1) | ~frame[v.YEAR].str.fullmatch(r"\d{4}-\d{2}")
    if holes.any() or frame[v.YEAR].duplicated().any():
        years = ", ".join(frame[v.YEAR][holes | frame[v.YEAR].duplicated()].head(5))
        raise InputError(say("{file}: rates are missing or given twice for {years}.", file=named(draft.raw.path.name), years=named(years)),
                         say("Give every year once, like 2024-25, with every column filled in."))
    frame = frame.assign(**{v.ID: frame[v.YEAR], v.NAME: frame[v.YEAR]})
    return evolve(draft, frame=frame, columns=(Column(v.ID, say("Code"), hidden=True), Column(v.NAME, say("School year")), *draft.columns))


IMPORTER = Importer(
    role=v.FUNDING_RATE,
    fields=(
        FieldSpec(v.YEAR, say("School year"), required=True, aliases=("year", "school_year", "fiscal_year")),
        *(FieldSpec(name, label, "number", required=True, aliases=(name,), test=is_number,
                    unit="usd" if name.startswith("base") else "") for name, label in NUMBERS.items()),
        *(FieldSpec(name, label, aliases=(name,)) for name, label in _TEXTS.items()),
    ),
    style=NO_STYLE,
    prepare=prepare,
    finish=finish,
)
