"""What ends with its organisation: services, people, approaches and grants of one that has closed."""

from __future__ import annotations

import pandas as pd

from ecomap.analysis.assets.closings import closings_of
from ecomap.model import vocabulary as v

ORGANISATIONS = pd.DataFrame({
    "id": ["a", "b", "c", "d"], "name": ["Youth Policy Institute", "Think Together", "Gone", "Will Go"],
    "status": ["", "", "ended", ""], "end": ["2019-10-25", "", "", "2030"],
})
CLOSED = closings_of([ORGANISATIONS])


def test_an_end_or_the_word_ended_closes_an_organisation() -> None:
    assert dict(CLOSED.ends) == {"youth policy institute": "2019-10-25", "gone": "", "will go": "2030"}


def test_rows_end_with_it_unless_they_ended_before() -> None:
    roles = pd.DataFrame({
        "id": list("pqrst"), "end": ["", "2018", "2028-06-30", "", ""],
        "employer": ["youth policy institute ", "Youth Policy Institute", "Youth Policy Institute", "Think Together", ""],
    })
    ended, count = CLOSED.apply(roles, v.STAFF_ROLE)
    assert ended["end"].tolist() == ["2019-10-25", "2018", "2019-10-25", "", ""]
    assert count == 2
    assert roles["end"].tolist() == ["", "2018", "2028-06-30", "", ""]


def test_without_a_day_the_status_says_it() -> None:
    services = pd.DataFrame({"id": ["p", "q"], "organisation": ["Gone", "Gone"], "end": ["", "2031"], "status": ["active", "active"]})
    ended, count = CLOSED.apply(services, v.SERVICE)
    assert (ended["status"].tolist(), ended["end"].tolist(), count) == (["ended", "active"], ["", "2031"], 1)


def test_a_grant_keeps_its_own_end_and_a_filled_one_is_inferred() -> None:
    grants = pd.DataFrame({"id": ["p", "q"], "recipient": "Youth Policy Institute", "end": ["2021-12", ""], "inferred": ""})
    ended, count = CLOSED.apply(grants, v.FUNDING)
    assert (ended["end"].tolist(), ended["inferred"].tolist(), count) == (["2021-12", "2019-10-25"], ["", "last day"], 1)


def test_what_has_no_organisation_is_left_as_it_is() -> None:
    schools = pd.DataFrame({"id": ["s"]})
    assert CLOSED.apply(schools, v.SCHOOL)[0] is schools
