"""Offline is the default: with the switch off not one socket of a network is opened, whatever the program does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local_web import LocalWeb

# Noted by every Python that is started below, also by the process that reads files.
_GUARD = """
import os, socket, sys
def _watch(event, given):
    network = event == "socket.__new__" and given[1] not in (getattr(socket, "AF_UNIX", None), -1)
    if network or event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        with open(os.environ["SOCKETS_SEEN"], "a") as file:
            file.write(f"{event} {given[1:]}\\n")
sys.addaudithook(_watch)
"""

_CONNECTORS = """
import tempfile
from pathlib import Path
from ecomap.io.connectors.registry import connector, names
from ecomap.model.errors import EcoMapError
from ecomap.model.params import build_params, param_specs
from ecomap.model.progress import silent
from ecomap.workspace.network import network
address = {"socrata": "https://data.example.org/d/abcd-1234", "ckan": "https://data.example.org/dataset/a"}
given = {"address": "https://data.example.org/rest/services/A/FeatureServer/0", "state": "06", "county": "037", "year": "2023"}
folder, own = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp()) / "partners.csv"
own.write_text("name,address,city,state,zip\\nA,100 Main St,Los Angeles,CA,90012\\n")
given |= {"file": str(own), "send_addresses": True}
for name in names():
    one = connector(name)
    told = {**given, **({"address": address[name]} if name in address else {})}
    params = build_params(one.params, {spec.name: told.get(spec.name, "06") for spec in param_specs(one.params) if spec.required or spec.name == "send_addresses"})
    assert one.asks(params), name
    try:
        one.fetch(params, network(), folder, progress=silent())
    except EcoMapError as problem:
        assert problem.details.get("kind") == "offline", (name, problem)
    else:
        raise AssertionError(name)
assert not list(folder.rglob("*.*"))
"""

PROGRAMS: dict[str, list[str]] = {
    "the commands": ["-m", "ecomap", "--help"],
    "every connector": ["-c", _CONNECTORS],
    "the main job": ["-m", "ecomap", "demo", "--out", "demo"],
    "the window": ["-m", "ecomap", "window", "--quit-after-first-paint"],
}


def _run(what: list[str], folder: Path, before: tuple[str, ...] = ()) -> tuple[subprocess.CompletedProcess[str], str]:
    """A program run with every socket noted; how it ended and which were opened."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(_GUARD, encoding="utf-8")
    seen = folder / "seen.txt"
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [*before, sys.executable, *what], cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "guard"), str(root)]), "SOCKETS_SEEN": str(seen), "ECOMAP_HOME": str(folder / "home"),
             "QT_QPA_PLATFORM": "offscreen"})
    return done, seen.read_text(encoding="utf-8") if seen.exists() else ""


def _namespace() -> tuple[str, ...]:
    """How a program is started without any network; skips where this is not permitted."""
    command = ("unshare", "--map-root-user", "--net")
    if shutil.which("unshare") is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let tests make a network namespace")
    return command


@pytest.mark.parametrize("what", PROGRAMS)
def test_not_one_socket_is_opened(what: str, tmp_path: Path) -> None:
    done, seen = _run(PROGRAMS[what], tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert seen == ""


@pytest.mark.parametrize("what", ["every connector", "the window"])
def test_where_there_is_no_network_nothing_is_missed(what: str, tmp_path: Path) -> None:
    done, seen = _run(PROGRAMS[what], tmp_path, _namespace())
    assert done.returncode == 0, done.stderr[-2000:]
    assert seen == ""


def test_the_watch_sees_what_is_asked(local_web: LocalWeb, tmp_path: Path) -> None:
    local_web.route("/rows", [1])
    asking = ("from ecomap.workspace.network import network\n"
              f"assert network(allowed=True).get({local_web.url('/rows')!r}).json() == [1]")
    done, seen = _run(["-c", asking], tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "socket.connect" in seen
    assert len(local_web.asked) == 1
