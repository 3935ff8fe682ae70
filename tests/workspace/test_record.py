"""The record of a project: all that its answers rest on, and no checksum of what is hidden."""

from attrs import evolve

from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.said import name as named
from ecomap.workspace.record import checksum_of, columns_kept_back, record_of


def schools(**columns: object):
    import pandas as pd

    return pd.DataFrame({"id": ["1", "2"], "name": ["A", "B"], **columns})


def a_project(frame) -> Project:
    return Project().with_layer(Layer("schools", named("Schools"), "school", "none", (Column("enrollment", named("Pupils"), "pupils"),)), frame)


def test_columns_that_did_not_leave_whole_are_not_in_the_checksum() -> None:
    whole, left = schools(enrollment=[5.0, 300.0]), schools(enrollment=[None, 300.0], enrollment_reason=["suppressed", None])
    assert columns_kept_back(whole, left) == ("enrollment", "enrollment_reason")
    record = record_of(a_project(left), whole=a_project(whole))
    other = record_of(a_project(left), whole=a_project(schools(enrollment=[7.0, 300.0])))
    assert record.layers[0].kept_back == ("enrollment", "enrollment_reason")
    assert record == other, "whoever tries small numbers finds none that fits better"
    assert record.layers[0].checksum == checksum_of(whole, ("enrollment",))


def test_what_left_whole_is_told_by_its_checksum() -> None:
    whole = schools(enrollment=[50.0, 300.0])
    one = record_of(a_project(whole))
    other = record_of(a_project(schools(enrollment=[50.0, 301.0])))
    assert one.layers[0].kept_back == ()
    assert one.layers[0].checksum != other.layers[0].checksum


def test_an_empty_project_has_a_record() -> None:
    assert record_of(evolve(Project(), title="Empty")).title == "Empty"
