"""What merging came to: the need areas, what was judged, the regions."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import field, frozen

from ecomap.analysis.need.merged.division import Divided
from ecomap.analysis.need.merged.regions import Task
from ecomap.analysis.need.merged.values import Held
from ecomap.model.layer import Layer


@frozen
class Merging:
    """What was judged and what came out: the rows in the order of their ids, the columns, the regions."""

    areas: Any = field(eq=False, repr=False)
    layer: Layer
    held: tuple[Held, ...] = field(repr=False)
    judged: tuple[Held, ...] = field(repr=False)
    task: Task = field(repr=False)
    found: Divided = field(repr=False)
    unjudged: np.ndarray = field(eq=False, repr=False)
    outside: int
