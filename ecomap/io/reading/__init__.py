"""Files of other publishers, read as they are: every cell as found, the file itself untouched."""

from ecomap.io.reading.process import read_apart
from ecomap.io.reading.raw import RawSource, quoted
from ecomap.io.reading.source import read_source

__all__ = ["RawSource", "quoted", "read_apart", "read_source"]
