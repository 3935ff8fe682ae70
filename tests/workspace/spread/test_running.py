"""Data larger than memory: the same answer as in one process, whatever is cut, stopped, killed or damaged on the way."""

from __future__ import annotations

import builtins
import os
import signal
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.model.errors import CancelledError, InputError, ParameterError
from ecomap.model.progress import Progress
from ecomap.workspace.spread import steps
from ecomap.workspace.spread.running import SpreadResult, rows_of, run_spread
from ecomap.workspace.spread.settings import SpreadParams
from ecomap.workspace.spread.workers import crew
from tests.workspace.spread.made_up import asked, blocks, in_one_process, sites, squares

pytest.importorskip("dask", reason="the extra 'cluster' is not installed")
pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")

PLACES, THERE = blocks(900), sites(40)


def here(params: SpreadParams, progress: Progress | None = None) -> SpreadResult:
    with crew() as hands:
        return run_spread(params, hands, progress=progress)


def agrees(params: SpreadParams, places: pd.DataFrame = PLACES, there: pd.DataFrame = THERE) -> None:
    """The rows of the parts are those of one process, to nine digits."""
    found, whole = rows_of(params.out).set_index("id"), in_one_process(params, places, there)
    assert len(found) == len(places)
    assert set(found.index[found["people"].isna()]) == set(places["id"][places["people"].isna()])
    assert found["access"].isna().equals(found["people"].isna())  # no count, no score
    found = found.loc[whole.index]
    for column in ("people", "access", "share"):
        assert np.allclose(found[column], whole[column], rtol=1e-9, atol=1e-15), column
    assert (found["sites_in_reach"] == whole["sites_in_reach"]).all()
    assert np.allclose(found["nearest_m"].fillna(np.inf), whole["nearest_m"], rtol=1e-9)


@pytest.mark.parametrize("decay", ["none", "steps", "gaussian", "dai"])
def test_the_same_as_in_one_process(tmp_path: Path, decay: str) -> None:
    params = asked(tmp_path, PLACES, THERE, decay=decay)
    result = here(params)
    agrees(params)
    whole = in_one_process(params, PLACES, THERE)
    assert result.people == whole["people"].sum()
    assert result.people_out == whole.loc[whole["sites_in_reach"] == 0, "people"].sum()
    assert result.shared == pytest.approx(rows_of(params.out)["share"].sum())
    assert (result.places, result.uncounted) == (900, int(PLACES["people"].isna().sum()))
    assert f"{result.uncounted} places have no count" in result.sentence


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.integers(1, 30), count=st.integers(1, 120), seed=st.integers(0, 99))
def test_it_does_not_matter_into_how_many_parts(tmp_path: Path, parts: int, count: int, seed: int) -> None:
    places, there = blocks(count, seed), sites(10, seed)
    params = asked(tmp_path / f"{parts}-{count}-{seed}", places, there, parts=parts)
    if places["people"].notna().any():
        here(params)
        agrees(params, places, there)


def test_what_is_counted_beside_access(tmp_path: Path) -> None:
    squares().to_parquet(tmp_path / "into.parquet")
    params = asked(tmp_path, PLACES.assign(people=PLACES["people"].fillna(7.0)), THERE, moe="people_moe", group="county",
                   into=tmp_path / "into.parquet", draws=200)
    result = here(params)
    rows = rows_of(params.out).merge(PLACES[["id", "county", "people_moe"]], on="id")
    out = rows[rows["sites_in_reach"] == 0]
    groups = result.groups.set_index("group")
    assert groups["out"].to_dict() == pytest.approx(out.groupby("county")["people"].sum().to_dict())
    assert result.moe == pytest.approx(float(np.sqrt((out["people_moe"] ** 2).sum())))
    low, middle, high = result.drawn
    assert low < middle < high
    assert high - low == pytest.approx(2 * result.moe, rel=0.25)  # 90 % of the draws
    inside = squares().sjoin(_points(), predicate="contains").groupby("id_left")["people"].sum()
    assert result.into.set_index("id")["people"].fillna(0).loc[inside.index].tolist() == pytest.approx(inside.tolist())


def _points() -> Any:
    import geopandas as gpd

    return gpd.GeoDataFrame({"id": PLACES["id"], "people": PLACES["people"].fillna(7.0)},
                            geometry=gpd.points_from_xy(PLACES["x"], PLACES["y"]), crs="EPSG:3310")


def test_areas_are_carried_by_the_ground_they_share(tmp_path: Path) -> None:
    from ecomap import measures as m

    tracts = squares(9).assign(people=np.arange(81, dtype=float))
    tracts.to_parquet(tmp_path / "tracts.parquet", row_group_size=20)
    squares(4).to_parquet(tmp_path / "into.parquet")
    THERE.to_parquet(tmp_path / "sites.parquet")
    params = SpreadParams(tmp_path / "tracts.parquet", tmp_path / "sites.parquet", tmp_path / "out", into=tmp_path / "into.parquet",
                          by_ground=True, parts=6)
    result = here(params)
    whole = m.interpolate(tracts, squares(4), extensive=["people"])
    assert result.into["people"].to_numpy() == pytest.approx(whole["people"].to_numpy(), rel=1e-9)
    assert result.into["people"].sum() == pytest.approx(tracts["people"].sum())


def test_stopped_it_goes_on_from_the_parts_that_are_done(tmp_path: Path) -> None:
    params = asked(tmp_path, PLACES, THERE)
    progress = Progress(lambda share, text: progress.cancel() if share > 0.7 else None)
    with pytest.raises(CancelledError):
        here(params, progress)
    done = sorted((params.out / "reached").glob("*.json"))
    assert 0 < len(done) < 5
    written = {path: path.stat().st_mtime_ns for path in done}
    result = here(params)
    assert result.kept == len(done)
    assert {path: path.stat().st_mtime_ns for path in done} == written  # not written again
    agrees(params)


def test_a_damaged_part_and_one_of_another_question_are_made_again(tmp_path: Path) -> None:
    params = asked(tmp_path, PLACES, THERE)
    whole = here(params)
    part = params.out / "reached" / "part-00002.parquet"
    part.write_bytes(part.read_bytes()[:-40])
    wanted = params.out / "wanted" / "part-00001.parquet"
    wanted.write_bytes(b"")
    again = here(params)
    assert (again.kept, again.people_out) == (whole.parts - 1, whole.people_out)
    agrees(params)
    farther = attrs.evolve(params, radius_m=3000.0)
    assert here(farther).kept == 0
    agrees(farther)


def test_another_file_in_the_same_folder_is_another_question(tmp_path: Path) -> None:
    params = asked(tmp_path, PLACES, THERE)
    here(params)
    fewer = THERE.iloc[:20]
    params = asked(tmp_path, PLACES, fewer)
    assert here(params).kept == 0
    agrees(params, there=fewer)


def test_rows_without_a_place_are_said(tmp_path: Path) -> None:
    places = PLACES.copy()
    places.loc[:2, "x"] = np.nan
    result = here(asked(tmp_path, places, THERE))
    assert result.homeless == 3
    assert "3 rows do not say where they are" in result.sentence


@pytest.mark.parametrize(("more", "said"), [
    ({"people": "nobody"}, "no column 'nobody'"), ({"capacity": "room"}, "no column 'room'"),
])
def test_columns_that_are_not_there(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        here(asked(tmp_path, PLACES, THERE, **more))


def test_a_missing_capacity_is_not_zero(tmp_path: Path) -> None:
    there = THERE.copy()
    there.loc[4, "places"] = np.nan
    with pytest.raises(InputError, match="capacity of 1 site is missing"):
        here(asked(tmp_path, PLACES, there))


def test_degrees_are_refused(tmp_path: Path) -> None:
    params = asked(tmp_path, PLACES, THERE)
    squares().to_crs("EPSG:4326").assign(people=1.0).to_parquet(params.areas)
    with pytest.raises(InputError, match="in degrees"):
        here(params)


def test_settings_that_reach_nobody(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="reaches nobody"):
        SpreadParams(tmp_path, tmp_path, tmp_path, radius_m=0.0)


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith(("dask", "distributed")):
            raise ImportError(name)
        return kept(name, *rest)

    kept = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match="Dask") as caught, crew(workers=2):
        pass
    assert 'pip install "ecomap[cluster]"' in caught.value.hint


def test_no_cluster_at_the_address() -> None:
    with pytest.raises(InputError, match="No Dask cluster answers"), crew(address="tcp://127.0.0.1:9"):
        pass


@pytest.mark.slow
def test_two_processes_and_one_killed_in_the_middle_change_nothing(tmp_path: Path) -> None:
    alone = here(asked(tmp_path / "alone", PLACES, THERE, parts=12))
    params = asked(tmp_path / "two", PLACES, THERE, parts=12)
    killed: list[int] = []
    with crew(workers=2, memory_gb=4.0) as hands:

        def report(share: float, text: str) -> None:
            if share > 0.6 and not killed:
                killed.append(hands.pids()[0])
                os.kill(killed[0], signal.SIGKILL)

        result = run_spread(params, hands, progress=Progress(report))
        assert killed
    agrees(params)
    assert result.as_data() == {**alone.as_data(), "kept": result.kept}
    rows, of_one = rows_of(params.out), rows_of(tmp_path / "alone" / "out")
    pd.testing.assert_frame_equal(rows, of_one, check_exact=True)
    assert not [path for path in params.out.rglob("*") if path.is_file() and path.suffix not in (".parquet", ".json")]


@pytest.mark.slow
def test_stopped_with_two_processes_the_finished_parts_are_whole(tmp_path: Path) -> None:
    params = asked(tmp_path, PLACES, THERE, parts=12)
    progress = Progress(lambda share, text: progress.cancel() if share > 0.62 else None)
    with pytest.raises(CancelledError), crew(workers=2) as hands:
        run_spread(params, hands, progress=progress)
    plan = steps.plan_of(str(params.out))
    done = [part for part in range(12) if steps.read_note(plan.file("reached", part, ".json"), steps.reached_work(plan)) is not None]
    assert all(steps.is_whole(plan.file("reached", part), steps.reached_work(plan)) for part in done)
    assert here(params).kept >= len(done)
    agrees(params)
