"""What EcoMap remembers about its user between two starts: recent files, theme, language, where windows stood."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import define, field

from ecomap.model.files import write_whole
from ecomap.model.trail import kind_of
from ecomap.model.units import SYSTEMS
from ecomap.workspace.log import home_dir, log

MAX_RECENT: Final = 10
THEMES: Final = ("system", "light", "dark", "contrast")
TEXT_SCALE_MIN: Final = 0.75
TEXT_SCALE_MAX: Final = 2.0
MOST_UNDO_MB: Final = 1_000_000
PAGE_MB: Final = 8                          # of a meeting file, where nobody chose another limit
LEAST_PAGE_MB, MOST_PAGE_MB = 1, 200
PARTS: Final = ("layers", "table", "step")  # of the window, that can be switched off

_writing = threading.Lock()


def settings_path() -> Path:
    """The settings file: in ``$ECOMAP_HOME`` if that is set, else in the user's configuration folder."""
    return home_dir() / "settings.json"


def attrs_of(settings: Settings) -> dict[str, Any]:
    """The remembered choices by their names."""
    return {one.name: getattr(settings, one.name) for one in attrs.fields(Settings) if one.init}


@define
class Settings:
    """Remembered choices, kept in one small JSON file.

    Nothing here belongs to a project: a project opened on another laptop looks the same without it. A file that is
    missing, broken or from another version gives the defaults for whatever cannot be read.

    Parameters
    ----------
    recent_files : tuple of str
        Project files, latest first, at most ten.
    theme : {"system", "light", "dark", "contrast"}
    language : str
        Two-letter code; "" follows the system.
    window_state : str
        What the window wants to find again, as text (base64).
    last_folder : str
        Where the last file was opened or written.
    text_scale : float
        1 is the system's text size; 0.75 to 2.
    your_name : str
        Whose word it is where something is declared about a column; "" until somebody says it.
    units : {"", "us", "metric"}
        Miles or kilometres; "" goes by the place a project is of.
    undo_mb : int
        Megabytes that undo may hold; 0 goes by the machine's memory (see `ecomap.workspace.memory.undo_mb`).
    page_mb : int
        Megabytes that a meeting file stays below; see `ecomap.workspace.exports.export`.
    step : str
        The step of the work that was shown.
    layer : str
        Id of the layer that was chosen.
    hidden : tuple of str
        Parts of the window that were switched off: layers, table, step.
    network : bool
        Whether the network stays on after something was asked; False, the default, allows it for one asking at a time.
    seen_version : str
        The EcoMap whose news were told last; "" where none were.
    """

    recent_files: tuple[str, ...] = ()
    theme: str = "system"
    language: str = ""
    window_state: str = ""
    last_folder: str = ""
    text_scale: float = 1.0
    units: str = ""
    undo_mb: int = 0
    page_mb: int = PAGE_MB
    step: str = ""
    layer: str = ""
    hidden: tuple[str, ...] = ()
    your_name: str = ""
    network: bool = False
    seen_version: str = ""
    _known: dict[str, Any] = field(init=False, eq=False, repr=False, factory=dict)

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The remembered settings; defaults for whatever is missing or broken."""
        made = cls(**(_found(path or settings_path()) or {}))
        made._known = attrs_of(made)
        return made

    def save(self, path: Path | None = None) -> None:
        """Write what was chosen here; what another window has chosen meanwhile stays.

        A settings file that cannot be written is logged and never stops the work.
        """
        self.taken()(path)

    def taken(self) -> Callable[[Path | None], None]:
        """What writes the settings as they are now, on whichever thread it is called."""
        ours = attrs_of(self)

        def write(path: Path | None = None) -> None:
            where = path or settings_path()
            try:
                where.parent.mkdir(parents=True, exist_ok=True)
                with _writing:
                    before = self._known or attrs_of(Settings())
                    theirs = _found(where)
                    merged = ours if theirs is None else {
                        key: _merged(key, before[key], ours[key], theirs.get(key, before[key])) for key in ours}
                    write_whole(where, json.dumps(merged, indent=2, sort_keys=True).encode("utf-8"))
                    self._known = ours
            except OSError as problem:
                log.warning("The settings cannot be written (%s).", kind_of(problem))

        return write

    @property
    def recent(self) -> tuple[Path, ...]:
        """Recent project files, latest first; files that are not there (a stick that is out) come last."""
        paths = [Path(name) for name in self.recent_files]
        return tuple(sorted(paths, key=lambda path: not path.exists()))

    def add_recent(self, path: Path | str) -> None:
        """Put a project file on top of the recent ones, remember its folder, and write the settings."""
        name = str(Path(path).absolute())
        self.recent_files = (name, *(other for other in self.recent_files if other != name))[:MAX_RECENT]
        self.last_folder = str(Path(name).parent)
        self.save()

    def forget_recent(self, path: Path | str) -> None:
        """Take a project file off the recent ones, and write the settings."""
        name = str(Path(path).absolute())
        self.recent_files = tuple(other for other in self.recent_files if other != name)
        self.save()


def _found(path: Path) -> dict[str, Any] | None:
    """The entries of a settings file that can be used; None where there is no file, or it is broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        log.warning("The settings cannot be read (%s); starting with the defaults.", kind_of(problem))
        return None
    return _usable(found) if isinstance(found, dict) else None


def _merged(key: str, before: Any, ours: Any, theirs: Any) -> Any:
    """One choice as it is to be written: ours where we changed it, else what the file says now."""
    if ours == before:
        return theirs
    if key == "recent_files":
        gone = set(before) - set(ours)
        return tuple(dict.fromkeys((*ours, *(one for one in theirs if one not in gone))))[:MAX_RECENT]
    return ours


def _usable(found: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a settings file that are what they should be."""
    checks = {
        "recent_files": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        "theme": lambda value: value in THEMES,
        "language": lambda value: isinstance(value, str),
        "units": lambda value: value in ("", *SYSTEMS),
        "your_name": lambda value: isinstance(value, str) and len(value) <= 200,
        "window_state": lambda value: isinstance(value, str),
        "last_folder": lambda value: isinstance(value, str),
        "text_scale": lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and TEXT_SCALE_MIN <= value <= TEXT_SCALE_MAX
        ),
        "undo_mb": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_UNDO_MB,
        "page_mb": lambda value: isinstance(value, int) and not isinstance(value, bool) and LEAST_PAGE_MB <= value <= MOST_PAGE_MB,
        "network": lambda value: isinstance(value, bool),
        "seen_version": lambda value: isinstance(value, str) and len(value) <= 40,
        "step": lambda value: isinstance(value, str),
        "layer": lambda value: isinstance(value, str),
        "hidden": lambda value: isinstance(value, list) and all(item in PARTS for item in value),
    }
    usable = {name: found[name] for name, fits in checks.items() if name in found and fits(found[name])}
    if "recent_files" in usable:
        usable["recent_files"] = tuple(dict.fromkeys(usable["recent_files"]))[:MAX_RECENT]
    if "hidden" in usable:
        usable["hidden"] = tuple(usable["hidden"])
    return usable
