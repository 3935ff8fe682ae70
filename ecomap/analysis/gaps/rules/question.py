"""Gaps by a rule with its thresholds in sight: the general rule, and rules of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ecomap.analysis.gaps.access.question import INPUTS as ACCESS_INPUTS
from ecomap.analysis.gaps.rules import settings as g
from ecomap.analysis.gaps.rules.food import food_access
from ecomap.analysis.gaps.rules.parks import park_need
from ecomap.analysis.gaps.rules.places import child_care_desert, general_gap
from ecomap.analysis.gaps.rules.providers import provider_shortage
from ecomap.analysis.gaps.rules.settings import GapPresetParams
from ecomap.analysis.gaps.rules.tables import areas_output
from ecomap.analysis.gaps.rules.transit import transit_desert
from ecomap.analysis.gaps.rules.verdict import Verdict
from ecomap.analysis.gaps.rules.words import bars_of, figures_of, notes_of, sentence_of
from ecomap.analysis.registry import Analysis, Answer, Input, Table
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.progress import Progress
from ecomap.model.said import say

INPUTS = (*ACCESS_INPUTS, Input("references", v.REFERENCE, say("Other places, such as parks and stops"), optional=True, many=True))
RULES: Final[Mapping[str, Callable[[Frames, GapPresetParams, Progress], Verdict]]] = {
    g.GENERAL: general_gap, g.CHILD_CARE: child_care_desert, g.FOOD: food_access, g.PROVIDERS: provider_shortage,
    g.PARKS: park_need, g.TRANSIT: transit_desert,
}
ON_REFERENCES: Final = frozenset({g.PARKS, g.TRANSIT})  # the rules that look at parks or stops instead of what should be in reach


def run_gap_presets(frames: Frames, params: GapPresetParams, *, progress: Progress) -> Answer:
    """Which areas are gaps by the rule, and why."""
    verdict = RULES[params.rule](frames, params, progress.part(0.0, 0.8))
    progress.at(0.9, say("Applying the rule"))
    others = {"references"} if params.rule not in ON_REFERENCES else {"services", "sites", "zones"}
    names = tuple(item.name for item in INPUTS if item.name not in others)
    progress.at(1.0, say("Done"))
    return Answer(
        title=say("Gaps by a rule: {what}", what=verdict.what),
        sentence=sentence_of(verdict),
        outputs=(areas_output(verdict),), figures=figures_of(verdict), notes=notes_of(verdict),
        bars=bars_of(verdict, params.correlation), bars_title=say("Share of the {who} in a gap, by need fifth", who=verdict.who),
        of=names,
    )


ANALYSIS = Analysis(
    name="gap-presets",
    title=say("Gaps by a rule"),
    question=say("Which areas are gaps by a rule we can name?"),
    summary=say("Calls need areas gaps by a rule whose thresholds you see and set: enough people, and nothing within the distance, too "
            "many people per place, or the least access. Also the rules of others: child-care desert, low income and low access to food, "
            "shortage of health providers, park need, transit desert."),
    step="gaps",
    params=GapPresetParams,
    inputs=INPUTS,
    run=run_gap_presets,
    assumes=("day",),
    method=say("General rule: people >= the smallest number, and (no site within the distance, or people / places within the "
           "distance above the limit, or two-step access below the quantile over areas with people). Child-care desert: more than 50 "
           "children under 5 and no provider in the area, or more than 3 per place of the providers in it. Food access (USDA): poverty "
           ">= 20 % or median family income <= 80 % of the typical one, and at least 500 residents or 33 % of them beyond the "
           "distance, residents spread evenly over their area. Provider shortage (HPSA, primary care): residents per provider = one "
           "over two-step access, above 3,500, or above 3,000 where poverty is high; the federal score of 0 to 25 = 2 x points for "
           "providers + poverty + infant health + travel time, only from points given. Park need: no park within a walk, or fewer "
           "acres per 1,000 residents than the goal, acres shared by two-step access. Transit desert: z(residents without a vehicle "
           "per square mile) - z(stops within the distance) above the threshold. In all of them the count's coefficient of variation "
           "(margin / 1.645 / count) must not be above its limit; people count at a point inside their area unless said otherwise; "
           "distance is a straight line times detour. An area that lacks a number the rule needs is not called. Thresholds that could "
           "not be confirmed from their publisher say so beside their setting."),
    sources=(
        "Malik, R. et al. (2018). America's Child Care Deserts in 2018. Center for American Progress",
        "Luo, W. and Wang, F. (2003). Measures of spatial accessibility to health care in a GIS environment. "
        "doi 10.1068/b29120",
        "U.S. Department of Agriculture, Economic Research Service. Food Access Research Atlas, documentation",
        "Health Resources and Services Administration. Scoring shortage designations, primary care",
        "Los Angeles County (2016). Countywide Comprehensive Parks and Recreation Needs Assessment",
        "Jiao, J. and Dillivan, M. (2013). Transit deserts: the gap between demand and supply. Journal of Public Transportation 16(3)",
    ),
    tables=(Table("areas", say("Every need area: whether it is a gap by the rule, why, and the numbers the rule looked at.")),),
)
