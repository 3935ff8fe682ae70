"""What was settled for an earlier file of the same kind, applied to a new one; what changed in its layout is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.spec import CONSTANT
from ecomap.io.reading import RawSource
from ecomap.model.recipe import Recipe, best_recipe
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, listed, say
from ecomap.model.said import name as named
from ecomap.model.vocabulary import GEOMETRY

OF_VALUES = ("axes", "sign", "crs", "scale", "decimal", "dates")  # how one file's cells were meant: next year's may be written otherwise
OF_ROWS = ("names", "duplicates")                                  # about rows that were there then: asked anew
SIGNED = "signed"  # in front of the code of an answer: when and by whom it was given
DIRECTION = "direction:"  # in front of the column's name: the code of the doubt which way it runs
_WORDS = {1: "more", -1: "less", 0: "none"}


@frozen
class Settled:
    """What is settled about a file, by the planner or by an earlier file of its kind."""

    role: str = ""
    mapping: Mapping[str, str] = field(factory=dict)
    answers: Mapping[str, str] = field(factory=dict)
    indicators: Mapping[str, int] = field(factory=dict)
    crs: str = ""
    sublayer: str = ""
    recipe: Recipe | None = None
    lines: tuple[ReportLine, ...] = ()
    waiting: Mapping[str, str] = field(factory=dict)  # remembered answers that hold only where the file raises their doubt again

    def heard(self, codes: Iterable[str]) -> Settled:
        """With the waiting answers to doubts that the file raises."""
        raised = {code: self.waiting[code] for code in codes if code in self.waiting}
        crs = raised.pop("crs", "")
        waiting = {code: answer for code, answer in self.waiting.items() if code not in raised and not (code == "crs" and crs)}
        return evolve(self, answers={**raised, **self.answers}, crs=self.crs or crs, waiting=waiting)

    @property
    def all_answers(self) -> dict[str, str]:
        """The answers, with the directions among them."""
        return {**{DIRECTION + column: _WORDS[way] for column, way in self.indicators.items()}, **self.answers}


def settled_by(recipes: Sequence[Recipe], raw: RawSource, said: Settled) -> Settled:
    """What the planner said, and where nothing was said, what was settled for the most similar earlier file.

    A column that the new file lacks takes its settlement with it, and that is told.
    """
    headings = headings_of(raw)
    recipe = best_recipe(recipes, headings, said.role)
    if recipe is None:
        return said
    found = {plain(heading): heading for heading in headings}
    mapping, lost = _columns(recipe, found)
    known = {code: answer for code, answer in recipe.answers if not _gone(code, found) and code not in OF_ROWS and code not in said.answers}
    waiting = {code: answer for code, answer in known.items() if code.partition(":")[0] in OF_VALUES}
    answers = {code: answer for code, answer in known.items() if code not in waiting}
    if recipe.crs and not said.crs:
        waiting["crs"] = recipe.crs
    indicators = {found[plain(column)]: way for column, way in recipe.indicators if plain(column) in found}
    lost += [column for column, _ in recipe.indicators if plain(column) not in found]
    lost += [code.partition(":")[2] for code, _ in recipe.answers if _gone(code, found) and not code.startswith(SIGNED)]
    sublayer = said.sublayer or (recipe.sublayer if recipe.sublayer in raw.sublayers else "")
    return Settled(
        said.role or recipe.role, {**mapping, **said.mapping}, {**answers, **said.answers}, {**indicators, **said.indicators},
        said.crs, sublayer, recipe, _lines(recipe, headings, list(dict.fromkeys(lost))), waiting,
    )


def _columns(recipe: Recipe, found: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    mapping, lost = {}, []
    for name, column in recipe.columns:
        if not column or column.startswith(CONSTANT):
            mapping[name] = column
        elif plain(column) in found:
            mapping[name] = found[plain(column)]
        else:
            lost.append(column)
    return mapping, lost


def _gone(code: str, found: Mapping[str, str]) -> bool:
    """Whether an answer is about a column that is not in the file."""
    kind, colon, column = code.partition(":")
    if kind == SIGNED:
        kind, colon, column = column.partition(":")
    return bool(colon) and kind in ("direction", "scale", "decimal", "dates", "people") and plain(column) not in found


def _lines(recipe: Recipe, headings: Sequence[str], lost: list[str]) -> tuple[ReportLine, ...]:
    settled = len(recipe.columns) + len(recipe.answers) + len(recipe.indicators) + bool(recipe.crs)
    before, now = {plain(one): one for one in recipe.headings}, {plain(one): one for one in headings}
    gone = [column for key, column in before.items() if key not in now]
    new = [column for key, column in now.items() if key not in before]
    changes = []
    if new:
        changes.append(say("New in its layout: {columns}.", columns=listed(map(named, new[:8]))))
    if gone:
        changes.append(say("No longer in it: {columns}.", columns=listed(map(named, gone[:8]))))
    if not settled and not changes:
        return ()
    first = say("Understood as {file} was on {day}.", file=named(recipe.file_name), day=named(recipe.made))
    lines = [ReportLine("note", joined([first, *changes]))]
    if lost:
        lines.append(ReportLine("caution", say("Settled then, but not in this file any more: to be said again where it matters."), None, tuple(lost[:5])))
    return tuple(lines)


def headings_of(raw: RawSource) -> tuple[str, ...]:
    """The headings of a file."""
    return tuple(str(column) for column in raw.frame.columns if column != GEOMETRY)


def recipe_of(settled: Settled, raw_headings: Sequence[str], file_name: str) -> Recipe:
    """What to remember of a file that was brought in."""
    return Recipe(
        role=settled.role, headings=tuple(raw_headings), columns=tuple(settled.mapping.items()), answers=tuple(settled.answers.items()),
        indicators=tuple(settled.indicators.items()), sublayer=settled.sublayer, crs=settled.crs, file_name=file_name,
        made=dt.date.today().isoformat(),
    )

