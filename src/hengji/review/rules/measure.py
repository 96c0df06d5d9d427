"""What is measured does not go with the value or the class: T06, T07, T15, T16."""

from __future__ import annotations

from collections.abc import Iterator

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.target import Clause, TargetKind
from hengji.review.examples import sheet
from hengji.review.likeness import content, overlap
from hengji.review.material import OUTPUT, Item, Material
from hengji.review.practice import Practice
from hengji.review.registry import POINTED, QUANTIFIED, Hit, Words, guidance, practice, registered
from hengji.review.signs import is_money, is_share, numbered, single, unit_of
from hengji.review.wording import figure, measurable, quoted, subject, unit_for, work


def unit_clash(item: Item, rules: Practice) -> str | None:
    """What the name promises to measure when the value's unit belongs to something else; None when they agree."""
    clause = single(item)
    if clause is None or item.unnamed:
        return None
    name, unit = item.predicate, clause.unit or ""
    if is_share(clause) and item.level2 is not Level2.COST:
        return "个数" if rules.says("count_name", name) else None
    if not unit or clause.kind is TargetKind.DEADLINE or clause.number == 0:
        return None
    if rules.says("rate_name", name) and not is_share(clause):
        return None if unit in ("分", "倍", "级", "名", "位") or "/" in unit else "比率"
    for head, units in rules.by_word("counted_units").items():
        if name.endswith(head) and not is_money(clause) and not any(u in unit for u in units):
            return head
    return None


def other_measure(item: Item, rules: Practice) -> str | None:
    """The measure named in the value when it has nothing in common with the indicator's name."""
    for clause in numbered(item.targets[0] if item.targets else None):
        metric = clause.metric or ""
        if not is_share(clause) or not rules.says("rate_name", metric) or item.unnamed:
            continue
        about = subject(item, rules)
        if len(content(about)) < 3 or about.endswith(("情况", "质量", "服务")) or rules.says("satisfaction", metric):
            continue
        if overlap(content(item.predicate), content(metric)) == 0 and not _same_class_of_word(about, metric):
            return metric
    return None


def _same_class_of_word(name: str, metric: str) -> bool:
    """合格率 under 质量, 及时率 under 时效: a general rate for what the name says in general words."""
    return len(metric) <= 4 or metric[-3:] in name


@registered(
    code="T06",
    name="name-value-mismatch",
    title="名称与指标值不是一回事",
    title_en="name and value measure different things",
    severity=Severity.ERROR,
    zh=Words(
        "名称说的是“{promised}”，指标值“{value}”说的却是{given}",
        "照指标值取数证明不了名称所说的事，照名称取数又没有目标可比",
        "请按真正要考核的内容统一名称和指标值",
    ),
    en=Words(
        "the name promises “{promised}” but the value “{value}” is {given_en}",
        "Records for the value prove nothing about the name, and records for the name have no target",
        "Make name and value speak of what is really to be measured",
    ),
    cites=(QUANTIFIED, guidance("指标名称和解释")),
    item="明确清晰性",
    flagged=(
        sheet(("11", "应急事件接报数", "100%")),
        sheet(("23", "水质达标天数", "100%")),
        sheet(("23", "空气质量持续改善", "排放监测合格率≥90%")),
        sheet(("11", "土壤监测次数", "42个测点")),
        sheet(("12", "设备完好率", "≥50台")),
    ),
    passing=(
        sheet(("11", "应急事件接报数", "≥20件")),
        sheet(("12", "在线数据传输率", "在线数据传输率达90%以上")),
        sheet(("11", "巡航执法次数", "180航次")),
        sheet(("22", "网站访问频率", "≥3次/日")),
    ),
)
def name_value_mismatch(material: Material) -> Iterator[Hit]:
    """A count's name with a percentage, a rate's with a count, a head noun with a foreign unit, another measure."""
    for item in material.items:
        clash = unit_clash(item, material.practice)
        clause = single(item)
        if clash and clause:
            given, given_en = (
                ("百分比", "a percentage") if is_share(clause) else (f"“{unit_of(clause)}”", f"in “{unit_of(clause)}”")
            )
            yield Hit(
                item,
                values={"promised": quoted(item.predicate), "given": given, "given_en": given_en},
                suggestion=_reworded(item, clause, work(item, material.practice)),
            )
            continue
        metric = other_measure(item, material.practice)
        if metric:
            yield Hit(
                item,
                values={"promised": quoted(item.predicate), "given": f"“{metric}”", "given_en": f"about “{metric}”"},
                suggestion=(
                    f"名称改为“{metric}”，指标值{_sign(item)}；或保留名称，"
                    f"改写为“{measurable(item, material.practice)}”"
                ),
            )


def _sign(item: Item) -> str:
    clause = numbered(item.targets[0])[0]
    sign = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "＝"}.get(clause.op or "", "≥")
    return f"{sign}{figure(clause)}%"


def _reworded(item: Item, clause: Clause, thing: str) -> str:
    if is_share(clause):
        # A rate cannot exceed 100 %, so no sign goes with it (T22).
        sign = "" if clause.number == 100 else "≤" if clause.op == "<=" else "≥"
        if item.predicate.endswith("天数"):
            return (
                f"{item.predicate}≥【…】天；或改名为“{thing}率”，指标值{sign}{figure(clause)}%（口径：达标数÷监测数）"
            )
        return (
            f"{item.predicate}≥【…】{unit_for(item.predicate)}；"
            f"或改名为“{thing}【处置、完成】率”，指标值{sign}{figure(clause)}%"
        )
    unit = unit_of(clause)
    if item.predicate.endswith("率"):
        return f"{item.predicate}≥【…】%；或改名为“{item.predicate[:-1]}数量”，指标值≥{figure(clause)}{unit}"
    return f"{thing}数量≥【{figure(clause)}】{unit}；或{item.predicate}≥【…】{unit_for(item.predicate)}"


@registered(
    code="T07",
    name="rate-among-quantities",
    title="数量指标填成比率",
    title_en="rate among quantity indicators",
    severity=Severity.WARNING,
    zh=Words(
        "数量指标的指标值“{value}”是比率",
        "数量指标要说明做多少，比率看不出工作量，也对不上资金",
        "请写计划完成的数量，比率移到质量或时效指标",
    ),
    en=Words(
        "a quantity indicator has the rate “{value}” as value",
        "A rate does not show how much work the money buys",
        "State the planned quantity; move the rate to quality or timeliness",
    ),
    cites=(QUANTIFIED, guidance("产出指标")),
    item="指标科学性",
    flagged=(sheet(("11", "法律服务完成率", "100%")), sheet(("11", "应急事件接报数", "100%"))),
    passing=(sheet(("12", "法律服务完成率", "100%")), sheet(("11", "法律服务件数", "≥20件"))),
)
def rate_among_quantities(material: Material) -> Iterator[Hit]:
    """A percentage under quantity."""
    for item in material.of(Level2.QUANTITY_OUTPUT):
        shares = [c for c in numbered(item.targets[0] if item.targets else None) if is_share(c)]
        if shares:
            thing = work(item, material.practice)
            move = "比率移到质量指标" if "完成" not in item.name else "完成率移到质量或时效指标"
            yield Hit(item, suggestion=f"{thing}数量≥【…】{unit_for(thing)}；{move}")


@registered(
    code="T15",
    name="input-as-output",
    title="以投入代替产出",
    title_en="input used as output",
    severity=Severity.WARNING,
    zh=Words(
        "产出指标“{name}”衡量的是投入的人、钱、物",
        "投入多不等于事情办成，不能作为绩效",
        "请改为这些投入完成的工作量或提供的服务",
    ),
    en=Words(
        "the output indicator “{name}” measures people, money or goods put in",
        "What was put in is not what was achieved",
        "Measure the work done or the service given with it",
    ),
    cites=(POINTED, practice("以投入代替产出")),
    field="name",
    item="指标科学性",
    flagged=(sheet(("11", "聘用人员数量", "60人")), sheet(("11", "投入资金", "100万元"))),
    passing=(sheet(("11", "投入使用充电桩数量", "≥20个")), sheet(("14", "人员经费支出额", "≤60万元"))),
)
def input_as_output(material: Material) -> Iterator[Hit]:
    """Staff, money or equipment put in, counted under quantity or quality."""
    for item in material.of(Level2.QUANTITY_OUTPUT, Level2.QUALITY):
        if material.practice.says("input", item.predicate) and "使用" not in item.predicate[:4]:
            clause = single(item)
            of = f"{figure(clause)}{unit_of(clause)}" if clause else "【…】"
            yield Hit(
                item,
                suggestion=f"改为所完成的工作量，如“人均办理（巡查、检查）【…】次（件）≥【…】”；{item.name}（{of}）移到项目说明或成本测算",
            )


@registered(
    code="T16",
    name="routine-management",
    title="常规管理类指标",
    title_en="routine management indicator",
    severity=Severity.WARNING,
    zh=Words(
        "指标“{name}”考核的是资金或内部管理",
        "这类要求所有项目都一样，反映不了本项目的产出和效果",
        "请换成本项目核心任务的指标，管理要求另由监控检查",
    ),
    en=Words(
        "the indicator “{name}” is about payments or internal management",
        "Such duties are the same everywhere and say nothing about what this project brings",
        "Replace it by an indicator of the project's main task; management is checked in monitoring",
    ),
    cites=(guidance("高度关联"), practice("常规管理类指标")),
    field="name",
    item="指标科学性",
    flagged=(sheet(("13", "项目资金支付及时率", "100%")), sheet(("12", "财务管理制度健全性", "健全"))),
    passing=(sheet(("13", "补助发放及时率", "100%")), sheet(("12", "执法案件程序合法性（是/否）", "是"))),
)
def routine_management(material: Material) -> Iterator[Hit]:
    """Payment, rules, procedure or filing of the unit itself as an output."""
    for item in material.of(*OUTPUT):
        if material.practice.says("routine", item.predicate):
            instead = {
                Level2.TIMELINESS: "【核心任务】：【…】月【…】日前完成",
                Level2.QUALITY: "【核心任务】验收（检查）合格率≥【…】%",
            }.get(item.level2 or Level2.COST, "【核心任务】数量≥【…】【单位】")
            yield Hit(item, suggestion=f"删去“{quoted(item.name)}”，改为{instead}")
