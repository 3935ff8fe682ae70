"""What every test may lean on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ecomap  # noqa: F401 - before any test imports openpyxl: it chooses the parser
from tests.local_web import LocalWeb

if TYPE_CHECKING:
    from ecomap.io.web import Web

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The publishers' original files, which are not part of the repository.

    Looked for in ``$ECOMAP_SHARED_DATA`` and beside the checkout.
    """
    named = os.environ.get("ECOMAP_SHARED_DATA")
    candidates = [Path(named)] if named else [ROOT.parent / "shared" / "data"]
    for candidate in candidates:
        if (candidate / "SOURCES.tsv").is_file():
            return candidate
    pytest.skip("the publishers' original files are not here; set ECOMAP_SHARED_DATA to their folder")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, the cache or the recent files of whoever runs it."""
    monkeypatch.setenv("ECOMAP_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session", autouse=True)
def _one_application(qapp: object) -> object:
    """The application of the window, before any picture makes a smaller one: a process can have only one of them."""
    return qapp


@pytest.fixture
def local_web() -> Iterator[LocalWeb]:
    """A server on 127.0.0.1 that speaks as publishers do, and fails as they do: `tests.local_web`."""
    server = LocalWeb()
    yield server
    server.close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """The network allowed, in no hurry with anybody: no pauses between requests."""
    from ecomap.io.web import Web
    from ecomap.io.web.manners import Manners

    folder = tmp_path / "web"
    with Web(folder, allowed=True, manners=Manners(folder / "hosts.json", pause=lambda host: 0.0)) as made:
        yield made
