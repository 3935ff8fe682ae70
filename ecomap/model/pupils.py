"""Counts of pupils: the unit that marks them, and the size under which a group is kept out of what leaves the window.

The one place for what counts as private and for what is said where something is hidden; the answers, canvas, page, paper and
tables all go by it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ecomap.model.said import plural, say

PUPILS: Final = "pupils"  # unit of a count of pupils
THRESHOLD: Final = 11     # the smallest group whose number is shown; nobody at all is a small group too
SUPPRESSED: Final = "suppressed"  # the reason in `vocabulary.MISSING_REASONS` of everything that is hidden for this

COUNTED, SHARED = "counted", "shared"  # what the name of a column says its numbers are: pupils, or a part of them
# Words for pupils and for the groups that schools count, in English, Spanish and French; a column of any of these is private.
_PUPILS = re.compile(
    r"(^|_)(students?|pupils?|youths?|learners?|enrol\w*|enr|headcount|membership|unduplicated|upc|homeless\w*|foster\w*|migrant\w*|migratory|"
    r"immigrants?|newcomers?|refugees?|ell?s?|elp|lep|emergent_bilinguals?|multilinguals?|esl|rfep|ltel|swds?|iep|ieps|disab\w*|special_ed\w*|sped|504|"
    r"hispanics?|latin[oax]s?|latine|blacks?|african\w*|whites?|asians?|filipin\w*|pacific\w*|nhpi|aian|native_am\w*|american_indian\w*|indigenous|"
    r"two_or_more\w*|multiracial|males?|females?|girls?|boys?|non_?binary|lgbt\w*|frpm|frl|frpl|free_\w*meal\w*|free_lunch\w*|reduced_lunch\w*|free_reduced\w*|"
    r"direct_cert\w*|low_income|econ\w*_dis\w*|disadvantaged|sed|military\w*|gifted|gate|dropouts?|graduates|grads|suspended|suspensions|expelled|expulsions|"
    r"chronic\w*|truant\w*|absentees?|retained|arrests|referrals|bullied|tested|test_takers|valid_scores|kindergart\w*|prek|pre_k|tk|"
    r"(gr|grade|g|year)_?\d{1,2}(st|nd|rd|th)?|\d{1,2}(st|nd|rd|th)_grade\w*|alumn[oa]s?|estudiantes?|matricula\w*|jovenes|aprendices|sin_hogar|eleves?|etudiants?)(_|$)"
)
# A bare count, in a table whose rows are schools.
_BARE = re.compile(r"^(n|num|number|nbr|count|counts|total|totals|cnt|freq|k_12|k12)(_n|_total|_count)?$|^(n|num|nbr)_|_(n|num|cnt)$")
_NO_PUPILS = re.compile(
    r"(^|_)(id|ids|code|codes|year|yr|yrs|name|address|lat|lon|zip|phone|url|date|level|low|high|lowest|highest|type|status|rank|percentile|pctl|score|scores|index|"
    r"stars?|rating|teachers?|staff|fte|counselors?|counsellors?|nurses?|administrators?|computers?|devices?|classrooms?|rooms?|buses|schools?|sites?|programs?|"
    r"services?|per|ratio|cost|costs|usd|dollars?|budget|funding|amount|spend\w*|expend\w*|salary|salaries|rent|miles|km|minutes|hours|days|sq_?ft|acres|"
    r"area|capacity|seats|places|tract|ward|precinct|region|board|median|average|avg|mean|grades?_(low|high|span|served)|span|edad|age)(_|$)"
)
_PARTS = re.compile(r"(^|_)(pct|percent|perc|percentage|share|prop|proportion|rate|porcentaje|taux|tasa)(_|$)|pct$|^pct|^p_")

HIDDEN_COUNTS: Final = plural("Counts of fewer than {n} pupil, and what would give them away, are hidden (suppressed).",
                              "Counts of fewer than {n} pupils, and what would give them away, are hidden (suppressed).", THRESHOLD)
HIDDEN_NUMBER: Final = say("Suppressed to protect small groups.")
HIDDEN_DOLLARS: Final = say("The amounts are hidden to protect small groups of pupils.")
HIDING: Final = say("Hiding small groups of pupils")


def pupils_in_name(heading: str) -> str:
    """What the heading of a column of a table of schools says: "counted" pupils, a "shared" part of them, or "" for neither.

    >>> pupils_in_name("Foster youth"), pupils_in_name("Number of students"), pupils_in_name("Foster youth percent")
    ('counted', 'counted', 'shared')
    >>> pupils_in_name("StudentCount"), pupils_in_name("Students per teacher"), pupils_in_name("School code"), pupils_in_name("Elevation")
    ('counted', '', '', '')
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", heading))
    text = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")
    if _NO_PUPILS.search(text):
        return ""
    if _PARTS.search(text) or "%" in heading:
        return SHARED if _PUPILS.search(text) else ""
    return COUNTED if _PUPILS.search(text) or _BARE.search(text) else ""
