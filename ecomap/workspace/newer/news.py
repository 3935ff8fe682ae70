"""What a comparison of a layer with a newer list found: values without words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from ecomap.model.project import Project
from ecomap.model.report import ImportReport
from ecomap.model.said import NOTHING, Said

if TYPE_CHECKING:
    from ecomap.analysis.newer.numbers import Change
    from ecomap.analysis.newer.ranking import Ranking
    from ecomap.io.importers import Imported
    from ecomap.io.understanding import Understood

# What can have become of a row; one row may have moved and be renamed at once.
ADDED: Final = "added"
GONE: Final = "gone"
MOVED: Final = "moved"
REDRAWN: Final = "redrawn"   # of an area: its outline is another one
RENAMED: Final = "renamed"
RECODED: Final = "recoded"   # the same thing under another code
OPEN: Final = "open"         # could be one of several newer rows: only a person can say
KINDS: Final = (OPEN, ADDED, GONE, RENAMED, RECODED, MOVED, REDRAWN)


@frozen
class Options:
    """How a comparison is made and what a replacement keeps.

    Parameters
    ----------
    moved_m : float
        From more than this distance on a thing is said to have moved.
    same : mapping
        Id of a former row -> id of the newer one that a person says it is; "" for none of them.
    measures : mapping
        Column of the newer list -> column of the layer that it is the newer figures of, where the two are called otherwise.
    vintage : str
        Period that the newer list speaks of, where the file does not say it.
    here_only : bool
        Whether rows of the newer list on other ground than the layer's are left out: the list is of a larger place.
    keep_columns : bool
        Whether columns that the newer list does not have stay, with their former values, at the rows that both have.
    carry : bool
        Whether numbers on areas of another census are carried over to the layer's, with the project's table of both.
    ask_again : bool
        Whether the answers that rest on the layer are asked again of the newer list.
    """

    moved_m: float = 500.0
    same: Any = field(factory=dict)
    measures: Any = field(factory=dict)
    vintage: str = ""
    here_only: bool = True
    keep_columns: bool = False
    carry: bool = False
    ask_again: bool = True


@frozen
class RowNews:
    """What became of one row. Ids and names are "" on the side where there is no row."""

    kind: str
    id: str
    name: str
    former_id: str = ""
    former_name: str = ""
    distance_m: float | None = None
    share: float | None = None                       # of the ground of both outlines together that both have
    candidates: tuple[tuple[str, str], ...] = ()     # of an open row: id and name of the newer rows it could be


@frozen
class ColumnNews:
    """What became of one column of numbers."""

    column: str
    label: Said
    unit: str
    old_vintage: Said
    new_vintage: Said
    change: Change
    shared: tuple[int, int] | None = None  # years that the two surveys share
    pandemic: bool = False
    indicator: bool = False


@frozen
class Leaning:
    """Rows of a layer or table that point to rows now gone, or to rows that have another code now; all of them stay."""

    layer_id: str
    layer_name: Said
    rows: tuple[tuple[str, str, str], ...]  # id, what it points to, the new code of that; "" where it is gone


@frozen
class FigureNews:
    """A key figure before and after."""

    label: Said
    unit: str
    before: float | None
    after: float | None
    moe_before: float | None
    moe_after: float | None
    beyond: bool | None  # more than the margin of the difference; None where no margin is known
    changed: bool        # written as another number, as figures are rounded


@frozen
class AnswerNews:
    """What became of an answer that rests on the layer. ``problem`` says why it cannot be asked of the newer list."""

    result_id: str
    title: Said
    figures: tuple[FigureNews, ...] = ()
    ranking: Ranking | None = None
    problem: Said = NOTHING
    was_outdated: bool = False  # the answer spoke of rows that are no longer there, and was asked again of the present ones first

    @property
    def changed(self) -> bool:
        """Whether anything that is told of it is another figure or rank, or it cannot be asked any more."""
        moved = self.ranking is not None and bool(self.ranking.changed or self.ranking.entered or self.ranking.left)
        return bool(self.problem) or moved or any(one.changed for one in self.figures)


@frozen
class OtherCensus:
    """The areas are of two censuses and were not compared row by row."""

    old: str
    new: str
    carries: bool  # whether a table of the project leads from the one to the other


@frozen
class News:
    """What is new in a newer list, and the project as it would be with it.

    Parameters
    ----------
    candidate : Project or None
        The project with the newer list in the place of the layer; None where that cannot be.
    """

    layer_id: str
    layer_name: Said
    newer_name: Said
    old_rows: int
    new_rows: int
    both: int
    rows: tuple[RowNews, ...]
    columns: tuple[ColumnNews, ...]
    columns_gone: tuple[Said, ...]
    columns_new: tuple[Said, ...]
    leaning: tuple[Leaning, ...]
    answers: tuple[AnswerNews, ...]
    cautions: tuple[Said, ...]
    options: Options
    other_census: OtherCensus | None = None
    points: bool = True
    elsewhere: int = 0                 # rows of the newer list on ground that the layer does not cover
    report: ImportReport | None = field(default=None, repr=False)
    base: Project | None = field(default=None, repr=False, eq=False)
    candidate: Project | None = field(default=None, repr=False, eq=False)
    understood: Understood | None = field(default=None, repr=False, eq=False)
    other_layer: str = ""

    def of(self, kind: str) -> tuple[RowNews, ...]:
        """The rows of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    def count(self, kind: str) -> int:
        return len(self.of(kind))

    @property
    def answers_changed(self) -> tuple[AnswerNews, ...]:
        return tuple(one for one in self.answers if one.changed)


@frozen
class Arrival:
    """The newer list, ready to take the place of a layer."""

    imported: Imported
    understood: Understood | None = None
    other_layer: str = ""
    brought: frozenset[str] | None = None  # columns that a table without places brings to the layer's own rows; None: rows of its own
