"""`hengji compute`, `simulate-year`, and `explain` of a figure: a dossier with records of its own."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
from pathlib import Path

import pytest

from hengji.evidence.store import Store

PROJECT = "信访处理经费"
TABLE = f"""2024年度项目支出绩效目标表
单位：万元
项目名称\t总计\t绩效目标\t绩效指标
{PROJECT}\t10.00\t及时办结信访件。\t1、1-产出指标；12-质量指标；信访办结率；实施周期指标值:≥90%；年度指标值:≥90%。\
2、1-产出指标；11-数量指标；受理信访件数；实施周期指标值:5件；年度指标值:5件。\
3、1-产出指标；12-质量指标；投诉办结率；实施周期指标值:≥80%；年度指标值:≥80%。\
4、2-效益指标；22-社会效益；群众反映；实施周期指标值:有效改善；年度指标值:有效改善。
"""
BINDINGS = f"""
[[binding]]
project = "{PROJECT}"
indicator = 1
measure = "closed_rate"
unit = "%"
reading = "按应办结日期在年内的信访件计"
confirmed_by = "张三"
confirmed_on = 2024-01-15

[[binding]]
project = "{PROJECT}"
indicator = 2
measure = "count_records"
with = {{ register = "petition" }}
unit = "件"
reading = "按收到日期计"
confirmed_by = "张三"
confirmed_on = 2024-01-15

[[binding]]
project = "{PROJECT}"
indicator = 3
same_as = "{PROJECT}#1"
reading = "与第1项同一口径"
confirmed_by = "张三"
confirmed_on = 2024-01-15
"""
RECORDS = """来源系统,来源编号,渠道,收到日期,应办结日期,办结日期,办理结果
信访系统,1,12345,2024-01-05,2024-03-05,2024-02-01,办结
信访系统,2,12345,2024-02-05,2024-04-05,2024-06-01,办结
信访系统,3,12345,2024-02-06,2024-04-06,,
信访系统,4,12345,2024-02-07,2024-04-07,,转办
信访系统,5,=cmd,2024-12-20,2025-02-20,2024-12-25,办结
"""


@pytest.fixture
def year(run, tmp_path) -> Path:
    (tmp_path / "t.txt").write_text(TABLE, "utf-8")
    assert run("init", "t.txt", "year", "--year", 2024).code == 0
    folder = tmp_path / "year"
    (folder / "bindings.toml").write_text(BINDINGS, "utf-8")
    (folder / "2024.csv").write_text(RECORDS, "utf-8")
    Store(folder / "evidence").add_file("petition", folder / "2024.csv", at=datetime.datetime(2024, 12, 31))
    return folder


def test_compute_answers_with_numerator_denominator_and_rows(run, year):
    ran = run("compute", year, "--json")
    assert ran.code == 0
    assert (ran.one["format"], ran.one["as_of"], ran.one["engine"]) == ("hengji.actuals/1", "2024-12-31", "duckdb")
    first, second, third, fourth = ran.one["indicators"]
    assert (first["value"], first["unit"], first["numerator"], first["denominator"]) == ("66.666667", "%", "2", "3")
    assert (first["rows"], first["judgement"], first["excluded"]) == (3, "not_met", {"removed": 1})
    assert (second["value"], second["denominator"], second["judgement"]) == ("5", None, "met")
    assert (third["value"], third["judgement"], third["reading"]) == ("66.666667", "not_met", "与第1项同一口径")
    assert (fourth["status"], fourth["value"], fourth["judgement"]) == ("insufficient", None, None)
    assert "没有挂接" in fourth["note"]


def test_a_small_sample_has_an_interval(run, year):
    low, high = run("compute", year, "--json").one["indicators"][0]["interval"]
    assert (low, high) == ("20.77", "93.85")


def test_what_happens_after_the_day_is_not_yet_known(run, year):
    first, second, *_ = run("compute", year, "--as-of", "2024-04-30", "--json").one["indicators"]
    assert (first["numerator"], first["denominator"]) == ("1", "3")
    assert second["value"] == "4"


def test_a_binding_that_nobody_confirmed_is_not_computed(run, year):
    text = (year / "bindings.toml").read_text("utf-8")
    (year / "bindings.toml").write_text(text.replace('confirmed_by = "张三"\n', "", 1), "utf-8")
    first, _, third, _ = run("compute", year, "--json").one["indicators"]
    assert (first["status"], first["value"]) == ("insufficient", None)
    assert "尚未经人确认" in first["note"]
    assert third["status"] == "insufficient"  # it takes its answer from the first


def test_a_correction_of_a_target_counts_when_judging(run, year):
    said = run("record", year, "correction", "--set", f"project={PROJECT}", "--set", "indicator=1",
               "--set", "field=annual_target", "--set", "value=≥60%", "--set", "why=表中误录", "--by", "李四")  # fmt: skip
    assert said.code == 0, said.err
    assert run("compute", year, "--json").one["indicators"][0]["judgement"] == "met"


def test_a_figure_unfolds_to_rows_with_file_line_and_digest(run, year):
    ran = run("compute", year, "--rows", f"{PROJECT}#1", "--json")
    part = ran.one["parts"][0]
    rows = {row["record"]["source_key"]: row for row in part["rows"]}
    assert sorted(rows) == ["1", "2", "3", "4"]
    assert (rows["1"]["source"], rows["1"]["line"], rows["1"]["numerator"]) == ("2024.csv", 2, "1")
    assert rows["3"]["numerator"] == "0"
    assert rows["4"]["excluded"] == "removed"
    batch = rows["1"]["batch"]
    assert (year / "evidence" / "petition" / f"{batch}.parquet").exists()
    assert (part["numerator"], part["denominator"]) == ("2", "3")


def test_explain_prints_formula_parts_and_rows_and_exports_exactly_those(run, year, tmp_path):
    ran = run("explain", f"{PROJECT}#2", "--in", year, "--export", tmp_path / "rows.csv")
    assert ran.code == 0, ran.err
    assert "实际完成值：5件" in ran.out
    assert "2024.csv 第2行" in ran.out
    text = (tmp_path / "rows.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted(row["source_key"] for row in rows if row["counted"] == "yes") == ["1", "2", "3", "4", "5"]
    assert "'=cmd" in {row["channel"] for row in rows}  # a spreadsheet must not take it for a formula


def test_a_record_that_was_changed_behind_the_back_stops_the_computation(run, year):
    batch = next((year / "evidence" / "petition").glob("*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1] + b"?")
    ran = run("compute", year)
    assert ran.code == 2
    assert "被改动过" in ran.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('measure = "closed_rate"', 'measure = "closed_rat"', "没有名为“closed_rat”的口径"),
        ('register = "petition"', 'register = "petitions"', "没有名为“petitions”的台账"),
        ('{ register = "petition" }', '{ register = "petition", filter = { chanel = "x" } }', "没有字段 chanel"),
        ('{ register = "petition" }', '{ register = "petition", filter = { outcome = "成" } }', "没有值"),
        ('{ register = "petition" }', "{ }", "缺少参数 register"),
        ("indicator = 3", "indicator = 9", "找不到对应的指标"),
    ],
)
def test_a_binding_to_what_does_not_exist_is_named(run, year, old, new, said):
    text = (year / "bindings.toml").read_text("utf-8")
    assert old in text
    (year / "bindings.toml").write_text(text.replace(old, new), "utf-8")
    ran = run("compute", year)
    assert ran.code == 2
    assert said in ran.err
    assert "bindings.toml" in ran.err


def test_a_filter_that_selects_nothing_counts_zero_and_a_rate_of_nothing_is_not_applicable(run, year):
    text = (year / "bindings.toml").read_text("utf-8")
    text = text.replace('measure = "closed_rate"', 'measure = "closed_rate"\nwith = { filter = { channel = "来信" } }')
    text = text.replace('{ register = "petition" }', '{ register = "petition", filter = { channel = "来信" } }')
    (year / "bindings.toml").write_text(text, "utf-8")
    first, second, *_ = run("compute", year, "--json").one["indicators"]
    assert (first["status"], first["value"], first["denominator"]) == ("not_applicable", None, "0")
    assert (second["status"], second["value"], second["judgement"]) == ("ok", "0", "not_met")


def test_the_overview_opens_every_figure_to_its_rows(run, year, tmp_path):
    ran = run("compute", year, "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    page = (tmp_path / "out" / "overview.html").read_text("utf-8")
    assert "66.67%" in page
    assert "2024.csv 第3行" in page
    assert "模拟数据" not in page
    assert json.loads((tmp_path / "out" / "actuals.json").read_text("utf-8"))["simulated"] is False


def test_simulated_records_are_labelled_and_never_mixed_with_real_ones(run, year, tmp_path):
    ran = run("simulate-year", year, "--seed", 1, "--scale", 0.01)
    assert ran.code == 2
    assert "不与其混放" in ran.err
    shutil.rmtree(year / "evidence")
    made = run("simulate-year", year, "--seed", 1, "--scale", 0.01, "--json")
    assert made.code == 0, made.err
    assert made.one["simulated"] is True
    shown = run("compute", year, "--out", tmp_path / "out")
    assert "模拟数据" in shown.out
    assert "模拟数据" in (tmp_path / "out" / "overview.html").read_text("utf-8")
    again = run("simulate-year", year, "--seed", 1, "--scale", 0.01, "--json")
    assert again.code == 0
    assert run("simulate-year", year, "--seed", 2, "--scale", 0.01).code == 2


def test_a_day_outside_the_year_and_an_unknown_engine_are_refused(run, year):
    assert run("compute", year, "--as-of", "2025-01-31").code == 2
    assert run("compute", year, "--as-of", "2024年").code == 2
    ran = run("compute", year, "--engine", "oracle")
    assert ran.code == 2
    assert "duckdb" in ran.err


def test_what_two_people_attested_with_a_file_counts_and_unfolds(run, year, tmp_path):
    text = (year / "bindings.toml").read_text("utf-8")
    (year / "bindings.toml").write_text(
        text
        + f"""
[[binding]]
project = "{PROJECT}"
indicator = 4
measure = "qualitative_graded"
automatic = "manual"
reading = "由业务科室认定"
confirmed_by = "张三"
confirmed_on = 2024-01-15
""",
        "utf-8",
    )
    assert run("compute", year, "--json").one["indicators"][3]["status"] == "insufficient"
    (tmp_path / "proof.pdf").write_bytes(b"%PDF-1.4 proof")
    fields = (f"project={PROJECT}", "indicator=4", "statement=投诉明显减少", "signer=王五", "co_signer=赵六", "file=proof.pdf",
              "grade=良", "signed_on=2024-12-20", "why=年终认定")  # fmt: skip
    said = run("record", year, "attestation", *(w for f in fields for w in ("--set", f)), "--by", "王五")
    assert said.code == 0, said.err
    one = run("compute", year, "--json").one["indicators"][3]
    assert (one["status"], one["value"], one["judgement"]) == ("attested", "良", None)
    shown = run("compute", year, "--rows", f"{PROJECT}#4", "--json")
    (row,) = shown.one["parts"][0]["rows"]
    assert (row["source"], row["record"]["statement"]) == ("changes.jsonl", "投诉明显减少")
    assert "王五" not in shown.out  # persons are kept as pseudonyms


def test_budget_and_payments_are_executed_by_project_source_and_month_and_tied_to_the_table(run, year):
    store = Store(year / "evidence")
    at = datetime.datetime(2024, 12, 31)
    budget = f"""source_system,source_key,approved_on,amount,kind,source,project
预算系统,1,2024-01-20,100000,年初,财政拨款,{PROJECT}
预算系统,2,2024-09-01,20000,调整,其他资金,{PROJECT}
"""
    paid = f"""source_system,source_key,voucher,paid_on,amount,source,project
支付系统,1,V1,2024-03-05,30000,财政拨款,{PROJECT}
支付系统,2,V2,2024-05-05,15000.50,其他资金,{PROJECT}
支付系统,3,V3,2025-01-05,9999,财政拨款,{PROJECT}
"""
    assert store.add_file("budget", budget.encode(), at=at, file="b.csv").written == 2
    assert store.add_file("payment", paid.encode(), at=at, file="p.csv").written == 3
    ran = run("compute", year, "--json")
    assert (ran.code, ran.one["findings"]) == (0, [])
    (one,) = ran.one["execution"]
    assert (one["original_budget"], one["final_budget"], one["outturn"]) == ("10", "12", "4.50005")
    assert one["execution_rate"] == "37.500417"
    assert one["sources"] == [
        {"source": "其他资金", "budget": "2", "outturn": "1.50005"},
        {"source": "财政拨款", "budget": "10", "outturn": "3"},
    ]
    assert [m["outturn"] for m in one["months"][:5]] == ["0", "0", "3", "3", "4.50005"]
    void = f"source_system,source_key,approved_on,amount,project,void_reason\n预算系统,1,2024-01-20,100000,{PROJECT},重录\n"
    more = f"source_system,source_key,approved_on,amount,kind,source,project\n预算系统,3,2024-01-20,1000,年初,财政拨款,{PROJECT}\n"
    store.add_file("budget", void.encode(), at=at, file="c.csv")
    store.add_file("budget", more.encode(), at=at, file="d.csv")
    ran = run("compute", year, "--json")
    assert ran.code == 1
    assert [f["code"] for f in ran.one["findings"]] == ["E09", "E10"]


def test_a_figure_of_objects_unfolds_to_each_object_once_and_then_to_its_records(run, year):
    text = (year / "bindings.toml").read_text("utf-8")
    text = text.replace('measure = "count_records"', 'measure = "count_distinct"')
    text = text.replace('{ register = "petition" }', '{ register = "petition", object = "channel" }')
    (year / "bindings.toml").write_text(text, "utf-8")
    ran = run("compute", year, "--rows", f"{PROJECT}#2", "--json")
    (part,) = ran.one["parts"]
    cells = [row for row in part["rows"] if row["register"] is None]
    records = [row for row in part["rows"] if row["register"]]
    assert (ran.one["actual"]["value"], part["total_rows"]) == ("2", 2)
    assert [(c["case"], c["numerator"]) for c in cells] == [("12345", "1"), ("=cmd", "1")]
    assert sorted(r["case"] for r in records) == ["12345"] * 4 + ["=cmd"]
    assert {r["numerator"] for r in records} == {None}  # a record counts only through its object
