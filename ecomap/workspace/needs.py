"""What a question cannot do without and the project does not hold yet, in a planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import NOTHING, Said, name, say
from ecomap.model.vocabulary import (
    ALLOCATION,
    ATTENDANCE_AREA,
    CHILDREN,
    DISTRICT,
    ENROLLMENT,
    FUNDING,
    FUNDING_RATE,
    HOUSEHOLDS,
    MOE_SUFFIX,
    NEED_AREA,
    ORGANISATION,
    OUTCOME,
    PARTICIPATION,
    POPULATION,
    POSITION,
    SCHOOL,
    SERVICE,
    SITE,
    SPENDING,
    STAFF_ROLE,
    TIE,
    ZONE,
)
from ecomap.workspace.places import place_of

INDICATOR: Final = "indicator"   # a measure of need that the need areas carry
MARGIN: Final = "margin"         # a number of the need areas that can be added up, with its margin of error
SUPPLY: Final = (SERVICE, SITE, ZONE)
TARGETS: Final = (ATTENDANCE_AREA, DISTRICT, ZONE)
AT_WORK: Final = (PARTICIPATION, SITE, ZONE, STAFF_ROLE, SERVICE, TIE, FUNDING, ORGANISATION)  # rows that name organisations
Need = tuple[str, ...]           # roles of which one is enough
_AREAS, _SCHOOLS, _MEASURES, _MARGINS, _OUTCOMES = (NEED_AREA,), (SCHOOL,), (INDICATOR,), (MARGIN,), (OUTCOME,)
_COUNTS: Final = (CHILDREN, ENROLLMENT, POPULATION, HOUSEHOLDS)

# Question -> what it needs; a test holds it to the inputs of the registry, which is not imported for this.
NEEDS: Final[Mapping[str, tuple[Need, ...]]] = {
    "need-index": (_AREAS, _MEASURES), "sensitivity": (_AREAS, _MEASURES),
    "school-areas": (_AREAS, _MEASURES, TARGETS), "clusters": (_AREAS, _MEASURES),
    "published-index": (_AREAS, _MEASURES), "merged-areas": (_AREAS, _MARGINS),
    "coverage-gap": (_AREAS,), "capacity-gap": (_AREAS, SUPPLY), "access": (_AREAS,), "gap-presets": (_AREAS,),
    "priority": (_AREAS, _SCHOOLS), "rank-change": (_AREAS, _SCHOOLS), "weight-sets": (_AREAS, _MEASURES), "plan": (_AREAS, _SCHOOLS),
    "overlap": (_SCHOOLS,), "roles": (_SCHOOLS,), "ties": (_SCHOOLS, AT_WORK), "match": (_SCHOOLS, _AREAS),
    "peers": (_SCHOOLS,), "dashboard": (_SCHOOLS,),
    "helped": (_SCHOOLS, _OUTCOMES), "spending-outcome": (_SCHOOLS, _OUTCOMES),
    "money": (_SCHOOLS,), "norming": ((POSITION,),), "funding-cliff": (_SCHOOLS,),
}
_WORDS: Final[Mapping[Need, Said]] = {
    _AREAS: say("neighborhoods with numbers (need areas)"), _SCHOOLS: say("schools with their places"),
    _MEASURES: say("a measure of need in the need areas, with its direction"),
    _MARGINS: say("numbers of the need areas with margins of error, and how many people live there"),
    _OUTCOMES: say("outcomes of schools by school year (school, year, outcome, number of pupils)"),
    TARGETS: say("attendance areas, districts or zones"), SUPPLY: say("services or sites that say how many they can take"),
    AT_WORK: say("organisations at work: who offers, employs, leads, pays or is tied to whom"),
}
_RATES: Final = say("money spent by school or the funding rates of your state (EcoMap brings only the rules of California, LCFF)")
_OF_REACH: Final = frozenset({"coverage-gap", "access", "gap-presets", "priority", "rank-change", "plan"})


def lacking(project: Project, analysis: str) -> tuple[Said, ...]:
    """What a question needs and the project does not hold, in words; nothing where it can be asked.

    >>> lacking(Project(), "priority")
    ('neighborhoods with numbers (need areas)', 'schools with their places')
    """
    held = {layer.role for layer in project.layers if not layer.result_id}
    if any(layer.indicators for layer in project.layers_of(NEED_AREA)):
        held.add(INDICATOR)
    if _MARGINS in NEEDS.get(analysis, ()) and _margins(project):
        held.add(MARGIN)
    without = [need for need in NEEDS.get(analysis, ()) if not held & set(need)]
    if _AREAS in without:
        without = [need for need in without if need not in (_MEASURES, _MARGINS)]  # these come with them
    rates = (_RATES,) if rules_of_elsewhere(project, analysis) else ()
    return rates + tuple(_WORDS.get(need) or name(ROLE_LABELS.get(need[0], need[0])).small() for need in without)


def _margins(project: Project) -> bool:
    """Whether need areas carry a margin of error of a count, or of a measure whose counts or people are there to add it up by."""
    return any(_adds_up(layer, project.frame(layer.id)) for layer in project.layers_of(NEED_AREA))


def _adds_up(layer: Layer, frame: Any) -> bool:
    def known(column: str) -> bool:
        return column in frame and bool(frame[column].notna().any())

    counts = [column for column in _COUNTS if known(column)]
    return any(known(layer.column(column).moe) or known(column + MOE_SUFFIX) for column in counts) or any(
        known(one.moe_column or one.column + MOE_SUFFIX) and bool(counts or (one.numerator in frame and one.denominator in frame))
        for one in layer.indicators)


def rules_of_elsewhere(project: Project, analysis: str) -> bool:
    """Whether a question of money would count by California's rules in a place that is not of there and brings no rates of its own."""
    if analysis != "money" or any(project.layers_of(role) for role in (FUNDING_RATE, ALLOCATION, SPENDING)):
        return False
    place = place_of(project)
    return bool(place.country) and not place.californian


def refuse_elsewhere(project: Project, analysis: str) -> None:
    """Say that the rules of another place would count.

    Raises
    ------
    InputError
        If the question counts by California's rules and the project is of elsewhere.
    """
    if project.layers_of(SCHOOL) and rules_of_elsewhere(project, analysis):
        raise InputError(say("This question needs {roles}. The project has none yet, so nothing can be said.", roles=_RATES),
                         say("Import a file of what schools are allotted or spend, or of your state's rates."))


def asked_of_nobody(project: Project, analysis: str) -> Said:
    """That a question of reach is asked as if nobody had it yet, where the project holds nothing to be reached."""
    if analysis not in _OF_REACH or any(project.layers_of(role) for role in SUPPLY):
        return NOTHING
    return say("The project holds no services and no sites, so this is asked as if nobody has it yet: everyone is out of reach. Bring in "
               "services or sites to see who is in reach today.")
