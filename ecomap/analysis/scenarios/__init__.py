"""What would be otherwise: rows with changes in them, and who gains and loses between two answers. Frames and numbers, no words."""
