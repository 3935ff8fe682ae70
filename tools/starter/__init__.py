"""The parts of the starter compiler: one module per subject."""
