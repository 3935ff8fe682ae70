"""Random numbers that belong to a place: the same whatever else is in the file, in whatever order, on whatever other layers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np


def keyed_normals(ids: Sequence[str], draws: int, *, seed: int, stream: str = "") -> np.ndarray:
    """Standard normal numbers, a column per place.

    Parameters
    ----------
    ids : sequence of str, length n
        What the places go by. A place's column depends on its own id, the stream and the seed, and on nothing else.
    draws : int
        How many numbers each place gets. Fewer are the first of more.
    seed : int
    stream : str
        What is drawn ("people", the name of an indicator): two streams of one place are independent.

    Returns
    -------
    ndarray of float, shape (draws, n)

    >>> first, second = keyed_normals(["a", "b"], 3, seed=1), keyed_normals(["b", "c", "a"], 5, seed=1)
    >>> bool((first[:, 0] == second[:3, 2]).all() and (first[:, 1] == second[:3, 0]).all())
    True
    """
    result = np.empty((draws, len(ids)))
    for at, one in enumerate(ids):
        digest = hashlib.blake2b(f"{seed}\x1f{stream}\x1f{one}".encode(), digest_size=16).digest()
        result[:, at] = np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little"))).standard_normal(draws)
    return result
