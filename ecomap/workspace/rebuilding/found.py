"""What comes out when a file is rebuilt: the project again, what differs and why."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from ecomap.model.project import Project
from ecomap.model.record import LayerRecord, Record
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say

CHANGED: Final = "changed"          # the file says something else than its answers do
OTHERWISE: Final = "otherwise"      # asked again, an answer comes out otherwise
ROWS: Final = "rows"                # the rows are not those that the answers were asked of
REFUSED: Final = "refused"          # a question cannot be asked again
MOST_TOLD: Final = 20
WITH_THE_PROJECT: Final = say("With the project itself they come out as they were.")


@frozen
class Difference:
    """One thing that is otherwise in the file than asked again.

    Parameters
    ----------
    why : str
        `CHANGED`, `OTHERWISE`, `ROWS` or `REFUSED`.
    where : Said
        The sheet, table, answer or layer.
    row, column : str
        Of the cell, as the file calls them; "" where it is about all of it.
    in_file, again : str
        What stands there, and what it says when asked again.
    reason : Said
        Why, where more is known.
    called : str
        What the row is called, where it goes by a code.
    """

    why: str
    where: Said
    row: str = ""
    column: str = ""
    in_file: str = ""
    again: str = ""
    reason: Said = NOTHING
    called: str = ""

    @property
    def sentence(self) -> Said:
        if self.why == REFUSED:
            return say("{answer} cannot be asked again. {reason}", answer=self.where, reason=self.reason)
        if self.why == ROWS:
            return say("The rows of {layer} are not those that its answers were asked of. {reason}", layer=self.where, reason=self.reason)
        told, again = (name(text) if text else say("nothing") for text in (self.in_file, self.again))
        if self.row or self.column:
            row = say("{name} ({code})", name=name(self.called), code=name(self.row)) if self.called else name(self.row)
            place = joined([row, name(self.column)], " · ")
            said = say("{where}, {place}: the file says {told}, asked again it is {again}.", where=self.where, place=place, told=told, again=again)
        elif self.in_file or self.again:
            said = say("{where}: the file says {told}, asked again it is {again}.", where=self.where, told=told, again=again)
        else:
            said = say("{where} comes out otherwise.", where=self.where)
        return joined([said, self.reason])


@frozen
class Rebuilt:
    """A file made into a project again.

    Parameters
    ----------
    project : Project
        With the layers and answers of the file, asked again.
    record : Record
        What the file says of itself.
    differences : tuple of Difference
        None where it is identical.
    cells : int
        How many of the file's numbers and texts were compared; 0 where only the record was.
    kept_back : int
        Numbers that the file hides to protect small groups, so that they cannot be compared.
    notes : tuple of Said
        Where rows came from that the file does not hold, which searches were not made anew, and what could not be compared.
    unasked : int
        Numbers and texts that belong to answers that could not be asked again.
    """

    project: Project = field(repr=False)
    record: Record = field(repr=False)
    differences: tuple[Difference, ...] = ()
    cells: int = 0
    kept_back: int = 0
    notes: tuple[Said, ...] = ()
    unasked: int = 0

    @property
    def identical(self) -> bool:
        return not self.differences

    @property
    def sentence(self) -> Said:
        """The finding in one sentence."""
        count = len(self.record.answers)
        if self.identical and not self.cells:
            return plural("{n} answer asked again comes out just as the record in the file says.", "{n} answers asked again come out just as the record in the file says.", count)
        if self.identical:
            return plural("Identical: {n} answer asked again says just what the file says.", "Identical: {n} answers asked again say just what the file says.", count)
        refused = sum(one.why == REFUSED for one in self.differences)
        if refused == len(self.differences) and self.unasked and not self.cells:
            return plural("{n} answer cannot be asked again, so what the file says of it was not compared.",
                          "{n} answers cannot be asked again, so what the file says of them was not compared.", refused)
        if refused == len(self.differences):
            return plural("{n} answer cannot be asked again; all else is just what the file says.", "{n} answers cannot be asked again; all else is just what the file says.", refused)
        return plural("{n} thing differs from what the answers say when they are asked again.",
                      "{n} things differ from what the answers say when they are asked again.", len(self.differences))

    @property
    def lines(self) -> tuple[Said, ...]:
        """All that there is to say, the finding first; of many differences the first ones."""
        told = [one.sentence for one in self.differences[:MOST_TOLD]]
        more = len(self.differences) - len(told)
        if more:
            told.append(plural("{n} more thing differs.", "{n} more things differ.", more))
        return (self.sentence, *told, *self.not_compared, *self.notes)

    @property
    def not_compared(self) -> tuple[Said, ...]:
        """How many numbers could not be compared: the file does not show them, or they are of answers that could not be asked again."""
        hidden = plural("{n} number is hidden to protect small groups and was not compared.",
                        "{n} numbers are hidden to protect small groups and were not compared.", self.kept_back)
        unasked = plural("{n} number or text belongs to answers that could not be asked again and was not compared.",
                         "{n} numbers and texts belong to answers that could not be asked again and were not compared.", self.unasked)
        return (*([hidden] if self.kept_back else []), *([unasked] if self.unasked else []))


def names_of(layers: tuple[LayerRecord, ...]) -> Said:
    """Layers by their names."""
    return listed(one.layer.name for one in layers)
