"""Files of corrections brought in: nothing of them is applied, the same one twice changes nothing, and no order matters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ecomap.model.correction import ENDING, MOST, Correction, in_order, same_again
from ecomap.model.errors import EcoMapError, InputError
from ecomap.model.project import Project
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as kept

if TYPE_CHECKING:
    from ecomap.io.corrections import Brought

_GEOGRAPHIC = "EPSG:4326"
_FARTHEST = 1e8


@frozen
class Came:
    """What files of corrections brought.

    Parameters
    ----------
    new, known : int
        Corrections that the project did not have, and those it had.
    left_out : int
        Entries that are not as the page writes them.
    refused : tuple of Said
        Files that are none, each with the reason.
    """

    new: int = 0
    known: int = 0
    left_out: int = 0
    refused: tuple[Said, ...] = ()

    @property
    def sentence(self) -> Said:
        """What came, in words."""
        parts = [plural("{n} correction came in; nothing is changed until you decide.",
                        "{n} corrections came in; nothing is changed until you decide.", self.new) if self.new else say("No new corrections came in.")]
        if self.known:
            parts.append(plural("{n} was here already.", "{n} were here already.", self.known))
        if self.left_out:
            parts.append(plural("{n} was left out: it is not as a meeting page writes it.",
                                "{n} were left out: they are not as a meeting page writes them.", self.left_out))
        return joined([*parts, *self.refused])


def look_like_corrections(path: Path) -> bool:
    """Whether a file is one of corrections, by what it holds; cheap enough to ask of everything that is dropped."""
    from ecomap.io.corrections import LARGEST, holds_corrections  # heavy

    if path.name.endswith(ENDING):
        return True
    try:
        if path.suffix.lower() not in (".json", ".txt", ".eml") or not path.is_file() or path.stat().st_size > LARGEST:
            return False
        return holds_corrections(path.read_bytes())
    except OSError:
        return False


def read_file(path: Path) -> Brought:
    """The corrections in a file.

    Raises
    ------
    InputError
        If it cannot be read or is no such file.
    """
    from ecomap.io.corrections import LARGEST, read_corrections  # heavy

    try:
        if not path.is_file():
            raise InputError(say("{file} is not there, or is no file.", file=kept(path.name)), say("Choose the file that the meeting page saved."))
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as problem:
        raise InputError(say("{file} cannot be read ({reason}).", file=kept(path.name), reason=kept(problem.strerror or problem)),
                         say("Choose the file that the meeting page saved.")) from problem
    return read_corrections(content, path.name)


def received(project: Project, files: Iterable[Brought]) -> tuple[Project, Came]:
    """The project with the corrections of some files; itself where it has them all.

    Rows, layers and answers stay as they are: a correction waits until the planner settles it.

    Raises
    ------
    InputError
        If there are more than a project keeps.
    """
    brought = list(files)
    held = {one.id: one for one in project.corrections}
    before, known = len(held), 0
    for one in _in_system(project, [each for file in brought for each in file.corrections]):
        known += one.id in held
        held[one.id] = same_again(held[one.id], one) if one.id in held else one
    if len(held) > MOST:
        raise InputError(say("A project keeps at most {n} corrections.", n=MOST), say("Settle them in more than one project, or ask for fewer."))
    corrections = in_order(held.values())
    came = Came(len(held) - before, known, sum(file.left_out for file in brought))
    return (project if corrections == project.corrections else evolve(project, corrections=corrections)), came


def opened(project: Project, paths: Sequence[Path]) -> tuple[Project, Came]:
    """`received` of files by their paths; one that is none is told of and does not stop the others.

    Raises
    ------
    InputError
        If none of them holds corrections.
    """
    files, refused = [], []
    for path in paths:
        try:
            files.append(read_file(path))
        except EcoMapError as problem:
            refused.append(problem)
    if refused and not files:
        raise refused[0]
    after, came = received(project, files)
    return after, evolve(came, refused=tuple(problem.message for problem in refused))


def _in_system(project: Project, corrections: Sequence[Correction]) -> list[Correction]:
    """Corrections with their places in the project's coordinate system; what has none there keeps no place."""
    if not any(one.place is not None for one in corrections):
        return list(corrections)
    from pyproj import Transformer  # heavy

    placed = [one.place or (0.0, 0.0) for one in corrections]
    xs, ys = Transformer.from_crs(_GEOGRAPHIC, project.crs, always_xy=True).transform([x for x, _ in placed], [y for _, y in placed])
    return [evolve(one, place=_sound(float(x), float(y))) if one.place is not None else one for one, x, y in zip(corrections, xs, ys)]


def _sound(x: float, y: float) -> tuple[float, float] | None:
    near = all(math.isfinite(end) and abs(end) <= _FARTHEST for end in (x, y))
    return (round(x, 2), round(y, 2)) if near else None


