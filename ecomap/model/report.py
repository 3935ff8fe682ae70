"""What happened to a file on its way in, in numbers that add up."""

from __future__ import annotations

from attrs import field, frozen

from ecomap.model.said import Said, as_said


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
    layer_name: str
    read: int
    kept: int
    lines: tuple[ReportLine, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()  # (field, column of the file)
    crs: str = ""                              # as found or given, with how: "EPSG:2229 (from the file)"
    sha256: str = ""

    def count(self, kind: str) -> int:
        """Rows that the lines of one kind speak of."""
        return sum(line.count or 0 for line in self.lines if line.kind == kind)

    @property
    def adds_up(self) -> bool:
        return self.read == self.kept + self.count("dropped") + self.count("merged")

    @property
    def sentence(self) -> str:
        parts = [f"{self.file_name}: read {self.read:,} rows, kept {self.kept:,}"]
        for kind, word in (("merged", "merged"), ("dropped", "left out"), ("mended", "mended")):
            if self.count(kind):
                parts.append(f"{word} {self.count(kind):,}")
        return ", ".join(parts) + "."
