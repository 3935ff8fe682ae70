"""EcoMap: children's need against the schools, supports and services around them."""

__version__ = "0.1.0"
