"""The steps of an import, one after the other: previewed, read, joined, carried over, reported."""
