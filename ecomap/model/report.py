"""What happened to a file on its way in, in numbers that add up."""

from __future__ import annotations

from attrs import field, frozen

from ecomap.model.said import NOTHING, Said, as_said, joined, name, say
from ecomap.model.understanding import ColumnUse, Doubt
from ecomap.model.units import format_number


@frozen
class ReportLine:
    """One thing that was found. ``kind``: dropped | merged | mended | caution | note.

    ``count`` rows are concerned; ``examples`` names a few of them (at most five).
    """

    kind: str
    text: Said = field(converter=as_said)
    count: int | None = None
    examples: tuple[str, ...] = ()


@frozen
class ImportReport:
    """The way of a file's rows into a layer: ``read = kept + dropped + merged``.

    Mended rows are kept; cautions and notes move no rows.
    """

    file_name: str
    role: str
    layer_id: str
    layer_name: Said = field(converter=as_said)
    read: int
    kept: int
    lines: tuple[ReportLine, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()  # (field, column of the file)
    crs: Said = field(default=NOTHING, converter=as_said)  # as found or given, with how: "EPSG:2229 (from the file)"
    sha256: str = ""
    columns: tuple[ColumnUse, ...] = ()        # what became of every column of the file
    doubts: tuple[Doubt, ...] = ()             # what only a person could say, answered or not
    answers: tuple[tuple[str, str], ...] = ()  # code of a doubt -> what a person said

    def count(self, kind: str) -> int:
        """Rows that the lines of one kind speak of."""
        return sum(line.count or 0 for line in self.lines if line.kind == kind)

    @property
    def adds_up(self) -> bool:
        return self.read == self.kept + self.count("dropped") + self.count("merged")

    @property
    def sentence(self) -> Said:
        parts = [say("{file}: read {read} rows, kept {kept}", file=name(self.file_name), read=format_number(self.read),
                     kept=format_number(self.kept))]
        if self.count("merged"):
            parts.append(say("merged {n}", n=format_number(self.count("merged"))))
        if self.count("dropped"):
            parts.append(say("left out {n}", n=format_number(self.count("dropped"))))
        if self.count("mended"):
            parts.append(say("mended {n}", n=format_number(self.count("mended"))))
        return say("{parts}.", parts=joined(parts, ", "))
