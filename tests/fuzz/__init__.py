"""Damaged and hostile files of every format, made anew from a seed: ``python -m tests.fuzz --count 4000 --seed 1``."""
