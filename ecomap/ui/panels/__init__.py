"""What belongs to a step: its question, its answer, the layers, the tables."""
