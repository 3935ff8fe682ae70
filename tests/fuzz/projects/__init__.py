"""Damaged and hostile project files, made anew from a seed: ``python -m tests.fuzz.projects --count 500 --seed 1``."""
