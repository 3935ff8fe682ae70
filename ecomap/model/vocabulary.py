"""Codes of roles, column names and closed word lists. Column literals live here and nowhere else."""

from __future__ import annotations

from math import pi
from typing import Final

from ecomap.model.said import say

# Roles of a layer: what part it plays in the planner's question; `ecomap.model.roles` has what each is.
NEED_AREA: Final = "need_area"
ATTENDANCE_AREA: Final = "attendance_area"
DISTRICT: Final = "district"
ZONE: Final = "zone"
SCHOOL: Final = "school"
SITE: Final = "site"
SERVICE: Final = "service"
REFERENCE: Final = "reference"
STREET: Final = "street"            # lines that people travel along
GROUND: Final = "ground"            # what a map is recognised by: coast, water, roads, names of places; nothing is measured along it
TRAVEL_COST: Final = "travel_cost"  # a table: from a need area, to a place, minutes or metres
ADDRESS_RANGE: Final = "address_range"  # pieces of street with the house numbers along either side
TRACT_RELATIONSHIP: Final = "tract_relationship"  # a table: how the tracts of two censuses overlap
AREA_LINK: Final = "area_link"
OUTCOME: Final = "outcome"          # a table: what became of the pupils of a school in a year
RESULT: Final = "result"

# Columns every layer has.
ID: Final = "id"
NAME: Final = "name"
GEOMETRY: Final = "geometry"
RANK: Final = "rank"                  # 1 = first, of the rows of an answer

# Suffixes that travel with a measured column.
MOE_SUFFIX: Final = "_moe"        # 90 % margin of error, same unit as the column
ALLOCATION_SUFFIX: Final = "_allocation"  # half the range between two ways of spreading people, same unit as the column
CONTRIBUTION_PREFIX: Final = "contribution_"  # one indicator's part of a score
REASON_SUFFIX: Final = "_reason"  # why a number is missing, one of MISSING_REASONS

# need_area
CHILDREN: Final = "children"      # residents under 18
POPULATION: Final = "population"
HOUSEHOLDS: Final = "households"
NOBODY_YET: Final = "none"          # what should be in reach is offered nowhere yet
EACH_AREA: Final = "each_area"    # nobody is counted: every area counts as one
NAME_GIVEN: Final = "name_given"  # what the publisher calls an area that is called after its neighbourhood here
CENSUS: Final = "census"          # whose boundaries the areas have: "2010" or "2020"

# school
LEVELS: Final = "levels"          # one or more of SCHOOL_LEVELS, joined by "+"
GRADES_LOW: Final = "grades_low"
GRADES_HIGH: Final = "grades_high"
GOVERNANCE: Final = "governance"  # district | charter
SCHOOL_TYPE: Final = "school_type"
RESIDENTIAL_INTAKE: Final = "residential_intake"  # takes pupils by home address
ENROLLMENT: Final = "enrollment"
FRPM_COUNT: Final = "frpm_count"
FRPM_SHARE: Final = "frpm_share"  # 0-1, eligible for free or reduced-price meals / enrolment
BOARD_DISTRICT: Final = "board_district"

# attendance_area and links
SCHOOL_ID: Final = "school_id"
AREA_ID: Final = "area_id"
LEVEL: Final = "level"
KIND: Final = "kind"
BOUNDARY: Final = "boundary"

# site and zone
APPROACH: Final = "approach"
STATUS: Final = "status"
START: Final = "start"            # ISO date or year, text
END: Final = "end"
LEAD_ORGANISATION: Final = "lead_organisation"
DETAIL: Final = "detail"
INFERRED: Final = "inferred"            # which of a row's facts no source states: "last day", "amount"

# service
ORGANISATION: Final = "organisation"
CATEGORY: Final = "category"
ADDRESS: Final = "address"
CITY: Final = "city"
POSTCODE: Final = "postcode"
PHONE: Final = "phone"
WEBSITE: Final = "website"
ONLINE_ONLY: Final = "online_only"
PLACE_IN_FILE: Final = "place_in_file"  # latitude and longitude of a row so far from all others that it is not on the map
CAPACITY: Final = "capacity"
CORRECTED: Final = "corrected"      # what was changed by a note of a reader, and when
SAME_AS: Final = "same_as"        # id of the row that this one likely repeats in another spelling; it counts once

# street
STREET_CLASS: Final = "street_class"  # as the source has it: "residential", "S1400"
ONE_WAY: Final = "one_way"        # yes: as drawn; -1: against it; people on foot go both ways
SPEED: Final = "speed_kmh"
WALK: Final = "walk"              # whether people can walk there: not along freeways and ramps
STREET_LEVEL: Final = "street_level"  # lines of different levels meet only where one of them ends

# ground: also kind, one of GROUND_KINDS, and rank, from which scale on a row is worth drawing: 1 from afar ... 5 street by street
SHIELD: Final = "shield"          # the number of a road as its sign has it: "I-110", "US-101", "SR-2"
NAME_IN: Final = "name_"          # and a language: what a place is called there, where that differs: "name_es"
COAST, WATER, FREEWAY, MAIN_ROAD, ROAD, SMALL_STREET, RAIL, NEIGHBOURHOOD, CITY_NAME, PARK = (
    "coast", "water", "freeway", "main_road", "road", "street", "rail", "neighbourhood", "city", "park")
GROUND_KINDS: Final = {
    COAST: say("Coast"), WATER: say("Water"), FREEWAY: say("Freeways"), MAIN_ROAD: say("Main roads"), ROAD: say("Roads"),
    SMALL_STREET: say("Small streets"), RAIL: say("Rail"), NEIGHBOURHOOD: say("Neighborhoods"), CITY_NAME: say("Cities"), PARK: say("Parks"),
}
PICTURE: Final = "picture"        # a row that is a tile of a picture of a map, and the column that holds it (base64); its id is zoom/column/row
WEB_MAP_HALF_M: Final = pi * 6_378_137.0  # from the middle of the web map's square, that tiles divide, to its edge
GROUND_RANKS: Final = (1, 2, 3, 4, 5)

# address_range: of either side, seen along the line, the number at its first point, the one at its last, E, O or B, and the ZIP
LEFT_RANGE: Final = ("left_from", "left_to", "left_parity", "left_zip")
RIGHT_RANGE: Final = ("right_from", "right_to", "right_parity", "right_zip")

# rows whose place was found by their address
PLACE_QUALITY: Final = "place_quality"  # one of PLACE_QUALITIES
PLACE_QUALITIES: Final = {
    "interpolated": say("from its address, interpolated"),
    "between_sides": say("from its address, interpolated; the side of the street is not known"),
    "not_found": say("its address was not found"),
}

# travel_cost
FROM_ID: Final = "from_id"        # id of a need area
TO_ID: Final = "to_id"            # id of a service, a site or a school
# tract_relationship: also from_id and to_id, codes of tracts of two censuses
FROM_CENSUS: Final = "from_census"
TO_CENSUS: Final = "to_census"
SHARE: Final = "share"            # 0-1, the part of the tract `from_id` that lies in `to_id`
SHARE_BACK: Final = "share_back"  # 0-1, the part of the tract `to_id` that lies in `from_id`; missing: not known
PART: Final = "part_m2"           # land that the two share

COST: Final = "cost"              # minutes or metres, as the column `unit` says; missing: out of reach

SOURCE: Final = "source"

SCHOOL_LEVELS: Final = ("elementary", "middle", "high")
LEVEL_LABELS: Final = {
    "elementary": say("Elementary", context="school level"), "middle": say("Middle", context="school level"),
    "high": say("High", context="school level"),
}

APPROACHES: Final = ("community_school", "linked_learning", "promise_neighborhood")
APPROACH_LABELS: Final = {
    "community_school": say("Community schools"),
    "linked_learning": say("Linked Learning"),
    "promise_neighborhood": say("Promise Neighborhoods"),
}
SERVICE_KINDS: Final = {  # what the kinds of the starters' services are called; what a planner brings keeps its name
    "Diversity": say("Diversity"),
    "Educational": say("Educational"),
    "Financial": say("Financial"),
    "Food": say("Food"),
    "Housing": say("Housing"),
    "Legal": say("Legal"),
    "Mental health": say("Mental health"),
    "Other": say("Other", context="kind of service"),
    "Physical health": say("Physical health"),
    "Student enrollment": say("Student enrollment"),
}
STATUSES: Final = ("planned", "active", "sustained", "ended")
BOUNDARIES: Final = ("official", "approximate", "estimated")
BOUNDARY_LABELS: Final = {
    "official": say("official boundary"),
    "approximate": say("approximate footprint"),
    "estimated": say("estimated boundary"),
}

# Four different kinds of "no number", and two technical ones. None of them is zero.
MISSING_REASONS: Final = {
    "not_reported": say("not reported"),
    "suppressed": say("suppressed to protect small groups"),
    "unreliable": say("too uncertain to show"),
    "out_of_reach": say("out of reach"),
    "no_data_code": say("the source marks it as no data"),
    "not_a_number": say("the source holds text here"),
    "blank": say("blank in the source"),
    "none_does": say("none does it"),
    "not_applicable": say("does not apply"),
}

# Numbers that publishers use to say "no number" (Census API sentinels, SVI, CalEnviroScreen, GIS exports).
SENTINELS: Final = frozenset(
    {-999.0, -9999.0, -222222222.0, -333333333.0, -555555555.0, -666666666.0, -888888888.0, -999999999.0}
)

# --- money: tables without a place; amounts in US dollars -----------------------------------------------------------

SPENDING: Final = "spending"          # money spent, per school (or district) and year, as filed
ALLOCATION: Final = "allocation"      # money given or calculated by a published rule, per school (or district) and year
POSITION: Final = "position"          # staff positions with their pay, per school and year
FUNDING_RATE: Final = "funding_rate"  # the state's base rates per year

UNDUPLICATED: Final = "unduplicated_count"  # English learner, foster youth or free/reduced-price meals; counted once
SPANS: Final = ("TK-3", "4-6", "7-8", "9-12")
ADA_COLUMNS: Final = {"TK-3": "ada_tk_3", "4-6": "ada_4_6", "7-8": "ada_7_8", "9-12": "ada_9_12"}
NONSTABILITY: Final = "nonstability_share"  # 0-1, pupils who left or came during the year
DISADVANTAGED: Final = "sed_share"          # 0-1, socioeconomically disadvantaged

YEAR: Final = "year"                  # school year, "2024-25"
SCOPE: Final = "scope"                # school | district
SCOPES: Final = ("school", "district")
MEMBERSHIP: Final = "membership"      # pupils that the filer divided by
MEMBERSHIP_TYPE: Final = "membership_type"
FILED_AS: Final = "filed_as"          # per_pupil | total
SITE_FEDERAL: Final = "site_federal_usd"
SITE_STATE_LOCAL: Final = "site_state_local_usd"
CENTRAL_FEDERAL: Final = "central_federal_usd"
CENTRAL_STATE_LOCAL: Final = "central_state_local_usd"
SPENDING_PARTS: Final = {
    SITE_FEDERAL: say("Spent at the site, federal money"),
    SITE_STATE_LOCAL: say("Spent at the site, state and local money"),
    CENTRAL_FEDERAL: say("Spent centrally for the school, federal money"),
    CENTRAL_STATE_LOCAL: say("Spent centrally for the school, state and local money"),
}
SITE_ALL: Final = "site_all_usd"        # where the sources of the money are not told apart
SPENT_ALL: Final = "spent_all_usd"
FEDERAL: Final = "federal_usd"          # of a district, not split into site and central
STATE_LOCAL: Final = "state_local_usd"
EXCLUDED: Final = "excluded_usd"      # spending a district left out of its schools' figures

PROGRAM: Final = "program"            # what a published allocation is of: "SENI", "LCFF", "equity multiplier"
AMOUNT: Final = "amount_usd"
BASE_GRANT: Final = "base_grant_usd"
SUPPLEMENTAL_GRANT: Final = "supplemental_grant_usd"
CONCENTRATION_GRANT: Final = "concentration_grant_usd"
UNDUPLICATED_SHARE: Final = "unduplicated_share"  # 0-1, over three years, as the state publishes it
NEED_SCORE: Final = "need_score"
NEED_RANK: Final = "need_rank"
NEED_QUINTILE: Final = "need_quintile"  # 1 = highest need, as the Los Angeles district counts
CERTIFICATION: Final = "certification"  # P-1, P-2, AN, AN R1 ...: the state's later figures replace earlier ones

TITLE: Final = "title"                # of a position, as the district calls it
FTE: Final = "fte"                    # full-time equivalents
SALARY: Final = "salary_usd"          # actual pay of one full-time position
AVERAGE_SALARY: Final = "average_salary_usd"  # what the school is charged for one, the district's average

# --- assets: who is where and does what; tables without a place, one row each -----------------------------------------
# `ecomap.model.inventory` says which columns each table has; codes of functions, roles, sectors ... are data
# (resources/vocabularies and the project's own table of terms).

# Roles of the tables. The role "organisation" shares its word with the column that names one.
PARTICIPATION: Final = "participation"        # a school takes part in an approach; rows of role SITE say the same on the map
STAFF_ROLE: Final = "staff_role"              # who does what at a school, employed by whom
FUNDING: Final = "funding"                    # who pays for what, from when until when
PRACTICE: Final = "practice"                  # what works at a school, since when, by what evidence
TIE: Final = "tie"                            # which two organisations work together how, as somebody states it
NEED_LINK: Final = "need_link"                # which need calls for which function
SYSTEM_INDICATOR: Final = "system_indicator"  # figures on the whole system, by year
TERM: Final = "term"                          # words a project adds to the vocabularies

# Columns of several of these tables (also: status, start, end, source, approach, school_id, detail, website).
IDENTIFIERS: Final = "identifiers"            # other codes of the same thing: "EIN:574374770; CDS:...", joined by "; "
ORGANISATION_ID: Final = "organisation_id"    # id of a row of role "organisation"
FUNCTION: Final = "function"                  # what is done: a code of the vocabulary "function"
CONTACT: Final = "contact"
EMPLOYER: Final = "employer"                  # name of an organisation
FUNDER: Final = "funder"                      # name of an organisation
RECIPIENT: Final = "recipient"                # name of an organisation
CAPACITY_UNIT: Final = "capacity_unit"        # what places are counted in: "pupils", "hours a week"
AVAILABLE: Final = "available"                # places still free, in the same unit; missing is not zero
SINCE: Final = "since"
EVIDENCE: Final = "evidence"
INDICATOR: Final = "indicator"                # need_link: column of a need layer; system_indicator: a code
WEIGHT: Final = "weight"                      # 0 or more; 1 is neutral
VALUE: Final = "value"
UNIT: Final = "unit"
FROM_ORGANISATION: Final = "from_organisation"  # tie: the one that refers, pays, sends its staff; for other kinds either of the two
TO_ORGANISATION: Final = "to_organisation"
TRUST: Final = "trust"                        # tie: 1 (little) to 5 (much), as `stated_by` says
QUALITY: Final = "quality"                    # tie: how well it works, 1 to 5, as `stated_by` says
STATED_BY: Final = "stated_by"
VOCABULARY: Final = "vocabulary"              # term: the list it belongs to, one of VOCABULARIES
CODE: Final = "code"
LABEL: Final = "label"
PARENT: Final = "parent"

PAUSED: Final = "paused"                      # stopped for a time, may come back
ASSET_STATUSES: Final = (*STATUSES, PAUSED)
VOCABULARIES: Final = (
    "approach", "function", "role", "sector", "pillar", "promise_indicator", "system_indicator", "organisation_kind", "tie_kind",
)
