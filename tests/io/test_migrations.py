"""A project of an earlier EcoMap opens as it was, and its file stays as it is until it is saved."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from ecomap.io import migrations
from ecomap.io.store import SCHEMA_VERSION, check_project, open_project, save_project
from ecomap.model.project import Project
from ecomap.model.said import Said
from tests.io import projects

DOWN_TO_1 = (
    "ALTER TABLE ecomap_layers RENAME COLUMN description TO json",
    "ALTER TABLE ecomap_layers RENAME COLUMN place TO position",
    "ALTER TABLE ecomap_layers ADD COLUMN table_name TEXT",
    "ALTER TABLE ecomap_layers ADD COLUMN row_count INTEGER",
    "ALTER TABLE ecomap_layers ADD COLUMN columns TEXT",
    """UPDATE ecomap_layers SET (table_name, row_count, columns) =
         (SELECT table_name, row_count, columns FROM ecomap_tables WHERE layer = ecomap_layers.id)""",
    "DROP TABLE ecomap_tables",
    "DROP TABLE ecomap_results",
    "DELETE FROM gpkg_contents WHERE table_name IN ('ecomap_tables', 'ecomap_results')",
    "DROP TABLE ecomap_said",
    "DELETE FROM gpkg_contents WHERE table_name = 'ecomap_said'",
    "UPDATE ecomap_meta SET value = '1' WHERE key = 'schema_version'",
)


def without_results() -> Project:
    return projects.project().without_result("coverage-gap-1")


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file as schema 1 had it."""
    path = tmp_path / "old.ecomap.gpkg"
    save_project(without_results(), path)
    connection = sqlite3.connect(path)
    for statement in DOWN_TO_1:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def test_the_ladder_has_a_step_from_every_schema_to_the_next() -> None:
    assert [step.FROM for step in migrations.STEPS] == list(range(1, SCHEMA_VERSION))


def test_an_old_file_opens_as_it_was(old_file: Path) -> None:
    before = without_results()
    opened = open_project(old_file)
    assert opened == before
    assert opened.frames["need_areas"].equals(before.frames["need_areas"])


def test_opening_an_old_file_does_not_change_it(old_file: Path) -> None:
    before = hashlib.sha256(old_file.read_bytes()).digest()
    open_project(old_file)
    check_project(old_file)
    assert hashlib.sha256(old_file.read_bytes()).digest() == before
    assert [entry.name for entry in old_file.parent.iterdir()] == [old_file.name]


def test_saving_brings_an_old_file_to_todays_form_and_keeps_the_old_one(old_file: Path) -> None:
    opened = open_project(old_file)
    assert any("earlier form (schema 1)" in finding.text for finding in check_project(old_file))
    save_project(opened, old_file, previous=opened)
    assert any(f"today's form (schema {SCHEMA_VERSION})" in finding.text for finding in check_project(old_file))
    kept = old_file.with_name(old_file.name + ".~1~")
    assert any("earlier form (schema 1)" in finding.text for finding in check_project(kept))


def test_migrating_says_what_was_done(old_file: Path) -> None:
    memory = sqlite3.connect(":memory:")
    source = sqlite3.connect(old_file)
    source.backup(memory)
    source.close()
    results, messages, digests, agreed, together = migrations.migrate(memory, 1)
    assert "results" in results
    assert "messages" in messages
    assert "digest" in digests
    assert "agreed" in agreed
    assert "one shape" in together
    assert memory.execute("SELECT count(*) FROM ecomap_results").fetchone() == (0,)
    assert memory.execute("SELECT count(*) FROM ecomap_tables").fetchone() == (4,)
    assert migrations.migrate(memory, SCHEMA_VERSION) == ()
    memory.close()


DOWN_TO_2 = (
    "ALTER TABLE ecomap_tables DROP COLUMN digest",
    "DROP TABLE ecomap_said",
    "DELETE FROM gpkg_contents WHERE table_name = 'ecomap_said'",
    "UPDATE ecomap_meta SET value = '2' WHERE key = 'schema_version'",
)


@pytest.fixture
def english_file(tmp_path: Path) -> Path:
    """A file as schema 2 had it: finished sentences, as texts."""
    path = tmp_path / "english.ecomap.gpkg"
    save_project(projects.project(), path)  # its sentences are plain texts
    connection = sqlite3.connect(path)
    for statement in DOWN_TO_2:
        connection.execute(statement)
    for (description,) in connection.execute("SELECT description FROM ecomap_results").fetchall():
        assert '"say":' not in description
    connection.commit()
    connection.close()
    return path


def test_finished_sentences_of_an_old_file_are_said_as_they_stand(english_file: Path) -> None:
    before, opened = projects.project(), open_project(english_file)
    assert opened == before
    (answer,) = opened.results
    assert isinstance(answer.sentence, Said)
    assert answer.sentence.key == ""
    assert opened.results[0].main.frame.equals(before.results[0].main.frame)
    save_project(opened, english_file, previous=opened)
    assert open_project(english_file) == before
