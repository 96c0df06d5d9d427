"""What people wrote, out of the change log: for which evaluation, what a later entry does, what follows a new name."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from hengji.dossier.actions import actions_in
from hengji.dossier.changes import Change, ChangeLog
from hengji.dossier.errors import DossierError
from hengji.dossier.given import GivenKind, entry
from hengji.dossier.in_force import approved_table, table_in_force
from hengji.dossier.written import given_for
from hengji.model.action import ActionStatus
from hengji.model.evaluation import Stage
from hengji.model.table import Indicator, Project, Source, TargetTable

JULY, OCTOBER, END = datetime.date(2024, 7, 31), datetime.date(2024, 10, 31), datetime.date(2024, 12, 31)
TODAY = datetime.date(2025, 1, 20)
TABLE = TargetTable(
    Source("t", "", ""), fiscal_year=2024,
    projects=(Project("甲", (Indicator(1, "巡查次数", code="11", annual_target="≥100次"),)), Project("乙")),
)  # fmt: skip


class Log:
    """A change log in memory, filled as `hengji record` fills it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def add(self, kind: str, **fields: str) -> None:
        table = table_in_force(TABLE, self.changes, TODAY)
        named, old, new = entry(table, GivenKind(kind), fields, TODAY)
        at = datetime.datetime(2025, 1, len(self.changes) + 1)
        self.changes.append(Change(len(self.changes) + 1, at, "李四", "因为", named, old, new))

    def given(self, stage=Stage.MONITORING, on=JULY):
        return given_for(TABLE, self.changes, stage, on)


@pytest.fixture
def log() -> Log:
    return Log()


def line(log, **fields):
    log.add("monitoring_line", project="1", indicator="1", as_of="2024-07-31", **fields)


def test_what_is_written_about_a_monitoring_counts_for_that_day_only(log):
    line(
        log,
        causes="经费保障，其他",
        reason="拨款晚",
        likelihood="有可能",
        forecast="110次",
        adjustment="是",
        remark="加班",
    )
    found = log.given().line("甲", 1)
    assert (found.causes, found.reason, found.likelihood) == (("经费保障", "其他"), "拨款晚", "有可能")
    assert (found.forecast, found.adjustment, found.remark) == ("110次", True, "加班")
    assert log.given(on=OCTOBER).line("甲", 1).reason is None
    assert log.given(Stage.SELF_EVALUATION, END).line("甲", 1).reason is None


def test_a_later_entry_adds_field_by_field_and_an_empty_one_takes_back(log):
    line(log, causes="其他")
    line(log, reason="停电")
    line(log, causes="", adjustment="否")
    found = log.given().line("甲", 1)
    assert (found.causes, found.reason, found.adjustment) == ((), "停电", False)


def test_money_has_its_reason_and_forecast(log):
    log.add("monitoring_money", project="甲", as_of="2024-07-31", reason="尾款11月付", forecast="1,200.50")
    found = log.given().of_money("甲")
    assert (found.reason, found.forecast) == ("尾款11月付", Decimal("1200.50"))
    assert log.given().line("甲", 1).reason is None


def test_a_self_evaluation_takes_reasons_objective_and_measures(log):
    log.add("variance_reason", project="甲", indicator="1", text="停电两次")
    log.add("variance_reason", project="甲", text="合同尾款次年付")
    log.add("objective_actual", project="甲", text="基本完成")
    log.add("corrective_action", project="甲", indicator="1", action="加装电源", owner="甲科", due="2025-03-01")
    found = log.given(Stage.SELF_EVALUATION, END)
    assert found.line("甲", 1).reason == "停电两次"
    assert found.line("甲", 1).corrective_action == "加装电源（甲科，2025-03-01前）"
    assert (found.of_money("甲").reason, found.objectives) == ("合同尾款次年付", {"甲": "基本完成"})


def test_everything_follows_a_project_that_was_renamed(log):
    log.add("variance_reason", project="甲", indicator="1", text="停电两次")
    log.add("corrective_action", project="甲", indicator="1", action="加装电源", owner="甲科", due="2025-03-01")
    log.add("correction", project="甲", field="name", value="丙")
    found = log.given(Stage.SELF_EVALUATION, END)
    assert (found.line("丙", 1).reason, found.line("甲", 1).reason) == ("停电两次", None)
    assert [a.project for a in actions_in(log.changes)] == ["丙"]
    assert found.approved == {("丙", 1): "≥100次"}


def test_approved_is_the_published_table_with_approved_changes_and_without_corrections(log):
    log.add("target_change", project="甲", indicator="1", value="≥90次", document="批复1号", **{"from": "2024-06-01"})
    assert log.given().approved == {("甲", 1): "≥90次"}
    assert log.given(on=datetime.date(2024, 5, 31)).approved == {("甲", 1): "≥100次"}
    log.add("correction", project="甲", indicator="1", field="annual_target", value="≥10次")
    assert log.given().corrected == {("甲", 1)}
    assert approved_table(TABLE, log.changes, END).projects[0].indicators[0].annual_target == "≥90次"
    assert table_in_force(TABLE, log.changes, END).projects[0].indicators[0].annual_target == "≥10次"


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("monitoring_line", {"project": "甲", "indicator": "1", "as_of": "2024-07-31"}, "没有填报内容"),
        ("monitoring_line", {"project": "甲", "indicator": "1", "reason": "x"}, "缺少 as_of"),
        ("monitoring_line", {"project": "甲", "indicator": "1", "as_of": "七月", "reason": "x"}, "as_of 应为日期"),
        (
            "monitoring_line",
            {"project": "甲", "indicator": "1", "as_of": "2024-07-31", "likelihood": "大概"},
            "确定能、有可能",
        ),
        (
            "monitoring_line",
            {"project": "甲", "indicator": "1", "as_of": "2024-07-31", "adjustment": "也许"},
            "adjustment 应为",
        ),
        ("monitoring_line", {"project": "甲", "indicator": "9", "as_of": "2024-07-31", "reason": "x"}, "没有第 9 项"),
        ("monitoring_money", {"project": "甲", "as_of": "2024-07-31", "forecast": "很多"}, "forecast 应为数"),
        ("monitoring_money", {"project": "甲", "as_of": "2024-07-31", "forecast": "-1"}, "不能小于零"),
        ("variance_reason", {"project": "甲", "indicator": "1", "text": " "}, "缺少 text"),
        ("corrective_action", {"project": "甲", "action": "x", "owner": "y"}, "缺少 due"),
        ("corrective_action", {"project": "甲", "action": "x", "owner": "y", "due": "春天"}, "due 应为日期"),
        ("corrective_action_update", {"id": "1", "status": "nearly"}, "open、done、dropped"),
        ("corrective_action_update", {"id": "一", "status": "done"}, "id 应为"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(log, kind, fields, said):
    with pytest.raises(DossierError) as raised:
        log.add(kind, **fields)
    assert said in raised.value.zh


def test_an_action_stands_as_its_last_follow_up_says_on_a_day(log):
    log.add("corrective_action", project="甲", indicator="1", action="加装电源", owner="甲科", due="2025-03-01")
    log.add("corrective_action_update", id="1", status="done", note="已装", on="2025-02-20")
    log.add("corrective_action_update", id="1", status="open", note="又坏了", on="2025-04-01")
    (before,) = actions_in(log.changes, datetime.date(2025, 2, 1))
    (after,) = actions_in(log.changes, datetime.date(2025, 3, 5))
    (now,) = actions_in(log.changes)
    assert (before.status, before.note) == (ActionStatus.OPEN, None)
    assert (after.status, after.note, after.overdue(datetime.date(2025, 3, 5))) == (ActionStatus.DONE, "已装", False)
    assert (now.status, now.note) == (ActionStatus.OPEN, "又坏了")
    assert not now.overdue(now.due)
    assert now.overdue(now.due + datetime.timedelta(days=1))
    assert actions_in(log.changes, datetime.date(2024, 12, 31)) == ()


def test_a_dropped_action_and_one_of_last_year_are_no_measure_of_this_year(log):
    log.add("corrective_action", project="甲", indicator="1", action="加装电源", owner="甲科", due="2025-03-01")
    log.changes[0].new["carried_from"] = "2023#4"
    log.add("corrective_action", project="甲", indicator="1", action="换人", owner="甲科", due="2025-03-01")
    log.add("corrective_action_update", id="2", status="dropped")
    assert log.given(Stage.SELF_EVALUATION, END).line("甲", 1).corrective_action is None


def test_a_change_log_as_it_was_has_its_first_entries_only_and_their_digest(tmp_path):
    whole = ChangeLog(tmp_path / "changes.jsonl")
    at = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    whole.append([("remark", None, {"n": 1})], by="a", why="b", at=at)
    before = whole.state()
    whole.append([("remark", None, {"n": 2})], by="a", why="b", at=at)
    first = ChangeLog(tmp_path / "changes.jsonl", 1)
    assert [c.new["n"] for c in first.read()] == [1]
    assert first.state() == before
    assert whole.state()["entries"] == 2
    assert whole.state()["sha256"] != before["sha256"]
