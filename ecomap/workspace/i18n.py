"""The words on screen and in files, in the planner's language."""

from __future__ import annotations

from collections.abc import Mapping

from ecomap.render.words import wording


def languages() -> tuple[str, ...]:
    """The languages EcoMap speaks, English first."""
    return wording.languages()


def strings(language: str = wording.ENGLISH) -> Mapping[str, str]:
    """Key -> words. What a language lacks is said in English; an unknown language is English."""
    return wording.catalogue(language)
