"""What EcoMap remembers about its user between two starts: recent files, theme, language, where windows stood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import define, field

from ecomap.model.files import write_whole
from ecomap.model.trail import kind_of
from ecomap.model.units import SYSTEMS
from ecomap.workspace.log import home_dir, log

MAX_RECENT: Final = 10
THEMES: Final = ("system", "light", "dark")
TEXT_SCALE_MIN: Final = 0.75
TEXT_SCALE_MAX: Final = 2.0


def settings_path() -> Path:
    """The settings file: in ``$ECOMAP_HOME`` if that is set, else in the user's configuration folder."""
    return home_dir() / "settings.json"


@define
class Settings:
    """Remembered choices, kept in one small JSON file.

    Nothing here belongs to a project: a project opened on another laptop looks the same without it. A file that is
    missing, broken or from another version gives the defaults for whatever cannot be read.

    Parameters
    ----------
    recent_files : tuple of str
        Project files, latest first, at most ten.
    theme : {"system", "light", "dark"}
    language : str
        Two-letter code; "" follows the system.
    window_state : str
        What the window wants to find again, as text (base64).
    last_folder : str
        Where the last file was opened or written.
    last_params : mapping of str to mapping
        Analysis name -> the parameters it last ran with.
    text_scale : float
        1 is the system's text size; 0.75 to 2.
    not_shared : tuple of str
        Ids of answers that were left out of the last page to share, at most 200.
    units : {"", "us", "metric"}
        Miles or kilometres; "" goes by the place a project is of.
    """

    recent_files: tuple[str, ...] = ()
    theme: str = "system"
    language: str = ""
    window_state: str = ""
    last_folder: str = ""
    last_params: dict[str, dict[str, Any]] = field(factory=dict)
    text_scale: float = 1.0
    not_shared: tuple[str, ...] = ()
    units: str = ""

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The remembered settings; defaults for whatever is missing or broken."""
        path = path or settings_path()
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as problem:
            log.warning("The settings cannot be read (%s); starting with the defaults.", kind_of(problem))
            return cls()
        return cls(**_usable(found)) if isinstance(found, dict) else cls()

    def save(self, path: Path | None = None) -> None:
        """Write the settings; a settings file that cannot be written is logged and never stops the work."""
        path = path or settings_path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(attrs.asdict(self), indent=2, sort_keys=True).encode("utf-8"))
        except OSError as problem:
            log.warning("The settings cannot be written (%s).", kind_of(problem))

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

    def remember_params(self, analysis: str, params: Mapping[str, Any]) -> None:
        """Remember what an analysis last ran with (plain JSON values), and write the settings."""
        self.last_params = {**self.last_params, analysis: _said(params)}
        self.save()


def _said(params: Mapping[str, Any]) -> dict[str, Any]:
    """Without lists in which nothing is chosen: next time they begin with what is usual, not with nothing."""
    return {name: value for name, value in params.items() if not (isinstance(value, list | tuple) and not value)}


def _usable(found: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a settings file that are what they should be."""
    checks = {
        "recent_files": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        "theme": lambda value: value in THEMES,
        "language": lambda value: isinstance(value, str),
        "units": lambda value: value in ("", *SYSTEMS),
        "window_state": lambda value: isinstance(value, str),
        "last_folder": lambda value: isinstance(value, str),
        "last_params": lambda value: (
            isinstance(value, dict) and all(isinstance(params, dict) for params in value.values())
        ),
        "text_scale": lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and TEXT_SCALE_MIN <= value <= TEXT_SCALE_MAX
        ),
        "not_shared": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    }
    usable = {name: found[name] for name, fits in checks.items() if name in found and fits(found[name])}
    if "last_params" in usable:
        usable["last_params"] = {analysis: _said(params) for analysis, params in usable["last_params"].items()}
    if "recent_files" in usable:
        usable["recent_files"] = tuple(dict.fromkeys(usable["recent_files"]))[:MAX_RECENT]
    if "not_shared" in usable:
        usable["not_shared"] = tuple(usable["not_shared"])
    return usable
