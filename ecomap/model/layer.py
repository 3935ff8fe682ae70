"""What a layer is, apart from its rows."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field, frozen

from ecomap.model.indicator import Indicator
from ecomap.model.judgement import Judgement
from ecomap.model.known import KnownOf
from ecomap.model.said import NOTHING, Said, as_said
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle

POLYGON = "polygon"
LINE = "line"
POINT = "point"
MIXED = "mixed"          # areas, lines and points in one layer: the ground
NO_GEOMETRY = "none"


@frozen
class Column:
    """What a column says, so that tables, cards and files can explain themselves.

    ``unit``: "", "share" (0-1), "m", "m2", "min", "count", "usd", "score", "rank", "per_10000", "ug_m3", "date", "flag".
    ``moe`` names the column with the 90 % margin; ``low`` and ``high`` the ends of a band (ranks).
    ``hidden`` columns are kept in files but not shown in tables and cards. ``judgement``: whether it counts people, and by
    whose word; None where nobody has looked.
    """

    name: str
    label: Said = field(converter=as_said)
    unit: str = ""
    help: Said = field(default=NOTHING, converter=as_said)
    digits: int = 0
    moe: str = ""
    low: str = ""
    high: str = ""
    hidden: bool = False
    judgement: Judgement | None = None


@frozen
class ViewOf:
    """Of which answer's table, laid on which layers, the rows of a result layer are made: in the project file it is a view.

    ``layers`` are the layers whose shapes it borrows, none where the table has its own; ``top`` keeps only the first ranks,
    0 keeps all.
    """

    output: str
    layers: tuple[str, ...] = ()
    top: int = 0


@frozen
class Layer:
    """One set of like things on the map: what it is, where it is from, how it is drawn.

    The rows live in ``Project.frames[layer.id]``: a GeoDataFrame in the project's CRS (or a plain frame where
    ``geometry`` is "none"), with a unique text column ``id`` and a column ``name``; the index carries no meaning.
    """

    id: str
    name: Said = field(converter=as_said)
    role: str
    geometry: str
    columns: tuple[Column, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    sources: tuple[Source, ...] = ()
    style: LayerStyle = field(factory=LayerStyle)
    visible: bool = True
    boundary: str = ""        # official | approximate | estimated, for areas
    level: str = ""           # elementary | middle | high, for attendance areas
    group: Said = field(default=NOTHING, converter=as_said)  # heading in the layer tree
    result_id: str = ""       # the result that made it, if any
    notes: tuple[Said, ...] = ()
    view: ViewOf | None = None  # of a result layer: how its rows are made
    known_of: tuple[KnownOf, ...] = ()  # of rows that say who or what is there: how many there are, by kind
    what: Said = field(default=NOTHING, converter=as_said)  # of a result layer: what of its answer it shows; the name says the answer too

    @property
    def short(self) -> Said:
        """What it is called where its answer's name stands beside or above it."""
        return self.what if self.what and self.name.endswith(self.what) else self.name

    @property
    def answer(self) -> Said:
        """Of a result layer: the name of its answer, as far as its own name says it."""
        return kept(self.name.removesuffix(self.what).removesuffix(" · "))

    def column(self, name: str) -> Column:
        """The description of a column, or a plain one made from its name."""
        for column in self.columns:
            if column.name == name:
                return column
        return Column(name, kept(name.replace("_", " ").capitalize()))

    def indicator(self, column: str) -> Indicator | None:
        return next((i for i in self.indicators if i.column == column), None)

    def with_style(self, **changes: Any) -> Layer:
        return evolve(self, style=evolve(self.style, **changes))
