"""One table that leaves a project: which rows, under which names, of which answer."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ecomap.model.layer import Column, Layer
from ecomap.model.said import NOTHING, Said
from ecomap.render.first_rows import AS_MADE, Order


@frozen
class Table:
    """One table to write: a layer with its rows, or an output of a result.

    ``what`` is what of its answer an output shows, ``order`` what decides which rows come first, ``layer`` the layer of the map
    that shows its rows.
    """

    name: str
    title: Said
    frame: Any
    columns: tuple[Column, ...] = ()
    of: str = ""   # the layer or result it belongs to
    key: str = ""  # by which the ledger names it
    answer: Said = NOTHING
    what: Said = NOTHING
    order: Order = AS_MADE
    layer: Layer | None = None
