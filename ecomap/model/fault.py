"""What in a project file is not as EcoMap wrote it, and so was not believed."""

from __future__ import annotations

from attrs import field, frozen

from ecomap.model.said import Said, as_said

NEWER = "newer"            # a newer EcoMap wrote the file: what this one understands is open, for reading only
LOST = "lost"              # rows or a description that cannot be read, and are not in the project
DOUBTED = "doubted"        # cells that are not what they should be, and are missing in the project
CHANGED = "changed"        # another program has been at the rows; they are sound, and worth a look
PASSED_OVER = "passed_over"  # triggers, views, tables of nobody: left where they are and never run


@frozen
class Fault:
    """One thing that the gate at opening did not believe, with where it stands and which earlier file still has it.

    Parameters
    ----------
    kind : str
        One of the kinds above.
    text : Said
        One sentence for a planner: what, where, and what became of it.
    table, column : str
        Of the project file, "" where it is about none.
    rows : tuple of int
        Row numbers (from 1, as other programs count them), at most a few.
    layer, result : str
        Id of the layer, or of the answer, it is about; "" where none.
    earlier : str
        Name of the earlier version of the file that has it whole, "" where none does.
    """

    kind: str
    text: Said = field(converter=as_said)
    table: str = ""
    column: str = ""
    rows: tuple[int, ...] = ()
    layer: str = ""
    earlier: str = ""
    result: str = ""

    @property
    def loses(self) -> bool:
        """Whether saving the project over its file would lose what cannot be read now."""
        return self.kind in (NEWER, LOST, DOUBTED)
