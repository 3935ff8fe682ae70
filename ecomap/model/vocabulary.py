"""Roles, column names and closed word lists. Column literals live here and nowhere else."""

from __future__ import annotations

from typing import Final

# Roles of a layer: what part it plays in the planner's question.
NEED_AREA: Final = "need_area"
ATTENDANCE_AREA: Final = "attendance_area"
DISTRICT: Final = "district"
ZONE: Final = "zone"
SCHOOL: Final = "school"
SITE: Final = "site"
SERVICE: Final = "service"
REFERENCE: Final = "reference"
AREA_LINK: Final = "area_link"
RESULT: Final = "result"

ROLES: Final = (NEED_AREA, ATTENDANCE_AREA, DISTRICT, ZONE, SCHOOL, SITE, SERVICE, REFERENCE)

ROLE_LABELS: Final = {
    NEED_AREA: "Need areas",
    ATTENDANCE_AREA: "Attendance areas",
    DISTRICT: "Districts",
    ZONE: "Zones",
    SCHOOL: "Schools",
    SITE: "Approach sites",
    SERVICE: "Services",
    REFERENCE: "Reference",
    AREA_LINK: "Links between areas and schools",
    RESULT: "Results",
}

# Columns every layer has.
ID: Final = "id"
NAME: Final = "name"
GEOMETRY: Final = "geometry"

# Suffixes that travel with a measured column.
MOE_SUFFIX: Final = "_moe"        # 90 % margin of error, same unit as the column
REASON_SUFFIX: Final = "_reason"  # why a number is missing, one of MISSING_REASONS

# need_area
CHILDREN: Final = "children"      # residents under 18
POPULATION: Final = "population"

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

# service
ORGANISATION: Final = "organisation"
CATEGORY: Final = "category"
ADDRESS: Final = "address"
CITY: Final = "city"
POSTCODE: Final = "postcode"
PHONE: Final = "phone"
WEBSITE: Final = "website"
ONLINE_ONLY: Final = "online_only"
CAPACITY: Final = "capacity"

SOURCE: Final = "source"

SCHOOL_LEVELS: Final = ("elementary", "middle", "high")
LEVEL_LABELS: Final = {"elementary": "Elementary", "middle": "Middle", "high": "High"}

APPROACHES: Final = ("community_school", "linked_learning", "promise_neighborhood")
APPROACH_LABELS: Final = {
    "community_school": "Community schools",
    "linked_learning": "Linked Learning",
    "promise_neighborhood": "Promise Neighborhoods",
}
STATUSES: Final = ("planned", "active", "sustained", "ended")
BOUNDARIES: Final = ("official", "approximate", "estimated")
BOUNDARY_LABELS: Final = {
    "official": "official boundary",
    "approximate": "approximate footprint",
    "estimated": "estimated boundary",
}

# Four different kinds of "no number", and two technical ones. None of them is zero.
MISSING_REASONS: Final = {
    "not_reported": "not reported",
    "suppressed": "suppressed to protect small groups",
    "unreliable": "too uncertain to show",
    "out_of_reach": "out of reach",
    "no_data_code": "the source marks it as no data",
    "not_a_number": "the source holds text here",
    "blank": "blank in the source",
}

# Numbers that publishers use to say "no number" (Census API sentinels, SVI, CalEnviroScreen, GIS exports).
SENTINELS: Final = frozenset(
    {-999.0, -9999.0, -222222222.0, -333333333.0, -555555555.0, -666666666.0, -888888888.0, -999999999.0}
)
SUPPRESSED_MARKS: Final = frozenset({"*", "**", "***", "s", "(s)", "suppressed"})
NOT_REPORTED_MARKS: Final = frozenset({"dnr", "nr", "not reported", "did not report"})
BLANK_MARKS: Final = frozenset({"", "na", "n/a", "null", "none", "no data", "--", "-", "nan"})
