"""The self-evaluation of the whole table: the list (xlsx) and the report (docx)."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

from openpyxl import load_workbook

from hengji.forms import as_xlsx, evaluation_report
from hengji.forms import self_evaluation_list as form

from .dump import agrees, paper_text, sheets_text
from .evaluated import self_evaluation, small_material


def self_evaluation_list(material):
    return as_xlsx(form(material))


def test_the_list_of_a_small_table_is_as_on_file():
    agrees(sheets_text(self_evaluation_list(small_material())), "self_evaluation-0")


def test_the_report_of_a_small_table_is_as_on_file():
    agrees(paper_text(evaluation_report(small_material())), "evaluation_report-0")


def test_the_sums_of_the_list_are_added_up_exactly_and_then_rounded():
    sheet = load_workbook(io.BytesIO(self_evaluation_list(small_material()))).worksheets[0]
    (row,) = [r for r in sheet.iter_rows() if r[0].value == "合计"]
    assert [Decimal(str(c.value)) for c in row[3:6]] == [Decimal("1235"), Decimal("1250.5"), Decimal("1000.62")]
    assert row[6].value == "80.02%"


def test_projects_in_another_unit_of_money_are_not_added_up():
    material = small_material()
    other = replace(material.table.projects[1], money_unit="元")
    mixed = replace(material, table=replace(material.table, projects=(material.table.projects[0], other)))
    sheet = load_workbook(io.BytesIO(self_evaluation_list(mixed))).worksheets[0]
    (row,) = [r for r in sheet.iter_rows() if r[0].value == "合计"]
    assert {c.value for c in row[3:7]} == {None}
    assert "单位不一" in paper_text(evaluation_report(mixed))


def test_a_project_that_is_not_scored_has_no_total_and_no_grade_and_list_and_report_say_so():
    text, report = sheets_text(self_evaluation_list(small_material())), paper_text(evaluation_report(small_material()))
    assert "1 个有指标未计分，等级未定" in text
    assert "补齐之前不能报送" in report


def test_the_report_names_every_line_short_of_its_points_with_the_reason_given_and_leaves_room_for_others():
    report = paper_text(evaluation_report(small_material()))
    assert "=雷击停电两周；已加装备用电源" in report
    assert "| 应急物资 | 物资储备 |" in report
    assert "【…】" in report


def test_the_report_states_that_it_is_a_draft_and_that_records_are_generated():
    report = evaluation_report(small_material(self_evaluation(simulated=True)))
    text = paper_text(report)
    assert "草稿" in text
    assert "模拟数据：记录由程序生成" in text


def test_the_same_evaluation_gives_the_same_bytes():
    assert self_evaluation_list(small_material()) == self_evaluation_list(small_material())
    assert evaluation_report(small_material()) == evaluation_report(small_material())
