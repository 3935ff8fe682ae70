"""Reading in a process of its own: a file that hangs, crashes or swells takes a helper with it, never the program."""

from ecomap.io.reading.process.apart import forget, read_apart
from ecomap.io.reading.process.asking import ask, reads_here
from ecomap.io.reading.process.client import close, warm

__all__ = ["ask", "close", "forget", "read_apart", "reads_here", "warm"]
