"""Workbooks to fill in: what is in them, and that they come back through the import."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from hengji.evidence.headings import heading
from hengji.evidence.register import KEY, register, registers
from hengji.evidence.sources import EXAMPLE
from hengji.evidence.template import heading_text, template_workbook

EVERY = pytest.mark.parametrize("name", registers())


def opened(name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template_workbook(register(name))))


@EVERY
def test_a_workbook_as_it_leaves_is_read_and_holds_no_records(put, store, name):
    done = put(name, template_workbook(register(name)), file=f"{name}.xlsx")
    assert (done.rows, done.rejected_count, done.unknown, done.remarks) == (0, 0, (), ())
    assert store.entries() == []


@EVERY
def test_the_example_row_would_be_a_good_record_under_a_name_of_its_own(put, name):
    book = opened(name)
    book.worksheets[0]["A2"].value = "手工台账"
    out = io.BytesIO()
    book.save(out)
    done = put(name, out.getvalue(), file=f"{name}.xlsx")
    assert (done.written, done.rejected) == (1, ())


@EVERY
def test_every_field_of_every_register_is_known_by_its_title_and_no_two_by_the_same(name):
    one = register(name)
    for words in (
        [f.title for f in one.fields],
        [f.title_en for f in one.fields],
        [heading_text(f) for f in one.fields],
    ):
        assert heading([words], one, "x").fields == tuple(f.name for f in one.fields)


def test_headings_have_units_and_required_ones_a_star_and_a_colour():
    sheet = opened("budget").worksheets[0]
    heads = {cell.value: cell for cell in sheet[1]}
    assert {"来源系统*", "来源编号*", "金额(元)*", "批复日期"} <= set(heads)
    assert heads["金额(元)*"].fill.fgColor.rgb != heads["批复日期"].fill.fgColor.rgb


def test_choices_and_yes_no_are_drop_downs_below_the_example():
    sheet = opened("petition").worksheets[0]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {str(r.sqref): r for r in sheet.data_validations.dataValidation}
    assert rules[f"{columns['办理结果']}3:{columns['办理结果']}1048576"].formula1 == '"办结,转办,撤回"'
    assert rules[f"{columns['满意']}3:{columns['满意']}1048576"].formula1 == '"是,否"'


def test_counts_have_a_limit_and_every_heading_a_note():
    sheet = opened("survey").worksheets[0]
    columns = {cell.value: cell for cell in sheet[1]}
    rules = {str(r.sqref).split(":")[0]: r for r in sheet.data_validations.dataValidation}
    rule = rules[f"{columns['发放份数(份)'].column_letter}3"]
    assert (rule.type, rule.operator, rule.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert all(cell.comment and cell.comment.text for cell in sheet[1])
    assert "单位：份" in columns["发放份数(份)"].comment.text


def test_keys_are_text_and_dates_are_dates_so_that_nothing_is_rewritten():
    sheet = opened("petition").worksheets[0]
    formats = {cell.value: sheet.column_dimensions[cell.column_letter] for cell in sheet[1]}
    assert formats["来源编号*"].number_format == "@"
    assert formats["渠道*"].number_format == "@"
    assert formats["收到日期*"].number_format == "yyyy-mm-dd"
    example = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert example["来源系统*"].value == EXAMPLE
    assert example["来源编号*"].value == "001"
    assert example["收到日期*"].value == datetime.datetime(2024, 4, 8)


def test_what_names_a_record_comes_first():
    heads = [cell.value for cell in opened("site_visit").worksheets[0][1]]
    assert heads[: len(KEY)] == ["来源系统*", "来源编号*"]


def test_a_sheet_explains_fields_dates_and_personal_values():
    book = opened("survey_response")
    assert book.sheetnames == ["满意度答卷", "说明"]
    text = "\n".join(str(c) for row in book["说明"].iter_rows(values_only=True) for c in row if c)
    assert "2024年1月5日" in text
    assert "respondent" in text
    assert "只保存假名" in text
    assert "个人信息保存 3 年" in text


def test_the_same_register_gives_the_same_bytes():
    assert template_workbook(register("budget")) == template_workbook(register("budget"))
