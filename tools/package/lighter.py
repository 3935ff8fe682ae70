"""What the one-folder program leaves out, and what it carries once instead of twice; asked by build.spec.

Leaving out is a matter of names (`needed`, `unasked`) and of debugging symbols (`stripped`). On Linux three libraries are made anew
where a C compiler is there, and stay as they were published where there is none:

- ICU's tables, which Qt asks for upper and lower case, order of words and names of time zones: the languages of EcoMap only (`tables`);
- libcurl beside PROJ, for grids fetched over the network, which EcoMap never does: five functions that say no (`stand_in`);
- NumPy's copy of OpenBLAS: NumPy asks SciPy's (`stand_in` with linux/one_algebra.c).

tools/smoke_package.py uses in the finished program what could have been lost here.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parent / "linux"

# Libraries that tests, notebooks and benchmarks bring, and parts that nothing of EcoMap imports.
LEFT_OUT = (
    "matplotlib", "tkinter", "IPython", "jupyter", "notebook", "numba", "llvmlite", "selenium",
    "pytest", "_pytest", "pytestqt", "pytest_benchmark", "hypothesis", "xdist", "coverage", "mypy", "ruff",
    "PyInstaller", "importlinter", "grimp", "build", "hatchling", "pip", "setuptools", "wheel", "cyclonedx", "chardet",
    "pyarrow",  # an extra, larger than EcoMap itself
    "PySide6.QtNetwork", "PySide6.QtDBus",
    "lxml.objectify", "lxml.isoschematron", "pydoc_data", "lib2to3", "ensurepip", "idlelib", "turtledemo",
    "PIL", "PyQt5", "PyQt6", "PySide2",  # pictures are written by Qt; pikepdf and python-docx need no PIL for what is asked of them
    "scipy.stats", "scipy.interpolate", "scipy.integrate", "scipy.ndimage", "scipy.signal", "scipy.cluster", "scipy.odr", "scipy.io",
    "scipy.datasets", "scipy.differentiate", "scipy.special.cython_special", "numpy._core._simd",
    # the libraries that tests and benchmarks compare with, and what they bring
    "mapclassify", "sklearn", "networkx", "access", "tobler", "spopt", "esda", "libpysal", "rasterio", "rasterstats", "pulp", "statsmodels", "joblib.test",
)

# Parts that a map window on a laptop never loads: of Qt frame-buffer and remote screens, the GTK theme with all of GTK, QML,
# on-screen keyboards, network sockets (EcoMap uses none); tests and sources of libraries; what the page does not take of Leaflet;
# the texts of translators, which are compiled; what vcpkg notes of how GDAL was built; functions for processors of the last ten years
# that RapidFuzz has a second time for every processor.
UNUSED = (
    "plugins/platforms/libqeglfs", "plugins/platforms/libqvnc", "plugins/platforms/libqlinuxfb",
    "plugins/platforms/libqvkkhrdisplay", "plugins/platforms/libqminimalegl", "plugins/platformthemes/libqgtk3",
    "plugins/egldeviceintegrations", "plugins/platforminputcontexts/libqtvirtualkeyboard", "plugins/platforminputcontexts/qtvirtualkeyboard",
    "plugins/qmltooling", "plugins/networkinformation", "plugins/tls", "plugins/sqldrivers", "qml/",
    "Qt6Qml", "Qt6Quick", "Qt6VirtualKeyboard", "Qt6EglFS", "Qt6EglFs", "Qt6Network", "opengl32sw.dll",
    "libgtk-3", "libgdk", "libcairo", "libpango", "libatk", "libatspi", "libepoxy", "libpixman", "libthai", "libdatrie",
    "pyogrio/tests/", "/leaflet-src.", "ecomap.pot", "/ecomap.po", ".pyx", ".pxd", ".pxi", ".pyi", "vcpkg", ".cmake",
    "rapidfuzz/fuzz_cpp_avx2", "rapidfuzz/distance/metrics_cpp_avx2", "rapidfuzz/fuzz_cpp_sse2", "rapidfuzz/distance/metrics_cpp_sse2",
)
# Libraries whose symbols can be stripped; those that do not bear it (OpenBLAS, Qt) stay as they are.
DEBUGGED = (
    "libpython3", "_typst", "libgdal", "_rust.", "pyproj/", "rapidfuzz/", "highspy/", "shapely/", "pyogrio/_", "lib-dynload", "pycrfsuite", "lxml/",
    "libqpdf", "_core.cpython", "jenkspy/", "python_calamine/", "scipy/", "PIL/", "libcurl",
)
SYSTEM = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def languages() -> frozenset[str]:
    """The languages in which numbers, dates and lists are written: those of the catalogues, and English."""
    return frozenset({"root", "en"}) | {folder.name.split("_")[0] for folder in (ROOT / "resources" / "locale").iterdir() if folder.is_dir()}


def needed(name: str) -> bool:
    """Whether a file of the program is asked for by anything a planner does."""
    name = name.replace("\\", "/")
    if "Qt/translations/" in name or "PySide6/translations/" in name:
        return any(f"qtbase_{language}." in name for language in languages())
    if "babel/locale-data/" in name:
        return PurePosixPath(name).name.split(".")[0].split("_")[0] in languages()
    return not any(unused in name for unused in UNUSED)


def asked(library: Path) -> set[str]:
    """The libraries that a library names; empty where it cannot be read."""
    done = subprocess.run(["readelf", "-d", str(library)], capture_output=True, text=True, check=False)
    return set(re.findall(r"\(NEEDED\).*\[(.+?)\]", done.stdout))


def unasked(binaries: Mapping[str, Path], asked: Callable[[Path], set[str]] = asked) -> set[str]:
    """Libraries of the system that came along with parts that are left out: no other file names them.

    >>> names = {"libA": Path("/usr/lib/libA"), "libB": Path("/usr/lib/libB"), "libC": Path("/usr/lib/libC"), "mine": Path("/home/mine")}
    >>> sorted(unasked(names, {Path("/usr/lib/libA"): {"libB"}, Path("/home/mine"): {"libC"}}.get))
    ['libA', 'libB']
    """
    names = {name: asked(path) or set() for name, path in binaries.items()}
    gone: set[str] = set()
    while True:
        wanted = set().union(*(needs for name, needs in names.items() if name not in gone))
        idle = {name for name, path in binaries.items() if "/" not in name and not name.startswith("libpython") and str(path).startswith(SYSTEM) and name not in wanted}
        if idle <= gone:
            return gone
        gone |= idle


def stripped(name: str, path: Path, scratch: Path) -> Path | None:
    """A library without the symbols that only a debugger reads; None where it is left as it is."""
    if not any(part in name for part in DEBUGGED):
        return None
    slim = scratch / name
    slim.parent.mkdir(parents=True, exist_ok=True)
    return slim if ran("strip", "--strip-unneeded", "-o", str(slim), str(path)) else None


def replaced(name: str, path: Path, scratch: Path, found: Mapping[str, Path]) -> Path | None:
    """The smaller library that takes the place of a published one; None where that stays."""
    file = PurePosixPath(name).name
    if file.startswith("libicudata.so"):
        return tables(path, scratch)
    if file.startswith("libcurl-") and "pyproj.libs" in str(path):
        return stand_in("no_network.c", path, scratch)
    if file.startswith("libscipy_openblas64_-"):
        other = next((where for known, where in found.items() if PurePosixPath(known).name.startswith("libscipy_openblas-")), None)
        return None if other is None else stand_in("one_algebra.c", path, scratch, other)
    return None


def stand_in(source: str, path: Path, scratch: Path, beside: Path | None = None) -> Path | None:
    """A library made of `source` under the name of another, which has every function that the libraries around ask of that one."""
    made = scratch / path.name
    made.parent.mkdir(parents=True, exist_ok=True)
    linked = (str(beside), f"-Wl,-rpath,$ORIGIN/../{beside.parent.name}") if beside else ()
    if not ran("cc", "-O2", "-shared", "-fPIC", "-s", "-o", str(made), str(SOURCES / source), f"-Wl,-soname,{path.name}", *linked):
        return None
    site = path.parents[1]
    askers = [one for one in (*site.glob("numpy/**/*.so"), *site.glob("pyproj.libs/*.so*")) if path.name in asked(one)]
    missing = set().union(*(symbols(one, "--undefined-only") for one in askers)) & symbols(path, "--defined-only") - symbols(made, "--defined-only")
    return made if askers and not missing else None


def symbols(library: Path, which: str) -> set[str]:
    """The names that a library gives or asks for."""
    done = subprocess.run(["nm", "-D", which, str(library)], capture_output=True, text=True, check=False)
    return {line.split()[-1].split("@")[0] for line in done.stdout.splitlines() if line.strip()}


def tables(path: Path, scratch: Path) -> Path | None:
    """ICU's tables for the languages of EcoMap; None where they cannot be read or there is no compiler."""
    content = path.read_bytes()
    start = content.find(b"\xda\x27\x14\x00\x00\x00\x00\x00\x02\x00CmnD") - 2
    dynamic = symbols(path, "--defined-only")
    symbol = next((name for name in dynamic if re.fullmatch(r"icudt\d+_dat", name)), None)
    if start < 0 or symbol is None:
        return None
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "icu.dat").write_bytes(subset(content[start:], spoken))
    (scratch / "icu.s").write_text(
        f'.section .rodata\n.balign 16\n.global {symbol}\n.type {symbol}, %object\n{symbol}:\n.incbin "{scratch / "icu.dat"}"\n'
        f'.size {symbol}, .-{symbol}\n.section .note.GNU-stack,"",%progbits\n', encoding="ascii")
    made = scratch / path.name
    return made if ran("cc", "-shared", "-nostdlib", "-s", "-o", str(made), str(scratch / "icu.s"), f"-Wl,-soname,{path.name}") else None


def spoken(name: str, size: int) -> bool:
    """Whether a table of ICU is for a language of EcoMap, or for all; `name` as in icudt73l/zone/es_MX.res."""
    *folder, file = name.split("/")[1:]
    if folder and folder[0] in ("brkitr", "unit", "translit", "rbnf", "lang", "region", "curr") and file not in ("root.res", "res_index.res", "supplementalData.res", "pool.res"):
        return False  # where lines break, units, scripts, numbers in words, names of languages, countries and money: Qt has its own
    if file.endswith((".spp", ".cfu")) or file == "unames.icu":
        return False
    if file.endswith(".cnv"):
        return size < 4000  # one byte a letter; the large ones are those of East Asia, and EcoMap reads files with Python's
    language = re.fullmatch(r"([a-z]{2,3})(_.*)?\.res", file)
    return language is None or language[1] in languages()


def subset(archive: bytes, keep: Callable[[str, int], bool]) -> bytes:
    """An archive of ICU ("CmnD") with some of its tables: a header, a list of places of names and tables, the names, the tables.

    All places are counted from the end of the header, tables begin at multiples of 16, names are in order.
    """
    head = struct.unpack_from("<H", archive)[0]
    body = archive[head:]
    many = struct.unpack_from("<I", body)[0]
    places = [struct.unpack_from("<II", body, 4 + 8 * i) for i in range(many)]
    ends = [*(place for _, place in places[1:]), len(body)]
    kept: list[tuple[bytes, bytes]] = []
    for (at, place), end in zip(places, ends):
        name = body[at:body.index(b"\0", at)]
        if keep(name.decode("ascii"), end - place):
            kept.append((name, body[place:end]))
    names, offset = bytearray(), 4 + 8 * len(kept)
    starts = []
    for name, _ in kept:
        starts.append(offset + len(names))
        names += name + b"\0"
    listed, filled = bytearray(struct.pack("<I", len(kept))), bytearray()
    first = -(-(offset + len(names)) // 16) * 16
    for at, (_, table) in zip(starts, kept):
        filled += b"\0" * (-len(filled) % 16)
        listed += struct.pack("<II", at, first + len(filled))
        filled += table
    lead = bytes(listed + names)
    return archive[:head] + lead + b"\0" * (first - len(lead)) + bytes(filled)


def twins(entries: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """Files that lie in the program twice under the same name and say the same: the second, and the first it may be a link to."""
    seen: dict[tuple[str, int], tuple[str, Path]] = {}
    found = {}
    for name, path in sorted(entries):
        key = (PurePosixPath(name).name, path.stat().st_size)
        first = seen.setdefault(key, (name, path))
        if first[0] != name and key[1] > 100_000 and first[1].read_bytes() == path.read_bytes():
            found[name] = first[0]
    return found


def ran(*command: str) -> bool:
    """Whether a tool was there and did its work."""
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
