"""Values nobody can check: vague, deferred, approximate, yes or no, a trend without a start (T01 to T05)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.finding import Severity
from hengji.model.target import TargetKind
from hengji.review.examples import sheet
from hengji.review.material import OUTCOME, Item, Material
from hengji.review.practice import Practice
from hengji.review.registry import QUANTIFIED, REASONABLE, Hit, Words, guidance, registered
from hengji.review.signs import has_number, is_yes_no
from hengji.review.wording import figure, measurable, subject, unit_for

_MEASURED = re.compile(r"[一-鿿]{2,16}?(?:(?<![效频功])率|指数|浓度|数量|水平)")
_DIRECTION = re.compile(r"(?<=..)(?:持续|逐年|逐步|稳步)?(?:下降|降低|减少|提高|提升|改善|增长|增加)(?:情况)?$")
_NUMBERLESS = (TargetKind.REFERENCE, TargetKind.DEADLINE, TargetKind.STATE, TargetKind.QUALITATIVE)
_DECIDED = (
    TargetKind.BOOLEAN,
    TargetKind.COMPOUND,
    TargetKind.DELIVERABLE,
    TargetKind.MALFORMED,
    TargetKind.REFERENCE,
)


def is_deferred(item: Item, practice: Practice) -> bool:
    """Whether the value leaves its figure to a contract, plan or rule that it does not name."""
    if not item.targets or has_number(item.text) or item.targets[0].reading.kind not in _NUMBERLESS:
        return False
    if any(c.event or c.op for c in item.clauses) or practice.says("named_document", item.text):
        return False  # passing an acceptance, or staying within the budget, can be checked
    return practice.says("deferred", item.text)


def is_trend(item: Item, practice: Practice) -> bool:
    """Whether the value is a direction over time without any figure."""
    if not item.targets or has_number(item.text) or is_yes_no(item):
        return False
    return item.targets[0].reading.kind is TargetKind.TREND or (
        item.targets[0].reading.kind is TargetKind.QUALITATIVE and practice.says("trend", item.text)
    )


@registered(
    code="T01",
    name="vague-value",
    title="指标值空泛",
    title_en="vague value",
    severity=Severity.ERROR,
    zh=Words(
        "指标值“{value}”只有程度用语，没有数字、是否或分档",
        "年终无法判断完成还是没有完成，自评只能凭印象打分",
        "请改为数字、可核对的成果，或写明优良中各档指什么",
    ),
    en=Words(
        "the value “{value}” only says how well, without number, yes/no or graded levels",
        "At year end nobody can tell whether it was reached",
        "Give a number, a checkable result, or say what each grade means",
    ),
    cites=(QUANTIFIED, guidance("量化易评")),
    item="指标科学性",
    flagged=(
        sheet(("22", "提升公共服务水平", "有效提升")),
        sheet(("24", "工作可持续影响性", "具有可持续性")),
        sheet(("22", "企业环保意识", "得到提升")),
    ),
    passing=(
        sheet(("22", "公共服务事项网上办结率", "≥90%")),
        sheet(("12", "成果质量", "通过专家评审")),
        sheet(("22", "服务质量", "优≥90分，良80-89分，中60-79分")),
    ),
)
def vague_value(material: Material) -> Iterator[Hit]:
    """No number, no yes or no, no deliverable, and a word of degree; trends and references have rules of their own."""
    vague = material.practice.words("vague_words")
    for item in material.items:
        if not item.targets or has_number(item.text) or item.targets[0].reading.kind in _DECIDED:
            continue
        if is_deferred(item, material.practice) or is_trend(item, material.practice):
            continue
        reading = item.targets[0].reading
        if reading.kind is TargetKind.QUALITATIVE or (any(w in item.text for w in vague) and reading.leftover):
            yield Hit(item, suggestion=measurable(item, material.practice))


@registered(
    code="T02",
    name="deferred-value",
    title="以其他文件代替指标值",
    title_en="value deferred to another paper",
    severity=Severity.ERROR,
    zh=Words(
        "指标值“{value}”没有写出要求，只说按别的文件办",
        "文件里的要求不在表中，批复后无法据以监控和自评",
        "请把合同、计划或规定中的数量、标准、期限摘录到指标值里，并写明文件名称",
    ),
    en=Words(
        "the value “{value}” states no requirement, it points to another paper",
        "What that paper asks is not in the table, so nothing can be monitored against it",
        "Copy the quantity, standard or deadline into the value and name the paper",
    ),
    cites=(QUANTIFIED,),
    item="指标科学性",
    flagged=(
        sheet(("11", "企业信息管理资料更新维护", "按合同要求")),
        sheet(("11", "配合取样监测次数", "根据监测单位的监测任务定")),
        sheet(("13", "案件办结时效", "按规定时限办结")),
    ),
    passing=(
        sheet(("12", "成果质量", "通过专家评审")),
        sheet(("14", "项目成本", "不超预算")),
        sheet(("12", "监测质量", "符合《地表水环境质量监测技术规范》（HJ 91.2）")),
    ),
)
def deferred_value(material: Material) -> Iterator[Hit]:
    """No number written, and words that leave it to a contract, need, rule, plan or schedule that is not named."""
    for item in material.items:
        if is_deferred(item, material.practice):
            paper = "合同" if "合同" in item.text or "协议" in item.text else "【文件名称】"
            core = measurable(item, material.practice)
            yield Hit(item, suggestion=f"{core}（依据：{paper}第【…】条）")


@registered(
    code="T03",
    name="approximate-value",
    title="指标值为约数",
    title_en="approximate value",
    severity=Severity.WARNING,
    zh=Words("指标值“{value}”是约数", "差多少算完成没有说法，自评时容易争议", "请写成下限，或写明允许的上下幅度"),
    en=Words(
        "the value “{value}” is approximate",
        "How far off still counts as reached is open",
        "State a lower limit or the tolerance",
    ),
    cites=(QUANTIFIED,),
    item="明确清晰性",
    flagged=(sheet(("11", "加油站油气排放监测", "约85家")), sheet(("11", "监测报告数量", "160份左右"))),
    passing=(sheet(("11", "加油站油气排放监测", "≥85家")), sheet(("14", "委托监测费", "80万元±3%以内"))),
)
def approximate_value(material: Material) -> Iterator[Hit]:
    """A number with 约, 左右, 近, 余 or 多, read as approximate or written so."""
    for item in material.items:
        target = next((t for t in item.targets if any(c.op == "~" for c in t.reading.clauses)), None)
        if target is None:
            target = next(
                (t for t in item.targets if has_number(t.text) and material.practice.says("approximate", t.text)), None
            )
        if target is None:
            continue
        rough = next((c for c in target.reading.clauses if c.number is not None), None)
        unit = (rough.unit if rough else None) or unit_for(item.name)
        number = figure(rough) if rough else "…"
        yield Hit(
            item,
            field=target.field,
            suggestion=f"{item.name}：≥【{number}】{unit}（确需留余地的，写明允许偏差±【…】%）",
        )


@registered(
    code="T04",
    name="yes-no-for-effect",
    title="用是否衡量效益",
    title_en="yes/no for a measurable effect",
    severity=Severity.WARNING,
    zh=Words(
        "效益指标的指标值只写“{value}”",
        "效益好坏程度不同，只答是或否看不出变化，也难以取证",
        "请换成能反映变化的数字，或写明判断为“是”的条件和证明材料",
    ),
    en=Words(
        "an outcome answered only by “{value}”",
        "Effects differ in degree; yes or no shows no change and is hard to prove",
        "Use a figure that shows the change, or say what makes it a yes and which paper proves it",
    ),
    cites=(QUANTIFIED, guidance("量化易评")),
    item="指标科学性",
    flagged=(sheet(("23", "环境质量稳中向好（是/否）", "是")), sheet(("22", "提高应急能力（是/否）", "是"))),
    passing=(sheet(("12", "执法案件程序合法性（是/否）", "是")), sheet(("23", "优良天数比例", "≥90%"))),
)
def yes_no_for_effect(material: Material) -> Iterator[Hit]:
    """A bare yes or no under an outcome class; names in the negative are T42's."""
    for item in material.of(*OUTCOME):
        if is_yes_no(item) and not is_negative_name(item, material.practice):
            yield Hit(item, suggestion=measurable(item, material.practice))


@registered(
    code="T05",
    name="trend-without-baseline",
    title="趋势没有基期和幅度",
    title_en="trend without baseline or size",
    severity=Severity.ERROR,
    zh=Words(
        "指标值“{value}”只说趋势，没有基期值和幅度",
        "不知道与哪一年比、变化多少算完成，无法评价",
        "请写明基期（年份和数值）与本年要达到的数值",
    ),
    en=Words(
        "the value “{value}” is a trend without baseline and size",
        "It is open which year it is compared with and how much counts",
        "State the baseline (year and figure) and the figure to reach this year",
    ),
    cites=(QUANTIFIED, REASONABLE),
    item="指标科学性",
    flagged=(sheet(("24", "环境违法问题持续下降", "持续下降")), sheet(("23", "设备比对合格率", "比对合格率逐年提高"))),
    passing=(sheet(("23", "环境违法案件数", "比2023年的120件下降5%以上")), sheet(("22", "公共服务水平", "有效提升"))),
)
def trend_without_baseline(material: Material) -> Iterator[Hit]:
    """A direction over time without any figure in the value."""
    for item in material.items:
        if is_trend(item, material.practice):
            last = material.year - 1 if material.year else "上"
            named = _MEASURED.search(item.text)
            what = named.group() if named else _DIRECTION.sub("", subject(item, material.practice))
            sign = "≤" if any(w in item.both for w in ("下降", "降低", "减少")) else "≥"
            unit = unit_for(what)
            yield Hit(item, suggestion=f"{what}{sign}【…】{unit}（{last}年为【…】{unit}）")


def is_negative_name(item: Item, practice: Practice) -> bool:
    """Whether the name is in the negative, so that a yes means that nothing happened."""
    name = practice.pattern("negative_term").sub("", item.predicate)
    return practice.says("double_negative", name)
