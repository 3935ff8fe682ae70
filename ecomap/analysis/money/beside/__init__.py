"""The question: dollars beside an outcome, in four corners to talk about; no ranking."""
