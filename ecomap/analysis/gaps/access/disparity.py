"""The gap between two groups, and whom a share favours, in words."""

from __future__ import annotations

from collections.abc import Callable

from ecomap.analysis.statistics.equity import Disparity
from ecomap.model.said import Said, name, say


def gap_in_words(gap: Disparity, said: Callable[[float], Said] = lambda value: name(f"{value:.3g}")) -> Said:
    """The gap in plain words, its numbers written by `said`, with their unit for instance; with what it means where the interval holds 0."""
    if gap.difference == 0:
        text = say("{first} and {second} are equal on average ({mean})", first=gap.first, second=gap.second,
                   mean=said(gap.mean_first))
    else:
        apart = said(abs(gap.difference))
        text = (say("{first} has {apart} more than {second} on average", first=gap.first, apart=apart, second=gap.second)
                if gap.difference > 0 else
                say("{first} has {apart} less than {second} on average", first=gap.first, apart=apart, second=gap.second))
    if gap.lower is None or gap.upper is None:
        return say("{gap}; how sure this is cannot be said, because no margins of error were given.", gap=text)
    low, high = said(gap.lower), said(gap.upper)
    if gap.significant:
        return say("{gap} (90 % interval {low} to {high}).", gap=text, low=low, high=high)
    return say("{gap} (90 % interval {low} to {high}: it holds 0, so the counts' sampling error alone could make the difference).", gap=text, low=low, high=high)


def whom_it_favours(index: float, *, good: bool = True, even: float = 0.02) -> Said:
    """What the sign of a concentration index means; within ± `even` it is called even.

    >>> whom_it_favours(0.14), whom_it_favours(0.14, good=False)
    ('Access favours people with less need.', 'The burden falls on people with less need.')
    """
    if abs(index) < even:
        return (say("Access is shared about evenly between people with more and with less need.") if good else
                say("The burden is shared about evenly between people with more and with less need."))
    if good:
        return (say("Access favours people with less need.") if index > 0 else say("Access favours people with more need."))
    return (say("The burden falls on people with less need.") if index > 0 else
            say("The burden falls on people with more need."))
