"""The words of how much of reality a list holds: every number where it belongs, a lower bound never as a number."""

from __future__ import annotations

import pytest

from ecomap.model.errors import InputError
from ecomap.model.known import ENTRIES, SCHOOLS, Known, KnownOf, most_among
from ecomap.model.known_words import how_much, not_known_here, rests_on, statement, total_of
from ecomap.model.said import name

PAGE = name("the district's page")


def community(known: int, total: int = 70, more: bool = False) -> Known:
    return Known("site", "community_school", known, KnownOf("community_school", total, more, SCHOOLS, PAGE, "2025"))


def test_known_of_how_many_and_by_whose_word() -> None:
    assert how_much(community(49)) == "49 of 70 community schools are known by name, says the district's page in 2025."
    assert how_much(community(1)) == "1 of 70 community schools is known by name, says the district's page in 2025."
    assert how_much(community(70)) == "70 of 70 community schools are known by name, says the district's page in 2025."


def test_a_lower_bound_is_said_to_be_one() -> None:
    pathways = Known("site", "linked_learning", 11, KnownOf("linked_learning", 70, True, ENTRIES, PAGE, "2019"))
    assert how_much(pathways).startswith("11 of more than 70 Linked Learning pathways are known by name")
    assert "More than 59 of them are not, and count here as if they were not there." in rests_on([pathways])
    assert "59" not in rests_on([community(70, more=True)])
    assert "Others are not, and count here as if they were not there." in rests_on([community(70, more=True)])


def test_a_list_longer_than_what_is_stated_says_so() -> None:
    assert "73 community schools are listed here, more than the 70" in how_much(community(73))
    assert not community(73).lacks
    assert "as if" not in rests_on([community(73)])


def test_what_is_not_known_counts_as_absent_and_a_full_list_says_nothing_of_it() -> None:
    assert rests_on([community(49)]).endswith("21 of them are not, and count here as if they were not there.")
    assert rests_on([community(69)]).endswith("1 of them is not, and counts here as if it were not there.")
    assert rests_on([community(70)]) == how_much(community(70))
    assert rests_on([]) == ""


@pytest.mark.parametrize(("known", "first", "said"), [
    (49, 25, "21 of them are not, so up to 21 of the first 25 schools may have it already."),
    (45, 25, "25 of them are not, so any of the first 25 schools may have it already."),
    (46, 25, "24 of them are not, so up to 24 of the first 25 schools may have it already."),
    (69, 25, "1 of them is not, so up to 1 of the first 25 schools may have it already."),
    (49, 1, "21 of them are not, so the first school may have it already."),
])
def test_a_ranking_says_how_many_of_the_listed_may_have_it(known: int, first: int, said: str) -> None:
    assert rests_on([community(known)], first=first).endswith(said)


def test_a_plan_says_it_of_the_schools_chosen() -> None:
    assert rests_on([community(49)], chosen=30).endswith("21 of them are not, so up to 21 of the 30 schools chosen may have it already.")
    assert rests_on([community(49)], chosen=1).endswith("21 of them are not, so the school chosen may have it already.")
    assert rests_on([community(70, more=True)], chosen=3).endswith("Others are not, so any of the 3 schools chosen may have it already.")


def test_where_nothing_is_stated_that_is_said_once() -> None:
    one = [Known("service", "Food", 3)]
    assert rests_on(one) == "It is not known how complete the list of food services is."
    both = [Known("service", "", 3), Known("zone", "promise_neighborhood", 1)]
    assert rests_on(both) == "It is not known how complete the lists of services and Promise Neighborhoods are."
    assert rests_on([*one, *one], first=25) == rests_on(one)


def test_the_card_of_a_school() -> None:
    assert not_known_here(community(49)) == "none known here; 21 of 70 are not known by name"
    assert not_known_here(community(69)) == "none known here; 1 of 70 is not known by name"
    assert not_known_here(community(70)) == "none here; all 70 are known by name"
    assert not_known_here(community(11, more=True)) == "none known here; more than 59 of more than 70 are not known by name"
    assert "not known how complete" in not_known_here(Known("site", "community_school", 49))


def test_how_many_above_a_rank_may_have_it() -> None:
    assert [most_among([community(49)], above) for above in (0, 5, 20, 21, 22, 400)] == [0, 5, 20, 21, 21, 21]
    assert most_among([community(49, more=True)], 400) == 400
    assert most_among([community(70)], 400) == 0
    assert most_among([community(49), community(60)], 400) == 31


@pytest.mark.parametrize(("text", "total"), [("70", (70, False)), ("more than 70", (70, True)), ("> 1,200", (1200, True)), ("70+", (70, True)),
                                             ("At least 70", (69, True)), ("1", (1, False)), ("1.200", (1200, False)),
                                             ("1200", (1200, False)), ("más de 70", (70, True))])
def test_how_many_there_are_as_people_write_it(text: str, total: tuple[int, bool]) -> None:
    assert total_of(text) == total


@pytest.mark.parametrize("text", ["", "0", "many", "-70", "70 or so", "about 70", "99999999999", "7e3", "70.5", "1,20", "7 0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="how many there are"):
        statement("site", "community_school", text, source="the district's page")


def test_a_number_without_a_source_is_refused() -> None:
    with pytest.raises(InputError, match="needs its source"):
        statement("site", "community_school", "70", source="  ")
    assert statement("site", "community_school", "70", source="x").counts == SCHOOLS
    assert statement("site", "linked_learning", "70", source="x").counts == ENTRIES
    assert statement("service", "Food", "70", source="x", counts=SCHOOLS).counts == SCHOOLS
