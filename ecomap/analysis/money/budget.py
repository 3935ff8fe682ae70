"""School budgets: what pupils generate, what a school is given, what is spent there. The public names of this subject."""

from ecomap.analysis.money.attribution import (
    RULES,
    District,
    apportion,
    attribute_to_schools,
    rule_notes,
    whole_of,
)
from ecomap.analysis.money.equity_multiplier import equity_multiplier, equity_multiplier_eligible
from ecomap.analysis.money.lcff import (
    Entitlement,
    Rates,
    funded_ada,
    lcff_entitlement,
    rates_for,
    rates_from,
    shipped_rates,
    three_year_share,
)
from ecomap.analysis.money.misalignment import Line, by_fifth, expected_line, misalignment, share_ratio
from ecomap.analysis.money.norming.norm import norming_gap

__all__ = [
    "RULES", "District", "Entitlement", "Line", "Rates", "apportion", "attribute_to_schools", "by_fifth",
    "equity_multiplier", "equity_multiplier_eligible", "expected_line", "funded_ada", "lcff_entitlement", "misalignment",
    "norming_gap", "rates_for", "rates_from", "rule_notes", "share_ratio", "shipped_rates", "three_year_share",
    "whole_of",
]
