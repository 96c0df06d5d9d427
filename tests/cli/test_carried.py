"""`hengji init --from`: bindings and masters go into the new year, records of events stay behind."""

from __future__ import annotations

import datetime

import pyarrow.parquet as pq
import pytest
from tests.cli.test_compute_command import BINDINGS, PROJECT, RECORDS, TABLE

from hengji.dossier.computed import bindings_of
from hengji.evidence.store import Store

OUTLETS = """source_system,source_key,outlet_no,enterprise,medium,platform_level,valid_from,valid_to
名录,1,甲-1,E1,水,市,2023-01-01,
名录,2,甲-2,E1,气,市,2023-01-01,2024-06-30
名录,3,甲-3,E2,水,区,2024-05-01,2026-12-31
"""


@pytest.fixture
def last_year(run, tmp_path):
    (tmp_path / "t.txt").write_text(TABLE, "utf-8")
    assert run("init", "t.txt", "old", "--year", 2024).code == 0
    folder = tmp_path / "old"
    (folder / "bindings.toml").write_text(BINDINGS, "utf-8")
    store = Store(folder / "evidence")
    at = datetime.datetime(2024, 12, 31)
    assert store.add_file("petition", RECORDS.encode(), at=at, file="p.csv").written == 5
    assert store.add_file("outlet", OUTLETS.encode(), at=at, file="o.csv").written == 3
    return folder


def test_what_a_person_confirmed_stays_confirmed_only_where_it_is_the_same(run, last_year, tmp_path):
    text = TABLE.replace("2024年度", "2025年度").replace("年度指标值:5件", "年度指标值:9件")
    text = text.replace("3、1-产出指标；12-质量指标；投诉办结率", "3、1-产出指标；12-质量指标；热线接通率")
    (tmp_path / "n.txt").write_text(text, "utf-8")
    ran = run("init", "n.txt", "new", "--from", last_year, "--year", 2025, "--json")
    assert ran.code == 0, ran.err
    assert (ran.one["bindings"], ran.one["confirmed"], ran.one["masters"]) == (2, 1, 2)
    first, second = bindings_of(tmp_path / "new")
    assert (first.project, first.indicator, first.measure, first.confirmed_by) == (PROJECT, 1, "closed_rate", "张三")
    assert (second.indicator, second.confirmed) == (2, False)


def test_masters_in_force_are_carried_and_records_are_not(run, last_year, tmp_path):
    assert run("init", "t.txt", "new", "--from", last_year, "--year", 2025).code == 0
    batches = Store(tmp_path / "new" / "evidence").batches()
    assert [b.register for b in batches] == ["outlet"]
    assert sorted(pq.read_table(batches[0].path)["outlet_no"].to_pylist()) == ["甲-1", "甲-3"]


def test_an_indicator_that_moved_keeps_its_binding_under_its_new_number(run, last_year, tmp_path):
    lines = TABLE.replace("1、1-产出指标；12-质量指标；信访办结率；实施周期指标值:≥90%；年度指标值:≥90%。\\\n", "")
    for old, new in (("2、1-", "1、1-"), ("3、1-", "2、1-"), ("4、2-", "3、2-")):
        lines = lines.replace(old, new)
    moved = lines.replace("2、1-产出指标；12-质量指标；投诉办结率", "2、1-产出指标；12-质量指标；信访办结率")
    moved = moved.replace("年度指标值:≥80%", "年度指标值:≥90%")
    (tmp_path / "n.txt").write_text(moved, "utf-8")
    assert run("init", "n.txt", "new", "--from", last_year, "--year", 2025).code == 0
    by_number = {b.indicator: b for b in bindings_of(tmp_path / "new")}
    assert by_number[2].measure == "closed_rate"
    assert by_number[1].measure == "count_records"


def test_a_broken_file_of_last_year_leaves_no_new_folder(run, last_year, tmp_path):
    (last_year / "bindings.toml").write_text("[[binding", "utf-8")
    ran = run("init", "t.txt", "new", "--from", last_year, "--year", 2025)
    assert ran.code == 2
    assert not (tmp_path / "new").exists()
