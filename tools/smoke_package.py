"""Try a packaged EcoMap as a stranger would: its version, files of every kind, papers, the demo, a plan, and the window.

Every part of a library that the packaging leaves out (tools/package/lighter.py) would be missed here: each kind of file that EcoMap
opens, some on old datums; each kind that it writes; linear algebra, the solver of plans, numbers and words of another language.

    python tools/smoke_package.py dist/ecomap                       the one-folder build
    python tools/smoke_package.py dist/ecomap --quick               the same without the demo and what rests on it
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
import zipfile
from pathlib import Path

DEMO_FILES = ("los-angeles.ecomap.gpkg", "los-angeles.html", "priority.csv", "gaps.gpkg", "map.png")
FILES = Path(__file__).resolve().parent / "smoke_files"
# what a file of each kind begins with
BEGINNINGS = {
    ".html": b"<!doctype html", ".pdf": b"%PDF-", ".png": b"\x89PNG", ".svg": b"<", ".xlsx": b"PK", ".docx": b"PK", ".gpkg": b"SQLite format 3",
    ".csv": b"", ".geojson": b"{",
}
NEAR = 2e-5  # degrees, about 2 m: what is left where a datum shift is right
FAR_OFF, OLD_DATUMS = "places.shp.zip", ("places.gdb.zip",)  # Britain; California on the datum of 1927
LEAVE = "--quit-after-first-paint"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=Path, help="the folder with the programs, or an AppImage")
    parser.add_argument("--menu", type=Path, help="the entry of the menu to start it from")
    parser.add_argument("--display", action="store_true", help="open the window on the display that is there")
    parser.add_argument("--quick", action="store_true", help="leave out the demo and what is made of it")
    given = parser.parse_args()
    place = given.place.absolute()
    with tempfile.TemporaryDirectory(prefix="ecomap smoke ") as scratch:  # a blank in the path, as people have
        work = Path(scratch)
        console, window = programs(place)
        version = run([*console, "--version"], work, given.display).stdout.strip()
        print(f"{version}{f' in {megabytes(place):,.0f} MB' if place.is_file() or (place / '_internal').is_dir() else ''}")
        problem = opened(console, work) or ("" if given.quick else answered(console, work))
        if problem:
            return complain(problem)
        project = work / ("small.ecomap.gpkg" if given.quick else f"demo/{DEMO_FILES[0]}")
        started = {"window": window, **({"menu entry": menu(given.menu)} if given.menu else {})}
        for how, command in started.items():
            run([*command, LEAVE], work, given.display)
            print(f"  {how}: the window stood there")
            run([*command, str(project), LEAVE], work, given.display)
            print(f"  {how}: a project that was double-clicked was open")
    print("The packaged program works.")
    return 0


def opened(console: list[str], work: Path) -> str:
    """A small project of files of every kind, with the places where they belong; papers of it. What went wrong, or nothing."""
    project = str(work / "small.ecomap.gpkg")
    for name, places in json.loads((FILES / "expected.json").read_text(encoding="utf-8")).items():
        for how in ("alone", "beside places of another land"):  # where the project is measured says nothing of a file's datum
            run([*console, "new", project, "--force"], work, False)
            if how != "alone":
                run([*console, "import", project, str(FILES / FAR_OFF), "--role", "reference", "--layer", "far off"], work, False)
            problem = misplaced(console, work, project, name, places)
            if problem:
                return f"{problem}, {how}"
            print(f"  {name}, {how}: {len(places)} places where they belong")
            if name not in OLD_DATUMS:
                break
    run([*console, "new", str(work / "city.ecomap.gpkg"), "--starter", "los-angeles"], work, False)
    if "highest" not in run([*console, "run", "need-index", str(work / "city.ecomap.gpkg")], work, False).stdout:
        return "the question of need has no answer"
    for ending in (".pdf", ".docx"):
        run([*console, "brief", str(work / "city.ecomap.gpkg"), "Quincy Jones Elementary", "--out", str(work / f"brief{ending}")], work, False)
        if not written(work / f"brief{ending}"):
            return f"no brief was written as {ending}"
    for ending in (".html", ".pdf", ".png", ".svg", ".xlsx", ".gpkg"):
        run([*console, "export", project, str(work / f"small{ending}")], work, False)
        if not written(work / f"small{ending}"):
            return f"no {ending} was exported"
    run([*console, "export", project, str(work / "reunion.html"), "--language", "es"], work, False)
    if 'lang="es' not in (work / "reunion.html").read_text(encoding="utf-8"):
        return "the page is not in Spanish"
    if "alcance" not in run([*console, "--language", "es", "describe", "coverage-gap"], work, False).stdout:
        return "the help is not in Spanish"
    return ""


def misplaced(console: list[str], work: Path, project: str, name: str, places: list[list[object]]) -> str:
    """Which place of a file lies elsewhere once it came into a project and left again, or nothing."""
    layer, out = name.replace(".", " "), work / f"{name}.geojson"
    run([*console, "import", project, str(FILES / name), "--role", "reference", "--layer", layer, "--json"], work, False)
    run([*console, "export", project, str(out), "--layer", layer], work, False)
    found = {one["properties"]["name"]: (one["geometry"] or {}).get("coordinates") for one in json.loads(out.read_text(encoding="utf-8"))["features"]}
    for place, lon, lat in places:
        where = found.get(place)
        if not where or abs(where[0] - lon) > NEAR or abs(where[1] - lat) > NEAR:
            return f"{place} of {name} lies at {where} instead of {lon}, {lat}"
    return ""


def answered(console: list[str], work: Path) -> str:
    """The demo, a plan, a check, and papers of it. What went wrong, or nothing."""
    demo = run([*console, "demo", "--out", str(work / "demo"), "--json"], work, False)
    for finding in json.loads(demo.stdout)["findings"]:
        print(f"  {finding}")
    for name in DEMO_FILES:
        if not written(work / "demo" / name):
            return f"the demo did not write {name}"
    project = str(work / "demo" / DEMO_FILES[0])
    run([*console, "run", "plan", project, "--target", "service:Mental health"], work, False)
    run([*console, "check", project], work, False)
    for ending in (".html", ".pdf", ".xlsx"):
        run([*console, "export", project, str(work / f"meeting{ending}")], work, False)
        if not written(work / f"meeting{ending}"):
            return f"no {ending} was exported"
    return ""


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
    """Whether a file is there and is of the kind that its name says."""
    there = file.is_file() and file.stat().st_size > 0
    print(f"  {file.name}: {file.stat().st_size / 1e6:.2f} MB" if there else f"  {file.name}: missing")
    if not there:
        return False
    with file.open("rb") as stream:
        begins = stream.read(64).lower().startswith(BEGINNINGS[file.suffix].lower())
    return begins and (BEGINNINGS[file.suffix] != b"PK" or zipfile.ZipFile(file).testzip() is None)


def megabytes(place: Path) -> float:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file() and not file.is_symlink()]
    return sum(file.stat().st_size for file in files) / 1e6


def complain(problem: str) -> int:
    print(f"Smoke test failed: {problem}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
