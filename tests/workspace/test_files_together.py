"""All files that leave a project, laid together: nobody finds a small group of pupils with them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from click.testing import CliRunner
from shapely.geometry import Point

from ecomap.analysis.assets.presence import rows_behind
from ecomap.cli.program import program
from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.workspace import operations
from tests import small_project as town
from tests.published_numbers import Attacker, number, tables_of

COUNT, FIRST_MONEY = 18, "money-7"


def district(seed: int) -> Project:
    """Eighteen schools of all levels, two of them charters, two tiny ones, in and out of two approaches."""
    draw = np.random.default_rng(seed)
    pupils = draw.integers(60, 700, COUNT).astype(float)
    tiny = draw.choice(COUNT, 2, replace=False)
    pupils[tiny] = draw.integers(3, 10, 2)
    meals = np.floor(pupils * draw.uniform(0.2, 1.0, COUNT))
    spans = [(("K", "5"), "elementary"), (("6", "8"), "middle"), (("9", "12"), "high"), (("K", "8"), "elementary+middle")]
    kind = draw.integers(0, len(spans), COUNT)
    schools = gpd.GeoDataFrame({
        "id": [f"1964733{n:07d}" for n in range(COUNT)], "name": [f"Academy {n}" for n in range(COUNT)],
        "levels": [spans[n][1] for n in kind], "grades_low": [spans[n][0][0] for n in kind], "grades_high": [spans[n][0][1] for n in kind],
        "governance": ["charter" if n in (0, 1) else "district" for n in range(COUNT)], "residential_intake": True, "enrollment": pupils,
        "frpm_count": meals, "frpm_share": meals / pupils,
    }, geometry=[Point(town.LEFT + 400 * (n % 6), town.BOTTOM + 700 * (n // 6)) for n in range(COUNT)], crs=town.CRS)
    part = draw.random((COUNT, 2)) < 0.4
    rows = [(n, word) for word, column in zip(("community_school", "linked_learning"), part.T, strict=True) for n in np.flatnonzero(column)]
    participations = pd.DataFrame({
        "id": [f"p{n}" for n in range(len(rows))], "name": "", "school_id": [schools["id"][n] for n, _ in rows],
        "approach": [word for _, word in rows], "status": "active", "start": "2020", "end": "", "lead_organisation": "District"})
    base = town.small_project()
    layer = base.layer("schools")
    project = base.with_layer(evolve(layer, columns=()), schools)
    for name in ("sites", "elementary-areas", "links"):
        project = project.without_layer(name)
    return project.with_layer(Layer("participations", "Approaches at schools", v.PARTICIPATION, NO_GEOMETRY), participations)


def everything_leaves(project: Project, folder: Path) -> tuple[list[Path], Project]:
    """Write what a planner may send out over an afternoon: before the questions, after each, and at the end."""
    home = folder / "city.ecomap.gpkg"
    operations.save_project(project, home)
    files = [folder / "before.csv", folder / "before.html"]
    operations.export(project, files[0], layer="schools")
    operations.export(project, files[1])
    runner = CliRunner()
    for question, more in (("overlap", []), ("money", ["--year", "2024-25"]), ("peers", []), ("dashboard", ["--first-year", "2020"]),
                           ("money", ["--year", "2023-24"])):
        place = folder / f"{question}-{len(files)}"
        for ending in (".xlsx", ".csv", ".gpkg"):
            done = runner.invoke(program, ["run", question, str(home), *more, "--out", str(place.with_suffix(ending)), "--json"])
            assert done.exit_code == 0, done.output
            files.append(place.with_suffix(ending))
        place.with_suffix(".json").write_text(done.stdout, encoding="utf-8")
        operations.export(operations.open_project(home), place.with_suffix(".html"))
        files += [place.with_suffix(".json"), place.with_suffix(".html")]
    last = operations.open_project(home)
    for name in ("all.html", "all.xlsx", "all.gpkg"):
        operations.export(last, folder / name)
        files.append(folder / name)
    return files, last


def attacker_of(project: Project, last: Project) -> tuple[Attacker, dict[str, dict[str, np.ndarray]]]:
    """Somebody who knows the state's rates, the district's totals and which school is in which row of a sum."""
    schools = project.frame("schools")
    money = next(result for result in last.results if result.analysis == "money").output("schools").frame.set_index("id").loc[schools["id"]]
    per_base = ((money["base_usd"] + money["grade_span_adjustment_usd"]) / money["enrollment"]).to_numpy()
    own = (schools["governance"] != "charter").to_numpy()
    extra = (money["supplemental_usd"] + money["concentration_usd"])[own].sum() / money["unduplicated_count"][own].sum()
    per_meal = np.where(own, extra, 0.0)
    per_pupil = np.where(own, per_base, (money["generated_usd"] / money["enrollment"]).to_numpy())
    found = Attacker(pd.DataFrame({"id": schools["id"], "name": schools["name"], "per_base": per_base, "per_pupil": per_pupil, "per_meal": per_meal}),
                     schools["enrollment"].sum(), schools["frpm_count"].sum())
    sets = next(result for result in last.results if result.analysis == "overlap").output("sets").frame
    members = {}
    for row in sets.to_dict("records"):
        inside = {one for _, one in rows_behind(row["rows"])}
        members[row["id"]] = members[row["name"]] = schools["id"].isin(inside).to_numpy()
    fifths = {}
    for row in next(result for result in last.results if result.analysis == "money").output("fifths").frame.to_dict("records"):
        fifths[row["id"]] = fifths[row["name"]] = own & (money["fifth"] == row["fifth"]).to_numpy()
    return found, {"sets": members, "fifths": fifths}


def without_dollars(table: pd.DataFrame) -> pd.DataFrame:
    """From the second year on, dollars go by other rates: the pupils of such files are read, their dollars are not."""
    return table.drop(columns=[name for name in table if str(name).endswith("_usd")])


@pytest.fixture(scope="module", params=[0, 1, 2])
def afternoon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[Path], Project]:
    """A district, the files that left it, and the project at the end of the day."""
    project = district(request.param)
    return (project, *everything_leaves(project, tmp_path_factory.mktemp("afternoon")))


def test_no_small_school_is_found_from_all_files_together(afternoon: tuple[Project, list[Path], Project]) -> None:
    project, files, last = afternoon
    attacker, members = attacker_of(project, last)
    read, other_year = 0, False
    for path in files:
        other_year |= path.stem not in ("before", "overlap-2", FIRST_MONEY)
        for table in tables_of(path):
            attacker.read(without_dollars(table) if other_year else table, members)
            read += len(table)
    assert read > 500
    assert len(attacker.known) > COUNT  # most schools are shown, whole
    schools = project.frame("schools")
    assert attacker.contradicted_by(np.concatenate([schools["enrollment"], schools["frpm_count"]])) == []
    for start, column in ((0, "enrollment"), (COUNT, "frpm_count")):
        for place in np.flatnonzero(schools[column] < 11):
            low, high = attacker.room(start + place)
            assert high - low >= 11 - 1e-3, (column, schools["name"][place], schools[column][place], low, high)


def test_the_same_reader_finds_a_school_whose_dollars_are_shown(afternoon: tuple[Project, list[Path], Project]) -> None:
    project, _, last = afternoon
    attacker, members = attacker_of(project, last)
    schools = project.frame("schools")
    place = int(np.flatnonzero(schools["enrollment"] < 11)[0])
    table = next(result for result in last.results if result.analysis == "money").output("schools").frame.drop(
        columns=["enrollment", "unduplicated_count", "need_share"])
    attacker.read(table, members)
    low, high = attacker.room(place)
    assert high - low < 0.5
    assert round(low + 0.25) == schools["enrollment"][place]


def test_headline_sums_hold_too(afternoon: tuple[Project, list[Path], Project]) -> None:
    project, files, last = afternoon
    attacker, members = attacker_of(project, last)
    for path in files:
        if path.stem == FIRST_MONEY and path.suffix == ".csv":
            for table in tables_of(path):
                attacker.read(table, members)
    shown = operations.released_result(last, next(r.id for r in last.results if r.analysis == "money"))
    own = (project.frame("schools")["governance"] != "charter").to_numpy()
    made = number(shown.figure("generated_usd").value)
    if made is not None:
        assert made % 1000 == 0  # said, but not to the cent
        attacker.sum(np.concatenate([own * attacker.schools["per_pupil"], own * attacker.schools["per_meal"]]), made, 501.0)
    for place in np.flatnonzero(project.frame("schools")["enrollment"] < 11):
        low, high = attacker.room(int(place))
        assert high - low >= 11 - 1e-3


def test_what_is_said_in_words_names_no_hidden_number(afternoon: tuple[Project, list[Path], Project]) -> None:
    """A tiny school's own number stands in no card, cell, note or sentence that leaves."""
    project, files, last = afternoon
    schools = project.frame("schools")
    tiny = schools[schools["enrollment"] < 11]
    known = {*tiny["name"], *tiny["id"]}
    for path in files:
        for table in tables_of(path):
            for row in table.loc[:, ~table.columns.duplicated()].to_dict("records"):
                if {str(row.get("name")), str(row.get("id"))} & known:
                    pupils = [value for name, value in row.items() if "upils" in str(name) or name in ("enrollment", "ada")]
                    assert not [value for value in pupils if (found := number(value)) is not None and found < 11], (path.name, row)
    for result in last.results:
        said = operations.released_result(last, result.id)
        texts = [said.sentence, *(note.text for note in said.notes), *(figure.note for figure in said.figures)]
        assert not [text for text in texts for name in tiny["name"] if name in text.split()]
