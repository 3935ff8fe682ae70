"""What goes into a meeting file of a given size: first the data are packed, then borders get coarser, then tables get shorter, then
layers that no finding shows stay away, and last the tables of the later findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.result import Note
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.units import format_number
from ecomap.model.vocabulary import SITE
from ecomap.render.map_page import MapPage
from ecomap.render.page.data import page_data, page_layers
from ecomap.render.page.findings import in_order
from ecomap.render.page.ground import PageGround
from ecomap.render.page.shapes import Shapes, page_shapes
from ecomap.render.page.tables import SaidTable, cut_words, said_tables
from ecomap.render.page.topology import Topology, encode_arcs
from ecomap.render.style.drawing import Drawing
from ecomap.render.words.language import Language
from ecomap.render.words.page import PAGE

MOST_BYTES = 8_000_000
PLAIN_BYTES = 3_500_000  # data beyond are packed: a browser unpacks them faster than it reads them from a stick or a mail
_COARSER = (1.0, 3.0, 8.0)  # what to try, times the tolerance
_ROWS = (5_000, 2_000, 1_000, 500, 200, 100)
_FAR = 1.5  # so many times too large, more than the next cuts must be left out
ALL_ROWS = 10**9


@frozen
class Fitted:
    """The finished file, the rows of all its layers, and what was left out to keep it small: in few words, and in full."""

    text: bytes
    features: int
    gave_way: tuple[Said, ...]
    notes: tuple[Said, ...]


@frozen
class _Cut:
    """How much of the page goes into the file."""

    factor: float = 1.0            # of the tolerance of borders
    rows: int = ALL_ROWS           # of each table
    unseen_layers: bool = True     # those that no finding shows
    answers: int = ALL_ROWS        # the first so many keep their tables


Render = Callable[[MapPage, str, bool], bytes]  # the page, its data, whether they are to be packed


def fitted(
    page: MapPage, drawings: Mapping[str, Drawing], ground: PageGround, speak: Language, render: Render, *, simplify_m: float,
    max_bytes: int, packing: bool, progress: Progress,
) -> Fitted:
    """The page with as much as fits.

    Raises
    ------
    InputError
        If not even the least of it fits.
    """
    progress.at(0.0, say("Writing the tables"))
    work = _Work(page, drawings, ground, speak, said_tables(page, speak, progress.part(0.0, 0.3)), simplify_m, progress)
    tried = _Tries(work, render, max_bytes, packing)
    if not tried.fits(_Cut()):
        if tried.over <= _FAR:
            _one_by_one(tried, _cuts(page, work), work.borders_share(tried.data))
        else:
            _by_halves(tried, _cuts(page, work))
    if tried.made is None:
        raise InputError(
            say("The page would be {size} MB; the limit is {limit} MB.", size=megabytes(tried.size), limit=megabytes(max_bytes)),
            say("Remove layers that the meeting does not need, or raise the limit."),
        )
    return tried.made


class _Tries:
    """What was tried: the page of the last cut that fits, and the size of the last try."""

    def __init__(self, work: _Work, render: Render, max_bytes: int, packing: bool) -> None:
        self._work, self._render, self._max_bytes, self._packing = work, render, max_bytes, packing
        self.size, self.data = 0, 0  # of the file, and of the data in it before they are packed
        self.made: Fitted | None = None

    @property
    def over(self) -> float:
        """How many times too large the last try was."""
        return self.size / self._max_bytes

    def fits(self, cut: _Cut) -> bool:
        """Whether the page fits with what a cut leaves of it: as it is, or packed."""
        work = self._work
        part, data, said = work.data(cut)
        self.data = len(data)
        for pack in (False, True) if self._packing else (False,):
            work.progress.check()
            self.size = len(data)
            if not pack and self.size > (min(PLAIN_BYTES, self._max_bytes) if self._packing else self._max_bytes):
                continue
            text = self._render(part, data, pack)
            self.size = len(text)
            if self.size <= self._max_bytes:
                gave_way = (*work.gave_way(cut, self._max_bytes), *said)
                self.made = Fitted(text, sum(len(shown.frame) for shown in part.layers), gave_way, (*gave_way, *work.cut_tables(cut)))
                return True
        return False


def _cuts(page: MapPage, work: _Work) -> list[_Cut]:
    """What to try, each smaller than the one before."""
    factor = _COARSER[-1]
    longest = max((table.rows for table in work.tables), default=0)
    rows = [rows for rows in _ROWS if rows < longest]
    least = min(rows, default=ALL_ROWS)
    answers = [len(page.results)]
    while answers[-1] > 1:
        answers.append((answers[-1] + 1) // 2)
    return [*(_Cut(one) for one in _COARSER[1:]), *(_Cut(factor, one) for one in rows), _Cut(factor, least, unseen_layers=False),
            *(_Cut(factor, least, False, many) for many in answers[1:])]


def _one_by_one(tried: _Tries, cuts: Sequence[_Cut], saved: float) -> None:
    """The first cut that fits; coarser borders that could not save enough are passed over."""
    for cut in cuts:
        hopeless = cut.rows == ALL_ROWS and cut.unseen_layers and tried.over * (1 - saved) > 1
        if not hopeless and tried.fits(cut):
            return


def _by_halves(tried: _Tries, cuts: Sequence[_Cut]) -> None:
    """The first cut that fits, where the page is far too large: whether the least of it fits is known first."""
    low, high = -1, len(cuts) - 1
    if not tried.fits(cuts[high]):
        return
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if tried.fits(cuts[middle]) else (middle, high)


@frozen
class _Work:
    """What was worked out once and is the same in every try."""

    page: MapPage
    drawings: Mapping[str, Drawing]
    ground: PageGround
    speak: Language
    tables: Sequence[SaidTable]
    simplify_m: float
    progress: Progress
    kept: dict[Any, Any] = field(factory=dict, eq=False, repr=False)

    def data(self, cut: _Cut) -> tuple[MapPage, str, tuple[Said, ...]]:
        """The page without what the cut leaves out, its data, and what the report says of it."""
        part, tables, said = self._part(cut)
        shapes = self._shapes(part, cut)
        self.progress.at(0.4, say("Writing the cards"))
        layers = self._once(
            ("layers", cut.unseen_layers, len(tables)),
            lambda: page_layers(part, [self.drawings[one.layer.id] for one in part.layers], tables, self.speak, self.progress.part(0.4, 0.7)))
        topology = self._topology(shapes, cut)
        self.progress.at(0.7, say("Fitting the page into its size"))
        text = page_data(part, layers, tables, shapes, topology, self.speak, cut.rows, self.ground.body)
        return part, text, said

    def borders_share(self, data: int) -> float:
        """How much of the data of the first try was borders: no coarser drawing saves more."""
        topology = self._topology(self._shapes(self.page, _Cut()), _Cut())
        return min(len(encode_arcs(topology.arcs)) * 2 / max(data, 1), 0.95)

    def gave_way(self, cut: _Cut, max_bytes: int) -> tuple[Said, ...]:
        """What the report says of borders and rows."""
        notes: tuple[Said, ...] = ()
        if cut.factor > 1:
            notes += (say("Borders are drawn to {metres} m to keep the file under {limit} MB.",
                          metres=kept(f"{self.simplify_m * cut.factor:g}"), limit=megabytes(max_bytes)),)
        if any(table.rows > cut.rows for table in self.tables):
            notes += (say("Tables have at most {rows} rows to keep the file under {limit} MB.", rows=format_number(cut.rows),
                          limit=megabytes(max_bytes)),)
        return notes

    def cut_tables(self, cut: _Cut) -> tuple[Said, ...]:
        """Every table that gave rows away, and by what those that stayed were chosen."""
        return tuple(say("{answer} · {table}: {cut}", answer=table.result.title, table=table.output.title, cut=cut_words(table, cut.rows))
                     for table in self.tables if table.rows > cut.rows)

    def _shapes(self, part: MapPage, cut: _Cut) -> Shapes:
        made: Shapes = self._once(("shapes", cut.unseen_layers), lambda: page_shapes(part))
        return made

    def _topology(self, shapes: Shapes, cut: _Cut) -> Topology:
        key = ("topology", cut.unseen_layers, cut.factor)
        made: Topology = self._once(key, lambda: shapes.simplified(self.simplify_m * cut.factor))
        return made

    def _part(self, cut: _Cut) -> tuple[MapPage, Sequence[SaidTable], tuple[Said, ...]]:
        return _cut_page(self.page, self.tables, cut)

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]


def _cut_page(page: MapPage, tables: Sequence[SaidTable], cut: _Cut) -> tuple[MapPage, Sequence[SaidTable], tuple[Said, ...]]:
    """The page and its tables without what the cut leaves out; the page says it too. The third part is for the report."""
    said: tuple[Said, ...] = ()
    keep = {result.id for result in in_order(page)[:cut.answers]}
    bare = [result for result in in_order(page) if result.outputs and result.id not in keep]
    if bare:
        note = Note("caution", PAGE["page.tables_left_out"])
        gone = {result.id for result in bare}
        page = evolve(page, results=tuple(
            evolve(result, outputs=(), notes=(note, *result.notes)) if result.id in gone else result for result in page.results))
        tables = [table for table in tables if table.result.id not in gone]
        said += (say("Left out to keep the file small, in tables and on cards: {answers}.", answers=joined([one.title for one in bare], "; ")),)
    if not cut.unseen_layers:
        stay = tuple(one for one in page.layers if _is_seen(page, one.layer))
        gone_layers = [one.layer.name for one in page.layers if one not in stay]
        if gone_layers:
            caution = say("Left out to keep this file small, as no finding shows them: {names}.", names=joined(gone_layers, "; "))
            page = evolve(page, layers=stay, cautions=(*page.cautions, caution))
            said += (caution,)
    return page, tables, said


def _is_seen(page: MapPage, layer: Any) -> bool:
    """Whether a layer is on the map with some finding, or cards speak of it."""
    return layer.visible or layer.role == SITE or any(layer.id in shown for shown in page.views.values())


def megabytes(size: int) -> Said:
    return format_number(size / 1e6, digits=1)
