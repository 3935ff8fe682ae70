"""Curves of Esri's JSON (arcs, circles, ellipses, Bezier curves) as straight lines between many points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

STEP: Final = math.radians(2.0)   # of an arc per line: off by at most 0.02 % of its radius
BEZIER_STEPS: Final = 32
_CURVED: Final = {"curveRings": "rings", "curvePaths": "paths"}


def has_curves(document: Mapping[str, Any]) -> bool:
    """Whether any shape of an answer in Esri's JSON is curved."""
    return any(isinstance(shape, Mapping) and any(key in shape for key in _CURVED) for shape in _shapes(document))


def straightened(document: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The same answer with straight lines only, and how many shapes were curved.

    Raises
    ------
    ValueError, TypeError, IndexError, KeyError
        If a curve is not written as one.
    """
    features, count = [], 0
    for feature in document["features"]:
        shape = feature.get("geometry") if isinstance(feature, Mapping) else None
        if isinstance(shape, Mapping) and any(key in shape for key in _CURVED):
            plain = {key: value for key, value in shape.items() if key not in _CURVED}
            for curved, straight in _CURVED.items():
                if curved in shape:
                    plain[straight] = [*plain.get(straight, []), *(straight_path(path) for path in shape[curved])]
            feature = {**feature, "geometry": plain}
            count += 1
        features.append(feature)
    return {**document, "features": features}, count


def _shapes(document: Mapping[str, Any]) -> list[Any]:
    features = document.get("features")
    return [feature.get("geometry") for feature in features if isinstance(feature, Mapping)] if isinstance(features, list) else []


def straight_path(path: Sequence[Any]) -> list[list[float]]:
    """One ring or line as points.

    >>> points = straight_path([[0, 0], {"c": [[2, 0], [1, 1]]}])
    >>> max(round(y, 3) for x, y in points), points[-1]
    (1.0, [2.0, 0.0])
    """
    out: list[list[float]] = []
    for part in path:
        if isinstance(part, Mapping):
            kind, told = next(iter(part.items()))
            out.extend(_KINDS[kind](out[-1], told))
        else:
            out.append([float(part[0]), float(part[1])])
    return out


def _circular(start: Sequence[float], told: Sequence[Any]) -> list[list[float]]:
    """An arc by its end and a point on the way."""
    end, through = _point(told[0]), _point(told[1])
    (ax, ay), (bx, by), (cx, cy) = start, through, end
    area = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    size = max(abs(bx - ax), abs(by - ay), abs(cx - ax), abs(cy - ay))
    if (ax, ay) == (cx, cy):  # a whole circle, with the far point given
        return _arc(((ax + bx) / 2, (ay + by) / 2), start, end, 2 * math.pi)
    if abs(area) <= 1e-12 * size * size:
        return [through, end]
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    middle = ((a * (by - cy) + b * (cy - ay) + c * (ay - by)) / area, (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / area)
    first, way, last = (math.atan2(y - middle[1], x - middle[0]) for x, y in (start, through, end))
    turn = (last - first) % (2 * math.pi)
    if (way - first) % (2 * math.pi) > turn:
        turn -= 2 * math.pi
    return _arc(middle, start, end, turn)


def _elliptic(start: Sequence[float], told: Sequence[Any]) -> list[list[float]]:
    """An arc by its end, its middle, which way it turns, and the ellipse it lies on (a circle where that is not told)."""
    end, middle = _point(told[0]), _point(told[1])
    minor, clockwise = bool(told[2]) if len(told) > 2 else True, bool(told[3]) if len(told) > 3 else False
    rotation = float(told[4]) if len(told) > 4 else 0.0
    ratio = float(told[6]) if len(told) > 6 and told[6] else 1.0
    first, last = (_angle(point, middle, rotation, ratio) for point in (start, end))
    turn = (last - first) % (2 * math.pi)
    if list(start) == end:
        turn = 2 * math.pi
    if clockwise:
        turn -= 2 * math.pi
        turn = turn or -2 * math.pi
    if len(told) <= 3:  # only whether it is the short way
        turn = turn if (abs(turn) <= math.pi) == minor else turn - math.copysign(2 * math.pi, turn)
    return _arc(middle, start, end, turn, rotation, ratio)


def _angle(point: Sequence[float], middle: Sequence[float], rotation: float, ratio: float) -> float:
    x, y = point[0] - middle[0], point[1] - middle[1]
    along, across = x * math.cos(rotation) + y * math.sin(rotation), -x * math.sin(rotation) + y * math.cos(rotation)
    return math.atan2(across / ratio, along)


def _arc(
    middle: Sequence[float], start: Sequence[float], end: list[float], turn: float, rotation: float = 0.0, ratio: float = 1.0
) -> list[list[float]]:
    first = _angle(start, middle, rotation, ratio)
    x, y = start[0] - middle[0], start[1] - middle[1]
    along, across = x * math.cos(rotation) + y * math.sin(rotation), -x * math.sin(rotation) + y * math.cos(rotation)
    radius = math.hypot(along, across / ratio)
    steps = max(2, math.ceil(abs(turn) / STEP))
    out = []
    for step in range(1, steps):
        angle = first + turn * step / steps
        u, v = radius * math.cos(angle), radius * ratio * math.sin(angle)
        out.append([middle[0] + u * math.cos(rotation) - v * math.sin(rotation), middle[1] + u * math.sin(rotation) + v * math.cos(rotation)])
    return [*out, end]


def _bezier(start: Sequence[float], told: Sequence[Any]) -> list[list[float]]:
    """A cubic curve by its end and two points that pull it."""
    end, one, two = _point(told[0]), _point(told[1]), _point(told[2])
    out = []
    for step in range(1, BEZIER_STEPS):
        t = step / BEZIER_STEPS
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t ** 3)
        out.append([sum(weight * point[axis] for weight, point in zip(weights, (start, one, two, end))) for axis in (0, 1)])
    return [*out, end]


def _point(told: Any) -> list[float]:
    return [float(told[0]), float(told[1])]


_KINDS: Final = {"c": _circular, "a": _elliptic, "b": _bezier}
