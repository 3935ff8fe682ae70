"""A save leaves the old file or the new one, whatever happens, and never someone else's work overwritten."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from ecomap.io.store import check_project, open_project, save_project, saving
from ecomap.model.errors import CancelledError, ProjectError
from ecomap.model.layer import POINT, Layer
from ecomap.model.progress import Progress
from ecomap.model.project import Project
from tests.conftest import ROOT
from tests.io import projects


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.ecomap.gpkg"


def table_of(path: Path, layer: str) -> str:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    (name,) = connection.execute("SELECT table_name FROM ecomap_tables WHERE layer = ?", (layer,)).fetchone()
    connection.close()
    return name


def test_only_the_tables_whose_rows_changed_are_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(projects.project(), path)
    opened = open_project(path)
    written: list[str] = []
    real = saving.write_table

    def noted(connection: sqlite3.Connection, table: str, *rest: object, **more: object) -> object:
        written.append(table)
        return real(connection, table, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(saving, "write_table", noted)
    changed = opened.with_layer(opened.layer("links"), projects.links_frame().iloc[:1])
    changed = changed.with_layer_changed(changed.layer("need_areas").with_style(fill="#000000"))
    save_project(changed, path, previous=opened)
    assert written == ["links"]
    assert open_project(path) == changed
    assert len(open_project(path).frames["links"]) == 1


def test_layers_and_results_that_are_gone_leave_no_table(path: Path) -> None:
    save_project(projects.project(), path)
    opened = open_project(path)
    save_project(opened.without_layer("need_areas").without_result("coverage-gap-1"), path, previous=opened)
    names = {name for name, _ in pyogrio.list_layers(path).tolist()}
    assert {name for name in names if not name.startswith("ecomap_")} == {"layer__gpkg_sites", "zones", "links"}


def test_a_table_indexed_by_another_program_can_be_replaced(path: Path) -> None:
    save_project(projects.project(), path)
    pyogrio.write_dataframe(projects.sites_frame(), path, layer="extra", driver="GPKG")  # brings GDAL's own tables
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE rtree_need_areas_geom USING rtree(id, minx, maxx, miny, maxy)")
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES ('need_areas', 'geom', 'gpkg_rtree_index', 'http://example', 'write-only')"
    )
    connection.commit()
    connection.close()
    opened = open_project(path)
    changed = opened.with_layer(opened.layer("need_areas"), projects.areas_frame().iloc[:2])
    save_project(changed, path, previous=opened)
    assert len(open_project(path).frames["need_areas"]) == 2
    assert "extra" in dict(pyogrio.list_layers(path).tolist())
    connection = sqlite3.connect(path)
    assert not connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'rtree_need%'").fetchall()
    connection.close()


def test_saving_again_and_again_does_not_grow_the_file(path: Path) -> None:
    last = projects.numbered(0, sites=2000)
    save_project(last, path)
    size = path.stat().st_size
    for number in range(1, 6):
        following = projects.numbered(number, sites=2000)
        save_project(following, path, previous=last)
        last = following
    assert path.stat().st_size < 2.5 * size
    assert projects.number_of(open_project(path)) == 5


def test_the_last_versions_are_kept(path: Path) -> None:
    for number in range(1, 6):
        save_project(projects.numbered(number), path, keep_versions=3)
    assert sorted(os.listdir(path.parent)) == [path.name, *(f"{path.name}.~{n}~" for n in (1, 2, 3))]
    kept = [projects.number_of(open_project(path.with_name(f"{path.name}.~{n}~"))) for n in (1, 2, 3)]
    assert kept == [4, 3, 2]


def test_no_versions_are_kept_where_none_are_wanted(path: Path) -> None:
    for number in (1, 2):
        save_project(projects.numbered(number), path, keep_versions=0)
    assert os.listdir(path.parent) == [path.name]


def test_a_file_changed_by_another_program_is_not_overwritten(path: Path) -> None:
    save_project(projects.numbered(1), path)
    opened = open_project(path)
    pyogrio.write_dataframe(projects.sites_frame(), path, layer="theirs", driver="GPKG")
    with pytest.raises(ProjectError, match="changed by another program") as caught:
        save_project(projects.numbered(2), path, previous=opened)
    assert "another name" in caught.value.hint
    assert "theirs" in dict(pyogrio.list_layers(path).tolist())
    save_project(projects.numbered(2), path.with_name("mine.ecomap.gpkg"), previous=opened)


def test_a_change_during_the_save_is_noticed_too(path: Path) -> None:
    save_project(projects.numbered(1), path)
    opened = open_project(path)

    def meanwhile(share: float, text: str) -> None:
        if "Checking" in text:
            save_project(projects.numbered(7), path)

    with pytest.raises(ProjectError, match="changed by another program"):
        save_project(projects.numbered(2), path, previous=opened, progress=Progress(meanwhile))
    assert projects.number_of(open_project(path)) == 7


def test_what_was_just_saved_can_be_saved_again(path: Path) -> None:
    one, two, three = (projects.numbered(number) for number in (1, 2, 3))
    save_project(one, path)
    save_project(two, path, previous=one)
    save_project(three, path, previous=two)
    with pytest.raises(ProjectError, match="changed by another program"):
        save_project(two, path, previous=one)
    assert projects.number_of(open_project(path)) == 3


def test_a_file_that_vanished_is_written_whole(path: Path) -> None:
    save_project(projects.numbered(1), path)
    opened = open_project(path)
    path.unlink()
    save_project(projects.numbered(2), path, previous=opened)
    assert projects.number_of(open_project(path)) == 2


def test_stopping_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    save_project(projects.numbered(1), path)
    progress = Progress(lambda share, text: progress.cancel() if share > 0.3 else None)
    with pytest.raises(CancelledError):
        save_project(projects.numbered(2), path, progress=progress)
    assert projects.number_of(open_project(path)) == 1
    assert os.listdir(path.parent) == [path.name]


def test_a_column_that_cannot_be_kept_leaves_the_old_file(path: Path) -> None:
    save_project(projects.numbered(1), path)
    bad = projects.numbered(2)
    bad = bad.with_layer(bad.layer("two"), bad.frames["two"].assign(odd=object()))
    with pytest.raises(ProjectError, match="'odd'"):
        save_project(bad, path)
    assert projects.number_of(open_project(path)) == 1
    assert os.listdir(path.parent) == [path.name]


FULL_DISK = """
import resource, sys
from pathlib import Path
from ecomap.io.store import open_project, save_project
from ecomap.model.errors import ProjectError
from tests.io import projects
path = Path(sys.argv[1])
opened = open_project(path)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    save_project(projects.numbered(2, sites=5000), path, previous=opened if sys.argv[2] == "copy" else None)
except ProjectError as problem:
    print(problem)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [8_192, 120_000], ids=["at once", "half-way"])
@pytest.mark.parametrize("way", ["copy", "whole"])
def test_a_disk_that_takes_no_more_leaves_the_old_file(path: Path, way: str, limit: int) -> None:
    save_project(projects.numbered(1), path)
    before = path.read_bytes()
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path), way, str(limit)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert "disk is full or takes no more" in run.stdout, run.stdout + run.stderr
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no folder"):
        save_project(projects.numbered(1), tmp_path / "nowhere" / "p.ecomap.gpkg")


def test_saves_at_once_never_mix(path: Path) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(3)

    def saver(first: int) -> None:
        try:
            start.wait()
            for number in range(first, first + 8):
                save_project(projects.numbered(number), path)
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            failures.append(problem)

    threads = [threading.Thread(target=saver, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert projects.number_of(open_project(path)) in (107, 207, 307)
    assert all(finding.level != "error" for finding in check_project(path))
    assert {name for name in os.listdir(path.parent) if "~" not in name} == {path.name}


def test_unfinished_copies_of_a_killed_program_are_removed(path: Path) -> None:
    save_project(projects.numbered(1), path)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    with saving.unfinished_copy(path) as ours:
        ours.write_bytes(b"being written")
        left = ours.with_name(ours.name.replace(f".{os.getpid()}-", f".{dead.stdout.strip()}-"))
        left.write_bytes(b"left behind")
        open_project(path)
        assert ours.exists()
        assert not left.exists()
    assert os.listdir(path.parent) == [path.name]


def test_a_link_to_the_file_stays_a_link(path: Path) -> None:
    save_project(projects.numbered(1), path)
    link = path.with_name("link.ecomap.gpkg")
    link.symlink_to(path)
    opened = open_project(link)
    save_project(projects.numbered(2), link, previous=opened)
    assert link.is_symlink()
    assert projects.number_of(open_project(path)) == 2


def test_a_new_layer_beside_an_old_one_of_nearly_the_same_name(path: Path) -> None:
    save_project(projects.project(), path)
    opened = open_project(path)
    more = opened.with_layer(Layer("ZONES", "Zones", "site", "point"), projects.sites_frame())
    save_project(more, path, previous=opened)
    assert open_project(path) == more


@pytest.mark.parametrize(("areas", "page"), [(4_000, 4_096), (6_000, 16_384)])
def test_a_large_project_has_large_pages_and_every_program_reads_it(areas: int, page: int, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(areas)]}, geometry=gpd.points_from_xy(range(areas), range(areas)), crs="EPSG:3310")
    project = Project(title="Large", crs="EPSG:3310").with_layer(Layer("points", "Points", "reference", POINT), frame)
    path = tmp_path / "a.ecomap.gpkg"
    save_project(project, path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (page,)
    assert len(pyogrio.read_dataframe(path, layer="points")) == areas
    assert pyogrio.read_info(path, layer="ecomap_said")["features"] == 0
    assert open_project(path).frame("points")["id"].tolist() == frame["id"].tolist()
