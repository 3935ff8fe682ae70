"""The state's money of the district by the funding formula, as the state's summary says it."""

from __future__ import annotations

import pandas as pd

from ecomap.model import vocabulary as v
from ecomap.model.layer import NO_GEOMETRY, Column, Layer
from tools.starter.areas import DISTRICT_ID, DISTRICT_NAME
from tools.starter.inputs import Originals
from tools.starter.writing import Compiled

YEAR = "2024-25"


def compile_state_funding(originals: Originals) -> Compiled:
    """One row: supplemental and concentration grant of the district, and its share of unduplicated pupils."""
    table = pd.read_csv(originals.path("district_funding"), dtype={"state_leaid": str, "ncesid": str})
    row = table[table["state_leaid"] == f"CA-{DISTRICT_ID}"].iloc[0]
    supplemental, concentration = float(row["lcff_supplemental"]), float(row["lcff_concentration"])
    frame = pd.DataFrame({
        v.ID: [f"{DISTRICT_ID}0000000|{YEAR}|LCFF"], v.NAME: [DISTRICT_NAME], v.SCHOOL_ID: [f"{DISTRICT_ID}0000000"], v.SCOPE: ["district"],
        v.YEAR: [YEAR], v.PROGRAM: ["LCFF"], v.AMOUNT: [supplemental + concentration], v.SUPPLEMENTAL_GRANT: [supplemental],
        v.CONCENTRATION_GRANT: [concentration], v.UNDUPLICATED_SHARE: [round(float(row["lcff_unduplicated_pct"]), 4)],
    })
    columns = (
        Column(v.SCHOOL_ID, "School"), Column(v.SCOPE, "School or district"), Column(v.YEAR, "School year"), Column(v.PROGRAM, "Program"),
        Column(v.AMOUNT, "Amount", "usd", "Supplemental and concentration grant together; the base grant is not in the copy used."),
        Column(v.SUPPLEMENTAL_GRANT, "Supplemental grant", "usd"), Column(v.CONCENTRATION_GRANT, "Concentration grant", "usd"),
        Column(v.UNDUPLICATED_SHARE, "Unduplicated pupils", "share", digits=1),
    )
    layer = Layer(
        "state_funding", "State funding of the district", v.ALLOCATION, NO_GEOMETRY, columns, (), (originals.source("district_funding"),),
        visible=False, group="Money",
        notes=(f"Of {YEAR}, for high-need pupils: ${supplemental:,.0f} supplemental and ${concentration:,.0f} concentration grant.",
               "The base grant is not in the copy used, so the amount is no total of the formula. The state pays the district, not its schools."),
    )
    return Compiled(layer, frame, (f"LCFF {YEAR}: {supplemental + concentration:,.0f}",))
