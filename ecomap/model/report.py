"""What happened to a file on its way in, in numbers that add up."""

from __future__ import annotations

from attrs import frozen

from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number


@frozen
class ReportLine:
    """One thing that was found. ``kind``: dropped | merged | mended | caution | note.

    ``count`` rows are concerned; ``examples`` names a few of them (at most five).
    """

    kind: str
    text: Said
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
    layer_name: Said
    read: int
    kept: int
    lines: tuple[ReportLine, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()  # (field, column of the file)
    crs: Said = NOTHING                        # as found or given, with how: "EPSG:2229 (from the file)"
    sha256: str = ""

    def count(self, kind: str) -> int:
        """Rows that the lines of one kind speak of."""
        return sum(line.count or 0 for line in self.lines if line.kind == kind)

    @property
    def adds_up(self) -> bool:
        return self.read == self.kept + self.count("dropped") + self.count("merged")

    @property
    def sentence(self) -> Said:
        merged, dropped, mended = (format_number(self.count(kind)) for kind in ("merged", "dropped", "mended"))
        counts = [say("read {read} rows", read=format_number(self.read)), say("kept {kept}", kept=format_number(self.kept))]
        counts += [say("merged {merged}", merged=merged)] if self.count("merged") else []
        counts += [say("left out {dropped}", dropped=dropped)] if self.count("dropped") else []
        counts += [say("mended {mended}", mended=mended)] if self.count("mended") else []
        return say("{file}: {counts}.", file=name(self.file_name), counts=joined(counts, ", "))
