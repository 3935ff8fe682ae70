"""Who says that numbers count people or do not: by name and day, kept with the column and with the recipe of its file."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.judgement import COUNT, KNOWN, NOBODY, UNKNOWN, Judgement
from ecomap.model.layer import Layer
from ecomap.model.people import plain_heading
from ecomap.model.project import Project
from ecomap.model.recipe import Recipe
from ecomap.model.said import name, say
from ecomap.workspace.settings import Settings

if TYPE_CHECKING:
    from ecomap.model.understanding import ColumnUse

PEOPLE: Final = "people"
SIGNED: Final = "signed:"
YES, NO = "yes", "no"


def your_name() -> str:
    """Whose word a declaration is: as the settings say, else the full name of the login, else the login's own."""
    return Settings.load().your_name.strip() or login_name()


def login_name() -> str:
    """The full name of who is logged in, or what the login is called; "" where the system knows neither."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
    try:
        import pwd
    except ImportError:  # not on this system
        return login
    try:
        full = pwd.getpwnam(login).pw_gecos.partition(",")[0].strip()
    except KeyError:
        full = ""
    return full or login


def signed(answers: Mapping[str, str], by: str = "") -> dict[str, str]:
    """The answers with the day and the name on those about people."""
    given = [code for code in answers if code.partition(":")[0] == PEOPLE and SIGNED + code not in answers]
    if not given:
        return dict(answers)
    signature = f"{dt.date.today().isoformat()} {by.strip() or your_name()}"
    return {**answers, **{SIGNED + code: signature for code in given}}


def of_columns(answers: Iterable[tuple[str, str]], uses: Iterable[ColumnUse]) -> tuple[tuple[str, str], ...]:
    """The answers to keep: what was said of all open columns at once holds for these columns only, never for new ones of next year."""
    kept = {code: value for code, value in answers if code not in (PEOPLE, SIGNED + PEOPLE)}
    mine = {plain_heading(code.partition(":")[2]) for code in kept if code.startswith(f"{PEOPLE}:")}
    for use in uses:
        one = use.judgement
        if one is not None and one.declared and plain_heading(use.column) not in mine:
            kept |= {f"{PEOPLE}:{use.column}": NO if one.holds == NOBODY else YES, f"{SIGNED}{PEOPLE}:{use.column}": f"{one.on} {one.by}"}
    return tuple(kept.items())


def declare(project: Project, layer_id: str, columns: Iterable[str], holds: str, by: str = "", on: str = "") -> Project:
    """Say of columns of a layer what they hold: `COUNT` (they count people) or `NOBODY` (they count none).

    Parameters
    ----------
    columns : iterable of str
        By their names in the layer or their headings.
    by : str
        Whose word it is; `your_name` by default.
    on : str
        ISO date; today by default.

    Raises
    ------
    InputError
        If a column is not there, or nobody's name is known.
    """
    layer, frame = project.layer(layer_id), project.frame(layer_id)
    who = by.strip() or your_name()
    if not who or who in (KNOWN, UNKNOWN):
        raise InputError(say("A declaration needs the name of who makes it."), say("Give your name."))
    judgement = Judgement(holds, who, on or dt.date.today().isoformat())
    names = [_column(layer, [str(one) for one in frame.columns], wanted) for wanted in columns]
    described = {column.name for column in layer.columns}
    changed = tuple(evolve(column, judgement=judgement) if column.name in names else column for column in layer.columns)
    changed += tuple(evolve(layer.column(one), judgement=judgement) for one in names if one not in described)
    project = project.with_layer_changed(evolve(layer, columns=changed))
    files = {source.file_name for source in layer.sources if source.file_name}
    recipes = tuple(_remembering(recipe, names, judgement) if recipe.file_name in files else recipe for recipe in project.recipes)
    return evolve(project, recipes=recipes)


def kept_declarations(old: Layer, new: Layer) -> Layer:
    """The new rows' layer with what was declared of the old one's columns of the same names, where nothing is declared of them anew."""
    said = {column.name: column.judgement for column in old.columns if column.judgement is not None and column.judgement.declared}
    return evolve(new, columns=tuple(
        evolve(column, judgement=said[column.name]) if column.name in said and not (column.judgement and column.judgement.declared) else column
        for column in new.columns))


def _column(layer: Layer, there: list[str], wanted: str) -> str:
    plain = plain_heading(wanted)
    for one in there:
        if wanted == one or plain in (plain_heading(one), plain_heading(f"{layer.column(one).label}")):
            return one
    raise InputError(say("'{layer}' has no column '{column}'.", layer=layer.name, column=name(wanted)), say("Choose one of its columns."))


def _remembering(recipe: Recipe, columns: list[str], judgement: Judgement) -> Recipe:
    """A recipe that knows what was declared of the columns of its file."""
    answers = dict(recipe.answers)
    for heading in recipe.headings:
        if plain_heading(heading) in map(plain_heading, columns):
            code = f"{PEOPLE}:{heading}"
            answers |= {code: YES if judgement.holds == COUNT else NO, SIGNED + code: f"{judgement.on} {judgement.by}"}
    return evolve(recipe, answers=tuple(answers.items()))
