"""The question of money: hand-worked towns, what is missing stays missing, and what is said about it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from ecomap.analysis import registry
from ecomap.analysis.money.ada import ada_by_span, grades_of
from ecomap.analysis.money.exact import cents
from ecomap.analysis.money.funded import base_of_grants
from ecomap.analysis.money.lcff import lcff_entitlement
from ecomap.analysis.money.rates import rates_for
from ecomap.model.errors import EcoMapError, InputError, ParameterError
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.params import build_params
from ecomap.model.result import Result
from tests import small_project as town
from tests.analysis.towns import ask, frames, money_tables

WEST, MIDDLE, EAST = town.schools()["id"]


def money(schools: pd.DataFrame | None = None, year: str = "2024-25", tables: dict | None = None, **params: object) -> Result:
    given = frames(schools=town.schools() if schools is None else schools, **(money_tables() if tables is None else tables))
    wanted = [item.name for item in registry.analysis("money").inputs if item.name in given]
    return ask("money", Frames({k: given[k] for k in wanted}, {k: given.layer(k) for k in wanted}), year=year, **params)


def rows(result: Result) -> pd.DataFrame:
    return result.main.frame.set_index("id")


def test_the_towns_money_by_rule_a() -> None:
    """300, 310 and 320 pupils in K-5 at 92 %: two thirds in TK-3; 150, 186 and 224 high-need pupils of 930."""
    result = money()
    found = rows(result)
    per_grade = [300 * 0.92 / 6, 310 * 0.92 / 6, 320 * 0.92 / 6]
    ada = pd.DataFrame({"ada_tk_3": [round(4 * n, 2) for n in per_grade], "ada_4_6": [round(2 * n, 2) for n in per_grade]})
    whole = lcff_entitlement({"TK-3": ada["ada_tk_3"].sum(), "4-6": ada["ada_4_6"].sum()}, 560 / 930, "2024-25")
    assert found["unduplicated_count"].tolist() == [150, 186, 224]
    assert sum(cents(x) for x in found["generated_usd"]) == cents(whole.total)
    extra = found["supplemental_usd"] + found["concentration_usd"]
    assert extra[WEST] == pytest.approx(whole.supplemental_and_concentration * 150 / 560, abs=0.01)
    assert result.figure("generated_usd").value == whole.total
    assert found["rule"].str.startswith("Rule A").all()
    assert "rule A" in result.sentence
    assert "estimated" in result.sentence


def test_a_school_without_a_file_shows_not_reported_never_zero() -> None:
    result = money()
    found = rows(result)
    assert found["spending_reported"].to_dict() == {WEST: "reported", MIDDLE: "not reported", EAST: "not reported"}
    for name in ("site_state_local_usd", "central_state_local_usd", "difference_usd", "site_per_pupil_usd"):
        assert found.loc[[MIDDLE, EAST], name].isna().all()
    assert (found.loc[[MIDDLE, EAST], "site_state_local_usd_reason"] == "not_reported").all()
    assert result.figure("site_usd").value == 2_000_000.0
    assert result.figure("schools_not_reported").value == 2


def test_without_any_file_only_the_generated_money_is_said() -> None:
    result = money(tables={})
    for name in ("site_usd", "central_usd", "central_share", "allocated_usd", "difference_usd"):
        assert result.figure(name).value is None
        assert "ot reported" in result.figure(name).note
    assert "not reported in this project" in result.sentence
    assert rows(result)["site_state_local_usd"].isna().all()
    assert result.bars_title.startswith("Share of the money generated")
    assert sum(share for _, share, _ in result.bars) == pytest.approx(1)


def test_the_difference_is_split_and_central_money_is_added_only_when_asked() -> None:
    plain, with_central = money(), money(include_central=True)
    one, two = rows(plain).loc[WEST], rows(with_central).loc[WEST]
    assert one["difference_usd"] == pytest.approx(one["generated_usd"] - 2_000_000)
    assert two["difference_usd"] == pytest.approx(one["generated_usd"] - 2_850_000)
    assert one["from_norming_usd"] == 120_000.0
    assert one["from_central_usd"] == 850_000.0
    assert one["from_other_usd"] == pytest.approx(one["difference_usd"] - 970_000)
    assert two["from_central_usd"] == 0
    assert two["central_state_local_usd"] == 850_000.0
    assert one["central_share"] == pytest.approx(900_000 / 3_000_000)
    assert "at the site and centrally" in with_central.sentence


def test_meals_stand_in_only_where_nobody_counted_and_this_is_said_loudly() -> None:
    loud = [note for note in money().notes if "NO COUNT OF UNDUPLICATED" in note.text]
    assert [note.kind for note in loud] == ["caution"]
    counted = money(town.schools().assign(unduplicated_count=[100.0, np.nan, 200.0]))
    assert not any("NO COUNT" in note.text for note in counted.notes)
    assert rows(counted)["unduplicated_count"].tolist() == [100.0, pytest.approx(np.nan, nan_ok=True), 200.0]
    assert np.isnan(rows(counted).loc[MIDDLE, "generated_usd"])


def test_published_attendance_is_used_as_it_is_and_then_nothing_is_estimated() -> None:
    schools = town.schools().assign(unduplicated_count=[100.0, 100.0, 100.0], ada_tk_3=[200.0, 210.5, 220.25], ada_4_6=[80.0, np.nan, 70.0])
    result = money(schools)
    assert rows(result)["ada"].tolist() == [280.0, 210.5, 290.25]
    assert set(rows(result)["ada_from"]) == {"published"}
    assert "estimated" not in result.sentence
    assert not any("Attendance of" in note.text for note in result.notes)


def test_charter_schools_are_districts_of_their_own_with_a_cap() -> None:
    schools = town.schools().assign(governance=["district", "district", "charter"], unduplicated_count=[150.0, 186.0, 320.0])
    result = money(schools)
    east = rows(result).loc[EAST]
    district = (150 + 186) / 610
    ada = {"TK-3": east["ada_tk_3"], "4-6": east["ada_4_6"]}
    alone = lcff_entitlement(ada, 1.0, "2024-25", concentration_cap=district)
    assert east["generated_usd"] == alone.total
    assert "harter" in east["rule"]
    assert result.figure("generated_usd").value == pytest.approx(rows(result).loc[[WEST, MIDDLE], "generated_usd"].sum())
    assert EAST not in rows(money(schools, charters=False)).index


def test_private_schools_are_left_out_and_counted() -> None:
    result = money(town.schools().assign(governance=["district", "private", ""]))
    assert MIDDLE not in rows(result).index
    assert any(note.text.startswith("1 private school") for note in result.notes)
    assert any("does not say who runs it" in note.text for note in result.notes)


def test_the_states_own_summary_gives_the_districts_total() -> None:
    tables = money_tables()
    tables["allocation"] = pd.concat([tables["allocation"], pd.DataFrame({
        "id": ["d"], "name": ["District"], "school_id": ["01964730000000"], "year": ["2024-25"], "program": ["LCFF"],
        "amount_usd": [9_000_000.0], "scope": ["district"], "base_grant_usd": [8_000_000.0], "supplemental_grant_usd": [700_000.01],
        "concentration_grant_usd": [299_999.99], "unduplicated_share": [0.62],
    })], ignore_index=True)
    result = money(tables=tables)
    extra = rows(result)["supplemental_usd"] + rows(result)["concentration_usd"]
    assert sum(cents(x) for x in extra) == 100_000_000
    assert any("published figure" in note.text for note in result.notes)


def test_the_published_allocation_stands_beside_and_can_be_the_rule() -> None:
    found = rows(money())
    assert found["allocated_usd"].tolist() == [60_000.0, pytest.approx(np.nan, nan_ok=True), 0.0]
    assert found.loc[WEST, "allocated_share_ratio"] == pytest.approx(1 / (150 / 374))
    by_rule = money(rule="C")
    assert rows(by_rule)["generated_usd"].tolist()[0] == 60_000.0
    assert "are given" in by_rule.sentence
    with pytest.raises(ParameterError, match="Rule C"):
        money(tables={}, rule="C")


def test_rule_b_does_not_add_up_and_says_so() -> None:
    result = money(rule="B")
    assert any("do not add up" in note.text for note in result.notes)
    assert rows(result)["rule"].str.startswith("Rule B").all()


def test_other_years_are_compared_only_with_a_caution() -> None:
    assert any("spending figures are of 2024-25, the money generated is of 2023-24" in note.text for note in money(year="2023-24").notes)
    assert not any("compare them with care" in note.text for note in money().notes)


def test_the_year_is_that_of_the_pupils_if_their_column_says_it() -> None:
    given = frames(schools=town.schools())
    layer = evolve(given.layer("schools"), columns=(Column("enrollment", "Pupils, 2019-20", "count"),))
    result = registry.run("money", Frames({"schools": given["schools"]}, {"schools": layer}),
                          build_params(registry.analysis("money").params, {}))
    assert "2019-20" in result.title
    other = registry.run("money", Frames({"schools": given["schools"]}, {"schools": layer}),
                         build_params(registry.analysis("money").params, {"year": "2024-25"}))
    assert any("Pupils are counted in 2019-20, the rates are of 2024-25" in note.text for note in other.notes)


@pytest.mark.parametrize(("allowed", "year"), [(False, "2024-25"), (True, "2025-26")])
def test_the_pupils_year_is_not_chosen_by_itself_where_its_rates_are_not_confirmed(allowed: bool, year: str) -> None:
    given = frames(schools=town.schools())
    layer = evolve(given.layer("schools"), columns=(Column("enrollment", "Pupils, 2025-26", "count"),))
    result = registry.run("money", Frames({"schools": given["schools"]}, {"schools": layer}),
                          build_params(registry.analysis("money").params, {"allow_unconfirmed": allowed}))
    assert year in result.title
    assert any("Pupils are counted in 2025-26, the rates are of 2024-25" in note.text for note in result.notes) == (not allowed)


def test_unconfirmed_rates_only_when_asked_for() -> None:
    with pytest.raises(ParameterError, match="not confirmed"):
        money(year="2025-26")
    assert any("not confirmed as enacted" in note.text for note in money(year="2025-26", allow_unconfirmed=True).notes)


def test_a_projects_own_rates_take_the_place_of_the_shipped_ones() -> None:
    own = pd.DataFrame([{
        "id": "2024-25", "name": "2024-25", "year": "2024-25", "base_tk_3": 10_000.0, "base_4_6": 10_000.0, "base_7_8": 10_000.0,
        "base_9_12": 10_000.0, "adjustment_tk_3": 0.0, "adjustment_9_12": 0.0, "supplemental": 0.0, "concentration": 0.0,
        "threshold": 0.55, "confirmed": "yes", "source": "Made up for this test",
    }])
    given = frames(schools=town.schools())
    layers = {"schools": given.layer("schools"), "rates": evolve(given.layer("schools"), id="rates", role="funding_rate", geometry="none")}
    result = registry.run("money", Frames({"schools": given["schools"], "rates": own}, layers),
                          build_params(registry.analysis("money").params, {}))
    assert result.figure("generated_usd").value == pytest.approx(rows(result)["ada"].sum() * 10_000, abs=0.01)


def test_fifths_name_the_schools_they_count() -> None:
    table = money().output("fifths").frame
    named = [[ref for ref in rows.split("; ") if ref] for rows in table["rows"]]
    assert [len(refs) for refs in named] == table["schools"].astype(int).tolist()
    assert all(ref.startswith("school/") for refs in named for ref in refs)


def test_fifths_add_dollars_up_before_dividing() -> None:
    table = money().output("fifths").frame
    assert table["fifth"].tolist() == [5, 4, 3, 2, 1]
    assert table["generated_usd"].sum() == pytest.approx(rows(money())["generated_usd"].sum())
    here = table[table["generated_schools"] > 0]
    assert (here["generated_usd"] / here["enrollment"]).tolist() == pytest.approx(here["generated_per_pupil_usd"].tolist())


def test_the_multiplier_is_said_where_both_rates_are_there() -> None:
    found = rows(money(town.schools().assign(nonstability_share=[0.25, 0.26, np.nan], sed_share=[0.9, 0.71, 0.9])))
    assert found["equity_multiplier"].tolist() == ["no", "yes", "cannot be said"]
    assert "equity_multiplier" not in rows(money())


@pytest.mark.parametrize("schools", [
    town.schools().drop(columns="enrollment"), town.schools().drop(columns="frpm_share"),
])
def test_schools_without_the_counts_it_takes_are_refused(schools: pd.DataFrame) -> None:
    with pytest.raises(InputError) as told:
        money(schools)
    assert "mport" in told.value.hint


def test_a_school_with_strange_counts_is_mended_or_missing_but_never_breaks_the_rest() -> None:
    schools = town.schools().assign(enrollment=[0.0, np.nan, 320.0], frpm_count=[0.0, 10.0, 400.0])
    result = money(schools)
    assert rows(result).loc[WEST, "generated_usd"] == 0.0
    assert np.isnan(rows(result).loc[MIDDLE, "generated_usd"])
    assert rows(result).loc[EAST, "unduplicated_count"] == 320
    assert np.isnan(rows(result).loc[WEST, "generated_per_pupil_usd"])


@pytest.mark.parametrize(("low", "high", "levels", "grades"), [
    ("K", "5", "", range(6)), ("TK", "6", "", range(7)), ("P", "12", "", range(13)), ("06", "08", "", (6, 7, 8)), ("9", "12", "", range(9, 13)),
    ("", "", "elementary+middle", range(9)), (None, np.nan, "high", range(9, 13)), ("9", "6", "", ()), ("x", "5", "", ()), ("", "", "", ()),
])
def test_grades_served(low: object, high: object, levels: str, grades: object) -> None:
    assert grades_of(low, high, levels) == tuple(grades)  # type: ignore[call-overload]


def test_estimated_attendance_spreads_pupils_evenly() -> None:
    found = ada_by_span(pd.DataFrame({"enrollment": [1300.0, 500.0, np.nan], "grades_low": ["K", "4", "K"], "grades_high": ["12", "6", "5"]}), 0.92)
    assert found.loc[0, ["ada_tk_3", "ada_4_6", "ada_7_8", "ada_9_12"]].tolist() == [368, 276, 184, 368]
    assert found.loc[1, "ada_4_6"] == 460
    assert np.isnan(found.loc[2, "ada"])


def test_norming_of_the_town() -> None:
    given = frames(**money_tables())
    wanted = ("positions", "schools")
    result = ask("norming", Frames({k: given[k] for k in wanted}, {k: given.layer(k) for k in wanted}))
    found = rows(result)
    assert found.loc[WEST, ["norming_gap_usd", "norming_gap_per_pupil_usd"]].tolist() == [-120_000.0, -400.0]
    assert found.loc[EAST, "norming_gap_usd"] == 110_000.0
    assert MIDDLE not in found.index
    assert result.figure("moved_usd").value == 120_000.0
    assert "West School" in result.sentence
    own = ask("norming", Frames({k: given[k] for k in wanted}, {k: given.layer(k) for k in wanted}), use_given_averages=False)
    assert rows(own)["norming_gap_usd"].tolist() == [-115_000.0, 115_000.0]
    assert own.output("positions").frame["average_salary_usd"].tolist() == [85_500.0]


def test_norming_of_another_year_is_refused_by_name() -> None:
    given = frames(**money_tables())
    with pytest.raises(EcoMapError, match="no positions of 2019-20"):
        ask("norming", Frames({"positions": given["positions"]}, {"positions": given.layer("positions")}), year="2019-20")


def test_norming_without_schools_has_no_place_and_no_pupils() -> None:
    given = frames(**money_tables())
    result = ask("norming", Frames({"positions": given["positions"]}, {"positions": given.layer("positions")}))
    assert result.main.joins == ""
    assert rows(result)["norming_gap_per_pupil_usd"].isna().all()
    assert result.bars == ()


def summary(**changed: float) -> dict:
    """The town's tables with the state's summary of its district."""
    row = {"id": ["d"], "name": ["District"], "school_id": ["01964730000000"], "year": ["2024-25"], "program": ["LCFF"], "scope": ["district"],
           "supplemental_grant_usd": [700_000.0], "concentration_grant_usd": [300_000.0], "unduplicated_share": [0.62],
           **{name: [value] for name, value in changed.items()}}
    tables = money_tables()
    return {**tables, "allocation": pd.concat([tables["allocation"], pd.DataFrame(row)], ignore_index=True)}


def test_the_sentence_says_what_a_point_of_attendance_is_worth_and_no_more_digits_than_that() -> None:
    result = money()
    whole = result.figure("generated_usd").value
    point = result.figure("attendance_point_usd").value
    assert whole is not None
    assert point == pytest.approx(whole / 92, rel=0.05)  # shown with two digits
    more = money(attendance_share=0.93).figure("generated_usd").value
    assert more == pytest.approx(whole * 93 / 92, rel=0.001)
    assert "if 92 % of them attend; each percentage point more or less moves it by $" in result.sentence
    assert "pupils of a year that is not stated" in result.sentence
    said = float(re.search(r"an estimated \$([\d,]+)", result.sentence)[1].replace(",", ""))
    assert said % 10_000 == 0                      # a point is $1xx,000: tens of thousands of the total are known, no dollar of it
    assert said == pytest.approx(whole, abs=5e4)


def test_the_funded_attendance_of_the_states_summary_takes_the_place_of_the_assumption() -> None:
    certified = money(tables=summary(ada_tk_3=500.0, ada_4_6=200.0))
    assert rows(certified)["ada"].sum() == pytest.approx(700.0, abs=0.05)
    assert set(rows(certified)["ada_from"]) == {"estimated, brought to the district's funded attendance"}
    assert certified.figure("funded_attendance").value == 700
    assert "for a funded attendance of 700 pupils" in certified.sentence
    assert "attendance_point_usd" not in {figure.name for figure in certified.figures}
    told = money(tables=summary(ada_tk_3=500.0, ada_4_6=200.0), funded_attendance=800.0)
    assert rows(told)["ada"].sum() == pytest.approx(800.0, abs=0.05)


def test_a_grade_span_that_the_summary_leaves_out_is_not_one_without_pupils() -> None:
    """The town's schools serve more grades than the one span that is there: the grants say what is funded, not that span alone."""
    partly = money(tables=summary(ada_tk_3=500.0))
    assert partly.figure("funded_attendance").value != 500
    assert "published grants imply" in partly.figure("funded_attendance").note


def test_published_grants_imply_the_base_they_are_shares_of() -> None:
    result = money(tables=summary())
    base = 1_000_000 / (0.2 * 0.62 + 0.65 * (0.62 - 0.55))
    assert (rows(result)["base_usd"] + rows(result)["grade_span_adjustment_usd"]).sum() == pytest.approx(base, rel=1e-4)
    assert result.figure("generated_usd").value == pytest.approx(base + 1_000_000, rel=1e-4)
    assert "published grants imply" in result.figure("funded_attendance").note


def test_los_angeles_grants_stand_for_the_base_that_was_worked_out_by_hand() -> None:
    row = pd.Series({"supplemental_grant_usd": 675_770_364.0, "concentration_grant_usd": 791_672_839.0, "unduplicated_share": 0.86})
    assert base_of_grants(row, rates_for("2024-25")) == pytest.approx(3_929e6, abs=1e6)


def test_attendance_that_was_published_by_school_stays_as_it_is() -> None:
    schools = town.schools().assign(ada_tk_3=[200.0, np.nan, np.nan], ada_4_6=[80.0, np.nan, np.nan])
    found = rows(money(schools, funded_attendance=880.0))
    assert found.loc[WEST, "ada"] == 280.0
    assert found["ada"].sum() == pytest.approx(880.0, abs=0.05)


def test_a_summary_of_another_year_is_named_and_not_used() -> None:
    result = money(tables=summary(), year="2023-24")
    assert any("is of 2024-25, not of 2023-24" in note.text for note in result.notes)
    assert "if 92 % of them attend" in result.sentence
