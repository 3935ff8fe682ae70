"""Columns of an answer that EcoMap wrote itself: kept when such a table comes back, never taken for need a second time."""

from __future__ import annotations

from ecomap.model.vocabulary import ALLOCATION_SUFFIX, CONTRIBUTION_PREFIX, MOE_SUFFIX

# Names that hardly any publisher uses; one of them beside a score or a rank tells whose table it is.
_TELLING = frozenset({"share_present", "share_known", "rank_low", "rank_high", "at_once", "could_be_top", "surely_within"})
_UNITS = {
    "score": "score", "rank": "", "rank_low": "", "rank_high": "", "rank_low_sampling": "", "rank_high_sampling": "",
    "rank_low_allocation": "", "rank_high_allocation": "", "fifth": "", "share_present": "share", "share_known": "share",
    "at_once": "", "could_be_top": "", "surely_within": "", "reason": "",
}
ANSWER_COLUMNS = frozenset(_UNITS)


def own_answers(names: set[str]) -> dict[str, str]:
    """Column of an answer of EcoMap -> its unit, among the plain names of a file; empty for a file of others.

    What an answer carries along of the indicators themselves (``poverty`` of a school's area) is no such column, but
    how far their spreading may move them (``poverty_allocation``) is.

    Examples
    --------
    >>> own_answers({"id", "score", "rank_low", "poverty", "contribution_poverty"}) == {
    ...     "score": "score", "rank_low": "", "contribution_poverty": "score"}
    True
    >>> own_answers({"geoid", "score", "rank", "poverty"})
    {}
    """
    parts = {name for name in names if name.startswith(CONTRIBUTION_PREFIX)}
    if not names & {"score", "rank"} or not (parts or names & _TELLING):
        return {}
    own = {name: unit for name, unit in _UNITS.items() if name in names} | dict.fromkeys(parts, "score")
    own |= {name: "" for name in names if spread_of(name, names)}
    margins = {name + MOE_SUFFIX: unit for name, unit in own.items() if name + MOE_SUFFIX in names}
    return own | margins


def spread_of(name: str, names: set[str]) -> str:
    """The column whose spreading a column tells, "" if it tells none."""
    base = name.removesuffix(ALLOCATION_SUFFIX)
    return base if base != name and base in names and base not in ANSWER_COLUMNS else ""
