"""From which scale on a row of ground is worth drawing: what is large, or where many people live, is seen from afar."""

from __future__ import annotations

from typing import Any, Final

from ecomap.model import vocabulary as v

# Square metres of parks and waters, and people of cities, from which on a row has at least this rank.
AREA_M2: Final = ((20e6, 1), (3e6, 2), (500e3, 3), (50e3, 4))
PEOPLE: Final = ((150_000, 1), (50_000, 2), (10_000, 3))
LAST: Final = 5


def ranked(kind: Any, rank: Any, area_m2: Any, people: Any) -> Any:
    """Ranks by size where a row has one: parks and waters with an area, cities with people; the others as they are.

    Parameters
    ----------
    kind, rank : array
        As the table of kinds has them.
    area_m2, people : array of float
        NaN where there is none; an area of 0 is none.
    """
    import numpy as np

    out = np.array(rank, dtype=float)
    sized = np.isin(kind, (v.PARK, v.WATER)) & (np.nan_to_num(area_m2) > 0) & (out > 1)
    out[sized] = _by_size(area_m2[sized], AREA_M2)
    counted = (kind == v.CITY_NAME) & (np.nan_to_num(people) > 0)
    out[counted] = np.minimum(_by_size(people[counted], PEOPLE), LAST - 1)
    return out


def _by_size(size: Any, steps: tuple[tuple[float, int], ...]) -> Any:
    import numpy as np

    return np.select([size >= least for least, _ in steps], [rank for _, rank in steps], default=LAST).astype(float)
