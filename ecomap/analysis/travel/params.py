"""What a planner decides about being in reach: of what, how far, by which way, for whom, on which day."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self, TypeAlias

from attrs import evolve, frozen

from ecomap.analysis.day import AsOf
from ecomap.analysis.people import fitting_count
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.params import Choice, Param, Uncertain
from ecomap.model.said import say
from ecomap.model.units import METRES_PER_MILE

ESTIMATED: Final = "estimated"
ANY_SERVICE: Final = "service:*"
NOBODY_YET: Final = v.NOBODY_YET  # the target of a project in which nobody offers it yet
SUPPLIES: Final = ("services", "sites", "zones")
STREETS, TABLE = v.STREET, v.TRAVEL_COST


def _by_estimate(params: Any) -> bool:
    return getattr(params, "travel", ESTIMATED) == ESTIMATED


def _by_minutes(params: Any) -> bool:
    return params.minutes > 0 and params.travel != TABLE


# The one declaration of the detour: a params class writes ``detour: Detour = DETOUR``.
DETOUR: Final = 1.3
Detour: TypeAlias = Annotated[float, Param(
    say("Detour factor"), say("Estimated way only: how much longer the way is than the straight line; 1.2 to 1.4 in cities."), ge=1, le=3,
    advanced=True, uncertain=Uncertain(
        1.2, 1.4, say("for ways {low} to {high} times the straight line"),
        say("Newell (1980): 1.2; Giacomin and Levinson (2015), doi 10.1068/b130131p: 1.2 to 1.35 in metropolitan areas, more for short ways"),
        only=_by_estimate))]


@frozen
class ReachParams:
    """What a planner decides about being in reach."""

    target: Annotated[str, Param(
        say("What should be in reach?"), say("A kind of service, any service, an approach, any approach, or what nobody has yet."),
        choices_from="coverage_target")] = ANY_SERVICE
    radius_m: Annotated[float, Param(
        say("How far is in reach?"), say("Along the way people take, which is estimated unless you choose another."), unit="m", gt=0,
        le=80_000)] = METRES_PER_MILE
    travel: Annotated[str, Param(
        say("How do people get there?"), say("Along the streets, rivers and large roads count: people walk, and cross only where a street "
                                             "does. A table is one that a routing program or a transit agency made."),
        choices=(Choice(ESTIMATED, say("By an estimated way (straight line x detour)"), say("Estimated way")),
                 Choice(STREETS, say("On foot along the streets"), say("On foot")),
                 Choice(TABLE, say("As the imported travel times say"), say("Imported travel times"))))] = ESTIMATED
    detour: Detour = DETOUR
    count: Annotated[str, Param(
        say("Who is counted?"), say("Where nobody counted the residents under 18, pupils, residents or households stand in, and every "
                                    "number says so."),
        choices=(Choice(v.CHILDREN, say("Residents under 18")), Choice(v.POPULATION, say("All residents")),
                 Choice(v.ENROLLMENT, say("Pupils")), Choice(v.HOUSEHOLDS, say("Households")),
                 Choice(v.EACH_AREA, say("Every area alike"))), advanced=True)] = v.CHILDREN
    include_ended: Annotated[bool, Param(
        say("Count sites that have ended?"), say("Planned sites never count."), advanced=True)] = False
    as_of: AsOf = ""
    minutes: Annotated[float, Param(
        say("How many minutes are in reach?"), say("0: the distance above, at the walking speed. Anything else takes its place."),
        unit="min", ge=0, le=600, instead_of="radius_m", advanced=True)] = 0.0
    walking_kmh: Annotated[float, Param(
        say("Walking speed"), say("km/h; 4.8 is usual, less with small children. Turns minutes into a distance and back."), gt=0, le=15,
        advanced=True, uncertain=Uncertain(
            3.8, 5.4, say("for people who walk {low} to {high} km/h"),
            say("3.8 km/h: the walking speed of pedestrian signals (3.5 feet per second, MUTCD); 5.4 km/h: a brisk walk"),
            only=_by_minutes))] = 4.8
    street_limit_m: Annotated[float, Param(
        say("Furthest from a street"),
        say("Along the streets only: whoever lives further from any street than this is out of reach."), unit="m", gt=0, le=5_000,
        advanced=True)] = 250.0

    def counts(self, part: str) -> bool:
        """Whether the rows of an input count for the target: sites and zones for an approach, services for a service."""
        if part not in SUPPLIES or self.target == NOBODY_YET:
            return part not in SUPPLIES
        return (part == "services") == self.target.startswith("service:")

    def fitted(self, frames: Frames) -> Self:
        """The same for what these rows hold: who stands in for children nobody counted, and nothing to reach where nothing is."""
        count = fitting_count(self.count, frames["areas"]) if "areas" in frames else self.count
        nothing = not any(part in frames and len(frames[part]) for part in SUPPLIES)
        return evolve(self, count=count, target=NOBODY_YET if nothing and self.target == ANY_SERVICE else self.target)


def settled(params: ReachParams) -> ReachParams:
    """The same parameters with the minutes, if any are given, as the distance walked in them."""
    if not params.minutes > 0:
        return params
    return evolve(params, radius_m=params.minutes * metres_a_minute(params), minutes=0.0)


def metres_a_minute(params: ReachParams) -> float:
    return float(params.walking_kmh) * 1000 / 60
