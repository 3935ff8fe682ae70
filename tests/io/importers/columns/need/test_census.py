"""Tracts of two censuses on their way in: recognised, refused with the remedy named, carried over with what was lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecomap.io.importers.columns.need.census import census_of_codes, codes_of_one_census
from ecomap.io.importers.steps.recognising import guess_role_of
from ecomap.model.errors import InputError
from ecomap.model.layer import Layer
from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.workspace import operations
from tests import small_project as town

OLD = ["06037101210", "06037101220", "06037101300"]  # 1012.10 was divided; 1012.20 too; 1013 stayed
NEW = ["06037101221", "06037101222", "06037101300"]


def project() -> Project:
    """Three tracts of 2010 with children, as a starter that does not say its census."""
    areas = town.need_areas().iloc[:3].assign(id=OLD)
    return Project(crs=town.CRS).with_layer(Layer("tracts", "Tracts", "need_area", "polygon"), areas)


def write(path: Path, table: dict[str, list[object]], sep: str = ",") -> Path:
    pd.DataFrame(table).to_csv(path, index=False, sep=sep)
    return path


def relationship(folder: Path) -> Path:
    """As the Census Bureau writes it: a quarter of 1012.10 is 1012.21, the rest and all of 1012.20 are 1012.22."""
    return write(folder / "tab20_tract20_tract10_st06.txt", {
        "OID_TRACT_20": [1, 2, 3, 4, 5], "GEOID_TRACT_20": [NEW[0], NEW[1], NEW[1], NEW[2], "06073000100"],
        "AREALAND_TRACT_20": [100, 500, 500, 50, 9], "GEOID_TRACT_10": [OLD[0], OLD[0], OLD[1], OLD[2], "06073000100"],
        "AREALAND_TRACT_10": [400, 400, 200, 50, 9], "AREALAND_PART": [100, 300, 200, 50, 9],
    }, sep="|")


def numbers(folder: Path, name: str = "acs_2022.csv") -> Path:
    """A table of 2020 tracts: 80 + 500 + 40 people, a quarter poor, half, and not reported."""
    return write(folder / name, {
        "GEOID": NEW, "B01003_001E": [80, 500, 40], "B01003_001M": [8, 50, 4], "poverty_rate": [0.25, 0.5, "-"],
        "remark": ["a", "b", "c"],
    })


def brought(target: Project, path: Path, role: str = "need_area", **mapping: str) -> tuple[Project, ImportReport]:
    return operations.import_file(target, path, role, mapping={key: f"={value}" for key, value in mapping.items()})


def lines(report: ImportReport) -> str:
    return "\n".join(f"{line.kind} {line.count} {line.text}" for line in report.lines)


def test_codes_of_one_census_tell_it() -> None:
    assert codes_of_one_census()[OLD[0]] == "2010"
    assert {codes_of_one_census()[code] for code in NEW[:2]} == {"2020"}
    assert not {OLD[1], OLD[2]} & set(codes_of_one_census())  # used by both, the first for other ground
    assert census_of_codes(pd.Series(NEW)).value == "2020"
    assert census_of_codes(pd.Series(OLD + [code + "1" for code in OLD])).value == "2010"
    assert census_of_codes(pd.Series(["06037101300", "36061000100"])).value == ""


def test_a_table_of_the_other_census_is_refused_and_the_remedy_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2 of its tract codes exist in that census only") as refused:
        brought(project(), numbers(tmp_path))
    assert "role tract_relationship" in refused.value.hint
    assert "Carry over to the map's census" in refused.value.hint
    assert refused.value.details["fields"] == ["carry_over", "same_census"]
    related, _ = brought(project(), relationship(tmp_path), "tract_relationship")
    with pytest.raises(InputError) as again:
        brought(related, numbers(tmp_path))
    assert again.value.hint.startswith("Choose 'Carry over to the map's census'")


def test_the_census_bureaus_file_comes_in_as_shares_both_ways(tmp_path: Path) -> None:
    path = relationship(tmp_path)
    assert operations.guess_role(path) == "tract_relationship"
    related, report = brought(project(), path, "tract_relationship")
    layer = related.layers_of("tract_relationship")[0]
    rows = related.frame(layer.id)
    assert rows["share"].tolist() == pytest.approx([0.25, 0.75, 1.0, 1.0])
    assert rows["share_back"].tolist() == pytest.approx([1.0, 0.6, 0.4, 1.0])
    assert (set(rows["from_census"]), set(rows["to_census"])) == ({"2010"}, {"2020"})
    assert (report.read, report.kept) == (5, 4)
    assert "Rows of counties that the project has no need areas in" in lines(report)
    assert "1 lie in several new ones, 1 new ones are made of several" in lines(report)


def test_carried_over_by_hand_with_a_report_of_what_was_split_and_merged(tmp_path: Path) -> None:
    """1012.22 goes 60 % to 1012.10 and 40 % to 1012.20: 80 + 300 and 200 people."""
    related, _ = brought(project(), relationship(tmp_path), "tract_relationship")
    done, report = brought(related, numbers(tmp_path), carry_over="yes")
    rows = done.frame("tracts").set_index("id")
    count = next(name for name in rows if name.startswith("population"))
    assert rows[count].tolist() == pytest.approx([380.0, 200.0, 40.0])
    assert rows[count + "_moe"].tolist() == pytest.approx([np.hypot(8, 30), 20.0, 4.0])
    assert rows["poverty_rate"].tolist()[:2] == pytest.approx([(80 * 0.25 + 300 * 0.5) / 380, 0.5])
    assert np.isnan(rows["poverty_rate"].iloc[2])
    assert rows["poverty_rate_reason"].tolist() == ["", "", "not_reported"]
    assert "remark" not in rows
    assert "census" not in rows
    assert "carry_over" not in rows
    said = lines(report)
    assert "Carried over from tracts of 2020" in said
    assert "1 were shared out over several and 2 went whole to one; 1 areas are made of several" in said
    assert "620 in the file's tracts; 620 on the map, 0 in areas off the map or without a number, 0 lost" in said
    assert "averaged by the people of each part" in said
    layer = done.layer("tracts")
    assert any("Carried over" in note for note in layer.notes)
    assert all("Carried over" in indicator.source.note for indicator in layer.indicators)


def test_a_rate_with_its_two_counts_is_divided_again_and_unknown_numbers_are_left_out(tmp_path: Path) -> None:
    """1012.10 gets 20 + 0.6 x 250 poor of 80 + 0.6 x 500; without people in the file a mean by land would be another."""
    related, _ = brought(project(), relationship(tmp_path), "tract_relationship")
    path = write(tmp_path / "poor_2022.csv", {
        "GEOID": [*NEW, "06037101400", "06037102103", "06037103101"], "poor": [20, 250, 4, 1, 2, 3],
        "asked": [80, 500, 40, 10, 10, 10], "poor_pct": [25.0, 50.0, 10.0, 10.0, 20.0, 30.0], "odd": [1, 2, 3, 4, 5, 6],
    })
    done, report = brought(related, path, carry_over="yes", census="2020")
    layer, rows = done.layer("tracts"), done.frame("tracts")
    indicator = layer.indicators[-1]
    assert (indicator.column, indicator.numerator, indicator.denominator) == ("poor_pct", "poor", "asked")
    assert rows["poor"].tolist() == pytest.approx([170.0, 100.0, 4.0])
    assert rows["poor_pct"].tolist() == pytest.approx([170 / 380, 0.5, 0.1])
    assert "odd" not in rows
    assert "Numbers that were left out" in lines(report)


def test_what_the_relationship_does_not_know_is_lost_and_said(tmp_path: Path) -> None:
    """A table of two codes and a weight: half of 1012.21 leads nowhere, 1013 is not named."""
    path = write(tmp_path / "weights.csv", {"GEOID20": [NEW[0], NEW[1]], "GEOID10": [OLD[0], OLD[1]], "weight": [0.5, 1.0]})
    related, report = operations.import_file(project(), path, "tract_relationship",
                                             mapping={"from_id": "GEOID20", "to_id": "GEOID10"})
    assert "from 2020 to 2010 only" in lines(report)
    assert "caution 1 Tracts of 2020 whose shares add up to less than 100 %" in lines(report)
    _done, report = brought(related, numbers(tmp_path), carry_over="yes")
    said = lines(report)
    assert "dropped 1 Rows whose tract is not in 'Weights'" in said
    assert "caution 1 Tracts that the relationship gives away only in part" in said
    assert "580 in the file's tracts; 540 on the map, 0 in areas off the map or without a number, 40 lost" in said
    assert "caution 1 Areas on the map that nothing was carried to" in said
    assert report.adds_up


def test_the_way_back_is_refused_where_the_table_does_not_know_it(tmp_path: Path) -> None:
    path = write(tmp_path / "weights.csv", {"GEOID10": OLD, "GEOID20": NEW, "weight": [1.0, 1.0, 1.0]})
    related, _ = brought(project(), path, "tract_relationship")
    with pytest.raises(InputError, match="no table that leads from tracts of 2020 to those of 2010"):
        brought(related, numbers(tmp_path), carry_over="yes")


@pytest.mark.parametrize(("weights", "said"), [([1.2, 1.0, 1.0], "above 1"), ([0.7, 0.7, 1.0], "more than all of tract")])
def test_a_relationship_that_cannot_be_right_is_refused(tmp_path: Path, weights: list[float], said: str) -> None:
    path = write(tmp_path / "w.csv", {"GEOID10": [OLD[0], OLD[0], OLD[2]], "GEOID20": NEW, "weight": weights})
    with pytest.raises(InputError, match=said):
        brought(project(), path, "tract_relationship")


def test_a_relationship_without_shares_or_censuses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say how much"):
        brought(project(), write(tmp_path / "a.csv", {"GEOID10": OLD, "GEOID20": NEW}), "tract_relationship")
    other = ["36061000100", "36061000200"]
    path = write(tmp_path / "b.csv", {"from_id": other, "to_id": other, "share": [1.0, 1.0]})
    with pytest.raises(InputError, match="does not say of which censuses"):
        brought(Project(crs=town.CRS), path, "tract_relationship")
    told, _ = brought(Project(crs=town.CRS), path, "tract_relationship", from_census="2010", to_census="2020")
    assert len(told.layers) == 1


def test_carrying_over_within_one_census_is_refused(tmp_path: Path) -> None:
    related, _ = brought(project(), relationship(tmp_path), "tract_relationship")
    path = write(tmp_path / "old.csv", {"GEOID": OLD, "B01003_001E": [1, 2, 3]})
    with pytest.raises(InputError, match="nothing to carry over"):
        brought(related, path, carry_over="yes")


def test_vouching_for_the_codes_leaves_no_column_behind(tmp_path: Path) -> None:
    done, _ = brought(project(), numbers(tmp_path), same_census="yes")
    assert not {"same_census", "census"} & set(done.frame("tracts"))


def test_the_census_can_be_stated_or_guessed_from_a_column_or_a_year(tmp_path: Path) -> None:
    areas = town.need_areas().rename(columns={"id": "GEOID20"})
    for name, column, census, said in (("areas.geojson", "GEOID20", "2020", "by the name of its column GEOID20"),
                                       ("acs_2019.geojson", "GEOID", "2010", "guessed from its year 2019")):
        path = tmp_path / name
        areas.rename(columns={"GEOID20": column}).to_file(path, driver="GeoJSON")
        done, report = brought(Project(crs=town.CRS), path)
        layer = done.layers[0]
        assert said in lines(report)
        assert any(said in note for note in layer.notes)
        assert set(done.frame(layer.id)["census"]) == {census}
    done, _ = brought(Project(crs=town.CRS), path, census="2020")
    assert set(done.frame(done.layers[0].id)["census"]) == {"2020"}


def test_a_layer_of_the_other_census_says_so_and_gets_its_own_tables(tmp_path: Path) -> None:
    path = tmp_path / "tracts.geojson"
    town.need_areas().iloc[:3].assign(id=NEW).drop(columns=["children", "children_moe"]).to_file(path, driver="GeoJSON")
    both, report = brought(project(), path)
    assert "'Tracts' is of the other census" in lines(report)
    _done, report = brought(both, numbers(tmp_path))
    assert report.layer_id == next(layer.id for layer in both.layers if layer.id != "tracts")
    assert report.kept == 3


def test_roles_are_told_apart() -> None:
    assert guess_role_of(pd.DataFrame({"GEOID_TRACT_20": NEW, "GEOID_TRACT_10": OLD}), "none", "tab.txt") == "tract_relationship"


@pytest.mark.parametrize("name", ["LA_B25034_2022_yearbuilt_moe.csv", "LA_B25072_2023_rentburden_moe.csv", "la_sovi_nri.csv"])
def test_real_tables_of_2020_tracts_can_be_carried_over(shared_data: Path, tmp_path: Path, name: str) -> None:
    """A relationship made by overlaying both vintages of Los Angeles tracts stands in for the Census Bureau's."""
    starter = operations.new_project("los-angeles").without_layer("tracts_2020")
    path = shared_data / "la/need" / name
    with pytest.raises(InputError, match="tracts are of 2020"):
        brought(starter, path)
    related, _ = brought(starter, overlay(shared_data, tmp_path), "tract_relationship")
    done, report = brought(related, path, carry_over="yes")
    assert report.adds_up
    assert report.kept > 1_172
    assert len(done.frame("need_areas")) == 1_172
    added = [c for c in done.frame("need_areas") if c not in starter.frame("need_areas") and not c.endswith("_reason")]
    assert done.frame("need_areas")[added[0]].notna().sum() > 1_150


@pytest.mark.parametrize("name", ["LA_B25034_2022_yearbuilt_moe.csv", "LA_B25072_2023_rentburden_moe.csv", "la_sovi_nri.csv"])
def test_real_tables_of_2020_tracts_join_the_tracts_of_2020_where_the_project_has_them(shared_data: Path, name: str) -> None:
    starter = operations.new_project("los-angeles")
    done, report = brought(starter, shared_data / "la/need" / name)
    assert report.adds_up
    assert done.frame("need_areas") is starter.frame("need_areas")
    assert len(done.frame("tracts_2020")) == 1_288
    added = [c for c in done.frame("tracts_2020") if c not in starter.frame("tracts_2020") and not c.endswith("_reason")]
    assert done.frame("tracts_2020")[added[0]].notna().sum() > 1_250


def overlay(shared_data: Path, folder: Path) -> Path:
    import geopandas as gpd
    import shapely

    from ecomap.analysis.ground.overlay import pair_areas

    frames = [gpd.read_file(shared_data / "la/tracts" / name).to_crs("EPSG:3310")
              for name in ("la_tracts_2012.geojson", "Below_Poverty_tract_2020.geojson")]
    old, new = (np.asarray(frame.geometry.make_valid()) for frame in frames)
    pairs = pair_areas(old, new)
    real = pairs.area_m2 > 0.01 * np.minimum(shapely.area(old)[pairs.source], shapely.area(new)[pairs.target])
    source, target, land = pairs.source[real], pairs.target[real], pairs.area_m2[real]
    return write(folder / "tab20_tract20_tract10_st06.txt", {
        "GEOID_TRACT_20": frames[1]["tract"].astype(str).to_numpy()[target],
        "AREALAND_TRACT_20": np.bincount(target, land, len(new))[target].round(),
        "GEOID_TRACT_10": frames[0]["external_id"].to_numpy()[source],
        "AREALAND_TRACT_10": np.bincount(source, land, len(old))[source].round(), "AREALAND_PART": land.round(),
    }, sep="|")


def test_codes_that_are_no_tracts_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "w.csv", {"GEOID10": [OLD[0], OLD[1]], "GEOID20": [NEW[0], "uptown"], "weight": [1.0, 1.0]})
    _, report = brought(project(), path, "tract_relationship")
    assert "caution 1 Codes that are no census tract" in lines(report)
    assert report.adds_up
