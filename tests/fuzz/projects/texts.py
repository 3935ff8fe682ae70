"""Hostile texts in sound projects: scripts, control characters, letters that turn the line, a megabyte in a name."""

from __future__ import annotations

import random
from typing import Any, Final

from attrs import evolve

from ecomap.model.project import Project
from ecomap.model.said import name as kept

SCRIPT: Final = "</script><script>window.hostile=1</script>"
IMAGE: Final = "<img src=x onerror=window.hostile=1>"
TEXTS: Final = (
    SCRIPT, IMAGE, "'\"><svg/onload=alert(1)>", "\x1b[2J\x1b]0;x\x07", "a\x00b", "\u202etxt.exe", "\u2066\u2067\u200f\u200b", "=HYPERLINK(\"x\")", "a\r\nb\x85c\u2028d", "x" * 1_000_000, "{n}", "{0.__class__}",
    "%s%n%d", "../../../../etc/x", "CON", "\ufeff", "👩‍👩‍👧‍👦" * 50, "Z̸̡" * 500, "]]>", "--><b>", "\\", "a|b", "&amp;lt;", "\t", " ", "\x7f\x9b", "{{7*7}}", "${x}", "`x`", "#REF!", "<script", "\ud800",
)
MARKS: Final = ("<script>window.hostile=1", "<img src=x onerror", "<svg/onload")  # never in a page as they stand


def in_texts(dice: random.Random, project: Project) -> tuple[Project, str]:
    """A sound project that says something hostile: in names, titles, cells, headings, notes, sources, styles, recipes."""
    place, text = dice.choice(sorted(_PLACES)), dice.choice(TEXTS)
    return _PLACES[place](dice, project, text), f"{place}: {text[:30]!r}"


def _layer(dice: random.Random, project: Project) -> Any:
    return dice.choice([layer for layer in project.layers if len(project.frames[layer.id])])


def _title(dice: random.Random, project: Project, text: str) -> Project:
    return evolve(project, title=text)


def _name(dice: random.Random, project: Project, text: str) -> Project:
    return project.with_layer_changed(evolve(_layer(dice, project), name=kept(text)))


def _every_name(dice: random.Random, project: Project, text: str) -> Project:
    for layer in project.layers:
        project = project.with_layer_changed(evolve(layer, name=kept(text), group=kept(text), notes=(kept(text),)))
    return project


def _id(dice: random.Random, project: Project, text: str) -> Project:
    layer = _layer(dice, project)
    frames = {text if key == layer.id else key: frame for key, frame in project.frames.items()}
    return evolve(project, layers=tuple(evolve(one, id=text) if one.id == layer.id else one for one in project.layers), frames=frames)


def _cell(dice: random.Random, project: Project, text: str) -> Project:
    layer = _layer(dice, project)
    frame = project.frames[layer.id]
    names = [name for name in frame.columns if frame[name].dtype == object or str(frame[name].dtype).startswith("str")]
    column = dice.choice([*names, "name", "id"])
    if column not in frame:
        return project
    cells = frame[column].astype(object).copy()
    cells.iloc[dice.randrange(len(cells))] = text
    return project.with_layer(layer, frame.assign(**{column: cells}))


def _heading(dice: random.Random, project: Project, text: str) -> Project:
    layer = _layer(dice, project)
    return project.with_layer(layer, project.frames[layer.id].assign(**{text: 1.0}))


def _labels(dice: random.Random, project: Project, text: str) -> Project:
    layer = _layer(dice, project)
    columns = tuple(evolve(column, label=kept(text), help=kept(text)) for column in layer.columns)
    sources = tuple(evolve(source, title=text) for source in layer.sources)
    return project.with_layer_changed(evolve(layer, columns=columns, sources=sources))


def _style(dice: random.Random, project: Project, text: str) -> Project:
    layer = _layer(dice, project)
    return project.with_layer_changed(layer.with_style(**{dice.choice(("glyph", "palette", "fill", "line", "shape", "column", "label_column", "scheme", "kind")): text}))


def _recipe(dice: random.Random, project: Project, text: str) -> Project:
    return evolve(project, recipes=tuple(evolve(one, headings=(text,), file_name=text) for one in project.recipes), meta=(("note", text), (text, "x")))


_PLACES: Final = {"title": _title, "name of a layer": _name, "every name": _every_name, "id of a layer": _id, "cell": _cell, "heading": _heading, "labels and sources": _labels,
                  "style": _style, "recipes and notes": _recipe}
