"""What EcoMap takes the columns of a file for, with the evidence, and what only a person can say."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from ecomap.model.judgement import Judgement
from ecomap.model.said import NOTHING, Said

# How a column of a file ends.
USED: Final = "used"          # a field, an indicator, a margin, a place
KEPT: Final = "kept"          # beside the rows, counted in nothing
LEFT_OUT: Final = "left out"  # not in the layer, for the reason that is told


@frozen
class Option:
    """One answer to a doubt: what is handed over, and what people read."""

    value: str
    label: Said


@frozen
class Doubt:
    """What only a person can say, with the evidence and what is taken until it is said.

    Parameters
    ----------
    code : str
        By which it is answered and remembered: "axes", "direction:graduation_rate", "scale:pct_homeless".
    text : Said
        The question.
    evidence : tuple of Said
        What speaks for and against, in one line each.
    options : tuple of Option
        The answers there are; none where any text will do.
    taken : str
        The value that is used as long as nobody answers; "" if nothing is taken for granted: the column stays uncounted.
    column : str
        The column of the file it is about, "" for the whole file.
    rows : tuple of str
        A few cells or rows to look at.
    needed : bool
        Whether the file cannot be brought in before it is answered.
    """

    code: str
    text: Said
    evidence: tuple[Said, ...] = ()
    options: tuple[Option, ...] = ()
    taken: str = ""
    column: str = ""
    rows: tuple[str, ...] = ()
    needed: bool = False


@frozen
class ColumnUse:
    """What became of one column of the file.

    Parameters
    ----------
    use : {"used", "kept", "left out"}
    field : str
        The field, indicator or column of the layer it became; "" if it is left out.
    label : Said
        What that is called.
    why : Said
        The evidence ("356 of 356 match the zones' school_id"), or why it is only kept or left out.
    failing : tuple of str
        Cells that did not fit, where its name did.
    """

    column: str
    use: str
    field: str = ""
    label: Said = NOTHING
    why: Said = NOTHING
    failing: tuple[str, ...] = ()
    numeric: bool = False        # whether it could be counted as an indicator of need
    judgement: Judgement | None = None  # what it says of people, where it has numbers or is about persons


@frozen
class Candidate:
    """A column that could have been a field, and why it was not taken."""

    column: str
    why: Said
    failing: tuple[str, ...] = ()


@frozen
class FieldUse:
    """One thing a role takes, the column it was found in, and what else was looked at."""

    field: str
    label: Said
    column: str = ""             # "=elementary" for one value in every row, "" if not in the file
    why: Said = NOTHING
    others: tuple[Candidate, ...] = ()
    help: Said = NOTHING
    required: bool = False
    decision: bool = False       # one answer for the whole file, never a column
    choices: tuple[str, ...] = ()  # values allowed for every row, where it is a closed list
