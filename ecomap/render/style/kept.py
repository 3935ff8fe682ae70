"""What is made from a frame once and kept while the frame lives: frames are never changed in place."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """A memory of what a function made of frames; forgotten with the frame, or when there are too many.

    Safe to use from several threads.
    """

    def __init__(self, make: Callable[..., Made], most: int = 128) -> None:
        self._make = make
        self._most = most
        self._entries: OrderedDict[tuple[int, Hashable], tuple[Any, Made]] = OrderedDict()
        self._lock = threading.Lock()

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
            self._entries[key] = (weakref.ref(frame), made)
            for old in [old for old, (ref, _) in self._entries.items() if ref() is None]:
                del self._entries[old]
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return made
