"""The commands of what was agreed: written down, changed, settled, listed, brought in from partners and taken home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import icalendar
import pytest

from ecomap.cli import main
from ecomap.workspace import operations
from tests.small_project import small_project


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.ecomap.gpkg"
    operations.save_project(small_project(), path)
    return path


def run(capsys: pytest.CaptureFixture[str], *given: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["agreed", *(str(one) for one in given)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def agreed(capsys: pytest.CaptureFixture[str], *given: object) -> Any:
    code, out, err = run(capsys, *given, "--json")
    assert code == 0, err
    return json.loads(out)["agreed"]


def test_what_is_agreed_is_kept_in_the_file_and_told_in_order(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agreed(capsys, "add", town, "A nurse", "--where", "west school", "--leads", "Red; Blue", "--by", "2027-06-30", "--agreed-on", "2027-01-31")
    first, second = agreed(capsys, "add", town, "A gym", "--by", "2027-01-15", "--approach", "Linked Learning", "--kind", "goal")
    assert (first["what"], second["what"], second["place"], second["leads"], first["approach"]) == ("A gym", "A nurse", "West School", ["Red", "Blue"], "linked_learning")
    code, out, _ = run(capsys, "list", town)
    assert code == 0
    assert "2 things were agreed: 2 are open" in out
    assert out.index("A gym") < out.index("A nurse")


def test_it_is_changed_settled_and_taken_away_by_the_beginning_of_its_id(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = agreed(capsys, "add", town, "A nurse", "--where", "West School")
    short = one["id"][:6]
    (changed,) = agreed(capsys, "change", town, short, "--what", "Two nurses", "--where", "all")
    assert (changed["id"], changed["what"], changed["place"], changed["layer"]) == (one["id"], "Two nurses", "", "")
    code, _, err = run(capsys, "settle", town, short, "dropped")
    assert code == 1
    assert "reason" in err
    (dropped,) = agreed(capsys, "settle", town, short, "dropped", "--reason", "No money", "--on", "2027-03-01")
    assert (dropped["state"], dropped["reason"], dropped["settled"]) == ("dropped", "No money", "2027-03-01")
    assert agreed(capsys, "list", town, "--state", "open") == []
    assert agreed(capsys, "remove", town, short) == []


def test_a_partners_file_waits_until_what_it_asks_is_settled(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "red.csv"
    file.write_text("What,Where,By when\nA nurse,West,6/7/2027\nA gym,,\n", "utf-8")
    code, out, _ = run(capsys, "import", town, file)
    assert code == 1
    assert "Nothing was kept" in out
    assert "--cell '1:where=West School (01964733000001)'" in out or "--cell 1:where" in out
    assert agreed(capsys, "list", town) == []
    code, _, _ = run(capsys, "import", town, file, "--cell", "1:where=West School", "--cell", "1:due=2027-06-07")
    assert code == 0
    held = agreed(capsys, "list", town)
    assert [(one["what"], one["place"], one["due"]) for one in held] == [("A nurse", "West School", "2027-06-07"), ("A gym", "", "")]
    run(capsys, "import", town, file)
    assert agreed(capsys, "list", town) == held
    code, _, err = run(capsys, "import", town, file, "--cell", "nonsense")
    assert code == 2
    assert "ROW:FIELD=TEXT" in err


def test_the_rest_comes_in_where_the_doubtful_is_left_out(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "red.csv"
    file.write_text("What,State\nA nurse,maybe\nA gym,open\n", "utf-8")
    code, _, _ = run(capsys, "import", town, file, "--leave")
    assert code == 0
    assert [one["what"] for one in agreed(capsys, "list", town)] == ["A gym"]


def test_template_and_calendar_go_home(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "calendar", town, tmp_path / "a.ics")
    assert code == 1
    assert "no day" in err or "has a day" in err
    agreed(capsys, "add", town, "A nurse", "--by", "2027-06-30")
    assert run(capsys, "calendar", town, tmp_path / "a.ics")[0] == 0
    (event,) = icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]) == "A nurse"
    for file in ("a.xlsx", "a.csv"):
        code, out, _ = run(capsys, "template", town, tmp_path / file)
        assert (code, "1 row" in out) == (0, True)
        before = agreed(capsys, "list", town)
        assert run(capsys, "import", town, tmp_path / file)[0] == 0
        assert agreed(capsys, "list", town) == before


def test_the_list_of_a_project_names_what_was_agreed_and_what_readers_say(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from attrs import evolve

    from ecomap.model.correction import CLOSED, Correction

    agreed(capsys, "add", town, "A nurse", "--where", "west school", "--by", "2027-06-30", "--agreed-on", "2027-01-31")
    project = operations.open_project(town)
    said = (Correction("c1", CLOSED, text="It has gone", about="Valley Clinic", day="2027-02-01"), Correction("c2", CLOSED, about="East Clinic", state="noted"))
    operations.save_project(evolve(project, corrections=said), town, previous=project)

    def listed(*more: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["list", str(town), *more])
        assert not ended.value.code
        return capsys.readouterr().out

    out = listed()
    assert "1 thing was agreed: 1 is open" in out
    assert "A nurse · West School" in out
    assert "1 correction waits, of 2." in out
    assert out.index("Closed: Valley Clinic, Waiting") < out.index("Closed: East Clinic, Kept as a note")
    told = json.loads(listed("--json"))
    assert [(one["what"], one["place"], one["due"]) for one in told["agreed"]] == [("A nurse", "West School", "2027-06-30")]
    assert [(one["about"], one["state"]) for one in told["corrections"]] == [("Valley Clinic", "waiting"), ("East Clinic", "noted")]
