"""Pixels without Qt: simplified copies of shapes, the id buffer, outlines, pictures."""
