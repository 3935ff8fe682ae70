"""What a planner does, worked out by hand on a town of nine squares."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from ecomap.model.change import change_between
from ecomap.model.errors import CancelledError, InputError, ParameterError, ProjectError
from ecomap.model.progress import Progress
from ecomap.model.project import Project, View
from ecomap.workspace import operations
from ecomap.workspace.choices import choices, chosen_value
from ecomap.workspace.inputs import analysis_frames, chosen_layers
from tests.small_project import small_project


@pytest.fixture
def town() -> Project:
    return small_project()


def _need(project: Project, **given: object) -> Project:
    return operations.run_analysis(project, "need-index", {"draws": 0, **given})[0]


# --- layers --------------------------------------------------------------------------------------------------------


def test_switching_a_layer_changes_only_its_description(town: Project) -> None:
    after = operations.set_visible(town, "schools", False)
    assert change_between(town, after).described == {"schools"}
    assert not change_between(town, after).rows


def test_switching_a_layer_to_what_it_is_changes_nothing(town: Project) -> None:
    assert operations.set_visible(town, "schools", True) is town


def test_restyle_keeps_everything_else(town: Project) -> None:
    after = operations.restyle(town, "need-areas", classes=7)
    assert after.layer("need-areas").style.classes == 7
    assert after.layer("need-areas").style.column == "poverty"


def test_a_layer_cannot_lose_its_name(town: Project) -> None:
    with pytest.raises(InputError, match="needs a name"):
        operations.rename_layer(town, "schools", "  ")


def test_layers_move_as_named_and_the_rest_follows(town: Project) -> None:
    after = operations.reorder_layers(town, ["need-areas", "schools"])
    assert [layer.id for layer in after.layers][:2] == ["need-areas", "schools"]
    assert len(after.layers) == len(town.layers)


def test_removing_a_layer_takes_its_rows_along(town: Project) -> None:
    after = operations.remove_layer(town, "services")
    assert not after.has_layer("services")
    assert "services" not in after.frames


def test_a_layer_is_found_by_id_and_by_the_name_on_screen(town: Project) -> None:
    assert operations.layer_of(town, "need-areas").id == operations.layer_of(town, "census TRACTS").id == "need-areas"
    with pytest.raises(ProjectError, match="no layer called 'nowhere'"):
        operations.layer_of(town, "nowhere")


def test_view_and_title_are_part_of_the_project(town: Project) -> None:
    after = operations.set_title(operations.set_view(town, View(1.0, 2.0, 0.1)), "  Ours ")
    assert (after.title, after.view) == ("Ours", View(1.0, 2.0, 0.1))


# --- questions -----------------------------------------------------------------------------------------------------


def test_an_answer_carries_what_is_needed_to_make_it_again(town: Project) -> None:
    after, result = operations.run_analysis(town, "need-index", {"draws": "0"})
    trail = result.provenance
    assert trail is not None
    assert trail.params["draws"] == 0
    assert [layer for layer, _ in trail.inputs] == ["need-areas"]
    assert all(len(fingerprint) >= 16 for _, fingerprint in trail.inputs)
    assert "2014-18" in [source.vintage for source in trail.sources]
    assert trail.made_at
    assert after.result(result.id) is result


def test_the_fingerprint_follows_the_rows(town: Project) -> None:
    def trail(project: Project) -> tuple[tuple[str, str], ...]:
        provenance = operations.run_analysis(project, "need-index", {"draws": 0})[1].provenance
        assert provenance is not None
        return provenance.inputs

    frame = town.frame("need-areas")
    same = town.with_layer(town.layer("need-areas"), frame.copy())
    other = town.with_layer(town.layer("need-areas"), frame.assign(poverty=frame["poverty"] * 0.5))
    assert trail(town) == trail(same)
    assert trail(town) != trail(other)


def test_the_same_question_replaces_its_answer(town: Project) -> None:
    once = _need(town)
    twice = _need(once)
    assert len(twice.results) == 1
    assert [layer.id for layer in once.layers] == [layer.id for layer in twice.layers]


def test_another_question_stands_beside_the_first_and_pushes_it_aside(town: Project) -> None:
    first = _need(town)
    both = _need(first, aggregation="geometric")
    assert len(both.results) == 2
    made = {layer.result_id: layer.visible for layer in both.layers if layer.result_id}
    assert made == {both.results[0].id: False, both.results[1].id: True}


def test_a_slider_leaves_one_answer_behind(town: Project) -> None:
    first = _need(town)
    moved, _ = operations.run_analysis(
        first, "need-index", {"draws": 0, "minimum_present": 0.5}, replacing=first.results[0].id
    )
    assert len(moved.results) == 1
    assert len([layer for layer in moved.layers if layer.result_id]) == 1


def test_the_need_map_stands_on_the_layer_it_colours_and_that_steps_back(town: Project) -> None:
    after = _need(town)
    order = [layer.id for layer in after.layers]
    made = next(layer for layer in after.layers if layer.result_id)
    assert order.index(made.id) == order.index("need-areas") - 1
    assert made.visible
    assert not after.layer("need-areas").visible
    assert made.group == "Need"


def test_a_style_that_was_changed_survives_a_new_run(town: Project) -> None:
    first = _need(town)
    made = next(layer.id for layer in first.layers if layer.result_id)
    again = _need(operations.restyle(first, made, classes=3))
    assert again.layer(made).style.classes == 3


def test_removing_a_result_takes_its_layers_along(town: Project) -> None:
    after = _need(town)
    bare = operations.remove_result(after, after.results[0].id)
    assert not bare.results
    assert [layer.id for layer in bare.layers] == [layer.id for layer in town.layers]


def test_a_question_leaves_the_project_it_was_asked_of_alone(town: Project) -> None:
    before = {layer.id: town.frame(layer.id).copy() for layer in town.layers}
    _need(town)
    for layer_id, frame in before.items():
        assert frame.equals(town.frame(layer_id)), layer_id


def test_what_is_missing_is_named_with_its_role(town: Project) -> None:
    bare = operations.remove_layer(town, "need-areas")
    with pytest.raises(InputError) as problem:
        operations.run_analysis(bare, "need-index", {})
    assert "need areas" in problem.value.message
    assert "need_area" in problem.value.hint


def test_a_layer_with_another_part_is_refused(town: Project) -> None:
    with pytest.raises(InputError, match="holds schools"):
        operations.run_analysis(town, "need-index", {}, layers={"areas": ["schools"]})


def test_unknown_names_are_refused_with_the_known_ones(town: Project) -> None:
    with pytest.raises(ParameterError, match="no analysis called"):
        operations.run_analysis(town, "need", {})
    with pytest.raises(ParameterError, match="no parameter called"):
        operations.run_analysis(town, "need-index", {"colour": "red"})
    with pytest.raises(InputError, match="takes no layer for"):
        operations.run_analysis(town, "need-index", {}, layers={"tracts": ["need-areas"]})


def test_work_that_is_told_to_stop_changes_nothing(town: Project) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        operations.run_analysis(town, "need-index", {}, progress=progress)


def test_layers_of_one_input_keep_their_ids_apart(town: Project) -> None:
    from attrs import evolve

    from ecomap.analysis.registry import Analysis, Input

    areas = town.layer("elementary-areas")
    both = town.with_layer(evolve(areas, id="middle-areas", level="middle", boundary="official"), town.frame(areas.id))
    analysis = Analysis("x", "X", "?", "", "gaps", object, (Input("areas", "attendance_area", "Areas", many=True),), len)
    frames = analysis_frames(both, chosen_layers(both, analysis), analysis)
    assert len(frames["areas"]) == 6
    assert frames["areas"]["id"].is_unique
    assert set(frames["areas"]["layer_id"]) == {"elementary-areas", "middle-areas"}
    assert frames.layer("areas").boundary == "estimated"  # one estimated layer makes the whole set estimated


# --- lists to choose from ------------------------------------------------------------------------------------------


def test_targets_are_services_by_size_then_the_approaches(town: Project) -> None:
    found = [(choice.value, choice.label) for choice in choices(town, "coverage_target")]
    assert found[0] == ("service:Mental Health", "Mental Health (1 service location)")
    assert [value for value, _ in found[1:]] == [
        "approach:community_school", "approach:linked_learning", "approach:promise_neighborhood", "approach:*", "none"
    ]
    assert found[1][1] == "Community schools (1 site)"
    assert found[-1][1] == "Nobody has it yet: everyone is out of reach"


def test_where_there_is_nothing_to_reach_nobody_has_it_yet_is_all_there_is_to_choose() -> None:
    assert [choice.value for choice in choices(Project(), "coverage_target")] == ["none"]


@pytest.mark.parametrize("meant", ["service:Mental Health", "SERVICE:mental health", "mental health",
                                   "Mental Health (1 service location)"])
def test_a_target_is_understood_however_it_is_written(town: Project, meant: str) -> None:
    assert chosen_value(town, "coverage_target", meant) == "service:Mental Health"


def test_indicators_and_levels_are_those_of_the_project(town: Project) -> None:
    assert [(x.value, x.label) for x in choices(town, "indicator")] == [("poverty", "Children in poverty (2014-18)")]
    assert [x.value for x in choices(town, "level")] == ["all", "elementary"]
    assert choices(Project(), "indicator") == ()


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_estimated_and_who_says_so(town: Project) -> None:
    page = operations.map_page(town, made_on="2026-11-21")
    assert page.cautions == ("Elementary attendance areas are estimated, not official boundaries.",)
    assert "Census tracts: U.S. Census Bureau, American Community Survey, 2014-18" in page.sources
    assert [placed.layer.id for placed in page.layers] == [layer.id for layer in town.layers if layer.id != "links"]


def test_the_page_asks_the_last_answer_for_its_subtitle(town: Project) -> None:
    after = _need(town)
    assert operations.map_page(after).subtitle == after.results[0].sentence


# --- project files -------------------------------------------------------------------------------------------------


def test_a_project_comes_back_from_its_file(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "town.ecomap.gpkg"
    after = _need(town)
    operations.save_project(after, path)
    back = operations.open_project(path)
    assert back.title == "Small town"
    assert [layer.id for layer in back.layers] == [layer.id for layer in after.layers]
    assert back.results[0].provenance == after.results[0].provenance
    assert list(back.frame("schools")["id"]) == list(town.frame("schools")["id"])
    assert not [finding for finding in operations.check(path) if finding.level == "error"]


# --- answers on the map --------------------------------------------------------------------------------------------


def _asked(project: Project, name: str, **given: object) -> Project:
    return operations.run_analysis(project, name, {"target": "service:Mental Health", **given})[0]


def _order(project: Project) -> list[str]:
    """Layer ids, those of results by analysis and table."""
    names = []
    for layer in project.layers:
        analysis = next((result.analysis for result in project.results if result.id == layer.result_id), "")
        names.append(f"{analysis}:{layer.id.rsplit('-', 1)[-1]}" if analysis else layer.id)
    return names


def test_gaps_lie_over_the_need_map_so_that_both_are_read_together(town: Project) -> None:
    after = _asked(_need(town), "coverage-gap", radius_m=800)
    order = _order(after)
    shown = {name for name, layer in zip(order, after.layers) if layer.visible}
    assert order.index("coverage-gap:gaps") < order.index("need-index:areas")
    assert {"coverage-gap:gaps", "need-index:areas"} <= shown
    assert "coverage-gap:areas" not in shown       # a second fill would cover the need map: it waits
    gaps = after.layers[order.index("coverage-gap:gaps")]
    assert (gaps.style.fill, gaps.style.pattern, gaps.group) == ("result", "lines", "Gaps: ground")
    assert gaps.style.fill_opacity < 0.2            # a breath of colour: need is read through it


def _shown(project: Project) -> set[str]:
    """The layers of results that are switched on, by analysis and table."""
    return {name for name, layer in zip(_order(project), project.layers) if layer.visible and layer.result_id}


def test_an_answer_about_who_is_there_takes_the_place_of_the_gaps_over_the_same_need(town: Project) -> None:
    gaps = _asked(_need(town), "coverage-gap", radius_m=800)
    assert "coverage-gap:gaps" in _shown(gaps)
    after, result = operations.run_analysis(gaps, "overlap", {})
    assert _shown(after) == {"need-index:areas", "overlap:schools"}
    assert {layer.id for layer in gaps.layers} <= {layer.id for layer in after.layers}     # switched off, not removed
    assert [layer.visible for layer in after.layers if not layer.result_id] == [
        layer.visible for layer in gaps.layers if not layer.result_id
    ]
    money, _ = operations.run_analysis(after, "money", {})
    assert _shown(money) == {"need-index:areas", "money:schools"}
    again = operations.run_analysis(money, "overlap", {}, replacing=result.id)[0]
    assert _shown(again) == {"need-index:areas", "overlap:schools"}


def test_new_gaps_take_the_place_of_who_is_there(town: Project) -> None:
    there = operations.run_analysis(_need(town), "overlap", {})[0]
    after = _asked(there, "coverage-gap", radius_m=800)
    assert "overlap:schools" not in _shown(after)
    assert {"need-index:areas", "coverage-gap:gaps"} <= _shown(after)


def test_next_schools_are_shown_together_with_the_gaps_they_close(town: Project) -> None:
    gaps = _asked(_need(town), "coverage-gap", radius_m=800)
    after = _asked(operations.run_analysis(gaps, "need-index", {"draws": 0})[0], "priority", radius_m=800)
    assert {"need-index:areas", "coverage-gap:gaps", "priority:schools"} <= _shown(after)


def test_need_asked_anew_leaves_the_answer_over_it_alone(town: Project) -> None:
    there = operations.run_analysis(_need(town), "overlap", {})[0]
    assert "overlap:schools" in _shown(_need(there, aggregation="geometric"))


def test_what_was_found_by_estimated_areas_is_called_estimated(town: Project) -> None:
    after = _asked(town, "coverage-gap", radius_m=800)
    made = after.layers[_order(after).index("coverage-gap:attendance")]
    assert made.boundary == "estimated"


def test_only_the_first_schools_of_a_ranking_are_drawn_and_the_table_keeps_all(town: Project) -> None:
    after = _asked(town, "priority", radius_m=800, top=1, draws=0)
    result = after.latest_result("priority")
    assert result is not None
    made = next(layer for layer in after.layers if layer.result_id == result.id)
    assert after.layers[0].id == made.id
    assert len(result.main.frame) > len(after.frame(made.id)) >= 1
    assert set(after.frame(made.id)["rank"]) == {1.0}


def test_every_answer_survives_a_save(town: Project, tmp_path: Path) -> None:
    after = _asked(_asked(_need(town), "coverage-gap", radius_m=800), "priority", radius_m=800, draws=0)
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(after, path)
    back = operations.open_project(path)
    assert _order(back) == _order(after)
    assert [result.sentence for result in back.results] == [result.sentence for result in after.results]
    again = _asked(back, "coverage-gap", radius_m=800)
    assert len(again.results) == 3  # the same question, asked of the reopened project, is the same question


# --- bringing data in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lon", "lat", "crs"), [(-118.2, 34.0, "EPSG:3310"), (-75.7, 45.4, "EPSG:32618")])
def test_a_new_project_measures_in_a_crs_that_fits_its_first_layer(
    tmp_path: Path, lon: float, lat: float, crs: str
) -> None:
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": f"Place {n}"},
         "geometry": {"type": "Point", "coordinates": [lon + n / 100, lat]}} for n in range(3)
    ]}))
    after, report = operations.import_file(operations.new_project(), path, "reference")
    assert (after.crs, report.kept) == (crs, 3)
    points = after.frame(report.layer_id).geometry
    degree_m = 111_320 * math.cos(math.radians(lat))
    assert points.iloc[0].distance(points.iloc[2]) == pytest.approx(0.02 * degree_m, rel=0.005)


def test_a_project_with_places_keeps_its_crs(town: Project, tmp_path: Path) -> None:
    path = tmp_path / "far.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Far"}, "geometry": {"type": "Point", "coordinates": [-75.7, 45.4]}}
    ]}))
    assert operations.import_file(town, path, "reference")[0].crs == town.crs
