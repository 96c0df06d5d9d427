"""`hengji rollup`: the same transfer of two units as one."""

from __future__ import annotations

import datetime
import io

import pytest
from openpyxl import load_workbook
from tests.cli.test_compute_command import BINDINGS, PROJECT, RECORDS, TABLE
from tests.cli.test_score_command import GRADED, MONEY, attest

from hengji.evidence.store import Store


@pytest.fixture
def two(run, tmp_path):
    """Two units with the same table and records; the second paid less."""
    folders = []
    for name, paid in (("甲局", "95000"), ("乙局", "45000")):
        (tmp_path / "t.txt").write_text(TABLE, "utf-8")
        assert run("init", "t.txt", name, "--year", 2024).code == 0
        folder = tmp_path / name
        settings = folder / "hengji.toml"
        lines = [li for li in settings.read_text("utf-8").splitlines() if not li.startswith("unit")]
        settings.write_text("\n".join([f'unit = "{name}"', *lines]) + "\n", "utf-8")
        (folder / "bindings.toml").write_text(BINDINGS + GRADED, "utf-8")
        store, at = Store(folder / "evidence"), datetime.datetime(2024, 12, 31)
        store.add_file("petition", RECORDS.encode(), at=at, file="2024.csv")
        for register, rows in MONEY.items():
            store.add_file(register, rows.replace("95000", paid).encode(), at=at, file=f"{register}.csv")
        folders.append(folder)
    return folders


def score_all(run, two, tmp_path):
    for folder in two:
        attest(run, folder, tmp_path)
        assert run("score", folder).code == 0


def test_money_and_rates_of_two_units_add_up_and_the_form_is_written(run, two, tmp_path):
    score_all(run, two, tmp_path)
    ran = run("rollup", *two, "--out", "out", "--json")
    assert ran.code == 0
    one = ran.one
    assert (one["format"], one["transfer"], one["units"]) == ("hengji.rollup/1", PROJECT, ["乙局", "甲局"])
    assert one["money"] == {"final_budget": "20", "outturn": "14", "execution_rate": "70", "money_unit": "万元"}
    first = one["lines"][0]
    assert (first["kind"], first["numerator"], first["denominator"], first["actual"]) == ("rate", "4", "6", "66.67%")
    assert one["lines"][3]["bands"][0] == {"band": "达成", "units": 2, "percent": "100"}
    sheet = load_workbook(io.BytesIO((tmp_path / "out/1-transfer_self_evaluation.xlsx").read_bytes())).worksheets[0]
    cells = [c.value for row in sheet.iter_rows() for c in row if c.value is not None]
    for said in (
        "转移支付绩效自评表",
        PROJECT,
        "全年预算数（A）",
        "70.00%",
        "支出责任履行情况",
        "总体目标\n完成情况",
        "66.67%",
    ):
        assert said in cells


def test_the_order_of_the_units_does_not_matter(run, two, tmp_path):
    score_all(run, two, tmp_path)
    there, back = (run("rollup", *folders, "--json").one for folders in (two, two[::-1]))
    assert {**there, "files": None} == {**back, "files": None}


def test_a_unit_with_an_open_line_is_named_and_there_is_no_figure(run, two, tmp_path):
    attest(run, two[0], tmp_path)
    for folder in two:
        run("score", folder)
    ran = run("rollup", *two, "--json")
    assert ran.code == 1
    assert (ran.one["lines"][3]["actual"], ran.one["lines"][3]["missing"]) == (None, ["乙局"])


def test_nothing_frozen_another_day_or_the_same_unit_twice_is_refused(run, two, tmp_path):
    assert "hengji score" in run("rollup", *two).err
    score_all(run, two, tmp_path)
    assert "给了两次" in run("rollup", two[0], two[0]).err
    assert run("rollup", *two, "--project", "没有的专项").code == 2
    assert run("score", two[1], "--as-of", "2024-11-30").code in (0, 1)
    ran = run("rollup", *two)
    assert (ran.code, "截止日期" in ran.err) == (2, True)
