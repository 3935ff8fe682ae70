"""What was changed is on the disk at once, is found again when its program is gone, and no full disk stops the work."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.io.store import check_project, open_project, save_project
from ecomap.io.store import recovery as store
from ecomap.io.store.recovery import ENDING, RecoveryFile, find_lost
from ecomap.model.errors import EcoMapError
from ecomap.model.progress import silent
from ecomap.model.project import Project
from ecomap.model.said import name, say
from ecomap.workspace import operations
from ecomap.workspace.journal import Journal, lost_work, open_lost, recovery_folder
from ecomap.workspace.soon import Soon
from ecomap.workspace.unsaved import Unsaved
from ecomap.workspace.workspace import Workspace
from tests.small_project import small_project


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The town, opened from its file."""
    path = tmp_path / "town.ecomap.gpkg"
    save_project(small_project(), path)
    made = Workspace()
    made.replace(open_project(path), path)
    return made


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[Journal]:
    made = Journal(workspace)
    yield made
    made.close()


def crash(journal: Journal) -> None:
    """As if the program were gone: its lock is free, its files are as they were."""
    assert journal.flush()
    assert journal._file is not None
    journal._file.let_go()
    journal._file = journal._base = None


def titled(workspace: Workspace, title: str) -> None:
    workspace.apply(operations.set_title(workspace.project, title), say("Change the title"))


def files() -> list[str]:
    folder = recovery_folder()
    return sorted(one.name for one in folder.iterdir() if one.name.endswith(ENDING)) if folder.exists() else []


def test_a_change_is_on_the_disk_and_a_running_program_keeps_it(workspace: Workspace, journal: Journal) -> None:
    titled(workspace, "one")
    assert journal.flush()
    (file,) = files()
    assert open_project(recovery_folder() / file).title == "one"
    assert lost_work().lost == (), "its program runs"


def test_only_what_changed_is_written_and_the_whole_project_comes_back(workspace: Workspace, journal: Journal) -> None:
    titled(workspace, "one")
    workspace.apply(operations.remove_layer(workspace.project, "schools"), say("Remove it"))
    crash(journal)
    (lost,) = lost_work().lost
    project, belongs = open_lost(lost, silent())
    assert belongs
    assert (project.title, project.has_layer("schools")) == ("one", False)
    assert [(str(one.label), one.label.key) for one in lost.about.doings] == [("Change the title",) * 2, ("Remove it",) * 2]
    assert [one for one in check_project(lost.file.path) if one.level == "error"] == []
    lost.file.remove()


@pytest.mark.parametrize("how", ["saved", "undone", "replaced"])
def test_nothing_stays_when_nothing_is_unsaved(workspace: Workspace, journal: Journal, how: str) -> None:
    titled(workspace, "one")
    assert journal.flush()
    assert len(files()) == 1
    if how == "undone":
        workspace.undo()
    elif how == "replaced":
        workspace.replace(Project(), None)
    else:
        assert workspace.path is not None
        operations.save_project(workspace.project, workspace.path)
        workspace.mark_saved(workspace.path)
        journal.look()
    assert journal.flush()
    assert files() == []


def test_the_next_project_has_a_file_of_its_own(workspace: Workspace, journal: Journal) -> None:
    titled(workspace, "one")
    assert journal.flush()
    workspace.replace(small_project(), None)
    titled(workspace, "other")
    crash(journal)
    (lost,) = lost_work().lost
    assert (lost.about.path, str(lost.about.title), len(lost.about.doings)) == (None, "other", 1)
    lost.file.remove()


def test_what_was_done_while_it_was_saved_is_on_the_disk_at_every_moment(
    workspace: Workspace, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    titled(workspace, "saved")
    being_saved = workspace.project
    titled(workspace, "later")
    assert journal.flush()
    assert workspace.path is not None
    operations.save_project(being_saved, workspace.path, previous=workspace.saved)
    seen: list[str] = []
    begin = RecoveryFile._begin

    def watched(self: RecoveryFile, *given: object) -> None:
        seen.append(open_project(self.path).title)
        begin(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(RecoveryFile, "_begin", watched)
    workspace.mark_saved(workspace.path, being_saved)
    journal.look()
    crash(journal)
    (lost,) = lost_work().lost
    assert (seen, [str(one.label) for one in lost.about.doings]) == (["later"], ["Change the title"])
    project, belongs = open_lost(lost, silent())
    assert (project.title, belongs) == ("later", True)
    lost.file.remove()


def test_a_file_that_changed_since_does_not_take_the_changes(workspace: Workspace, journal: Journal) -> None:
    titled(workspace, "one")
    crash(journal)
    assert workspace.path is not None
    save_project(operations.set_title(small_project(), "of another"), workspace.path)
    (lost,) = lost_work().lost
    assert open_lost(lost, silent())[1] is False
    lost.file.remove()


def test_what_was_brought_back_is_not_saved_over_a_file_that_changed_after(workspace: Workspace, journal: Journal) -> None:
    titled(workspace, "one")
    crash(journal)
    (lost,) = lost_work(workspace.path).lost
    project, _ = open_lost(lost, silent())
    assert workspace.path is not None
    save_project(operations.set_title(small_project(), "of another"), workspace.path)
    with pytest.raises(EcoMapError, match="changed"):
        operations.save_project(project, workspace.path, previous=project)
    lost.file.remove()


def test_work_on_another_file_is_not_offered_with_this_one(workspace: Workspace, journal: Journal, tmp_path: Path) -> None:
    titled(workspace, "one")
    crash(journal)
    assert lost_work(tmp_path / "other.ecomap.gpkg").lost == ()
    (lost,) = lost_work(workspace.path).lost
    lost.file.remove()


def test_a_refused_disk_is_said_once_and_work_goes_on(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[EcoMapError] = []
    journal = Journal(workspace, refused=said.append)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(RecoveryFile, "_begin", full)
        for number in range(3):
            titled(workspace, str(number))
            journal._soon.flush(0.2)
            time.sleep(0)
        assert [str(one.message) for one in said] == ["EcoMap cannot keep a safety copy of your changes (the disk is full)."]
    titled(workspace, "later")
    assert journal.flush()
    assert open_project(recovery_folder() / files()[0]).title == "later"
    journal.close()


@pytest.mark.parametrize("harm", ["deleted", "overwritten"])
def test_a_recovery_file_that_is_gone_or_damaged_is_written_anew(workspace: Workspace, journal: Journal, harm: str) -> None:
    titled(workspace, "one")
    assert journal.flush()
    path = recovery_folder() / files()[0]
    path.unlink() if harm == "deleted" else path.write_bytes(b"\x00" * 5000)
    titled(workspace, "two")
    assert journal.flush()
    assert open_project(path).title == "two"


@pytest.mark.parametrize("journal_of_sqlite", [b"", b"\x00" * 512], ids=["empty", "not begun"])
def test_a_transaction_that_was_cut_off_is_no_obstacle(workspace: Workspace, journal: Journal, journal_of_sqlite: bytes) -> None:
    titled(workspace, "one")
    crash(journal)
    path = recovery_folder() / files()[0]
    path.with_name(path.name + "-journal").write_bytes(journal_of_sqlite)
    (lost,) = lost_work().lost
    assert open_lost(lost, silent())[0].title == "one"
    lost.file.remove()


@pytest.mark.parametrize("content", [b"", b"no database" * 500, b"SQLite format 3\x00" + b"\x01" * 4096])
def test_a_damaged_one_is_put_aside(content: bytes) -> None:
    folder = recovery_folder()
    folder.mkdir(parents=True)
    (folder / f"a{ENDING}").write_bytes(content)
    found = find_lost(folder)
    assert (found.lost, [one.name for one in found.damaged]) == ((), [f"a{ENDING}.damaged"])
    assert [one.name for one in folder.iterdir()] == [f"a{ENDING}.damaged"]


@pytest.mark.parametrize("note", ["[]", "{}", '{"title": 5}', "null", '{"title":"a","path":null,"digest":"","loses":0,"since":1,"written":2,"doings":[]}'])
def test_one_that_says_nonsense_of_itself_is_put_aside(workspace: Workspace, journal: Journal, note: str) -> None:
    titled(workspace, "one")
    crash(journal)
    path = recovery_folder() / files()[0]
    connection = sqlite3.connect(path)
    connection.execute("UPDATE ecomap_meta SET value = ? WHERE key = ?", (note, store.KEY))
    connection.commit()
    connection.close()
    assert len(lost_work().damaged) == 1


def test_what_is_told_leaves_out_what_was_undone() -> None:
    unsaved, one, two = Unsaved(), Project(title="1"), Project(title="2")
    unsaved.done(name("a"))
    unsaved.reached(one)
    unsaved.done(name("b"))
    unsaved.done(name("b"), merges=True)
    unsaved.reached(two)
    assert [one.label for one in unsaved.doings] == ["a", "b"]
    unsaved.undone(name("b"))
    assert [one.label for one in unsaved.doings] == ["a"]
    unsaved.redone(name("b"))
    assert [one.label for one in unsaved.doings] == ["a", "b"]
    unsaved.saved(one, two)
    assert [one.label for one in unsaved.doings] == ["b"]
    unsaved.undone(name("b"))
    unsaved.undone(name("a"))
    assert [one.label for one in unsaved.doings] == ["Undo: a"]
    unsaved.redone(name("a"))
    assert unsaved.doings == ()


def test_undone_while_it_was_being_saved_is_still_to_be_saved() -> None:
    unsaved, one, two = Unsaved(), Project(title="1"), Project(title="2")
    unsaved.reached(one)
    unsaved.done(name("a"))
    unsaved.reached(two)
    unsaved.undone(name("a"))
    unsaved.saved(two, one)
    assert [one.label for one in unsaved.doings] == ["Undo: a"]


def test_the_latest_work_is_done_and_asking_waits_for_nothing() -> None:
    soon, go, done = Soon("test-soon"), threading.Event(), []
    soon.ask(lambda: (go.wait(10), done.append(0)))
    while soon._work is not None:
        time.sleep(0)
    for number in (1, 2, 3):
        soon.ask(lambda number=number: done.append(number))  # type: ignore[misc]
    soon.ask_again(lambda: done.append(4), within_s=0.0)
    assert done == []
    go.set()
    assert soon.flush()
    assert done == [0, 3]
