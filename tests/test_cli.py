"""The command line as people and programs meet it: what it prints where, and how it ends."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from ecomap.analysis import registry
from ecomap.cli.exits import guarded
from ecomap.cli.flags import given_values
from ecomap.cli.printing import plain
from ecomap.cli.program import program, project_file
from ecomap.io.carried.page import element, page_text
from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.workspace import operations
from ecomap.workspace.settings import PAGE_MB, Settings
from tests.small_project import small_project

Ended = tuple[int, str, str]
Run = Callable[..., Ended]


@pytest.fixture
def ecomap(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; gives the exit code, standard output and the error stream."""

    def run(*arguments: object) -> Ended:
        given = [str(argument) for argument in arguments]
        code = guarded(lambda: program.main(args=given, prog_name="ecomap", standalone_mode=False))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- how it ends ---------------------------------------------------------------------------------------------------


def test_a_project_in_the_place_of_a_command_opens_in_the_window(ecomap: Run, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Path | None, bool]] = []
    monkeypatch.setattr("ecomap.cli.program.open_window", lambda project, leave: opened.append((project, leave)) or 0)
    assert ecomap(town)[0] == 0
    assert ecomap(town, "--quit-after-first-paint")[0] == 0
    assert opened == [(town, False), (town, True)]


def test_a_file_in_the_place_of_a_command_says_what_to_do(ecomap: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schools.csv").write_text("name\nElm\n")
    for given, hint in (("schools.csv", "ecomap import PROJECT schools.csv"), ("town.gpkg", "ecomap new town.gpkg")):
        code, _, err = ecomap(given)
        assert code == 1
        assert hint in err
    assert "No such command 'twn'" in ecomap("twn")[2]


def test_help_names_every_command_of_the_contract(ecomap: Run) -> None:
    code, out, err = ecomap("--help")
    assert (code, err) == (0, "")
    for command in ("demo", "new", "import", "list", "analyses", "describe", "run", "export", "fetch", "check"):
        assert f"\n  {command} " in out


@pytest.mark.parametrize("arguments", [
    ["frobnicate"], ["list"], ["import", "x", "y"], ["import", "x", "y", "--role", "castle"],
    ["run", "astrology", "x"], ["describe", "astrology"], ["run", "need-index", "x", "--colour", "red"], ["export", "x"],
    ["import", "x", "y", "--role", "school", "--column", "id"], ["run", "need-index", "x", "--out", "x.doc"],
])
def test_wrong_usage_is_2_with_a_pointer_to_help(ecomap: Run, arguments: list[str]) -> None:
    code, out, err = ecomap(*arguments)
    assert (code, out) == (2, "")
    assert "--help" in err.splitlines()[-1]
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize("arguments", [
    ["list", "nowhere"], ["check", "nowhere"], ["export", "nowhere", "x.html"], ["run", "need-index", "nowhere"],
    ["fetch", "svi", "x", "--year", "2022"], ["new", "x", "--starter", "atlantis"],
])
def test_the_users_problem_is_1_with_a_sentence_and_a_hint(ecomap: Run, arguments: list[str], tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = ecomap(*arguments)
    assert (code, out) == (1, "")
    assert 1 <= len(err.splitlines()) <= 2
    assert "Traceback" not in err


def test_stopping_is_3_and_changes_nothing(ecomap: Run, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _digest(town)
    for stop in (KeyboardInterrupt, CancelledError):

        def stopped(*args: object, stop: type[BaseException] = stop, **kwargs: object) -> None:
            raise stop()

        monkeypatch.setattr(operations, "run_analysis", stopped)
        code, out, err = ecomap("run", "need-index", town)
        assert (code, out) == (3, "")
        assert "Stopped" in err
    assert _digest(town) == before


def test_a_fault_is_70_and_says_what_may_be_handed_on(
    ecomap: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path / "home"))

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("seven by nought")

    monkeypatch.setattr(operations, "open_project", broken)
    code, out, err = ecomap("list", town)
    log = tmp_path / "home" / "ecomap.log"
    assert (code, out) == (70, "")
    assert "Traceback" not in err
    assert str(log) in err
    assert "ZeroDivisionError" in err
    assert "doing: command list --project" in err
    assert "seven by nought" not in err + log.read_text()
    assert str(town) not in err + log.read_text()


def test_a_system_library_that_is_not_there_is_named(
    ecomap: Run, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(*args: object, **kwargs: object) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(operations, "export_noted", bare)
    code, _, err = ecomap("export", town, "map.png")
    assert code == 1
    assert "libEGL.so.1" in err
    assert "apt-get install" in err


def test_an_unwritable_place_is_the_users_problem(ecomap: Run, town: Path, tmp_path: Path) -> None:
    code, _, err = ecomap("export", town, tmp_path / "no such folder" / "x.gpkg")
    assert code == 1
    assert "no such folder" in err


def test_a_reader_that_goes_away_is_no_problem(town: Path) -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m ecomap list "{town}" --json | head -c 5', shell=True, capture_output=True, text=True,
        check=False,
    )
    assert done.stderr == ""


def test_without_a_display_the_window_is_declined_in_words(ecomap: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for arguments in ((), ("window",)):
        code, _, err = ecomap(*arguments)
        assert code == 1
        assert err.startswith("There is no display here")


# --- projects ------------------------------------------------------------------------------------------------------


def test_a_project_is_named_without_its_ending(ecomap: Run, tmp_path: Path) -> None:
    code, out, _ = ecomap("new", tmp_path / "our plan")
    assert code == 0
    assert (tmp_path / "our plan.ecomap.gpkg").is_file()
    assert out.startswith("Our plan: 0 layers")
    assert project_file(tmp_path / "x.gpkg") == tmp_path / "x.gpkg"


def test_new_does_not_replace_a_file_unless_told_to(ecomap: Run, town: Path) -> None:
    before = _digest(town)
    code, _, err = ecomap("new", town)
    assert code == 1
    assert "--force" in err
    assert _digest(town) == before
    assert ecomap("new", town, "--force")[0] == 0
    assert operations.open_project(town).layers == ()


def test_list_tells_layers_rows_and_vintages(ecomap: Run, town: Path) -> None:
    code, out, _ = ecomap("list", town)
    assert code == 0
    line = next(line for line in out.splitlines() if line.strip().startswith("need-areas"))
    assert line.split() == ["need-areas", "Census", "tracts", "need_area", "9", "2014-18"]


def test_list_json_is_one_document(ecomap: Run, town: Path) -> None:
    code, out, err = ecomap("list", town, "--json")
    held = json.loads(out)
    assert (code, err) == (0, "")
    assert {layer["id"]: layer["rows"] for layer in held["layers"]}["need-areas"] == 9
    assert held["results"] == []


def test_check_says_that_a_sound_file_is_sound(ecomap: Run, town: Path) -> None:
    code, out, _ = ecomap("check", town)
    assert code == 0
    assert out.splitlines()[-1] == "The file is sound."
    assert json.loads(ecomap("check", town, "--json")[1])["sound"] is True


def test_check_of_a_damaged_file_is_1(ecomap: Run, town: Path) -> None:
    town.write_bytes(town.read_bytes()[:50_000])
    code, _, err = ecomap("check", town)
    assert code == 1
    assert "Traceback" not in err


# --- questions -----------------------------------------------------------------------------------------------------


def test_every_analysis_can_be_named_and_described(ecomap: Run) -> None:
    code, out, _ = ecomap("analyses", "--json")
    assert code == 0
    named = [analysis["name"] for analysis in json.loads(out)]
    assert named == list(registry.names())
    assert {"need-index", "coverage-gap", "priority"} <= set(named)
    for name in named:
        code, out, _ = ecomap("describe", name, "--json")
        assert code == 0
        flags = [parameter["flag"] for parameter in json.loads(out)["parameters"]]
        shown = ecomap("run", name, "--help")[1]
        assert all(flag in shown for flag in flags)


def test_describe_and_run_answer_an_unknown_name_alike(ecomap: Run) -> None:
    described, asked = ecomap("describe", "nope"), ecomap("run", "nope", "x")
    assert described[0] == asked[0] == 2
    assert described[2].splitlines()[0] == asked[2].splitlines()[0]
    assert "need-index" in described[2].splitlines()[0]


def test_describe_lists_what_a_project_has_to_choose_from(ecomap: Run, town: Path) -> None:
    _, out, _ = ecomap("describe", "coverage-gap", "--project", town)
    assert "service:Mental Health  Mental Health (1 service location)" in out


def test_run_saves_the_answer_in_the_project(ecomap: Run, town: Path) -> None:
    code, out, err = ecomap("run", "need-index", town, "--draws", 0)
    assert (code, err) == (0, "")
    result = operations.open_project(town).results[0]
    assert result.sentence in out
    assert "Tract 9" in result.sentence


def test_run_json_holds_the_whole_answer(ecomap: Run, town: Path) -> None:
    code, out, err = ecomap("run", "need-index", town, "--draws", 0, "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["provenance"]["params"]["draws"] == 0
    scores = {row["name"]: row["score"] for row in answer["table"]}
    assert scores["Tract 1"] == 0.0
    assert scores["Tract 5"] == 0.5     # 4 of the 8 other tracts are lower
    assert scores["Tract 9"] == 1.0


@pytest.mark.parametrize("name", ["need.csv", "need.gpkg", "need.geojson", "need.fgb", "need.xlsx"])
def test_run_writes_its_table_where_it_is_told(ecomap: Run, town: Path, tmp_path: Path, name: str) -> None:
    import geopandas as gpd
    import pandas as pd

    code, out, _ = ecomap("run", "need-index", town, "--draws", 0, "--out", tmp_path / name)
    assert code == 0
    assert name in out
    path = tmp_path / name
    if name.endswith((".gpkg", ".geojson", ".fgb")):
        table = pd.DataFrame(gpd.read_file(path))
        assert table["id"].min() == "06037000001"  # the leading zero of an identifier is kept
    elif name.endswith(".csv"):
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    else:
        table = pd.read_excel(path, sheet_name=1, dtype=str)  # the first sheet is the contents
    assert len(table) >= 9


def test_a_value_out_of_bounds_is_refused_in_words_and_saves_nothing(ecomap: Run, town: Path) -> None:
    before = _digest(town)
    code, _, err = ecomap("run", "need-index", town, "--minimum-present", 2)
    assert code == 1
    assert "at most 1" in err
    assert _digest(town) == before


def test_a_layer_can_be_chosen_by_name(ecomap: Run, town: Path) -> None:
    code, _, _ = ecomap("run", "need-index", town, "--draws", 0, "--use", "areas=Census tracts")
    assert code == 0
    code, _, err = ecomap("run", "need-index", town, "--use", "areas=Schools")
    assert code == 1
    assert "holds schools" in err


def test_a_distance_may_carry_its_unit() -> None:
    from ecomap.analysis import registry

    params = registry.analysis("coverage-gap").params
    metres = {text: given_values(params, {"param_radius_m": text})["radius_m"] for text in ("1mi", "2 km", "800")}
    assert metres == {"1mi": 1609.344, "2 km": 2000.0, "800": "800"}
    with pytest.raises(EcoMapError, match="unit 'parsec' is not known"):
        given_values(params, {"param_radius_m": "3 parsec"})


@pytest.mark.parametrize("name", ["town.ecomap.gpkg", "other.ecomap.gpkg"])
def test_an_export_never_takes_the_place_of_a_project(ecomap: Run, town: Path, name: str) -> None:
    before = _digest(town)
    assert ecomap("export", town, town.with_name(name))[0] == 1
    assert ecomap("run", "need-index", town, "--draws", 0, "--out", town.with_name(name))[0] == 1
    assert _digest(town) == before
    assert not town.with_name("other.ecomap.gpkg").exists()


@pytest.mark.parametrize("ending", ["gpkg", "xlsx", "html", "png", "svg", "pdf"])
def test_a_project_is_exported_as_what_its_name_says(ecomap: Run, town: Path, ending: str) -> None:
    out = town.with_name(f"town.{ending}")
    before = operations.open_project(town)
    code, said, _ = ecomap("export", town, out, "--json")
    assert code == 0
    assert json.loads(said)["bytes"] == out.stat().st_size > 1000
    starts = {"gpkg": b"SQLite", "xlsx": b"PK", "html": b"<!DOCTYPE", "png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert out.read_bytes().startswith(starts[ending])
    after = operations.open_project(town)
    assert after.with_ledger(before.ledger) == before  # only noted that it has left
    assert [one.file for one in after.releases] == [out.name]


def test_the_limit_of_a_page_is_the_flags_else_the_remembered_one_and_the_file_keeps_it(ecomap: Run, town: Path) -> None:
    def limit(*flags: object) -> int:
        assert ecomap("export", town, town.with_name("town.html"), *flags)[0] == 0
        return int(json.loads(element(page_text(town.with_name("town.html")), "ecomap-record"))["made"]["most_mb"])

    assert limit() == PAGE_MB
    Settings(page_mb=5).save()
    assert limit() == 5
    assert limit("--most-mb", 2) == 2
    assert ecomap("export", town, town.with_name("town.html"), "--most-mb", 0)[0] == 2


def _asked_twice(ecomap: Run, town: Path) -> list[str]:
    """Ids of a need index and a gap question in the project."""
    for name in ("need-index", "coverage-gap"):
        code, _, err = ecomap("run", name, town)
        assert code == 0, err
    return [result.id for result in operations.open_project(town).results]


def test_answers_are_left_out_of_a_page_by_id_or_by_analysis(ecomap: Run, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, gap = _asked_twice(ecomap, town)
    given: list[set[str]] = []
    export = operations.export_noted

    def noted(*args: object, **kwargs: object) -> object:
        given.append(kwargs["left_out"])  # type: ignore[arg-type]
        return export(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "export_noted", noted)
    page = town.with_name("town.html")
    said: list[bool] = []
    for names in ([], [index], ["coverage-gap"], [index, "coverage-gap"]):
        code, _, err = ecomap("export", town, page, *(part for name in names for part in ("--without", name)))
        assert code == 0, err
        said.append("Need fifth" in page.read_text(encoding="utf-8"))
    assert given == [set(), {index}, {gap}, {index, gap}]
    assert said == [True, True, True, False]  # both answers have the column
    assert len(operations.open_project(town).results) == 2


def test_an_answer_that_is_not_there_cannot_be_left_out(ecomap: Run, town: Path) -> None:
    index, gap = _asked_twice(ecomap, town)
    code, out, err = ecomap("export", town, town.with_name("town.html"), "--without", "astrology")
    assert (code, out) == (1, "")
    assert err.splitlines() == [f"The project has no answer 'astrology'; it has {index} (need-index), {gap} (coverage-gap)."]
    assert not town.with_name("town.html").exists()


def test_answers_are_left_out_of_pages_only(ecomap: Run, town: Path) -> None:
    code, _, err = ecomap("export", town, town.with_name("town.xlsx"), "--without", "need-index")
    assert code == 2
    assert "is no page" in err


# --- what programs read --------------------------------------------------------------------------------------------


def test_plain_json_knows_missing_and_out_of_reach() -> None:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"a": [math.nan, math.inf], "b": [pd.NA, 1], "c": np.array([1, 2])})
    assert plain(frame.to_dict("records")) == [{"a": None, "b": None, "c": 1}, {"a": "out of reach", "b": 1, "c": 2}]
    assert plain(np.float64("nan")) is None
    assert plain({"when": pd.NaT, "flag": np.bool_(True), "path": Path("x")}) == {
        "when": None, "flag": True, "path": "x"
    }


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_words_and_json_reach_any_terminal(town: Path, encoding: str) -> None:
    project = operations.open_project(town)
    operations.save_project(operations.set_title(project, "Peña – 学校"), town)
    settings = os.environ | {"PYTHONIOENCODING": encoding}
    for arguments in (["list", str(town)], ["list", str(town), "--json"]):
        done = subprocess.run([sys.executable, "-m", "ecomap", *arguments], capture_output=True, check=False,
                              env=settings)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode(encoding))["title"] == "Peña – 学校"


def test_every_command_that_prints_json_says_so() -> None:
    for name in ("demo", "import", "list", "analyses", "describe", "export", "check"):
        command = program.commands[name]
        assert any("--json" in option.opts for option in command.params if isinstance(option, click.Option)), name


def test_the_module_starts_the_same_program() -> None:
    done = subprocess.run([sys.executable, "-m", "ecomap", "--version"], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONWARNINGS": "error"})
    assert done.stdout.startswith("ecomap ")
