"""A small table with its evaluations, made by hand so that no change of a law changes a form, and some made by chance."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from hengji.forms import Batch, Material, Origin
from hengji.model.evaluation import (
    Evaluation,
    ExecutionScore,
    Light,
    Likelihood,
    Line,
    ProjectEvaluation,
    Stage,
    Working,
)
from hengji.model.execution import BySource, Execution
from hengji.model.finding import Citation
from hengji.model.review import Grade
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable

from .material import small_table, words

YEAR_END = datetime.date(2024, 12, 31)
JULY = datetime.date(2024, 7, 31)
CHECKED = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "预算执行率得分", True)
UNCHECKED = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "定量指标得分", False)
PRACTICE = Citation("", "通行做法", "得分修约", False)
_D = Decimal


def _step(formula: str, result: str, *cites: Citation, **inputs: str) -> Working:
    return Working("得分", formula, inputs, result, cites)


def _lines() -> tuple[Line, ...]:
    """One reached, one not reached with a reason, one that does not apply."""
    return (
        Line(
            1, "11", "巡查次数", "产出指标", "数量指标", "≥12次", "13次", _D("45"), _D("45"), over_percent=_D("108.333333"),
            evidence="count_records，13 条记录",
            workings=(_step("达到指标值得满分", "45.00", UNCHECKED, 实际完成值="13次", 口径="count_records", 记录数="13"),),
        ),
        Line(
            2, "12", "数据传输率", "产出指标", "质量指标", "90%以上；\n停电除外", "81.00%", _D("25"), _D("22.5"),
            variance_reason="=雷击停电两周；已加装备用电源",
            workings=(_step("实际完成值÷指标值×分值", "22.50", UNCHECKED, 分子="81", 分母="100", 口径="transmission_rate", 记录数="100"),),
        ),
        Line(
            3, "31", "-群众满意度", "满意度指标", "服务对象满意度", "满意", None, _D("20"), None, True,
            workings=(_step("不适用，不计入总分，其余按比例换算", "—", 实际完成值="不适用"),),
        ),
    )  # fmt: skip


def self_evaluation(*, simulated: bool = False) -> Evaluation:
    """Two projects: one with everything, one that cannot be handed in because a line has no actual value."""
    money = ExecutionScore(
        _D("1234.50"), _D("1250"), _D("1000.123456"), _D("80.00987648"), _D(10), _D("8.00"),
        workings=(Working("执行率得分", "min(10，10×全年执行数÷预算数)", {"全年执行数": "1000.123456"}, "8.00", (CHECKED,)),),
    )  # fmt: skip
    first = ProjectEvaluation(
        "=污水处理设施运行维护", money, _lines(), _D("94.38"), _D("94.375"), Grade.EXCELLENT,
        workings=(
            Working("分值", "按目标表填列", {"合计": "90"}, "90"),
            Working("总分", "不适用的除外，其余换算为 100 分", {"适用分值": "80"}, "94.38"),
        ),
    )  # fmt: skip
    missing = Line(
        1, None, "物资储备", "产出指标", None, None, None, _D(90), None,
        workings=(_step("没有实际完成值，不计分，不得报送", "未计分"),),
    )  # fmt: skip
    second = ProjectEvaluation(
        "应急物资", ExecutionScore(_D("0.5"), _D("0.5"), _D("0.5"), _D(100), _D(10), _D(10)), (missing,)
    )
    return Evaluation(
        Stage.SELF_EVALUATION,
        YEAR_END,
        "national-2020",
        "cd" * 32,
        (first, second),
        (),
        simulated,
        (UNCHECKED, PRACTICE),
    )


def monitored(*, simulated: bool = False) -> Evaluation:
    """The same table in July: one on its way, one behind with causes, one that cannot be reached."""
    done, behind, last = _lines()
    lines = (
        replace(done, actual="8次", points=None, light=Light.GREEN, forecast="14次", likelihood=Likelihood.CERTAIN),
        replace(
            behind, points=None, light=Light.YELLOW, forecast="85%", likelihood=Likelihood.POSSIBLE,
            deviation_causes=("人员保障", "硬件条件保障"),
        ),
        replace(last, not_applicable=False, light=Light.RED, likelihood=Likelihood.IMPOSSIBLE, deviation_causes=("其他",)),
    )  # fmt: skip
    evaluation = self_evaluation(simulated=simulated)
    first, second = evaluation.projects
    money = replace(first.execution, outturn=_D("600"), execution_rate=_D("48"), points=None, forecast=_D("1180.5"))
    return replace(
        evaluation, stage=Stage.MONITORING, as_of=JULY,
        projects=(replace(first, execution=money, lines=lines, total_points=None, grade=None), second),
    )  # fmt: skip


def small_material(evaluation: Evaluation | None = None) -> Material:
    """The small table with its self-evaluation (or another one), sources of money, readings and registers."""
    evaluation = evaluation or self_evaluation()
    money = (
        Execution("=污水处理设施运行维护", _D("1234.50"), _D("1250"), _D("1000.123456"), _D("80.009876"),
                  (BySource("其他资金", _D("250"), _D("100.123456")), BySource("财政拨款", _D("1000"), _D("900"))), ()),
        Execution("应急物资", _D("0.5"), _D("0.5"), _D("0.5"), _D(100), (), ()),
    )  # fmt: skip
    origins = {
        ("=污水处理设施运行维护", 1): Origin("记录计数", "按巡查日期计，一次一条", ("按小时计",), ("巡查记录",)),
        ("=污水处理设施运行维护", 3): Origin(
            "满意度", "当年没有服务对象", (), ("人工佐证",), (("2024-12-20 签署的佐证", "ef" * 32),)
        ),
    }
    batches = (Batch("巡查记录", "巡查2024.xlsx", "01" * 32, "2025-01-05T09:00:00", 13), Batch("车辆", "车.csv", "02" * 32, "2025-01-05T09:00:00", 2))  # fmt: skip
    return Material(
        small_table(), evaluation, "全国办法（2020年起）", money, origins, batches, "self_evaluation-2024.json"
    )


_LEVELS = (
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("效益指标", "社会效益"),
    ("满意度指标", "服务对象满意度"),
)
_MONEY = st.decimals(0, Decimal("99999.99"), places=2) | st.decimals(0, Decimal("9999.999999"), places=6)
_POINTS = st.decimals(0, 90, places=2)


@st.composite
def materials(draw: st.DrawFn) -> Material:
    """Tables of one to three projects scored in any way, with texts of any sort and amounts missing."""
    projects, evaluated = [], []
    for k in range(draw(st.integers(1, 3))):
        name = f"{draw(words(most=15))}{k}"
        levels = sorted(draw(st.lists(st.sampled_from(_LEVELS), min_size=1, max_size=6)), key=_LEVELS.index)
        lines = tuple(
            Line(
                n, None, draw(words(most=20)), *level, draw(words(most=20)), draw(st.none() | words(most=8)), draw(_POINTS),
                draw(st.none() | _POINTS), variance_reason=draw(st.none() | words(most=40)),
            )
            for n, level in enumerate(levels, 1)
        )  # fmt: skip
        first, final = draw(_MONEY), draw(_MONEY)
        rate = draw(st.none() | st.decimals(0, 150, places=6))
        money = ExecutionScore(first, final, draw(_MONEY), rate, Decimal(10), draw(st.none() | _POINTS))
        total = None if any(line.points is None for line in lines) else draw(st.decimals(0, 100, places=2))
        evaluated.append(ProjectEvaluation(name, money, lines, total))
        indicators = tuple(Indicator(line.number, line.name, line.level1, line.level2) for line in lines)
        projects.append(
            Project(name, indicators, fund_user="某区环境监测站", funds=Funds(first), objective=draw(words(most=80)))
        )
    table = TargetTable(
        Source("made", "", ""),
        projects=tuple(projects),
        department="某区生态环境局",
        fiscal_year=2024,
        money_unit="万元",
    )
    evaluation = Evaluation(Stage.SELF_EVALUATION, YEAR_END, "custom", "ab" * 32, tuple(evaluated))
    return Material(table, evaluation, "自定规则包")
