"""Who does what: held by several, held by nobody, not reported, and the one school that is asked about."""

from __future__ import annotations

from tests.analysis.towns import ask, asset_tables, finding, frames

DAY = "2025-01-15"


def test_two_employers_for_one_function_are_several_and_a_school_without_a_row_is_not_reported() -> None:
    schools = ask("roles", frames(**asset_tables()), as_of=DAY).output("schools").frame.set_index("name")
    assert schools["state"].to_dict() == {"West School": "one holder each", "Middle School": "some held by several",
                                          "East School": "not reported"}
    assert schools["held_by_nobody"].to_dict() == {
        "West School": "Coordinating partners at the school", "Middle School": "College and career guidance",
        "East School": "not reported"}


def test_who_has_left_holds_nothing() -> None:
    tables = asset_tables()
    tables["roles"] = tables["roles"].assign(end="2024-12-31")
    result = ask("roles", frames(**tables), as_of=DAY)
    assert set(result.output("schools").frame["state"]) == {"nobody now", "not reported"}
    assert not len(result.output("roster").frame)
    assert any(note.count == 3 and "not held that day" in note.text for note in result.notes)


def test_one_school_says_whom_to_go_to() -> None:
    assert finding(ask("roles", frames(**asset_tables()), school="Middle School", as_of=DAY)) == (
                        "Who to go to at Middle School: Coordinating partners at the school: Coordinator (Helpers), Site lead "
                        "(Town schools). Held by several there: Coordinating partners at the school.")
