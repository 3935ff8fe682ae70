"""What was agreed: an id that stays, a reason for what is dropped, an order in which nobody comes first, and the place it is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomap.model.commitment import DONE, DROPPED, OPEN, Commitment, in_order
from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.vocabulary import ID, NAME
from ecomap.render.words.agreed import counted_words, overdue, state_words, who_words
from ecomap.workspace import commitments
from tests.small_project import small_project

DAY = "2027-01-31"


@pytest.fixture(scope="module")
def town() -> Project:
    return small_project()


def school(project: Project) -> tuple[str, str]:
    frame = project.frame("schools")
    return str(frame[ID].iloc[0]), str(frame[NAME].iloc[0])


def test_what_is_written_down_is_kept_with_its_place_by_name(town: Project) -> None:
    key, called = school(town)
    made = commitments.agree(town, "  Open the gym ", layer="schools", feature=key, leads="Red; Blue;; Red", due="2027-06-30", day=DAY)
    (one,) = made.commitments
    assert (one.what, one.place, one.leads, one.agreed, one.state) == ("Open the gym", called, ("Red", "Blue"), DAY, OPEN)
    assert town.commitments == ()


def test_the_same_words_have_the_same_id_and_a_change_keeps_it(town: Project) -> None:
    made = commitments.agree(town, "A nurse", leads="Red", day=DAY)
    again = commitments.agree(town, " a  NURSE.", leads="red", day="2028-01-31")
    assert made.commitments[0].id == again.commitments[0].id
    assert commitments.agree(town, "A nurse", leads="Blue", day=DAY).commitments[0].id != made.commitments[0].id
    changed = commitments.change(made, made.commitments[0].id, what="Two nurses", due="2027-06-30")
    assert changed.commitments[0].id == made.commitments[0].id
    twice = commitments.agree(made, "A nurse", leads="Red", day=DAY)
    assert len({one.id for one in twice.commitments}) == 2


def test_what_is_dropped_needs_a_reason_and_what_opens_again_has_no_day_of_its_end(town: Project) -> None:
    made = commitments.agree(town, "A nurse", day=DAY)
    key = made.commitments[0].id
    with pytest.raises(InputError, match="reason"):
        commitments.settle(made, key, DROPPED)
    dropped = commitments.settle(made, key, DROPPED, "No money", day="2027-03-01")
    assert (dropped.commitments[0].state, dropped.commitments[0].reason, dropped.commitments[0].settled) == (DROPPED, "No money", "2027-03-01")
    assert commitments.settle(dropped, key, OPEN).commitments[0].settled == ""


@pytest.mark.parametrize("fields", [{"due": "2027-06"}, {"due": "30/06/2027"}, {"agreed": "soon"}, {"layer": "schools", "feature": "nowhere"}, {"seen": "x" * 2_001}, {"kind": "wish"}])
def test_what_cannot_be_kept_is_refused_in_words(town: Project, fields: dict[str, str]) -> None:
    with pytest.raises(InputError):
        commitments.agree(town, "A nurse", day=DAY, **fields)


def test_nothing_said_is_nothing_agreed(town: Project) -> None:
    with pytest.raises(InputError, match="Say what was agreed"):
        commitments.agree(town, "   ")


def test_nothing_changes_where_the_words_stay(town: Project) -> None:
    made = commitments.agree(town, "A nurse", day=DAY)
    assert commitments.change(made, made.commitments[0].id, what="A nurse") is made


def test_the_order_is_by_day_then_alphabet_whoever_leads() -> None:
    some = [Commitment("1", "b", leads=("A",), due="2027-06-30"), Commitment("2", "a", leads=("Z",), due="2027-06-30"), Commitment("3", "a", leads=("A",)),
            Commitment("4", "z", leads=("Z",), due="2027-01-01")]
    assert [one.id for one in in_order(some)] == ["4", "2", "1", "3"]


@given(st.permutations([Commitment(str(n), "ab"[n % 2], leads=("ABC"[n % 3],), due=["", "2027-01-01", "2027-01-02"][n % 3]) for n in range(8)]))
def test_who_leads_and_who_came_first_decide_nothing(some: list[Commitment]) -> None:
    ordered = in_order(some)
    assert ordered == in_order(reversed(some))
    assert [(one.due or "9", one.what) for one in ordered] == sorted((one.due or "9", one.what) for one in some)


@pytest.mark.parametrize(("state", "due", "late"), [(OPEN, "2027-01-30", True), (OPEN, DAY, False), (OPEN, "", False), (DONE, "2027-01-30", False)])
def test_only_what_is_open_after_its_day_is_late(state: str, due: str, late: bool) -> None:
    assert overdue(Commitment("a", "x", due=due, state=state), DAY) is late


def test_what_became_of_it_is_said_whole() -> None:
    assert state_words(Commitment("a", "x", state=DONE, settled="2027-03-01")) == "Done on 1 March 2027"
    assert state_words(Commitment("a", "x", state=DROPPED, reason="No money")) == "Dropped: No money"
    assert state_words(Commitment("a", "x", due="2027-01-30"), DAY) == "Open, and its day has passed"
    assert who_words(Commitment("a", "x", leads=("Red",), helps=("Blue", "UCLA"))) == "Led by Red, with the help of Blue and UCLA"
    assert who_words(Commitment("a", "x")) == "Nobody named"


def test_the_count_names_no_state_that_nothing_is_in() -> None:
    some = [Commitment("a", "x", state=DONE), Commitment("b", "y", due="2027-01-30"), Commitment("c", "z")]
    assert counted_words(some, DAY) == "3 things were agreed: 1 is done and 2 are open, 1 past the day."
    assert counted_words(some[:1]) == "1 thing was agreed: 1 is done."
    assert counted_words([]) == "Nothing was agreed yet."
