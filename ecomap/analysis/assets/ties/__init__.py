"""Who works with whom: ties between organisations, and what hangs on a single one of them."""
