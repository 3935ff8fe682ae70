"""Try a packaged EcoMap as a stranger would: its version, the demo, a page to share, and the window by menu and by double-click.

    python tools/smoke_package.py dist/ecomap                       the one-folder build
    python tools/smoke_package.py .venv/bin                         a wheel that was installed there
    python tools/smoke_package.py dist/EcoMap-...AppImage           an AppImage, or the AppRun of its folder
    python tools/smoke_package.py /usr/bin --menu /usr/share/applications/org.ecomap.EcoMap.desktop

The window opens without a display; with --display it opens on the one that is there (a desktop, or Xvfb).
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEMO_FILES = ("los-angeles.ecomap.gpkg", "los-angeles.html", "priority.csv", "gaps.gpkg", "map.png")
LEAVE = "--quit-after-first-paint"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=Path, help="the folder with the programs, or an AppImage")
    parser.add_argument("--menu", type=Path, help="the entry of the menu to start it from")
    parser.add_argument("--display", action="store_true", help="open the window on the display that is there")
    given = parser.parse_args()
    place = given.place.absolute()
    with tempfile.TemporaryDirectory(prefix="ecomap smoke ") as scratch:  # a blank in the path, as people have
        work = Path(scratch)
        console, window = programs(place)
        version = run([*console, "--version"], work, given.display).stdout.strip()
        print(f"{version}{f' in {megabytes(place):,.0f} MB' if place.is_file() or (place / '_internal').is_dir() else ''}")
        demo = run([*console, "demo", "--out", str(work / "demo"), "--json"], work, given.display)
        made = json.loads(demo.stdout)
        for name in DEMO_FILES:
            if not written(work / "demo" / name):
                return complain(f"the demo did not write {name}")
        for finding in made["findings"]:
            print(f"  {finding}")
        project = work / "demo" / DEMO_FILES[0]
        run([*console, "check", str(project)], work, given.display)
        for ending in (".html", ".pdf", ".xlsx"):
            run([*console, "export", str(project), str(work / f"meeting{ending}")], work, given.display)
            if not written(work / f"meeting{ending}"):
                return complain(f"no {ending} was exported")
        run([*console, "export", str(project), str(work / "reunion.html"), "--language", "es"], work, given.display)
        if 'lang="es' not in (work / "reunion.html").read_text(encoding="utf-8"):
            return complain("the page is not in Spanish")
        started = {"window": window, **({"menu entry": menu(given.menu)} if given.menu else {})}
        for how, command in started.items():
            run([*command, LEAVE], work, given.display)
            print(f"  {how}: the window stood there")
            run([*command, str(project), LEAVE], work, given.display)
            print(f"  {how}: a project that was double-clicked was open")
    print("The packaged program works.")
    return 0


def programs(place: Path) -> tuple[list[str], list[str]]:
    """How the console program and the window are started."""
    if place.is_file():
        return [str(place)], [str(place), "window"]
    console, window = (shutil.which(name, path=str(place)) for name in ("ecomap", "ecomap-window"))
    if console is None:
        raise SystemExit(f"There is no program ecomap in {place}.")
    return [console], [window] if window else [console, "window"]  # a program of macOS holds one of them


def menu(entry: Path) -> list[str]:
    """What an entry of the menu starts, without the place of the file."""
    line = next(line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    command = [part for part in shlex.split(line.removeprefix("Exec=")) if not part.startswith("%")]
    found = shutil.which(command[0])
    if found is None:
        raise SystemExit(f"The menu entry starts {command[0]}, which is not there.")
    return [found, *command[1:]]


def run(command: list[str], work: Path, display: bool) -> subprocess.CompletedProcess[str]:
    """One program as a stranger would start it: no Python settings, no network proxy to fall back on."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    clean |= {"ECOMAP_HOME": str(work / "home"), "HOME": str(work)} | ({} if display else {"QT_QPA_PLATFORM": "offscreen"})
    began = time.perf_counter()
    done = subprocess.run(command, env=clean, cwd=work, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        log = work / "home" / "ecomap.log"
        print(done.stdout[-2000:], done.stderr[-4000:], log.read_text()[-4000:] if log.is_file() else "", sep="\n")
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}.")
    print(f"  {' '.join([Path(command[0]).name, *command[1:2]])}: {time.perf_counter() - began:.1f} s")
    return done


def written(file: Path) -> bool:
    """Whether a file is there and holds something."""
    there = file.is_file() and file.stat().st_size > 0
    print(f"  {file.name}: {file.stat().st_size / 1e6:.2f} MB" if there else f"  {file.name}: missing")
    return there


def megabytes(place: Path) -> float:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file() and not file.is_symlink()]
    return sum(file.stat().st_size for file in files) / 1e6


def complain(problem: str) -> int:
    print(f"Smoke test failed: {problem}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
