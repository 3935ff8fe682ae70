"""A layer beside a newer list: what is told of it, what replacing keeps, and that undo brings the old back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from ecomap.io.starter import load_starter
from ecomap.model.errors import CancelledError, InputError
from ecomap.model.layer import Column
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from ecomap.model.said import say
from ecomap.workspace import operations
from ecomap.workspace.newer import words
from ecomap.workspace.newer.arriving import understand_newer
from ecomap.workspace.newer.comparing import whats_new
from ecomap.workspace.newer.keeping import keep_both, replace_layer
from ecomap.workspace.newer.news import ADDED, GONE, MOVED, OPEN, RECODED, RENAMED, News, Options
from ecomap.workspace.workspace import Workspace
from tests.small_project import small_project

WEST, MIDDLE, EAST = "01964733000001", "01964733000002", "01964733000003"


@pytest.fixture(scope="module")
def town() -> Project:
    return small_project()


def newer_schools(town: Project, folder: Path, *, without: tuple[str, ...] = (), moved_m: float = 0.0, more: tuple[tuple[str, str, float], ...] = (),
                  names: dict[str, str] | None = None, codes: dict[str, str] | None = None, seed: int | None = None, **columns: Any) -> Path:
    """The town's schools a year later, as a list in degrees: (id, name, metres east of the middle school) of those that come."""
    frame = town.frame("schools")
    frame = frame[~frame["id"].isin(without)].assign(geometry=lambda rows: rows.geometry.translate(moved_m))
    middle = town.frame("schools").geometry.iloc[1]
    table = pd.concat([frame, *(frame.iloc[[0]].assign(id=key, name=called, geometry=[type(middle)(middle.x + east, middle.y)])
                                for key, called, east in more)], ignore_index=True).set_geometry("geometry").set_crs(frame.crs, allow_override=True)
    degrees = table.geometry.to_crs("EPSG:4326")
    out = pd.DataFrame({
        "school_code": table["id"].replace(codes or {}), "school_name": table["name"].replace(names or {}), "levels": table["levels"],
        "governance": table["governance"], "residential_intake": "yes", "enrollment": table["enrollment"] + 50, "frpm_share": table["frpm_share"],
        "longitude": degrees.x.round(9), "latitude": degrees.y.round(9), **columns})
    out = out.sample(frac=1, random_state=seed) if seed is not None else out
    out.to_csv(folder / "schools-next.csv", index=False)
    return folder / "schools-next.csv"


def compared(project: Project, file: Path, layer: str = "schools", **options: Any) -> News:
    return whats_new(project, layer, understand_newer(project, layer, file), Options(**options))


def told(news: News, kind: str) -> list[str]:
    return [row.former_id or row.id for row in news.of(kind)]


def test_the_same_list_has_nothing_new(town: Project, tmp_path: Path) -> None:
    news = compared(town, newer_schools(town, tmp_path))
    assert news.rows == ()
    assert (news.old_rows, news.new_rows, news.both) == (3, 3, 3)
    pupils = next(one for one in news.columns if one.column == "enrollment")
    assert (pupils.change.both, pupils.change.changed, pupils.change.median, pupils.change.unsure) == (3, 3, 50.0, 3)


def test_added_gone_and_renamed(town: Project, tmp_path: Path) -> None:
    news = compared(town, newer_schools(town, tmp_path, without=(EAST,), more=(("01964733000009", "New School", 500.0),),
                                        names={"West School": "Sunset School", "Middle School": "MIDDLE SCH."}))
    assert (told(news, ADDED), told(news, GONE), told(news, RENAMED)) == (["01964733000009"], [EAST], [WEST])
    assert words.row_line(news.of(RENAMED)[0]) == f"West School is now called Sunset School ({WEST})"


@pytest.mark.parametrize(("metres", "count"), [(499.9, 0), (500.5, 3)])
def test_moved_is_farther_than_the_stated_distance(town: Project, tmp_path: Path, metres: float, count: int) -> None:
    assert compared(town, newer_schools(town, tmp_path, moved_m=metres)).count(MOVED) == count


def test_the_distance_is_what_is_asked_for(town: Project, tmp_path: Path) -> None:
    file = newer_schools(town, tmp_path, moved_m=300.0)
    assert [compared(town, file, moved_m=limit).count(MOVED) for limit in (299.0, 301.0)] == [3, 0]


def test_a_school_under_another_code_is_found_by_name_and_place(town: Project, tmp_path: Path) -> None:
    news = compared(town, newer_schools(town, tmp_path, codes={WEST: "01111111111111"}))
    assert (told(news, RECODED), told(news, GONE), told(news, ADDED)) == ([WEST], [], [])


def test_what_could_be_several_is_asked_and_settled(town: Project, tmp_path: Path) -> None:
    file = newer_schools(town, tmp_path, without=(WEST,), more=(("01111111111111", "West School", -900.0), ("02222222222222", "West School", -1100.0)))
    news = compared(town, file)
    assert told(news, OPEN) == [WEST]
    assert news.of(OPEN)[0].candidates == (("01111111111111", "West School"), ("02222222222222", "West School"))
    settled = compared(town, file, same={WEST: "02222222222222"})
    assert (settled.count(OPEN), [(row.former_id, row.id) for row in settled.of(RECODED)]) == (0, [(WEST, "02222222222222")])
    assert told(compared(town, file, same={WEST: ""}), GONE) == [WEST]


def test_rows_of_a_larger_place_are_left_out_and_counted_unless_wanted(town: Project, tmp_path: Path) -> None:
    file = newer_schools(town, tmp_path, more=(("09999999999999", "Far School", 60_000.0),))
    news = compared(town, file)
    assert (news.elsewhere, news.count(ADDED), news.new_rows) == (1, 0, 3)
    assert any("left out" in line for line in words.caution_lines(news))
    _, report = replace_layer(town, news)
    assert report.adds_up
    assert (report.read, report.kept) == (4, 3)
    assert compared(town, file, here_only=False).count(ADDED) == 1


def test_the_order_of_the_rows_does_not_matter(town: Project, tmp_path: Path) -> None:
    changed: dict[str, Any] = {"without": (EAST,), "more": (("01964733000009", "New School", 500.0),), "names": {"West School": "Sunset School"}}
    first, again = (compared(town, newer_schools(town, tmp_path, seed=seed, **changed)) for seed in (None, 3))
    assert (first.rows, first.columns, first.leaning) == (again.rows, again.columns, again.leaning)


def test_what_points_to_rows_now_gone_is_listed_and_stays(town: Project, tmp_path: Path) -> None:
    news = compared(town, newer_schools(town, tmp_path, without=(MIDDLE,)))
    assert {one.layer_id: len(one.rows) for one in news.leaning} == {"sites": 1, "elementary-areas": 1, "links": 1}
    after, report = replace_layer(town, news)
    assert MIDDLE not in set(after.frame("schools")["id"])
    assert after.frame("sites").equals(town.frame("sites"))
    assert MIDDLE in set(after.frame("links")["school_id"])
    assert len([line for line in report.lines if "rows now gone" in line.text]) == 3


def test_a_link_to_a_school_that_stays_is_not_doubled(town: Project, tmp_path: Path) -> None:
    after, _ = replace_layer(town, compared(town, newer_schools(town, tmp_path)))
    assert sorted(after.frame("links")["id"]) == sorted(town.frame("links")["id"])


def test_one_step_of_undo_brings_the_old_back(town: Project, tmp_path: Path) -> None:
    workspace = Workspace(town)
    after, _ = replace_layer(town, compared(town, newer_schools(town, tmp_path, without=(MIDDLE,))))
    workspace.apply(after, say("Replace"))
    assert len(workspace.project.frame("schools")) == 2
    workspace.undo()
    assert workspace.project.frame("schools") is town.frame("schools")
    assert workspace.project.frame("links") is town.frame("links")
    assert workspace.project.layers == town.layers
    assert not workspace.undo_label


def test_the_layer_keeps_its_name_style_and_place(town: Project, tmp_path: Path) -> None:
    after, _ = replace_layer(town, compared(town, newer_schools(town, tmp_path), vintage="2025-26"))
    old, new = town.layer("schools"), after.layer("schools")
    assert (new.name, new.style, [one.id for one in after.layers]) == (old.name, old.style, [one.id for one in town.layers])
    assert new.sources[0].vintage == "2025-26"
    assert after.recipes


def test_a_project_that_changed_meanwhile_is_not_replaced_into(town: Project, tmp_path: Path) -> None:
    news = compared(town, newer_schools(town, tmp_path))
    with pytest.raises(InputError, match="changed since"):
        replace_layer(operations.set_title(town, "Another"), news)


def test_both_can_be_kept(town: Project, tmp_path: Path) -> None:
    after, _ = keep_both(town, compared(town, newer_schools(town, tmp_path, without=(EAST,))))
    assert [len(after.frame(layer.id)) for layer in after.layers_of("school")] in ([2, 3], [3, 2])
    assert after.frame("schools") is town.frame("schools")


def test_columns_that_the_newer_list_lacks_are_told_and_kept_only_when_asked(town: Project, tmp_path: Path) -> None:
    extra = town.with_layer(town.layer("schools"), town.frame("schools").assign(seats=[1.0, 2.0, 3.0]))
    file = newer_schools(town, tmp_path, without=(WEST,), more=(("01964733000009", "New School", 500.0),))
    gone = compared(extra, file)
    assert "Seats" in gone.columns_gone
    assert "seats" not in replace_layer(extra, gone)[0].frame("schools")
    after, _ = replace_layer(extra, compared(extra, file, keep_columns=True))
    kept = after.frame("schools").set_index("id")["seats"]
    assert kept[[MIDDLE, EAST]].tolist() == [2.0, 3.0]
    assert pd.isna(kept["01964733000009"])


def test_answers_are_asked_again_of_the_newer_list(town: Project, tmp_path: Path) -> None:
    project, result = operations.run_analysis(town, "overlap", {})
    news = compared(project, newer_schools(town, tmp_path, without=(EAST,)))
    assert [one.result_id for one in news.answers] == [result.id]
    asked = next(figure for figure in news.answers[0].figures if figure.label == "Schools asked about")
    assert (asked.before, asked.after, asked.changed) == (3, 2, True)
    assert project.result(result.id) is result
    same = compared(project, newer_schools(town, tmp_path))
    assert not next(figure for figure in same.answers[0].figures if figure.label == "Schools asked about").changed
    assert compared(project, newer_schools(town, tmp_path), ask_again=False).answers == ()


def test_an_answer_that_cannot_be_asked_again_says_why(town: Project, tmp_path: Path) -> None:
    frame = town.frame("schools").assign(frpm_count=[150.0, 186.0, 224.0])
    project, _ = operations.run_analysis(town.with_layer(town.layer("schools"), frame), "money", {})
    file = newer_schools(town, tmp_path)
    pd.read_csv(file, dtype=str).drop(columns="frpm_share").to_csv(file, index=False)
    answer = compared(project, file).answers[0]
    assert answer.changed
    assert "pupils eligible" in answer.problem


def test_asking_again_stops_when_it_is_told_to(town: Project, tmp_path: Path) -> None:
    project, _ = operations.run_analysis(town, "overlap", {})
    found = understand_newer(project, "schools", newer_schools(town, tmp_path))
    progress = Progress(lambda _, text: progress.cancel() if "Asking again" in text else None)
    with pytest.raises(CancelledError):
        whats_new(project, "schools", found, Options(), progress=progress)


def test_another_layer_can_be_the_newer_list(town: Project, tmp_path: Path) -> None:
    both, _ = keep_both(town, compared(town, newer_schools(town, tmp_path, without=(EAST,))))
    other = next(layer.id for layer in both.layers_of("school") if layer.id != "schools")
    news = whats_new(both, "schools", other)
    assert told(news, GONE) == [EAST]
    after, _ = replace_layer(both, news)
    assert [layer.id for layer in after.layers_of("school")] == ["schools"]
    assert len(after.frame("schools")) == 2
    with pytest.raises(InputError, match="only"):
        whats_new(both, "schools", "services")


def poverty_table(town: Project, folder: Path, shift: float, moe: float, **more: Any) -> Path:
    areas = town.frame("need-areas")
    table = pd.DataFrame({"GEOID": areas["id"], "poverty": areas["poverty"] + shift, "poverty_moe": moe, **more})
    table.to_csv(folder / "poverty-next.csv", index=False)
    return folder / "poverty-next.csv"


@pytest.mark.parametrize(("shift", "beyond"), [(0.0282, 0), (0.0284, 9)])  # root of 0.02 and 0.02, squared and added: 0.02828
def test_a_table_without_places_takes_the_place_of_the_numbers_it_brings(town: Project, tmp_path: Path, shift: float, beyond: int) -> None:
    news = compared(town, poverty_table(town, tmp_path, shift, 0.02), "need-areas", vintage="2016-20")
    (poverty,) = news.columns
    assert (poverty.column, poverty.change.beyond, poverty.change.within) == ("poverty", beyond, 9 - beyond)
    assert (poverty.old_vintage, poverty.new_vintage, poverty.shared, poverty.pandemic) == ("2014-18", "2016-20", (2016, 2018), True)
    assert f"Beyond error: {beyond} of 9." in words.column_line(poverty)
    assert "they overlap" in words.column_line(poverty)
    after, _ = replace_layer(town, news)
    frame = after.frame("need-areas")
    assert frame["poverty"].tolist() == pytest.approx([value + shift for value in town.frame("need-areas")["poverty"]])
    assert frame["children"].tolist() == [100.0] * 9
    assert "poverty_2" not in frame
    assert after.layer("need-areas").indicator("poverty") is not None
    assert after.layer("need-areas").indicator("poverty").source.vintage == "2016-20"  # type: ignore[union-attr]
    assert after.layer("need-areas").column("children").label == "Children"


def test_a_column_of_another_name_is_compared_where_a_person_says_that_it_is_the_same(town: Project, tmp_path: Path) -> None:
    areas = town.frame("need-areas")
    pd.DataFrame({"GEOID": areas["id"], "kids in need": areas["poverty"] + 0.1}).to_csv(tmp_path / "next.csv", index=False)
    found = understand_newer(town, "need-areas", tmp_path / "next.csv", indicators={"kids in need": 1})
    assert found.imported is not None
    column = next(str(one) for one in found.imported.frame.columns if "kids" in str(one))
    news = whats_new(town, "need-areas", found, Options(measures={column: "poverty"}))
    assert [(one.column, one.change.changed) for one in news.columns] == [("poverty", 9)]
    after, _ = replace_layer(town, news)
    assert column not in after.frame("need-areas")
    assert after.frame("need-areas")["poverty"].iloc[0] == pytest.approx(0.2)


def of_census(project: Project, census: str) -> Project:
    frame = project.frame("need-areas").assign(census=census)
    return project.with_layer(project.layer("need-areas"), frame)


def with_relationship(project: Project) -> Project:
    """With a table in which every tract of 2010 is one of 2020."""
    ids = project.frame("need-areas")["id"].tolist()
    table = pd.DataFrame({"id": ids, "name": ids, "from_census": "2010", "to_census": "2020", "from_id": ids, "to_id": ids, "share": 1.0,
                          "share_back": 1.0, "part_m2": 1e6})
    return project.with_layer(evolve(project.layer("links"), id="two-censuses", role="tract_relationship"), table, len(project.layers))


def test_a_table_of_another_census_is_compared_once_it_is_carried_over(town: Project, tmp_path: Path) -> None:
    project = with_relationship(of_census(town, "2010"))
    file = poverty_table(town, tmp_path, 0.1, 0.02, children=[120.0] * 9)
    found = understand_newer(project, "need-areas", file, constants={"census": "2020", "carry_over": "yes"})
    news = whats_new(project, "need-areas", found, Options(vintage="2019-23"))
    changes = {one.column: one.change.median for one in news.columns}
    assert changes["poverty"] == pytest.approx(0.1)
    assert changes["children"] == pytest.approx(20.0)
    after, report = replace_layer(project, news)
    assert any("Carried over from tracts of 2020" in line.text for line in report.lines)
    assert set(after.frame("need-areas")["census"]) == {"2010"}


def test_tracts_of_another_census_are_not_compared_row_by_row_unless_carried_over(town: Project) -> None:
    old = of_census(town, "2010")
    newer = old.frame("need-areas").assign(census="2020", poverty=lambda rows: rows["poverty"] + 0.1)
    project = old.with_layer(evolve(old.layer("need-areas"), id="tracts-2020"), newer)
    news = whats_new(project, "need-areas", "tracts-2020")
    assert news.other_census is not None
    assert (news.rows, news.columns, news.other_census.carries) == ((), (), False)
    assert "relationship file" in words.headline(news)
    with pytest.raises(InputError, match="no table that leads"):
        whats_new(project, "need-areas", "tracts-2020", Options(carry=True))
    related = with_relationship(project)
    assert whats_new(related, "need-areas", "tracts-2020").other_census.carries  # type: ignore[union-attr]
    carried = whats_new(related, "need-areas", "tracts-2020", Options(carry=True))
    assert carried.other_census is None
    poverty = next(one for one in carried.columns if one.column == "poverty")
    assert poverty.change.median == pytest.approx(0.1)
    after, _ = replace_layer(related, carried)
    assert set(after.frame("need-areas")["census"]) == {"2010"}


def test_a_rate_that_is_carried_over_is_the_quotient_of_its_counts_and_what_is_left_out_is_said(town: Project) -> None:
    old = of_census(town, "2010")
    ids = old.frame("need-areas")["id"].tolist()
    # By hand: 10 poor of 100 and 80 of 100 in one area are 90 of 200. Averaged by the 1000 and 100 people it would be 0.164.
    newer = old.frame("need-areas").iloc[:2].assign(census="2020", poor=[10.0, 80.0], households=[100.0, 100.0], population=[1000.0, 100.0],
                                                    poverty=[0.1, 0.8], grade=[3.0, 4.0])
    layer = old.layer("need-areas")
    counts = tuple(Column(column, column.capitalize(), unit=unit) for column, unit in
                   (("poor", "count"), ("households", "count"), ("population", "count"), ("grade", "")))
    described = evolve(layer, id="tracts-2020", columns=(*layer.columns, *counts),
                       indicators=tuple(evolve(one, numerator="poor", denominator="households") for one in layer.indicators if one.column == "poverty"))
    related = with_relationship(old.with_layer(described, newer))
    merged = related.frame("two-censuses").iloc[:2].assign(from_id=ids[:2], to_id=ids[0], from_census="2020", to_census="2010")
    related = related.with_layer(related.layer("two-censuses"), merged)
    news = whats_new(related, "need-areas", "tracts-2020", Options(carry=True))
    after, report = replace_layer(related, news)
    assert after.frame("need-areas")["poverty"].iloc[0] == pytest.approx(0.45)
    assert after.frame("need-areas")["poverty"].iloc[1:].isna().all()
    assert next(line for line in report.lines if line.text.startswith("Numbers that were left out")).examples == ("Grade",)
    assert next(line for line in report.lines if line.text.startswith("Areas on the map that nothing")).count == 8


def test_what_is_made_by_ecomap_has_no_newer_list(town: Project) -> None:
    with pytest.raises(InputError, match="made by EcoMap"):
        whats_new(town, "links", "schools")


def test_this_years_list_beside_the_starters_schools(shared_data: Path) -> None:
    file = shared_data / "la2026" / "cde" / "cde_public_schools_2025_26_la_county.csv"
    if not file.is_file():
        pytest.skip("the state's list of schools is not here")
    project = load_starter("los-angeles")
    schools = project.layers_of("school")[0]
    news = whats_new(project, schools.id, understand_newer(project, schools.id, file), Options(vintage="2025-26", ask_again=False))
    codes, held = set(pd.read_csv(file, dtype=str)["id"]), set(project.frame(schools.id)["id"])
    assert news.both >= len(held & codes)
    assert news.both + news.count(GONE) + news.count(OPEN) == news.old_rows
    assert news.both + news.count(ADDED) == news.new_rows
