"""A short name for the content of a table."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from ecomap.io.store.columns import encode_column


def fingerprint(frame: Any) -> str:
    """A short text that is the same for the same rows, on any machine, before and after a save.

    Column names, kinds, values and geometries count, in their order; the index and the CRS do not. A missing number
    is a missing number, whatever its bit pattern, and -0 is 0.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> one = pd.DataFrame({"id": ["06001"], "children": [2310.0]})
    >>> fingerprint(one) == fingerprint(one.set_index(pd.Index([7])))
    True
    >>> fingerprint(one) == fingerprint(one.assign(children=2311.0))
    False
    """
    digest = hashlib.blake2b(digest_size=16)
    geometry = getattr(frame, "_geometry_column_name", None)
    digest.update(str(len(frame)).encode())
    for name in frame.columns:
        digest.update(json.dumps(str(name)).encode())
        if name == geometry:
            for wkb in shapely.to_wkb(np.asarray(frame.geometry.array), flavor="iso", byte_order=1):
                digest.update(len(wkb or b"").to_bytes(4, "little"))
                digest.update(wkb or b"")
        else:
            digest.update(_content(frame[name]))
    return digest.hexdigest()


def _content(values: pd.Series) -> bytes:
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
        numbers = values.to_numpy("float64") + 0.0
        return b"float" + np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes()
    record, cells = encode_column(values, "")
    return record.kind.encode() + json.dumps(cells).encode()
