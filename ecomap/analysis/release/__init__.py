"""What may leave the window, and what would give a small group away."""
