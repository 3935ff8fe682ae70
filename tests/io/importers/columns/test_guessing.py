"""Which column is which field: by its heading in any spelling, by its cells, and never by where it stands."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomap.io.importers.columns.guessing import guess_mapping, settled_mapping, understood
from ecomap.io.importers.columns.headings import NO_FIT, fit, heading
from ecomap.io.importers.registry import importer_for
from ecomap.model.errors import InputError

SCHOOL, SERVICE, NEED, ZONE = (importer_for(role) for role in ("school", "service", "need_area", "reference"))


def table(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


@pytest.mark.parametrize("column", [
    "School_Nm", "SchName", "SCHOOL NAME", "schoolName", "Name of School", "Establishment name", "nombre_escuela", "Nom de l'école", "sch.name_of_school",
    "properties_school_name", "School Name (2024)", "SCH_NME", "school_name_x",
])
def test_a_heading_is_understood_in_any_spelling(column: str) -> None:
    assert fit(heading(column), "school_name") < NO_FIT


@pytest.mark.parametrize("column", ["District", "Principal Name", "school", "name", "School type"])
def test_a_heading_of_something_else_is_not(column: str) -> None:
    assert fit(heading(column), "school_name") == NO_FIT


def test_a_heading_cut_to_ten_letters_counts_only_where_all_are_cut() -> None:
    frame = table(School_Nam=["Ash", "Birch"], Total_Enro=["300", "310"], kind=["a", "b"])
    assert guess_mapping(SCHOOL, frame) == {"name": "School_Nam", "enrollment": "Total_Enro"}
    assert "enrollment" not in guess_mapping(SCHOOL, frame.assign(a_heading_that_is_long="x"))


@pytest.mark.parametrize(("columns", "wanted"), [
    ({"Principal Name": ["A Doe", "B Roe"], "SchName": ["Ash", "Birch"]}, "SchName"),
    ({"District Name": ["North", "North"], "Contact name": ["A", "B"], "PublicName": ["Ash", "Birch"]}, "PublicName"),
    ({"head_teacher_name": ["A Doe", "B Roe"], "x:official_name": ["Ash", "Birch"]}, "x:official_name"),
    ({"PROPERTY_L": ["Jane Addams", "Rainier View"], "Status": ["MS", "ES"]}, "PROPERTY_L"),
])
def test_names_are_those_of_the_thing(columns: dict[str, list[object]], wanted: str) -> None:
    assert guess_mapping(SCHOOL, table(**columns))["name"] == wanted


@pytest.mark.parametrize("codes", [
    ["610001", "610002"], ["01M015", "02M020"], ["010000700871", "010000700872"], ["0870871", "0870872"], ["19647336000001", "19647336000002"],
    ["100000", "100001"], ["{6F9619FF-8B86-D011-B42D-00CF4FC964FF}", "{6F9619FF-8B86-D011-B42D-00CF4FC964FE}"],
])
@pytest.mark.parametrize("heading_", ["SchoolID", "NCESSCH", "dbn", "School Number", "URN", "my_reference_code"])
def test_any_code_is_the_id_of_a_school(codes: list[object], heading_: str) -> None:
    frame = pd.DataFrame({heading_: codes, "School": ["Ash", "Birch"], "OBJECTID": ["1", "2"]})
    assert guess_mapping(SCHOOL, frame)["id"] == heading_


@pytest.mark.parametrize(("column", "codes"), [
    ("DataZone", ["S01009758", "S01009759"]), ("LSOA21CD", ["E01000001", "E01000002"]), ("cvegeo", ["0900200010012", "0900200010013"]),
    ("DAUID", ["35060001", "35060002"]), ("block_of_residence", ["060971530021006", "060971530021007"]), ("cell", ["Cell 7", "Cell 9"]),
    ("area_num", ["1", "2"]),
])
def test_any_code_is_the_id_of_an_area(column: str, codes: list[object]) -> None:
    assert guess_mapping(NEED, table(**{column: codes, "population": ["1200", "900"]}))["id"] == column


@pytest.mark.parametrize("column", ["OBJECTID", "phone", "latitude", "total_pop", "year", "shape_area"])
def test_what_only_numbers_rows_or_people_is_no_id(column: str) -> None:
    assert "id" not in guess_mapping(SERVICE, table(**{column: ["123456", "123457"], "name": ["A", "B"]}))


def test_a_column_of_the_right_name_and_odd_cells_is_said_with_them() -> None:
    guess = understood(SCHOOL, table(school_name=["Ash", "Birch"], enrollment=["many", "few"]))
    use = next(use for use in guess.fields if use.field == "enrollment")
    assert use.column == ""
    assert [(one.column, one.failing) for one in use.others] == [("enrollment", ("many", "few"))]
    assert [line.examples for line in guess.lines] == [("many", "few")]
    assert understood(SCHOOL, table(school_name=["Ash", "Birch"], enrollment=["300", "310"])).lines == ()


def test_every_field_is_accounted_for_with_the_reason() -> None:
    guess = settled_mapping(SCHOOL, table(SchName=["Ash", "Birch"], code=["1", "1"]), {"address": "code"})
    uses = {use.field: use for use in guess.fields}
    assert set(uses) == set(SCHOOL.field_names)
    assert (uses["name"].column, str(uses["name"].why)) == ("SchName", "Its heading says so.")
    assert (uses["address"].column, str(uses["address"].why)) == ("code", "You chose it.")
    with pytest.raises(InputError, match="no column called 'x'"):
        settled_mapping(SCHOOL, table(a=["1"]), {"name": "x"})


def test_numbers_under_a_heading_name_the_rows_together() -> None:
    assert guess_mapping(ZONE, table(WARD=["1", "2", "3"], note=["a", "a", "a"]))["name"] == "WARD"


COLUMNS: dict[str, list[object]] = {
    "School_ID": ["610001", "610002", "610003", "610004"], "School_Nm": ["Ash Elementary", "Birch Middle", "Cedar High", "Dogwood High"],
    "Principal": ["A Doe", "B Roe", "C Poe", "D Zoe"], "Grade_Low": ["K", "6", "9", "9"], "Grade_High": ["5", "8", "12", "12"],
    "Sch_Addr": ["1 A St", "2 B St", "3 C St", "4 D St"], "Enrollment": ["300", "310", "1200", "900"], "Lat": ["41.1", "41.2", "41.3", "41.4"],
    "Long": ["-87.1", "-87.2", "-87.3", "-87.4"], "Network": ["1", "1", "2", "3"], "Zip": ["60601", "60602", "60603", "60604"],
}
SYNONYMS = {"School_ID": ["SchoolID", "school number", "sch_id"], "School_Nm": ["SCHOOL NAME", "SchName", "Nombre de la escuela"],
            "Enrollment": ["Total Enrollment", "enrolment", "Matrícula"], "Sch_Addr": ["Address", "Dirección"], "Zip": ["ZIP Code", "Postal_Code"]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.permutations(list(COLUMNS)), rows=st.permutations(range(4)))
def test_the_order_of_columns_and_rows_changes_nothing(columns: list[str], rows: list[int]) -> None:
    frame = pd.DataFrame(COLUMNS, dtype=object)
    assert guess_mapping(SCHOOL, frame[columns].iloc[rows]) == guess_mapping(SCHOOL, frame)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([(old, new) for old, names in SYNONYMS.items() for new in names]))
def test_a_synonym_is_the_same_field(pair: tuple[str, str]) -> None:
    old, new = pair
    frame = pd.DataFrame(COLUMNS, dtype=object)
    before = guess_mapping(SCHOOL, frame)
    assert old in before.values()
    after = guess_mapping(SCHOOL, frame.rename(columns={old: new}))
    assert after == {field: new if column == old else column for field, column in before.items()}
