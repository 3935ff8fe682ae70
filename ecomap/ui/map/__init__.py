"""The map on screen, what floats over it, and the card of a place."""
