"""The state's funding rates, year by year: those that ship with EcoMap, and those a project brings.

The one place where a rate comes from. `resources/money/SOURCES.md` says where the shipped ones were published.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import field, frozen

from ecomap.analysis.money.exact import amount_of
from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, name, say

YES, DERIVED, NO = "yes", "derived", "no"
_RATE_COLUMNS = ("year", "base_tk_3", "base_4_6", "base_7_8", "base_9_12", "adjustment_tk_3", "adjustment_9_12",
                 "supplemental", "concentration", "threshold")


@frozen
class Rates:
    """The formula's numbers for one school year.

    ``base`` is in dollars per pupil in attendance, by grade span and before the adjustments; the others are shares.
    ``confirmed`` is "yes" (published), "derived" (worked out from published growth) or "no".
    """

    year: str
    base: Mapping[str, Decimal]
    adjustment: Mapping[str, Decimal]
    supplemental: Decimal = Decimal("0.20")
    concentration: Decimal = Decimal("0.65")
    threshold: Decimal = Decimal("0.55")
    fully_funded: bool = True
    confirmed: str = YES
    source: Said = NOTHING
    growth: tuple[Decimal, ...] = field(factory=tuple)

    def adjusted(self, span: str) -> Decimal:
        """Dollars per pupil in attendance with the grade span adjustment, not rounded."""
        return self.base[span] * (1 + self.adjustment.get(span, Decimal(0)))

    def extra(self, share: Decimal, cap: Decimal | None = None) -> tuple[Decimal, Decimal]:
        """Supplemental and concentration grant as shares of the adjusted base."""
        capped = share if cap is None else min(share, cap)
        return self.supplemental * share, self.concentration * max(Decimal(0), capped - self.threshold)


def year_name(year: str | int) -> str:
    """A school year as "2024-25".

    >>> year_name("2024-2025"), year_name(2024), year_name("FY 2024/25")
    ('2024-25', '2024-25', '2024-25')
    """
    found = re.fullmatch(r"\s*(?:FY|SY)?\s*(\d{4})(?:\s*[-–/]\s*(\d{2}|\d{4}))?\s*", str(year), re.IGNORECASE)
    if found and (found[2] is None or int(found[2][-2:]) == (int(found[1]) + 1) % 100):
        start = int(found[1])
        return f"{start}-{(start + 1) % 100:02d}"
    raise ParameterError(say("'{year}' is not a school year.", year=name(year)), say("Give it like 2024-25."), {"year": str(year)})


def rates_for(
    year: str | int, rates: Mapping[str, Rates] | None = None, *, allow_unconfirmed: bool = False
) -> Rates:
    """The rates of one year.

    Raises
    ------
    ParameterError
        If there are none, or they are not confirmed and that was not allowed.
    """
    known = shipped_rates() if rates is None else rates
    wanted = year_name(year)
    if wanted not in known:
        raise ParameterError(
            say("There are no state rates for {year}.", year=name(wanted)),
            say("Rates are known for {first} to {last}; import others with the role {role}.", first=name(min(known)), last=name(max(known)),
                role=name(v.FUNDING_RATE)),
            {"year": wanted},
        )
    found = known[wanted]
    if found.confirmed == NO and not allow_unconfirmed:
        raise ParameterError(
            say("The state rates of {year} are not confirmed: {source}.", year=name(wanted), source=_small_first(found.source)),
            say("Choose an earlier year, import confirmed rates, or allow unconfirmed rates."), {"year": wanted},
        )
    return found


@cache
def shipped_rates() -> Mapping[str, Rates]:
    """The rates that ship with EcoMap, by year; `resources/money/SOURCES.md` says where they are from."""
    with (resources_dir() / "money" / "lcff_rates.csv").open(encoding="utf-8", newline="") as stream:
        return rates_from(csv.DictReader(stream))


def latest_confirmed(rates: Mapping[str, Rates] | None = None) -> str:
    """The latest year whose rates are published or derived."""
    return max(year for year, found in (rates or shipped_rates()).items() if found.confirmed != NO)


def rates_from(rows: Iterable[Mapping[str, Any]]) -> dict[str, Rates]:
    """Rates by year from rows with the columns of the shipped table.

    Raises
    ------
    InputError
        If a number is missing or not sensible, or a year occurs twice.
    """
    found: dict[str, Rates] = {}
    for row in rows:
        year = year_name(str(row.get("year", "")))
        numbers = {column: amount_of(row.get(column), say("{column} of {year}", column=name(column), year=name(year)))
                   for column in _RATE_COLUMNS[1:]}
        if year in found:
            raise InputError(say("The rates of {year} are given twice.", year=name(year)), say("Keep one row per year."))
        if any(numbers[column] > 1 for column in _RATE_COLUMNS[5:]):
            raise InputError(say("A share in the rates of {year} is above 1.", year=name(year)), say("Write 10.4 % as 0.104."))
        confirmed = str(row.get("confirmed", "") or NO).strip().lower()
        found[year] = Rates(
            year, dict(zip(v.SPANS, (numbers[column] for column in _RATE_COLUMNS[1:5]), strict=True)),
            {"TK-3": numbers["adjustment_tk_3"], "9-12": numbers["adjustment_9_12"]}, numbers["supplemental"],
            numbers["concentration"], numbers["threshold"],
            str(row.get("fully_funded", "yes")).strip().lower() not in ("no", "false", "0"),
            confirmed if confirmed in (YES, DERIVED) else NO, name(row["source"]) if row.get("source") else say("no source is given"),
            tuple(Decimal(step) for step in str(row.get("growth", "") or "").split()),
        )
    return found


def rate_notes(rates: Rates) -> tuple[Note, ...]:
    """What has to be said beside every amount made with these rates."""
    year = name(rates.year)
    notes = [Note("method", say("State rates of {year}: {source}.", year=year, source=rates.source))]
    if rates.confirmed == NO:
        notes.append(Note("caution", say("The rates of {year} are not confirmed as enacted; amounts may change.", year=year)))
    elif rates.confirmed == DERIVED:
        notes.append(Note("method", say("The rates of {year} were worked out from published growth, not read from a published table.", year=year)))
    if not rates.fully_funded:
        notes.append(Note("caution", say("In {year} the formula was a target that districts were paid towards; they received less than this.", year=year)))
    return tuple(notes)


def _small_first(text: Said) -> Said:
    """A source within a sentence; what is said in every language keeps its identity."""
    return text if text.key else name(text[:1].lower() + text[1:])
