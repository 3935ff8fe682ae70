"""Columns of the answers about assets, named once, with the words that tables and cards show for them."""

from __future__ import annotations

from typing import Final

from ecomap.analysis import columns as c
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import Said, say

ROWS: Final = "rows"                          # "staff_role/r1; service/s7": the rows behind a number
ON_SITE: Final = "organisations_at_school"
PARTNERS: Final = "organisations_in_all"
ORGANISATIONS: Final = "organisations"
APPROACHES: Final = "approaches"
APPROACH_COUNT: Final = "approach_count"
FUNCTIONS_COVERED: Final = "functions_covered"
NOT_COVERED: Final = "functions_missing"
CO_LOCATED: Final = "functions_co_located"
EXTRA: Final = "organisations_beyond_one"
NOTHING: Final = "nothing_on_record"
REPORTED: Final = "reported"
SCHOOL_FIFTH: Final = "school_fifth"
SCHOOLS: Final = "schools"
FUNCTION_LABEL: Final = "function_label"
APPROACH_LABEL: Final = "approach_label"

NOT_REPORTED: Final = v.MISSING_REASONS["not_reported"]


_THE_NUMBER: Final = say("the number")


def rows_column(what: Said = _THE_NUMBER) -> Column:
    """The rows behind a number, for programs and for "where is this from?"."""
    return Column(ROWS, say("Rows behind it"), "", say("Table and id of every row behind {what}.", what=what), hidden=True)


def school_fifth_column(by: str) -> Column:
    """The need fifth of a school, by its pupils ("frpm") or by the area around it ("surroundings")."""
    helped = {
        "frpm": say("5 = the fifth of schools with the highest need, 1 = the lowest, by the share of pupils eligible for free or "
                    "reduced-price meals; fifths hold equally many schools."),
        "surroundings": say("5 = the fifth of schools with the highest need, 1 = the lowest, by the need of the area around the "
                            "school; fifths hold equally many schools."),
    }[by]
    return Column(SCHOOL_FIFTH, say("Need fifth of the school"), "", helped)


def fifth_count(number: int) -> Column:
    """How many schools of one need fifth."""
    return Column(f"{SCHOOLS}_fifth_{number}", say("Schools, {fifth}", fifth=c.FIFTH_LABELS[number].small()), "count")
