"""What is made from a frame once and kept while the frame lives: frames are never changed in place."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

Made = TypeVar("Made")

MOST_BYTES: Final = 512_000_000


class Kept(Generic[Made]):
    """A memory of what a function made of frames; forgotten with the frame, or oldest first when there are too many.

    Where ``weigh`` says how many bytes a thing takes, all together are bounded too. Safe to use from several threads.
    """

    def __init__(self, make: Callable[..., Made], most: int = 128, *, weigh: Callable[[Made], int] | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._make = make
        self._most = most
        self._weigh = weigh
        self._most_bytes = most_bytes
        self._entries: OrderedDict[tuple[int, Hashable], tuple[Any, Made]] = OrderedDict()
        self._lock = threading.RLock()

    def of(self, frame: Any, *more: Hashable) -> Made:
        """``make(frame, *more)``, from memory where it has been made before."""
        key = (id(frame), more)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry[0]() is frame:
                self._entries.move_to_end(key)
                return entry[1]
        made = self._make(frame, *more)
        with self._lock:
            self._entries[key] = (weakref.ref(frame, self._gone), made)
            self._forget_dead()
            while len(self._entries) > self._most or self._too_heavy():
                self._entries.popitem(last=False)
        return made

    def all(self) -> list[Made]:
        """All that is kept, the latest first."""
        with self._lock:
            return [made for ref, made in reversed(self._entries.values()) if ref() is not None]

    def _gone(self, _ref: Any) -> None:
        """A frame died, on whichever thread: what was made of it goes now, or at the next look where another is at it."""
        if self._lock.acquire(blocking=False):
            try:
                self._forget_dead()
            finally:
                self._lock.release()

    def _forget_dead(self) -> None:
        for key in [key for key, (ref, _) in tuple(self._entries.items()) if ref() is None]:
            self._entries.pop(key, None)

    def _too_heavy(self) -> bool:
        """Whether all but the latest together are over the bound; the latest always stays."""
        if self._weigh is None or len(self._entries) < 2:
            return False
        weights = {id(made): self._weigh(made) for _, made in self._entries.values()}
        return sum(weights.values()) > self._most_bytes
