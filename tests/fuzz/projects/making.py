"""Making the damaged file of a number: the same number gives the same damage."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from ecomap.io.store import save_project
from ecomap.model.errors import EcoMapError
from tests.fuzz.projects import descriptions, files, shapes, tables
from tests.fuzz.projects.damage import BYTES, FILES, GEOMETRY, JSON, LEVELS, SQL, TEXT, Damage, NotHereError
from tests.fuzz.projects.seeds import Seed
from tests.fuzz.projects.texts import in_texts

_DAMAGES: Final[dict[str, tuple[Damage, ...]]] = {
    SQL: tables.ALL, JSON: descriptions.ALL, GEOMETRY: shapes.ALL,
    **{level: tuple(one for one in files.ALL if one.level == level) for level in (BYTES, FILES)},
}
SHARES: Final = {SQL: 34, JSON: 32, GEOMETRY: 10, BYTES: 10, FILES: 6, TEXT: 8}
NAME: Final = "p.ecomap.gpkg"
_TRIES: Final = 40


@frozen
class Made:
    """A damaged file: from which seed, on which level, and what was done."""

    seed: Seed
    number: int
    level: str
    what: str
    damage: Damage | None
    start: int                  # of the dice that the damage is done with

    def write(self, folder: Path) -> Path:
        """The damaged file in a folder of its own; the same every time."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        shutil.copy(self.seed.path, path)
        if self.damage is not None:
            self.damage(random.Random(self.start), path)
        return path


def chosen(seeds: list[Seed], number: int) -> tuple[Seed, str]:
    """Which seed and which level: large seeds come every twentieth time."""
    dice = random.Random(f"which/{number}")
    large = [seed for seed in seeds if seed.large]
    seed = dice.choice(large) if large and number % 20 == 19 else dice.choice([one for one in seeds if not one.large])
    return seed, dice.choices(LEVELS, [SHARES[level] for level in LEVELS])[0]


def made(seeds: list[Seed], number: int, folder: Path) -> Made:
    """The damage of a number, tried on a copy until one can be done."""
    seed, level = chosen(seeds, number)
    dice = random.Random(f"what/{number}")
    if level == TEXT:
        return _said(seed, number, dice, folder)
    for _ in range(_TRIES):
        damage, start = dice.choice(_DAMAGES[level]), dice.getrandbits(60)
        place = folder / "try"
        try:
            what = _tried(seed, damage, start, place)
        except (NotHereError, UnicodeEncodeError):
            continue
        finally:
            shutil.rmtree(place, ignore_errors=True)
        return Made(seed, number, level, what, damage, start)
    raise RuntimeError(f"no damage of {level} for {seed.name}")


def by_name(seed: Seed, number: int, damage: Damage, folder: Path) -> Made:
    what = _tried(seed, damage, 0, folder / "try")
    shutil.rmtree(folder / "try")
    return Made(seed, number, damage.level, what, damage, 0)


def _tried(seed: Seed, damage: Damage, start: int, place: Path) -> str:
    place.mkdir(parents=True)
    shutil.copy(seed.path, place / NAME)
    return damage(random.Random(start), place / NAME)


def _said(seed: Seed, number: int, dice: random.Random, folder: Path) -> Made:
    """A project that EcoMap itself saved with hostile texts in it is sound: it has to open as it is."""
    path = folder / f"said-{number}.ecomap.gpkg"
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_TRIES):
        project, what = in_texts(dice, seed.project)
        try:
            save_project(project, path)
        except EcoMapError:
            continue  # what cannot be kept is refused at saving
        except UnicodeError:
            what = f"SAVING {what}"
            continue
        return Made(evolve(seed, path=path, project=project, earlier=False), number, TEXT, what, None, 0)
    raise RuntimeError("no text could be saved")


