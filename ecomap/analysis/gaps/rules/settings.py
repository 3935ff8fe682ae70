"""The thresholds of the rules for gaps: every one in sight, none hidden in the code."""

from __future__ import annotations

from typing import Annotated, Final

from attrs import frozen

from ecomap.analysis.need.index.choice import TOGETHER
from ecomap.analysis.statistics.error import CORRELATION
from ecomap.analysis.travel.params import ReachParams
from ecomap.model.params import Choice, Param
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE

GENERAL, CHILD_CARE, FOOD, PROVIDERS, PARKS, TRANSIT = (
    "general", "child_care_desert", "food_access", "provider_shortage", "park_need", "transit_desert")
RULES: Final = (
    Choice(GENERAL, say("The general rule")), Choice(CHILD_CARE, say("Child-care desert")),
    Choice(FOOD, say("Low income and low access to food (USDA)")), Choice(PROVIDERS, say("Shortage of health providers (HPSA)")),
    Choice(PARKS, say("Park need within a walk")), Choice(TRANSIT, say("Transit desert")),
)


@frozen
class GapPresetParams(ReachParams):
    """What a planner decides about a rule for gaps."""

    rule: Annotated[str, Param(
        say("Which rule?"), say("Every threshold stands below and can be changed; those of the child-care desert are fixed: more than 50 "
        "children under 5, and no provider in the area or more than 3 children per place. Rules of others count whom they count: "
        "children under 5, or all residents. Park need and the transit desert look at parks and stops, whatever should be in reach."),
        choices=RULES)] = GENERAL
    at_least: Annotated[float, Param(
        say("Smallest number of people for a gap"), say("General rule and transit desert: areas with fewer are not called."), unit="count", ge=0)] = 50.0
    per_place: Annotated[float, Param(
        say("More people than this per place in reach are a gap"), say("General rule. 0: not looked at. Sites that name no places count as "
        "one."), ge=0, le=1_000_000, zero=say("not looked at"))] = 0.0
    lowest: Annotated[float, Param(
        say("The areas with the least access are a gap: which share?"), say("General rule. 0: not looked at. Access is places per person "
        "within the distance, shared with everyone else there."), unit="share", ge=0, lt=1, zero=say("not looked at"))] = 0.0
    largest_variation: Annotated[float, Param(
        say("Largest error for a count that is called"), say("Standard error as a share of the count; above it the area is too "
        "uncertain to call."), unit="share", gt=0, le=5, advanced=True)] = 0.40
    assumed_capacity: Annotated[float, Param(
        say("Places at a site that names none"), say("1 counts sites rather than places."), gt=0, le=1_000_000, advanced=True)] = 1.0
    poverty_from: Annotated[float, Param(
        say("Food, providers: share in poverty that counts as poor"), say("From this share on an area is low income, and the stricter limit "
        "for providers holds."),
        unit="share", ge=0, le=1, advanced=True)] = 0.20
    typical_income_usd: Annotated[float, Param(
        say("Food: median family income of the region"), say("0: not looked at. Else of the metropolitan area or state: an area at or below the "
        "share of it given next is low income too."), unit="usd", ge=0, le=1_000_000, zero=say("not looked at"),
        advanced=True)] = 0.0
    income_below: Annotated[float, Param(
        say("Food: low income up to this share of that median"), say("80 % is usual."), unit="share", gt=0, le=1, advanced=True)] = 0.80
    far_people: Annotated[float, Param(
        say("Food: people too far away that make low access"), say("Not confirmed from the department's own text: check it before you "
        "quote the rule."), unit="count", ge=0, advanced=True)] = 500.0
    far_share: Annotated[float, Param(
        say("Food: share too far away that makes low access"), say("Either is enough. Not confirmed either."), unit="share", gt=0, le=1,
        advanced=True)] = 0.33
    people_per_provider: Annotated[float, Param(
        say("Providers: people per provider above which they are too few"), say("Where poverty is not high."), gt=0, le=1_000_000, advanced=True)] = 3_500.0
    people_per_provider_in_need: Annotated[float, Param(
        say("Providers: the same where poverty is high"), say("By the share in poverty above, which stands in for poor health."), gt=0, le=1_000_000, advanced=True)] = 3_000.0
    park_walk_m: Annotated[float, Param(
        say("Parks: how far is a walk?"), say("Half a mile is a walk of about 10 minutes."), unit="m", gt=0, le=20_000,
        advanced=True)] = METRES_PER_MILE / 2
    acres_per_1000: Annotated[float, Param(
        say("Parks: acres per 1,000 residents below which they are too few"), say("The county's goal is 4."), gt=0, le=1_000,
        advanced=True)] = 4.0
    transit_gap: Annotated[float, Param(
        say("Transit: demand above supply by more than"), say("In standard deviations. The published threshold is not confirmed: 1 is "
        "a choice, try others."), ge=0, le=10, advanced=True)] = 1.0
    correlation: Annotated[float, TOGETHER] = CORRELATION
