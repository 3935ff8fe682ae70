"""California's Local Control Funding Formula (LCFF): what pupils generate for their district, to the cent."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from numbers import Number
from typing import Any, NamedTuple, TypeAlias

from attrs import field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.assets import resources_dir
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.result import Note
from ecomap.model.said import NOTHING, Said, joined, name, say

CENT = Decimal("0.01")
YES, DERIVED, NO = "yes", "derived", "no"
_SPAN_NAMES = {"tk3": v.SPANS[0], "k3": v.SPANS[0], "46": v.SPANS[1], "78": v.SPANS[2], "912": v.SPANS[3]}
_RATE_COLUMNS = ("year", "base_tk_3", "base_4_6", "base_7_8", "base_9_12", "adjustment_tk_3", "adjustment_9_12",
                 "supplemental", "concentration", "threshold")

AdaBySpan: TypeAlias = Mapping[str, Any] | Sequence[Any]


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


class Entitlement(NamedTuple):
    """What the formula gives, in dollars and whole cents: ``total`` is the sum of the four parts before it."""

    base: float
    grade_span_adjustment: float
    supplemental: float
    concentration: float
    total: float

    @property
    def adjusted_base(self) -> float:
        """Base with the grade span adjustments."""
        return dollars(cents(self.base) + cents(self.grade_span_adjustment))

    @property
    def supplemental_and_concentration(self) -> float:
        """The money that high-need pupils bring."""
        return dollars(cents(self.supplemental) + cents(self.concentration))


def lcff_entitlement(
    ada_by_span: AdaBySpan,
    unduplicated_share: float,
    year: str | int,
    *,
    concentration_cap: float | None = None,
    rates: Rates | Mapping[str, Rates] | None = None,
    allow_unconfirmed: bool = False,
) -> Entitlement:
    """What a district's (or charter school's) pupils generate under the state formula in one year.

    ``base = sum of rate x ADA``; ``adjusted base`` adds 10.4 % for TK-3 and 2.6 % for 9-12; ``supplemental = 20 % x
    adjusted base x share``; ``concentration = c x adjusted base x max(0, share - 55 %)`` with c = 50 % through 2020-21
    and 65 % since (Education Code 42238.02). Each of the four parts is worked out exactly and rounded once, half a
    cent up; the total is their sum. Money outside the formula (transport and other add-ons, minimum state aid) is not
    in it.

    Parameters
    ----------
    ada_by_span : mapping or sequence of four
        Funded average daily attendance by grade span ("TK-3", "4-6", "7-8", "9-12"), pupils, 0 or more. A span that
        is not named has none.
    unduplicated_share : float
        0-1: pupils who are English learners, in foster care or eligible for free or reduced-price meals, each counted
        once, of all pupils, over this year and the two before it.
    year : str or int
        School year "2024-25"; a whole number is the year it begins in.
    concentration_cap : float, optional
        0-1. For a charter school, the share of the district it lies in: its concentration grant counts no more.
    rates : Rates or mapping of year to Rates, optional
        Instead of the rates that ship with EcoMap.
    allow_unconfirmed : bool
        Use a year whose rates were not seen as enacted.

    Raises
    ------
    ParameterError
        If the year is not known or not confirmed, or a share is not 0-1.

    Examples
    --------
    >>> lcff_entitlement({"TK-3": 3000, "4-6": 2400, "7-8": 1600, "9-12": 3000}, 0.80, "2024-25").total
    147817983.32
    """
    found = rates if isinstance(rates, Rates) else rates_for(year, rates, allow_unconfirmed=allow_unconfirmed)
    share = share_of(unduplicated_share, say("The unduplicated share"))
    cap = None if concentration_cap is None else share_of(concentration_cap, say("The cap on the concentration share"))
    ada = spans_of(ada_by_span)
    base = sum((found.base[span] * ada[span] for span in v.SPANS), Decimal(0))
    adjusted = sum((found.adjusted(span) * ada[span] for span in v.SPANS), Decimal(0))
    supplemental, concentration = found.extra(share, cap)
    parts = [cents(part) for part in (base, adjusted - base, adjusted * supplemental, adjusted * concentration)]
    return Entitlement(*map(dollars, (*parts, sum(parts))))


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


def spans_of(ada: AdaBySpan) -> dict[str, Decimal]:
    """Attendance by the four spans, whatever spelling the spans were given in."""
    pairs = ada.items() if isinstance(ada, Mapping) or hasattr(ada, "items") else None
    if pairs is None:
        if len(ada) != len(v.SPANS):
            raise InputError(say("Attendance is needed for four grade spans, not {given}.", given=len(ada)),
                             say("In the order TK-3, 4-6, 7-8, 9-12."))
        pairs = zip(v.SPANS, ada, strict=True)
    out = dict.fromkeys(v.SPANS, Decimal(0))
    for called, value in pairs:
        plain = re.sub(r"ada|grades?|[^a-z0-9]", "", str(called).lower())
        if plain not in _SPAN_NAMES:
            raise InputError(say("There is no grade span '{span}'.", span=name(called)), say("Spans: {spans}.", spans=joined(map(name, v.SPANS), ", ")))
        out[_SPAN_NAMES[plain]] += amount_of(value, say("The attendance of {span}", span=name(called)))
    return out


def share_of(value: Any, what: Said) -> Decimal:
    """A share 0-1 as an exact decimal number."""
    try:
        share = amount_of(value, what)
    except InputError as problem:
        raise ParameterError(problem.message, problem.hint) from problem
    if share > 1:
        raise ParameterError(say("{what} cannot be {value}: it is between 0 and 1.", what=what, value=name(value)), say("Write 80 % as 0.80."))
    return share


def amount_of(value: Any, what: Said) -> Decimal:
    """A number of 0 or more as an exact decimal: the number that a person wrote, not its binary neighbour."""
    if isinstance(value, Decimal):
        exact = value
    elif isinstance(value, (Number, str)) and not isinstance(value, bool):
        text = str(value).strip()
        exact = Decimal(text) if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) else Decimal("NaN")
    else:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise InputError(say("{what} is missing or not a number.", what=what), say("A missing number is not 0: find it, or leave the row out."))
    if exact < 0:
        raise InputError(say("{what} cannot be {value}: it is below 0.", what=what, value=name(value)), say("Check the number."))
    return exact


def cents(amount: Any) -> int:
    """Dollars as whole cents, half a cent up."""
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    try:
        return int((exact / CENT).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as problem:
        raise InputError(say("${amount} is no sum of money.", amount=name(f"{exact:.3g}")), say("Check the numbers of pupils and the rates.")) from problem


def dollars(amount_cents: int) -> float:
    """Whole cents as the nearest number of dollars."""
    return amount_cents / 100
