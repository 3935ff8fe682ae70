"""What people install: the wheel holds everything, and what is written about it in several places says the same."""

from __future__ import annotations

import ast
import configparser
import os
import plistlib
import re
import shutil
import struct
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


def test_nothing_that_ecomap_imports_is_left_out_of_the_program() -> None:
    from tools.package import lighter

    for module in (ROOT / "ecomap").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in named:
                gone = [left for left in lighter.LEFT_OUT if (name + ".").startswith(left + ".") and left not in ("pyarrow", "pip", "build")]
                assert not gone, (module, name)


BLOCKED = """
import importlib, sys
from tools.package import lighter

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if any((name + ".").startswith(left + ".") for left in lighter.LEFT_OUT):
            raise ModuleNotFoundError(name + " is left out", name=name)

sys.meta_path.insert(0, LeftOut())
for name in sys.stdin.read().split():
    importlib.import_module(name)
import numpy
for name in dir(numpy):  # SciPy asks for every one of them
    getattr(numpy, name)
print("whole")
"""


def test_the_libraries_that_ecomap_imports_do_without_what_is_left_out() -> None:
    imported = set()
    for module in (ROOT / "ecomap").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            imported |= {name for name in named if name.split(".")[0] not in {*sys.stdlib_module_names, "ecomap", "tools", "pyarrow", "dask", "distributed"}}
    done = subprocess.run([sys.executable, "-c", BLOCKED], input=" ".join(sorted(imported)), cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
                          capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "whole", done.stderr[-2000:]


def test_the_languages_of_the_program_are_those_of_its_catalogues() -> None:
    from tools.package import lighter

    assert lighter.languages() == {"root", "en", "es"}
    assert lighter.needed("babel/locale-data/es_MX.dat")
    assert not lighter.needed("babel/locale-data/fi.dat")
    assert lighter.spoken("icudt73l/zone/es_419.res", 10_000)
    assert lighter.spoken("icudt73l/coll/ucadata.icu", 500_000)
    assert not lighter.spoken("icudt73l/zone/fi.res", 10_000)
    assert not lighter.spoken("icudt73l/brkitr/thaidict.dict", 10_000)


def archive(tables: dict[bytes, bytes]) -> bytes:
    """An archive as ICU packs it, put together by hand: header of 32 bytes, places, names, tables at multiples of 16."""
    head = struct.pack("<HBB", 32, 0xDA, 0x27) + b"\x14\0\0\0\0\0\2\0CmnD" + bytes(16)
    places, names, body = [], b"", b""
    first = -(-(4 + 8 * len(tables) + sum(len(name) + 1 for name in tables)) // 16) * 16
    for name, table in tables.items():
        body += b"\0" * (-len(body) % 16)
        places.append((4 + 8 * len(tables) + len(names), first + len(body)))
        names += name + b"\0"
        body += table
    listed = struct.pack("<I", len(tables)) + b"".join(struct.pack("<II", *one) for one in places) + names
    return head + listed + bytes(first - len(listed)) + body


def test_a_subset_of_icus_tables_is_an_archive_of_its_own() -> None:
    from tools.package import lighter

    all_of_it = {b"icudt73l/en.res": b"English.", b"icudt73l/es.res": b"Castellano, y mas.", b"icudt73l/fi.res": b"suomi", b"icudt73l/root.res": b"root"}
    made = lighter.subset(archive(all_of_it), lambda name, size: "fi" not in name)
    wanted = archive({name: table for name, table in all_of_it.items() if b"fi" not in name})
    assert made[:32] == wanted[:32]
    many = struct.unpack_from("<I", made, 32)[0]
    found = {}
    for i in range(many):
        name_at, table_at = struct.unpack_from("<II", made, 36 + 8 * i)
        assert table_at % 16 == 0
        name = made[32 + name_at:made.index(b"\0", 32 + name_at)]
        found[name] = made[32 + table_at:32 + table_at + len(all_of_it[name])]
    assert list(found) == sorted(found)
    assert found == {name: table for name, table in all_of_it.items() if b"fi" not in name}
    assert lighter.subset(archive(all_of_it), lambda name, size: True) == archive(all_of_it)


def test_the_same_library_in_two_places_is_found(tmp_path: Path) -> None:
    from tools.package import lighter

    for folder, content in (("a", b"x" * 200_000), ("b", b"x" * 200_000), ("c", b"y" * 200_000)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "libsame.so").write_bytes(content)
    assert lighter.twins((f"{one}/libsame.so", tmp_path / one / "libsame.so") for one in "abc") == {"b/libsame.so": "a/libsame.so"}


ALGEBRA = """
import sys, numpy as np
draw = np.random.default_rng(17)
out = {}
for kind in (np.float32, np.float64, np.complex64, np.complex128):
    for n in (1, 2, 7, 40):
        a = (draw.standard_normal((n, n)) + (1j * draw.standard_normal((n, n)) if np.iscomplexobj(kind(0)) else 0)).astype(kind)
        b = (draw.standard_normal((n, 3))).astype(kind)
        spd = a @ a.conj().T + n * np.eye(n, dtype=kind)
        for view in (a, a.T, a[::-1], a[:, ::-1]):
            out[f"{kind.__name__} {n} {view.strides}"] = [
                view @ b, np.dot(view, b), np.vdot(view, view), np.inner(view, view), view @ view.T, np.linalg.solve(view, b), np.linalg.inv(view), np.linalg.det(view),
                np.linalg.svd(view)[1], np.linalg.lstsq(np.vstack([view, view]), np.vstack([b, b]), rcond=None)[0], np.sort_complex(np.linalg.eigvals(view)),
                np.abs(np.linalg.eig(view)[0]).sum(), np.linalg.matrix_rank(view), np.linalg.pinv(view)]
        out[f"{kind.__name__} {n} spd"] = [np.linalg.cholesky(spd), np.linalg.eigh(spd)[0], np.abs(np.linalg.qr(a)[1]), np.linalg.norm(spd, 2)]
np.savez(sys.argv[1], **{f"{key}|{i}": value for key, values in out.items() for i, value in enumerate(values)})
print(sum("one_algebra" in line for line in open("/proc/self/maps")) > 0)
"""


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="one library of linear algebra is made with a C compiler, on Linux")
def test_numpy_finds_the_same_with_scipys_copy_of_the_linear_algebra(tmp_path: Path) -> None:
    import numpy as np
    import scipy

    from tools.package import lighter

    site = Path(np.__file__).parents[1]
    own = next(iter(site.glob("numpy.libs/libscipy_openblas64_-*")), None)
    other = next(iter((Path(scipy.__file__).parents[1] / "scipy.libs").glob("libscipy_openblas-*")), None)
    if own is None or other is None:
        pytest.skip("NumPy and SciPy do not bring their own OpenBLAS here")
    assert lighter.stand_in("one_algebra.c", own, tmp_path / "slim", other) is not None  # every function that NumPy asks for is there
    shim = tmp_path / "one_algebra.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(shim), str(LINUX / "one_algebra.c"), f"-Wl,-rpath,{other.parent}", str(other)], check=True)
    for name, preloaded in (("own", {}), ("shared", {"LD_PRELOAD": str(shim)})):
        done = subprocess.run([sys.executable, "-c", ALGEBRA, str(tmp_path / f"{name}.npz")], env={**os.environ, **preloaded, "OPENBLAS_NUM_THREADS": "1"},
                              capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(name == "shared")
    before, after = np.load(tmp_path / "own.npz"), np.load(tmp_path / "shared.npz")
    assert len(before.files) > 800
    for key in before.files:
        loose = 2e-2 if "float32" in key or "complex64" in key else 1e-8
        np.testing.assert_allclose(after[key], before[key], rtol=loose, atol=loose, err_msg=key)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An AppImage of a folder whose program says what it was given."""
    from tools.package import appimage

    folder = tmp_path_factory.mktemp("image")
    front = appimage.runtime(folder / "scratch")
    if front is None or shutil.which("mksquashfs") is None:
        pytest.skip(f"an AppImage is made with {appimage.PACKAGES} squashfs-tools")
    root = folder / "AppDir"
    (root / "usr").mkdir(parents=True)
    (root / "AppRun").write_text('#!/bin/sh\necho "$APPIMAGE|$APPDIR|$ARGV0|$OWD|$*|$(cat "$APPDIR/usr/link")"\n')
    (root / "AppRun").chmod(0o755)
    (root / "usr" / "large").write_bytes(bytes(range(256)) * 5000)
    (root / "usr" / "small").write_text("contents")
    (root / "usr" / "link").symlink_to("small")
    appimage.squash(root, folder / "squashed", fast=True)
    return appimage.image(front, folder / "squashed", folder / "Eco Map.AppImage")


def started(image: Path, folder: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("APPIMAGE", "XDG_"))}
    return subprocess.run([str(image), *words], cwd=folder, env={**clean, "XDG_CACHE_HOME": str(folder / "cache"), **given}, capture_output=True, text=True, check=False)


def test_an_appimage_says_what_it_is_and_starts_what_it_holds(image: Path, tmp_path: Path) -> None:
    content = image.read_bytes()
    assert content[8:11] == b"AI\x02"
    offset = int(started(image, tmp_path, "--appimage-offset").stdout)
    assert content[offset:offset + 4] == b"hsqs"
    done = started(image, tmp_path, "a project.gpkg", "two")  # mounted where there is FUSE, else unpacked
    assert done.returncode == 0, done.stderr
    whole, where, called, here, words, linked = done.stdout.strip().split("|")
    assert (whole, called, here, words, linked) == (str(image), str(image), str(tmp_path), "a project.gpkg two", "contents")
    assert where != str(tmp_path)


def test_an_appimage_unpacks_once_into_the_users_own_cache(image: Path, tmp_path: Path) -> None:
    first = started(image, tmp_path, "--appimage-extract-and-run", "word")
    assert first.returncode == 0, first.stderr
    assert "once" in first.stderr
    place = Path(first.stdout.split("|")[1])
    assert place.parent == tmp_path / "cache" / "EcoMap-appimage"
    assert place.parent.stat().st_mode & 0o077 == 0
    assert first.stdout.split("|")[4] == "word"
    assert (place / "usr" / "large").read_bytes() == bytes(range(256)) * 5000
    again = started(image, tmp_path, APPIMAGE_EXTRACT_AND_RUN="1")
    assert again.stderr == ""
    assert Path(again.stdout.split("|")[1]) == place
    assert [one.name for one in place.parent.iterdir()] == [place.name]  # nothing half done is left


def test_an_appimage_does_not_unpack_where_others_can_write(image: Path, tmp_path: Path) -> None:
    (tmp_path / "cache" / "EcoMap-appimage").mkdir(parents=True)
    (tmp_path / "cache" / "EcoMap-appimage").chmod(0o777)
    (tmp_path / "own").mkdir()
    done = started(image, tmp_path, "--appimage-extract-and-run", TMPDIR=str(tmp_path / "own"))
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.split("|")[1]).is_relative_to(tmp_path / "own")


def test_an_appimage_hands_its_contents_out(image: Path, tmp_path: Path) -> None:
    assert started(image, tmp_path, "--appimage-extract").returncode == 0
    assert (tmp_path / "squashfs-root" / "usr" / "link").readlink() == Path("small")
    assert os.access(tmp_path / "squashfs-root" / "AppRun", os.X_OK)
    refused = started(image, tmp_path, "--appimage-extract")  # nothing is written over
    assert refused.returncode == 127
    assert "squashfs-root" in refused.stderr


def test_an_appimage_that_was_cut_off_says_so(image: Path, tmp_path: Path) -> None:
    offset = int(started(image, tmp_path, "--appimage-offset").stdout)
    cut = tmp_path / "cut.AppImage"
    cut.write_bytes(image.read_bytes()[:offset + 50])
    cut.chmod(0o755)
    done = started(cut, tmp_path, APPIMAGE_EXTRACT_AND_RUN="1")
    assert done.returncode == 127
    assert "not whole" in done.stderr


def test_a_deb_that_nobody_answers_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.package import linux_packages

    assert linux_packages.NOBODY.endswith(".invalid>")
    assert "Nobody" in linux_packages.NOBODY


def test_the_smoke_test_has_a_file_of_every_kind() -> None:
    import json

    files = ROOT / "tools" / "smoke_files"
    expected = json.loads((files / "expected.json").read_text(encoding="utf-8"))
    assert {path.name for path in files.iterdir()} == {*expected, "expected.json"}
    assert {name.removesuffix(".zip").rsplit(".", 1)[1] for name in expected} == {"geojson", "gpkg", "kml", "fgb", "shp", "gdb", "xlsx", "ods"}


@pytest.mark.package
def test_the_installed_wheel_works(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    done = subprocess.run([sys.executable, "-m", "ecomap", "new", "la", "--starter", "los-angeles"], cwd=tmp_path / "site",
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "layers in la.ecomap.gpkg" in done.stdout


@pytest.mark.skipif(shutil.which("dpkg-deb") is None or shutil.which("xz") is None, reason="no dpkg-deb or xz here")
def test_a_deb_packed_by_us_is_one_to_dpkg(tmp_path: Path) -> None:
    from tools.package import debian
    from tools.package.linux_packages import packing

    root, made = tmp_path / "root", tmp_path / "small.deb"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text("Package: small\nVersion: 1\nArchitecture: all\nMaintainer: A <a@ecomap.invalid>\nDescription: small\n")
    (root / "usr").mkdir()
    shutil.copy(sys.executable, root / "usr" / "program")
    (root / "usr" / "link").symlink_to("program")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(made)], check=True, capture_output=True)
    debian.pack(made, packing(fast=False))
    assert [name for name, _ in debian.members(made.read_bytes())] == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    out = tmp_path / "out"
    subprocess.run(["dpkg-deb", "--raw-extract", str(made), str(out)], check=True)
    assert (out / "usr" / "program").read_bytes() == (root / "usr" / "program").read_bytes()
    assert (out / "usr" / "link").is_symlink()
    assert "Package: small" in (out / "DEBIAN" / "control").read_text()
