"""Figures and units: impossible, without unit, uncountable, several in one (T22 to T25)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.finding import Severity
from hengji.model.target import Clause, TargetKind
from hengji.review.examples import sheet
from hengji.review.material import Item, Material, Target
from hengji.review.practice import Practice
from hengji.review.registry import FORM, QUANTIFIED, REASONABLE, Hit, Words, practice, registered
from hengji.review.signs import has_number, is_share, numbered
from hengji.review.wording import figure, quoted, unit_for

_UNIT_IN_NAME = re.compile(
    r"[（(【\[][^）)】\]]*(?:%|％|元|亩|个|人|次|家|户|天|台|套|份|米|公里|吨|分|项|件|场|小时|/|万|只|头|株|棵|平方|千瓦|辆|册)[^）)】\]]*[）)】\]]"
)
_HUNDRED = 100


@registered(
    code="T22",
    name="impossible-target",
    title="指标值不可能或方向相反",
    title_en="impossible target or wrong sign",
    severity=Severity.WARNING,
    zh=Words("指标值“{value}”{why}", "这样的目标要么达不到，要么怎样都算完成，起不了约束作用", "请核对比较符号和数值"),
    en=Words(
        "the value “{value}” {why_en}",
        "Such a target either cannot be reached or is always reached",
        "Check sign and figure",
    ),
    cites=(REASONABLE, practice("指标值核对")),
    item="实现可能性",
    flagged=(
        sheet(("12", "专家评审通过率", "≥100%")),
        sheet(("12", "验收合格率", "≤95%")),
        sheet(("22", "安全事故次数", "≥2起")),
        sheet(("12", "设备完好率", ">100%")),
        sheet(("31", "群众满意度", "1002%")),
    ),
    passing=(
        sheet(("12", "专家评审通过率", "100%")),
        sheet(("22", "安全事故次数", "≤2起")),
        sheet(("21", "产值增长率", "≥120%")),
        sheet(("14", "设备单价", "≤5300元")),
    ),
)
def impossible_target(material: Material) -> Iterator[Hit]:
    """A rate above its ceiling, a negative count, a sign against the direction, digits that make no number."""
    for item in material.items:
        for target in item.targets:
            found = next((w for c in target.reading.clauses if (w := _wrong(item, target, c, material.practice))), None)
            if found:
                why, why_en, better = found
                yield Hit(
                    item,
                    field=target.field,
                    values={"value": quoted(target.text), "why": why, "why_en": why_en},
                    suggestion=f"{item.name}{better}",
                )
                break


def _wrong(item: Item, target: Target, clause: Clause, rules: Practice) -> tuple[str, str, str] | None:
    if target.reading.kind is TargetKind.MALFORMED and has_number(target.text):
        either = "或".join(f"【{c}】" for c in clause.candidates) or "【…】"
        return (
            "读不成一个数，像是漏了分隔或多了数字",
            "makes no number; a separator is missing or a digit too many",
            f"：{either}",
        )
    return _impossible(item, clause, rules) if clause.number is not None and not clause.number_implicit else None


def _impossible(item: Item, clause: Clause, rules: Practice) -> tuple[str, str, str] | None:
    number = clause.number
    if number is None or clause.base:
        return None
    unit, op = clause.unit or ("%" if is_share(clause) else ""), clause.op
    name = f"{item.predicate}{clause.metric or ''}"
    good, bad = rules.says("higher_is_better", name), rules.says("lower_is_better", name)
    bad = bad and not rules.says("reversal", name)
    if is_share(clause) and unit != "‰" and not rules.says("may_exceed", name):
        if number == _HUNDRED and op in (">=", ">"):
            return (
                "要求比率达到或超过100%，上限就是100%",
                "asks a rate to reach more than its ceiling",
                "＝100%，或≥【…】%",
            )
        if number > _HUNDRED:
            return "超过100%", "is above 100 %", "≥【…】%（不超过100%）"
    if number < 0 and clause.kind is TargetKind.COUNT:
        return "是负数", "is negative", f"≥【…】{unit}"
    if good and not bad and op in ("<=", "<"):
        return (
            "用了“不高于”，而这项越高越好",
            "sets an upper limit although higher is better",
            f"≥【{figure(clause)}】{unit}",
        )
    if bad and not good and op in (">=", ">") and clause.op_implicit is False:
        return (
            "用了“不低于”，而这项越低越好",
            "sets a lower limit although lower is better",
            f"≤【{figure(clause)}】{unit}",
        )
    return None


@registered(
    code="T23",
    name="unit-missing",
    title="指标值没有单位",
    title_en="unit missing",
    severity=Severity.WARNING,
    zh=Words(
        "指标值{values}只有数字，没有计量单位", "家、人、次还是百分比不清楚，取数和汇总会出错", "请在指标值后写明单位"
    ),
    en=Words(
        "the value {values} is a number without unit", "It is open what is counted", "Write the unit after the number"
    ),
    cites=(FORM, QUANTIFIED),
    item="规范完整性",
    flagged=(
        sheet(("11", "提供意见的企业数量", "≥3000")),
        sheet(("31", "服务满意度", "≥90")),
        sheet(("11", "帮扶企业", "20")),
    ),
    passing=(
        sheet(("11", "提供意见的企业数量", "≥3000家")),
        sheet(("11", "造林面积（亩）", "≥500")),
        sheet(("13", "完成时间", "2024年12月")),
    ),
)
def unit_missing(material: Material) -> Iterator[Hit]:
    """A bare number, where no unit stands in brackets in the name either; many in one project are one finding."""
    group_from = int(material.practice.limit("group_from"))
    for job in material.jobs:
        bare = [(item, clause) for item in job.items if (clause := _bare(item, material.practice))]
        if len(bare) >= group_from:
            listed = "、".join(f"第{i.indicator.number}项“{quoted(i.text)}”" for i, _ in bare)
            rewrite = "；".join(
                f"第{i.indicator.number}项{quoted(i.text)}{unit_for(i.predicate)}" for i, _ in bare[:group_from]
            )
            yield Hit(
                job,
                values={"values": quoted(listed, 200)},
                suggestion=f"{rewrite}……" if len(bare) > group_from else rewrite,
            )
            continue
        for item, _ in bare:
            yield Hit(
                item,
                values={"values": f"“{quoted(item.text)}”"},
                suggestion=f"{item.name}{_signed(item.text)}{unit_for(item.predicate)}",
            )


def _bare(item: Item, rules: Practice) -> Clause | None:
    if not item.targets or item.targets[0].reading.kind in (TargetKind.MALFORMED, TargetKind.COMPOUND):
        return None
    clauses = numbered(item.targets[0])
    if len(clauses) != 1 or clauses[0].unit or clauses[0].kind is TargetKind.DEADLINE or clauses[0].per:
        return None
    told = _UNIT_IN_NAME.search(item.indicator.name) or rules.says("dimensionless", item.predicate)
    return None if told else clauses[0]


def _signed(text: str) -> str:
    text = text.strip()
    return text if text[:1] in "≥≤<>＜＞=＝" else f"≥{text}"


@registered(
    code="T24",
    name="uncountable",
    title="数量不可计",
    title_en="uncountable quantity",
    severity=Severity.WARNING,
    zh=Words(
        "指标值“{value}”用了“{unit}”", "“{unit}”没有固定数目，交多少都算完成", "请改用可以清点的单位，不同物品分项列出"
    ),
    en=Words(
        "the value “{value}” counts in “{unit}”",
        "“{unit}” is no fixed number, so any delivery would do",
        "Use a unit that can be counted, item by item",
    ),
    cites=(QUANTIFIED, practice("不能计数的单位")),
    item="明确清晰性",
    flagged=(
        sheet(("11", "购买执法物资", "专用设备5套及耗材1批")),
        sheet(("11", "宣传活动", "若干次")),
        sheet(("11", "购置图书", "一批")),
    ),
    passing=(sheet(("11", "购买执法物资", "专用设备5套")), sheet(("11", "检验批次", "≥120批次"))),
)
def uncountable(material: Material) -> Iterator[Hit]:
    """批, 若干, 数次 and the like as the unit of a quantity."""
    units = material.practice.words("uncountable_units")
    for item in material.items:
        vague = next((c.unit for c in item.clauses if c.unit in units), None)
        vague = vague or material.practice.find("uncountable", item.text)
        if vague:
            what = vague.lstrip("一二两三四五六七八九十0123456789")
            sure = "、".join(
                f"{figure(c)}{c.unit}" for c in numbered(item.targets[0]) if c.unit and c.unit not in units
            )
            keep = f"{sure}，另一项单列：" if sure else ""
            yield Hit(
                item, values={"unit": what or vague}, suggestion=f"{item.name}：{keep}【品名】≥【…】【件、盒、次】"
            )


@registered(
    code="T25",
    name="several-targets",
    title="一项指标里有几个目标",
    title_en="several targets in one indicator",
    severity=Severity.WARNING,
    zh=Words("{seen}", "一部分完成、一部分没完成时无法计分，取数口径也不同", "请拆成几项分别填写，每项一个数值"),
    en=Words("{seen_en}", "When part is reached and part is not, no points can be given", "Split it, one figure each"),
    cites=(QUANTIFIED, practice("一项一值")),
    item="明确清晰性",
    flagged=(
        sheet(("11", "系统巡查", "国发平台单位每天巡查三次、市平台单位每天巡查两次")),
        sheet(("12", "系统维护；数据整合、对接", "运行保障良好")),
    ),
    passing=(
        sheet(("11", "系统巡查", "每天巡查三次")),
        sheet(("13", "设备到位", "12月底前100%到位")),
        sheet(("12", "服务质量", "优≥90分，良80-89分")),
    ),
)
def several_targets(material: Material) -> Iterator[Hit]:
    """A value with several conditions (a figure with its date is one), or a name that lists things by semicolon."""
    units = material.practice.words("uncountable_units")
    for item in material.items:
        reading = item.targets[0].reading if item.targets else None
        parts = _parts(item) if reading and reading.kind is TargetKind.COMPOUND and reading.join != "grade" else 1
        if any(c.unit in units for c in item.clauses):
            parts = 1  # T24 asks for the split already
        name_parts = [p for p in re.split(r"[；;]", item.name) if len(p.strip()) >= 2]
        if parts >= 2:
            values = {
                "seen": f"指标值“{quoted(item.text)}”里有{parts}个要求",
                "seen_en": f"the value “{quoted(item.text)}” holds {parts} requirements",
            }
        elif len(name_parts) >= 2:
            values = {
                "seen": f"名称“{quoted(item.name)}”里列了{len(name_parts)}件事",
                "seen_en": f"the name “{quoted(item.name)}” lists {len(name_parts)} things",
            }
        else:
            continue
        yield Hit(item, values=values, suggestion=_split(item, name_parts))


def _parts(item: Item) -> int:
    clauses = item.clauses
    dated = sum(c.kind is TargetKind.DEADLINE for c in clauses)
    if len(clauses) == 2 and dated == 1 and item.targets[0].reading.leftover == "":
        return 1
    return len(clauses)


def _split(item: Item, name_parts: list[str]) -> str:
    pieces = [
        p.strip()
        for p in re.split(r"[、，,；;。]", item.text)
        if any(ch.isdigit() or ch in "一二两三四五六七八九十" for ch in p)
    ]
    if len(pieces) >= 2:
        return "；".join(f"第{n}项：{quoted(p)}" for n, p in enumerate(pieces, 1))
    if len(name_parts) >= 2:
        return "；".join(f"第{n}项：{quoted(p.strip())}，指标值≥【…】【单位】" for n, p in enumerate(name_parts, 1))
    return f"拆成几项“{quoted(item.name, 20)}（…）”，每项一个数值"
