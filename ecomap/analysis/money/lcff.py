"""California's Local Control Funding Formula (LCFF): what pupils generate for their district, to the cent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from ecomap.analysis.money.exact import amount_of, cents, dollars, share_of
from ecomap.analysis.money.rates import Rates, rates_for
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.said import joined, name, say

_SPAN_NAMES = {"tk3": v.SPANS[0], "k3": v.SPANS[0], "46": v.SPANS[1], "78": v.SPANS[2], "912": v.SPANS[3]}

AdaBySpan: TypeAlias = Mapping[str, Any] | Sequence[Any]


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
