"""Pairs of programs that write to one project at the same moment."""
