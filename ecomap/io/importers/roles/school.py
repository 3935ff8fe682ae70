"""Schools: where they are, which levels they serve, who runs them, who attends."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.fields import padding_counted, with_padding_marked
from ecomap.io.importers.columns.guessing import is_cds, is_code, is_count, is_number
from ecomap.io.importers.columns.names import with_names
from ecomap.io.importers.columns.places import (
    ADDRESS,
    CITY,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    SCHOOL_CODES,
    name_field,
)
from ecomap.io.importers.columns.schools.grades import are_levels
from ecomap.io.importers.columns.schools.levels import LEVEL_HELPERS, grade_fields, with_levels
from ecomap.io.importers.columns.schools.not_schools import with_others_asked
from ecomap.io.importers.columns.schools.run_by import by_address, is_run_by, run_by, takes_by_address
from ecomap.io.importers.columns.status import status_counted, status_fields, with_status
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import clean_cds, text_of
from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.style import LayerStyle

MOST: Final = 0.6   # share of the schools whose type tells who runs them


def prepare(draft: Draft) -> Draft:
    """CDS codes whole, levels from grades or words, governance and shares where they can be told."""
    draft = with_status(_with_codes(with_names(draft)))
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    told = _levels_known(draft)  # then names have nothing to tell, and what this file lacks is no lack
    frame, levels_said = with_levels(draft, v.LEVELS, by_names=not told)
    lines += levels_said
    grades = (v.GRADES_LOW, v.GRADES_HIGH)
    made = [Column(name, label) for name, label in zip((*grades, v.LEVELS), (say("Lowest grade"), say("Highest grade"), say("Levels")))
            if name in frame.columns]
    columns = [c for c in columns if c.name not in (*LEVEL_HELPERS, *grades, v.LEVELS)] + made
    frame, columns = _with_governance(frame, columns)
    frame, said = _with_share(frame)
    columns += said
    draft = evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))
    return draft if told else with_others_asked(draft)


def _levels_known(draft: Draft) -> bool:
    """Whether the rows have no place of their own and go to a layer of schools that says their levels."""
    if draft.project is None or draft.raw.has_geometry or "longitude" in draft.mapping:
        return False
    layers = [layer for layer in draft.project.layers_of(v.SCHOOL) if not layer.result_id]
    return any(v.LEVELS in draft.project.frame(layer.id) for layer in layers)


def _with_codes(draft: Draft) -> Draft:
    """The 14-digit code, whole or put together from county (2), district (5) and school (7)."""
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    parts = ("county_code", "district_code", "school_code")
    if v.ID not in frame.columns and "school_code" in frame.columns and not all(part in frame.columns for part in parts):
        frame = frame.assign(**{v.ID: frame["school_code"]})  # a district's own number, which is whole as it stands
        columns.append(Column(v.ID, say("School code")))
    if v.ID not in frame.columns and all(part in frame.columns for part in parts):
        pieces = [text_of(frame[part]).str.zfill(width) for part, width in zip(parts, (2, 5, 7))]
        frame = frame.assign(**{v.ID: pieces[0] + pieces[1] + pieces[2]})
        columns.append(Column(v.ID, say("CDS code")))
        lines.append(ReportLine("note", say("School codes (CDS) were put together from county, district and school code.")))
    frame = frame.drop(columns=[part for part in parts if part in frame.columns])
    columns = [c for c in columns if c.name not in parts]
    if v.ID in frame.columns and is_cds(text_of(frame[v.ID]).dropna()):
        columns = [evolve(column, label=say("CDS code")) if column.name == v.ID else column for column in columns]
        codes = clean_cds(frame[v.ID])
        frame = frame.assign(**{v.ID: codes.values})
        if codes.padded:
            frame = with_padding_marked(frame, codes.marks)
        offices = codes.values.fillna("").str.endswith("0000000").to_numpy()
        if offices.any():
            lines.append(ReportLine("dropped", say("Rows of districts and county offices, not of schools."), int(offices.sum())))
            frame = frame[~offices]
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def _with_governance(frame: Any, columns: list[Column]) -> tuple[Any, list[Column]]:
    """Who runs each school: as a column says, else as the type of most schools tells."""
    if v.GOVERNANCE in frame.columns:
        values = frame[v.GOVERNANCE].map(lambda text: run_by(text) if isinstance(text, str) else "").astype("str")
        return frame.assign(**{v.GOVERNANCE: values}), columns
    if v.SCHOOL_TYPE not in frame.columns:
        return frame, columns
    values = frame[v.SCHOOL_TYPE].map(lambda text: run_by(text) if isinstance(text, str) else "").astype("str")
    if (values != "").mean() < MOST:
        return frame, columns
    return frame.assign(**{v.GOVERNANCE: values}), [*columns, Column(v.GOVERNANCE, say("Run by"))]


def _with_share(frame: Any) -> tuple[Any, list[Column]]:
    """The share eligible for free or reduced-price meals, from the counts where only those are given."""
    if v.FRPM_SHARE in frame.columns or not {v.FRPM_COUNT, v.ENROLLMENT} <= set(frame.columns):
        return frame, []
    enrolled = frame[v.ENROLLMENT].where(frame[v.ENROLLMENT] > 0)
    return frame.assign(**{v.FRPM_SHARE: (frame[v.FRPM_COUNT] / enrolled).round(4)}), [
        Column(v.FRPM_SHARE, say("Eligible for free or reduced-price meals"), "share")
    ]


def finish(draft: Draft) -> Draft:
    """Say which schools take pupils by home address, where type and governance tell it, and what that rests on."""
    draft = status_counted(padding_counted(draft, say("School codes (CDS) that had lost their leading zero.")))
    frame, lines = draft.frame, [*draft.lines, *_cautions(draft.frame)]
    columns = list(draft.columns)
    placed = v.GEOMETRY in frame.columns
    if placed and v.RESIDENTIAL_INTAKE not in frame.columns and v.GOVERNANCE in frame.columns and (frame[v.GOVERNANCE] != "").mean() >= MOST:
        district = frame[v.GOVERNANCE] == "district"
        if v.SCHOOL_TYPE in frame.columns:
            district |= (frame[v.GOVERNANCE] == "charter") & frame[v.SCHOOL_TYPE].fillna("").astype(str).map(by_address).astype(bool)
        for column in (v.SCHOOL_TYPE, v.NAME):
            if column in frame.columns:
                district &= frame[column].fillna("").astype(str).map(takes_by_address).astype(bool)
        frame = frame.assign(**{v.RESIDENTIAL_INTAKE: district.astype(bool)})
        columns.append(Column(v.RESIDENTIAL_INTAKE, say("Takes pupils by home address"), "flag"))
        lines.append(ReportLine(
            "note", say("Taken to admit pupils by home address: district-run schools whose type and name are not special."),
            int(frame[v.RESIDENTIAL_INTAKE].sum()),
        ))
    return evolve(draft, frame=frame, lines=tuple(lines), columns=tuple(columns))


def _cautions(frame: Any) -> list[ReportLine]:
    """What is doubtful about the rows that are kept."""
    lines = []
    names = frame[v.NAME if v.NAME in frame.columns else v.ID].astype(str)
    strange = ~frame[v.ID].str.match(r"^\d{14}(-\d+)?$").fillna(False).astype(bool)
    if strange.any() and strange.mean() < 0.5:
        lines.append(ReportLine(
            "note", say("Rows whose code is not a 14-digit CDS code: probably colleges or private schools; kept."),
            int(strange.sum()), tuple(names[strange].head(5)),
        ))
    if v.LEVELS in frame.columns and (frame[v.LEVELS] == "").any():
        unknown = frame[v.LEVELS] == ""
        lines.append(ReportLine(
            "note", say("Schools whose level cannot be told from grades or type."), int(unknown.sum()), tuple(names[unknown].head(5))
        ))
    private = int((frame[v.GOVERNANCE] == "private").sum()) if v.GOVERNANCE in frame.columns else 0
    if private:
        lines.append(ReportLine(
            "caution", say("Private schools are among the rows; analyses of public schools should leave them out."), private
        ))
    return lines


IMPORTER = Importer(
    role=v.SCHOOL,
    fields=(
        FieldSpec(v.ID, say("School code"), "code", aliases=SCHOOL_CODES, patterns=(r"cds", r"(^|_)ncessch", r"^sch(ool)?_(id|no|num)"), test=is_code,
                  help=say("The number or code that tells one school from another."), loose=("id", "code", "key", "number", "site_id", "facility_id")),
        FieldSpec("county_code", say("County code"), "code", aliases=("county_code",)),
        FieldSpec("district_code", say("District code"), "code", aliases=("district_code",)),
        FieldSpec("school_code", say("School code"), "code", aliases=("school_code",), test=is_code),
        name_field("school_name", "school", "sch_name", "schoolname", "label", "school_name_y", "school_name_x", "nombre_escuela",
                   "school_nm", "schoolnam", "school_nam", "schname", "sch_nam", "schnam", "sch_nm", "schoolnm", "name_of_school", "establishmentname",
                   "institution_name", "nom_ecole", "nombre_del_centro", "nombre_centro", "org_name", "facilityname", "facility_name", "facilityna",
                   "location_name", "official_name", "sch_label", "campus_name", "campname", "plantel", "nom_etablissement", "nombre_del_plantel",
                   "denominacion", "denominacion_del_centro", "denominacion_especifica", "centro_educativo", "establecimiento", "nombre_establecimiento",
                   "nombre_del_establecimiento", "nombre_de_la_institucion", "institucion_educativa", "appellation_officielle", "nom",
                   "nom_de_l_etablissement", "schulname", "name_der_schule", "schule", "nome_da_escola", "nome_escola", "escola", "nome",
                   "denominazione", "denominazione_scuola", "instellingsnaam", "schoolnaam"),
        *grade_fields(),
        FieldSpec(v.LEVELS, say("Levels"), aliases=(
            "levels", "level", "school_level", "sch_level", "schoollevel", "level_of_education", "education_level", "phaseofeducation_name", "phase",
            "phase_of_education", "phaseofeducation", "school_phase", "eilname", "cat2", "eilcode", "nivel", "nivel_educativo", "niveau", "sch_type",
            "school_type", "grade_level", "type", "featuredes", "org_type", "status", "school_category", "category", "type_of_school",
            "ensenanzas", "ensenanza", "niveles", "niveles_educativos", "nivel_de_ensenanza", "etapa", "etapas", "etapa_educativa", "tipo_de_centro",
            "type_etablissement", "type_d_etablissement", "nature", "nature_uai_libe", "libelle_nature", "schulform", "schulart", "schultyp", "nivel_de_ensino", "etapa_de_ensino", "etapas_de_ensino",
            "ordine_scuola", "tipo_scuola", "onderwijssoort",
        ), patterns=(r"level", r"phase", r"nivel", r"(^|_)type(_|$)", r"(^|_)(class|category|descr?|description)$"), test=are_levels),
        FieldSpec(v.GOVERNANCE, say("Run by"), aliases=(
            "governance", "charter_school_y_n", "charter", "charteryn", "charter_y_n", "cat3", "charter_text", "is_charter", "sector", "control",
            "public_private", "public_or_private", "publicprivate", "pub_priv", "status_of_school", "sponsor_of_school", "school_sponsor",
            "operator_type", "operator", "ownership", "managed_by", "management", "run_by", "school_board_type", "board_type", "sostenimiento",
            "typeofestablishment_name", "establishmenttypegroup_name", "school_governance", "authority", "titularidad", "regimen", "naturaleza",
            "dependencia", "dependencia_administrativa", "secteur", "secteur_public_prive", "secteur_public_prive_libe", "statut_public_prive", "tragerschaft", "rechtsstatus",
        ), patterns=(r"charter", r"public.*private", r"operator_type$", r"sosten"), test=is_run_by),
        FieldSpec(v.SCHOOL_TYPE, say("Type"), aliases=(
            "educational_option_type", "school_type", "edopsname", "soctype", "cat2", "tipo", "sch_type", "sch_type_text", "type",
            "typeofestablishment_name", "type_of_school", "school_category", "org_type",
        ), patterns=(r"educational_option",)),
        *status_fields(start=("opendate", "open_date"), end=("closeddate", "closed_date")),
        FieldSpec(v.ENROLLMENT, say("Pupils"), "number", aliases=(
            "enrollment", "enrollment_k_12", "enrolment", "total_enrollment", "enroll", "students", "matricula", "enr_total",
            "roll", "school_roll", "pupil_roll", "number_on_roll", "on_roll", "nor", "pupils", "total_pupils", "number_of_pupils",
            "alumnado", "alumnado_total", "total_alumnado", "alumnos", "alumnos_total", "total_alumnos", "numero_de_alumnos", "num_alumnos",
            "total_de_alumnos", "matricula_total", "total_matricula", "effectif", "effectifs", "effectif_total", "nombre_d_eleves", "eleves",
            "schulerzahl", "schuelerzahl", "anzahl_schuler", "anzahl_schueler", "matriculas", "total_matriculas", "numero_de_matriculas",
            "leerlingen", "aantal_leerlingen", "alunni", "alunos",
        ), patterns=(r"^enroll",), test=is_count, unit="count"),
        FieldSpec(v.FRPM_COUNT, say("Eligible for free or reduced-price meals"), "number", aliases=(
            "frpm_count_k_12", "frpm_count", "frpm", "free_reduced_meal_eligible_count",
            "frl_count", "free_reduced_lunch_count", "free_reduced_price_lunch_count",
        ), patterns=(r"frpm_count",), test=is_count, unit="count"),
        FieldSpec(v.FRPM_SHARE, say("Eligible for free or reduced-price meals"), "share", aliases=(
            "frpm_share", "percent_eligible_frpm_k_12", "percent_percent_eligible_frpm_k_12", "percent_frpm", "free_reduced_meal_eligible_percent",
            "percent_free_reduced_lunch", "percent_free_or_reduced_lunch", "percent_free_reduced_price_lunch", "percent_frl", "frl_share", "pct_free_reduced_lunch",
        ), patterns=(r"percent.*frpm.*k_12", r"frpm.*(pct|percent)", r"^free_(or_)?reduced_(price_)?(lunch|meals)$", r"^(percent_|pct_|share_)?(of_)?(pupils_)?(registered_|eligible_)?(for_)?(free_school_meals?|fsm)(_(entitlement|eligible|registered|percent|pct|rate))?$"), test=is_number),
        FieldSpec(v.UNDUPLICATED, say("Unduplicated pupils"), "number", aliases=(
            "unduplicated_count", "calpads_unduplicated_pupil_count_upc", "unduplicated_pupil_count", "upc",
        ), patterns=(r"unduplicated_pupil_count",), test=is_number, unit="count",
            help=say("English learners, foster youth or eligible for free or reduced-price meals, each counted once.")),
        *(FieldSpec(column, say("Average daily attendance, {grades}", grades=named(span)), "number", aliases=(column,), test=is_number, unit="count")
          for span, column in v.ADA_COLUMNS.items()),
        FieldSpec(v.NONSTABILITY, say("Pupils who came or left during the year"), "share", aliases=(
            "nonstability_share", "nonstability_rate", "non_stability_rate"), test=is_number),
        FieldSpec(v.DISADVANTAGED, say("Socioeconomically disadvantaged"), "share", aliases=("sed_share", "sed_rate"), test=is_number),
        FieldSpec(v.RESIDENTIAL_INTAKE, say("Takes pupils by home address"), "flag", aliases=("residential_intake",)),
        LONGITUDE, LATITUDE, ADDRESS, CITY, POSTCODE,
    ),
    style=LayerStyle(fill="#8A96A3", line="#FFFFFF", line_width=0.8, shape="circle", size=5.0),
    prepare=prepare,
    finish=finish,
    joins=v.SCHOOL,
    join_key=v.ID,
)
