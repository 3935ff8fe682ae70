"""What is made of the one-folder build for Linux: a .deb, an AppImage, and one file that installs for a single user.

    python -m tools.package.linux_packages dist/ecomap --out dist
    python -m tools.package.linux_packages dist/ecomap --out dist --maintainer "Ana Ruiz <ana@example.org>"

An AppImage is a small program, the runtime, with a squashfs behind it (tools/package/appimage.py). Ours is built where a compiler
and its libraries are; --runtime names another, for example that of https://github.com/AppImage/type2-runtime/releases.

A .deb names who answers for it: --maintainer or the variable ECOMAP_MAINTAINER. Without, it says that nobody does.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from ecomap.model.version import VERSION  # noqa: E402
from tools.package import appimage, debian  # noqa: E402
from tools.package.icons import MARK, SIZES, write_icon  # noqa: E402

SOURCES = Path(__file__).resolve().parent / "linux"
ID = "org.ecomap.EcoMap"
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
# What Qt and Python load that no program should carry along: graphics drivers, the C library, the client of the display.
DEPENDS = "libc6 (>= 2.34), libgl1, libegl1, libx11-6, libxcb1, libxcb-icccm4, libxcb-keysyms1, libfontconfig1, hicolor-icon-theme"
NOBODY = "Nobody yet (whoever built this file) <nobody@ecomap.invalid>"  # .invalid is reserved: no such address can ever exist
RECOMMENDS = "shared-mime-info, desktop-file-utils"
DESCRIPTION = """Children's need against the schools and services around them
 EcoMap shows which children have no support in reach, who already works where,
 and which schools to go to next. It works without a network and hands the
 answer round as a single HTML file."""


def tree(folder: Path, into: Path) -> Path:
    """The files as they lie under / or in an AppDir: program, menu entry, icons, file type."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(folder, into / "usr" / "lib" / "ecomap", symlinks=True)
    share = into / "usr" / "share"
    for name, place in ((f"{ID}.desktop", "applications"), (f"{ID}.xml", "mime/packages")):
        (share / place).mkdir(parents=True)
        shutil.copy(SOURCES / name, share / place / name)
    for size in SIZES:
        apps = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        write_icon(apps, ".png", size).rename(apps / f"{ID}.png")
    scalable = share / "icons" / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copy(MARK, scalable / f"{ID}.svg")
    for path in into.rglob("*"):  # readable by every user, changeable by none but the owner
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return into


def deb(folder: Path, out: Path, scratch: Path, maintainer: str, fast: bool = False) -> Path:
    """A Debian package of the program; packed in seconds, and larger, where it is only to be tried."""
    root = tree(folder, scratch / "deb")
    (root / "usr" / "bin").mkdir()
    for name in ("ecomap", "ecomap-window"):
        (root / "usr" / "bin" / name).symlink_to(f"../lib/ecomap/{name}")
    papers = root / "usr" / "share" / "doc" / "ecomap"
    papers.mkdir(parents=True)
    with gzip.GzipFile(papers / "changelog.gz", "wb", mtime=0) as stream:
        stream.write((ROOT / "CHANGELOG.md").read_bytes())
    kilobytes = sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir()) // 1024
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        f"Package: ecomap\nVersion: {VERSION}\nArchitecture: {architecture()}\nMaintainer: {maintainer}\nSection: education\n"
        f"Priority: optional\nInstalled-Size: {kilobytes}\nDepends: {DEPENDS}\nRecommends: {RECOMMENDS}\nDescription: {DESCRIPTION}\n")
    made = out / f"ecomap_{VERSION}_{architecture()}.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(made))
    debian.pack(made, packing(fast))
    return made


def packing(fast: bool) -> tuple[str, ...]:
    """How xz packs the program: machine code packs better with its jumps made absolute, and likes are looked for in 128 MB."""
    jumps = ("--x86",) if machine() == "x86_64" else ()
    return ("xz", "-0") if fast else ("xz", *jumps, "--lzma2=preset=9e,dict=128MiB")


def app_dir(folder: Path, scratch: Path) -> Path:
    """The folder that an AppImage is made of."""
    root = tree(folder, scratch / "EcoMap.AppDir")
    shutil.copy(SOURCES / "AppRun", root / "AppRun")
    (root / "AppRun").chmod(0o755)
    shutil.copy(SOURCES / f"{ID}.desktop", root)
    shutil.copy(root / "usr" / "share" / "icons" / "hicolor" / "256x256" / "apps" / f"{ID}.png", root / f"{ID}.png")
    (root / ".DirIcon").symlink_to(f"{ID}.png")
    papers = root / "usr" / "share" / "doc" / "ecomap"
    papers.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOURCES / "runtime-licenses.txt", papers)
    return root


def app_image(root: Path, out: Path, scratch: Path, runtime: Path | None, fast: bool = False) -> Path:
    """The AppImage; its squashfs alone where there is no runtime."""
    squashed = out / f"EcoMap-{VERSION}-{machine()}.squashfs"
    appimage.squash(root, squashed, fast)
    front = runtime or appimage.runtime(scratch)
    if front is None:
        print(f"No AppImage, only what it would hold: its runtime needs {appimage.PACKAGES}, or --runtime FILE.", file=sys.stderr)
        return squashed
    made = appimage.image(front, squashed, out / f"EcoMap-{VERSION}-{machine()}.AppImage")
    squashed.unlink()
    return made


def one_file(root: Path, out: Path, fast: bool = False) -> Path:
    """A text that installs for one user, with the program packed behind it."""
    packed = out / "program.tar.xz"
    run("tar", "-I", " ".join(packing(fast)), "-cf", str(packed), "--owner=0", "--group=0", "-C", str(root), "usr")
    made = out / f"EcoMap-{VERSION}-{machine()}.run"
    made.write_bytes((SOURCES / "install.sh").read_bytes() + packed.read_bytes())
    made.chmod(0o755)
    packed.unlink()
    return made


def architecture() -> str:
    """What Debian calls this machine."""
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


def machine() -> str:
    """What the kernel calls this machine."""
    return ARCHITECTURES.get(architecture(), architecture())


def run(*command: str) -> None:
    """One tool, whose complaint ends the work."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}.\n{done.stdout}{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the one-folder build")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--runtime", type=Path, help="a runtime of the AppImage instead of ours")
    parser.add_argument("--maintainer", default=os.environ.get("ECOMAP_MAINTAINER") or NOBODY, help="who answers for the .deb: NAME <ADDRESS>")
    parser.add_argument("--fast", action="store_true", help="pack quickly, to try it; larger")
    parser.add_argument("--only", choices=("deb", "appimage", "run"), help="make one of them")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    scratch = given.out / "scratch"
    try:
        if given.only in (None, "deb"):
            say(deb(given.folder, given.out, scratch, given.maintainer, given.fast))
        root = app_dir(given.folder, scratch) if given.only != "deb" else scratch
        if given.only in (None, "run"):
            say(one_file(root, given.out, given.fast))
        if given.only in (None, "appimage"):
            say(app_image(root, given.out, scratch, given.runtime, given.fast))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def say(made: Path) -> None:
    """What was made, and how large it is."""
    print(f"{made}: {made.stat().st_size / 1e6:,.1f} MB")


if __name__ == "__main__":
    main()
