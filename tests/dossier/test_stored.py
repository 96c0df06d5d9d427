"""A frozen evaluation read back: the same values, the newest of its stage, and nothing that was altered."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from hengji.dossier import DossierError
from hengji.dossier.frozen import freeze
from hengji.dossier.stored import evaluation_from, newest
from hengji.model.action import ActionStatus, CorrectiveAction
from hengji.model.evaluation import (
    Evaluation,
    ExecutionScore,
    Head,
    Light,
    Likelihood,
    Line,
    ProjectEvaluation,
    Stage,
    Working,
)
from hengji.model.execution import BySource
from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import Grade
from hengji.model.table import Funds
from hengji.scoring.as_json import canonical, evaluation_json

AT = datetime.datetime(2025, 1, 10, 9, 0)
LAW = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "定量指标得分", False)
CHECKED = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "预算执行率得分", True)


def evaluation(stage: Stage = Stage.SELF_EVALUATION, points: str = "22.50") -> Evaluation:
    step = Working("得分", "实际完成值÷指标值×分值", {"分子": "81", "分母": "100"}, points, (LAW,))
    line = Line(
        2, "12", "数据传输率", "产出指标", "质量指标", "≥90%", "81.00%", Decimal("25.00"), Decimal(points), False,
        Decimal("90.5"), Light.YELLOW, "85%", Likelihood.POSSIBLE, ("人员保障",), "停电", "记录", (step,),
    )  # fmt: skip
    money = ExecutionScore(
        Decimal("234.5"), Decimal("234.5"), Decimal("216.4904"), Decimal("92.32"), Decimal("10.00"), Decimal("9.23"),
        Light.GREEN, Decimal("230"), (Working("执行率得分", "…", {}, "9.23", (CHECKED,)),),
    )  # fmt: skip
    project = ProjectEvaluation(
        "运维", money, (line, replace(line, number=3, code=None, points=None, light=None, likelihood=None)),
        Decimal("91.73"), Decimal("91.730000"), Grade.EXCELLENT, Light.YELLOW, workings=(step,),
    )  # fmt: skip
    finding = Finding("S00", Severity.ERROR, "没有得分", "no points", Place(1, 2), "补上", (LAW,), 1, 3)
    return Evaluation(stage, datetime.date(2024, 12, 31), "national-2020", "ab" * 32, (project,), (finding,), True)


def full() -> Evaluation:
    """An evaluation with something in every field that a form prints."""
    made = evaluation()
    (project,) = made.projects
    head = Head("局本级", "生态环境局", "万元", Funds(Decimal("36.00"), Decimal("36.00"), None, None, Decimal("0")))
    money = replace(
        project.execution, reason="合同尾款次年支付", sources=(BySource("财政拨款", Decimal(36), Decimal("34.1928")),)
    )
    lines = tuple(
        replace(line, corrective_action="补做（甲科，2025-03-01前）", remark="已申请调整") for line in project.lines
    )
    project = replace(
        project, head=head, execution=money, lines=lines, objective="完成运维", objective_actual="基本完成",
        grade=Grade.EXCELLENT,
    )  # fmt: skip
    action = CorrectiveAction(
        4,
        "运维",
        2,
        "补做",
        "甲科",
        datetime.date(2025, 3, 1),
        ActionStatus.DONE,
        "做完",
        datetime.date(2025, 2, 1),
        "2023#7",
    )
    return replace(
        made, projects=(project,), unverified=(LAW,), department="局", fiscal_year=2024, money_unit="万元", actions=(action,),
    )  # fmt: skip


@dataclass
class Frozen:
    """As much of an evaluated dossier as freezing asks for."""

    dossier: SimpleNamespace
    evaluation: Evaluation
    inputs: dict[str, str]


@pytest.fixture
def dossier(tmp_path: Path) -> SimpleNamespace:
    return SimpleNamespace(folder=tmp_path)


def frozen(dossier: SimpleNamespace, *evaluations: Evaluation) -> list[Path]:
    return [freeze(Frozen(dossier, e, {"table": "01"}), AT) for e in evaluations]  # type: ignore[arg-type]


def test_an_evaluation_comes_back_to_the_same_bytes():
    figures = json.loads(canonical(evaluation_json(evaluation())))
    assert canonical(evaluation_json(evaluation_from(figures))) == canonical(figures)


def test_everything_that_forms_print_comes_back_as_it_was():
    whole = full()
    assert evaluation_from(json.loads(canonical(evaluation_json(whole)))) == whole


def test_figures_from_before_the_forms_were_frozen_with_them_are_still_read():
    figures = json.loads(canonical(evaluation_json(full())))
    for key in ("department", "fiscal_year", "money_unit", "actions", "unverified"):
        del figures[key]
    for one in figures["projects"]:
        for key in ("head", "objective", "objective_actual"):
            del one[key]
        del one["execution"]["reason"], one["execution"]["sources"]
        for line in one["lines"]:
            del line["corrective_action"], line["remark"]
    found = evaluation_from(figures)
    assert (found.department, found.actions, found.projects[0].head) == (None, (), None)
    assert found.projects[0].total_points == Decimal("91.73")


def test_law_that_was_not_verified_is_known_from_the_workings_where_it_was_not_frozen():
    figures = json.loads(canonical(evaluation_json(evaluation())))
    del figures["unverified"]
    assert evaluation_from(figures).unverified == (LAW,)


def test_of_several_of_a_stage_the_one_frozen_last_is_taken_whatever_its_name(dossier):
    paths = frozen(dossier, evaluation(points="20.00"), evaluation(points="21.00"), evaluation(Stage.MONITORING))
    found = newest(dossier, Stage.SELF_EVALUATION)
    assert found is not None
    assert (found.file, found.inputs) == (paths[1].name, {"table": "01"})
    assert found.evaluation.projects[0].lines[0].points == Decimal("21.00")


def test_a_dossier_without_a_frozen_evaluation_of_the_stage_has_none(dossier):
    assert newest(dossier, Stage.SELF_EVALUATION) is None
    frozen(dossier, evaluation(Stage.MONITORING))
    assert newest(dossier, Stage.SELF_EVALUATION) is None


def test_an_altered_file_is_not_printed_from(dossier):
    (path,) = frozen(dossier, evaluation())
    path.write_bytes(path.read_bytes().replace(b"81.00%", b"91.00%"))
    with pytest.raises(DossierError, match="was altered"):
        newest(dossier, Stage.SELF_EVALUATION)


def test_a_file_that_is_gone_and_a_broken_chain_are_said(dossier):
    (path,) = frozen(dossier, evaluation())
    data = path.read_bytes()
    path.unlink()
    with pytest.raises(DossierError, match="cannot be read"):
        newest(dossier, Stage.SELF_EVALUATION)
    path.write_bytes(data)
    chain = path.parent / "chain.jsonl"
    digest = hashlib.sha256(data).hexdigest().encode()
    chain.write_bytes(chain.read_bytes().replace(digest, b"0" * 64))
    frozen_after = chain.read_bytes()
    with pytest.raises(DossierError):
        newest(dossier, Stage.SELF_EVALUATION)
    assert chain.read_bytes() == frozen_after
