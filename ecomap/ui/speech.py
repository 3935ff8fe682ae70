"""The window's language: texts are messages until a widget shows them, and are said here at that moment."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ecomap.model.errors import EcoMapError
from ecomap.model.said import Said, joined, name, say
from ecomap.render.words.language import ENGLISH, Language, language

ALL_FILES: Final = say("All files")
VARIABLE: Final = "ECOMAP_LANGUAGE"  # a code here counts more than what the user chose


class _Tongue:
    """The one language the window speaks at a time."""

    now: Language = language(ENGLISH)
    qt = QTranslator()


def chosen(setting: str) -> str:
    """The code to speak: the environment's, else the user's choice, else the system's."""
    return os.environ.get(VARIABLE, "") or setting or QLocale.system().name()


def use(code: str) -> None:
    """Speak this language from now on; what widgets already say stays as it is.

    Boxes for numbers follow, and so do Qt's own words (menus of text fields, dialogs of the system) where Qt has them.
    """
    _Tongue.now = language(code)
    english = _Tongue.now.code == ENGLISH
    QLocale.setDefault(QLocale.system() if english else QLocale(_territory(_Tongue.now.code)))
    app = QCoreApplication.instance()
    if app is None:
        return
    app.removeTranslator(_Tongue.qt)
    if not english and _Tongue.qt.load(f"qtbase_{_Tongue.now.code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(_Tongue.qt)


def _territory(code: str) -> str:
    """Where numbers are written as EcoMap writes them: as in the United States, unless the code names another place."""
    return code if "_" in code else f"{code}_US"


def code() -> str:
    """The code of the language that is spoken."""
    return _Tongue.now.code


def spoken(text: Said) -> str:
    """A message as the widget shows it; a name stays as it is."""
    return _Tongue.now.say(text)


def number(value: float, digits: int = 0) -> str:
    """A number as the language writes it."""
    return _Tongue.now.number(value, digits)


def told(problem: EcoMapError) -> str:
    """What went wrong and what to do next."""
    return spoken(joined([problem.message, problem.hint]))


def within(label: Said) -> Said:
    """A label as it reads within a sentence: with a small first letter, unless it begins with an abbreviation."""
    return name(label).small() if label[1:2].islower() else label


def file_kinds(*kinds: tuple[Said, str]) -> str:
    """The kinds of files that a dialog offers, each with the endings it lets through."""
    return ";;".join(f"{spoken(words)} ({endings})" for words, endings in kinds)
