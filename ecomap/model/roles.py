"""The roles of layers, one row each: what a file of each holds, what shape it has, and where it stands in the list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import LINE, POINT, POLYGON
from ecomap.model.said import NOTHING, Said, name, say

# What a role is a part of.
MAP: Final = "map"        # what is drawn or travelled along, and tables that go with it
MONEY: Final = "money"    # tables of dollars and positions
ASSETS: Final = "assets"  # tables of the inventory: who is where and does what
MADE: Final = "made"      # EcoMap makes it itself; no file is imported as it

_AREAS, _SITES, _NEED, _STREETS = say("Areas"), say("Sites"), say("Need"), say("Streets")
_MONEY, _INVENTORY = say("Money"), say("Inventory")


@frozen
class Role:
    """The part a layer plays in the planner's question.

    Parameters
    ----------
    code : str
        How programs, files and commands call it.
    label : Said
        What its rows are, as a heading: "Need areas".
    help : Said
        What a file of it holds, in one line.
    part : {"map", "money", "assets", "made"}
        Which list it stands in.
    shapes : tuple of str
        Kinds of geometry a file of it may have; none for a table without places.
    group : Said
        Heading in the layer tree.
    columns : tuple of str
        What every row of it has besides an id and a name.
    key : Said
        The codes by which rows without a place are joined to a layer of this role; "" where they cannot be.
    first : Said
        What to do before rows without a place can be joined.
    presence : str
        Column that says of which kind a row is, for rows that say who or what is there: one that is lacking changes answers.
    mixed : bool
        Whether one layer of it holds all these shapes; otherwise it has the kind that most rows of its file have.
    """

    code: str
    label: Said
    help: Said
    part: str = MAP
    shapes: tuple[str, ...] = ()
    group: Said = NOTHING
    columns: tuple[str, ...] = ()
    key: Said = NOTHING
    first: Said = NOTHING
    presence: str = ""
    mixed: bool = False  # shapes of all its kinds stand in one layer

    @property
    def rows(self) -> Said:
        """What its rows are, inside a sentence: "need areas"."""
        return self.label.small()


TABLE: Final[tuple[Role, ...]] = (
    Role(v.NEED_AREA, say("Need areas"), say("neighborhoods with numbers: tracts, block groups"), MAP, (POLYGON,), _NEED,
         key=say("codes of areas"),
         first=say("Import the boundaries of the areas first (role need_area); then this file adds its columns to them.")),
    Role(v.ATTENDANCE_AREA, say("Attendance areas"), say("areas that send their pupils to a school"), MAP, (POLYGON,), _AREAS),
    Role(v.DISTRICT, say("Districts"), say("districts and board districts"), MAP, (POLYGON,), _AREAS),
    Role(v.ZONE, say("Zones"), say("Promise Neighborhoods and other zones"), MAP, (POLYGON,), _AREAS, presence=v.APPROACH),
    Role(v.SCHOOL, say("Schools"), say("schools, one row each"), MAP, (POINT,), _SITES,
         key=say("school codes"),
         first=say("Import the schools with their coordinates first (role school); then this file adds its columns to them.")),
    Role(v.SITE, say("Approach sites"), say("where an approach is at work"), MAP, (POINT,), _SITES, presence=v.APPROACH),
    Role(v.SERVICE, say("Services"), say("services and where they are given"), MAP, (POINT,), _SITES, presence=v.CATEGORY),
    Role(v.REFERENCE, say("Reference"), say("anything else to see on the map"), MAP, (POLYGON, LINE, POINT), say("Reference")),
    Role(v.OUTCOME, say("Outcomes of schools"), say("a table: school, school year and what became of its pupils, with how many they are"), MAP, (), NOTHING,
         (v.SCHOOL_ID, v.YEAR)),
    Role(v.STREET, say("Streets"), say("lines that people walk along"), MAP, (LINE,), _STREETS),
    Role(v.GROUND, say("Ground"), say("what a map is recognised by: coast, water, roads, names of places, parks"), MAP,
         (POLYGON, LINE, POINT), say("Ground"), (v.KIND, v.SHIELD, v.RANK), mixed=True),
    Role(v.ADDRESS_RANGE, say("Address ranges"), say("streets with the house numbers along them, by which addresses are found"), MAP, (LINE,), _STREETS),
    Role(v.TRAVEL_COST, say("Travel times"), say("minutes or metres from need areas to places"), MAP, (), _STREETS),
    Role(v.TRACT_RELATIONSHIP, say("Tracts of two censuses"), say("a table: how the tracts of 2010 and 2020 overlap"), MAP, (), _NEED),
    Role(v.SPENDING, say("Money spent"), say("the state's per-pupil file, or a district's site budget"), MONEY, (), _MONEY,
         (v.SCHOOL_ID,)),
    Role(v.ALLOCATION, say("Published allocations"), say("what a district allots (SENI), or the state's LCFF summary"), MONEY, (),
         _MONEY, (v.SCHOOL_ID, v.AMOUNT)),
    Role(v.POSITION, say("Staff positions"), say("positions of schools, charged and actual pay"), MONEY, (), _MONEY, (v.SCHOOL_ID,)),
    Role(v.FUNDING_RATE, say("State funding rates"), say("base grants by year and grades"), MONEY, (), _MONEY),
    Role(v.ORGANISATION, say("Organisations"), say(
        "Who takes part: district, community-based organisations, funders, colleges, businesses. One that has closed stays in "
        "the list, with its end."), ASSETS, (), _INVENTORY),
    Role(v.PARTICIPATION, say("Approaches at schools"), say("Which school takes part in which approach, since when, led by whom."),
         ASSETS, (), _INVENTORY, presence=v.APPROACH),
    Role(v.STAFF_ROLE, say("People in roles"), say("Who does what at a school, for which approach, employed by whom."),
         ASSETS, (), _INVENTORY, presence=v.FUNCTION),
    Role(v.FUNDING, say("Funding"), say("Who pays for what, from when until when."), ASSETS, (), _INVENTORY),
    Role(v.PRACTICE, say("Practice notes"), say("What works at a school, since when, by what evidence, and whom to ask."),
         ASSETS, (), _INVENTORY),
    Role(v.TIE, say("Ties between organisations"), say(
        "Which two work together how, since when and until when, and what either says of trust and quality."), ASSETS, (), _INVENTORY),
    Role(v.NEED_LINK, say("Needs and what answers them"), say(
        "Which need calls for which function. The default weighs every link 1."), ASSETS, (), _INVENTORY),
    Role(v.SYSTEM_INDICATOR, say("System indicators"), say("Figures on the whole system, by year."), ASSETS, (), _INVENTORY),
    Role(v.TERM, say("Own words"), say("Words that this project adds to the lists."), ASSETS, (), _INVENTORY),
    Role(v.AREA_LINK, say("Links between areas and schools"), NOTHING, MADE),
    Role(v.RESULT, say("Results"), NOTHING, MADE),
)
_BY_CODE: Mapping[str, Role] = MappingProxyType({one.code: one for one in TABLE})


def _codes(part: str) -> tuple[str, ...]:
    return tuple(one.code for one in TABLE if one.part == part)


ROLES: Final = _codes(MAP)
MONEY_ROLES: Final = _codes(MONEY)
ASSET_ROLES: Final = _codes(ASSETS)
ROLE_LABELS: Final[Mapping[str, Said]] = MappingProxyType({one.code: one.label for one in TABLE})
PRESENCE: Final = tuple(one.code for one in TABLE if one.presence)  # rows that say who or what is there
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({one.code: one.columns for one in TABLE if one.columns})


def role(code: str) -> Role:
    """One role of the table; a code it does not know is its own name.

    >>> role("need_area").label, role("need_area").rows, role("footpath").label
    ('Need areas', 'need areas', 'footpath')
    """
    return _BY_CODE.get(code) or Role(code, name(code), NOTHING)
