"""The log file: what EcoMap did and what went wrong, for whoever helps the planner."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs

LOG_BYTES: Final = 1_000_000
LOG_FILES: Final = 3

log = logging.getLogger("ecomap")
log.addHandler(logging.NullHandler())


def home_dir() -> Path:
    """Where EcoMap keeps its settings: ``$ECOMAP_HOME``, else the user's configuration folder."""
    named = os.environ.get("ECOMAP_HOME")
    return Path(named) if named else Path(platformdirs.user_config_dir("EcoMap", appauthor=False))


def state_dir() -> Path:
    """Where EcoMap keeps what outlives a crash: ``$ECOMAP_HOME``, else the user's folder for the state of programs."""
    named = os.environ.get("ECOMAP_HOME")
    return Path(named) if named else Path(platformdirs.user_state_dir("EcoMap", appauthor=False))


def cache_dir() -> Path:
    """Where EcoMap keeps what can be fetched again: ``$ECOMAP_HOME``, else the user's folder for caches."""
    named = os.environ.get("ECOMAP_HOME")
    return Path(named) / "cache" if named else Path(platformdirs.user_cache_dir("EcoMap", appauthor=False))


def log_path() -> Path:
    """The log file: under ``$ECOMAP_HOME`` if that is set, else in the user's log folder."""
    named = os.environ.get("ECOMAP_HOME")
    folder = Path(named) if named else Path(platformdirs.user_log_dir("EcoMap", appauthor=False))
    return folder / "ecomap.log"


def set_up_log(level: int = logging.INFO) -> Path | None:
    """Write the log to `log_path`, turning it over at one megabyte and keeping the last three.

    Calling it again changes the level, or the file if ``$ECOMAP_HOME`` has moved; lines are never written twice.

    Returns
    -------
    Path or None
        The log file, or None where none can be written (then EcoMap works without one).
    """
    log.setLevel(level)
    path = log_path()
    for handler in tuple(log.handlers):
        if isinstance(handler, RotatingFileHandler):
            if Path(handler.baseFilename) == path.absolute():
                return path
            log.removeHandler(handler)
            handler.close()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
    log.addHandler(handler)
    return path
