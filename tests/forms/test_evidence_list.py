"""What each figure rests on (xlsx): measures, parts, registers, files, deliveries."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from hengji.forms import as_xlsx
from hengji.forms import evidence_list as form
from hengji.reading import read

from .dump import agrees, sheets_text
from .evaluated import self_evaluation, small_material


def evidence_list(material, n):
    return as_xlsx(form(material, n))


def test_the_list_of_a_small_table_is_as_on_file():
    agrees(sheets_text(evidence_list(small_material(), 1)), "evidence_list-1")


def test_only_deliveries_of_registers_in_use_are_listed():
    text = sheets_text(evidence_list(small_material(), 1))
    assert "巡查2024.xlsx" in text
    assert "车.csv" not in text


def test_without_readings_the_measure_and_parts_of_the_workings_are_printed_and_nothing_is_made_up():
    material = replace(small_material(), origins={}, batches=())
    book = load_workbook(io.BytesIO(evidence_list(material, 1)))
    assert book.sheetnames == ["佐证目录", "口径说明"]
    rows = [[c.value for c in row] for row in book.worksheets[0].iter_rows()]
    assert [
        "2",
        "质量指标",
        "数据传输率",
        "90%以上；\n停电除外",
        "81.00%",
        "transmission_rate",
        "81",
        "100",
        "100",
        None,
        None,
    ] in rows


def test_generated_records_are_named_above_every_page():
    book = load_workbook(io.BytesIO(evidence_list(small_material(self_evaluation(simulated=True)), 1)))
    assert all("模拟数据" in sheet.oddHeader.right.text for sheet in book.worksheets)


def test_the_list_is_no_form_that_a_reader_would_take_for_targets():
    assert [p.name for p in read(evidence_list(small_material(), 1), "list.xlsx").projects if p.name] == []


def test_no_such_project_is_an_error():
    with pytest.raises(IndexError, match="no project 3"):
        evidence_list(small_material(), 3)
