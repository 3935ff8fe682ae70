"""What counts as need, in which direction, and how that is known."""
