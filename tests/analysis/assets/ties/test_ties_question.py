"""Who works with whom in the small town: each kind of tie by hand, what falls off as asking again without somebody finds it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecomap.analysis.assets.closings import closings_of
from ecomap.analysis.assets.ties import between, kinds
from ecomap.analysis.assets.ties.kinds import frames_without, key_of
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.frames import Frames
from tests import small_project as town
from tests.analysis.towns import ask, asset_tables, finding, frames, table

WEST, MIDDLE, EAST = town.schools()["id"]
DAY = "2026-01-01"


def services(*rows: tuple[str, str, str, str]) -> gpd.GeoDataFrame:
    """(organisation, school, function, start) of services at schools."""
    return gpd.GeoDataFrame({
        "id": [f"s{n}" for n in range(len(rows))], "name": [f"Service {n}" for n in range(len(rows))], "category": ["not sorted"] * len(rows),
        "organisation": [row[0] for row in rows], "school_id": [row[1] for row in rows], "function": [row[2] for row in rows],
        "start": [row[3] for row in rows], "end": [""] * len(rows)}, geometry=[town.centre(1, 1)] * len(rows), crs=town.CRS)


def stated(*rows: tuple[str, str, str], **columns: list[str]) -> pd.DataFrame:
    """(from, to, kind) of stated ties."""
    empty = [""] * len(rows)
    return pd.DataFrame({"id": [f"i{n}" for n in range(len(rows))], "name": empty, "from_organisation": [row[0] for row in rows],
                         "to_organisation": [row[1] for row in rows], "kind": [row[2] for row in rows],
                         **{name: columns.get(name, empty) for name in ("start", "end", "trust", "quality", "stated_by", "school_id")}})


def given_rows(**rows: Any) -> Frames:
    return frames(areas=None, attendance=None, sites=None, **{"services": None, **rows})


def asked(given: Frames, **params: Any) -> Any:
    return ask("ties", given, as_of=DAY, **params)


def ties(result: Any) -> set[tuple[str, str, str, str]]:
    frame = result.output("ties").frame
    return {(one, two, str(kind), str(basis)) for one, two, kind, basis in zip(frame["name"], frame["with"], frame["kind"], frame["basis"], strict=True)}


def test_two_at_one_school_and_two_that_do_the_same_there() -> None:
    result = asked(given_rows(services=services(("A", WEST, "food", "2020"), ("B", WEST, "food", "2022"), ("C", WEST, "housing", ""), ("D", EAST, "food", ""))))
    assert ties(result) == {("A", "B", "Same function at a school", "inferred"), ("A", "B", "Same school", "inferred"),
                            ("A", "C", "Same school", "inferred"), ("B", "C", "Same school", "inferred")}


def test_an_inferred_tie_is_as_old_as_the_younger_of_its_two_rows() -> None:
    result = asked(given_rows(services=services(("A", WEST, "", "2020"), ("B", WEST, "", "2022-03"), ("C", WEST, "", ""))))
    frame = result.output("ties").frame.set_index(["name", "with"])
    assert frame.loc[("A", "B"), "since"] == "2022-03-01"
    assert frame.loc[("A", "C"), "since"] == ""
    assert any("unknown age" in note.text and note.count == 2 for note in result.notes)


def test_staff_of_one_in_what_another_leads() -> None:
    part = pd.DataFrame({"id": ["p"], "name": [""], "school_id": [MIDDLE], "approach": ["community_school"], "lead_organisation": ["Lead"], "start": ["2019"]})
    roles = pd.DataFrame({"id": ["r1", "r2"], "name": ["", ""], "school_id": [MIDDLE, MIDDLE], "title": ["Coordinator", "Coach"], "function": ["", ""],
                          "approach": ["community_school", "linked_learning"], "employer": ["Sender", "Other"], "start": ["2021", ""]})
    result = asked(given_rows(participations=part, roles=roles))
    assert [one for one in sorted(ties(result)) if one[2] == "Shared staff"] == [("Sender", "Lead", "Shared staff", "inferred")]


def test_who_pays_whom_and_who_are_paid_by_one_grant() -> None:
    funding = pd.DataFrame({"id": ["f1", "f2", "f3", "f4"], "name": [""] * 4, "funder": ["Fund", "Fund", "Fund", "Old fund"],
                            "recipient": ["A", "B", "West School", "A"], "identifiers": ["GRANT:7", "grant:7", "", ""], "school_id": [""] * 4,
                            "start": ["2024"] * 4, "end": ["2030", "2030", "2030", "2025"]})
    result = asked(given_rows(funding=funding))
    assert ties(result) == {("Fund", "A", "Shared grant", "inferred"), ("Fund", "B", "Shared grant", "inferred"), ("A", "B", "Shared grant", "inferred")}
    assert any("goes to a school itself" in note.text for note in result.notes)


def test_stated_ties_count_on_their_days_and_trust_stands_beside_who_says_so() -> None:
    given = given_rows(ties=stated(("A", "B", "referral"), ("B", "C", "planning"), ("C", "D", "referral"), start=["2020", "2027", ""], end=["", "", "2025"],
                                   trust=["4", "", ""], stated_by=["A", "", ""]))
    result = asked(given)
    assert ties(result) == {("A", "B", "Referral", "stated")}
    assert result.output("ties").frame[["trust", "stated_by"]].values.tolist() == [[4.0, "A"]]
    assert any("2 stated ties have ended or have not begun" in note.text for note in result.notes)
    unsaid = asked(given_rows(ties=stated(("A", "B", "referral"), trust=["4"])))
    assert unsaid.output("ties").frame["trust"].isna().all()
    assert any("without who says so" in note.text for note in unsaid.notes)


def test_trust_moves_no_other_number() -> None:
    rows = [("A", "B", "referral"), ("B", "C", "referral")]
    one = asked(given_rows(ties=stated(*rows, trust=["1", "5"], stated_by=["A", "B"])))
    two = asked(given_rows(ties=stated(*rows, trust=["5", "1"], stated_by=["A", "B"])))
    assert one.output("organisations").frame.equals(two.output("organisations").frame)
    assert one.figures == two.figures


def test_the_broker_the_single_ties_and_what_is_cut_off() -> None:
    result = asked(given_rows(ties=stated(("A", "B", "referral"), ("B", "C", "referral"), ("C", "D", "planning"))))
    found = table(result, "organisations")
    assert found.loc[["a", "b", "c", "d"], "cut_off"].tolist() == [0, 1, 1, 0]
    assert found.loc[["b", "c"], "place_between"].tolist() == [1, 1]
    assert found.loc[["a", "d"], "place_between"].isna().all()  # between none: no place, and never a last one
    assert found["stands_between"].tolist() == pytest.approx([0, 2 / 3, 2 / 3, 0])
    assert result.figure("ties_single").value == 3


def test_those_on_record_somewhere_stand_before_those_that_are_not() -> None:
    everyone = pd.DataFrame({"id": ["1", "2", "3"], "name": ["Aardvark", "Zebra", "Monkey"], "status": "", "start": "", "end": ""})
    result = asked(given_rows(organisations=everyone, services=services(("Zebra", WEST, "", "")), ties=stated(("Monkey", "Newt", "referral"))))
    assert result.output("organisations").frame["name"].tolist() == ["Monkey", "Newt", "Zebra", "Aardvark"]
    assert all(result.output(name).told_by == "name" for name in ("organisations", "ties", "threads", "matrix"))  # no number orders partners
    assert result.figure("schools_nobody").value == 2


def test_one_organisation_under_two_names_is_asked_about() -> None:
    rows = services(("First Church of Hollywood", WEST, "", ""), ("Hollywood First Church", WEST, "", ""), ("B", WEST, "", ""))
    told = [note.text for note in asked(given_rows(services=rows)).notes if "two names" in note.text]
    assert told == ["1 organisation may stand in the record under two names made of the same words, which would be no tie: "
                    "First Church of Hollywood = Hollywood First Church."]
    assert not any("two names" in note.text for note in asked(given_rows(services=services(("A", WEST, "", ""), ("B", WEST, "", "")))).notes)


def test_what_falls_off_is_said_of_the_one_asked_about() -> None:
    given = given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "housing", ""), ("A", EAST, "food", "")))
    result = asked(given, leaving="a")
    assert finding(result) == ("If A left, 1 school would have no partner on record; 2 kinds of work at schools would be done by nobody else there.")
    assert set(result.output("threads").frame["name"]) == {"A"}
    assert "every school and kind of work" in finding(asked(given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "food", ""))), leaving="B"))
    with pytest.raises(ParameterError, match="Zorro"):
        asked(given, leaving="Zorro")


def test_left_out_of_the_picture_is_in_no_tie() -> None:
    given = given_rows(services=services(("A", WEST, "", ""), ("District", WEST, "", ""), ("B", WEST, "", "")))
    assert ties(asked(given, leave_out="District")) == {("A", "B", "Same school", "inferred")}


def test_only_some_kinds_or_only_what_is_stated() -> None:
    given = given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "food", "")), ties=stated(("A", "B", "referral")))
    assert {kind for *_, kind, _ in ties(asked(given, kinds="same_function"))} == {"Same function at a school"}
    assert {kind for *_, kind, _ in ties(asked(given, basis="stated"))} == {"Referral"}


@pytest.mark.parametrize(("params", "counted"), [
    ({}, "."), ({"leave_out": "C"}, "."),
    ({"basis": "stated"}, ". Only ties that somebody states are counted."),
    ({"kinds": ("same_function", "referral")}, ". Only ties of these kinds are counted: Same function at a school, Referral."),
    ({"basis": "stated", "kinds": ("referral",)}, ". Only ties that somebody states are counted, of these kinds: Referral."),
    ({"basis": "stated", "leaving": "A"}, ". Only ties that somebody states are counted."),
])
def test_it_is_said_which_ties_count_where_not_all_do(params: dict[str, Any], counted: str) -> None:
    rows = services(("A", WEST, "food", ""), ("B", WEST, "food", ""), ("C", EAST, "food", ""))
    found = finding(asked(given_rows(services=rows, ties=stated(("A", "B", "referral"))), **params))
    assert found.endswith(counted)
    assert "Only" not in found.removesuffix(counted)


def test_that_nobody_states_a_tie_is_said_where_all_are_asked_for() -> None:
    rows = services(("A", WEST, "food", ""), ("B", WEST, "food", ""))
    said = "Nobody has stated a tie"
    assert any(said in str(note.text) for note in asked(given_rows(services=rows)).notes)
    referred = given_rows(services=rows, ties=stated(("A", "B", "referral")))
    for result in (asked(referred), asked(referred, kinds="same_school"), asked(given_rows(services=rows), basis="stated")):
        assert not any(said in str(note.text) for note in result.notes)


def test_more_pairs_than_can_be_told_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_PAIRS", 6)  # three of West's four pairs at it, and three who do the same
    there = services(("A", WEST, "food", ""), ("B", WEST, "food", ""), ("C", WEST, "food", ""))
    assert len(ties(asked(given_rows(services=there)))) == 6
    more = services(("A", WEST, "food", ""), ("B", WEST, "food", ""), ("C", WEST, "food", ""), ("D", WEST, "", ""))
    with pytest.raises(ParameterError, match=r"meet in 9 pairs, of which up to 6 can be told one by one; 4 meet in one place alone") as caught:
        asked(given_rows(services=more))
    assert "Let services reach less far" in caught.value.hint
    assert len(ties(asked(given_rows(services=more), kinds="same_school"))) == 6
    assert len(ties(asked(given_rows(services=more), leave_out="D"))) == 6
    assert ties(asked(given_rows(services=more, ties=stated(("A", "B", "referral"))), basis="stated")) == {("A", "B", "Referral", "stated")}


def test_rows_of_one_grant_are_counted_before_they_are_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_PAIRS", 2)
    rows = pd.DataFrame({"id": ["1", "2", "3"], "name": [""] * 3, "funder": [""] * 3, "recipient": ["A", "B", "C"], "identifiers": ["84.010"] * 3})
    with pytest.raises(ParameterError, match="meet in 3 pairs"):
        asked(given_rows(funding=rows))
    assert ties(asked(given_rows(funding=rows), kinds="referral")) == set()


def test_where_all_starts_would_take_too_long_it_says_its_error_and_gives_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    given = given_rows(services=services(*((f"P{n % 40:02d}", (WEST, MIDDLE, EAST)[n % 3], "", "") for n in range(60)), *((f"Q{n}", EAST, "", "") for n in range(3))))
    whole = asked(given)
    monkeypatch.setattr(between, "MOST_STEPS", 1)
    monkeypatch.setattr(between, "_FEWEST", 20)
    drawn = asked(given)
    note, = (str(note.text) for note in drawn.notes if "drawn by chance" in str(note.text))
    assert "ways that begin at 20 of 43 organisations" in note
    exact, frame = whole.output("organisations").frame, drawn.output("organisations").frame
    column = next(column for column in drawn.output("organisations").columns if column.name == "stands_between")
    assert column.moe == "stands_between_moe"
    assert frame["place_between"].isna().all()
    assert not exact["place_between"].isna().all()
    assert (frame["stands_between"] - exact["stands_between"]).abs().max() > 0
    assert "stands_between_moe" not in exact
    assert not any("drawn by chance" in str(note.text) for note in whole.notes)


def test_the_matrix_is_bounded_and_says_in_how_many_ways() -> None:
    given = given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "food", ""), ("C", WEST, "", "")), ties=stated(("A", "B", "referral")))
    frame = asked(given).output("matrix").frame.set_index("id")
    assert frame.loc["a", ["with_2", "with_3"]].tolist() == ["3", "1"]
    assert frame.loc["a", "with_1"] == "–"
    small = asked(given, matrix_size=2).output("matrix")
    assert small.frame["id"].tolist() == ["a", "b"]
    assert all(len(column.label) <= 16 for column in small.columns if column.name.startswith("with_"))


def test_where_no_organisation_is_named_it_is_refused() -> None:
    with pytest.raises(InputError, match="names an organisation"):
        asked(given_rows())


def test_a_tie_ends_with_whichever_of_the_two_closes() -> None:
    rows = stated(("A", "B", "referral"), ("C", "A", "referral"), ("C", "B", "referral"))
    ended, count = closings_of([pd.DataFrame({"name": ["A"], "end": ["2024-06-30"], "status": [""]})]).apply(rows, "tie")
    assert count == 2
    assert ended["end"].tolist() == ["2024-06-30", "2024-06-30", ""]


NAMES = ["A", "B", "C", "D", "E"]
place = st.tuples(st.sampled_from(NAMES), st.sampled_from([WEST, MIDDLE, EAST]), st.sampled_from(["food", "housing", ""]), st.just(""))
spoken = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["referral", "planning"]))


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(place, min_size=1, max_size=9), st.lists(spoken, max_size=5))
def test_what_falls_off_is_what_asking_again_without_it_no_longer_finds(places: list[Any], said: list[Any]) -> None:
    everyone = pd.DataFrame({"id": NAMES, "name": NAMES, "status": "", "start": "", "end": ""})
    given = given_rows(services=services(*places), organisations=everyone, **({"ties": stated(*said)} if said else {}))
    before = asked(given)
    organisations = table(before, "organisations")
    for leaving in NAMES:
        after = asked(frames_without(given, leaving))
        key = key_of(leaving)
        loss = organisations.loc[key]
        assert (table(after, "schools")["partners"] > 0).sum() == (table(before, "schools")["partners"] > 0).sum() - loss["schools_lost"]
        assert done(places, leaving) == loss["functions_lost"]
        left = table(after, "organisations")["part"]
        mine = [other for other in organisations.index[organisations["part"] == loss["part"]] if other != key]
        largest = left.loc[mine].value_counts().max() if mine else 0
        assert loss["cut_off"] == len(mine) - largest
        assert key not in left.index


def done(places: list[Any], leaving: str) -> int:
    """By counting: school and function pairs that nobody else has."""
    all_of = {(school, word) for _, school, word, _ in places if word}
    return len(all_of - {(school, word) for who, school, word, _ in places if word and who != leaving})


def test_the_small_town_with_everything() -> None:
    result = asked(frames(**asset_tables()))
    assert ("Helpers", "Clinic", "Referral", "stated") in ties(result)
    assert result.main.name == "schools"


def test_none_both_and_all_are_said_as_such() -> None:
    alone = finding(asked(given_rows(services=services(("A", WEST, "food", ""), ("B", EAST, "food", "")))))
    assert alone.startswith("No tie is on record between 2 organisations; 2 schools have work that one partner alone does there.")
    both = finding(asked(given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "food", "")))))
    assert both.startswith("Both organisations on record are tied, in 1 pair; none of them alone holds others together, and no school has work that is known to hang")
    every = finding(asked(given_rows(services=services(("A", WEST, "", ""), ("B", WEST, "", ""), ("C", WEST, "", "")))))
    assert every.startswith("All 3 organisations on record are tied, in 3 pairs; ")


def test_the_bars_count_pairs() -> None:
    result = asked(given_rows(services=services(("A", WEST, "food", ""), ("B", WEST, "food", ""), ("C", WEST, "food", ""))))
    assert (result.bars_unit, [value for _, value, _ in result.bars]) == ("count", [3.0, 3.0])
