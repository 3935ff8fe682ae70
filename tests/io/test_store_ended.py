"""Where the clock ended the searches of an answer stays with it in the project file."""

from __future__ import annotations

import math
from pathlib import Path

from attrs import evolve

from ecomap.model.clock import RUN, Ended
from ecomap.workspace import operations
from tests.small_project import small_project


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    project, result = operations.run_analysis(small_project(), "need-index", {})
    assert result.provenance is not None
    assert result.provenance.ended == ()
    ended = (Ended(3), Ended(7, RUN, True, (1, 5), (1.0, 2.0), -12.25), Ended(9, RUN, bound=-math.inf))
    noted = project.with_result(evolve(result, provenance=evolve(result.provenance, ended=ended)))
    operations.save_project(noted, tmp_path / "town.ecomap.gpkg")
    (back,) = operations.open_project(tmp_path / "town.ecomap.gpkg").results
    assert back.provenance is not None
    assert back.provenance.ended == ended
