"""How a kind of file was understood, kept so that next year's file needs no answers."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

# From this share of common headings on, a file is taken to be of the kind of an earlier one.
ALIKE = 0.6


@frozen
class Recipe:
    """What was settled when a file was brought in.

    Parameters
    ----------
    role, sublayer, crs : str
        What its rows were, which table was read, and the coordinate system a person named; "" if none was.
    headings : tuple of str
        All headings of the file, by which its kind is recognised.
    columns : tuple of (field, column)
        Which column was which field; ``"=value"`` where every row had one value, ``""`` where a field was taken away.
    answers : tuple of (code, answer)
        What a person said to the doubts, see `ecomap.model.understanding.Doubt`.
    indicators : tuple of (column, direction)
        +1, a higher value means more need; -1, less; 0, not counted. Only what a person said.
    file_name, made : str
        Of which file, and on which day (ISO).
    """

    role: str
    headings: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    indicators: tuple[tuple[str, int], ...] = ()
    sublayer: str = ""
    crs: str = ""
    file_name: str = ""
    made: str = ""

    def likeness(self, headings: Iterable[str]) -> float:
        """Share of the headings that both have, of all that either has (0-1); capitals and blanks do not count.

        >>> Recipe("school", ("ID", "Name", "Lat", "Lon")).likeness(["id", "name", "lat", "lon", "phone"])
        0.8
        """
        ours, theirs = _plain(self.headings), _plain(headings)
        return len(ours & theirs) / len(ours | theirs) if ours or theirs else 0.0

    def same_kind(self, other: Recipe) -> bool:
        """Whether a later recipe takes the place of this one."""
        return self.role == other.role and _plain(self.headings) == _plain(other.headings)


def best_recipe(recipes: Iterable[Recipe], headings: Iterable[str], role: str = "") -> Recipe | None:
    """The remembered recipe whose file had most headings in common, the latest of equals; None if none is alike.

    Parameters
    ----------
    role : str
        Only recipes of this role, "" for any.
    """
    wanted = tuple(headings)
    fitting = [(recipe.likeness(wanted), place, recipe) for place, recipe in enumerate(recipes) if role in ("", recipe.role)]
    found = max(fitting, key=lambda one: one[:2], default=None)
    return found[2] if found is not None and found[0] >= ALIKE else None


def with_recipe(recipes: Iterable[Recipe], new: Recipe) -> tuple[Recipe, ...]:
    """The recipes with a new one last, in place of one of the same kind of file."""
    return (*(recipe for recipe in recipes if not recipe.same_kind(new)), new)


def _plain(headings: Iterable[str]) -> set[str]:
    return {" ".join(heading.casefold().split()) for heading in headings}
