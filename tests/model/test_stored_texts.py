"""A message in a cell is still one after pandas has stored it."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHECK = """
import {first}
import {second}
import numpy as np
import pandas as pd
from ecomap.model.said import Said, say
made = say("no data")
cells = [pd.Series([made, made]), pd.DataFrame({{"a": np.array([made], dtype=object)}})["a"], pd.Series(["x"], dtype=object).map(lambda _: made)]
assert all(isinstance(cell, Said) and cell.key for series in cells for cell in series), [type(cell) for series in cells for cell in series]
assert pd.get_option("mode.string_storage") == "python"
"""


@pytest.mark.parametrize(("first", "second"), [("ecomap", "pandas"), ("pandas", "ecomap"), ("ecomap", "geopandas"), ("pyarrow", "ecomap")])
def test_messages_survive_whatever_is_loaded_first(first: str, second: str) -> None:
    pytest.importorskip(first, reason="pyarrow is an extra")
    done = subprocess.run([sys.executable, "-c", CHECK.format(first=first, second=second)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_heavy_is_loaded_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", "import ecomap, sys; assert 'pandas' not in sys.modules"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
