"""Files of other publishers, read as they are: every cell as found, the file itself untouched."""

from ecomap.io.reading.process import read_apart
from ecomap.io.reading.raw import RawSource, Sublayer, quoted
from ecomap.io.reading.source import read_source

__all__ = ["RawSource", "Sublayer", "quoted", "read_apart", "read_source"]
