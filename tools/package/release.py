"""Make a release: sdist and wheel, their checksums, and a list of every library they run on (SBOM, CycloneDX).

    python -m tools.package.release --out dist/release      (make release)

The version stands in ecomap/model/version.py and nowhere else; the changelog must have a heading for it. Other files that lie in
the folder (deb, AppImage, setup, dmg) get their checksum too, so that it can be run again when they are there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from ecomap.model.version import VERSION  # noqa: E402
from ecomap.workspace.guide import news_since, sections  # noqa: E402

SUMS = "SHA256SUMS"
SBOM = f"ecomap-{VERSION}.cdx.json"


def told(changelog: str) -> bool:
    """Whether the changelog has a heading for this version."""
    return any(one.title.split(" ")[0] == VERSION for one in sections(changelog))


def bill(out: Path) -> Path:
    """The libraries of the lock file with versions and hashes, and EcoMap itself."""
    made = out / SBOM
    run(sys.executable, "-m", "cyclonedx_py", "requirements", "requirements/runtime.lock", "--pyproject", "pyproject.toml",
        "--output-reproducible", "--output-file", str(made))
    listed = json.loads(made.read_text(encoding="utf-8"))
    listed["metadata"]["component"]["version"] = VERSION  # the project file leaves it to the code
    for one in listed["components"]:
        one.pop("description", None)  # the line of the lock file once more
    made.write_text(json.dumps(listed, indent=1, sort_keys=True), encoding="utf-8")
    return made


def checksums(out: Path) -> Path:
    """SHA-256 of every file of the release, as ``sha256sum --check`` reads them."""
    files = sorted(path for path in out.iterdir() if path.is_file() and path.name != SUMS)
    made = out / SUMS
    made.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files), encoding="ascii")
    return made


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[:4])} ended with {done.returncode}.\n{done.stdout}{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "release")
    out = parser.parse_args().out.absolute()
    if not told((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        raise SystemExit(f"CHANGELOG.md has no heading for {VERSION}; write what is new, and the version in ecomap/model/version.py.")
    if news_since(VERSION):
        print(f"CHANGELOG.md has news above {VERSION}: raise the version before this is given to anybody.", file=sys.stderr)
    out.mkdir(parents=True, exist_ok=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT))
    bill(out)
    print(checksums(out).read_text(encoding="ascii"), end="")


if __name__ == "__main__":
    main()
