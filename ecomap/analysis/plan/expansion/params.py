"""What a planner wishes a plan for the next schools to do and to keep to."""

from __future__ import annotations

from typing import Annotated, Final

from attrs import frozen

from ecomap.analysis.need.index.choice import TOGETHER
from ecomap.analysis.plan.candidates import CandidateParams
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.model.errors import ParameterError
from ecomap.model.params import Choice, Param
from ecomap.model.said import Said, name, say

REACH: Final = "reach"
TWICE: Final = "twice"
FEWEST: Final = "fewest"
AVERAGE: Final = "average"
FAIR: Final = "fair"
FURTHEST: Final = "furthest"
WAYS: Final = (AVERAGE, FAIR, FURTHEST)   # what is counted is how far everybody has to the nearest
HIGHEST: Final = 5                        # the fifth of the need areas with the highest need
COST: Final = say("Cost of one new school")
IN_EACH_YEAR: Final = say("New schools in each year")
DOLLARS: Final = say("Dollars in each year")
PINNED_IN: Final = say("Schools pinned in")
PINNED_OUT: Final = say("Schools pinned out")


@frozen
class PlanParams(CandidateParams):
    """What a planner wishes for."""

    aim: Annotated[str, Param(
        say("What should the plan do best?"), say("Ways are those to the nearest there is, for everybody. Whatever is chosen, the plan "
                                                  "keeps to the wishes below."), choices=(
            Choice(REACH, say("Bring most people into reach")),
            Choice(TWICE, say("Bring most people into reach of two")),
            Choice(FEWEST, say("Open as few schools as possible")),
            Choice(AVERAGE, say("Make ways shortest on average")),
            Choice(FAIR, say("Make ways short, the furthest first")),
            Choice(FURTHEST, say("Make the longest way shortest")),
        ))] = REACH
    sites: Annotated[int, Param(
        say("How many new schools?"), say("At most; fewer if more would help nobody. Not asked where as few as possible are wished."),
        unit="count", ge=1, le=500)] = 12
    share_for_highest_fifth: Annotated[float, Param(
        say("At least this share of the newly reached in the highest-need fifth"), say("0: no such floor."), unit="share", ge=0,
        le=1, zero=say("no such floor"))] = 0.0
    budget_usd: Annotated[float, Param(say("Budget"), say("0: no limit."), unit="usd", ge=0, zero=say("no limit"))] = 0.0
    cost_per_site_usd: Annotated[float, Param(
        COST, say("Needed with a budget, unless the schools say what each costs."), unit="usd", ge=0)] = 0.0
    cost_column: Annotated[str, Param(
        say("What each school costs"), say("A column of the schools in dollars; schools without a number there are left out. Empty: "
                                           "every school costs the same."), choices_from="school_number", advanced=True)] = ""
    years: Annotated[int, Param(
        say("Over how many years?"), say("1: all at once. More: what opens in which year, so that most people have it in reach over "
                                         "the years together; nothing is taken away again."), unit="count", ge=1, le=10)] = 1
    sites_by_year: Annotated[str, Param(
        IN_EACH_YEAR, say("Such as 2, 4, 6; they replace the number above. Empty: spread evenly."), advanced=True)] = ""
    budget_by_year: Annotated[str, Param(
        DOLLARS, say("Such as 1000000, 500000; they replace the budget above. What is left over may be spent later. Empty: spread "
                     "evenly."), advanced=True)] = ""
    at_least_per_board_district: Annotated[int, Param(
        say("At least per board district"), say("0: no such wish."), unit="count", ge=0, le=100, zero=say("no such wish"),
        advanced=True)] = 0
    at_most_per_board_district: Annotated[int, Param(
        say("At most per board district"), say("0: no limit."), unit="count", ge=0, le=500, zero=say("no limit"),
        advanced=True)] = 0
    in_districts: Annotated[int, Param(
        say("In how many board districts at least?"), say("Asked only with a number per board district: in so many of them, whichever. "
                                                          "0: in every one."),
        unit="count", ge=0, le=500, zero=say("in every one"), advanced=True)] = 0
    pinned_in: Annotated[tuple[str, ...], Param(
        PINNED_IN, say("These schools are in the plan, whatever else would be better. They count for the number and the budget."),
        choices_from="one_school", picked=True)] = ()
    pinned_out: Annotated[tuple[str, ...], Param(
        PINNED_OUT, say("These schools are not in the plan, however good they would be."), choices_from="one_school", picked=True)] = ()
    share_to_reach: Annotated[float, Param(
        say("Share to bring into reach"), say("Asked only where as few schools as possible are wished: of those out of reach whom "
                                              "some school that could be chosen would reach."), unit="share", gt=0, le=1,
        advanced=True)] = 1.0
    far_weighs: Annotated[float, Param(
        say("How much more do the furthest weigh?"), say("Asked only where ways are weighed to those furthest away. 1 is usual; "
                                                         "more makes the longest ways decide."), gt=0, le=10, advanced=True)] = 1.0
    tolerance: Annotated[float, Param(
        say("Nearly as good is within"), say("Plans that fall short of the best by no more than this share are compared with it."),
        unit="share", ge=0, le=0.2, advanced=True)] = 0.02
    truths: Annotated[int, Param(
        say("How sure is this plan? Possible truths to look at"), say(
            "In how many truths that the margins of the counts leave possible the best plan is looked for: how often each school is in "
            "it, and what this plan loses. Takes as long as the search at most. 0: not looked at."), unit="count", ge=0, le=1000,
        zero=say("not looked at"), advanced=True)] = 100
    time_limit_s: Annotated[float, Param(
        say("Time for the search, seconds"), say("For the best plan; those nearly as good take half of it again. If it runs out, "
                                                 "the answer says how far from the best it can be."), gt=0, le=3600,
        advanced=True)] = 10.0
    correlation: Annotated[float, TOGETHER] = CORRELATION

    @property
    def has_budget(self) -> bool:
        return self.budget_usd > 0 or bool(self.budget_by_year.strip())

    @property
    def in_years(self) -> bool:
        return self.years > 1

    @property
    def count_by_year(self) -> tuple[int, ...]:
        """How many new schools may open in each year, the first years taking what does not divide evenly."""
        given = _numbers(self.sites_by_year, self.years, IN_EACH_YEAR)
        if given:
            if any(number != int(number) for number in given) or not sum(given) > 0:
                raise ParameterError(say("'{label}' must be whole numbers, not all 0.", label=IN_EACH_YEAR), say("Give numbers like 2, 4, 6."))
            return tuple(int(number) for number in given)
        each, more = divmod(self.sites, self.years)
        return tuple(each + (year < more) for year in range(self.years))

    @property
    def dollars_by_year(self) -> tuple[float, ...]:
        """Money of each year; empty without a budget."""
        given = _numbers(self.budget_by_year, self.years, DOLLARS)
        return given or ((self.budget_usd / self.years,) * self.years if self.budget_usd > 0 else ())


def _numbers(text: str, years: int, label: Said) -> tuple[float, ...]:
    """Numbers with commas between them, one for every year; none from an empty text."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        numbers = tuple(float(word) for word in words)
    except ValueError as problem:
        raise ParameterError(say("'{label}' cannot be '{text}'.", label=label, text=name(text)),
                             say("Give numbers with commas between them, like 2, 4, 6.")) from problem
    if any(not 0 <= number < float("inf") for number in numbers):
        raise ParameterError(say("'{label}' holds a number below 0.", label=label), say("Give numbers from 0 up."))
    if numbers and len(numbers) != years:
        raise ParameterError(say("'{label}' speaks of {given} years, the plan of {years}.", label=label, given=len(numbers), years=years),
                             say("Give one number for each year."))
    return numbers
