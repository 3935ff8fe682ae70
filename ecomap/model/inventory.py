"""The tables of the asset inventory: which columns each has, said once for templates, checks and forms."""

from __future__ import annotations

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, POINT, Column
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, say

NUMBER_KINDS = ("number", "count", "usd")
LONGITUDE, LATITUDE = "longitude", "latitude"
ONE_TO_FIVE = ("1", "2", "3", "4", "5")


@frozen
class Field:
    """One column of a table.

    Parameters
    ----------
    kind : {"text", "code", "number", "count", "usd", "date", "flag", "degrees"}
        ``count`` and ``usd`` cannot be below zero; a missing number is never zero. ``date`` takes a day, a month, a
        year or a school year. ``degrees`` are longitude and latitude in files; a project holds a point instead.
    vocabulary : str
        The list whose codes it holds (see `ecomap.model.terms`); words it does not know are kept and told.
    choices : tuple of str
        The words allowed, where the list is closed.
    refers : str
        "school": id of a school; "organisation": name of an organisation; "organisation_id": id of one.
    signed : bool
        Whether a number may be below zero.
    """

    name: str
    label: Said
    kind: str = "text"
    required: bool = False
    help: Said = NOTHING
    vocabulary: str = ""
    choices: tuple[str, ...] = ()
    refers: str = ""
    unit: str = ""
    aliases: tuple[str, ...] = ()
    signed: bool = True

    @property
    def may_be_negative(self) -> bool:
        return self.signed and self.kind == "number"

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBER_KINDS

    @property
    def column(self) -> Column:
        """How a layer describes it."""
        unit = {"usd": "usd", "count": "count", "date": "date", "flag": "flag"}.get(self.kind, self.unit)
        digits = 2 if self.kind == "number" else 0
        return Column(self.name, self.label, unit, self.help, digits, hidden=self.name in (v.IDENTIFIERS, v.ORGANISATION_ID))


@frozen
class TableSpec:
    """One table of the inventory.

    Parameters
    ----------
    role : str
        Role of its layer.
    key : tuple of str
        Columns that together say which thing a row speaks of, where it has no id.
    named : tuple of str
        Columns its name is put together from, where it has no name of its own.
    about : Said
        What its rows are, where a file of the role says something else.
    """

    role: str
    layer_id: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    named: tuple[str, ...] = ()
    about: Said = NOTHING
    geometry: str = NO_GEOMETRY

    @property
    def title(self) -> Said:
        """What its rows are called, as a heading."""
        return role(self.role).label

    @property
    def help(self) -> Said:
        """What its rows say, in one sentence."""
        return self.about or role(self.role).help

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def has(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def stored(self) -> tuple[Field, ...]:
        """The columns a project holds: degrees are a point there."""
        return tuple(field for field in self.fields if field.kind != "degrees")

    @property
    def columns(self) -> tuple[Column, ...]:
        name = () if self.has(v.NAME) else (Column(v.NAME, say("Name"), hidden=True),)
        return (*(field.column for field in self.stored if field.name != v.ID), *name)


_ID = Field(v.ID, say("Id"), "code", help=say("Leave empty for a new row: EcoMap makes one. Do not change one that is there: "
            "by it the row is found again."))
_SOURCE = Field(v.SOURCE, say("Source"), help=say("Who says so, and when: a report, a web page, a person with a date."))
_IDENTIFIERS = Field(v.IDENTIFIERS, say("Other codes"), help=say("Other codes of the same thing, as SCHEME:CODE, separated by "
                     "semicolons; for example EIN:951644000."))
_STATUS = Field(v.STATUS, say("Status"), choices=v.ASSET_STATUSES, help=say("What has an end in the past counts as ended, whatever stands here."))
_START = Field(v.START, say("Start"), "date", help=say("2019-10-25, 2019-10, 2019 or a school year such as 2019-20."), aliases=("since", "start date", "from"))
_END = Field(v.END, say("End"), "date", help=say("Last day; empty while it goes on. Same forms as the start."), aliases=("until", "end date", "to"))
_APPROACH = Field(v.APPROACH, say("Approach"), vocabulary="approach", help=say("Empty if it belongs to none."))
_FUNCTION = Field(v.FUNCTION, say("Function"), vocabulary="function", help=say("What is done. Functions can be compared across schools, titles cannot."))
_DETAIL = Field(v.DETAIL, say("Detail"), help=say("Anything else worth knowing."), aliases=("description", "notes"))
_INFERRED = Field(v.INFERRED, say("Inferred, not stated"), help=say("What in this row no source states and was concluded from something else, such as: "
                  "last day. Empty: nothing."))
_CONTACT = Field(v.CONTACT, say("Contact"), help=say("How to reach them. Think before you put names of people in a file that travels."))
_WEBSITE = Field(v.WEBSITE, say("Website"), aliases=("url",))
_ADDRESS = (
    Field(v.ADDRESS, say("Address"), help=say("Street and number.")), Field(v.CITY, say("City")),
    Field(v.POSTCODE, say("Postal code"), "code", aliases=("zip", "postcode")), Field(v.PHONE, say("Phone")),
)


def _school(required: bool = False) -> Field:
    return Field(v.SCHOOL_ID, say("School"), "code", required, refers="school", aliases=("school code", "cds", "cds code"),
                 help=say("From the list, or the 14-digit code (CDS)."))


TABLES: tuple[TableSpec, ...] = (
    TableSpec(v.ORGANISATION, "organisations", (
        _ID, Field(v.NAME, say("Name"), required=True, aliases=("organisation", "organization")),
        Field(v.KIND, say("Kind"), vocabulary="organisation_kind"), _STATUS, _START, _END, *_ADDRESS, _WEBSITE, _CONTACT,
        _DETAIL, _IDENTIFIERS, _SOURCE,
    ), (v.NAME,)),
    TableSpec(v.SERVICE, "services", (
        _ID, Field(v.NAME, say("Name"), required=True, aliases=("service", "program")),
        Field(v.ORGANISATION, say("Organisation"), refers="organisation", help=say("Name, as in the sheet of organisations."), aliases=("organization",)),
        Field(v.ORGANISATION_ID, say("Organisation id"), "code", refers="organisation_id", help=say("Found by the name if empty.")),
        Field(v.CATEGORY, say("Category"), help=say("As the source sorts it, in its own words.")), _FUNCTION, _APPROACH, _school(), *_ADDRESS, _WEBSITE,
        Field(v.ONLINE_ONLY, say("Online only"), "flag", help=say("yes if there is no place to go to.")),
        Field(LONGITUDE, say("Longitude"), "degrees", help=say("Degrees, west is negative: -118.2437. Empty if not known.")),
        Field(LATITUDE, say("Latitude"), "degrees", help=say("Degrees: 34.0522.")),
        Field(v.CAPACITY, say("Places"), "count", help=say("How many it can serve. Empty if not known: empty is not zero."), aliases=("capacity", "slots")),
        Field(v.CAPACITY_UNIT, say("Places are"), help=say("What is counted: pupils, families, hours a week."), aliases=("unit",)),
        Field(v.AVAILABLE, say("Places free"), "count", help=say("How many are free now. Empty if not known."), aliases=("available",)),
        _STATUS, _START, _END, _DETAIL, _IDENTIFIERS, _SOURCE,
    ), (v.NAME, v.ADDRESS, v.CATEGORY, v.SCHOOL_ID), geometry=POINT,
        about=say("What is offered to pupils and families, one row per place.")),
    TableSpec(v.PARTICIPATION, "participations", (
        _ID, _school(True), Field(v.APPROACH, say("Approach"), required=True, vocabulary="approach"), _STATUS, _START, _END,
        Field(v.LEAD_ORGANISATION, say("Lead organisation"), refers="organisation", help=say("Name, as in the sheet of organisations."), aliases=("lead organization", "lead agency")),
        _DETAIL, _IDENTIFIERS, _SOURCE,
    ), (v.SCHOOL_ID, v.APPROACH, v.LEAD_ORGANISATION, v.START), (v.APPROACH, v.SCHOOL_ID)),
    TableSpec(v.STAFF_ROLE, "staff_roles", (
        _ID, _school(), Field(v.TITLE, say("Title"), required=True, help=say("As used at this site.")), _FUNCTION, _APPROACH,
        Field(v.EMPLOYER, say("Employer"), refers="organisation", help=say("Name, as in the sheet of organisations.")),
        Field(v.FTE, say("Full-time equivalents"), "number", help=say("1 is one full-time position. Empty if not known."), aliases=("fte",), signed=False),
        _START, _END, _CONTACT, _IDENTIFIERS, _SOURCE,
    ), (v.SCHOOL_ID, v.TITLE, v.FUNCTION, v.APPROACH, v.EMPLOYER, v.CONTACT, v.START), (v.TITLE,)),
    TableSpec(v.FUNDING, "funding", (
        _ID, Field(v.FUNDER, say("Funder"), required=True, refers="organisation", help=say("Who pays.")),
        Field(v.RECIPIENT, say("Recipient"), refers="organisation", help=say("Who is paid.")), _school(), _APPROACH, _FUNCTION,
        Field(v.AMOUNT, say("Amount"), "usd", help=say("In the money of the place, over the whole time. Empty if not known: empty is not zero."), aliases=("amount",)),
        _START, _END, _INFERRED, _DETAIL, _IDENTIFIERS, _SOURCE,
    ), (v.FUNDER, v.RECIPIENT, v.SCHOOL_ID, v.APPROACH, v.FUNCTION, v.START, v.END), (v.FUNDER, v.RECIPIENT)),
    TableSpec(v.PRACTICE, "practices", (
        _ID, _school(True), Field(v.TITLE, say("What works"), required=True, aliases=("practice", "title")), _APPROACH, _FUNCTION,
        Field(v.SINCE, say("Since"), "date"), Field(v.EVIDENCE, say("Evidence"), help=say("What shows that it works.")), _CONTACT, _IDENTIFIERS, _SOURCE,
    ), (v.SCHOOL_ID, v.TITLE), (v.TITLE,)),
    TableSpec(v.TIE, "ties", (
        _ID, Field(v.FROM_ORGANISATION, say("From"), required=True, refers="organisation", aliases=("from organisation", "organisation a", "organization a"),
                   help=say("Who refers, pays or sends staff; for other kinds either of the two. Name, as in the sheet of organisations.")),
        Field(v.TO_ORGANISATION, say("To"), required=True, refers="organisation", aliases=("to organisation", "organisation b", "organization b", "with"),
              help=say("The other one.")),
        Field(v.KIND, say("Kind of tie"), required=True, vocabulary="tie_kind", aliases=("kind", "tie")), _school(),
        Field(v.START, say("Since"), "date", help=say("2019-10-25, 2019-10, 2019 or a school year such as 2019-20."), aliases=("start", "start date")),
        Field(v.END, say("Until"), "date", help=say("Last day; empty while it goes on. Same forms as the start."), aliases=("end", "end date")),
        Field(v.TRUST, say("Trust"), choices=ONE_TO_FIVE, help=say("1 (little) to 5 (much), as the one named under 'Stated by' says. Empty if nobody said.")),
        Field(v.QUALITY, say("How well it works"), choices=ONE_TO_FIVE, aliases=("quality",),
              help=say("1 (badly) to 5 (well), as the one named under 'Stated by' says. Empty if nobody said.")),
        Field(v.STATED_BY, say("Stated by"), help=say("Which of the two, or who else, says so. Trust and quality without it are left out.")),
        _DETAIL, _IDENTIFIERS, _SOURCE,
    ), (v.FROM_ORGANISATION, v.TO_ORGANISATION, v.KIND, v.SCHOOL_ID, v.START, v.STATED_BY), (v.FROM_ORGANISATION, v.TO_ORGANISATION)),
    TableSpec(v.NEED_LINK, "need_links", (
        _ID, Field(v.INDICATOR, say("Need"), required=True, help=say("An indicator of the project, by its column name.")),
        Field(v.FUNCTION, say("Function"), required=True, vocabulary="function"),
        Field(v.WEIGHT, say("Weight"), "count", help=say("0 or more; 1 is neutral."), required=True), _SOURCE,
    ), (v.INDICATOR, v.FUNCTION), (v.INDICATOR, v.FUNCTION)),
    TableSpec(v.SYSTEM_INDICATOR, "system_indicators", (
        _ID, Field(v.INDICATOR, say("Indicator"), required=True, vocabulary="system_indicator"),
        Field(v.YEAR, say("Year"), "date", required=True, help=say("2024 or 2024-25.")), Field(v.VALUE, say("Value"), "number", required=True),
        Field(v.UNIT, say("Unit")), _SOURCE,
    ), (v.INDICATOR, v.YEAR, v.UNIT), (v.INDICATOR, v.YEAR)),
    TableSpec(v.TERM, "terms", (
        _ID, Field(v.VOCABULARY, say("List"), required=True, choices=v.VOCABULARIES), Field(v.CODE, say("Code"), "code", required=True),
        Field(v.LABEL, say("Label"), required=True), Field(v.PARENT, say("Belongs to")),
    ), (v.VOCABULARY, v.CODE), (v.LABEL,)),
)

# How other standards and people say a status; Open Referral knows active, inactive, defunct, temporarily closed.
STATUS_WORDS = {
    "defunct": "ended", "closed": "ended", "former": "ended", "finished": "ended", "terminated": "ended",
    "inactive": v.PAUSED, "temporarily closed": v.PAUSED, "on hold": v.PAUSED, "suspended": v.PAUSED,
    "open": "active", "current": "active", "ongoing": "active", "in progress": "active", "proposed": "planned",
}


def table_spec(code: str) -> TableSpec:
    """The table of a role.

    Raises
    ------
    KeyError
        If the inventory has no such table.
    """
    for spec in TABLES:
        if spec.role == code:
            return spec
    raise KeyError(code)


INVENTORY_ROLES = tuple(spec.role for spec in TABLES)
