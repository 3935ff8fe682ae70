"""Random numbers that belong to a place: the same whatever else is in the file, in whatever order, on whatever other layers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

_CACHED: Final = 32_000  # numbers in hand at a time
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)  # SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Ids(tuple[str, ...]):
    """What places go by, for who draws of the same ones again and again: what is worked out of them is kept with them."""

    def start(self, named: str) -> np.ndarray:
        """From where the numbers of every place go on, in a stream and with a seed."""
        kept = self.__dict__
        if named not in kept:
            if "" not in kept:
                kept[""] = np.array([_key(one) for one in self], dtype=np.uint64)
            kept[named] = _start(kept[""], named)
        found: np.ndarray = kept[named]
        return found


def keyed_normals(ids: Sequence[str], draws: int, *, seed: int, stream: str = "", first: int = 0) -> np.ndarray:
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
    first : int
        How many of the place's numbers to pass over, where many are drawn in parts.

    Returns
    -------
    ndarray of float, shape (draws, n)

    >>> first, second = keyed_normals(["a", "b"], 3, seed=1), keyed_normals(["b", "c", "a"], 5, seed=1)
    >>> bool((first[:, 0] == second[:3, 2]).all() and (first[:, 1] == second[:3, 0]).all())
    True
    """
    from scipy.special import ndtri  # heavy

    return _drawn(ids, draws, seed, stream, first, ndtri)


def keyed_uniforms(ids: Sequence[str], draws: int, *, seed: int, stream: str = "", first: int = 0) -> np.ndarray:
    """Numbers evenly between 0 and 1 (neither of them), a column per place; otherwise as `keyed_normals`."""
    return _drawn(ids, draws, seed, stream, first, None)


def _drawn(ids: Sequence[str], draws: int, seed: int, stream: str, first: int, bent: Callable[..., Any] | None) -> np.ndarray:
    """Uniform numbers, or what becomes of them; so many draws at a time that they stay in the processor's cache."""
    found = np.empty((draws, len(ids)))
    with np.errstate(over="ignore"):
        named = f"{seed}\x1f{stream}"
        start = ids.start(named) if isinstance(ids, Ids) else _start(_keys(tuple(ids)), named)
        steps = np.arange(first + 1, first + draws + 1, dtype=np.uint64) * _STEP
        size = max(1, _CACHED // max(len(ids), 1))
        for at in range(0, draws, size):
            bits = _mixed(start[None, :] + steps[at : at + size, None])
            bits >>= np.uint64(11)
            part = found[at : at + size]
            part[...] = bits
            part += 0.5
            part *= 2.0**-53
            if bent is not None:
                bent(part, out=part)
    return found


def _start(keys: np.ndarray, named: str) -> np.ndarray:
    return _mixed(keys ^ np.uint64(_key(named)))


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Every bit made to hang on every other, in place."""
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits ^= bits >> np.uint64(shift)
        bits *= factor
    bits ^= bits >> np.uint64(31)
    return bits


@lru_cache(maxsize=8)
def _keys(ids: tuple[str, ...]) -> np.ndarray:
    return np.array([_key(one) for one in ids], dtype=np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
