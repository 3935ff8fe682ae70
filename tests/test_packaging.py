"""What people install: the wheel holds everything, and what is written about it in several places says the same."""

from __future__ import annotations

import configparser
import plistlib
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest

from ecomap.model.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tools" / "package"
LINUX = PACKAGE / "linux"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, put together anew; takes a second or two."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


def shipped(folder: str) -> set[str]:
    found = {path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert found
    return found


def test_the_wheel_holds_every_resource_the_data_the_guide_and_the_catalogues(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    assert {f"ecomap/resources/{name}" for name in shipped("resources")} <= held
    assert {f"ecomap/boundaries/{name}" for name in shipped("data/boundaries")} <= held
    assert {"ecomap/docs/guide.md", "ecomap/docs/guide.es.md", "ecomap/docs/CHANGELOG.md"} <= held
    assert "ecomap/resources/locale/es/LC_MESSAGES/ecomap.mo" in held
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ecomap").rglob("*.py")}
    assert modules <= held
    assert not [name for name in held if name.startswith(("tests/", "benchmarks/"))]


def test_the_wheel_names_its_version_programs_and_extras(wheel: zipfile.ZipFile) -> None:
    inside = f"ecomap-{VERSION}.dist-info"
    told = wheel.read(f"{inside}/METADATA").decode()
    assert f"\nVersion: {VERSION}\n" in told
    assert re.findall(r"^Provides-Extra: (.+)$", told, re.MULTILINE) == ["cluster", "parquet"]
    entries = configparser.ConfigParser()
    entries.read_string(wheel.read(f"{inside}/entry_points.txt").decode())
    assert entries["console_scripts"]["ecomap"] == "ecomap.cli:main"
    assert entries["gui_scripts"]["ecomap-window"] == "ecomap.cli:window"


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert "version" not in project
    for path in (*PACKAGE.rglob("*"), ROOT / ".ci" / "packages.yml", ROOT / "build.spec"):
        if path.is_file() and path.suffix not in (".pyc", ".iss"):  # how one calls Inno Setup is told with an example
            assert VERSION not in path.read_text(encoding="utf-8"), path


def test_the_changelog_has_a_heading_for_the_version() -> None:
    from tools.package.release import told

    assert told((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert not told("## 99.0 - 2031-01-01\n\nNothing.")


def test_the_menu_entry_opens_projects_by_the_type_that_their_name_has() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(LINUX / "org.ecomap.EcoMap.desktop", encoding="utf-8")
    said = entry["Desktop Entry"]
    assert said["Exec"] == "ecomap-window %f"
    assert said["Terminal"] == "false"
    kind = ElementTree.parse(LINUX / "org.ecomap.EcoMap.xml").getroot()[0]
    assert said["MimeType"] == f"{kind.get('type')};"
    assert [one.get("pattern") for one in kind if one.tag.endswith("glob")] == ["*.ecomap.gpkg"]


def test_the_sources_for_windows_and_macos_are_well_formed() -> None:
    ElementTree.parse(PACKAGE / "windows" / "AppxManifest.xml")
    assert plistlib.loads((PACKAGE / "macos" / "entitlements.plist").read_bytes())
    for script in (PACKAGE / "macos" / "build.sh", LINUX / "install.sh", LINUX / "AppRun"):
        subprocess.run(["sh", "-n", str(script)], check=True)
    setup = (PACKAGE / "windows" / "ecomap.iss").read_text(encoding="utf-8")
    assert "PrivilegesRequired=lowest" in setup  # no administrator
    assert "Root: HKLM" not in setup


def test_no_secret_stands_in_the_sources() -> None:
    for path in (*(one for one in PACKAGE.rglob("*") if one.is_file() and one.suffix != ".pyc"), ROOT / ".ci" / "packages.yml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?i)(password|pfx_base64)\s*[:=]\s*[\"'][^\"'$]+[\"']", text), path


@pytest.mark.package
def test_the_installed_wheel_works(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    done = subprocess.run([sys.executable, "-m", "ecomap", "new", "la", "--starter", "los-angeles"], cwd=tmp_path / "site",
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "layers in la.ecomap.gpkg" in done.stdout
