"""Whether what EcoMap says of its own certainty is true: surveys are made up, asked about, and compared with the truth."""
