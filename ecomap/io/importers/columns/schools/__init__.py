"""Which grades and levels a school serves, and who runs it."""
