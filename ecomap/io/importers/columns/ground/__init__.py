"""What rows of maps are as ground: their kind, their rank, the numbers of roads."""
