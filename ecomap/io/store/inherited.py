"""What answers have of the tables they are made of: a doubt or a change there is told of each answer that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from ecomap.model.fault import CHANGED, DOUBTED, PASSED_OVER, Fault
from ecomap.model.said import Said, say
from ecomap.model.vocabulary import GEOMETRY, ID, NAME

OF_SHAPES: Final = ("", ID, GEOMETRY)        # columns that matter to who has the shapes of rows; "" is the table as a whole
OF_PLACES: Final = ("", ID, NAME, GEOMETRY)  # and to who is laid on them


@frozen
class Source:
    """A table that something is made of.

    Parameters
    ----------
    title : Said
        What it is called.
    table : str
        Its name in the file.
    faults : sequence of Fault
        What was not believed of it.
    columns : tuple of str
        Those that matter to what is made of it; none for all of them.
    """

    title: Said
    table: str
    faults: Sequence[Fault]
    columns: tuple[str, ...] = ()

    @property
    def worst(self) -> str:
        """`DOUBTED` where something of it is missing, `CHANGED` where another program has been at it, "" where it is sound."""
        kinds = {DOUBTED if fault.loses else fault.kind for fault in self.faults
                 if fault.kind != PASSED_OVER and (not self.columns or fault.column in self.columns)}
        return DOUBTED if DOUBTED in kinds else CHANGED if CHANGED in kinds else ""


def inherited(title: Said, sources: Iterable[Source], *, table: str = "", layer: str = "", result: str = "") -> Fault | None:
    """What is to be told of something that is made of tables: for the first of which something is missing, else the first that was changed.

    Parameters
    ----------
    title : Said
        What is made of them.
    table : str
        Of the file, where it has one of its own; otherwise the source's is named.
    """
    told = [(source, source.worst) for source in sources]
    for kind in (DOUBTED, CHANGED):
        source = next((source for source, worst in told if worst == kind), None)
        if source is not None:
            text = (say("“{title}” is made of “{source}”: what is missing there is missing here too.", title=title, source=source.title)
                    if kind == DOUBTED else
                    say("“{title}” is made of “{source}”, which another program has changed.", title=title, source=source.title))
            return Fault(kind, text, table or source.table, layer=layer, result=result)
    return None
