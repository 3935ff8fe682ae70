"""Try the packaged program where no display is: its version, the demo, and the window for one frame.

    python tools/smoke_package.py dist/ecomap
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEMO_FILES = ("los-angeles.ecomap.gpkg", "los-angeles.html", "priority.csv", "gaps.gpkg", "map.png")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the one-folder build")
    folder = parser.parse_args().folder.resolve()
    with tempfile.TemporaryDirectory(prefix="ecomap smoke ") as scratch:  # a blank in the path, as people have
        work = Path(scratch)
        console = program(folder, "ecomap")
        version = run([console, "--version"], work).stdout.strip()
        print(f"{version} in {megabytes(folder):,.0f} MB")
        demo = run([console, "demo", "--out", str(work / "demo"), "--json"], work)
        made = json.loads(demo.stdout)
        for name in DEMO_FILES:
            file = work / "demo" / name
            if not file.is_file() or file.stat().st_size == 0:
                return complain(f"the demo did not write {name}")
            print(f"  {name}: {file.stat().st_size / 1e6:.2f} MB")
        for finding in made["findings"]:
            print(f"  {finding}")
        project = work / "demo" / DEMO_FILES[0]
        run([console, "check", str(project)], work)
        for opens in ([console, "window"], [program(folder, "ecomap-window")]):
            run([*opens, str(project), "--quit-after-first-paint"], work)
            print(f"  {Path(opens[0]).stem} opened the window and drew it")
    print("The packaged program works.")
    return 0


def program(folder: Path, name: str) -> str:
    found = shutil.which(name, path=str(folder))
    if found is None:
        raise SystemExit(f"There is no program {name} in {folder}.")
    return found


def run(command: list[str], work: Path) -> subprocess.CompletedProcess[str]:
    """One program as a stranger would start it: no Python settings, no display, no network proxy to fall back on."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    clean |= {"QT_QPA_PLATFORM": "offscreen", "ECOMAP_HOME": str(work / "home"), "HOME": str(work)}
    began = time.perf_counter()
    done = subprocess.run(command, env=clean, cwd=work, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        log = work / "home" / "ecomap.log"
        print(done.stdout[-2000:], done.stderr[-4000:], log.read_text()[-4000:] if log.is_file() else "", sep="\n")
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}.")
    print(f"  {' '.join([Path(command[0]).name, *command[1:2]])}: {time.perf_counter() - began:.1f} s")
    return done


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


def complain(problem: str) -> int:
    print(f"Smoke test failed: {problem}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
