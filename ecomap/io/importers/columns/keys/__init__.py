"""By which codes rows of a file meet those of the project."""
