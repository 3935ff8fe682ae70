"""A table as a description and blocks of bytes, and back: text joined, numbers as they lie in memory, shapes as WKB."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any, Final

from ecomap.io.reading.process.plain import StrangeAnswerError

_BETWEEN: Final = ("\x1f", "\x1e", "\x1d", "\x00", "\ue000")  # what may stand between two cells, if no cell holds it
_TIMES: Final = re.compile(r"(datetime64|timedelta64)\[(s|ms|us|ns)\]")
_AUTHORITY: Final = re.compile(r"[A-Z]{2,10}:\d{1,7}")
_KEPT_TYPES: Final = frozenset({"str", "string", "boolean", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
                                "Float32", "Float64"})
_TEXT, _NONE, _NAN = 0, 1, 2


def pack_frame(frame: Any) -> tuple[dict[str, Any], list[Any]]:
    """A frame as JSON and buffers. Cells of a kind that no reader makes (times with a zone, say) travel as their text."""
    import pandas as pd  # heavy

    buffers: list[Any] = []
    columns = [_packed(frame.iloc[:, position], buffers) for position in range(frame.shape[1])]
    head: dict[str, Any] = {"rows": len(frame), "names": [_name(one) for one in frame.columns], "columns": columns}
    if hasattr(type(frame), "crs"):
        head["geometry"] = frame.active_geometry_name
        head["located"] = True
    if not (isinstance(frame.index, pd.RangeIndex) and frame.index.start == 0 and frame.index.step == 1):
        head["index"] = [one if isinstance(one, str) else int(one) for one in frame.index]
    return head, buffers


def _name(heading: Any) -> Any:
    return heading if type(heading) in (str, int, float) else str(heading)


def _packed(cells: Any, buffers: list[Any]) -> dict[str, Any]:
    import numpy as np

    kind = str(cells.dtype)
    if kind == "geometry":
        return {"kind": "shapes", "crs": crs_text(cells.crs), **_packed_shapes(cells.to_numpy(), buffers)}
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "biuf":
        return {"kind": "numbers", "type": cells.dtype.str, "at": _put(buffers, _flat(cells.to_numpy()))}
    if _TIMES.fullmatch(kind):
        return {"kind": "times", "type": kind, "at": _put(buffers, _flat(cells.to_numpy().view("int64")))}
    return {"type": kind, **_packed_cells(cells.to_numpy(dtype=object).tolist(), buffers)}


def _flat(values: Any) -> memoryview:
    import numpy as np

    return np.ascontiguousarray(values).view(np.uint8).data


def _put(buffers: list[Any], content: Any) -> int:
    buffers.append(content)
    return len(buffers) - 1


def _packed_cells(cells: list[Any], buffers: list[Any]) -> dict[str, Any]:
    import numpy as np

    kinds = set(map(type, cells))
    if not kinds <= {str, type(None), float} or (float in kinds and not all(math.isnan(one) for one in cells if type(one) is float)):
        content = json.dumps([_cell(one) for one in cells], separators=(",", ":")).encode("ascii")
        return {"kind": "cells", "at": _put(buffers, content)}
    head: dict[str, Any] = {"kind": "texts"}
    if kinds != {str}:
        missing = np.fromiter((_TEXT if type(one) is str else _NONE if one is None else _NAN for one in cells), np.uint8, len(cells))
        head["missing"] = _put(buffers, _flat(missing))
        cells = [one if type(one) is str else "" for one in cells]
    for between in _BETWEEN:
        text = between.join(cells)
        if text.count(between) == max(len(cells) - 1, 0):
            head["between"] = between
            break
    else:
        text = "".join(cells)
        head["lengths"] = _put(buffers, _flat(np.fromiter(map(len, cells), np.int64, len(cells))))
    head["at"] = _put(buffers, text.encode("utf-8", "surrogatepass"))
    return head


def _cell(value: Any) -> Any:
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, bytes | bytearray):
        return {"bytes": value.hex()}
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return _cell(value.item()) if type(value.item()) is not type(value) else str(value)
    return None if str(value) in ("NaT", "<NA>") else str(value)


def _packed_shapes(shapes: Any, buffers: list[Any]) -> dict[str, Any]:
    import numpy as np
    import shapely

    blobs = shapely.to_wkb(shapes)
    lengths = np.fromiter((-1 if one is None else len(one) for one in blobs), np.int64, len(blobs))
    content = b"".join(one for one in blobs if one is not None)
    return {"lengths": _put(buffers, _flat(lengths)), "at": _put(buffers, content)}


def crs_text(crs: Any) -> str:
    """A coordinate system as a text: its code where that says everything, else its WKT; "" for none."""
    if crs is None:
        return ""
    written = str(getattr(crs, "srs", "") or "").upper()
    return written if _AUTHORITY.fullmatch(written) else str(crs.to_wkt())


def crs_of(text: Any, known: dict[str, Any]) -> Any:
    """The coordinate system of a text that `crs_text` wrote."""
    if text in ("", None):
        return None
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not isinstance(text, str) or len(text) > 1_000_000:
        raise StrangeAnswerError("a coordinate system that is no text")
    if text not in known:
        try:
            known[text] = CRS.from_user_input(text) if _AUTHORITY.fullmatch(text) else CRS.from_wkt(text)
        except CRSError as problem:
            raise StrangeAnswerError("a coordinate system that nobody knows") from problem
    return known[text]


def unpack_frame(head: Any, buffers: Sequence[Any]) -> Any:
    """The frame of `pack_frame`.

    Raises
    ------
    StrangeAnswerError
        If description and buffers do not belong together.
    """
    import pandas as pd  # heavy

    try:
        rows, names, columns = int(head["rows"]), list(head["names"]), list(head["columns"])
        known: dict[str, Any] = {}
        cells = {position: _unpacked(column, rows, buffers, known) for position, column in enumerate(columns)}
        if len(names) != len(columns) or any(type(one) not in (str, int, float) for one in names):
            raise StrangeAnswerError("columns without their names")
        index = pd.Index(head["index"]) if head.get("index") is not None else pd.RangeIndex(rows)
        frame = pd.DataFrame({position: pd.Series(one, copy=False) for position, one in cells.items()}, index=pd.RangeIndex(rows))
        frame.columns, frame.index = names, index
        return _located(frame, head.get("geometry")) if head.get("located") else frame
    except StrangeAnswerError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as problem:
        raise StrangeAnswerError(f"a table that does not hold together: {problem}") from problem


def _located(frame: Any, geometry: Any) -> Any:
    import geopandas as gpd  # heavy

    located = gpd.GeoDataFrame(frame)
    return located if geometry is None else located.set_geometry(geometry)


def _unpacked(column: Any, rows: int, buffers: Sequence[Any], known: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd  # heavy

    kind = column["kind"]
    if kind == "shapes":
        return _unpacked_shapes(column, rows, buffers, known)
    if kind == "numbers":
        made = np.dtype(column["type"])
        if made.kind not in "biuf" or made.itemsize > 8:
            raise StrangeAnswerError("numbers of no known kind")
        return _exactly(np.frombuffer(buffers[column["at"]], made).copy(), rows)
    if kind == "times":
        if not _TIMES.fullmatch(column["type"]):
            raise StrangeAnswerError("times of no known kind")
        return _exactly(np.frombuffer(buffers[column["at"]], np.int64).copy(), rows).view(column["type"])
    cells = np.empty(rows, dtype=object)
    if kind == "cells":
        cells[:] = _exactly([bytes.fromhex(one["bytes"]) if isinstance(one, dict) else one
                             for one in json.loads(bytes(buffers[column["at"]]))], rows)
    elif kind == "texts":
        cells[:] = _exactly(_unpacked_texts(column, rows, buffers), rows)
        if "missing" in column:
            missing = _exactly(np.frombuffer(buffers[column["missing"]], np.uint8), rows)
            cells[missing == _NONE], cells[missing == _NAN] = None, math.nan
    else:
        raise StrangeAnswerError("a column of no known kind")
    return pd.Series(cells, dtype=column["type"] if column["type"] in _KEPT_TYPES else object)


def _exactly(values: Any, rows: int) -> Any:
    if len(values) != rows:
        raise StrangeAnswerError("a column longer or shorter than its table")
    return values


def _unpacked_texts(column: Any, rows: int, buffers: Sequence[Any]) -> list[str]:
    import numpy as np

    text = str(buffers[column["at"]], "utf-8", "surrogatepass")
    if not rows:
        return []
    if "between" in column:
        return text.split(column["between"])
    ends = _ends(np.frombuffer(buffers[column["lengths"]], np.int64), len(text))
    return [text[start:end] for start, end in zip([0, *ends], ends)]


def _ends(lengths: Any, whole: int) -> list[int]:
    ends = lengths.cumsum()
    if len(ends) and (lengths.min() < 0 or ends[-1] != whole):
        raise StrangeAnswerError("pieces that do not make the whole")
    return list(ends.tolist())


def _unpacked_shapes(column: Any, rows: int, buffers: Sequence[Any], known: dict[str, Any]) -> Any:
    import geopandas as gpd  # heavy
    import numpy as np
    import shapely
    from shapely.errors import ShapelyError

    lengths = _exactly(np.frombuffer(buffers[column["lengths"]], np.int64), rows)
    content = bytes(buffers[column["at"]])
    ends = _ends(np.maximum(lengths, 0), len(content))
    blobs = np.empty(rows, dtype=object)
    blobs[:] = [content[start:end] if length >= 0 else None for start, end, length in zip([0, *ends], ends, lengths.tolist())]
    try:
        with np.errstate(invalid="ignore"):  # a corner that is nowhere is looked for later
            shapes = shapely.from_wkb(blobs)
    except ShapelyError as problem:
        raise StrangeAnswerError("shapes that are none") from problem
    return gpd.GeoSeries(shapes, crs=crs_of(column["crs"], known))
